"""Keeps a small index of the present schema for later versions: ``python -m tests.support.kept_indexes``.

Those of schemas 1 to 3 were made by version 0.1.0, whose schema is 4, and taken back migration by migration.
"""

from __future__ import annotations

import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from albert_search.index.index import Index
from albert_search.storage.catalog.migrations import HISTORY
from tests.support.paths import REPOSITORY
from tests.support.tiny_model import build_tiny_model

KEPT = REPOSITORY / "tests" / "storage" / "kept"
COUNT = 39
FILE = "kept.md"
SENTENCE = "A sentence of a file that is kept."
LATER = "A later text."


def text(number: int) -> str:
    """Return one of the kept texts."""
    return f"Text {number} is about the number {number}."


def keep() -> Path:
    """Make and pack an index of texts and a file, some in the vector file, one only beside it, one removed."""
    packed = KEPT / f"schema_{len(HISTORY)}.tar.gz"
    with TemporaryDirectory() as place:
        work = Path(place)
        (work / FILE).write_text(f"# Kept\n\n{SENTENCE}\n", encoding="utf-8")
        numbers = range(COUNT + 1)
        with Index.create(work / "index", model=build_tiny_model(work / "tiny")) as index:
            index.add_texts(
                [text(number) for number in numbers],
                ids=[f"text/{number}" for number in numbers],
                metadatas=[{"number": number, "tags": ["odd" if number % 2 else "even"]} for number in numbers],
            )
            index.add([work / FILE])
            index.rebuild()
            index.delete([f"text/{COUNT}"])
            index.add_texts([LATER], ids=["later"])
        with tarfile.open(packed, "w:gz") as archive:
            for path in sorted((work / "index").iterdir()):
                if path.suffix in (".db", ".faiss", ".json"):
                    archive.add(path, path.name)
    return packed


if __name__ == "__main__":
    print(keep())
