from __future__ import annotations

from tests.support.reading import ReadText, lines, texts

ORG = """#+TITLE: Bread
#+FILETAGS: :food:rye:
#+DATE: <2024-03-01 Fri>
Some *bold* words and [[https://orgmode.org][a link]] over
two lines.[fn:1]

* TODO [#A] Rye keeps /longer/        :sour:
SCHEDULED: <2024-01-01 Mon>
:PROPERTIES:
:ID: 3
:END:
- first item
- second =item=
** Wheat
#+begin_src python
def f():
    return "*not bold*"
#+end_src
#+BEGIN_QUOTE
Quoted words.
#+END_QUOTE
| Kind | Hours |
|------+-------|
| Rye  | 12    |
# left out
#+begin_comment
left out
#+end_comment
: fixed  width
[fn:1] The note, 2*3*4.
"""


def test_org(read_text: ReadText) -> None:
    document = read_text("a.org", ORG)
    found = [(block.headings, text) for block, text in zip(document.blocks, texts(document), strict=True)]
    wheat = ("Rye keeps longer", "Wheat")
    assert found == [
        ((), "Some bold words and a link over\ntwo lines."),
        ((), "Rye keeps longer"),
        (("Rye keeps longer",), "- first item"),
        (("Rye keeps longer",), "- second item"),
        (("Rye keeps longer",), "Wheat"),
        (wheat, 'def f():\n    return "*not bold*"'),
        (wheat, "Quoted words."),
        (wheat, "Kind | Hours"),
        (wheat, "Rye | 12"),
        (wheat, "fixed  width"),
        (wheat, "The note, 2*3*4."),
    ]
    assert lines(document) == [4, 7, 12, 13, 14, 16, 20, 22, 24, 29, 30]
    assert document.metadata == {"title": "Bread", "tags": ["food", "rye"], "date": "2024-03-01"}


def test_a_block_that_never_ends_swallows_no_heading(read_text: ReadText) -> None:
    document = read_text("a.org", "#+begin_src c\nint x;\n* Water\nIt boils.\n")
    assert texts(document) == ["int x;", "Water", "It boils."]
    assert document.blocks[2].headings == ("Water",)
