"""Semantic textual similarity: the correlation of cosines with the scores that people gave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from albert_search.albert.opening import chosen_encoder
from albert_search.evaluation.correlation import Counts, Floats, pearson, spearman
from albert_search.evaluation.datasets import SentencePairs, read_sentence_pairs
from albert_search.evaluation.resampling import Figure, resamples
from albert_search.evaluation.results import Evaluation, System
from albert_search.storage.vectors.whitening import Whitening
from albert_search.types import SentenceEncoder

CORRELATIONS = {"Spearman": spearman, "Pearson": pearson}


def evaluate_sts(
    pairs: SentencePairs | str | Path, *, model: str | Path | SentenceEncoder | None = None, whiten: bool = False
) -> Evaluation:
    """Correlate the cosines of sentence pairs with the scores that people gave them.

    Args:
        pairs: The pairs, or a file of them.
        model: The model, or its name or folder; None for the one from the settings, or else the one that ships.
        whiten: Whether to whiten the vectors by the set's own sentences, as raw ALBERT models need it.

    Returns:
        Spearman's and Pearson's correlation, each in [-1, 1]; higher is better.

    Raises:
        UsageError: There is no such file, or it holds fewer than two pairs, or too few sentences to whiten by.
        ReadError: A line of it cannot be understood.
        ModelError: The model cannot be loaded.
    """
    scored = pairs if isinstance(pairs, SentencePairs) else read_sentence_pairs(Path(pairs))
    encoder = chosen_encoder(model)
    sentences = list(dict.fromkeys([*scored.first, *scored.second]))
    rows = {sentence: row for row, sentence in enumerate(sentences)}
    vectors = encoder.encode(sentences)
    if whiten:
        vectors = Whitening.fit([vectors]).apply(vectors)
    first, second = (vectors[[rows[sentence] for sentence in side]] for side in (scored.first, scored.second))
    cosines = (first * second).sum(axis=1).astype(np.float64)
    figures = {name: _figure(correlate, scored, cosines) for name, correlate in CORRELATIONS.items()}
    return Evaluation(scored.name, System(encoder.name, whitened=whiten), len(cosines), figures)


def _figure(correlate: Callable[[Floats, Floats, Counts], Floats], pairs: SentencePairs, cosines: Floats) -> Figure:
    once = np.ones((1, len(cosines)), np.int64)
    drawn = [correlate(cosines, pairs.scores, counts) for counts in resamples(pairs.name, len(cosines))]
    return Figure(float(correlate(cosines, pairs.scores, once)[0]), np.concatenate(drawn))
