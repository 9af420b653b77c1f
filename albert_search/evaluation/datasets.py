"""Reads evaluation sets: questions with judged documents, and pairs of sentences with a score."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from albert_search.errors import ReadError, UsageError

Judgements: TypeAlias = Mapping[str, Mapping[str, int]]
"""Question id to document id to gain; what is not judged, or has a gain below 1, is not relevant."""

CORPUS_FILE = "corpus.jsonl"
SPLITS = ("test", "dev", "train")
"""Judgements by preference, where a set has several."""


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Questions, and which documents of a corpus answer them.

    Source: the layout of BEIR (Thakur et al. 2021, arXiv:2104.08663).

    Attributes:
        name: What it is called in tables.
        folder: Where ``corpus.jsonl`` is.
        questions: Id to text, of the judged questions alone, by id.
        judgements: What answers them.
        own_documents: Ids of questions that stand in the corpus themselves, under the same id; such a document is
            no answer, and is left out of its question's ranking.
    """

    name: str
    folder: Path
    questions: Mapping[str, str]
    judgements: Judgements
    own_documents: frozenset[str]

    def documents(self) -> Iterator[tuple[str, str]]:
        """Yield the id and the text of each document, its title in front, as BEIR has it."""
        for row in _json_lines(self.folder / CORPUS_FILE):
            yield str(row["_id"]), f"{row.get('title') or ''} {row['text']}".strip()


@dataclass(frozen=True, slots=True)
class SentencePairs:
    """Pairs of sentences, and how similar people found them.

    Attributes:
        name: What it is called in tables.
        first: The first sentence of each pair.
        second: The second.
        scores: float64 (pairs,); higher is more similar, on any scale.
    """

    name: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    scores: npt.NDArray[np.float64]


def read_retrieval_set(folder: Path) -> RetrievalSet:
    """Read the questions and judgements of a set in BEIR's layout; its documents are read when they are asked for.

    Args:
        folder: Holds ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/*.tsv``.

    Returns:
        The set.

    Raises:
        UsageError: Something of it is missing.
        ReadError: A line of it cannot be understood.
    """
    judgements = _read_judgements(_judgements_file(folder))
    texts = {str(row["_id"]): str(row["text"]) for row in _json_lines(folder / "queries.jsonl")}
    missing = judgements.keys() - texts.keys()
    if missing:
        raise ReadError(f"{folder} judges question {min(missing)}, which is not in queries.jsonl: complete the file")
    questions = {number: texts[number] for number in sorted(judgements)}
    own = (row for row in _json_lines(folder / CORPUS_FILE) if questions.get(str(row["_id"])) == row["text"])
    return RetrievalSet(folder.name, folder, questions, judgements, frozenset(str(row["_id"]) for row in own))


def read_sentence_pairs(file: Path) -> SentencePairs:
    """Read a file of sentence pairs: two sentences and a score a line, parted by tabs, not quoted.

    Args:
        file: The file, with or without a header.

    Returns:
        The pairs.

    Raises:
        UsageError: There is no such file, or it holds fewer than two pairs.
        ReadError: A line of it cannot be understood.
    """
    rows = _tab_separated(file)
    if rows and _number(rows[0][-1]) is None:
        del rows[0]
    for number, row in enumerate(rows, start=1):
        if len(row) != 3 or _number(row[2]) is None:
            raise ReadError(f"pair {number} of {file} is not two sentences and a score: put tabs between the three")
    if len(rows) < 2:
        raise UsageError(f"{file} holds {len(rows)} pairs: a correlation needs at least two")
    scores = np.array([float(row[2]) for row in rows])
    name = f"{file.absolute().parent.name}/{file.stem}"
    return SentencePairs(name, tuple(row[0] for row in rows), tuple(row[1] for row in rows), scores)


def find_datasets(paths: Iterable[Path]) -> list[RetrievalSet | SentencePairs]:
    """Read everything that some paths name.

    Args:
        paths: Retrieval sets, folders of them, and files of sentence pairs.

    Returns:
        The sets, in the order of the paths; those of a folder by name.

    Raises:
        UsageError: A path is none of these.
        ReadError: A line of a file cannot be understood.
    """
    datasets: list[RetrievalSet | SentencePairs] = []
    for path in paths:
        if path.is_file():
            datasets.append(read_sentence_pairs(path))
            continue
        folders = (
            [path] if (path / CORPUS_FILE).is_file() else sorted(file.parent for file in path.glob("*/corpus.jsonl"))
        )
        if not folders:
            raise UsageError(f"{path} is no retrieval set, no folder of them and no file of sentence pairs: give one")
        datasets += map(read_retrieval_set, folders)
    return datasets


def _judgements_file(folder: Path) -> Path:
    files = {file.stem: file for file in sorted((folder / "qrels").glob("*.tsv"))}
    if not files:
        raise UsageError(f"{folder} has no qrels/*.tsv, which say what answers which question: add it")
    return next((files[split] for split in SPLITS if split in files), next(iter(files.values())))


def _read_judgements(file: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    for number, row in enumerate(_tab_separated(file), start=1):
        gain = _number(row[-1])
        if len(row) != 3 or (gain is None and number > 1):
            raise ReadError(f"line {number} of {file} is not question id, document id and gain: put tabs between them")
        if gain is not None:
            judgements.setdefault(row[0], {})[row[1]] = int(gain)
    if not judgements:
        raise UsageError(f"{file} judges nothing: add lines of question id, document id and gain")
    return judgements


def _tab_separated(file: Path) -> list[list[str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return [row for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file} ({error}): give a file of tab-separated UTF-8 text") from error


def _json_lines(file: Path) -> Iterator[dict[str, Any]]:
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                row = json.loads(line) if line.strip() else None
                if row is None:
                    continue
                if not isinstance(row, dict) or "_id" not in row or "text" not in row:
                    raise ReadError(f"line {number} of {file} has no _id or no text: add both")
                yield row
    except OSError as error:
        raise UsageError(f"cannot read {file} ({error.strerror}): a retrieval set needs it") from error
    except ValueError as error:
        raise ReadError(f"{file} is not one JSON object a line ({error}): mend it") from error


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
