"""``evaluate`` on a small retrieval set, a few sentence pairs, and an index of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import Run
from tests.support.retrieval_sets import DOCUMENTS, JUDGEMENTS, QUESTIONS, write_set

PAIRS = "a cat sleeps\ta cat is asleep\t4.8\na cat sleeps\tthe stock market fell\t0.1\nit rains\tit is raining\t4.9\n"


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    write_set(folder / "kitchen", DOCUMENTS, QUESTIONS, JUDGEMENTS)
    (folder / "pairs.tsv").write_text(PAIRS)
    return folder


def test_modes_stand_side_by_side_with_their_differences(sets: Path, run: Run) -> None:
    done = run(
        "evaluate", "kitchen", "--mode", "semantic", "--mode", "keyword", "--keep", "kept", "--runs", "runs", cwd=sets
    )
    assert done.code == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0][:3] == ["set", "system", "items"]
    assert [line[2] for line in lines if line[:1] == ["kitchen"]] == ["semantic", "keyword", "keyword"]
    assert len(list((sets / "runs").glob("kitchen*.run"))) == 2
    assert len(list((sets / "kept").iterdir())) == 1  # both modes search the same index


def test_json_holds_sets_and_pairs(sets: Path, run: Run) -> None:
    done = run("evaluate", "kitchen", "pairs.tsv", "--unit", "sentence", "--json", cwd=sets)
    first, second = json.loads(done.stdout)["evaluations"]
    assert (first["dataset"], first["unit"], first["items"]) == ("kitchen", "sentence", 4)
    assert 0 <= first["figures"]["nDCG@10"]["low"] <= first["figures"]["nDCG@10"]["value"] <= 1
    assert second["figures"].keys() == {"Spearman", "Pearson"}
    assert second["figures"]["Pearson"]["value"] > 0.8


def test_models_stand_beside_themselves_whitened(sets: Path, run: Run) -> None:
    documents = {f"d{number}": ("", f"There are {number} apples in basket {number}.") for number in range(24)}
    write_set(sets / "apples", documents, {"q": "how many apples?"}, [("q", "d7", 1)])
    pairs = [f"There are {number} apples.\tWe have {number} pears.\t{number % 5}\n" for number in range(12)]
    (sets / "fruit.tsv").write_text("".join(pairs))
    done = run("evaluate", "apples", "fruit.tsv", "--whiten", "--json", cwd=sets)
    assert [row["whitened"] for row in json.loads(done.stdout)["evaluations"]] == [False, True] * 2


def test_an_index_is_asked_for_its_own_sentences(collection: Path, run: Run) -> None:
    done = run("evaluate", "--self", "--json", cwd=collection)
    assert done.code == 0, done.stderr
    rows = json.loads(done.stdout)["evaluations"]
    assert {row["mode"] for row in rows} == {"semantic", "hybrid"}
    found = {row["dataset"]: row["figures"] for row in rows if row["mode"] == "semantic"}
    assert found["half the words"]["MRR@10"]["value"] > 0.5
    assert found["index against exact search"]["recall@10"]["value"] == 1.0


@pytest.mark.parametrize(
    "arguments", [(), ("--self", "kitchen"), ("--self", "--model", "x"), ("--self", "--whiten"), ("nowhere",)]
)
def test_what_makes_no_sense_ends_in_a_sentence(tmp_path: Path, run: Run, arguments: tuple[str, ...]) -> None:
    done = run("evaluate", *arguments, cwd=tmp_path)
    assert done.code == 2
    assert done.stderr.startswith("albert-search: ")


def test_each_stage_is_measured_alone_and_together(sets: Path, run: Run) -> None:
    done = run("evaluate", "kitchen", "--stages", "--json", cwd=sets)
    assert done.code == 0, done.stderr
    rows = json.loads(done.stdout)["evaluations"]
    assert [(row["mode"], row["reranked"]) for row in rows] == [
        ("semantic", False),
        ("hybrid", False),
        ("hybrid", True),
    ]
    assert all(row["question_ms"] > 0 for row in rows)


def test_a_hybrid_search_is_measured_as_it_is_by_default(sets: Path, run: Run) -> None:
    done = run("evaluate", "kitchen", "--mode", "hybrid", "--json", cwd=sets)
    assert [row["reranked"] for row in json.loads(done.stdout)["evaluations"]] == [True]
    done = run("evaluate", "kitchen", "--mode", "hybrid", "--no-rerank", cwd=sets)
    assert "reranked" not in done.stdout
    assert "ms/question" in done.stdout.splitlines()[0]


def test_stages_leave_no_mode_to_choose(sets: Path, run: Run) -> None:
    done = run("evaluate", "kitchen", "--stages", "--mode", "keyword", cwd=sets)
    assert done.code == 2
    assert "leave out --mode and --rerank" in done.stderr
