"""PDF: the pages' lines, put together again to paragraphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from threading import Lock

import pypdfium2 as pdfium

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.formats.page_layout import Line, lines_of
from albert_search.readers.formats.page_words import inserts_of_page, words_of_page
from albert_search.readers.formats.paragraphs import BROKEN_HYPHEN, heading_levels, joined, paragraphs
from albert_search.readers.formats.running_heads import without_running_heads
from albert_search.readers.hyphens import words_of
from albert_search.readers.outline import bare_title, contents_title, has_leader, is_title
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Note

_MOST_CHARACTERS = 64 * 2**20
_FILE_MARK = b"%PDF-"
_RANGES_NAMED = 10
_ONE_AT_A_TIME = Lock()
"""PDFium keeps global state: no two threads may be inside it."""


def read(path: Path, _options: ReadOptions) -> Iterator[Document | Note]:
    """Read a PDF; its outline gives the headings, and where it has none, the type does."""
    with reading("a PDF", pdfium.PdfiumError, *PARSER_ERRORS):
        with path.open("rb") as file:
            if _FILE_MARK not in file.read(1024):
                raise ReadError("it is damaged, or not a PDF at all")
        with _ONE_AT_A_TIME:
            pages, headings, metadata = _extract(path)
        if not any(pages):
            raise ReadError("it holds no text, only pictures; recognise its text (OCR) first")
        yield _document(path, pages, headings, metadata)
        if empty := [number for number, page in enumerate(pages, start=1) if not page]:
            pages_named = f"page{'' if len(empty) == 1 else 's'} {_ranges(empty)}"
            holds = "holds" if len(empty) == 1 else "hold"
            yield Note(str(path), f"{pages_named} {holds} no text, only pictures; recognise their text (OCR) first")


def _ranges(numbers: Sequence[int]) -> str:
    """Write numbers as ranges.

    >>> _ranges([2, 3, 4, 7])
    '2-4, 7'
    """
    runs = [
        [number for _, number in run] for _, run in groupby(enumerate(numbers), key=lambda entry: entry[1] - entry[0])
    ]
    named = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs[:_RANGES_NAMED]]
    more = sum(map(len, runs[_RANGES_NAMED:]))
    return ", ".join(named) + (f" and {more} more" if more else "")


def _extract(path: Path) -> tuple[list[list[Line]], dict[tuple[int, str], int], dict[str, str]]:
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
    """Return the lines of a page that hold text, in reading order."""
    page = pdf[number]
    try:
        return lines_of(words_of_page(page), inserts_of_page(page), number)
    finally:
        page.close()


def _headings(pdf: pdfium.PdfDocument) -> dict[tuple[int, str], int]:
    found = {}
    for bookmark in pdf.get_toc():
        target = bookmark.get_dest()
        if target is not None and target.get_index() is not None:
            found[target.get_index(), bare_title(clean(bookmark.get_title()))] = bookmark.level + 1
    return found


def _metadata(pdf: pdfium.PdfDocument) -> dict[str, str]:
    found = {name.lower(): folded(clean(value)) for name, value in pdf.get_metadata_dict().items()}
    return {name: found[name] for name in ("title", "author", "subject", "keywords") if found.get(name)}


def _document(
    path: Path, pages: list[list[Line]], headings: dict[tuple[int, str], int], metadata: dict[str, str]
) -> Document:
    """Put paragraphs together and note where each page begins in them."""
    builder = DocumentBuilder(str(path))
    lines = without_running_heads(pages)
    words = words_of(line.text for line in lines)
    found = list(paragraphs(lines))
    levels = [_level(paragraph, headings) for paragraph in found] if headings else heading_levels(found)
    _add_title(builder, metadata.get("title", ""), found, levels)
    starts: list[int] = []
    for paragraph, level in zip(found, levels, strict=True):
        text, offsets = joined(paragraph, words)
        if level:
            builder.add_heading(text, level)
        else:
            entry = contents_title(text.replace(" | ", " ")) if has_leader(text) else None
            text = entry or text
            builder.add(text, points_to=entry)
        begin = builder.length - len(text)
        for line, offset in zip(paragraph, offsets, strict=True):
            starts.extend([max(0, begin + offset)] * (line.page + 1 - len(starts)))
    starts.extend([builder.length] * (len(pages) - len(starts)))
    return builder.build(metadata, page_starts=tuple(starts))


def _add_title(
    builder: DocumentBuilder, title: str, found: Sequence[Sequence[Line]], levels: Sequence[int | None]
) -> None:
    """Have the title of the file lead its text, where no heading does and its first page does not have it."""
    if not is_title(title) or any(levels):
        return
    first_page = " ".join(line.text for paragraph in found for line in paragraph if line.page == 0)
    if bare_title(title) not in bare_title(first_page):
        builder.add_heading(title, 0)


def _level(paragraph: Sequence[Line], headings: dict[tuple[int, str], int]) -> int | None:
    """Return the level of a paragraph that the outline names, with or without its number."""
    if len(paragraph) > 2:
        return None
    title = " ".join(line.text for line in paragraph).replace(BROKEN_HYPHEN, "-")
    return headings.get((paragraph[0].page, bare_title(title)))
