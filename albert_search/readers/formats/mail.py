"""Mails (eml): what is new in them, who wrote it to whom and when, and what is attached."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path, PurePath

from lxml import etree

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.containers import InnerOptions, inner_uri, is_wanted, read_inner
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.html import add_html
from albert_search.readers.formats.mail_quotes import new_html, new_text
from albert_search.readers.formats.text import add_paragraphs
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Note, Skipped

_DEEPEST = 50
_BROKEN: tuple[type[Exception], ...] = (MessageError, *PARSER_ERRORS)
_HEADERS = {
    "from": "From",
    "to": "To",
    "cc": "Cc",
    "subject": "Subject",
    "message_id": "Message-ID",
}
_RICHER = 3
"""A mail is read as HTML where that has so many times the words of its plain text, which then is but a stopgap."""


@dataclass(slots=True)
class Mail:
    """What a mail consists of, whatever file it came in.

    Attributes:
        headers: The metadata: from, to, cc, date, subject and message_id, as far as they are known.
        plain: Its text.
        html: Its text as HTML.
        attachments: Name and content of each.
    """

    headers: dict[str, str] = field(default_factory=dict)
    plain: str = ""
    html: str = ""
    attachments: list[tuple[str, bytes]] = field(default_factory=list)


def read(path: Path, options: ReadOptions) -> Iterator[Document | Note | Skipped]:
    """Read an eml file: the newest text, and the attachments that are documents, each as one."""
    data = load(path)
    with reading("a mail", MessageError, etree.LxmlError, *PARSER_ERRORS):
        yield from mail_documents(parse(data), str(path), InnerOptions.of(options, path))


def mail_documents(mail: Mail, uri: str, options: InnerOptions) -> Iterator[Document | Note | Skipped]:
    """Make documents of a mail and of what is attached to it.

    Args:
        mail: The mail.
        uri: Its address; an attachment's goes on from it as from a folder's.
        options: How the attachments are read.
    """
    builder = DocumentBuilder(uri, has_lines=False)
    if subject := mail.headers.get("subject"):
        builder.add_heading(subject, 1)
    _add_body(builder, mail)
    yield builder.build(mail.headers)
    for name, content in _numbered(mail.attachments):
        if is_wanted(name, options):
            yield from read_inner(BytesIO(content), inner_uri(uri, name), options)


def parse(data: bytes) -> Mail:
    """Return what is in a mail as it was sent. Source: RFC 5322 and RFC 2045 to 2049.

    Raises:
        ReadError: It has no header at all, so that it is no mail.
    """
    message = message_from_bytes(data)
    headers = {name: value for name, header in _HEADERS.items() if (value := _header(message, header))}
    if not headers and not message.get("Received") and not message.get("Date"):
        raise ReadError("it is no mail: it has no header")
    if date := _header(message, "Date"):
        headers["date"] = _iso(date)
    mail = Mail(headers)
    _gather(message, mail, 0)
    return mail


def _header(message: Message, name: str) -> str:
    """Return a header as a person would read it; one that is malformed stays as it is."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    written = str(raw)
    if not written.isascii():
        written = decode(written.encode(errors="surrogateescape"))
    try:
        return folded(clean(str(make_header(decode_header(written)))))
    except _BROKEN:
        return folded(clean(written))


def _iso(date: str) -> str:
    """Return a date as ISO 8601; what is none stays as it is."""
    try:
        return parsedate_to_datetime(date).isoformat()
    except PARSER_ERRORS:
        return date


def _gather(part: Message, mail: Mail, depth: int) -> None:
    """Put a part of a message where it belongs: the text, or what is attached."""
    if depth > _DEEPEST:
        raise ReadError("it is nested too deeply")
    kind = part.get_content_type()
    name = _file_name(part)
    if kind == "message/rfc822" and part.is_multipart():
        mail.attachments += [(name or "message.eml", inner.as_bytes()) for inner in _parts(part)]
    elif part.is_multipart():
        for inner in _parts(part):
            _gather(inner, mail, depth + 1)
    elif kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
        if kind == "text/html":
            mail.html += _text(part)
        else:
            mail.plain += _text(part) + "\n"
    elif isinstance(content := part.get_payload(decode=True), bytes):
        mail.attachments.append((name or f"attachment{mimetypes.guess_extension(kind) or ''}", content))


def _parts(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _file_name(part: Message) -> str:
    name = part.get_filename() or ""
    try:
        return folded(clean(str(make_header(decode_header(name)))))
    except _BROKEN:
        return folded(clean(name))


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    text = clean(decode(content, part.get_content_charset()))
    if part.get_param("format") == "flowed":
        # RFC 3676: a line that ends with a space goes on, unless it is the one above a signature.
        text = re.sub(r"(?m)(?<!^--) \n(?!>)", " ", text)
    return text


def _add_body(builder: DocumentBuilder, mail: Mail) -> None:
    """Add the text, or the HTML where there is no text that says as much."""
    if mail.html.strip():
        rich = DocumentBuilder("", has_lines=False)
        add_html(rich, new_html(mail.html), line=1)
        words = len(rich.build().text.split())
        if words and len(new_text(mail.plain).split()) * _RICHER < words:
            add_html(builder, new_html(mail.html), line=1)
            return
    if mail.plain.strip():
        add_paragraphs(builder, new_text(mail.plain))
    elif mail.html.strip():
        add_html(builder, new_html(mail.html), line=1)


def _numbered(attachments: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Give attachments of the same name different ones."""
    seen: dict[str, int] = {}
    for name, content in attachments:
        seen[name] = seen.get(name, 0) + 1
        path = PurePath(name)
        yield (name if seen[name] == 1 else f"{path.stem} ({seen[name]}){path.suffix}"), content
