"""Mails as programs send them."""

from __future__ import annotations

from email.message import EmailMessage


def letter(text: str = "Yes, on Friday.", **headers: str) -> EmailMessage:
    """Return a mail with the usual headers, and others."""
    message = EmailMessage()
    message["From"] = "Ann Lee <ann@x.org>"
    message["To"] = "Bob Stöver <bob@x.org>"
    message["Date"] = "Fri, 01 Mar 2024 09:30:00 +0100"
    message["Subject"] = "Größe of the loaf"
    message["Message-ID"] = "<1@x.org>"
    for name, value in headers.items():
        message[name] = value
    message.set_content(text)
    return message
