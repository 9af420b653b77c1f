from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from albert_search.readers import from_text
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
    source = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    end = -2
    for block in document.blocks:
        assert block.start == end + 2
        end = block.end
        body = document.text[block.start : block.end]
        assert body.strip()
        assert block.line is not None
        for offset, line in enumerate(body.split("\n")):
            assert all(char in source[block.line - 1 + offset] for char in line if char.isalnum())
    assert document.text == unicodedata.normalize("NFC", document.text)
    document.text.encode()
