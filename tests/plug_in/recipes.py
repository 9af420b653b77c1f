"""Recipes: a name, the time that it takes, an empty line, and a step a line."""

from __future__ import annotations

from albert_search.readers import DocumentBuilder
from albert_search.types import Document


def read(data: bytes, uri: str) -> Document:
    """Make a document of a recipe."""
    name, minutes, _, *steps = data.decode().split("\n")
    builder = DocumentBuilder(uri)
    builder.add_heading(name, 1, line=1)
    for number, step in enumerate(steps, start=4):
        builder.add(step, line=number)
    return builder.build({"name": name, "minutes": int(minutes)})
