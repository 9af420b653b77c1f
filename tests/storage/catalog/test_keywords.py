"""Any text at all becomes a query that FTS5 accepts and that finds what a person would expect."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.storage.catalog.keywords import MOST_WORDS, fts5_query

TEXTS = [
    "Undo the last commit with git reset.",
    "The committee was committed to the plan.",
    "C++ templates are not generics.",
    "Der Bär läuft über die Straße.",
    "to be or not to be",
]


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO t VALUES (?)", [(text,) for text in TEXTS])
    return connection


def matches(table: sqlite3.Connection, question: str) -> list[str]:
    query = fts5_query(question)
    return [text for (text,) in table.execute("SELECT text FROM t WHERE t MATCH ? ORDER BY bm25(t)", (query,))]


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("how do I undo a commit?", TEXTS[0]),
        ('"commits" AND NOT (undo) NEAR *', TEXTS[0]),
        ("templates in C++", TEXTS[2]),
        ("bar uber strasse läuft", TEXTS[3]),
        ("to be or not to be", TEXTS[4]),
        ("🙂 commit: text:undo ^ {x}", TEXTS[0]),
    ],
)
def test_questions_find_the_text_that_shares_their_words(table: sqlite3.Connection, question: str, best: str) -> None:
    assert matches(table, question)[0] == best


def test_words_that_hold_sentences_together_are_left_out_unless_there_are_no_others() -> None:
    assert fts5_query("what is the plan") == '"plan"'
    assert fts5_query("to be or not") == '"to" OR "be" OR "or" OR "not"'


@pytest.mark.parametrize("nothing", ["", "  ", "?!", "🙂🙂", "___"])
def test_text_without_a_word_gives_no_query(nothing: str) -> None:
    assert fts5_query(nothing) == ""


def test_a_very_long_question_is_looked_up_by_its_first_distinct_words() -> None:
    query = fts5_query(" ".join(f"word{number % 500}" for number in range(10_000)))
    assert query.count(" OR ") == MOST_WORDS - 1


@given(st.text(max_size=200))
def test_sqlite_accepts_whatever_is_asked(table: sqlite3.Connection, question: str) -> None:
    query = fts5_query(question.encode("utf-8", "ignore").decode())
    if query:
        table.execute("SELECT count(*) FROM t WHERE t MATCH ?", (query,)).fetchone()
