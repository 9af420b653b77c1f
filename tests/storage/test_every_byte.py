"""Every byte of a small index, flipped: what is searched meanwhile neither crashes nor raises what nobody explains.

In a process of its own, since what FAISS and SQLite do with damage may end one. In CI a sample of the bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from albert_search.index.index import Index
from tests.support.paths import REPOSITORY

SEARCH_AND_VERIFY = """
import json, random, sys
from collections import Counter
from pathlib import Path
import numpy as np
from albert_search import Index
from albert_search.errors import AlbertSearchError

folder, name, count, note = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
path = folder / name
content, chance, seen = path.read_bytes(), random.Random(0), Counter()
question = np.random.default_rng(0).normal(size=32)
places = range(len(content)) if count >= len(content) else sorted(chance.sample(range(len(content)), count))
(folder / "catalog.seal").unlink()
for place in places:
    damaged = bytearray(content)
    damaged[place] ^= chance.randrange(1, 256)
    path.write_bytes(damaged)
    note.write_text(str(place))
    for file in ("catalog.db-wal", "catalog.db-shm"):
        (folder / file).unlink(missing_ok=True)
    try:
        with Index.open(folder) as index:
            try:
                hits = index.search_vector(question, k=5)
                seen["answered"] += 1
            except AlbertSearchError:
                seen["refused"] += 1
            seen["named" if index.verify() else "silent"] += 1
    except AlbertSearchError:
        seen["not opened"] += 1
path.write_bytes(content)
print(json.dumps({"flips": len(places), **seen}))
"""


@pytest.fixture
def index(tiny_model: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    with Index.create(folder, model=tiny_model) as made:
        made.add_texts(
            [f"Text {number} is about the number {number}." for number in range(40)],
            metadatas=[{"number": number} for number in range(40)],
        )
    with Index.open(folder) as made:
        made.rebuild()
    return folder


@pytest.mark.parametrize("name", ["vectors.faiss", "catalog.db"])
@pytest.mark.parametrize("count", [120, pytest.param(10**6, marks=pytest.mark.slow)], ids=["sample", "all"])
def test_no_flipped_byte_ends_a_search(index: Path, tmp_path: Path, name: str, count: int) -> None:
    note = tmp_path / "note"
    done = subprocess.run(
        [sys.executable, "-c", SEARCH_AND_VERIFY, str(index), name, str(count), str(note)],
        capture_output=True, text=True, check=False, cwd=REPOSITORY,
    )  # fmt: skip
    assert done.returncode == 0, f"byte {note.read_text()}: {done.stderr[-2000:]}"
    seen = json.loads(done.stdout)
    print(name, seen)
    if name == "vectors.faiss":
        assert "silent" not in seen
    with Index.open(index) as opened:
        opened.rebuild()
        assert opened.verify() == []
