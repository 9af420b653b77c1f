"""Pictures of text (png, jpeg, tiff), recognised by a model that comes with the extra ``ocr``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # ONNX Runtime reads it when it is imported

import numpy as np
from PIL import Image, ImageSequence, UnidentifiedImageError
from rapidocr import RapidOCR

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, folded
from albert_search.readers.encodings import load
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document

_MOST_PIXELS = 100_000_000
_MOST_PAGES = 500
_LARGEST_STEP = 1.9
"""Lines whose tops lie further apart than so many heights belong to two paragraphs."""


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a picture; each picture of a tiff file is a page.

    The metadata has the ``boxes`` of the blocks, in their order: page, left, top, right and bottom in pixels.
    """
    with reading("a picture", UnidentifiedImageError, Image.DecompressionBombError, *PARSER_ERRORS):
        builder = DocumentBuilder(str(path), has_lines=False)
        boxes: list[list[int]] = []
        with Image.open(BytesIO(load(path))) as picture:
            for page, frame in enumerate(ImageSequence.Iterator(picture), start=1):
                if frame.width * frame.height > _MOST_PIXELS or page > _MOST_PAGES:
                    raise ReadError(f"it has more than {_MOST_PIXELS // 10**6} million pixels or {_MOST_PAGES} pages")
                builder.begin_page()
                boxes += [[page, *box] for box in _add_page(builder, frame)]
        if not boxes:
            raise ReadError("no text could be recognised in it")
        yield builder.build({"boxes": boxes})


def _add_page(builder: DocumentBuilder, picture: Image.Image) -> Iterator[list[int]]:
    """Add the paragraphs on a picture, and yield where each stands."""
    result = _recogniser()(np.asarray(picture.convert("RGB")))
    lines = list(zip(result.txts or (), result.boxes if result.boxes is not None else (), strict=True))
    paragraph: list[tuple[str, Any]] = []
    for text, box in [*lines, ("", None)]:
        if paragraph and (box is None or not _continues(paragraph[-1][1], box)):
            builder.add(folded(" ".join(text for text, _ in paragraph)))
            corners = np.concatenate([corners for _, corners in paragraph])
            yield [int(edge) for edge in (*corners.min(axis=0), *corners.max(axis=0))]
            paragraph = []
        if text.strip():
            paragraph.append((text, box))


def _continues(above: Any, below: Any) -> bool:
    """Tell whether a line is the next one of a paragraph: right below the one above, and over it."""
    height = above[:, 1].max() - above[:, 1].min()
    step = below[:, 1].min() - above[:, 1].min()
    overlaps = below[:, 0].min() < above[:, 0].max() and above[:, 0].min() < below[:, 0].max()
    return bool(overlaps and 0.5 * height < step < _LARGEST_STEP * height)


@cache
def _recogniser() -> RapidOCR:
    """Return what recognises text; its models come in its package, so nothing is downloaded."""
    return RapidOCR(params={"Global.log_level": "error"})
