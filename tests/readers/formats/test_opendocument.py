from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document
from tests.support.reading import texts
from tests.support.real_files import FILES


def changed(target: Path, name: str, **parts: tuple[bytes, bytes]) -> Document:
    """Read a file after something in its content was replaced."""
    path = target / name
    with zipfile.ZipFile(FILES / name) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            for before, after in parts.values() if info.filename == "content.xml" else ():
                assert before in data
                data = data.replace(before, after, 1)
            new.writestr(info, data)
    [document] = read(path)
    assert isinstance(document, Document)
    return document


def test_headings_lists_tables_and_notes_where_they_are_anchored(tmp_path: Path) -> None:
    document = changed(tmp_path, "chapel.odt")
    tower = ("Its tower",)
    assert [(block.headings, text) for block, text in zip(document.blocks, texts(document), strict=True)][2:] == [
        ((), "Its tower"),
        (tower, "The bell of the chapel was cast in bronze three hundred years ago. (The founder’s name is lost.)"),
        (tower, "It rings at noon."),
        (tower, "It is silent at night."),
        (tower, "Bell | Weight"),
        (tower, "Great | 900 kg"),
    ]
    assert (document.metadata["title"], document.metadata["author"]) == ("The Chapel", "Jo Miller")
    assert document.metadata["created"] == "2026-11-25T22:36:01Z"


def test_deleted_text_and_comments_are_left_out_and_spaces_kept(tmp_path: Path) -> None:
    document = changed(
        tmp_path,
        "chapel.odt",
        deleted=(
            b"<office:text>",
            b"<office:text><text:tracked-changes><text:changed-region><text:deletion><text:p>Deleted.</text:p>"
            b"</text:deletion></text:changed-region></text:tracked-changes>",
        ),
        comment=(
            b"It rings at noon.",
            b"It<text:s text:c='2'/>rings<office:annotation><text:p>Why?</text:p></office:annotation>"
            b"<text:line-break/>at<text:tab/>noon.",
        ),
    )
    assert "Deleted." not in document.text
    assert "Why?" not in document.text
    assert "It  rings\nat\tnoon." in texts(document)


def test_slides_are_pages(tmp_path: Path) -> None:
    document = changed(tmp_path, "birds.odp")
    places = {
        text: (document.page_at(block.start), block.headings)
        for block, text in zip(document.blocks, texts(document), strict=True)
    }
    assert places["They do not fly."] == (1, ("Where they live",))
    assert places["Penguins share their warmth by standing close together."] == (2, ("Cold nights",))
    assert places["Show the film here."] == (2, ("Cold nights",))


def test_an_encrypted_file_is_named_so(tmp_path: Path) -> None:
    path = tmp_path / "a.odt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>")
        archive.writestr("content.xml", b"\0\1\2")
    with pytest.raises(ReadError, match="wants a password"):
        list(read(path))
