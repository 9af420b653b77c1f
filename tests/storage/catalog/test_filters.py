"""Filters against the same question asked in plain Python."""

from __future__ import annotations

import operator
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from albert_search.errors import FilterError
from albert_search.storage.catalog import AllOf, AnyOf, Catalog, Comparison, Filter, Not, OneOf, as_filter, parse_filter

TEXTS = ["", "Ann", "Anna", "ann", "Ännchen", "12", "-3.5", " 7", "a*b", "a\nb", "'; DROP TABLE documents; --", '"',
         "%", "\\", "true", "False", "🌊", "2024", "2024-05", "2024-05-17", "2023-12-31",
         "x" * 63, "x" * 64, "x" * 65, "x" * 64 + "y"]  # fmt: skip
NUMBERS = [-3.5, 0, 1, 7, 12, 12.5, 2024, 2**40]
KEYS = ["author", "year", "a", "b", "a.b", "b.a", "with space", "ünï", 'a"b', "c[0]"]
FIELDS = [*KEYS, "a.a", "a.b.a", "a.b.b", "b.a.b", "a.b.a.b"]
PATTERNS = ["*", "A*", "*n", "?nn", "[aA]nn", "[A-Z]*", "*'*", "a*b", "12", "*/b.md", "x*y"]

scalars = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(TEXTS))
metadata = st.dictionaries(
    st.sampled_from(KEYS),
    st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=2)),
        max_leaves=4,
    ),
    max_size=4,
)
plain_fields = st.sampled_from(FIELDS)
comparisons = st.one_of(
    st.builds(Comparison, plain_fields, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.sampled_from(NUMBERS)),
    st.builds(Comparison, plain_fields, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.sampled_from(TEXTS)),
    st.builds(Comparison, plain_fields, st.sampled_from(["=", "!="]), st.one_of(st.none(), st.booleans())),
    st.builds(OneOf, plain_fields, st.lists(scalars, max_size=4).map(tuple)),
    st.builds(Comparison, plain_fields, st.just("exists")),
    st.builds(Comparison, plain_fields, st.just("glob"), st.sampled_from(PATTERNS)),
    st.builds(Comparison, plain_fields, st.just("contains"), st.sampled_from([*TEXTS, *NUMBERS])),
)
filters = st.recursive(
    comparisons,
    lambda part: st.one_of(
        st.builds(AllOf, st.lists(part, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(part, max_size=3).map(tuple)),
        st.builds(Not, part),
    ),
    max_leaves=6,
)

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds(where: Filter, metadata: Mapping[str, Any]) -> bool:
    match where:
        case AllOf(parts):
            return all(holds(part, metadata) for part in parts)
        case AnyOf(parts):
            return any(holds(part, metadata) for part in parts)
        case Not(part):
            return not holds(part, metadata)
        case Comparison(field, "!=", value):
            return not holds(Comparison(field, "=", value), metadata)
    found = values_at(metadata, where.field)
    if isinstance(where, OneOf):
        return any(value in where.values for value in found) or (None in where.values and not below(metadata, where))
    if where.operator == "exists" or where.value is None:
        return below(metadata, where) is (where.operator == "exists")
    if where.operator == "contains":
        return where.value in found
    return any(compare(where, value) for value in found)


def leaves(node: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every value that is not null with the keys that lead to it; lists have none of their own."""
    if isinstance(node, dict | list) and not node and keys:
        yield (*keys, ""), 0  # nothing, but there
    elif isinstance(node, dict):
        for key, inner in node.items():
            yield from leaves(inner, (*keys, key))
    elif isinstance(node, list):
        for item in node:
            yield from leaves(item, keys)
    elif node is not None:
        yield keys, node


def values_at(metadata: Mapping[str, Any], field: str) -> list[Any]:
    """Return the values of a field: those that the fewest keys lead to, so that a key with a dot is a key."""
    found = [(len(keys), value) for keys, value in leaves(metadata) if ".".join(keys) == field]
    return [value for depth, value in found if depth == min(depth for depth, _ in found)]


def below(metadata: Mapping[str, Any], where: Comparison | OneOf) -> bool:
    return any(f"{'.'.join(keys)}.".startswith(f"{where.field}.") for keys, _ in leaves(metadata))


def compare(where: Comparison, found: Any) -> bool:
    if isinstance(where.value, bool):
        spelled = {"true": True, "false": False}.get(found.lower(), found) if isinstance(found, str) else found
        return spelled == where.value
    as_text = str(int(found)) if isinstance(found, bool) else str(found)
    if where.operator == "glob":
        return fnmatchcase(as_text, str(where.value))
    if isinstance(where.value, str):
        return OPERATORS[where.operator](as_text, where.value)
    try:
        return OPERATORS[where.operator](float(found), where.value)
    except ValueError:
        return False


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return Catalog.create(tmp_path_factory.mktemp("filters") / "catalog.db")


def store(catalog: Catalog, documents: Mapping[str, Mapping[str, Any]]) -> None:
    with catalog.writing() as batch:
        batch.remove_documents(batch_ids(catalog))
        for uri, fields in documents.items():
            batch.put_document(uri, [], metadata=fields, content_hash=b"")


def batch_ids(catalog: Catalog) -> list[int]:
    connection = sqlite3.connect(catalog.path)
    try:
        return [row[0] for row in connection.execute("SELECT id FROM documents")]
    finally:
        connection.close()


def matching(catalog: Catalog, where: Filter | None) -> set[str]:
    with catalog.reading() as view:
        return {document.uri for document in view.documents(where)}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(metadata, max_size=5), filters)
def test_any_filter_agrees_with_plain_python(catalog: Catalog, documents: list[Any], where: Filter) -> None:
    store(catalog, {str(n): fields for n, fields in enumerate(documents)})
    assert matching(catalog, where) == {str(n) for n, fields in enumerate(documents) if holds(where, fields)}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=30))
def test_whatever_is_written_is_a_filter_or_a_filter_error(catalog: Catalog, written: str) -> None:
    with suppress(FilterError):
        matching(catalog, parse_filter(written))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=10), st.text(st.characters(), max_size=10))
def test_fields_and_values_are_never_read_as_sql(catalog: Catalog, field: str, value: str) -> None:
    store(catalog, {"one": {}})
    for where in (Comparison(field, "=", value), Comparison(field, "contains", value)):
        try:
            assert matching(catalog, where) in (set(), {"one"})
        except FilterError:
            assert not field.strip()
    assert matching(catalog, None) == {"one"}


DOCUMENTS: dict[str, dict[str, Any]] = {
    "/home/ann/docs/guide.md": {"year": 2019, "draft": False, "Publication Year": "2019"},
    "/home/ann/docs/deep/api.md": {"year": "2021", "draft": True, "title": "API [v2]"},
    "/home/ann/notes.txt": {"year": 2024.5, "draft": "true", "tag": "x"},
    "https://example.org/docs/guide.md": {},
    "2024": {"year": None},
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("path=docs/*.md", [0, 1, 3]),
        ("path=guide.md", [0, 3]),
        ("path=/home/ann/*", [0, 1, 2]),
        ("path!=*.md", [2, 4]),
        ("path!=docs/*", [2, 4]),
        ("path=2024", [4]),
        ("path = deep/api.md ", [1]),
        ("year>=2021", [1, 2]),
        ("year=2021", [1]),
        ("year<2020", [0]),
        ("year!=2021", [0, 2, 3, 4]),
        ("year", [0, 1, 2]),
        (" tag ", [2]),
        ("draft=true", [1, 2]),
        ("draft=false", [0]),
        ("draft!=true", [0, 3, 4]),
        ("Publication Year>=2019", [0]),
        ("title=API*", [1]),
        ("title!=API*", [0, 2, 3, 4]),
        ("tag=x", [2]),
        ('tag="x"', [2]),
        ("tag=", []),
        ("year>99999999999999999999999", []),
        ("year<99999999999999999999999", [0, 1, 2]),
        ("year<1e999", [0, 1, 2]),
        ("year>NaN", []),
        ("tag=\udcff", []),
        ("tag=x=y", []),
    ],
)
def test_filters_as_people_write_them(catalog: Catalog, written: str, expected: list[int]) -> None:
    store(catalog, DOCUMENTS)
    assert matching(catalog, parse_filter(written)) == {list(DOCUMENTS)[n] for n in expected}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("path=books.csv", {"/data/books.csv#row=1", "/data/books.csv#row=2"}),
        ("path=*.csv", {"/data/books.csv#row=1", "/data/books.csv#row=2"}),
        ("path=/data", {"/data/books.csv#row=1", "/data/books.csv#row=2", "/data/deep/notes.md"}),
        ("path=deep/", {"/data/deep/notes.md"}),
        ("path=books", set()),
        ("path=/", {"/data/books.csv#row=1", "/data/books.csv#row=2", "/data/deep/notes.md"}),
        ("path=", set()),
        ("path!=data", {"other"}),
    ],
)
def test_a_path_stands_for_rows_and_for_what_is_below(catalog: Catalog, written: str, expected: set[str]) -> None:
    uris = ["/data/books.csv#row=1", "/data/books.csv#row=2", "/data/deep/notes.md", "other"]
    store(catalog, {uri: {} for uri in uris})
    assert matching(catalog, parse_filter(written)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("date>=2024", {"january", "june", "year"}),
        ("date<=2024", {"before", "january", "june", "year"}),
        ("date>2024", set()),
        ("date<2024", {"before"}),
        ("date>=2024-02", {"june"}),
        ("date<=2024-01-02", {"before", "january", "year"}),
        ("date<2024-01-02", {"before", "year"}),
        ("date=2024-06-30T12:00:00Z", {"june"}),
        ("date=2024", {"january", "june", "year"}),
        ("date=2024-06", {"june"}),
        ("date!=2024", {"before"}),
    ],
)
def test_dates_are_compared_as_far_as_they_are_written(catalog: Catalog, written: str, expected: set[str]) -> None:
    dates = {"before": "2023-12-31", "january": "2024-01-02", "june": "2024-06-30T12:00:00Z", "year": 2024, "none": "?"}
    store(catalog, {name: {"date": date} for name, date in dates.items()})
    assert matching(catalog, parse_filter(written)) - {"none"} == expected


def test_a_path_with_brackets_can_be_named(catalog: Catalog) -> None:
    store(catalog, {"/data/a[1].md": {}, "/data/a1.md": {}})
    assert matching(catalog, parse_filter("path=/data/a[1].md")) == {"/data/a[1].md"}
    assert matching(catalog, parse_filter("path=a[12].md")) == {"/data/a1.md"}
    assert matching(catalog, parse_filter("path=a[1].*")) == {"/data/a1.md"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("year>2019 and year<2022", [1]),
        ("year=2019 or tag=x", [0, 2]),
        ("not year", [3, 4]),
        ("not (year=2019 or tag=x) and year", [1]),
        ("year=2019 OR tag=x AND year>2000", [0, 2]),
        ("(year=2019 or tag=x) and path=notes.txt", [2]),
        ("year==2021", [1]),
        ("not(year)", [3, 4]),
        ('"Publication Year"=2019 and year', [0]),
        ("Publication Year=2019 and year>1", [0]),
        ("title='API [v2]'", [1]),
        ("title=API [v2]", [1]),
        ('title="API*"', []),
        ("notes=1 or path=notes.txt", [2]),
        ("nothing=(a) or tag=x", [2]),
    ],
)
def test_filters_are_joined_by_words(catalog: Catalog, written: str, expected: list[int]) -> None:
    store(catalog, DOCUMENTS)
    assert matching(catalog, parse_filter(written)) == {list(DOCUMENTS)[n] for n in expected}


@pytest.mark.parametrize("written", ["title=War and Peace", "title=War and Peace and year>1"])
def test_a_value_that_may_be_two_filters_is_refused_with_the_right_form(written: str) -> None:
    with pytest.raises(FilterError, match="in quotes"):
        parse_filter(written)
    assert parse_filter('title="War and Peace"') == Comparison("title", "=", "War and Peace")


def test_a_key_that_holds_a_dot_is_a_key(catalog: Catalog) -> None:
    store(catalog, {"flat": {"service.name": "pay"}, "deep": {"service": {"name": "pay"}},
                    "both": {"service.name": "pay", "service": {"name": "bill"}}})  # fmt: skip
    assert matching(catalog, parse_filter("service.name=pay")) == {"flat", "deep", "both"}
    assert matching(catalog, parse_filter("service.name=bill")) == set()
    assert matching(catalog, parse_filter("service")) == {"flat", "deep", "both"}


COMPOSED, DECOMPOSED = "r\u00e9sum\u00e9", "re\u0301sume\u0301"


@pytest.mark.parametrize("written", [COMPOSED, DECOMPOSED])
@pytest.mark.parametrize("stored", [COMPOSED, DECOMPOSED])
def test_names_and_values_are_compared_in_one_unicode_form(catalog: Catalog, stored: str, written: str) -> None:
    store(catalog, {f"/d/{stored}.txt": {stored: stored}, "/d/other.txt": {}})
    for where in (f"path={written}.txt", f"path=./d/{written}.txt", f"{written}={written}", f"{written}", "path=r*"):
        assert matching(catalog, parse_filter(where)) == {f"/d/{stored}.txt"}
    with catalog.reading() as view:
        assert len(view.document_ids_at([f"/d/{written}.txt"])) == 1
        assert len(view.document_ids_under([f"/d/{written}.txt"])) == 1


def test_a_path_may_begin_where_we_are(catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path.resolve() / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    store(catalog, {f"{here}/a.md": {}, f"{here.parent}/b.md": {}})
    assert matching(catalog, parse_filter("path=.")) == {f"{here}/a.md"}
    assert matching(catalog, parse_filter("path=../b.md")) == {f"{here.parent}/b.md"}
    assert matching(catalog, parse_filter("path=./a.md")) == {f"{here}/a.md"}


def test_equality_looks_into_lists(catalog: Catalog) -> None:
    store(catalog, {"both": {"tags": ["git", "undo"]}, "years": {"tags": [2020]}, "one": {"tags": "git"}, "none": {}})
    assert matching(catalog, parse_filter("tags=git")) == {"both", "one"}
    assert matching(catalog, parse_filter("tags=2020")) == {"years"}
    assert matching(catalog, parse_filter("tags!=git")) == {"years", "none"}


def test_several_expressions_must_all_hold(catalog: Catalog) -> None:
    store(catalog, DOCUMENTS)
    assert matching(catalog, as_filter(["path=*.md", "year>2020"])) == {"/home/ann/docs/deep/api.md"}
    assert matching(catalog, as_filter({"year": 2019, "draft": False})) == {"/home/ann/docs/guide.md"}
    assert matching(catalog, as_filter([])) == set(DOCUMENTS)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "=x",
        ">=3",
        "two words",
        "!x",
        " ",
        "year>2019 and",
        "(year=1",
        "year=1)",
        "title=War and Peace",
        "year=>2020",
        "year<>2020",
        "a=1 && b=2",
        "()",
        "not",
        "and=1 and",
        "year=1 or or x",
    ],
)
def test_what_cannot_be_understood_is_named(catalog: Catalog, written: str) -> None:
    with pytest.raises(FilterError):
        matching(catalog, parse_filter(written))


@pytest.mark.parametrize("where", [7, [7], ["year", None], len])
def test_what_is_no_filter_is_named(where: Any) -> None:
    with pytest.raises(FilterError, match="is no filter"):
        as_filter(where)


@pytest.mark.parametrize("value", [[1, 2], {"a": 1}, b"bytes"])
def test_a_value_that_cannot_be_compared_is_refused(catalog: Catalog, value: Any) -> None:
    with pytest.raises(FilterError, match="cannot compare year"):
        matching(catalog, Comparison("year", "=", value))


def test_numbers_that_json_does_not_know_break_no_filter(catalog: Catalog) -> None:
    store(
        catalog, {"odd": {"year": float("nan"), "far": float("inf"), "list": [float("-inf"), 1]}, "even": {"year": 3}}
    )
    assert matching(catalog, parse_filter("year=3")) == {"even"}
    assert matching(catalog, parse_filter("far")) == set()


def test_a_filter_never_writes(catalog: Catalog, tmp_path: Path) -> None:
    store(catalog, DOCUMENTS)
    evil = "x'); DELETE FROM documents; --"
    assert matching(catalog, Comparison("path", "glob", evil)) == set()
    assert matching(catalog, Comparison(evil, "=", evil)) == set()
    assert matching(catalog, None) == set(DOCUMENTS)


def test_a_field_is_compared_with_any_number_of_values(catalog: Catalog) -> None:
    store(catalog, {f"{number}.md": {"year": number} for number in range(3)})
    assert matching(catalog, OneOf("year", tuple(range(1, 200_000)))) == {"1.md", "2.md"}
    assert matching(catalog, OneOf("path", ("0.md", "2.md", "md"))) == {"0.md", "2.md"}
    assert matching(catalog, Not(OneOf("path", ("0.md", "2.md", "md")))) == {"1.md"}
    assert matching(catalog, OneOf("year", ())) == set()


def test_any_number_of_filters_may_be_joined(catalog: Catalog) -> None:
    store(catalog, {str(n): {"n": n} for n in range(5)})
    years = tuple(Comparison("n", "=", n) for n in range(3, 5000))
    assert matching(catalog, AnyOf(years)) == {"3", "4"}
    assert matching(catalog, AllOf(tuple(Not(year) for year in years))) == {"0", "1", "2"}


def test_a_list_and_a_number_that_json_lacks_equal_nothing(catalog: Catalog) -> None:
    store(catalog, {"a.md": {"year": 1, "tags": ["x"]}})
    assert matching(catalog, OneOf("year", (float("nan"), float("inf")))) == set()
    with pytest.raises(FilterError, match="lists"):
        matching(catalog, OneOf("tags", (["x"],)))  # type: ignore[arg-type]


def test_a_leading_dot_names_a_metadata_field(catalog: Catalog) -> None:
    store(catalog, {"a.md": {"path": "elsewhere", "year": 1}})
    assert matching(catalog, Comparison(".path", "=", "elsewhere")) == {"a.md"}
    assert matching(catalog, Comparison("path", "=", "elsewhere")) == set()
    assert matching(catalog, Comparison(".year", "=", 1)) == {"a.md"}
