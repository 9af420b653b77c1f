"""Pages as people have them: expected sentences are written by hand, after public reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from albert_search.readers import read
from albert_search.readers.hyphens import hyphen
from albert_search.types import Document, Note
from tests.support.reading import texts

LEFT = [
    "The mill was built in the year of",
    "the great flood, which took away",
    "the bridge and half of the village.",
    "It was rebuilt by the miller himself",
    "with the stones of the old chapel.",
]
RIGHT = [
    "Visitors may borrow a lantern at",
    "the door, since there are no lamps",
    "inside. Dogs must stay outside, and",
    "children are to be led by the hand",
    "on the stairs to the upper floor.",
]


def document_of(path: Path) -> tuple[Document, list[str]]:
    [document, *notes] = read(path)
    assert isinstance(document, Document)
    return document, [note.text for note in notes if isinstance(note, Note)]


def case(shared: Path, name: str) -> tuple[Document, list[str]]:
    return document_of(shared / "cases" / name)


def drawn(tmp_path: Path, *pages: Callable[[Canvas], None]) -> Document:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for page in pages:
        canvas.setFont("Helvetica", 11)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return document_of(tmp_path / "a.pdf")[0]


@pytest.mark.parametrize("name", ["rowwise", "colwise"])
def test_two_columns_however_they_were_drawn(shared: Path, name: str) -> None:
    document, _ = case(shared, f"12-pdf-two-columns/{name}.pdf")
    assert "Photography without flash is allowed in all rooms but the treasury." in document.text
    assert "The museum bought the painting in 1931 from a dealer in Vienna." in document.text


def test_a_sentence_that_goes_on_in_the_next_column(shared: Path) -> None:
    document, _ = case(shared, "12-pdf-two-columns/across.pdf")
    assert document.text == (
        "The board read the yearly accounts and agreed to the spending plan for the following spring."
    )


def test_columns_below_a_heading_that_spans_them(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 800, "A walk to the old mill and what to look at on the way through the valley there")
        for row, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
            canvas.drawString(60, 770 - 14 * row, left)
            canvas.drawString(320, 770 - 14 * row, right)

    text = drawn(tmp_path, page).text
    assert " ".join(LEFT) in text
    assert " ".join(RIGHT) in text
    assert text.index("A walk") < text.index("The mill") < text.index("Visitors")


def test_lines_that_were_drawn_from_the_bottom_to_the_top(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        for row in reversed(range(5)):
            canvas.drawString(60, 770 - 14 * row, LEFT[row])

    assert drawn(tmp_path, page).text == " ".join(LEFT)


def test_a_table_keeps_a_row_a_line(tmp_path: Path) -> None:
    rows = [("Month", "Rain in mm", "Days"), ("June", "71", "9"), ("July", "90", "12"), ("August", "55", "8")]

    def page(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            for cell, left in zip(row, (60, 200, 340), strict=True):
                canvas.drawString(left, 700 - 14 * number, cell)

    assert texts(drawn(tmp_path, page)) == [" | ".join(row) for row in rows]


def test_the_values_of_a_form_stand_beside_their_labels(shared: Path) -> None:
    found = texts(case(shared, "13-pdf-form/claim.pdf")[0])
    assert "What happened?: The wheels of the suitcase were torn off in Lisbon." in found
    assert "Name of passenger: Ingrid Solberg" in found
    assert "[x] I want a refund" in found


def test_values_below_their_labels_and_boxes_that_are_not_ticked(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "Reason of the journey")
        canvas.acroForm.textfield(name="a", x=60, y=670, width=300, height=20, value="A visit to the dentist.")
        canvas.drawString(90, 600, "Return by train")
        canvas.acroForm.checkbox(name="b", x=60, y=598, size=16, checked=False)

    assert texts(drawn(tmp_path, page)) == ["Reason of the journey", "A visit to the dentist.", "[ ] Return by train"]


def test_rows_that_look_alike_are_no_running_heads(shared: Path) -> None:
    found = texts(case(shared, "14-pdf-repeated-rows/readings.pdf")[0])
    assert found == [f"Well {n} was measured on day {3 * n} and stood at {7 * n} metres." for n in range(1, 41)]


def test_running_heads_of_slides(shared: Path) -> None:
    text = case(shared, "14-pdf-repeated-rows/slides.pdf")[0].text
    assert text.count("Housing Office") == 1
    assert "Keys are handed over at noon." in text


def test_page_numbers_go_and_titles_that_count_stay(tmp_path: Path) -> None:
    def page(number: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            canvas.setFont("Helvetica", 20)
            canvas.drawString(60, 800, f"Lesson {number}")
            canvas.setFont("Helvetica", 11)
            for row, line in enumerate((*LEFT, *RIGHT)):
                canvas.drawString(60, 760 - 14 * row, line)
            canvas.drawString(300, 30, f"Page {number + 4} of 9")

        return draw

    text = drawn(tmp_path, *map(page, range(1, 5))).text
    assert all(f"Lesson {number}" in text for number in range(1, 5))
    assert "of 9" not in text


def test_pages_without_text_are_named(shared: Path) -> None:
    _, notes = case(shared, "15-pdf-mixed-scan/contract.pdf")
    assert notes == ["pages 2-4 hold no text, only pictures; recognise their text (OCR) first"]


@pytest.mark.parametrize("name", ["table", "landscape"])
def test_turned_text(shared: Path, name: str) -> None:
    document, _ = case(shared, f"18-pdf-rotated/{name}.pdf")
    assert "July was the wettest month with ninety millimetres of rain." in document.text


def test_upright_text_on_a_turned_page(shared: Path) -> None:
    text = case(shared, "18-pdf-rotated/rotated-page.pdf")[0].text
    assert "It was cleaned for the first time in 1958, when the varnish had turned brown." in text
    assert "Photography without flash is allowed in all rooms but the treasury." in text


def test_text_upside_down_beside_upright_text(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(60, 780, "An upright line.")
        canvas.translate(500, 300)
        canvas.rotate(180)
        for row, line in enumerate(LEFT):
            canvas.drawString(0, -14 * row, line)

    assert texts(drawn(tmp_path, page)) == ["An upright line.", " ".join(LEFT)]


def test_hyphens_that_belong_to_the_word(shared: Path) -> None:
    text = case(shared, "19-pdf-hyphen/paper.pdf")[0].text
    assert text == (
        "The office found that the effect of the treatment was significant. A well-known method was used for the"
        " re-evaluation of state-of-the-art systems in the flow field."
    )


@pytest.mark.parametrize(
    ("head", "tail", "expected"),
    [
        ("treat", "ment", ""), ("well", "known", "-"), ("re", "evaluation", "-"), ("state-of-the", "art", "-"),
        ("col", "lection", ""), ("self", "service", "-"), ("con", "sists", ""), ("X", "ray", "-"),
        ("3", "dimensional", "-"), ("covid", "19", "-"), ("Unter", "nehmen", ""), ("harbour", "master", "-"),
    ],
)  # fmt: skip
def test_which_hyphens_stay(head: str, tail: str, expected: str) -> None:
    assert hyphen(head, tail, frozenset()) == expected


def test_the_words_of_the_document_decide_first() -> None:
    assert hyphen("harbour", "master", frozenset(("harbourmaster",))) == ""
    assert hyphen("web", "site", frozenset(("web-site",))) == "-"


def test_text_boxes_and_comments(shared: Path) -> None:
    found = texts(case(shared, "20-pdf-annotations/reviewed.pdf")[0])
    assert "Approved by the treasurer on Friday." in found
    assert "Reviewer: the price in paragraph two must be nine hundred crowns." in found


def test_headings_and_contents_without_an_outline(shared: Path) -> None:
    document, _ = case(shared, "27-toc-first/manual.pdf")
    headings = {text: block.headings for text, block in zip(texts(document), document.blocks, strict=True)}
    assert not any("...." in text for text in headings)
    below = next(above for text, above in headings.items() if text.startswith("Switch the unit off"))
    assert below == ("Aquaflow 300", "2 Cleaning the filter")


def test_headings_in_bold(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(60, 800, "Opening hours")
        canvas.setFont("Helvetica", 11)
        for row, line in enumerate((*LEFT, *RIGHT)):
            canvas.drawString(60, 786 - 14 * row, line)

    document = drawn(tmp_path, page)
    assert document.blocks[1].headings == ("Opening hours",)
