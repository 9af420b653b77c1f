from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.errors import ReadError
from albert_search.readers import ReadOptions, read
from albert_search.types import Document, Note, Skipped
from tests.support.reading import texts


def rows(path: Path, content: str | bytes, *fields: str) -> list[Document | Skipped]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [item for item in read(path, ReadOptions(text_fields=fields)) if not isinstance(item, Note)]


def test_rows_with_addresses_lines_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    first, second, third = rows(path, 'id;text;lang\r\n1;"Hello; you\r\nall";en\r\n\r\n2;Short;de;x\r\n3\r\n')
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert isinstance(third, Document)
    assert (first.uri, first.row, first.metadata) == (f"{path}#row=1", 1, {"id": "1", "lang": "en"})
    assert first.text == "Hello; you\nall"
    assert (second.uri, second.blocks[0].line, second.metadata) == (f"{path}#row=2", 5, {"id": "2", "lang": "de;x"})
    assert (third.text, third.metadata) == ("", {"id": "3", "lang": ""})


def test_columns_that_are_chosen(tmp_path: Path) -> None:
    [row] = rows(tmp_path / "a.tsv", "a\tb\tc\nx y z\tone\ttwo\n", "c", "b")
    assert isinstance(row, Document)
    assert (texts(row), row.metadata) == (["two", "one"], {"a": "x y z"})
    with pytest.raises(ReadError, match="no column 'd'; its columns are a, b, c"):
        rows(tmp_path / "a.tsv", "a\tb\tc\nx\ty\tz\n", "d")


def test_columns_that_hold_prose_are_the_text_by_default(tmp_path: Path) -> None:
    [row, _] = rows(tmp_path / "a.csv", "n,question,answer\n7,how are you,very well indeed\n8,who is it,it is me\n")
    assert isinstance(row, Document)
    assert (texts(row), row.metadata) == (["how are you", "very well indeed"], {"n": "7"})


def test_a_table_without_header(tmp_path: Path) -> None:
    [row, _] = rows(tmp_path / "a.csv", "1,The first sentence.\n2,The second sentence.\n")
    assert isinstance(row, Document)
    assert (row.text, row.metadata) == ("The first sentence.", {"column 1": "1"})


def test_one_column_of_sentences_with_commas(tmp_path: Path) -> None:
    [first, second] = rows(tmp_path / "a.csv", "text\nYes, I think so, too\nNo, thanks\n")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.text, second.text) == ("Yes, I think so, too", "No, thanks")


def test_bad_lines_of_jsonl_do_not_stop_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    content = (
        '{"text": "One", "n": [1, NaN]}\n\n{bad\n[1]\n"Plain"\n{"n": 2}\n{"text": "a\\ud800", "d": ' + "[" * 9999 + "\n"
    )
    found = rows(path, content)
    assert [(row.text, row.metadata) for row in found if isinstance(row, Document)] == [
        ("One", {"n": [1, None]}),
        ("Plain", {}),
    ]
    skipped = {row.uri.partition("#")[2]: row.reason for row in found if isinstance(row, Skipped)}
    assert list(skipped) == ["row=2", "row=3", "row=5", "row=6"]
    assert skipped["row=2"].startswith("it is not JSON")
    assert skipped["row=3"] == "it is neither an object nor a string"
    assert skipped["row=5"] == "it has no field text that holds a text"


@given(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1), min_size=1))
def test_every_jsonl_row_comes_back(tmp_path_factory: pytest.TempPathFactory, sentences: list[str]) -> None:
    path = tmp_path_factory.mktemp("rows") / "a.jsonl"
    found = rows(path, "".join(json.dumps({"text": text, "n": n}) + "\n" for n, text in enumerate(sentences)))
    assert [row.metadata["n"] for row in found if isinstance(row, Document)] == list(range(len(sentences)))


def test_rows_stream(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write("text\n")
        file.writelines(f"row number {number}\n" for number in range(5000))
        file.write('"' + "x" * 2**25 + "\n")
    assert [row.text for row in islice(read(path), 3) if isinstance(row, Document)] == [
        "row number 0", "row number 1", "row number 2",
    ]  # fmt: skip
    with pytest.raises(ReadError, match="line of more than"):
        list(read(path))


def test_a_late_byte_that_is_not_utf_8_decides_the_encoding(tmp_path: Path) -> None:
    content = (
        b"text\n" + b"plain words here\n" * 100_000 + "déjà vu à Genève, où l’été est très beau\n".encode("cp1252")
    )
    last = rows(tmp_path / "a.csv", content)[-1]
    assert isinstance(last, Document)
    assert last.text == "déjà vu à Genève, où l’été est très beau"
