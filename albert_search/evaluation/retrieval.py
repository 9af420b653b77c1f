"""Retrieval on judged questions: the documents that an index finds for them."""

from __future__ import annotations

import re
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import TypeAlias

import numpy as np

from albert_search.albert.opening import chosen_encoder
from albert_search.evaluation.datasets import CORPUS_FILE, RetrievalSet, read_retrieval_set
from albert_search.evaluation.measures import METRICS, measure, rank
from albert_search.evaluation.resampling import mean_figures
from albert_search.evaluation.results import Evaluation, System
from albert_search.index.index import Index
from albert_search.indexing.report import ProgressCallback
from albert_search.readers import from_text
from albert_search.searching.ranking import rank_score
from albert_search.searching.widening import widening
from albert_search.sentences import Unit
from albert_search.types import Hit, Mode, SentenceEncoder

Run: TypeAlias = Mapping[str, Mapping[str, float]]
"""Question id to document id to score; higher is better."""

DEPTH = 100
"""Documents that are ranked for each question."""

DEFAULT_UNIT: Unit = "passage"
_QUESTIONS_AT_ONCE = 50


def evaluate_retrieval(
    dataset: RetrievalSet | str | Path,
    *,
    model: str | Path | SentenceEncoder | None = None,
    mode: Mode = "semantic",
    rerank: bool | None = None,
    unit: Unit = DEFAULT_UNIT,
    whiten: bool = False,
    indexes: Path | None = None,
    runs: Path | None = None,
    progress: ProgressCallback | None = None,
) -> Evaluation:
    """Index a set's documents as anybody would, ask its questions and measure the answers.

    A document is ranked by its best unit.

    Args:
        dataset: A set in BEIR's layout, or its folder.
        model: The model, or its name or folder; None for the one from the settings, or else the one that ships.
        mode: How to search.
        rerank: Whether to rerank; None for what a search in this mode does by default.
        unit: What gets a vector of its own.
        whiten: Whether to whiten the index, as raw ALBERT models need it.
        indexes: Folder to keep the index in, so that the next time its documents need not be encoded again; None for
            one that is removed in the end.
        runs: Folder to write the ranking to, as a run file of TREC.
        progress: Called while documents are indexed.

    Returns:
        The figures of `METRICS`.

    Raises:
        UsageError: Something of the set is missing.
        ReadError: A line of it cannot be understood.
        ModelError: The model cannot be loaded.
    """
    judged = dataset if isinstance(dataset, RetrievalSet) else read_retrieval_set(Path(dataset))
    with ExitStack() as stack:
        home = indexes or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        index = stack.enter_context(index_documents(judged, chosen_encoder(model), unit, home, progress, whiten))
        system = System(index.info().model, mode, unit, whiten, index.reranks(mode, rerank))
        run, question_ms = _timed_answer(index, judged, mode, rerank)
    if runs is not None:
        write_run(runs / _file_name(f"{judged.name}.{system}.run"), run, tag=_file_name(str(system)))
    return replace(evaluate_run(run, judged, system), question_ms=question_ms)


def evaluate_run(run: Run, dataset: RetrievalSet, system: System) -> Evaluation:
    """Measure a ranking, wherever it came from.

    Args:
        run: The ranking, of every question of the set.
        dataset: The set.
        system: What made the ranking.

    Returns:
        The figures of `METRICS`.
    """
    values = np.array([measure(rank(run[number]), dataset.judgements[number]) for number in dataset.questions])
    figures = dict(zip(METRICS, mean_figures(dataset.name, values), strict=True))
    return Evaluation(dataset.name, system, len(values), figures)


def index_documents(
    dataset: RetrievalSet,
    encoder: SentenceEncoder,
    unit: Unit,
    home: Path,
    progress: ProgressCallback | None = None,
    whiten: bool = False,
) -> Index:
    """Return an index of a set's documents in a folder below ``home``, made or completed there.

    Another model, another state of the corpus, and whitening get another folder.
    """
    corpus = dataset.folder.resolve() / CORPUS_FILE
    state = zlib.crc32(f"{corpus} {corpus.stat().st_size} {corpus.stat().st_mtime_ns} {encoder.fingerprint}".encode())
    kind = f"{unit}.whitened" if whiten else unit
    folder = home / _file_name(f"{dataset.name}.{encoder.name}.{kind}.{state:08x}")
    index = Index.create(folder, model=encoder, unit=unit, exist_ok=True)
    index.add_documents((from_text(text, number) for number, text in dataset.documents()), progress=progress)
    if whiten:
        index.whiten()
    return index


def answer(index: Index, dataset: RetrievalSet, mode: Mode, rerank: bool | None = None) -> Run:
    """Ask an index every question of a set.

    Args:
        index: Its documents have the set's ids as addresses.
        dataset: The set.
        mode: How to search.
        rerank: Whether to rerank; None for what a search in this mode does by default.

    Returns:
        For each question up to `DEPTH` documents, each with the score of its best unit.
    """
    info = index.info()
    k = DEPTH * max(1, round(info.sentences / max(1, info.documents)))
    numbers = list(dataset.questions)
    run: dict[str, Mapping[str, float]] = {}
    for start in range(0, len(numbers), _QUESTIONS_AT_ONCE):
        asked = numbers[start : start + _QUESTIONS_AT_ONCE]
        texts = [dataset.questions[number] for number in asked]
        answers = index.search(texts, k, every_copy=True, mode=mode, rerank=rerank)
        for number, text, first in zip(asked, texts, answers, strict=True):

            def ask(width: int, text: str = text, first: Sequence[Hit] = first) -> Sequence[Hit]:
                return first if width == k else index.search(text, width, every_copy=True, mode=mode, rerank=rerank)

            own = number if number in dataset.own_documents else None
            # A document may fill many places with its units; only a question that comes out short is asked for more.
            for hits in widening(ask, k):
                run[number] = best_documents(hits, without=own)
                if len(run[number]) >= DEPTH:
                    break
    return run


def _timed_answer(index: Index, dataset: RetrievalSet, mode: Mode, rerank: bool | None) -> tuple[Run, float]:
    """Return a ranking, and the CPU time of a question in ms."""
    start_s = process_time()
    run = answer(index, dataset, mode, rerank)
    return run, 1000 * (process_time() - start_s) / max(1, len(run))


def best_documents(hits: Sequence[Hit], *, without: str | None = None) -> Mapping[str, float]:
    """Return the first `DEPTH` documents among some hits, each with the score of its best hit.

    Args:
        hits: Best first.
        without: Address of a document to leave out.

    Returns:
        Address to score: what the hits were ranked by, which depends on the mode.
    """
    best: dict[str, float] = {}
    for hit in hits:
        if hit.uri != without and len(best) < DEPTH:
            best.setdefault(hit.uri, rank_score(hit))
    return best


def write_run(file: Path, run: Run, tag: str) -> None:
    """Write a ranking as trec_eval reads it.

    Args:
        file: Where to; its folder is made.
        run: The ranking.
        tag: What the run is called in the file.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as lines:
        for number, scores in run.items():
            for place, document in enumerate(rank(scores), start=1):
                lines.write(f"{number} Q0 {document} {place} {scores[document]!r} {tag}\n")


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text)
