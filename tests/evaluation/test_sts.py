from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import scipy.stats

from albert_search.errors import UsageError
from albert_search.evaluation import evaluate_sts
from tests.support.word_vectors import WordVectors

ROWS = [
    ("the cat sat", "the cat sat down", 4.5),
    ("the cat sat", "a dog ran off", 0.5),
    ("green paint dries", "green paint is wet", 2.5),
    ("one two three", "one two three", 5.0),
    ("one two three", "four five six", 0.5),
]


def test_correlations_are_scipys_of_the_cosines(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text("".join(f"{first}\t{second}\t{score}\n" for first, second, score in ROWS))
    encoder = WordVectors(noise=1)
    first, second = (encoder.encode([str(row[side]) for row in ROWS]).astype(np.float64) for side in (0, 1))
    cosines, scores = np.sum(first * second, axis=1), [score for *_, score in ROWS]
    figures = evaluate_sts(file, model=encoder).figures
    assert figures["Spearman"].value == pytest.approx(scipy.stats.spearmanr(cosines, scores).statistic, abs=1e-6)
    assert figures["Pearson"].value == pytest.approx(scipy.stats.pearsonr(cosines, scores).statistic, abs=1e-6)
    low, high = figures["Spearman"].interval
    assert -1 <= low <= figures["Spearman"].value <= high <= 1


def test_whitening_takes_out_what_all_sentences_share(tmp_path: Path) -> None:
    """As in Su et al., arXiv:2103.15316: fitted on the sentences of the set itself."""

    class Narrow(WordVectors):
        def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            moved = super().encode(texts) * np.linspace(0.02, 1, self.dim) + 2.0
            return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)

    things = "cat dog pump filter train river letter window garden market engine bridge".split()
    rows = [(f"the {one} is here", f"the {one} stands there", 5.0) for one in things]
    rows += [(f"the {one} is here", f"a {other} went away", 0.0) for one, other in itertools.pairwise(things)]
    file = tmp_path / "pairs.tsv"
    file.write_text("".join(f"{first}\t{second}\t{score}\n" for first, second, score in rows))

    raw, whitened = (evaluate_sts(file, model=Narrow(), whiten=whiten) for whiten in (False, True))

    assert str(whitened.system) == "words whitened"
    assert whitened.figures["Pearson"].value > raw.figures["Pearson"].value
    few = tmp_path / "few.tsv"
    few.write_text("a cat\ta dog\t1\na cat\ta cat\t5\n")
    with pytest.raises(UsageError, match="2 texts are too few to whiten vectors by: at least 20 are needed"):
        evaluate_sts(few, model=Narrow(), whiten=True)
