"""Output: results to stdout, everything else to stderr, and nothing that steers the terminal.

What is printed comes from files, and may hold anything: escape sequences that would steer the terminal, tabs and line
ends that would break a table. All of it passes through `clean`.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

_ESCAPE_SEQUENCE = re.compile(
    r"""\x1b (?: \[ [0-?]* [ -/]* [@-~]                            # CSI: colours, cursor movements
               | [\]PX^_] [^\x07\x1b\x9c]* (?: \x07 | \x1b\\ | \x9c )?  # OSC and its like: titles, links
               | [ -/]* [0-~] )?                                   # all others""",
    re.VERBOSE,
)
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""Control characters, line and paragraph separators, and what overrides the direction of writing."""


def clean(text: str) -> str:
    """Return a text on one line, without anything that a terminal would obey instead of showing it."""
    return _STEERING.sub(" ", _ESCAPE_SEQUENCE.sub("", text))


def say(message: str) -> None:
    """Tell the person something that is no result, on stderr."""
    print(clean(message), file=sys.stderr)


def put(*columns: object) -> None:
    """Print one line of results; several columns have a tab between them."""
    print(*(clean(str(column)) for column in columns), sep="\t")


def put_json(value: Any, *, indent: int | None = 2) -> None:
    """Print a result as JSON; without an indent it stands on one line."""
    unicode = sys.stdout.encoding.lower().replace("-", "") == "utf8"
    print(json.dumps(_without_nan(value), indent=indent, ensure_ascii=not unicode))


def _without_nan(value: Any) -> Any:
    """Return a value with null where a number is not one, which JSON does not know."""
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    return [_without_nan(inner) for inner in value] if isinstance(value, list | tuple) else value


def put_fields(fields: Mapping[str, object]) -> None:
    """Print names and values, one pair a line, the values below each other."""
    width = max(map(len, fields)) + 2
    for name, value in fields.items():
        print(f"{name + ':':<{width}}{clean(str(value))}")


def number(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 file``, ``1,204 files``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def shown_path(uri: str) -> str:
    """Return an address as a person would write it: relative to the working folder when it is below it."""
    here = os.path.join(os.getcwd(), "")  # noqa: PTH118, PTH109  # text in, text out: an address need not be a path
    return uri.removeprefix(here) or uri


def console() -> Console | None:
    """Return the terminal that stdout is; None where it is a file or a pipe."""
    if not sys.stdout.isatty():
        return None
    # Rich takes 60 ms to import, which output to a pipe need not pay.
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)
