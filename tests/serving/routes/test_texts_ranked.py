"""``/v1/rerank`` ranks as `Index.rerank` does, in the dialect of Jina and Cohere."""

from __future__ import annotations

from typing import Any

import pytest

QUERY = "what is your age?"
DOCUMENTS = ["I like my phone", "How old are you?", "Recently a lot of hurricanes have hit the US"]


def test_all_come_back_best_first(reading: Any) -> None:
    answer = reading.post("/v1/rerank", json={"model": "any", "query": QUERY, "documents": DOCUMENTS}).json()
    results = answer["results"]
    assert sorted(result["index"] for result in results) == [0, 1, 2]
    scores = [result["relevance_score"] for result in results]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert [result["document"]["text"] for result in results] == [DOCUMENTS[result["index"]] for result in results]


def test_the_first_alone_and_without_its_text(reading: Any) -> None:
    request = {"query": QUERY, "documents": [{"text": text} for text in DOCUMENTS], "top_n": 1}
    everything = reading.post("/v1/rerank", json={**request, "top_n": 3}).json()["results"]
    (first,) = reading.post("/v1/rerank", json={**request, "return_documents": False}).json()["results"]
    assert first == {name: everything[0][name] for name in ("index", "relevance_score")}


@pytest.mark.parametrize(
    "wrong", [{"query": ""}, {"documents": []}, {"top_n": 0}, {"documents": [""]}, {"unknown": 1}], ids=str
)
def test_nonsense_is_refused(reading: Any, wrong: dict[str, Any]) -> None:
    answer = reading.post("/v1/rerank", json={"query": QUERY, "documents": DOCUMENTS, **wrong})
    assert answer.status_code == 422
