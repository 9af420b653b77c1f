"""Texts that say which of them is near to which question, and metadata of every kind."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

LONG = (
    "Iron rusts in rain. " + "The weather stays grey and nothing at all happens. " * 12 + "A zebra crosses the river."
)
"""Longer than the tests' model reads at a time; its last sentence says something of its own."""

CAT, DOG, COPY, RIVER = "The cat sleeps on the mat.", "Dogs bark at the moon.", "A cat on a mat.", LONG

METADATAS: list[dict[str, Any]] = [
    {},
    {"name": "Ann", "year": 2020, "tags": ["red", "blue"], "draft": True},
    {"name": "ann", "year": 2021, "tags": ["red"], "draft": False},
    {"name": "Änne", "year": 2020.5, "tags": [], "path": "elsewhere/a*b.md"},
    {"name": "", "year": -1, "path": "Elsewhere"},
    {"name": "100", "year": 100, "tags": ["100%"], "deep": {"name": "Ann", "year": 7}},
    {"name": "a[n]n", "year": None, "deep": {"name": None}},
    {"name": "Ann Ann", "date": "2024-02-29", "deep": {"year": 2020}},
    {"name": "'; DROP TABLE documents; --", "date": "2023-12-31T23:59:59", "year": 0},
]

NAMES = ["Ann", "ann", "Änne", "", "100", "a[n]n", "Bob", "n", "*", "'; DROP TABLE documents; --"]
YEARS = [2020, 2021, 2020.5, 100, -1, 0, 7, 3000]
TAGS = ["red", "blue", "100%", "green"]

names = st.sampled_from(NAMES)
years = st.sampled_from(YEARS)
tags = st.sampled_from(TAGS)
