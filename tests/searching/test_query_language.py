"""What a question may hold besides plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albert_search import Index
from albert_search.searching.literals import literal_strings
from albert_search.searching.query_language import ParsedQuestion, parse_question
from albert_search.storage.catalog import parse_filter
from tests.support.bag_of_words import BagOfWords

FIELDS = ["year", "author", "service.name"]


def parsed(question: str) -> ParsedQuestion:
    return parse_question(question, lambda: FIELDS)


@pytest.mark.parametrize(
    ("question", "text", "phrases", "without"),
    [
        ('the "first page" of it', "the first page of it", ("first page",), ()),
        ("“first page”", "first page", ("first page",), ()),
        ("refunds -draft", "refunds", (), ("draft",)),
        ('refunds -"old policy" now', "refunds now", (), ("old policy",)),
        ("tree -bark, -leaf", "tree ,", (), ("bark", "leaf")),
        ('"one two" "three"', "one two three", ("one two", "three"), ()),
    ],
)
def test_phrases_and_excluded_words(
    question: str, text: str, phrases: tuple[str, ...], without: tuple[str, ...]
) -> None:
    found = parsed(question)
    assert (found.text, found.phrases, found.without, found.where) == (text, phrases, without, None)


@pytest.mark.parametrize(
    "plain",
    ["-5 degrees outside", "--no-cache", "tar -x -v", "well-known", 'a 5" screen and a 7" one', "std::vector", "it's",
     "http://example.org/a", "note: this", "12:30", "other:value", "-draft", '"', '""', '"?"', "year:", "AND OR NOT (",
     "-", "* ? [", "author:Ann", "\x00"],
)  # fmt: skip
def test_everything_else_is_plain_text(plain: str) -> None:
    assert parsed(plain) == ParsedQuestion(plain)


@pytest.mark.parametrize(
    ("question", "where"),
    [("peas year:2024", '"year"=2024'), ("peas author:'Ann Lee'", "\"author\"='Ann Lee'"),
     ('service.name:pay peas', '"service.name"=pay'), ("peas path:docs/*.md", '"path"=docs/*.md')],
)  # fmt: skip
def test_a_field_with_a_value_is_a_filter(question: str, where: str) -> None:
    found = parsed(question)
    assert found.text == "peas"
    assert found.where is not None
    assert found.where.parts == (parse_filter(where),)  # type: ignore[union-attr]


@settings(deadline=None)
@given(st.text(st.characters()))
def test_nothing_that_is_typed_is_an_error(question: str) -> None:
    found = parsed(question)
    assert found.text.strip() or not question.strip()


TEXTS = {
    "Version 2.3.1 repairs the report.": "a", "Version 2.3.10 repairs the report.": "b",
    "Version 2 repairs 3 reports.": "c",
    "The parental leave is long.": "d", "Leave the parental home.": "e", "Call get_user_name() first.": "f",
    "Then getUserName is called.": "g", "The user has a name to get.": "h", "Ann lives at 12 Baker Street.": "i",
    "Baker Street has 12 houses.": "j", "C++ is older than C#.": "k", "C is older.": "l",
}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with Index.create(tmp_path_factory.mktemp("language") / "index", model=BagOfWords()) as made:
        years = [{"year": 2020 + number} for number in range(len(TEXTS))]
        made.add_texts(TEXTS, years, TEXTS.values())
        yield made


@pytest.mark.parametrize(
    ("question", "first"),
    [("2.3.1", "a"), ("2.3.10", "b"), ("what was repaired in 2.3.1?", "a"), ("get_user_name", "f"),
     ("getUserName", "g"), ("12 Baker Street", "i"), ("c++", "k"), ("C#", "k"), ("parental leave", "d")],
)  # fmt: skip
@pytest.mark.parametrize("mode", ["hybrid", "keyword"])
def test_what_is_written_exactly_comes_first(index: Index, question: str, first: str, mode: str) -> None:
    assert index.search(question, k=1, mode=mode)[0].uri == first  # type: ignore[call-overload]


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_phrases_are_held_by_every_hit_and_excluded_words_by_none(index: Index, mode: str) -> None:
    def uris(question: str) -> set[str]:
        return {hit.uri for hit in index.search(question, k=20, mode=mode)}  # type: ignore[call-overload]

    assert uris('"parental leave"') == {"d"}
    assert uris('"leave parental"') == set()
    assert uris('"repairs the report" version') == {"a", "b"}
    assert "d" not in uris("parental leave -long")
    assert "e" in uris("parental leave -long")
    assert uris('version report -"repairs the"') & {"a", "b"} == set()
    assert uris("version year:2021") <= {"b"}
    assert uris("version year:2021") == uris("version year:2021 -nothing")


@settings(deadline=None)
@given(st.text(st.characters(), min_size=1, max_size=40))
def test_any_question_is_answered(index: Index, question: str) -> None:
    if question.strip():
        index.search(question, k=3)


@pytest.mark.parametrize("nothing", ["?!", "🙂", "* ?", "...", '"?"'])
def test_punctuation_alone_finds_nothing(index: Index, nothing: str) -> None:
    assert index.search(nothing) == []


@pytest.mark.parametrize(
    ("question", "strings"),
    [("what changed in 2.3.1?", ["2.3.1"]), ("who was born in the 19th century?", []), ("how old is it?", []),
     ("12 Baker Street", ["12 Baker Street"]), ("is log4j at src/main.py?", ["log4j", "src/main.py"]),
     ("what is 2024?", []), ("mail ann@example.org now, please?", ["ann@example.org"])],
)  # fmt: skip
def test_literal_strings_are_told_from_words(question: str, strings: list[str]) -> None:
    assert literal_strings(question) == strings


def test_a_file_is_found_by_its_name_and_its_title(tmp_path: Path) -> None:
    (tmp_path / "holiday-carry-over.txt").write_text("Five days may be kept until March.\n")
    (tmp_path / "p.html").write_text("<title>Parental leave</title><p>You get twenty-six weeks.</p>")
    for number in range(5):
        (tmp_path / f"room{number}.txt").write_text(f"Room {number} has a window and a door.\n")
    with Index.create(tmp_path / "ix", model=BagOfWords()) as index:
        index.add([tmp_path])
        for mode in ("hybrid", "keyword"):
            assert index.search("holiday carry over", k=1, mode=mode)[0].text == "Five days may be kept until March."
            assert index.search("parental", k=1, mode=mode)[0].text == "You get twenty-six weeks."
