"""The third teacher: multilingual-e5-small, which was trained for questions and the passages that answer them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from albert_search.training.distilling.teacher import Teacher

QUESTION, PASSAGE = "query: ", "passage: "
BEGINS = re.compile(
    r"\s*(what|who|whom|whose|which|why|how|((when|where)\s+)?(is|are|was|were|do|does|did|can|could|should|would))\b",
    re.IGNORECASE,
)


class ThirdTeacher:
    """A teacher that has other vectors for questions than for passages; it tells them apart by their look."""

    def __init__(self, folder: Path, *, max_tokens: int) -> None:
        """Load a teacher; see ``Teacher``."""
        self._teacher = Teacher(folder, max_tokens=max_tokens)

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return each text's vector, float32 (texts, hidden), of length 1."""
        return self._teacher.vectors([prefixed(text) for text in texts])


def prefixed(text: str) -> str:
    """Return a text with what stands before it so that the teacher knows whether it is a question."""
    return (QUESTION if is_question(text) else PASSAGE) + text


def is_question(text: str) -> bool:
    """Return whether a text looks like a question.

    >>> [is_question(text) for text in ("when did it rain", "When it rained, we left.", "Rain?")]
    [True, False, True]
    """
    return text.rstrip().endswith("?") or BEGINS.match(text) is not None
