"""What is new in a mail: without the earlier mails that it quotes, unless there is nothing else in it."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

_QUOTED = re.compile(r"[ \t]*>")
_WROTE = re.compile(
    r"(?m)^[ \t]*(?:On|Am|Le|El|Il|Op|Em|Den|W dniu|Dne|Tarihinde)\b[^\n]{0,200}(?:\n[^\n]{0,200}){0,2}?"
    r"(?:wrote|schrieb[^\n]{0,100}|a écrit|escribió|ha scritto|schreef[^\n]{0,100}|escreveu|skrev[^\n]{0,100}"
    r"|napisał(?:\(a\))?|napsal(?:\(a\))?|yazdı)[ \t\xa0]*:[ \t]*$(?=\s*(?:^[ \t]*>|\Z))"
)
"""The line above a quotation; where another text comes below it, it is a sentence like any other."""
_ORIGINAL = re.compile(
    r"(?m)^[ \t]*(?:-{2,}[ \t]*(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original"
    r"|Messaggio originale|Oorspronkelijk bericht|Mensagem original)[ \t]*-{2,}[ \t]*$"
    r"|(?:_{20,}\s+)?\*?(?:From|Von|De|Da|Van)\*?:\*?[ \t][^\n]+\n[ \t]*\*?"
    r"(?:Sent|Gesendet|Envoyé|Enviado|Inviato|Verzonden)(?: el)?[ \t]*\*?:)",
    re.I,
)
"""Where Outlook puts the mail that is answered, to the end."""
_FORWARDED = re.compile(r"^[ \t]*(?:-{2,}[ \t]*(?:Forwarded|Weitergeleitet)|Begin forwarded)", re.M | re.I)
_QUOTATIONS = (
    "//div[contains(concat(' ', normalize-space(@class), ' '), ' gmail_quote ')] | //blockquote[@type='cite']"
    " | //div[@id='divRplyFwdMsg' or @id='appendonsend'] | //div[@id='divRplyFwdMsg']/following-sibling::*"
    " | //div[contains(@class, 'moz-cite-prefix') or contains(@class, 'yahoo_quoted')]"
)


def new_text(text: str) -> str:
    r"""Return plain text without what it quotes; a mail that was passed on is no quotation.

    >>> new_text("Yes, on Friday.\n\nOn Mon, Ann wrote:\n> When is it?\n")
    'Yes, on Friday.'
    """
    if _FORWARDED.search(text):
        return text
    above = _ORIGINAL.split(text, maxsplit=1)[0]
    own = _WROTE.sub("", above if above.strip() else text)
    lines = [line for line in own.split("\n") if not _QUOTED.match(line)]
    new = "\n".join(lines).strip()
    return new or text


def new_html(source: str) -> str:
    """Return HTML without what it quotes, like `new_text`."""
    try:
        root: Any = html.document_fromstring(source.encode(errors="replace"), html.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError):
        return source
    quotations = [one for one in root.xpath(_QUOTATIONS) if not _FORWARDED.search(one.text_content())]
    if not quotations or _FORWARDED.search(root.text_content()):
        return source
    for one in quotations:
        if one.getparent() is not None:
            one.drop_tree()
    return str(html.tostring(root, encoding="unicode")) if root.text_content().strip() else source
