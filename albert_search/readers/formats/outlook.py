"""Mails as Outlook saves them (msg)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from struct import error as StructError  # noqa: N812
from typing import Any

from lxml import etree
from oxmsg import Message
from oxmsg.domain.constants import PID_ATTACH_METHOD, PID_HTML, PID_TRANSPORT_MESSAGE_HEADERS

from albert_search.readers.blocks import clean, folded
from albert_search.readers.containers import InnerOptions
from albert_search.readers.encodings import decode, load
from albert_search.readers.formats.mail import Mail, mail_documents, parse
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Note, Skipped

_ATTACHED_MAIL = 5
"""Value of PidTagAttachMethod. Source: [MS-OXCMSG] 2.2.2.9."""


def read(path: Path, options: ReadOptions) -> Iterator[Document | Note | Skipped]:
    """Read a msg file as `mail` reads an eml file; mails that are attached to it are named, but not read.

    Source: [MS-OXMSG], Outlook Item (.msg) File Format.
    """
    data = load(path)
    with reading("an Outlook mail", StructError, etree.LxmlError, *PARSER_ERRORS):
        message = Message.load(data)
        mail = Mail(_headers(message), clean(message.body or ""), _html(message))
        attached_mails = 0
        for attachment in message.attachments:
            if attachment.file_bytes is not None:
                mail.attachments.append((folded(clean(attachment.file_name or "attachment")), attachment.file_bytes))
            elif attachment.properties.int_prop_value(PID_ATTACH_METHOD) == _ATTACHED_MAIL:
                attached_mails += 1
        yield from mail_documents(mail, str(path), InnerOptions.of(options, path))
        if attached_mails:
            yield Note(str(path), f"{attached_mails} attached in Outlook's own format, left out: save them as files")


def _headers(message: Message) -> dict[str, str]:
    """Return the headers as they were sent, or what Outlook keeps of them."""
    sent = message.properties.str_prop_value(PID_TRANSPORT_MESSAGE_HEADERS) or ""
    found = parse(sent.encode(errors="replace")).headers if sent.strip() else {}
    kept: dict[str, Any] = {
        "from": message.sender,
        "to": ", ".join(filter(None, (recipient.email_address or recipient.name for recipient in message.recipients))),
        "date": message.sent_date.isoformat() if message.sent_date else None,
        "subject": message.subject,
    }
    return {name: folded(clean(str(value))) for name, value in kept.items() if value} | found


def _html(message: Message) -> str:
    try:
        return message.html_body or ""
    except (LookupError, UnicodeDecodeError):  # the charset that it tells is none, or not its own
        return decode(message.properties.binary_prop_value(PID_HTML) or b"")
