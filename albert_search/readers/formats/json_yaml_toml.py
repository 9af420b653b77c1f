"""JSON, YAML and TOML: the long texts, each below the path of keys that leads to it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.text import from_text
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Found: TypeAlias = "tuple[tuple[str, ...], str, int | None]"
"""A text with its path of keys and its line, from 1."""

_DEEPEST = 200
_PROSE = re.compile(r"\S\s+\S+\s+\S")
_WIDE_PROSE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{8}")
"""Scripts without spaces between words."""
_JSON_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_JSON_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])', re.DOTALL)
_SPACES = re.compile(r"\s*")
_YAML_TEXT = "tag:yaml.org,2002:str"


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read a JSON, YAML or TOML file: every text of three words and more, with its path of keys as headings.

    Short texts, numbers and keys alone are left out. A list adds the place in it, from 0, to the key that holds it.
    """
    source = decode(load(path)).lstrip("\ufeff")
    kind = "TOML" if path.suffix.lower() == ".toml" else "JSON" if path.suffix.lower() == ".json" else "YAML"
    with reading(kind, yaml.YAMLError, *PARSER_ERRORS):
        builder = DocumentBuilder(str(path))
        for keys, text, line in _READERS[kind](source):
            if _PROSE.search(text) or _WIDE_PROSE.search(text):
                builder.set_place(*keys)
                _add(builder, text, line)
        yield builder.build()


def _add(builder: DocumentBuilder, text: str, line: int | None) -> None:
    """Add the paragraphs of a text, all of which are said to stand where it begins."""
    paragraphs = from_text(text, "")
    for block in paragraphs.blocks:
        builder.add(folded(paragraphs.text[block.start : block.end]), line=line)


def _json_texts(source: str) -> Iterator[Found]:
    """Yield the texts of one JSON value, or of several one after the other; comments and last commas are allowed."""
    if source.strip():
        try:
            values = list(_json_values(source))
        except ValueError:
            source = _TRAILING_COMMA.sub(lambda match: match[1] or " ", _JSON_COMMENT.sub(_blank, source))
            values = list(_json_values(source))
        lines = _lines_of_strings(source)
        for value in values:
            yield from _walk(value, (), lambda _text: next(lines))


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object in the order of the file, names that stand twice too."""


def _json_values(source: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(object_pairs_hook=_Pairs, parse_constant=lambda _: None, strict=False)
    position, end = 0, len(source.rstrip())
    while position < end:
        value, position = decoder.raw_decode(source, _SPACES.match(source, position).end())  # type: ignore[union-attr]
        yield value


def _lines_of_strings(source: str) -> Iterator[int]:
    """Yield the line of every string in the file, names of members among them."""
    line, seen = 1, 0
    for match in _JSON_STRING.finditer(source):
        line += source.count("\n", seen, match.start())
        seen = match.start()
        yield line


def _blank(match: re.Match[str]) -> str:
    """Put spaces in place of a comment, whose line ends stay; a string stays whole."""
    return match[1] or re.sub(r"[^\n]", " ", match[0])


def _walk(value: Any, keys: tuple[str, ...], line_of: Callable[[str], int | None]) -> Iterator[Found]:
    """Yield the texts inside a value; ``line_of`` is asked for each string in order, names of members too."""
    if len(keys) > _DEEPEST:
        raise ReadError("it is nested too deeply")
    if isinstance(value, str):
        yield keys, value, line_of(value)
    elif isinstance(value, _Pairs):
        for name, inner in value:
            line_of(name)
            yield from _walk(inner, (*keys, name), line_of)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(inner, (*keys, str(name)), line_of)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _walk(inner, _numbered(keys, number), line_of)


def _numbered(keys: tuple[str, ...], number: int) -> tuple[str, ...]:
    return (*keys[:-1], f"{keys[-1] if keys else ''}[{number}]")


def _toml_texts(source: str) -> Iterator[Found]:
    seen = 0

    def line_of(text: str) -> int | None:
        nonlocal seen
        first = text.strip().split("\n", 1)[0]
        place = max(source.find(first, seen), source.find(first) if source.find(first, seen) < 0 else -1)
        seen = max(seen, place)
        return source.count("\n", 0, place) + 1 if place >= 0 else None

    yield from _walk(tomllib.loads(clean(source)), (), line_of)


def _yaml_texts(source: str) -> Iterator[Found]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    seen: set[int] = set()  # an alias is the node that it names, met again
    for root in yaml.compose_all(clean(source), Loader=loader):
        yield from _yaml_walk(root, (), seen)


def _yaml_walk(node: yaml.Node | None, keys: tuple[str, ...], seen: set[int]) -> Iterator[Found]:
    if len(keys) > _DEEPEST:
        raise ReadError("it is nested too deeply")
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        if node.tag == _YAML_TEXT:
            yield keys, node.value, node.start_mark.line + 1 + (node.style in ("|", ">"))
    elif isinstance(node, yaml.MappingNode):
        for name, inner in node.value:
            yield from _yaml_walk(inner, (*keys, name.value if isinstance(name, yaml.ScalarNode) else "?"), seen)
    elif isinstance(node, yaml.SequenceNode):
        for number, inner in enumerate(node.value):
            yield from _yaml_walk(inner, _numbered(keys, number), seen)


_READERS: dict[str, Callable[[str], Iterator[Found]]] = {
    "JSON": _json_texts,
    "TOML": _toml_texts,
    "YAML": _yaml_texts,
}
