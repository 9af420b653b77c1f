from __future__ import annotations

from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document
from tests.support.documents import LONG, write_hyphenated_pdf, write_pdf, write_picture_pdf
from tests.support.reading import texts


def only(path: Path) -> Document:
    [document] = read(path)
    assert isinstance(document, Document)
    return document


def test_paragraphs_are_joined_over_lines_and_pages(tmp_path: Path) -> None:
    document = only(write_pdf(tmp_path / "a.pdf"))
    assert (LONG * 18).strip() in texts(document)
    assert texts(document)[-3:] == ["A second paragraph is short.", "Third page here.", "Fourth page here."]
    assert document.text.count("Harbour Report") == 1
    assert document.metadata == {"title": "Harbours", "author": "Ada Wells", "subject": "Stones"}


def test_pages(tmp_path: Path) -> None:
    document = only(write_pdf(tmp_path / "a.pdf"))
    pages = len(document.page_starts)
    assert document.page_at(0) == 1
    assert document.page_at(document.text.index("Third page")) == pages - 1
    assert document.page_at(document.text.index("Fourth page")) == pages
    assert list(document.page_starts) == sorted(document.page_starts)
    paragraph = document.blocks[texts(document).index((LONG * 18).strip())]
    assert document.page_at(paragraph.start) == 1
    assert document.page_at(paragraph.end - 1) == 2


def test_hyphens_at_line_ends(tmp_path: Path) -> None:
    text = only(write_hyphenated_pdf(tmp_path / "a.pdf")).text
    assert text == "The committee praised the well-known and well-known design."


def test_why_a_pdf_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="encrypted"):
        only(write_pdf(tmp_path / "locked.pdf", password="word"))
    with pytest.raises(ReadError, match="holds no text"):
        only(write_picture_pdf(tmp_path / "scan.pdf"))
    with pytest.raises(ReadError, match="not there"):
        only(tmp_path / "gone.pdf")
