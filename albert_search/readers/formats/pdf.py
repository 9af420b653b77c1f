"""PDF: the pages' lines, put together again to paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Lock

import pypdfium2 as pdfium

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.formats.paragraphs import (
    BROKEN_HYPHEN,
    LIST_ITEM,
    Line,
    joined,
    paragraphs,
    without_running_heads,
    words_of,
)
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Metadata

_MOST_CHARACTERS = 64 * 2**20
_FILE_MARK = b"%PDF-"
_ONE_AT_A_TIME = Lock()
"""PDFium keeps global state: no two threads may be inside it."""


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a PDF; its outline gives the headings."""
    with reading("a PDF", pdfium.PdfiumError, *PARSER_ERRORS):
        with path.open("rb") as file:
            if _FILE_MARK not in file.read(1024):
                raise ReadError("it is damaged, or not a PDF at all")
        with _ONE_AT_A_TIME:
            pages, headings, metadata = _extract(path)
        if not any(pages):
            raise ReadError("it holds no text, only pictures; recognise its text (OCR) first")
        yield _document(path, pages, headings, metadata)


def _extract(path: Path) -> tuple[list[list[Line]], dict[tuple[int, str], int], Metadata]:
    """Return the lines of each page, the level of each heading by its page and folded title, and the metadata."""
    try:
        pdf = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise ReadError("it is encrypted and wants a password") from error
        raise
    with pdf:
        pages, length = [], 0
        for number in range(len(pdf)):
            pages.append(_lines_of_page(pdf, number))
            length += sum(len(line.text) for line in pages[-1])
            if length > _MOST_CHARACTERS:
                raise ReadError(f"it holds more than {_MOST_CHARACTERS // 2**20} million characters; split it")
        return pages, _headings(pdf), _metadata(pdf)


def _lines_of_page(pdf: pdfium.PdfDocument, number: int) -> list[Line]:
    """Return the lines of a page that hold text, in PDFium's reading order."""
    page = pdf[number]
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    # Characters beyond the basic plane shift PDFium's numbers against Python's; such a page has no boxes.
    has_boxes = len(text) == textpage.count_chars()
    lines, begin = [], 0
    for raw in text.split("\r\n"):
        stripped = raw.strip()
        if words := folded(_cleaned(raw)):
            first = begin + len(raw) - len(raw.lstrip())
            last = first + len(stripped) - 1
            if has_boxes:
                # The bullet of a list item is often of another type than its words.
                word = first + (bullet.end() if (bullet := LIST_ITEM.match(stripped)) else 0)
                left = textpage.get_charbox(first, loose=True)[0]
                _, bottom, _, top = textpage.get_charbox(word, loose=True)
                last_bottom = textpage.get_charbox(last, loose=True)[1]
                lines.append(Line(words, number, left, bottom, last_bottom, top - bottom))
            else:
                lines.append(Line(words, number))
        begin += len(raw) + 2
    textpage.close()
    page.close()
    return lines


def _cleaned(text: str) -> str:
    """Clean a line, but keep the marks at which a word was broken."""
    return BROKEN_HYPHEN.join(map(clean, text.replace("\u0002", BROKEN_HYPHEN).split(BROKEN_HYPHEN)))


def _headings(pdf: pdfium.PdfDocument) -> dict[tuple[int, str], int]:
    levels = {}
    for bookmark in pdf.get_toc():
        target = bookmark.get_dest()
        if target is not None and target.get_index() is not None:
            levels[target.get_index(), folded(clean(bookmark.get_title())).lower()] = bookmark.level + 1
    return levels


def _metadata(pdf: pdfium.PdfDocument) -> Metadata:
    values = {name.lower(): folded(clean(value)) for name, value in pdf.get_metadata_dict().items()}
    return {name: values[name] for name in ("title", "author", "subject", "keywords") if values.get(name)}


def _document(
    path: Path, pages: list[list[Line]], headings: dict[tuple[int, str], int], metadata: Metadata
) -> Document:
    """Put paragraphs together and note where each page begins in them."""
    builder = DocumentBuilder(str(path))
    lines = without_running_heads(pages)
    words = words_of(lines)
    starts: list[int] = []
    for paragraph in paragraphs(lines):
        text, offsets = joined(paragraph, words)
        level = _level(paragraph, headings)
        if level:
            builder.add_heading(text, level)
        else:
            builder.add(text)
        begin = builder.length - len(text)
        for line, offset in zip(paragraph, offsets, strict=True):
            starts.extend([begin + offset] * (line.page + 1 - len(starts)))
    starts.extend([builder.length] * (len(pages) - len(starts)))
    return builder.build(metadata, page_starts=tuple(starts))


def _level(paragraph: list[Line], headings: dict[tuple[int, str], int]) -> int | None:
    """Return the level of a paragraph that the outline names, with or without its number."""
    if len(paragraph) > 2:
        return None
    page = paragraph[0].page
    title = " ".join(line.text for line in paragraph).lower()
    unnumbered = title.lstrip("0123456789. ")
    return headings.get((page, title)) or headings.get((page, unnumbered))
