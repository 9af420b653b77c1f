from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.stats

from albert_search.evaluation import evaluate_sts
from tests.evaluation.word_vectors import WordVectors

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
    first, second = (encoder.encode([row[side] for row in ROWS]).astype(np.float64) for side in (0, 1))
    cosines, scores = np.sum(first * second, axis=1), [score for *_, score in ROWS]
    figures = evaluate_sts(file, model=encoder).figures
    assert figures["Spearman"].value == pytest.approx(scipy.stats.spearmanr(cosines, scores).statistic, abs=1e-6)
    assert figures["Pearson"].value == pytest.approx(scipy.stats.pearsonr(cosines, scores).statistic, abs=1e-6)
    low, high = figures["Spearman"].interval
    assert -1 <= low <= figures["Spearman"].value <= high <= 1
