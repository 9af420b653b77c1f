from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document
from tests.support.reading import texts


def write(path: Path) -> Path:
    presentation = Presentation()
    presentation.core_properties.title = "Bread"
    presentation.core_properties.author = "Jo Miller"
    first = presentation.slides.add_slide(presentation.slide_layouts[1])
    first.shapes.title.text = "Why rye"
    first.placeholders[1].text = "It keeps longer.\nIt is sour."
    first.notes_slide.notes_text_frame.text = "Tell of the mill."
    presentation.slides.add_slide(presentation.slide_layouts[6])
    third = presentation.slides.add_slide(presentation.slide_layouts[5])
    third.shapes.title.text = "Hours"
    table = third.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for cell, text in zip(table.iter_cells(), ["Kind", "Hours", "Rye", "12"], strict=True):
        cell.text = text
    box = third.shapes.add_group_shape().shapes.add_textbox(0, 0, 100, 100)
    box.text_frame.text = "In a group."
    data = CategoryChartData()
    data.categories = ["Rye"]
    data.add_series("Hours", (12,))
    size = (Inches(1), Inches(3), Inches(4), Inches(2))
    chart = third.shapes.add_chart(XL_CHART_TYPE.PIE, *size, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Hours of each kind"
    presentation.save(str(path))
    return path


def test_slides_are_pages_and_their_titles_headings(tmp_path: Path) -> None:
    [document] = read(write(tmp_path / "a.pptx"))
    assert isinstance(document, Document)
    found = [
        (document.page_at(block.start), block.headings, text)
        for block, text in zip(document.blocks, texts(document), strict=True)
    ]
    assert found == [
        (1, (), "Why rye"),
        (1, ("Why rye",), "It keeps longer."),
        (1, ("Why rye",), "It is sour."),
        (1, ("Why rye",), "Tell of the mill."),
        (3, (), "Hours"),
        (3, ("Hours",), "Kind | Hours"),
        (3, ("Hours",), "Rye | 12"),
        (3, ("Hours",), "In a group."),
        (3, ("Hours",), "Hours of each kind"),
    ]
    assert (document.metadata["title"], document.metadata["author"]) == ("Bread", "Jo Miller")


def test_without_properties_there_is_no_metadata(tmp_path: Path) -> None:
    bare = tmp_path / "bare.pptx"
    with zipfile.ZipFile(write(tmp_path / "a.pptx")) as old, zipfile.ZipFile(bare, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "_rels/.rels":
                data = data.replace(b"relationships/metadata/core-properties", b"relationships/metadata/other")
            new.writestr(info, data)
    [document] = read(bare)
    assert isinstance(document, Document)
    assert document.metadata == {}


def test_a_bomb_is_refused_before_it_inflates(tmp_path: Path) -> None:
    path = write(tmp_path / "a.pptx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("ppt/bomb.xml", "w") as part:
        for _ in range(100):
            part.write(b" " * 2**20)
    with pytest.raises(ReadError, match="inflates to more than"):
        list(read(path))
