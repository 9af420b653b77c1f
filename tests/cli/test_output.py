"""What is printed never steers the terminal and never breaks a line."""

from __future__ import annotations

import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from albert_search.cli import hits as hits_module
from albert_search.cli.hits import print_hits
from albert_search.cli.output import clean, number, shown_path
from albert_search.types import Hit


@given(st.text())
def test_clean_leaves_one_line_without_control_characters(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned.splitlines()) <= 1
    assert not any(unicodedata.category(character) == "Cc" for character in cleaned)


@given(st.text(st.characters(exclude_categories=("C", "Z"))))
def test_clean_leaves_what_is_harmless(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),  # ECMA-48 SGR
        ("\x1b]0;a title\x07text", "text"),  # xterm: set the window's title
        ("\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),  # hyperlinks, as terminals know them
        ("\x1b(Btext", "text"),  # ISO 2022: choose a character set
        ("\x9b31mC1", " 31mC1"),  # the one-character form of ESC [
        ("safe\u202egnp.exe", "safe gnp.exe"),  # right-to-left override
        ("a\tb\r\nc", "a b c"),
        ("می\u200cخواهم 👩\u200d🚀", "می\u200cخواهم 👩\u200d🚀"),  # joiners belong to words
    ],
)
def test_clean(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_number() -> None:
    assert [number(n, "file") for n in (0, 1, 1204)] == ["0 files", "1 file", "1,204 files"]


def test_paths_below_the_working_folder_are_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert shown_path(str(tmp_path / "here" / "a.md")) == "a.md"
    assert shown_path(str(tmp_path / "hereafter" / "a.md")) == str(tmp_path / "hereafter" / "a.md")
    assert shown_path("text:00ff") == "text:00ff"


def hit(**more: object) -> Hit:
    fields = {"score": 0.5, "text": "A sentence.", "uri": "/d/a.md", "line": 3, "page": None, "row": None,
              "headings": (), "metadata": {}, "start": 0, "end": 11, "id": 1, "document_id": 1, "ordinal": 0,
              "last_ordinal": 0, "text_id": 1}  # fmt: skip
    return Hit(**{**fields, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("place", "plain", "spoken"),
    [
        ({"line": 3}, "/d/a.md:3", "/d/a.md:3"),
        ({"uri": "/d/r.pdf", "page": 2, "line": None}, "/d/r.pdf#page=2", "/d/r.pdf p. 2"),
        ({"uri": "/d/t.csv#row=7", "row": 7, "line": 8}, "/d/t.csv#row=7", "/d/t.csv row 7"),
        ({"uri": "note 7", "line": None, "ordinal": 4}, "note 7:5", "note 7"),
    ],
)
def test_places(
    place: dict[str, object], plain: str, spoken: str,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    print_hits([hit(**place)])
    assert capsys.readouterr().out == f"0.5000\t{plain}\tA sentence.\n"
    assert spoken in on_a_terminal([hit(**place)], monkeypatch)


def on_a_terminal(hits: list[Hit], monkeypatch: pytest.MonkeyPatch, **console: object) -> str:
    screen = StringIO()
    options = {"force_terminal": True, "width": 40, "color_system": "standard", "highlight": False, "markup": False}
    terminal = Console(file=screen, **{**options, **console})  # type: ignore[arg-type]
    monkeypatch.setattr(hits_module, "console", lambda: terminal)
    print_hits(hits)
    return screen.getvalue()


def test_a_terminal_shows_the_sentence_bold_in_its_dim_context(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_a_terminal([hit(before=("Before it.",), after=("After it.",), headings=("One", "Two"))], monkeypatch)
    assert "\x1b[1mA sentence.\x1b[0m" in screen
    assert "\x1b[2mBefore it.\x1b[0m" in screen
    assert "One › Two" in screen


def test_a_terminal_without_styles_marks_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = on_a_terminal([hit(before=("Before it.",))], monkeypatch, color_system=None)
    assert "Before it. »A sentence.«" in screen
    assert "\x1b" not in screen


def test_text_is_wrapped_to_the_width_and_obeyed_by_no_one(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Words and [bold]markup[/bold] and \x1b[2J more. " * 5
    lines = on_a_terminal([hit(text=text)], monkeypatch, color_system=None).splitlines()
    assert max(map(len, lines)) <= 40
    assert "[bold]markup[/bold]" in " ".join(line.strip() for line in lines)
    assert "\x1b" not in "".join(lines)
