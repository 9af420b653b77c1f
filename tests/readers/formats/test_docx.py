from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document
from tests.support.documents import write_docx
from tests.support.reading import texts


def test_headings_lists_and_tables(tmp_path: Path) -> None:
    [document] = read(write_docx(tmp_path / "a.docx"))
    assert isinstance(document, Document)
    found = [(block.headings, text) for block, text in zip(document.blocks, texts(document), strict=True)]
    assert found == [
        ((), "Bread"),
        (("Bread",), "Flour"),
        (("Bread", "Flour"), "Rye keeps longer"),
        (("Bread", "Flour"), "Wheat"),
        (("Bread", "Flour", "Wheat"), "Wheat rises."),
        (("Bread", "Flour", "Wheat"), "Kind | Hours"),
        (("Bread", "Flour", "Wheat"), "Rye | 12"),
        (("Bread",), "Water"),
        (("Bread", "Water"), "Café water."),
    ]
    assert (document.metadata["title"], document.metadata["author"]) == ("Bread", "Jo Miller")


def with_document_xml(folder: Path, old_text: bytes, new_text: bytes) -> Path:
    """Write a document whose XML is changed in one place."""
    changed = folder / "changed.docx"
    with zipfile.ZipFile(write_docx(folder / "a.docx")) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "word/document.xml":
                assert old_text in data
                data = data.replace(old_text, new_text)
            new.writestr(info, data)
    return changed


def test_text_after_an_entity_is_read(tmp_path: Path) -> None:
    declared = with_document_xml(tmp_path, b"<w:document", b'<!DOCTYPE d [<!ENTITY grain "spelt">]><w:document')
    with zipfile.ZipFile(declared) as archive:
        parts = {info: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(declared, "w") as archive:
        for info, data in parts.items():
            archive.writestr(info, data.replace(b"Wheat rises.", b"Wheat &grain; rises."))
    [document] = read(declared)
    assert isinstance(document, Document)
    assert any(text.startswith("Wheat") and text.endswith(" rises.") for text in texts(document))


def test_insertions_are_read_and_deletions_are_not(tmp_path: Path) -> None:
    changed = with_document_xml(
        tmp_path,
        b"<w:r><w:t>Wheat rises.</w:t></w:r>",
        b"<w:ins><w:r><w:t>Spelt</w:t></w:r></w:ins><w:del><w:r><w:delText>Wheat</w:delText></w:r></w:del>"
        b"<w:r><w:t xml:space='preserve'> rises.</w:t></w:r>",
    )
    [document] = read(changed)
    assert isinstance(document, Document)
    assert "Spelt rises." in texts(document)


def test_a_bomb_is_refused_before_it_inflates(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("word/footnotes.xml", "w") as part:
        for _ in range(100):
            part.write(b" " * 2**20)
    with pytest.raises(ReadError, match="inflates to more than"):
        list(read(path))


def test_an_encrypted_file_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2000))
    with pytest.raises(ReadError, match="encrypted"):
        list(read(path))


def case(shared: Path, name: str) -> Document:
    [document] = read(shared / f"cases/21-docx/{name}.docx")
    assert isinstance(document, Document)
    assert document.metadata == {}  # none of them has properties
    return document


def with_body(tmp_path: Path, body: str) -> list[str]:
    """Return the blocks of a Word file with this body."""
    path, changed = write_docx(tmp_path / "a.docx"), tmp_path / "changed.docx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "word/document.xml":
                head, _, rest = data.partition(b"<w:body>")
                data = head + b"<w:body>" + body.encode() + rest[rest.index(b"<w:sectPr") :]
            new.writestr(info, data)
    [document] = read(changed)
    assert isinstance(document, Document)
    return texts(document)[1:]  # the title leads


def test_what_was_moved_stands_once(shared: Path) -> None:
    assert texts(case(shared, "tracked")) == [
        "The supplier delivers the seeds before Easter.",
        "Both sides keep a copy.",
        "The fee is fifty crowns.",
    ]


def test_notes_stand_behind_the_paragraph_that_they_belong_to(shared: Path) -> None:
    assert texts(case(shared, "notes")) == [
        "Every household pays the tithe.",
        "Exempt are widows and orphans of miners.",
        "Source: parish register of 1788.",
    ]


def test_boxes_mathematics_and_hidden_text(shared: Path) -> None:
    assert texts(case(shared, "shapes")) == [
        "Callout: the harbour freezes in January.",
        "Second line of the box.",
        "Anchor paragraph about boats.",
        "Pier | Depth",
        "North | low 3 m high 5 m",
        "Energy is E=mc here.",
        "Text in a content control.",
        "Table 3 shows the tides.",
        "Visible text.",
        "Lighthouse keeper",
    ]


def test_short_lines_in_bold_letters_are_headings(shared: Path) -> None:
    document = case(shared, "fakeheads")
    assert [block.headings for block in document.blocks] == [(), ("Cancellation",), (), ("Refunds",)]
    assert texts(case(shared, "clauses"))[1:] == ["The lease begins in May.", "The tenant mows the lawn."]
    assert texts(case(shared, "empty")) == []


def test_text_that_is_switched_visible_and_a_moved_run(tmp_path: Path) -> None:
    run = "<w:r><w:rPr><w:vanish w:val='{}'/></w:rPr><w:t>{}</w:t></w:r>"
    assert with_body(tmp_path, f"<w:p>{run.format('0', 'Shown.')}{run.format('1', 'Hidden.')}</w:p>") == ["Shown."]
    moved = "<w:{0} w:id='1' w:author='A'><w:r><w:t xml:space='preserve'>{1} </w:t></w:r></w:{0}>"
    body = f"<w:p>{moved.format('moveFrom', 'Away.')}{moved.format('moveTo', 'Here.')}</w:p>"
    assert with_body(tmp_path, body) == ["Here."]


def test_rows_that_were_inserted_or_deleted(tmp_path: Path) -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    gone = "<w:tr><w:tc><w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p></w:tc></w:tr>"
    table = f"<w:tbl><w:tr>{cell.format('Pier')}{cell.format('Depth')}</w:tr>{gone}</w:tbl><w:p/>"
    assert with_body(tmp_path, table) == ["Pier | Depth"]
