"""What programs that know sentence-transformers pass, and what they expect back."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from albert_search.errors import MissingExtra, UsageError
from albert_search.integrations.sentence_transformers import AlbertSentenceTransformer
from tests.support.bag_of_words import DIM, BagOfWords
from tests.support.collection import CAT, COPY, DOG

TEXTS = [CAT, DOG, COPY]


@pytest.fixture(scope="module")
def model() -> AlbertSentenceTransformer:
    return AlbertSentenceTransformer(BagOfWords())


def test_the_model_that_ships_is_taken() -> None:
    model = AlbertSentenceTransformer()
    vectors = model.encode(TEXTS, batch_size=2, show_progress_bar=False, normalize_embeddings=True)
    assert (vectors.shape, vectors.dtype) == ((3, 384), np.float32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert (model.get_sentence_embedding_dimension(), model.get_embedding_dimension()) == (384, 384)
    assert model.max_seq_length == model.encoder.max_seq_length
    assert model.tokenizer.count(["I am amazed"]) == [3]


def test_one_text_is_one_vector(model: AlbertSentenceTransformer) -> None:
    assert model.encode(CAT).shape == (DIM,)
    assert np.array_equal(model.encode(CAT), model.encode([CAT])[0])
    assert model.encode([]).shape == (0, DIM)


@pytest.mark.parametrize(
    "given", [tuple(TEXTS), np.array(TEXTS), iter(TEXTS), [{"text": TEXTS[:2]}, {"text": TEXTS[2:]}]]
)
def test_texts_come_in_many_shapes(model: AlbertSentenceTransformer, given: object) -> None:
    assert np.array_equal(model.encode(given), model.encode(TEXTS))  # type: ignore[arg-type]


def test_thousands_of_texts_keep_their_order(
    model: AlbertSentenceTransformer, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [f"word{number}" for number in range(2500)]
    vectors = model.encode(texts, show_progress_bar=True)
    assert np.array_equal(
        vectors[[0, 1023, 1024, 2499]], BagOfWords().encode([texts[n] for n in (0, 1023, 1024, 2499)])
    )
    shown = capsys.readouterr()
    assert shown.err.endswith("2500 of 2500 texts encoded\n")
    assert shown.out == ""


def test_what_changes_nothing_is_accepted(model: AlbertSentenceTransformer) -> None:
    vectors = model.encode(
        TEXTS, None, None, 8, None, output_value="sentence_embedding", precision="float32", convert_to_numpy=True,
        device="cpu", truncate_dim=None, task_metadata=None, hf_split="test", hf_subset="default", prompt_type=None,
    )  # fmt: skip
    assert np.array_equal(vectors, model.encode_query(TEXTS))
    assert np.array_equal(vectors, model.encode_document(TEXTS, batch_size=1))


def test_a_prompt_stands_before_each_text(model: AlbertSentenceTransformer) -> None:
    assert np.array_equal(model.encode(["moon"], prompt="Dogs bark at the "), model.encode(["Dogs bark at the moon"]))


@pytest.mark.parametrize("asked", [{"output_value": "token_embeddings"}, {"precision": "int8"}, {"truncate_dim": 64}])
def test_what_would_change_the_result_is_refused(model: AlbertSentenceTransformer, asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=next(iter(asked))):
        model.encode(TEXTS, **asked)


def test_only_text_is_encoded(model: AlbertSentenceTransformer) -> None:
    with pytest.raises(UsageError, match="tuple"):
        model.encode([(CAT, DOG)])  # type: ignore[arg-type]


def test_similarities_are_cosines(model: AlbertSentenceTransformer) -> None:
    vectors = model.encode(TEXTS)
    expected = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    assert model.similarity(3 * vectors, vectors) == pytest.approx(expected, abs=1e-5)
    assert model.similarity_pairwise(vectors, vectors[::-1]) == pytest.approx(np.diag(expected[:, ::-1]), abs=1e-5)
    assert model.similarity(vectors[0], vectors).shape == (1, 3)


def test_a_tensor_is_one_of_pytorch(model: AlbertSentenceTransformer) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    vectors = model.encode(TEXTS, convert_to_tensor=True)
    assert isinstance(vectors, torch.Tensor)
    assert np.array_equal(vectors.numpy(), model.encode(TEXTS))
    assert model.similarity(vectors, vectors).shape == (3, 3)


def test_a_tensor_without_pytorch_says_how_to_get_it(
    model: AlbertSentenceTransformer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"pip install 'albert-search\[train\]', or leave out convert_to_tensor"):
        model.encode(TEXTS, convert_to_tensor=True)


@pytest.mark.skipif(importlib.util.find_spec("mteb") is None, reason="mteb is not installed; it is no dependency")
def test_mteb_evaluates_it(model: AlbertSentenceTransformer, tmp_path: Path) -> None:
    import mteb
    from datasets import Dataset, DatasetDict
    from mteb.abstasks.sts import AbsTaskSTS
    from mteb.abstasks.task_metadata import TaskMetadata
    from mteb.cache import ResultCache

    class Pairs(AbsTaskSTS):  # type: ignore[misc]
        metadata = TaskMetadata(
            name="Pairs", description="Three pairs.", reference=None, type="STS", category="t2t", modalities=["text"],
            dataset={"path": "none", "revision": "1"}, eval_splits=["test"], eval_langs=["eng-Latn"],
            main_score="cosine_spearman", date=None, domains=None, task_subtypes=None, license=None,
            annotations_creators=None, dialect=None, sample_creation=None, bibtex_citation=None,
        )  # fmt: skip
        min_score, max_score = 0, 1

        def load_data(self, **_options: object) -> None:
            pairs = {"sentence1": [CAT, CAT, CAT], "sentence2": [CAT, COPY, DOG], "score": [1.0, 0.5, 0.0]}
            self.dataset = DatasetDict({"test": Dataset.from_dict(pairs)})
            self.data_loaded = True

    result = mteb.evaluate(model, Pairs(), cache=ResultCache(tmp_path), encode_kwargs={"batch_size": 2})
    assert result.model_name == "albert-search/bag-of-words"
    assert result.task_results[0].get_score() == pytest.approx(1.0)
