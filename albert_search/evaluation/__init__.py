"""Measures how well a model and an index find what people look for.

In reading order:

- ``datasets``: evaluation sets in BEIR's layout, and sentence pairs.
- ``measures``: nDCG, MRR, recall and MAP of one ranking.
- ``correlation``: Pearson's and Spearman's, of many resamples at once.
- ``resampling``: bootstrap intervals and paired tests.
- ``results``: figures of systems on sets, averages and comparisons.
- ``retrieval``, ``sts``: an index on judged questions, a model on sentence pairs.
- ``variants``, ``known_items``: sentences in other words, and an index asked for its own.
"""

from __future__ import annotations

from albert_search.evaluation.datasets import (
    RetrievalSet,
    SentencePairs,
    find_datasets,
    read_retrieval_set,
    read_sentence_pairs,
)
from albert_search.evaluation.known_items import evaluate_known_items
from albert_search.evaluation.measures import METRICS
from albert_search.evaluation.resampling import Figure
from albert_search.evaluation.results import Evaluation, System
from albert_search.evaluation.retrieval import evaluate_retrieval, evaluate_run
from albert_search.evaluation.sts import evaluate_sts

__all__ = [
    "METRICS",
    "Evaluation",
    "Figure",
    "RetrievalSet",
    "SentencePairs",
    "System",
    "evaluate_known_items",
    "evaluate_retrieval",
    "evaluate_run",
    "evaluate_sts",
    "find_datasets",
    "read_retrieval_set",
    "read_sentence_pairs",
]
