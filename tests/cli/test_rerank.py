"""``rerank`` with the model that ships, as a person and as a program uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import Run

QUESTION = "how do I repair my car"
ANSWER = "You can fix an automobile at home with few tools."
TEXTS = ["The sun is hot.", ANSWER, "The car was sold."]


def test_texts_on_standard_input_come_back_best_first(run: Run, tmp_path: Path) -> None:
    done = run("rerank", QUESTION, cwd=tmp_path, stdin="\n".join([*TEXTS, "", ""]))
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [text for _, text in lines] == [ANSWER, TEXTS[2], TEXTS[0]]
    scores = [float(score) for score, _ in lines]
    assert scores == sorted(scores, reverse=True)


def test_json_tells_the_position_and_the_words_that_matched(run: Run, tmp_path: Path) -> None:
    first, *_ = json.loads(run("rerank", QUESTION, *TEXTS, "--json", cwd=tmp_path).stdout)
    assert (first["text"], first["position"]) == (ANSWER, 1)
    assert -1 <= first["cosine"] <= 1
    assert -1 <= first["maxsim"] <= 1
    assert {ANSWER[match["start"] : match["end"]] for match in first["matches"]} == {"fix", "automobile"}


@pytest.mark.parametrize("arguments", [[QUESTION], [" ", "a text"]])
def test_without_a_question_or_texts_there_is_nothing_to_do(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    done = run("rerank", *arguments, cwd=tmp_path, stdin="\n")
    assert done.code == 2
    assert "nothing to put in order" in done.stderr
