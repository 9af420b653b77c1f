"""What stands around a sentence: checked against numpy, and on a sentence that has lost its subject."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from albert_search import Index
from albert_search.searching.context import SHARE, WIDTH, lifted

PUMP = [
    "This part is about the pump of the heating.",
    "The pump stands in the cellar.",
    "It is cleaned once a year.",
    "Nothing else of the pump needs care.",
]
BOILER = ["This part is about the kettle for tea.", "It is cleaned once each year.", "The kettle is made of steel."]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("context")
    (folder / "pump.txt").write_text(" ".join(PUMP))
    (folder / "kettle.txt").write_text(" ".join(BOILER))
    (folder / "lone.txt").write_text("It is cleaned now and then.")
    with Index.create(folder / "index", threads=1) as made:
        made.add([folder / name for name in ("pump.txt", "kettle.txt", "lone.txt")])
        yield made


@pytest.mark.parametrize(("subject", "answer", "other"), [("pump", PUMP[2], BOILER[1]), ("kettle", BOILER[1], PUMP[2])])
def test_a_sentence_without_its_subject_is_lifted_by_it(index: Index, subject: str, answer: str, other: str) -> None:
    hits = {hit.text: hit for hit in index.search(f"how often is the {subject} cleaned?", rerank=False)}
    assert (hits[answer].context_score or 0) > (hits[other].context_score or 0) + 0.2
    lift = {text: (hits[text].fused or 0) - hits[text].score for text in (answer, other)}
    assert lift[answer] > lift[other]


def test_the_score_of_the_context_is_the_cosine_of_the_mean(index: Index) -> None:
    question = "how often is the pump cleaned?"
    asked, *vectors = np.float32(index.encoder.encode([question, *PUMP]))
    hits = {hit.text: hit for hit in index.search(question, rerank=False)}
    mean = np.sum(vectors, axis=0)  # all of them stand near each other
    for text in PUMP:
        assert hits[text].context_score == pytest.approx(float(asked @ mean / np.linalg.norm(mean)), abs=2e-3)
    assert len(PUMP) - 1 <= WIDTH


def test_a_text_that_stands_alone_has_no_context(index: Index) -> None:
    hits = {hit.text: hit for hit in index.search("how often is the pump cleaned?")}
    assert hits["It is cleaned now and then."].context_score is None


def test_only_a_nearer_context_counts() -> None:
    assert lifted(0.5, 0.7) == pytest.approx(0.5 + SHARE * 0.2)
    assert lifted(0.5, 0.3) == 0.5


def test_a_ranking_by_meaning_goes_by_the_cosine_alone(index: Index) -> None:
    hits = index.search("how often is the pump cleaned?", mode="semantic")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.context_score for hit in hits} == {None}


def test_neighbours_stand_in_the_same_document_and_near(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("\n\n".join(f"Sentence number {n} is here." for n in range(20)))
    with Index.create(tmp_path / "index", threads=1) as made:
        made.add(tmp_path / "long.txt")
        made.add_texts(["Another text."])
        places = {sentence.ordinal: sentence.text_id for sentence in made.get(tmp_path / "long.txt")}
        with made.reading() as view:
            pairs = view.neighbours([places[0], places[10]], 2)
    assert [near for text, near in pairs if text == places[0]] == [places[n] for n in (0, 1, 2)]
    assert [near for text, near in pairs if text == places[10]] == [places[n] for n in (8, 9, 10, 11, 12)]
