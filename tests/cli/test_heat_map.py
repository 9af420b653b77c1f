"""Cosines of real vectors against numpy, the article's six sentences, and pictures on which every label can be read."""

from __future__ import annotations

import re
import sys
import warnings
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from albert_search.albert import Encoder
from albert_search.arrays import similarity_matrix
from albert_search.cli.heat_map import plot_similarity, value_range
from albert_search.errors import MissingExtra, StorageError, UsageError
from tests.support.article import SIX

PARTNERS = [1, 0, 3, 2, 5, 4]
"""The article's own groups: telephones, weather, age. Its published matrix has one of the six right."""

LABELS = [
    "costs $5 and not $6_a^b",
    "a < b & c > d",
    "Donaudampfschifffahrtsgesellschaftskapitänswitwenrente",
    "MMMMMMMMMMMMMMMMMMMM WWWWWWWWWWWWWWWWWWWWWWWWW",
    "Colour\x1b[31m and a\ttab, then what goes on and on: " + "many more words follow here " * 12,
]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return Encoder.load().encode(SIX)


def test_the_matrix_is_numpys(vectors: np.ndarray) -> None:
    matrix = similarity_matrix(vectors * np.array([[1], [2], [0.1], [5], [1], [9]], np.float32))
    expected = [[np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b)) for b in vectors] for a in vectors]
    assert matrix.dtype == np.float32
    np.testing.assert_allclose(matrix, expected, atol=1e-6)


def test_each_of_the_articles_sentences_has_its_partner_nearest(vectors: np.ndarray) -> None:
    matrix = similarity_matrix(vectors)
    np.fill_diagonal(matrix, -1)
    assert matrix.argmax(axis=1).tolist() == PARTNERS


@given(arrays(np.float32, (4, 3), elements=st.floats(-(2.0**60), 2.0**60, width=32)))
def test_cosines_stay_cosines(table: np.ndarray) -> None:
    matrix = similarity_matrix(table)
    assert np.isfinite(matrix).all()
    assert (abs(matrix) <= 1).all()
    np.testing.assert_array_equal(matrix, matrix.T)


def test_one_vector_is_no_table() -> None:
    with pytest.raises(UsageError, match=r"\(n, dim\), not of shape \(3,\)"):
        similarity_matrix([1, 2, 3])


def test_the_scale_leaves_out_the_diagonal_but_no_equal_texts() -> None:
    assert value_range(np.array([[1, 0.25], [0.25, 1]], np.float32)) == pytest.approx((0.15, 0.35))
    assert value_range(np.array([[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]], np.float32)) == (0.5, 1)


def test_the_png_shows_each_value_in_a_colour_of_its_own(tmp_path: Path) -> None:
    from matplotlib.image import imread

    matrix = np.array([[1, 0.96, 0.92], [0.96, 1, 0.94], [0.92, 0.94, 1]], np.float32)  # as of a raw ALBERT
    plot_similarity(matrix, ["one", "two", "three"], tmp_path / "map.png")
    picture = imread(tmp_path / "map.png")
    height, width, _ = picture.shape
    assert 200 < height < width < 1500
    area = (picture.reshape(-1, picture.shape[2])[:, :3] * 255).round().astype(int)
    colours, counts = np.unique(area, axis=0, return_counts=True)
    large = {tuple(colour) for colour in colours[counts > 0.04 * len(area)].tolist()}
    ends = {(68, 1, 84), (253, 231, 36), (253, 231, 37)}  # of viridis, as it is published
    assert len(large & ends) == 2
    assert len(large - {(255, 255, 255)}) >= 4  # three values and the diagonal


def test_every_label_is_whole_and_inside_the_svg(tmp_path: Path) -> None:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    matrix = similarity_matrix(np.random.default_rng(0).normal(size=(len(LABELS), 8)))
    plot_similarity(matrix, LABELS, tmp_path / "map.svg")
    root = ElementTree.parse(tmp_path / "map.svg").getroot()
    left, top, width, height = map(float, root.attrib["viewBox"].split())
    for text in root.iter(f"{SVG}text"):
        x, y = _place(text)
        size = float(re.search(r"([\d.]+)px", text.attrib["style"])[1])  # type: ignore[index]
        length = TextPath((0, 0), text.text or "", size=size, prop=FontProperties()).get_extents().width
        before, after = {"start": (0, 1), "middle": (0.5, 0.5), "end": (1, 0)}[_anchor(text)]
        rotated = "rotate(-90" in text.attrib.get("transform", "")
        assert left <= x - (0 if rotated else before * length), text.text
        assert x + (0 if rotated else after * length) <= left + width, text.text
        assert top <= y - size < y <= top + height, text.text
    above = [text for text in root.iter(f"{SVG}text") if _anchor(text) == "middle" and "MMM" in (text.text or "")]
    assert all(len(text.text or "") < 12 for text in above)  # 11 of them are as wide as a column
    shown = "".join("".join(text.text or "" for text in root.iter(f"{SVG}text")).split())
    for label in LABELS:
        printable = "".join(character for character in label if character.isprintable())
        assert shown.count("".join(printable.split())) == 2, label  # once for its row, once for its column


def _anchor(text: ElementTree.Element) -> str:
    found = re.search(r"text-anchor: (\w+)", text.attrib["style"])
    return found[1] if found else "start"


def _place(text: ElementTree.Element) -> tuple[float, float]:
    if "x" in text.attrib:
        return float(text.attrib["x"]), float(text.attrib["y"])
    found = re.search(r"translate\(([\d.-]+)[ ,]+([\d.-]+)\)", text.attrib["transform"])
    assert found
    return float(found[1]), float(found[2])


def test_the_same_matrix_makes_the_same_picture(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        plot_similarity(np.ones((2, 2), np.float32), ["one", "one"], tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


@pytest.mark.parametrize(
    ("count", "labels", "name", "error", "message"),
    [
        (2, ["a", "b"], "map.jpg", UsageError, r"ends in \.png or \.svg, not to .*map\.jpg"),
        (2, ["a"], "map.png", UsageError, r"shape \(2, 2\) does not fit 1 labels"),
        (61, ["a"] * 61, "map.png", UsageError, "of 61 texts cannot be read: draw at most 60"),
        (1, ["a" * 601], "map.png", UsageError, "of 601 characters is too long to draw: use at most 600"),
        (1, ["a"], "missing/map.svg", StorageError, "cannot write .*: no such file or directory"),
    ],
)
def test_what_cannot_be_drawn(
    tmp_path: Path, count: int, labels: list[str], name: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        plot_similarity(np.ones((count, count), np.float32), labels, tmp_path / name)


def test_without_matplotlib_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r"^drawing needs matplotlib: pip install 'albert-search\[plot\]'$"):
        plot_similarity(np.ones((1, 1), np.float32), ["a"], tmp_path / "map.png")


@pytest.mark.parametrize(("label", "name"), [("a text", "map.png"), ("\U00013000 \U0001f9ff", "map.svg")])
def test_drawing_warns_of_nothing(tmp_path: Path, label: str, name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot_similarity(np.ones((1, 1), np.float32), [label], tmp_path / name)


def test_no_png_is_drawn_whose_labels_would_be_boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from matplotlib.font_manager import fontManager

    monkeypatch.setattr(fontManager, "ttflist", [font for font in fontManager.ttflist if font.name == "DejaVu Sans"])
    with pytest.raises(UsageError, match=r"no font of this machine shows '日本': install one, or draw to \.svg"):
        plot_similarity(np.ones((1, 1), np.float32), ["in 日本"], tmp_path / "map.png")
    plot_similarity(np.ones((1, 1), np.float32), ["in 日本"], tmp_path / "map.svg")
    assert "日本" in (tmp_path / "map.svg").read_text(encoding="utf-8")


def test_another_font_shows_what_the_usual_one_lacks(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot_similarity(np.ones((1, 1), np.float32), ["an arc: ⌒"], tmp_path / "map.png")
