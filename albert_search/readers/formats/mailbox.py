"""Mailboxes (mbox): a document for each mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from pathlib import Path

from lxml import etree

from albert_search.errors import ReadError
from albert_search.readers.containers import BudgetSpent, InnerOptions, inner_uri
from albert_search.readers.encodings import LARGEST_FILE_BYTES
from albert_search.readers.formats.mail import mail_documents, parse
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Note, Skipped

_BORDER = re.compile(rb"From \S.*\d:\d\d")
_ESCAPED = re.compile(rb"(?m)^>(>*From )")
_LONGEST_LINE_BYTES = 2**20


def read(path: Path, options: ReadOptions) -> Iterator[Document | Note | Skipped]:
    """Read an mbox file of any size: mail by mail, which are counted from 1; see `mail` for what is read of each.

    Source: RFC 4155, appendix A.
    """
    with reading("a mailbox"), path.open("rb") as file:
        if not _BORDER.match(file.readline(_LONGEST_LINE_BYTES)):
            raise ReadError(
                "it is no mailbox: it does not begin with a line such as 'From ann Mon Jan  1 12:00:00 2024'"
            )
        lines = iter(lambda: file.readline(_LONGEST_LINE_BYTES), b"")
        for number, message in enumerate(_messages(lines), start=1):
            uri = inner_uri(str(path), str(number))
            if message is None:
                yield Skipped(uri, f"it is larger than {LARGEST_FILE_BYTES // 2**20} MiB")
                continue
            try:
                with reading("a mail", MessageError, etree.LxmlError, *PARSER_ERRORS):
                    yield from mail_documents(parse(message), uri, InnerOptions.of(options, path))
            except BudgetSpent:
                raise
            except ReadError as error:
                yield Skipped(uri, str(error))


def _messages(lines: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield each mail; None for one that is too large.

    A mail ends where a line with sender and time stands below an empty one.
    """
    message: list[bytes] = []
    size, above = 0, b""
    for line in lines:
        if not above.strip() and _BORDER.match(line):
            yield _joined(message, size)
            message, size = [], 0
        else:
            size += len(line)
            if size <= LARGEST_FILE_BYTES:
                message.append(line)
        above = line
    yield _joined(message, size)


def _joined(message: list[bytes], size: int) -> bytes | None:
    return _ESCAPED.sub(rb"\1", b"".join(message)) if size <= LARGEST_FILE_BYTES else None
