from __future__ import annotations

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
    assert headings["Top heading"] == ()
    assert headings["Sub"] == ("Top heading",)
    assert headings["two"] == ("Top heading", "Sub")
    assert headings["Next"] == ()
    assert headings["End."] == ("Next",)


def test_broken_and_explosive_front_matter_says_nothing(read_text: ReadText) -> None:
    assert read_text("a.md", "---\ntitle: [\n---\n\ntext\n").metadata == {}
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    assert read_text("a.md", f"---\n{bomb}---\n\ntext\n").metadata == {}
