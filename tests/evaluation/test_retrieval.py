from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import ir_measures
import numpy as np
import numpy.typing as npt
import pytest
from ir_measures import AP, RR, R, nDCG

from albert_search.evaluation import METRICS, evaluate_retrieval, read_retrieval_set
from albert_search.evaluation.retrieval import answer, index_documents
from tests.support.retrieval_sets import write_set
from tests.support.word_vectors import WordVectors

MODES = ("semantic", "keyword", "hybrid")


@pytest.mark.parametrize("unit", ["sentence", "passage", "document"])
@pytest.mark.parametrize("mode", MODES)
def test_figures_are_what_ir_measures_makes_of_the_run_file(kitchen: Path, tmp_path: Path, mode, unit) -> None:
    evaluation = evaluate_retrieval(kitchen, model=WordVectors(noise=2), mode=mode, unit=unit, runs=tmp_path / "runs")
    (file,) = (tmp_path / "runs").iterdir()
    run = list(ir_measures.read_trec_run(str(file)))
    judgements = [
        ir_measures.Qrel(question, document, gain)
        for question, gains in read_retrieval_set(kitchen).judgements.items()
        for document, gain in gains.items()
    ]
    measures = [nDCG @ 10, RR @ 10, R @ 10, R @ 100, AP]
    expected = ir_measures.calc_aggregate(measures, judgements, run)
    found = [evaluation.figures[name].value for name in METRICS]
    assert found == pytest.approx([expected[measure] for measure in measures], abs=1e-6)


def test_questions_made_of_a_documents_words_find_it(kitchen: Path) -> None:
    evaluation = evaluate_retrieval(kitchen, model=WordVectors(), unit="sentence")
    assert evaluation.items == 4
    assert evaluation.figures["MRR@10"].value == 1.0


def test_a_document_is_ranked_by_its_best_sentence(tmp_path: Path) -> None:
    documents = {
        "mixed": ("", "Cats sleep all day. Green paint dries slowly outside in winter. Dogs bark at night."),
        "near": ("", "Green paint is green."),
    }
    folder = write_set(
        tmp_path / "best", documents, {"q": "green paint dries slowly outside in winter"}, [("q", "mixed", 1)]
    )
    dataset = read_retrieval_set(folder)
    with index_documents(dataset, WordVectors(), "sentence", tmp_path) as index:
        run = answer(index, dataset, "semantic")
    assert list(run["q"]) == ["mixed", "near"]
    assert run["q"]["mixed"] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("mode", MODES)
def test_a_hundred_documents_come_back_however_many_sentences_the_first_ones_have(tmp_path: Path, mode) -> None:
    long = " ".join(f"The word alpha stands here {number} times." for number in range(300))
    documents = {f"d{number:03}": ("", f"Alpha {number} is short.") for number in range(120)} | {"long": ("", long)}
    folder = write_set(tmp_path / "deep", documents, {"q": "the word alpha stands here"}, [("q", "long", 1)])
    dataset = read_retrieval_set(folder)
    with index_documents(dataset, WordVectors(), "sentence", tmp_path) as index:
        run = answer(index, dataset, mode)
    assert len(run["q"]) == 100
    assert next(iter(run["q"])) == "long"


def test_documents_with_the_same_text_are_all_found(tmp_path: Path) -> None:
    documents = dict.fromkeys(("a", "b", "c"), ("", "The very same text."))
    folder = write_set(tmp_path / "same", documents, {"q": "the same text"}, [("q", "b", 1)])
    dataset = read_retrieval_set(folder)
    with index_documents(dataset, WordVectors(), "passage", tmp_path) as index:
        run = answer(index, dataset, "semantic")
    assert set(run["q"]) == {"a", "b", "c"}
    assert len(set(run["q"].values())) == 1


def test_a_question_does_not_find_itself(tmp_path: Path) -> None:
    documents = {"q": ("", "all taxes are bad"), "d": ("", "not all taxes are bad")}
    folder = write_set(tmp_path / "self", documents, {"q": "all taxes are bad"}, [("q", "d", 1)])
    assert evaluate_retrieval(folder, model=WordVectors()).figures["MRR@10"].value == 1.0


def test_a_kept_index_is_not_encoded_again(kitchen: Path, tmp_path: Path) -> None:
    class Counting(WordVectors):
        encoded = 0

        def encode(self, texts):
            self.encoded += len(texts)
            return super().encode(texts)

    encoder = Counting()
    first = evaluate_retrieval(kitchen, model=encoder, indexes=tmp_path / "kept")
    after_first = encoder.encoded
    second = evaluate_retrieval(kitchen, model=encoder, indexes=tmp_path / "kept")
    assert second.figures["nDCG@10"].value == first.figures["nDCG@10"].value
    assert encoder.encoded - after_first == 4  # the questions alone


def test_a_worse_model_is_found_to_be_worse(tmp_path: Path) -> None:
    words = np.random.default_rng(2).permutation(900).reshape(150, 6)
    documents = {f"d{n}": ("", " ".join(f"w{word}" for word in row)) for n, row in enumerate(words)}
    questions = {f"q{n}": " ".join(f"w{word}" for word in row[:3]) for n, row in enumerate(words)}
    folder = write_set(tmp_path / "many", documents, questions, [(f"q{n}", f"d{n}", 1) for n in range(150)])
    good, bad, same = (
        evaluate_retrieval(folder, model=WordVectors(name, noise=noise))
        for name, noise in (("good", 0), ("bad", 3), ("same", 0))
    )
    difference = bad.minus(good)["nDCG@10"]
    assert difference.value < 0
    assert difference.p_value < 0.01
    assert same.minus(good)["nDCG@10"].p_value == 1.0


def test_another_state_of_the_corpus_gets_another_index(kitchen: Path, tmp_path: Path) -> None:
    before = evaluate_retrieval(kitchen, model=WordVectors(), indexes=tmp_path / "kept")
    lines = (kitchen / "corpus.jsonl").read_text().splitlines(keepends=True)
    (kitchen / "corpus.jsonl").write_text("".join(line for line in lines if '"d3"' not in line))
    after = evaluate_retrieval(kitchen, model=WordVectors(), indexes=tmp_path / "kept")
    assert before.figures["recall@100"].value - after.figures["recall@100"].value == pytest.approx(1 / 4)


class OneLoudDirection(WordVectors):
    """Word vectors that a direction without meaning drowns, as raw ALBERT's are."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors = super().encode(texts)
        vectors[:, 0] += [5 * np.sin(zlib.crc32(text.encode())) for text in texts]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def test_whitening_brings_out_what_a_loud_direction_drowns(tmp_path: Path) -> None:
    documents = {f"d{number}": ("", f"red{number} green{number} blue{number}") for number in range(400)}
    questions = {f"q{number}": f"blue{number} green{number}" for number in range(60)}
    folder = write_set(tmp_path / "loud", documents, questions, [(f"q{n}", f"d{n}", 1) for n in range(60)])
    plain, whitened = (
        evaluate_retrieval(folder, model=OneLoudDirection(), whiten=whiten, indexes=tmp_path / "kept")
        for whiten in (False, True)
    )
    assert plain.figures["MRR@10"].value < 0.5 < 0.9 < whitened.figures["MRR@10"].value
    assert (plain.system.whitened, whitened.system.whitened) == (False, True)
