"""What on a web page is chrome, and what is its text: what a browser shows, or what a click unfolds."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

_NEVER_TEXT = frozenset((
    "script", "style", "head", "select", "datalist", "svg", "canvas", "iframe", "object", "audio", "video",
))  # fmt: skip
_CHROME = frozenset(("nav", "footer"))
_CHROME_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "menu"))
_DIALOG_ROLES = frozenset(("dialog", "alert", "alertdialog", "status", "tooltip"))
_PERMALINKS = frozenset(("¶", "#", "§"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_INLINE = frozenset(("span", "i", "b", "em", "a", "small", "sup", "img", "strong"))
_UNFOLDING = re.compile(r"accordion|collaps|toggle|faq|question|answer|tab|panel|expand|spoiler|details|drawer", re.I)
_CONSENT = re.compile(r"cookie|consent|gdpr", re.I)
_CONSENT_CHARACTERS = 3_000
_PROSE_CHARACTERS = 40
_ELEMENTS_LOOKED_AT = 2_000


def is_never_text(element: etree._Element) -> bool:
    """Tell whether no browser shows what is in an element as text."""
    if element.tag == "template":
        return element.get("shadowrootmode") is None
    return element.tag in _NEVER_TEXT


def is_chrome(element: etree._Element) -> bool:
    """Tell whether nobody would call an element the text of the page."""
    tag, attributes = element.tag, element.attrib
    if is_never_text(element) or tag == "noscript":
        return True
    if tag == "button":
        return not _unfolds(element)
    if tag == "a":
        return element.text in _PERMALINKS and len(element) == 0
    if not attributes:
        return tag in _CHROME and not _holds_the_page(element)
    if "hidden" in attributes and not _can_be_unfolded(element):
        return True
    if attributes.get("aria-hidden") == "true" and tag in _INLINE:
        return True
    if tag in _CHROME or attributes.get("role") in _CHROME_ROLES:
        return not _holds_the_page(element)
    return _asks_for_consent(element)


def _unfolds(button: etree._Element) -> bool:
    """Tell whether a button is the title of what it unfolds."""
    if any(name in button.attrib for name in ("aria-expanded", "aria-controls", "data-bs-toggle", "data-toggle")):
        return button.get("aria-haspopup") is None
    if button.get("role") == "tab" or _UNFOLDING.search(_names(button)):
        return True
    return any(above.tag in (*_HEADINGS, "summary", "dt") for above in islice(button.iterancestors(), 3))


def _can_be_unfolded(element: etree._Element) -> bool:
    """Tell whether a click shows a hidden element, as that on a question shows its answer."""
    role = element.get("role")
    if role in _DIALOG_ROLES or element.tag in ("dialog", "input") or _CONSENT.search(_names(element)):
        return False
    if role in ("tabpanel", "region") or element.get("hidden") == "until-found" or _UNFOLDING.search(_names(element)):
        return True
    if element.get("aria-labelledby"):
        return True
    before = element.getprevious()
    if before is None:
        return False
    return before.tag in (*_HEADINGS, "button", "summary", "dt") or before.find(".//button") is not None


def _holds_the_page(element: etree._Element) -> bool:
    """Tell whether an element that should be chrome holds text of the page: a heading of its own, or running text.

    So it is where the element is never closed, and where it belongs to an article or a quotation.
    """
    if element.tag == "footer" and any(
        above.tag in ("article", "blockquote", "figure") for above in element.iterancestors()
    ):
        return True
    for inner in islice(element.iter(), _ELEMENTS_LOOKED_AT):
        if inner.tag in ("h1", "main", "article"):
            return True
        if element.tag == "nav" or element.get("role") == "banner":
            is_prose = inner.tag == "p" and len((inner.text or "").strip()) >= _PROSE_CHARACTERS
            if is_prose and inner.find(".//a") is None:
                return True
    return False


def _asks_for_consent(element: etree._Element) -> bool:
    """Tell whether an element is the notice about cookies that lies above a page."""
    if element.tag not in ("div", "section", "aside", "dialog", "form") or not _CONSENT.search(_names(element)):
        return False
    if element.find(".//h1") is not None or element.find(".//main") is not None:
        return False
    return sum(map(len, islice(element.itertext(), _ELEMENTS_LOOKED_AT))) <= _CONSENT_CHARACTERS


def _names(element: etree._Element) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''}"
