"""A small retrieval set, and a way to write one."""

from __future__ import annotations

import json
from pathlib import Path

DOCUMENTS = {
    "d1": ("Tides", "The moon pulls the sea towards it. Twice a day the water rises and falls."),
    "d2": ("Bread", "Yeast turns sugar into gas. The gas lifts the dough before it is baked."),
    "d3": ("Bees", "A worker bee dances to tell the others where the flowers are."),
    "d4": ("", "Steel is iron with a little carbon in it. Too much carbon makes it brittle and hard to weld."),
    "d5": ("Rust", "Iron that is left in the rain turns brown as it binds oxygen."),
    "d6": ("Nothing", ""),
}

QUESTIONS = {
    "q1": "why does the sea water rise twice a day",
    "q2": "what lifts the dough",
    "q3": "how does a bee tell where flowers are",
    "q4": "iron and carbon",
    "unjudged": "who asks this",
}

JUDGEMENTS = [("q1", "d1", 1), ("q2", "d2", 1), ("q3", "d3", 1), ("q3", "d2", 0), ("q4", "d4", 3), ("q4", "d5", 1)]


def write_set(
    folder: Path,
    documents: dict[str, tuple[str, str]],
    questions: dict[str, str],
    judgements: list[tuple[str, str, int]],
) -> Path:
    """Write a retrieval set in BEIR's layout."""
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": number, "title": title, "text": text} for number, (title, text) in documents.items()]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in corpus))
    queries = [{"_id": number, "text": text} for number, text in questions.items()]
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries))
    rows = ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in judgements)]
    (folder / "qrels" / "test.tsv").write_text("\n".join(rows) + "\n")
    return folder
