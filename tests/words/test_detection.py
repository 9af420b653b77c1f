"""Which language a text is in."""

from __future__ import annotations

import lzma
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albert_search.searching.understanding import foreign_language
from albert_search.words.detection import detect_language
from albert_search.words.languages import language_name


@pytest.mark.parametrize(
    ("text", "language"),
    [("The garden was dug in the spring.", "en"), ("Der Garten wurde im Frühling umgegraben.", "de"),
     ("Le jardin a été bêché au printemps.", "fr"), ("Сад вскопали весной.", "ru"), ("春天里花园被翻了土。", "zh"),
     ("庭は春に掘り起こされました。", "ja"), ("정원은 봄에 파헤쳐졌다.", "ko"), ("تم حفر الحديقة في الربيع.", "ar"),
     ("12 34", None), ("", None), ("x", None), ("\n\n", None)],
)  # fmt: skip
def test_languages_are_told(text: str, language: str | None) -> None:
    assert detect_language(text) == language


@settings(deadline=None)
@given(st.text(st.characters()))
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert isinstance(language_name(detect_language(text)), str)


@pytest.mark.parametrize(
    ("question", "language"),
    [("Wie backt man Brot?", "de"), ("рецепт борща", "ru"), ("打印机", "zh"), ("Où se trouve la gare?", "fr"),
     ("how do I bake bread?", None), ("refund", None), ("git rebase", None), ("résumé tips", None),
     ("die cast metal press", None), ("2.3.1", None), ("?!", None)],
)  # fmt: skip
def test_a_question_is_called_foreign_only_where_that_is_certain(question: str, language: str | None) -> None:
    assert foreign_language(question, frozenset({"en"})) == language
    assert foreign_language(question, None) is None


def test_hardly_any_english_question_is_called_foreign(shared: Path) -> None:
    with lzma.open(shared / "corpora" / "trivia_questions.txt.xz", "rt", encoding="utf-8") as lines:
        questions = [line.strip() for line in islice(lines, 2000)]
    foreign = [question for question in questions if foreign_language(question, frozenset({"en"}))]
    assert len(foreign) < 10, foreign
