"""Ugly text and what a careful reader makes of it; the expected sentences are written by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from albert_search.sentences import Splitter, Unit
from albert_search.types import Block, Document, Sentence


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def split(text: str, *, verbatim: bool = False) -> list[str]:
    document = Document("text", text, (Block(0, len(text), verbatim=verbatim),))
    return [sentence.text for sentence in Splitter(count_words, max_tokens=100).split(document)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Smith met Mrs. Jones. They spoke.", ["Dr. Smith met Mrs. Jones.", "They spoke."]),
        ("It is cheap, i.e. free. See e.g. Fig. 3, p. 55.", ["It is cheap, i.e. free.", "See e.g. Fig. 3, p. 55."]),
        (
            "The deed was signed by Ms. O'Brien and Dr. Ing. Meyer at St. John's Church.",
            ["The deed was signed by Ms. O'Brien and Dr. Ing. Meyer at St. John's Church."],
        ),
        (
            "See Fig. 3 and Eq. (2) in Sec. 4.1 of vol. 12, pp. 33-35, for details.",
            ["See Fig. 3 and Eq. (2) in Sec. 4.1 of vol. 12, pp. 33-35, for details."],
        ),
        ("Mr. Van der Berg, Jr. arrived at 5 p.m. Monday.", ["Mr. Van der Berg, Jr. arrived at 5 p.m. Monday."]),
        ("He came at 5 p.m. They left at six a.m. Nobody.", ["He came at 5 p.m.", "They left at six a.m.", "Nobody."]),
        ("See Figs. 2 and 3, Tab. 1 and Ref. [12]. Good.", ["See Figs. 2 and 3, Tab. 1 and Ref. [12].", "Good."]),
        ("On Tues. Feb. 3 add 2 tbsp. sugar. Stir.", ["On Tues. Feb. 3 add 2 tbsp. sugar.", "Stir."]),
        ("Johnson et al. [3] agree. It is so.", ["Johnson et al. [3] agree.", "It is so."]),
        ("Vgl. Abb. 3 bzw. Abs. 2 d. G. Es gilt.", ["Vgl. Abb. 3 bzw. Abs. 2 d. G. Es gilt."]),
        ("He uses pears etc. Then he stops.", ["He uses pears etc.", "Then he stops."]),
        ("Call No. 5. Then No. 6.", ["Call No. 5.", "Then No. 6."]),
        ("J. R. R. Tolkien wrote it. C. S. Lewis read.", ["J. R. R. Tolkien wrote it.", "C. S. Lewis read."]),
        ("It costs $3.50 or approx. 4.0 euros. Buy it.", ["It costs $3.50 or approx. 4.0 euros.", "Buy it."]),
        ("Read https://a.org/b.c?d=e!f. Then go on.", ["Read https://a.org/b.c?d=e!f.", "Then go on."]),
        ("Edit main.py (e.g. with vi). Run it!", ["Edit main.py (e.g. with vi).", "Run it!"]),
        ("Version 18.2.1 is out. Upgrade now!", ["Version 18.2.1 is out.", "Upgrade now!"]),
        ('He said, "It works." Then he left.', ['He said, "It works."', "Then he left."]),
        ("“Is it done?” she asked. “Yes.” “Good.”", ["“Is it done?” she asked.", "“Yes.”", "“Good.”"]),
        ("“Mr. Bennet, stay. I need you.” He left.", ["“Mr. Bennet, stay.", "I need you.”", "He left."]),
        ("‘Stop it. Now.’ It’s the dogs’ food.", ["‘Stop it.", "Now.’", "It’s the dogs’ food."]),
        ("« Bonjour. » Il partit.", ["« Bonjour. »", "Il partit."]),
        ("„Gut so.“ Er ging.", ["„Gut so.“", "Er ging."]),
        ("True (see 2.1). (It was false.) Go on.", ["True (see 2.1).", "(It was false.)", "Go on."]),
        ("Wait ... what? I know… or not.", ["Wait ... what?", "I know… or not."]),
        ("Wait! said he. Oh! it is gone.", ["Wait! said he.", "Oh! it is gone."]),
        ("It ends with a note.[1] The next begins.", ["It ends with a note.[1]", "The next begins."]),
        ("i like it. it is small.", ["i like it.", "it is small."]),
        ("1. Open the lid. 2. Close it.", ["1. Open the lid.", "2. Close it."]),
        ("Introduction", ["Introduction"]),
        ("1.1. Version", ["1.1. Version"]),
        ("See 2.1.3. Then go on.", ["See 2.1.3.", "Then go on."]),
        (
            "A line that was\nwrapped by an\neditor. The next\none.",
            ["A line that was wrapped by an editor.", "The next one."],
        ),
        ("Buy:\n- milk\n- two eggs\nand bread", ["Buy:", "- milk", "- two eggs and bread"]),
        ("1. Open it\n2. Close it", ["1. Open it", "2. Close it"]),
        ("He was born in chapter\n12. Then he grew.", ["He was born in chapter 12.", "Then he grew."]),
        ("今天天气很好。我们去公园吧！你来吗？", ["今天天气很好。", "我们去公园吧！", "你来吗？"]),
        ("「これはペンです。」と言った。「本です。」", ["「これはペンです。」", "と言った。", "「本です。」"]),
        ("هل أنت بخير؟ نعم، شكرا.", ["هل أنت بخير؟", "نعم، شكرا."]),
        ("यह एक वाक्य है। यह दूसरा है।", ["यह एक वाक्य है।", "यह दूसरा है।"]),
        ("Это первое. А это, т. е. второе, длиннее.", ["Это первое.", "А это, т. е. второе, длиннее."]),
        ("Das ist z. B. ein Satz. Noch einer.", ["Das ist z. B. ein Satz.", "Noch einer."]),
        ("tabs\tand\u00a0fixed\u2003spaces", ["tabs and fixed spaces"]),
        ("* * *", []),
        ("😀 ... — !", []),
        ("Well done. 😀", ["Well done."]),
        ("", []),
    ],
)
def test_prose(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_verbatim_text_is_cut_at_blank_lines_only() -> None:
    code = "import os\n\n\ndef f(x):\n    return x. y\n\nprint(f(1))\n"
    assert split(code, verbatim=True) == ["import os", "def f(x): return x. y", "print(f(1))"]


HEADED = Document(
    "text",
    "Git\nMishaps\nUndo it so. Or so.\nMore\nTeamwork\nPush.",
    (
        Block(0, 3),
        Block(4, 11, headings=("Git",)),
        Block(12, 30, headings=("Git", "Mishaps")),
        Block(31, 35, headings=("Git",)),
        Block(36, 44, headings=("Git",)),
        Block(45, 50, headings=("Git", "Teamwork")),
    ),
)


@pytest.mark.parametrize(
    ("unit", "max_tokens", "searchable"),
    [
        ("sentence", 9, ["Git\nMishaps\nUndo it so.", "Or so.", "More", "Teamwork\nPush."]),
        ("sentence", 4, ["Git", "Mishaps\nUndo it so.", "Or so.", "More", "Teamwork\nPush."]),
        ("passage", 9, ["Git\nMishaps\nUndo it so. Or so.", "More", "Teamwork\nPush."]),
        ("document", 99, ["Git Mishaps Undo it so. Or so. More Teamwork Push."]),
    ],
)
def test_headings_lead_what_stands_below_them(unit: Unit, max_tokens: int, searchable: list[str]) -> None:
    pieces = Splitter(count_words, max_tokens=max_tokens, unit=unit).split(HEADED)
    assert [piece.searchable for piece in pieces] == searchable


def test_a_heading_is_one_piece_whatever_stops_it_holds() -> None:
    title = "What is it? An answer."
    text = f"{title}\nIt is this. Or that."
    document = Document("text", text, (Block(0, 22), Block(23, len(text), headings=(title,))))
    pieces = Splitter(count_words, max_tokens=20).split(document)
    assert [piece.searchable for piece in pieces] == [f"{title}\nIt is this.", "Or that."]


def test_where_a_sentence_stands() -> None:
    text = "Title\n\nFirst one. The second\nis wrapped. And\na third.\n\nOther page."
    blocks = (
        Block(0, 5, line=3),
        Block(7, 53, line=5, headings=("Title",)),
        Block(55, 66, headings=("Title",)),
    )
    document = Document("text", text, blocks, page_starts=(0, 55))
    assert Splitter(count_words, max_tokens=100).split(document) == [
        Sentence("First one.", 7, 17, 5, 1, ("Title",), leading_headings=1),
        Sentence("The second is wrapped.", 18, 40, 5, 1, ("Title",)),
        Sentence("And a third.", 41, 53, 6, 1, ("Title",)),
        Sentence("Other page.", 55, 66, None, 2, ("Title",)),
    ]
