from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.readers.formats.source_code import _BY_SUFFIX
from albert_search.readers.registry import CODE_SUFFIXES
from tests.support.reading import ReadText, lines, texts

PYTHON = '''#!/usr/bin/env python3
# Baking.
"""Bread of all kinds.

It keeps.
"""

# What is baked
# and sold.
class Loaf(Bread):
    """A loaf of bread."""

    def bake(
        self, hours: int
    ) -> None:
        r"""
        Bake it well.
        """
        self.hours = hours  # how long


def f(): pass
'''


def test_python_comments_docstrings_and_definitions_in_their_places(read_text: ReadText) -> None:
    document = read_text("a.py", PYTHON)
    found = [(block.headings, text) for block, text in zip(document.blocks, texts(document), strict=True)]
    assert found == [
        ((), "Baking."),
        ((), "Bread of all kinds."),
        ((), "It keeps."),
        (("Loaf",), "What is baked\nand sold."),
        ((), "class Loaf(Bread):"),
        (("Loaf",), "A loaf of bread."),
        (("Loaf",), "def bake(\n        self, hours: int\n    ) -> None:"),
        (("Loaf", "bake"), "Bake it well."),
        (("Loaf", "bake"), "how long"),
        ((), "def f():"),
    ]
    assert lines(document) == [2, 3, 5, 8, 10, 11, 13, 17, 19, 22]


OF_OTHER_LANGUAGES = {
    ".js": "/** A loaf. */\nexport class Loaf {\n  // Cuts it.\n  cut(x) { }\n}\n",
    ".ts": "/** A loaf. */\nexport class Loaf {\n  // Cuts it.\n  cut(x: number): void { }\n}\n",
    ".tsx": "/** A loaf. */\nexport class Loaf {\n  // Cuts it.\n  cut(x: number): void { }\n}\n",
    ".java": "/** A loaf. */\npublic class Loaf {\n  // Cuts it.\n  public int cut(int x) { return 1; }\n}\n",
    ".cpp": "/* A loaf. */\nclass Loaf {\n  // Cuts it.\n  int cut(int x) { return 1; }\n};\n",
    ".rs": "/// A loaf.\nstruct Loaf { a: u8 }\nimpl Loaf {\n  // Cuts it.\n  fn cut(&self) -> u8 { 1 }\n}\n",
    ".rb": "# A loaf.\nclass Loaf\n  # Cuts it.\n  def cut(x)\n  end\nend\n",
    ".cs": "/// A loaf.\npublic class Loaf {\n  // Cuts it.\n  public int Cut(int x) { return 1; }\n}\n",
    ".php": "<?php\n/** A loaf. */\nclass Loaf {\n  # Cuts it.\n  function cut($x) { return 1; }\n}\n",
    ".scala": "/** A loaf. */\nclass Loaf(x: Int) {\n  // Cuts it.\n  def cut(a: Int): Int = 1\n}\n",
    ".kt": "/** A loaf. */\nclass Loaf(val x: Int) {\n  // Cuts it.\n  fun cut(a: Int): Int { return 1 }\n}\n",
    ".swift": "/// A loaf.\nclass Loaf {\n  // Cuts it.\n  func cut(a: Int) -> Int { return 1 }\n}\n",
}


@pytest.mark.parametrize("suffix", OF_OTHER_LANGUAGES)
def test_comments_have_the_names_around_them_and_below_them(read_text: ReadText, suffix: str) -> None:
    document = read_text(f"a{suffix}", OF_OTHER_LANGUAGES[suffix])
    places = {text: block.headings for block, text in zip(document.blocks, texts(document), strict=True)}
    assert places["A loaf."] == ("Loaf",)
    assert tuple(name.lower() for name in places["Cuts it."]) == ("loaf", "cut")
    assert any("cut(" in text.lower() and headings == ("Loaf",) for text, headings in places.items())


@pytest.mark.parametrize(
    ("name", "source", "comment", "head"),
    [
        ("a.c", "/*\n * Returns hours.\n */\nstatic int *hours(struct kind *k) {\n}\n", "Returns hours.",
         "static int *hours(struct kind *k)"),
        ("a.go", "package main\n// Bake bakes it.\nfunc (l *Loaf) Bake(h int) error { return nil }\n", "Bake bakes it.",
         "func (l *Loaf) Bake(h int) error"),
        ("a.sh", "#!/bin/sh\n# Bakes bread.\nbake() { echo; }\n", "Bakes bread.", "bake()"),
        ("a.lua", "--[[ Bakes bread. ]]\nfunction bake(h)\n return 1\nend\n", "Bakes bread.", "function bake(h)"),
    ],
)  # fmt: skip
def test_functions_of_other_languages(read_text: ReadText, name: str, source: str, comment: str, head: str) -> None:
    assert texts(read_text(name, source)) == [comment, head]


def test_every_suffix_has_a_grammar() -> None:
    assert set(_BY_SUFFIX) == CODE_SUFFIXES


def test_broken_code_is_read_as_far_as_it_goes(read_text: ReadText) -> None:
    assert "Still a comment." in texts(read_text("a.c", "int f( {{{ ]\n// Still a comment.\n"))


def test_absurd_nesting_is_no_trouble(read_text: ReadText) -> None:
    for suffix, sign in product((".py", ".js", ".c"), "({["):
        read_text(f"a{suffix}", sign * 100_000)


def test_what_is_too_large_for_a_person_is_refused(read_text: ReadText) -> None:
    with pytest.raises(ReadError, match="larger than 4 MiB"):
        read_text("bundle.js", "var a;" * 10**6)


def test_without_its_extra_the_file_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    (tmp_path / "a.py").write_text("# A comment.\n")
    monkeypatch.delitem(sys.modules, "albert_search.readers.formats.source_code")
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    with pytest.raises(ReadError, match=r"it needs tree_sitter: pip install 'albert-search\[code\]'"):
        list(read(tmp_path / "a.py"))
