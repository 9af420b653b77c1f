from __future__ import annotations

from pathlib import Path

import matplotlib
import pytest
from PIL import Image, ImageDraw, ImageFont

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document
from tests.support.reading import texts

FONT = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")


def picture(*lines: tuple[int, str]) -> Image.Image:
    image = Image.new("RGB", (800, 260), "white")
    for top, text in lines:
        ImageDraw.Draw(image).text((30, top), text, fill="black", font=ImageFont.truetype(FONT, 24))
    return image


def test_lines_of_a_paragraph_are_joined_and_have_a_box(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    picture(
        (30, "The harbour was built by engineers who"), (66, "had never seen the sea."), (180, "Second part.")
    ).save(path)
    [document] = read(path)
    assert isinstance(document, Document)
    assert texts(document) == ["The harbour was built by engineers who had never seen the sea.", "Second part."]
    first, second = document.metadata["boxes"]
    assert first[0] == second[0] == 1
    assert 20 <= first[1] <= 40
    assert 20 <= first[2] <= 45
    assert 80 <= first[4] <= 105
    assert second[2] > 165


def test_each_picture_of_a_tiff_file_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "a.tiff"
    picture((30, "The first page.")).save(path, save_all=True, append_images=[picture((30, "The second page."))])
    [document] = read(path)
    assert isinstance(document, Document)
    assert [document.page_at(block.start) for block in document.blocks] == [1, 2]
    assert texts(document) == ["The first page.", "The second page."]


def test_a_picture_without_text_says_so(tmp_path: Path) -> None:
    picture().save(tmp_path / "a.jpg")
    with pytest.raises(ReadError, match="no text could be recognised"):
        list(read(tmp_path / "a.jpg"))
