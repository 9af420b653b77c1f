"""The reader of each kind of file."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from albert_search.readers.encodings import take_doubts
from albert_search.readers.read_options import ReadOptions
from albert_search.types import Document, Note, Skipped

_MODULES = {
    ".txt": "text",
    ".text": "text",
    ".log": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".rst": "rst",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json_yaml_toml",
    ".yaml": "json_yaml_toml",
    ".yml": "json_yaml_toml",
    ".toml": "json_yaml_toml",
    ".ipynb": "notebook",
    ".org": "org",
    ".adoc": "asciidoc",
    ".asciidoc": "asciidoc",
    ".srt": "subtitles",
    ".vtt": "subtitles",
}
_PLAIN_NAMES = frozenset((
    "authors", "changelog", "changes", "contributing", "contributors", "copying", "copyright", "credits",
    "history", "install", "licence", "license", "maintainers", "manual", "news", "notes", "notice",
    "readme", "thanks", "todo",
))  # fmt: skip
_DEFAULTS = ReadOptions()


def is_document(name: str) -> bool:
    """Tell by its name whether a file that is found in a folder is one to read."""
    path = Path(name)
    return path.suffix.lower() in _MODULES or name.lower() in _PLAIN_NAMES


def read(path: Path, options: ReadOptions = _DEFAULTS) -> Iterator[Document | Note | Skipped]:
    """Read one file.

    The reader is chosen by the suffix, and is imported when the first file of its kind is read. A file of any other
    kind is read as plain text.

    Args:
        path: The file.
        options: What a person chose about reading.

    Yields:
        One document, whose uri is the absolute path; of a table, one document a row, with the uri ``path#row=n``,
        Skipped for a row that cannot be read, and Note for what a person should know about the file.

    Raises:
        ReadError: The file cannot be read. The message is one clause that does not name the path.
    """
    module = import_module(f"albert_search.readers.formats.{_MODULES.get(path.suffix.lower(), 'text')}")
    take_doubts()
    yield from module.read(path.absolute(), options)
    yield from (Note(str(path.absolute()), doubt) for doubt in dict.fromkeys(take_doubts()))
