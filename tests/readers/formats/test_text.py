from __future__ import annotations

import textwrap
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.readers import from_text, read
from albert_search.readers.blocks import clean
from albert_search.types import Document
from tests.support.reading import ReadText, lines, texts


def test_hard_wrapped_lines_stay_together(read_text: ReadText) -> None:
    document = read_text(
        "a.txt",
        "It was the best of times, it was the worst of times, it was the age\n"
        "of wisdom, it was the age of foolishness, it was the epoch of belief,\n"
        "it was the epoch of incredulity.\n"
        "\n\n"
        "A second paragraph.\n",
    )
    assert len(texts(document)) == 2
    assert texts(document)[0].count("\n") == 2
    assert lines(document) == [1, 6]


def test_one_sentence_a_line_without_full_stops(read_text: ReadText) -> None:
    document = read_text("a.txt", "How do I undo a commit\nWhat is a branch\nWhere is the stash kept by default\n")
    assert texts(document) == ["How do I undo a commit", "What is a branch", "Where is the stash kept by default"]


def test_lists_rules_and_code(read_text: ReadText) -> None:
    document = read_text(
        "README", "Title\n=====\n\n- first item\n  goes on\n- second\n1. third\n\n    def f(x):\n        return x\n"
    )
    assert texts(document) == [
        "Title",
        "- first item\n  goes on",
        "- second",
        "1. third",
        "    def f(x):\n        return x",
    ]
    assert [block.verbatim for block in document.blocks] == [False, False, False, False, True]
    assert lines(document) == [1, 4, 6, 7, 9]


def test_every_line_of_a_log_is_a_block(read_text: ReadText) -> None:
    assert texts(read_text("a.log", "start up\nready to serve\n")) == ["start up", "ready to serve"]


def test_text_of_a_program_keeps_its_name_and_metadata() -> None:
    document = from_text("One.\r\n\r\nTwo.", "note:7", {"tag": "x"})
    assert (document.uri, document.metadata, texts(document)) == ("note:7", {"tag": "x"}, ["One.", "Two."])


@given(st.text(st.characters(codec="utf-16", exclude_categories=()), max_size=300))
def test_blocks_say_where_they_stand_whatever_the_text(text: str) -> None:
    document = from_text(text, "x")
    source = unicodedata.normalize("NFKC", clean(text)).split("\n")
    end = -2
    for block in document.blocks:
        assert block.start == end + 2
        end = block.end
        body = document.text[block.start : block.end]
        assert body.strip()
        assert block.line is not None
        for offset, line in enumerate(body.split("\n")):
            assert all(
                char in source[block.line - 1 + offset]
                for char in unicodedata.normalize("NFKC", line)
                if char.isalnum()
            )
    assert document.text == unicodedata.normalize("NFC", document.text)
    document.text.encode()


def test_contents_and_headings_of_a_manual(shared: Path) -> None:
    [document] = read(shared / "cases/27-toc-first/manual.txt")
    assert isinstance(document, Document)
    found = {text: block.headings for block, text in zip(document.blocks, texts(document), strict=True)}
    assert not any("...." in text for text in found)
    below = next(headings for text, headings in found.items() if text.startswith("Switch the unit off"))
    assert below == ("2. Cleaning the filter",)
    assert "1. Installing the pump" in found


def test_contents_without_dots_and_what_they_do_not_point_to(read_text: ReadText) -> None:
    document = read_text(
        "a.txt",
        "Getting ready\t4\nThe missing part\t9\n\nGetting ready\n\nPut on gloves before the work begins.\n",
    )
    assert texts(document) == ["The missing part", "Getting ready", "Put on gloves before the work begins."]


@pytest.mark.parametrize("title", ["INTRODUCTION", "2.1 Cleaning the filter", "Chapter 4", "Cleaning the filter"])
def test_headings_by_their_looks(read_text: ReadText, title: str) -> None:
    document = read_text("a.txt", f"Some words.\n\n{title}\n\nSwitch it off first. Then open it.\n")
    assert document.blocks[-1].headings[-1:] == (title,)


@pytest.mark.parametrize(
    "line", ["Dear Ann,", "Is it open?", "It is closed.", "milk", "Price: 5", "12", "Page 3", "1. Open the lid"]
)
def test_lines_that_are_no_headings(read_text: ReadText, line: str) -> None:
    document = read_text("a.txt", f"Some words.\n\n{line}\n\n2. Switch it off first. Then open it.\n")
    assert all(block.headings == () for block in document.blocks)


def test_lines_in_small_letters_stay_apart(read_text: ReadText) -> None:
    document = read_text("a.txt", "buy milk\nfeed the cats\ncall mum about the weekend\n\nGroceries\nmilk\neggs\n")
    assert texts(document) == ["buy milk", "feed the cats", "call mum about the weekend", "Groceries", "milk", "eggs"]


def test_fields_stay_apart(read_text: ReadText) -> None:
    assert texts(read_text("a.txt", "name: pump\nsize: small\ncolour: blue\n")) == [
        "name: pump",
        "size: small",
        "colour: blue",
    ]


@pytest.mark.parametrize("width", [34, 48, 72, 100])
def test_wrapped_lines_are_one_paragraph_at_every_width(read_text: ReadText, width: int) -> None:
    prose = (
        "The harbour of Saint Malo was built by engineers from Paris who had never seen the sea, and "
        "it shows in every stone of the breakwater, which leans towards the town. Ships of the line came here."
    )
    assert len(read_text("a.txt", textwrap.fill(prose, width) + "\n").blocks) == 1


def test_quoted_mail(read_text: ReadText) -> None:
    document = read_text(
        "a.txt",
        "On Monday Ann wrote:\n> We will meet at noon in the\n> large room. Bring the papers.\n>> Who brings\n>> the "
        "coffee?\nI will.\n\n>>> print(1 > 0)\n",
    )
    assert texts(document) == [
        "On Monday Ann wrote:",
        "We will meet at noon in the\nlarge room. Bring the papers.",
        "Who brings\nthe coffee?",
        "I will.",
        ">>> print(1 > 0)",
    ]
    assert lines(document) == [1, 2, 4, 6, 8]


def test_words_broken_at_line_ends(read_text: ReadText) -> None:
    document = read_text(
        "a.txt",
        "The committee found that the treat-\nment of the well-\nknown case was re-\n"
        "evaluated by the state-of-the-\nart method, which is new.\n",
    )
    assert " ".join(document.text.split()) == (
        "The committee found that the treatment of the well-known case was re-evaluated by the state-of-the-art method,"
        " which is new."
    )


def test_colours_of_a_terminal(read_text: ReadText) -> None:
    document = read_text(
        "a.log", "\x1b[31mERROR\x1b[0m the disk is \x1b[1;4mfull\x1b[m\n\x1b]0;title\x07ready\nN\x08NO\x08O\n"
    )
    assert texts(document) == ["ERROR the disk is full", "ready", "NO"]


def test_letters_that_are_written_otherwise_too(read_text: ReadText) -> None:
    assert (
        read_text("a.txt", "The o\ufb03ce\u200b \uff29\uff34\uff27\uff23 di\u00ad\ufb00ers.").text
        == "The office ITGC differs."
    )


def test_a_line_that_only_points_to_a_heading(read_text: ReadText) -> None:
    document = read_text(
        "a.txt",
        "Cleaning the filter\n\nSwitch it off first.\nSee also: Winter storage.\n\nWinter storage\n\nDrain all water.\n"
        "See also the leaflet.\n",
    )
    assert texts(document) == [
        "Cleaning the filter",
        "Switch it off first.",
        "Winter storage",
        "Drain all water.",
        "See also the leaflet.",
    ]
