"""The article that the project began with."""

from __future__ import annotations

SIX = [
    "I like my phone",
    "My phone is not good.",
    "Recently a lot of hurricanes have hit the US",
    "Global warming is real",
    "How old are you?",
    "what is your age?",
]
