"""``/documents``: listing, reading, adding and forgetting; writers take turns and hold up no reader."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from albert_search.index.index import Index
from albert_search.storage.locking import writer_lock
from tests.support.server import copy_of, serving


def texts_found(client: Any, words: str) -> list[str]:
    hits = client.post("/search", json={"question": words, "mode": "keyword"}).json()["hits"]
    return [hit["text"] for hit in hits]


def test_documents_come_by_address_in_pages(reading: Any, documents: Path) -> None:
    everything = reading.get("/documents").json()
    names = [document["uri"].removeprefix(f"{documents}/") for document in everything["documents"]]
    assert names == ["git.md", "long.txt", "pets.csv#row=1", "pets.csv#row=2", "pets.csv#row=3"]
    page = reading.get("/documents", params={"first": 1, "count": 2}).json()
    assert page == {"documents": everything["documents"][1:3], "total": 5}


def test_documents_that_match(reading: Any) -> None:
    found = reading.get("/documents", params={"where": ["year>=2021", "animal!=dog"]}).json()
    assert found["total"] == 1
    assert found["documents"][0]["metadata"]["animal"] == "parrot"


def test_a_document_is_read_in_parts(reading: Any, documents: Path) -> None:
    part = reading.get("/documents/sentences", params={"uri": str(documents / "long.txt"), "first": 498, "count": 5})
    assert part.json()["total"] == 500
    assert [sentence["text"] for sentence in part.json()["sentences"]] == [
        "Paragraph 498 is about the number 498.",
        "Paragraph 499 is about the number 499.",
    ]


def test_what_is_added_is_found_and_forgotten(writing: Any) -> None:
    new = {"text": "Zebras have stripes.", "uri": "zoo/zebra", "metadata": {"tags": ["zoo"], "age": {"years": 3}}}
    assert writing.post("/documents", json={"documents": [new]}).json() == {"uris": ["zoo/zebra"]}
    assert texts_found(writing, "zebras") == ["Zebras have stripes."]
    assert writing.get("/documents", params={"where": "age.years=3"}).json()["total"] == 1
    assert writing.delete("/documents", params={"uri": "zoo/zebra"}).json() == {"removed": 1}
    assert texts_found(writing, "zebras") == []


def test_a_document_with_a_known_address_takes_the_place_of_the_old_one(writing: Any) -> None:
    for text in ("An old remark.", "A new remark."):
        writing.post("/documents", json={"documents": [{"text": text, "uri": "remark"}]})
    assert texts_found(writing, "remark") == ["A new remark."]


def test_the_same_text_without_an_address_is_one_document(writing: Any) -> None:
    answers = [writing.post("/documents", json={"documents": [{"text": "Once."}]}).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert writing.get("/documents").json()["total"] == 6


def test_an_address_means_itself_and_not_what_lies_below(writing: Any, documents: Path) -> None:
    for uri in (str(documents), str(documents / "pets.csv"), str(documents / "*"), f"{documents}/../documents/git.md"):
        assert writing.delete("/documents", params={"uri": uri}).json() == {"removed": 0}
    assert writing.delete("/documents", params={"where": "path=pets.csv*"}).json() == {"removed": 3}


def test_forgetting_needs_to_be_told_what(writing: Any) -> None:
    answer = writing.delete("/documents")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "usage_error")


def test_many_writers_at_once_all_arrive(writing: Any) -> None:
    def add(number: int) -> int:
        document = {"text": f"Writer {number} was here.", "uri": f"writer/{number}"}
        return int(writing.post("/documents", json={"documents": [document]}).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(add, range(16))) == [200] * 16
    assert writing.get("/documents", params={"where": "path=writer/*"}).json()["total"] == 16


def test_readers_do_not_wait_for_a_writer_that_waits(collection: Path, tmp_path: Path) -> None:
    folder = copy_of(collection, tmp_path)
    with serving(folder) as client, ThreadPoolExecutor(50) as pool:
        with writer_lock(folder, wait_s=5):
            bodies = [{"documents": [{"text": f"Text {n}.", "uri": str(n)}]} for n in range(45)]
            waiting = [pool.submit(client.post, "/documents", json=body) for body in bodies]
            assert texts_found(client, "parrot") == ["A parrot repeats words."]
            assert not any(write.done() for write in waiting)
        assert {write.result().status_code for write in waiting} == {200}
    with Index.open(folder, threads=1) as index:
        assert index.verify() == []
        assert index.info().documents == 50


def test_metadata_that_json_cannot_hold_is_refused(writing: Any) -> None:
    deep = "[" * 30 + "]" * 30
    for metadata in ('{"a": NaN}', '{"a": Infinity}', '{"a": "\\ud800"}', f'{{"a": {deep}}}', "[]"):
        body = f'{{"documents": [{{"text": "x", "uri": "x", "metadata": {metadata}}}]}}'
        answer = writing.post("/documents", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, metadata
    assert writing.get("/documents").json()["total"] == 5


def test_a_server_that_only_answers(guarded: Any) -> None:
    headers = {"Authorization": "Bearer a token that nobody guesses"}
    for answer in (
        guarded.post("/documents", json={"documents": [{"text": "x"}]}, headers=headers),
        guarded.delete("/documents", params={"uri": "x"}, headers=headers),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "read_only")
