"""Hits in any index as the frameworks take them: a text with its context, and its place among the metadata."""

from __future__ import annotations

from typing import Any

from albert_search.types import Hit


def text_in_context(hit: Hit) -> str:
    """Return the sentence of a hit with those around it, as far as they were asked for."""
    return " ".join([*hit.before, hit.text, *hit.after])


def metadata_with_place(hit: Hit) -> dict[str, Any]:
    """Return the metadata of a hit's document, and where in it the hit stands."""
    place = {"uri": hit.uri, "line": hit.line, "page": hit.page, "row": hit.row, "headings": list(hit.headings)}
    return {**hit.metadata, **place}
