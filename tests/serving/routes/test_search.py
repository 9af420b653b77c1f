"""``/search`` and ``/similar`` give what `Index` gives."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from albert_search.index.index import Index


def as_json(hits: list[Any]) -> list[dict[str, Any]]:
    return [
        {**asdict(hit), **{name: list(getattr(hit, name)) for name in ("headings", "before", "after")}} | _matches(hit)
        for hit in hits
    ]


def _matches(hit: Any) -> dict[str, Any]:
    near = {name: pytest.approx(getattr(hit, name), abs=1e-3) for name in ("maxsim", "reranked")}
    matches = [{**asdict(match), "weight": pytest.approx(match.weight, abs=1e-3)} for match in hit.matches]
    return {**near, "matches": matches}


@pytest.mark.parametrize("mode", ["semantic", "keyword", "hybrid"])
def test_hits_are_those_of_the_index(reading: Any, collection: Path, mode: str) -> None:
    answer = reading.post("/search", json={"question": "undo the last commit", "k": 3, "mode": mode, "context": 1})
    with Index.open(collection, threads=1) as index:
        expected = as_json(index.search("undo the last commit", 3, mode=mode, context=1))  # type: ignore[call-overload]
    assert answer.status_code == 200
    found = answer.json()["hits"]
    assert [{**hit, "score": pytest.approx(hit["score"], abs=1e-5)} for hit in expected] == found


def test_a_request_may_leave_reranking_out(reading: Any) -> None:
    ask = {"question": "undo the last commit", "k": 1}
    assert reading.post("/search", json=ask).json()["hits"][0]["maxsim"] is not None
    (hit,) = reading.get("/search", params={**ask, "rerank": False}).json()["hits"]
    assert (hit["maxsim"], hit["matches"]) == (None, [])


def test_a_question_may_stand_in_the_address(reading: Any) -> None:
    query = {"question": "cat & mat? ünïcode", "k": 2, "mode": "keyword", "where": ["year>=2020", "animal=cat"]}
    by_address = reading.get("/search", params=query)
    assert by_address.json() == reading.post("/search", json=query).json()
    assert [hit["text"] for hit in by_address.json()["hits"]] == ["The cat sleeps on the mat."]


def test_filters_choose_before_the_nearest_are(reading: Any) -> None:
    hits = reading.post("/search", json={"question": "git reset", "where": ["path=pets.csv*"], "k": 10}).json()["hits"]
    assert {hit["metadata"]["animal"] for hit in hits} == {"cat", "dog", "parrot"}


def test_an_indexed_sentence_asked_for_by_its_words_scores_one(reading: Any) -> None:
    (hit,) = reading.post("/search", json={"question": "Dogs bark at night.", "k": 1}).json()["hits"]
    assert (hit["text"], hit["row"]) == ("Dogs bark at night.", 2)
    assert hit["score"] == pytest.approx(1, abs=1e-3)


def test_similar_leaves_the_sentence_itself_out(reading: Any, documents: Path) -> None:
    uri = f"{documents / 'pets.csv'}#row=1"
    hits = reading.get("/similar", params={"uri": uri, "ordinal": 0, "k": 2, "where": "path=pets.csv*"}).json()["hits"]
    assert {hit["row"] for hit in hits} == {2, 3}


@pytest.mark.parametrize(("uri", "ordinal"), [("nowhere", 0), ("~nobody/x", 0), ("git.md", 99)])
def test_similar_to_what_is_not_indexed(reading: Any, documents: Path, uri: str, ordinal: int) -> None:
    uri = str(documents / uri) if uri == "git.md" else uri
    answer = reading.get("/similar", params={"uri": uri, "ordinal": ordinal})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_indexed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": ""},
        {"question": " \n"},
        {"question": "x" * 10_001},
        {"question": "x", "k": 0},
        {"question": "x", "k": 1001},
        {"question": "x", "context": 21},
        {"question": "x", "mode": "telepathy"},
        {"question": "x", "min_score": 2},
        {"question": "x", "where": ["tag"] * 21},
        {"question": "x", "where": ["a" * 501]},
        {"question": "x", "kk": 3},
        {"question": ["x"]},
        {},
    ],
    ids=str,
)
def test_questions_out_of_bounds(reading: Any, wrong: dict[str, Any]) -> None:
    answer = reading.post("/search", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid_request"


def test_a_filter_that_cannot_be_understood(reading: Any) -> None:
    answer = reading.post("/search", json={"question": "x", "where": ["="]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "filter_error")
