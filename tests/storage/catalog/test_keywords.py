"""Any text at all becomes a query that FTS5 accepts and that finds what a person would expect, in every script."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albert_search.storage.catalog.keywords import MOST_WORDS, fts5_query
from albert_search.storage.catalog.migrations import HISTORY
from albert_search.storage.catalog.word_rows import word_row

TEXTS = {
    "Undo the last commit with git reset.": "en",
    "The committee was committed to the plan.": "en",
    "C++ templates are not generics.": "en",
    "to be or not to be": "en",
    "Version 2.3.1 of getUserName() is at src/names.py.": "en",
    "Der Bär läuft über die Straße.": "de",
    "Der Kranführer hat die Häuser gebaut.": "de",
    "Les chevaux mangeaient dans les prés.": "fr",
    "Он читал интересные книги о морях.": "ru",
    "打印机无法连接网络。": "zh",
    "用ITGC系统检查": "zh",
    "明日の会議の資料です。": "ja",
    "プリンターの電源を入れてください。": "ja",
    "프린터를 연결하십시오.": "ko",
    "ฉันต้องการซื้อเครื่องพิมพ์ใหม่": "th",
    "ខ្ញុំចង់ទិញផ្ទះ": "km",
    "السَّلامُ عليكم ورحمة الله": "ar",
    "שָׁלוֹם עליכם": "he",
    "Ｗｉｄｅ　ｌｅｔｔｅｒｓ": None,
}


@pytest.fixture(scope="module")
def table() -> sqlite3.Connection:
    from sqlite_utils import Database

    connection = sqlite3.connect(":memory:", check_same_thread=False)
    for migrate in HISTORY.values():
        migrate(Database(connection))
    connection.execute("PRAGMA foreign_keys = OFF")
    rows = [word_row(number, text, language) for number, (text, language) in enumerate(TEXTS.items())]
    connection.executemany("INSERT INTO text_words VALUES (?, ?, ?, ?, ?, ?)", rows)
    return connection


def matches(table: sqlite3.Connection, question: str) -> list[str]:
    query = fts5_query(question, set(TEXTS.values()))
    sql = "SELECT rowid FROM text_words_fts WHERE text_words_fts MATCH ? ORDER BY bm25(text_words_fts)"
    return [list(TEXTS)[number] for (number,) in table.execute(sql, (query,))] if query else []


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("how do I undo a commit?", "Undo the last"),
        ('"commits" AND NOT (undo) NEAR *', "Undo the last"),
        ("templates in C++", "C++"),
        ("c++", "C++"),
        ("to be or not to be", "to be"),
        ("🙂 commit: text:undo ^ {x}", "Undo the last"),
        ("2.3.1", "Version"),
        ("get user name", "Version"),
        ("names.py", "Version"),
        ("bar uber strasse läuft", "Der Bär"),
        ("STRASSE", "Der Bär"),
        ("Haus", "Der Kran"),
        ("Kran", "Der Kran"),
        ("Où mange le cheval?", "Les chevaux"),
        ("pres", "Les chevaux"),
        ("интересная книга", "Он читал"),
        ("打印机", "打印机"),
        ("网络", "打印机"),
        ("itgc", "用ITGC"),
        ("会議", "明日"),
        ("プリンター", "プリンター"),
        ("프린터", "프린터를"),
        ("เครื่องพิมพ์", "ฉัน"),
        ("ផ្ទះ", "ខ្ញុំ"),
        ("السلام", "الس"),
        ("שלום", "ש"),
        ("wide", "Ｗｉｄｅ"),
        ("机", "打印机"),
    ],
)
def test_questions_find_the_text_that_shares_their_words(table: sqlite3.Connection, question: str, begins: str) -> None:
    assert matches(table, question)[0].startswith(begins)


@pytest.mark.parametrize("question", ["打印纸张", "ลูกแมว", "猫"])
def test_characters_in_another_order_are_another_word(table: sqlite3.Connection, question: str) -> None:
    assert not any(text.startswith("ฉัน") for text in matches(table, question) if question != "ลูกแมว")
    assert "打印机无法连接网络。" not in matches(table, "机印")


def test_words_that_hold_sentences_together_are_left_out_unless_there_are_no_others() -> None:
    assert fts5_query("what is the plan") == 'stems : ("plan")'
    assert fts5_query("to be or not") == 'stems : ("to" OR "be" OR "or" OR "not")'


def test_compounds_are_found_by_their_beginning_where_a_language_writes_them() -> None:
    assert '"baum" *' in fts5_query("Wie heißt der Baum?", {"de"})
    assert "*" not in fts5_query("Where is the tree that was felled?", {"de", "en"})
    assert "*" not in fts5_query("tree", {"en"})


@pytest.mark.parametrize("nothing", ["", "  ", "?!", "🙂🙂", "___", '* " ?', "--"])
def test_text_without_a_word_gives_no_query(nothing: str) -> None:
    assert fts5_query(nothing) == ""


def test_a_very_long_question_is_looked_up_by_its_first_distinct_words() -> None:
    query = fts5_query(" ".join(f"word{number % 500}" for number in range(10_000)))
    assert query.count(" OR ") == MOST_WORDS - 1


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_sqlite_accepts_whatever_is_asked(table: sqlite3.Connection, question: str) -> None:
    matches(table, question)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_every_text_with_a_word_is_found_by_itself(text: str) -> None:
    row = word_row(1, text, None)
    query = fts5_query(text, ["en"])
    assert bool(query) == bool(row.words)
    if query:
        connection = sqlite3.connect(":memory:")
        tokens = "tokenize = \"ascii tokenchars '!#$%&()*+,-./:;<=>?@[\\]^_`{|}~'\""
        connection.execute(f"CREATE VIRTUAL TABLE t USING fts5 (words, wholes, stems, {tokens})")
        connection.execute("INSERT INTO t VALUES (?, ?, ?)", (row.words, row.wholes, row.stems))
        assert connection.execute("SELECT count(*) FROM t WHERE t MATCH ?", (query,)).fetchone() == (1,)
        connection.close()
