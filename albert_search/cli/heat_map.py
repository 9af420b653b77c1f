"""The heat map of a matrix of cosines."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from albert_search.errors import StorageError, UsageError, needs_extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")
MOST_PLOTTED = 60
"""Texts in one heat map; of more, no screen shows the labels."""
LONGEST_LABEL_CHARACTERS = 600
"""About as much of a text as a model reads."""

CELL_WIDTH_INCHES = 1.25
CELL_HEIGHT_INCHES = 0.6
LINE_INCHES = 0.155
COLUMN_LABEL_INCHES = 1.15
ROW_LABEL_INCHES = 2.8
LABEL_POINTS = 9
LEAST_CHARACTER_POINTS = 4
"""Least width of a character, on average over a line."""

BOXES_FONT = "Last Resort High-Efficiency"
"""Comes with matplotlib, and shows of every character only which script it belongs to."""

PNG_DOTS_PER_INCH = 150
MOST_PNG_DOTS = 40_000_000
"""A large picture is drawn coarser rather than taking gigabytes of memory."""


def value_range(matrix: npt.NDArray[np.float32]) -> tuple[float, float]:
    """Return the lowest and the highest cosine of two different texts, both in [-1, 1].

    The diagonal is left out: every text has cosine 1 with itself, which says nothing and would take up the top of a
    scale. Where all are the same, as of two texts, the range reaches a little beyond them on both sides.
    """
    others = matrix[~np.eye(len(matrix), dtype=bool)]
    low, high = (float(others.min()), float(others.max())) if others.size else (0.0, 1.0)
    return (low, high) if high - low >= 0.001 else (low - 0.1, high + 0.1)


def decimals(low: float, high: float) -> int:
    """Return how many decimals tell the values of a range apart: 2, more where it is narrow."""
    return 2 if high - low >= 0.1 else 3 if high - low >= 0.01 else 4


def plot_similarity(matrix: npt.NDArray[np.float32], labels: Sequence[str], path: str | Path) -> None:
    """Draw a matrix of cosines as an annotated heat map.

    The colours run from the lowest to the highest cosine of two different texts, not from -1 or 0 to 1: a raw ALBERT
    has 0.9 and more between any two texts, and on a fixed scale all its cells would look the same. The diagonal, always
    1, stays grey, so that it does not stretch the scale either. Viridis is perceptually uniform: equal differences of
    the cosine look equally large everywhere on the scale, in print and to the colour-blind too, which is not so for
    rainbows, where some steps leap to the eye and others vanish.

    Args:
        matrix: float32, (n, n), cosines in [-1, 1].
        labels: The n texts; long ones are wrapped, none is cut; 600 characters at most.
        path: Where the picture goes; its suffix, ``.png`` or ``.svg``, says which kind it is.

    Raises:
        MissingExtra: matplotlib is not installed.
        StorageError: The picture cannot be written.
        UsageError: The suffix is another, the labels do not fit the matrix, they are too many or too long to draw, or
            no font shows them.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise UsageError(f"a heat map is drawn to a name that ends in {' or '.join(FORMATS)}, not to {path}")
    if not labels or matrix.shape != (len(labels), len(labels)):
        raise UsageError(f"a matrix of shape {matrix.shape} does not fit {len(labels)} labels")
    if len(labels) > MOST_PLOTTED:
        raise UsageError(f"a heat map of {len(labels)} texts cannot be read: draw at most {MOST_PLOTTED}")
    longest = max(map(len, labels))
    if longest > LONGEST_LABEL_CHARACTERS:
        raise UsageError(f"a label of {longest} characters is too long to draw: use at most {LONGEST_LABEL_CHARACTERS}")
    picture = _picture(matrix, labels, path.suffix.lower().removeprefix("."))
    try:
        path.write_bytes(picture)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from error


def _picture(matrix: npt.NDArray[np.float32], labels: Sequence[str], kind: str) -> bytes:
    with needs_extra("plot", "drawing"):
        from matplotlib import rc_context
    fonts, missing = _further_fonts("".join(labels))
    if missing and kind == "png":
        raise UsageError(
            f"no font of this machine shows {''.join(missing)!r}: install one, or draw to .svg, "
            "which is shown with the fonts of whoever looks at it"
        )
    # SVG keeps its texts as text, which can be searched and copied; without dates the same matrix makes the same file.
    looks: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "albert-search", "font.size": LABEL_POINTS}
    with rc_context(looks | {"font.family": ["sans-serif", *fonts]}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        return _drawn(matrix, labels, kind)


def _drawn(matrix: npt.NDArray[np.float32], labels: Sequence[str], kind: str) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = [_wrapped(label, ROW_LABEL_INCHES) for label in labels]
    tallest = max(row.count("\n") for row in rows) + 1
    size = (CELL_WIDTH_INCHES * len(rows), max(CELL_HEIGHT_INCHES, LINE_INCHES * (tallest + 1)) * len(rows))
    figure = Figure(figsize=size)  # not through pyplot, which keeps every figure and is not safe between threads
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    _draw_cells(figure, axes, matrix)
    _draw_labels(axes, rows, [_wrapped(label, COLUMN_LABEL_INCHES) for label in labels])
    with BytesIO() as picture:
        # The canvas grows until every label is inside, however long it is.
        figure.savefig(
            picture,
            format=kind,
            dpi=min(PNG_DOTS_PER_INCH, (MOST_PNG_DOTS / (size[0] * size[1])) ** 0.5),
            bbox_inches="tight",
            pad_inches=0.15,
            metadata={"Date": None} if kind == "svg" else None,
        )
        return picture.getvalue()


def _further_fonts(text: str) -> tuple[list[str], list[str]]:
    """Return the fonts that show what the usual one does not, and the characters that none shows."""
    from matplotlib.font_manager import FontProperties, findfont, fontManager

    fonts, missing = [], {character for character in text if character.isprintable()}
    missing -= _characters(findfont(FontProperties()))
    regular = (font for font in fontManager.ttflist if font.style == "normal" and font.weight in (400, "normal"))
    for font in regular if missing else ():
        if font.name != BOXES_FONT and (shown := missing & _characters(font.fname)):
            fonts.append(font.name)
            missing -= shown
    return fonts, sorted(missing)


def _characters(font_file: str) -> set[str]:
    from matplotlib.font_manager import get_font

    return set(map(chr, get_font(font_file).get_charmap()))


def _draw_cells(figure: Figure, axes: Axes, matrix: npt.NDArray[np.float32]) -> None:
    from matplotlib import colormaps

    count = len(matrix)
    low, high = value_range(matrix)
    values = np.ma.masked_array(matrix, mask=np.eye(count, dtype=bool))
    colours = colormaps["viridis"].with_extremes(bad="0.9")
    image = axes.imshow(values, cmap=colours, vmin=low, vmax=high, aspect="auto")
    width_inches = figure.get_figwidth()
    bar = axes.inset_axes((1 + 0.25 / width_inches, 0, 0.16 / width_inches, 1))
    places = decimals(low, high)
    figure.colorbar(image, cax=bar, label="cosine", format=f"%.{places}f").outline.set_visible(False)
    for row, column in np.ndindex(count, count):
        # The upper half of viridis is light: dark figures are read on it, white ones on the lower half.
        light = row == column or matrix[row, column] > low + 0.55 * (high - low)
        colour = "0.45" if row == column else "black" if light else "white"
        axes.text(column, row, f"{matrix[row, column]:.{places}f}", ha="center", va="center", color=colour, fontsize=10)


def _draw_labels(axes: Axes, rows: Sequence[str], columns: Sequence[str]) -> None:
    places = range(len(rows))
    axes.xaxis.tick_top()
    # Texts are not formulas: without this, what stands between two dollar signs would be set as one.
    axes.set_xticks(places, columns, parse_math=False)
    axes.set_yticks(places, rows, parse_math=False)
    axes.tick_params(length=0, pad=6)
    axes.spines[:].set_visible(False)
    edges = np.arange(len(rows) + 1) - 0.5
    axes.set_xticks(edges, minor=True)
    axes.set_yticks(edges, minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="minor", length=0)


def _wrapped(label: str, width_inches: float) -> str:
    """Return a label on as many lines as it needs to be no wider than this, without what cannot be shown."""
    text = "".join(character if character.isprintable() else " " for character in label)
    lines = [text]
    for characters in range(int(width_inches * 72 / LEAST_CHARACTER_POINTS), 0, -1):
        lines = textwrap.wrap(text, characters)
        if all(_width_inches(line) <= width_inches for line in lines):
            break
    return "\n".join(lines)


def _width_inches(line: str) -> float:
    """Return how wide a line is: capitals and ideographs take several times the place of an i."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    width, _, _ = text_to_path.get_text_width_height_descent(line, FontProperties(size=LABEL_POINTS), False)
    return float(width) / 72
