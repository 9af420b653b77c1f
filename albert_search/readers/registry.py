"""The reader of each kind of file."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path, PurePath
from types import ModuleType

from albert_search.errors import ReadError
from albert_search.readers.encodings import take_doubts
from albert_search.readers.plug_ins import plug_ins, read_by
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import reading
from albert_search.types import Document, Note, Skipped

_COMPRESSED = (".gz", ".bz2", ".xz")
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
    ".epub": "epub",
    ".pptx": "presentation",
    ".pptm": "presentation",
    ".odt": "opendocument",
    ".odp": "opendocument",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".ods": "ods",
    ".xls": "xls",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff"), "picture"),
    ".rtf": "rtf",
    ".tex": "tex",
    ".latex": "tex",
    ".msg": "outlook",
    ".eml": "mail",
    ".mbox": "mailbox",
    ".zip": "archive",
    ".tar": "archive",
    ".tgz": "archive",
    ".tbz2": "archive",
    ".txz": "archive",
    **dict.fromkeys(_COMPRESSED, "archive"),
}
CODE_SUFFIXES = frozenset((
    ".py", ".pyi", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".java", ".c", ".h", ".cc", ".cpp",
    ".cxx", ".hh", ".hpp", ".hxx", ".go", ".rs", ".rb", ".cs", ".php", ".sh", ".bash", ".scala", ".kt", ".kts",
    ".swift", ".lua",
))  # fmt: skip
"""What is read as source code; in folders only where a person asks for it."""
_EXTRAS = {"outlook": "msg", "picture": "ocr", "source_code": "code", "xls": "xls"}
"""The extra that brings what a reader needs."""
_PLAIN_NAMES = frozenset((
    "authors", "changelog", "changes", "contributing", "contributors", "copying", "copyright", "credits",
    "history", "install", "licence", "license", "maintainers", "manual", "news", "notes", "notice",
    "readme", "thanks", "todo",
))  # fmt: skip
_DEFAULTS = ReadOptions()


def is_document(name: str, *, code: bool = False) -> bool:
    """Tell by its name whether a file that is found in a folder is one to read.

    Args:
        name: Its name, without the folder.
        code: Whether source code is to be read.
    """
    path = PurePath(name)
    suffix = path.suffix.lower()
    if suffix in _COMPRESSED:
        return path.stem.lower().endswith(".tar") or is_document(path.stem, code=code)
    is_read = suffix in _MODULES or suffix in plug_ins() or (code and suffix in CODE_SUFFIXES)
    return is_read or name.lower() in _PLAIN_NAMES


def read(path: Path, options: ReadOptions = _DEFAULTS) -> Iterator[Document | Note | Skipped]:
    """Read one file.

    The reader is chosen by the suffix, and is imported when the first file of its kind is read. A file of any other
    kind is read as plain text.

    Args:
        path: The file.
        options: What a person chose about reading.

    Yields:
        One document, whose uri is the absolute path; of a table, one document a row, with the uri ``path#row=n``;
        of a file that holds others, theirs, with uris that go on from its path as from a folder's; Skipped for a part
        that cannot be read, and Note for what a person should know about the file.

    Raises:
        ReadError: The file cannot be read. The message is one clause that does not name the path.
    """
    with reading("a file"):
        if path.exists() and not path.is_file():
            raise ReadError("it is a folder" if path.is_dir() else "it is no ordinary file")
    take_doubts()
    suffix = path.suffix.lower()
    if plug_in := plug_ins().get(suffix):
        yield from read_by(plug_in, path.absolute())
    else:
        yield from _reader(suffix).read(path.absolute(), options)
    yield from (Note(str(path.absolute()), doubt) for doubt in dict.fromkeys(take_doubts()))


def _reader(suffix: str) -> ModuleType:
    """Return the module that reads files with a suffix.

    Raises:
        ReadError: It needs a package that is not there.
    """
    name = _MODULES.get(suffix, "source_code" if suffix in CODE_SUFFIXES else "text")
    try:
        return import_module(f"albert_search.readers.formats.{name}")
    except ModuleNotFoundError as error:
        if name not in _EXTRAS:
            raise
        raise ReadError(f"it needs {error.name}: pip install 'albert-search[{_EXTRAS[name]}]'") from error
