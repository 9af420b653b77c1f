"""Filters as a person writes them after ``--where``, read as a tree.

A filter names the document's ``path`` or one of its metadata fields::

    path=docs/*.md      author=Ann*      year>=2020      date<2024-06      draft!=true      tag

A path stands for the file with all its rows, or for the folder with all that is below it. A date is compared as far as
it is written, so that ``date<=2024`` takes in all of 2024, and ``date=2024-05`` all of May.
Where a field holds a list, ``tags=git`` holds for each of its items. What is there under the very name that is written
is meant before ``*``, ``?`` and ``[…]`` are a pattern.
``and``, ``or``, ``not`` and parentheses join filters. A value or a field in quotes is taken as it is.
Filters that are given together must all hold. Programs build the same tree with `Comparison`, `OneOf`, `AllOf`,
`AnyOf` and `Not`.

>>> parse_filter("year>=2020 and not draft")
AllOf(parts=(WrittenComparison(field='year', operator='>=', value=2020), Not(part=Comparison(field='draft', \
operator='exists', value=None))))
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import cast

from albert_search.errors import FilterError
from albert_search.storage.catalog.filters import (
    A_DATE,
    AllOf,
    AnyOf,
    Comparison,
    Filter,
    Not,
    OneOf,
    Operator,
    Value,
    Where,
    WrittenComparison,
)

MOST_NESTED = 50
"""Parentheses and negations inside each other; nobody who writes by hand needs as many."""

_OPERATOR = re.compile(r"\s*(==|!=|<=|>=|=|<|>)\s*")
_WORD = re.compile(r"\s+(and|or)(?=[\s(]|$)\s*", re.IGNORECASE)
_NOT = re.compile(r"\s*not(?=[\s(])\s*", re.IGNORECASE)
_QUOTED = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*')\s*""", re.DOTALL)
_FIELD = re.compile(r"[^=!<>()]*[^=!<>()\s]")


def as_filter(where: Where) -> Filter | None:
    """Turn any form of a filter into the tree.

    Args:
        where: One expression, several that must all hold, fields with the values they must have, or a tree.

    Returns:
        The tree; None for no filter.

    Raises:
        FilterError: It cannot be understood.
    """
    if where is None or isinstance(where, Comparison | OneOf | AllOf | AnyOf | Not):
        return where
    if isinstance(where, str):
        return parse_filter(where)
    if not where:
        return None
    if isinstance(where, Mapping):
        return AllOf(tuple(Comparison(field, "=", value) for field, value in where.items()))
    expressions = list(where) if isinstance(where, Iterable) else [where]
    if not all(isinstance(expression, str) for expression in expressions):
        raise FilterError(f"{where!r} is no filter: give expressions such as 'year>=2020', or fields with their values")
    return AllOf(tuple(parse_filter(expression) for expression in expressions))


def parse_filter(expression: str) -> Filter:
    """Read a filter as a person writes it.

    Args:
        expression: For example ``path=docs/*.md``, ``year>=2020 and not (draft or path=old)`` or ``tag`` (the field
            exists).

    Returns:
        The filter it stands for.

    Raises:
        FilterError: It cannot be understood.
    """
    parser = _Parser(expression)
    found = parser.any_of(0)
    parser.end()
    return found


class _Parser:
    """Reads an expression from left to right.

    Args:
        text: The expression.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def any_of(self, depth: int) -> Filter:
        return self._joined("or", depth)

    def end(self) -> None:
        if self._text[self._at :].strip():
            raise self._error("a parenthesis is closed that was never opened")

    def _joined(self, word: str, depth: int) -> Filter:
        parts = []
        while True:
            parts.append(self._joined("and", depth) if word == "or" else self._part(depth))
            following = _WORD.match(self._text, self._at)
            if following is None or following[1].lower() != word:
                break
            self._at = following.end()
        if len(parts) == 1:
            return parts[0]
        return AnyOf(tuple(parts)) if word == "or" else AllOf(tuple(parts))

    def _part(self, depth: int) -> Filter:
        if depth > MOST_NESTED:
            raise self._error("it is nested too deep")
        if negation := _NOT.match(self._text, self._at):
            self._at = negation.end()
            return Not(self._part(depth + 1))
        if not (opened := re.compile(r"\s*\(").match(self._text, self._at)):
            return self._comparison()
        self._at = opened.end()
        inner = self.any_of(depth + 1)
        closed = re.compile(r"\s*\)").match(self._text, self._at)
        if closed is None:
            raise self._error("a parenthesis is open")
        self._at = closed.end()
        return inner

    def _comparison(self) -> Filter:
        field, quoted = self._field()
        operator = _OPERATOR.match(self._text, self._at)
        if operator is None:
            if not quoted and re.search(r"\s", field):
                raise self._error("write FIELD=VALUE, FIELD>=NUMBER or FIELD")
            return Comparison(field, "exists")
        self._at = operator.end()
        return _compared(field, operator[1].replace("==", "="), self._value(operator[1]))

    def _field(self) -> tuple[str, bool]:
        if quoted := _QUOTED.match(self._text, self._at):
            self._at = quoted.end(1)
            field = _unquoted(quoted[1])
        else:
            found = _FIELD.match(self._text, self._at)
            word = _WORD.search(found[0]) if found else None
            if found is None or (word and not word.start()):
                raise self._error("write FIELD=VALUE, FIELD>=NUMBER or FIELD")
            # A name may hold spaces; a word that joins filters ends it.
            field = found[0][: word.start()] if word else found[0]
            self._at += len(field)
            field, quoted = field.strip(), None
        if not field.strip() or (not quoted and field.lower() in ("and", "or", "not")):
            raise self._error("the name of a field is missing")
        return field, quoted is not None

    def _value(self, operator: str) -> str | tuple[str]:
        """Return what comes next as text; in a tuple where it was in quotes and means just itself."""
        if (quoted := _QUOTED.match(self._text, self._at)) and re.compile(r"\s*(\)|$)|\s+(and|or)\s").match(
            self._text, quoted.end(1)
        ):
            self._at = quoted.end(1)
            return (_unquoted(quoted[1]),)
        start = self._at
        self._at = end = _end_of_value(self._text, start)
        value = self._text[start:end].strip()
        if re.match(r"[=<>!]", value):
            raise self._error(f"{operator}{value[0]} is no comparison; put a value that begins so in quotes")
        if re.search(r"&&|\|\|", value) and _OPERATOR.search(value):
            raise self._error("join filters with the words and, or, not")
        return value

    def _error(self, reason: str) -> FilterError:
        return FilterError(f"cannot understand the filter {self._text!r}: {reason}")


def _end_of_value(text: str, start: int) -> int:
    """Return where a value without quotes ends: before a word that joins it with another filter, or a parenthesis."""
    depth = 0
    for match in re.compile(rf"[()]|{_WORD.pattern}", re.IGNORECASE).finditer(text, start):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth -= 1
            if depth < 0:
                return match.start()
        elif depth == 0:
            _check_joined(text, match, text[start : match.start()])
            return match.start()
    return len(text)


def _check_joined(text: str, word: re.Match[str], value: str) -> None:
    """Refuse what may be two filters or one value: ``title=War and Peace``."""
    rest = text[word.end() :]
    following = _WORD.search(rest)
    operator = _OPERATOR.search(rest[: following.start()] if following else rest)
    certain = not isinstance(_value(value), str) or A_DATE.fullmatch(value) or re.match(r"\(|not[\s(]|$", rest)
    if not operator and not certain:
        raise FilterError(
            f"cannot tell whether {word[1]!r} joins two filters in {text!r}: put the value in quotes"
            f' (FIELD="… {word[1]} …"), or give two filters'
        )


def _unquoted(written: str) -> str:
    if written[0] == "'":
        return written[1:-1]
    try:
        return str(json.loads(written, strict=False))
    except ValueError:
        return written[1:-1]


def _compared(field: str, operator: str, given: str | tuple[str]) -> Filter:
    if isinstance(given, tuple):
        if field == "path" and operator in ("=", "!="):
            given = re.sub(r"[*?\[]", r"[\g<0>]", given[0])
            equal: Filter = Comparison(field, "glob", given)
        else:
            equal = Comparison(field, "=", given[0])
        value: Value = given[0]
    else:
        value = given if field == "path" else _value(given)
        equal = WrittenComparison(field, "=", value)
    if operator in ("=", "!="):
        return equal if operator == "=" else Not(equal)
    return WrittenComparison(field, cast(Operator, operator), value)


def _value(written: str) -> Value:
    try:
        value = json.loads(written)
    except (ValueError, RecursionError):
        return written
    return value if isinstance(value, str | int | float | bool) else written
