"""What stands above the text of a Markdown file: YAML, TOML, or lines that are nearly YAML."""

from __future__ import annotations

import re
import sys
from typing import Any

import yaml

from albert_search.readers.metadata import as_json

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_LARGEST = 64 * 2**10
_FENCED = re.compile(
    r"\A\s*?(?P<fence>---|\+\+\+)[ \t]*\n(?P<source>.*?)^(?:(?P=fence)|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_FIELD = re.compile(r"[ \t]*(?:\"([^\"]+)\"|'([^']+)'|([\w][\w .-]*?))[ \t]*[:=](?:[ \t]+(.*)|$)")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_TOLD = "its front matter is no valid {kind}; it was read line by line"


def split_front_matter(text: str) -> tuple[str, dict[str, Any], str | None]:
    """Return a text without its front matter, what that says, and what is doubtful about it.

    The front matter's lines stay as empty ones. What stands between rules and is no list of fields is text.
    """
    match = _FENCED.match(text) if text.lstrip()[:3] in ("---", "+++") else None
    if not match or len(match["source"]) > _LARGEST:
        return text, {}, None
    source, kind = match["source"], "YAML" if match["fence"] == "---" else "TOML"
    found = _yaml(source) if kind == "YAML" else _toml(source)
    doubt = None
    if found is None:
        found, doubt = _line_by_line(source), _TOLD.format(kind=kind)
    if not found and source.strip():
        return text, {}, None
    rest = "\n" * match[0].count("\n") + text[match.end() :]
    return rest, {str(name): as_json(value) for name, value in found.items()}, doubt


def _yaml(source: str) -> dict[Any, Any] | None:
    """Return what YAML says; None where it is none, or no mapping."""
    try:
        # An alias that is used again and again can make a short text unfold to gigabytes.
        if "&" in source and "*" in source and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(source)):
            return None
        found = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def _toml(source: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return found


def _line_by_line(source: str) -> dict[str, Any]:
    """Return the fields that single lines name; nothing where most lines name none."""
    found: dict[str, Any] = {}
    name, strange = "", 0
    for line in source.split("\n"):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        item, field = _ITEM.match(line), _FIELD.match(line)
        if item and name:
            held = found[name]
            found[name] = [*(held if isinstance(held, list) else [held] if held else []), _value(item[1])]
        elif field:
            name = (field[1] or field[2] or field[3]).strip()
            found[name] = _value(field[4] or "")
        elif name and line[:1] in " \t" and isinstance(found[name], str):
            found[name] = f"{found[name]} {bare}".strip()
        else:
            strange += 1
    return found if strange <= len(found) else {}


def _value(text: str) -> Any:
    """Return a value as it is meant: without quotes, a list where brackets say so."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    if text.startswith("[") and text.endswith("]") and not text.startswith("[["):
        return [_value(part) for part in text[1:-1].split(",") if part.strip()]
    return text
