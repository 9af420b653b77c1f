from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document
from tests.support.reading import ReadText, texts
from tests.support.real_files import FILES


def test_headings_tables_and_notes(tmp_path: Path) -> None:
    shutil.copyfile(FILES / "honey.rtf", tmp_path / "honey.rtf")
    [document] = read(tmp_path / "honey.rtf")
    assert isinstance(document, Document)
    keeping = ("On keeping honey",)
    assert [(block.headings, text) for block, text in zip(document.blocks, texts(document), strict=True)] == [
        ((), "On keeping honey"),
        (keeping, "Honey never spoils if the jar is closed. Café owners know it."),
        (keeping, "In numbers"),
        ((*keeping, "In numbers"), "Kind | Years"),
        ((*keeping, "In numbers"), "Clover | 3000"),
        ((), "Water spoils it."),
    ]


def test_metadata_and_code_pages(read_text: ReadText) -> None:
    source = (
        rb"{\rtf1\ansi\ansicpg1252{\info{\title Gr\'f6\'dfe}{\author Jo}{\creatim\yr2024\mo3\dy1\hr9\min5}}"
        rb"\pard Caf\'e9 \u8364? 5.\par}"
    )
    document = read_text("a.rtf", source)
    assert texts(document) == ["Café € 5."]
    assert document.metadata == {"title": "Größe", "author": "Jo", "created": "2024-03-01T09:05:00"}


def test_what_is_no_rtf(read_text: ReadText) -> None:
    with pytest.raises(ReadError, match="not RTF at all"):
        read_text("a.rtf", "Only words.")
