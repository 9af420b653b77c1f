"""What stands on a page of a PDF: its words with their places, the values of its form, its annotations."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from albert_search.errors import ReadError
from albert_search.readers.blocks import clean, folded
from albert_search.readers.formats.page_layout import Box, Insert, Word

_MOST_WORDS = 100_000
_MOST_ANNOTATIONS = 5_000
_LONGEST_VALUE_BYTES = 2**20
_BROKEN_HYPHEN = "\ufffe"
"""What PDFium writes where a word is broken at the end of a line, for hyphen and line end together."""
_WORD = re.compile(r"[^\s\ufffe]+\ufffe?|\ufffe")
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_HIDDEN_FLAGS = 2 | 32  # hidden, no view
_CHECKED = {True: "[x]", False: "[ ]"}
_WITHOUT_TEXT = frozenset((pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP))


def words_of_page(page: pdfium.PdfPage) -> list[Word]:
    """Return the words of a page in the order in which they were drawn.

    Raises:
        ReadError: There are more of them than a page can hold.
    """
    textpage = page.get_textpage()
    try:
        text = textpage.get_text_range().replace("\u0002", _BROKEN_HYPHEN)
        if len(text) != textpage.count_chars():
            # Characters beyond the basic plane shift PDFium's numbers against Python's.
            codes = (pdfium_c.FPDFText_GetUnicode(textpage, index) for index in range(textpage.count_chars()))
            text = "".join(chr(code) if code < 0x110000 else "\ufffd" for code in codes)
        words: list[Word] = []
        begin = 0
        for line in text.split("\r\n"):
            if line.strip():
                angle, bold = _angle(textpage, begin + len(line) - len(line.lstrip())), None
                for match in _WORD.finditer(line):
                    first, last = begin + match.start(), begin + match.end() - 1
                    if bold is None:
                        bold = _is_bold(textpage, first)
                    if word := _word(textpage, match[0], first, last, angle, len(words), bold):
                        words.append(word)
            begin += len(line) + 2
            if len(words) > _MOST_WORDS:
                raise ReadError(f"it holds a page of more than {_MOST_WORDS:,} words")
        return words
    finally:
        textpage.close()


def _word(
    textpage: Any,
    raw: str,
    first: int,
    last: int,
    angle: float,
    order: int,
    bold: bool,
) -> Word | None:
    """Return a word in the frame of its line, in which it reads from left to right."""
    broken = raw.endswith(_BROKEN_HYPHEN)
    text = clean(raw.rstrip(_BROKEN_HYPHEN))
    if broken:
        text, last = text + _BROKEN_HYPHEN, max(first, last - 1)
    if not text:
        return None
    box = _box(textpage, first)
    if last > first:
        end = _box(textpage, last)
        box = (min(box[0], end[0]), min(box[1], end[1]), max(box[2], end[2]), max(box[3], end[3]))
    left, bottom, right, top = turned(box, angle)
    return Word(text, left, bottom, right, top, angle, order, bold)


def _box(textpage: Any, index: int) -> Box:
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(textpage, index, rect)
    return rect.left, rect.bottom, rect.right, rect.top


def turned(box: Box, angle: float) -> Box:
    """Return a box in the frame of text that is turned by an angle, clockwise and in radians."""
    if not angle:
        return box
    along, across = math.cos(angle), -math.sin(angle)
    corners = [(x * along + y * across, -x * across + y * along) for x in box[::2] for y in box[1::2]]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _angle(textpage: Any, index: int) -> float:
    """Return by how much the text is turned, in steps of a twentieth of a right angle."""
    angle = pdfium_c.FPDFText_GetCharAngle(textpage, index)
    step = math.pi / 40
    return round(angle / step) % 80 * step if angle > 0 else 0.0


def _is_bold(textpage: Any, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    pdfium_c.FPDFText_GetFontInfo(textpage, index, name, len(name), None)
    return _BOLD.search(name.value.decode("utf-8", "replace")) is not None


def inserts_of_page(page: pdfium.PdfPage) -> Iterator[Insert]:
    """Yield what a form's fields hold and what annotations say, with their places on the page."""
    for index in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), _MOST_ANNOTATIONS)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
            if kind in _WITHOUT_TEXT or pdfium_c.FPDFAnnot_GetFlags(annotation) & _HIDDEN_FLAGS:
                continue
            if kind == pdfium_c.FPDF_ANNOT_WIDGET:
                text, role = _value(annotation)
            else:
                printed = kind == pdfium_c.FPDF_ANNOT_FREETEXT
                text, role = _string(annotation, "Contents"), "printed" if printed else "comment"
            if text := folded(clean(text)):
                rect = pdfium_c.FS_RECTF()
                pdfium_c.FPDFAnnot_GetRect(annotation, rect)
                yield Insert(text, (rect.left, rect.bottom, rect.right, rect.top), role)
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)


def _value(annotation: Any) -> tuple[str, str]:
    """Return what a field of a form holds, and whether it is a box to tick."""
    state = _string(annotation, "AS")
    if state:
        return _CHECKED[state != "Off"], "tick"
    return _string(annotation, "V"), "value"


def _string(annotation: Any, key: str) -> str:
    name = key.encode() + b"\0"
    length = pdfium_c.FPDFAnnot_GetStringValue(annotation, name, None, 0)
    if not 2 < length < _LONGEST_VALUE_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium_c.FPDFAnnot_GetStringValue(
        annotation, name, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), length
    )
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")
