"""Hits as CSV, Markdown, HTML and paths, as other programs read them."""

from __future__ import annotations

import csv
import html.parser
import io
import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from albert_search.cli.hit_formats import COLUMNS, WRITERS, link
from albert_search.types import Hit, Match
from tests.support.command_line import Run, in_a_terminal

QUESTION = ("search", "how do I undo the last commit?", "-k", "3", "--stale")


def odd_hit() -> Hit:
    return Hit(
        text_id=1, text='Write <b> & *stars*, "quotes" or [links](x).', uri="/a <folder>/b.txt", ordinal=0, start=0,
        end=10, line=7, page=None, row=None, id=1, document_id=1, last_ordinal=0, headings=("A_B",),
        score=0.5, metadata={}, matches=(Match(6, 9, 0.5),),
    )  # fmt: skip


class Shown(html.parser.HTMLParser):
    """What a browser shows of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.marked: list[str] = []
        self.text = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open and self._open[-1] == "mark":
            self.marked.append(data)


def test_html_shows_the_sentence_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    hit = odd_hit()
    WRITERS["html"]([("<script>?", [hit])])
    shown = Shown()
    shown.feed(capsys.readouterr().out)
    assert hit.text in shown.text
    assert "<script>?" in shown.text
    assert shown.marked == ["<b>"]


def test_markdown_shows_the_sentence_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    hit = odd_hit()
    WRITERS["md"]([("", [hit])])
    shown = Shown()
    shown.feed(MarkdownIt().render(capsys.readouterr().out))
    assert hit.text in shown.text
    assert "/a <folder>/b.txt:7 › A_B (0.50)" in shown.text


def test_csv_holds_what_json_holds(collection: Path, run: Run) -> None:
    hits = json.loads(run(*QUESTION, "--json", cwd=collection).stdout)
    rows = list(csv.DictReader(io.StringIO(run(*QUESTION, "--format", "csv", cwd=collection).stdout)))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["text"] for row in rows] == [hit["text"] for hit in hits]
    assert [row["uri"] for row in rows] == [hit["uri"] for hit in hits]
    assert [row["rank"] for row in rows] == ["1", "2", "3"]


def test_paths_name_each_file_once_best_first(collection: Path, run: Run) -> None:
    done = run("search", "the cat sleeps on the mat", "-k", "20", "--stale", "--format", "paths", cwd=collection)
    paths = done.stdout.splitlines()
    assert paths[0] == str(Path("docs") / "pets.csv")
    assert len(set(paths)) == len(paths)
    assert all((collection / path).is_file() for path in paths)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_the_short_options_are_the_same(collection: Path, run: Run, form: str) -> None:
    assert run(*QUESTION, "--format", form, cwd=collection).stdout == run(*QUESTION, f"--{form}", cwd=collection).stdout


@pytest.mark.parametrize("form", ["csv", "md", "html", "paths"])
def test_several_questions_in_each_form(collection: Path, run: Run, form: str) -> None:
    questions = "how do I undo a commit?\nwho barks at night?\n"
    done = run("search", "--questions", "-", "--stale", "--format", form, cwd=collection, stdin=questions)
    assert done.code == 0
    assert "git.md" in done.stdout
    assert "pets.csv" in done.stdout


def test_on_a_terminal_places_are_links(collection: Path) -> None:
    screen = in_a_terminal([*QUESTION], collection)
    assert (collection / "docs" / "git.md").as_uri() in screen
    assert "\x1b]8;" in screen


def test_what_is_no_file_is_no_link() -> None:
    assert link(odd_hit()) is None
