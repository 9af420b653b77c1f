from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from albert_search.readers import read
from albert_search.types import Document, Note
from tests.support.reading import ReadText, lines, texts

SOURCE = """\
---
title: Notes
date: 2024-02-29
tags: [a, b]
---
# Top *heading*

See [the manual](https://example.org "x") and `git log`,
then **go on**[^1].

## Sub

- one
  wrapped
- two

```py
x = 1

y = 2
```

| A | B |
|---|---|
| 1 | *two* |

<p align="center">Some <b>HTML</b></p>

# Next

End.

[^1]: A footnote.
"""


def test_markup_becomes_readable_text_and_lines_are_those_of_the_source(read_text: ReadText) -> None:
    document = read_text("a.md", SOURCE)
    assert list(zip(lines(document), texts(document), strict=True)) == [
        (1, "Notes"),
        (6, "Top heading"),
        (8, "See the manual and git log,\nthen go on."),
        (11, "Sub"),
        (13, "one\nwrapped"),
        (15, "two"),
        (18, "x = 1\n\ny = 2"),
        (23, "A | B"),
        (25, "1 | two"),
        (27, "Some HTML"),
        (29, "Next"),
        (31, "End."),
        (33, "A footnote."),
    ]
    assert document.metadata == {"title": "Notes", "date": "2024-02-29", "tags": ["a", "b"]}


def test_headings_stack(read_text: ReadText) -> None:
    document = read_text("a.md", SOURCE)
    headings = dict(zip(texts(document), (block.headings for block in document.blocks), strict=True))
    assert headings["Top heading"] == ("Notes",)
    assert headings["Sub"] == ("Notes", "Top heading")
    assert headings["two"] == ("Notes", "Top heading", "Sub")
    assert headings["Next"] == ("Notes",)
    assert headings["End."] == ("Notes", "Next")


def test_explosive_front_matter_does_not_unfold(read_text: ReadText) -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    metadata = read_text("a.md", f"---\n{bomb}---\n\ntext\n").metadata
    assert metadata["b"] == "&b [*a, *a]"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("colon", {"title": "Re: October invoice", "author": "Ann", "date": "2024-10-02"}),
        ("amp", {"title": "R&D notes", "tags": ["lab", "*draft*"], "author": "Bob"}),
        ("tab", {"title": "Tab", "author": "Hal"}),
        ("template", {"title": "{{ page.title }}", "author": "Fay"}),
        ("toml", {"title": "Toml one", "author": "Eve"}),
        ("blankfirst", {"title": "Blank line first", "author": "Dan"}),
        ("crlf", {"title": "Windows file", "author": "Gus"}),
    ],
)
def test_front_matter_of_every_kind(shared: Path, name: str, expected: dict[str, Any]) -> None:
    path = shared / f"cases/10-md-front-matter/{name}.md"
    document, *notes = read(path)
    assert isinstance(document, Document)
    assert document.metadata == expected
    assert "author" not in document.text
    told = [Note(str(path), "its front matter is no valid YAML; it was read line by line")]
    assert notes == (told if name in ("colon", "tab", "template") else [])


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "---\ntitle: A: B\ntags:\n  - one\n  - two: three\n---\nText.\n",
            {"title": "A: B", "tags": ["one", "two: three"]},
        ),
        ("---\ntags: [a, 'b]\nby: @ann\n---\nText.\n", {"tags": ["a", "'b"], "by": "@ann"}),
        ("+++\ntitle = Unquoted\ndraft = true\n+++\nText.\n", {"title": "Unquoted", "draft": "true"}),
        ("---\nsummary: first words: and\n  more of them\n---\nText.\n", {"summary": "first words: and more of them"}),
    ],
)
def test_front_matter_line_by_line(read_text: ReadText, source: str, expected: dict[str, Any]) -> None:
    document = read_text("a.md", source)
    assert document.metadata == expected
    assert texts(document)[-1] == "Text."
    assert lines(document)[-1] == source.count("\n")


def test_rules_around_text_are_no_front_matter(read_text: ReadText) -> None:
    document = read_text("a.md", "---\n\nThe first words.\n\n---\n\nThe rest.\n")
    assert (texts(document), document.metadata) == (["The first words.", "The rest."], {})


def test_what_note_taking_programs_add(shared: Path) -> None:
    [document] = read(shared / "cases/10-md-front-matter/good.md")
    assert isinstance(document, Document)
    found = dict(zip(lines(document), texts(document), strict=True))
    assert found[13] == "See the heap and . #soil"
    assert (found[15], found[16]) == ("[ ] water the roses", "[x] prune the apple tree")
    assert (found[18], found[19]) == ("Frost", "Cover the beds at night.")
    assert found[22] == "def water(bed):\n    return bed.moisture < 0.3"
    assert (found[26], found[28]) == ("Plant | Spacing", "Carrot | 5 cm")
    assert found[32] == "Footnote says hello to the gardener."


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("One line<br>two lines<br/>three\n", ["One line two lines three"]),
        ("| a<br>b | c |\n|---|---|\n| d<br />e | f |\n", ["a b | c", "d e | f"]),
        ('!!! note "Mind the gap"\n    The gap is wide.\n', ["Mind the gap", "The gap is wide."]),
        ("::: tip Remember\nLock the door.\n:::\n", ["Remember\nLock the door."]),
        ("A ==marked== word. ^id-1\n\n%%hidden%%\n\n{{< figure x >}}\n", ["A marked word."]),
        ("# Title {#id .x}\n\nText {{ kept }}.\n", ["Title", "Text {{ kept }}."]),
        ("Term\n: Its meaning.\n", ["Term", "Its meaning."]),
    ],
)
def test_dialects(read_text: ReadText, source: str, expected: list[str]) -> None:
    assert texts(read_text("a.md", source)) == expected


def test_contents_that_repeat_headings(shared: Path, read_text: ReadText) -> None:
    [document] = read(shared / "cases/27-toc-first/manual.md")
    assert isinstance(document, Document)
    assert texts(document).count("Cleaning the filter") == 1
    document = read_text("b.md", "- [Gone](#gone)\n- [There](#there)\n\n# There\n\nText.\n")
    assert texts(document) == ["Gone", "There", "Text."]


def test_a_title_leads_the_text(shared: Path) -> None:
    [document] = read(shared / "cases/35-title-only/p1.md")
    assert isinstance(document, Document)
    assert texts(document)[0] == "Parental leave policy"
    assert document.blocks[1].headings == ("Parental leave policy",)
