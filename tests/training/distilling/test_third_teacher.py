"""The third teacher is told which texts are questions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from albert_search.training.distilling.teacher import Teacher
from albert_search.training.distilling.third_teacher import ThirdTeacher, is_question


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how do cats sleep", True),
        ("When was the bridge built", True),
        ("Is it far", True),
        ("The bridge, is it old? ", True),
        ("When the bridge was built, people came.", False),
        ("Whatever comes, the bridge stays.", False),
        ("isolated cells", False),
    ],
)
def test_a_question_is_known_by_its_look(text: str, expected: bool) -> None:
    assert is_question(text) is expected


def test_questions_and_passages_are_given_as_it_knows_them(teacher_folder: Path) -> None:
    third, plain = ThirdTeacher(teacher_folder, max_tokens=32), Teacher(teacher_folder, max_tokens=32)
    vectors = third.vectors(["is the cat a dog", "the cat sat."])
    expected = plain.vectors(["query: is the cat a dog", "passage: the cat sat."])
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
