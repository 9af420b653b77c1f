"""What a training keeps in its folder: arrays that took long, the float checkpoint, and its log."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from albert_search.albert.checkpoint import write_checkpoint
from albert_search.albert.network import AlbertNetwork


class Kept:
    """The files of one training, each whole at any moment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def array(self, name: str, make: Callable[[], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        """Return an array that is made once."""
        path = self.folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_suffix(".new.npy")
            np.save(unfinished, make())
            unfinished.replace(path)
        return np.asarray(np.load(path))

    def vectors(
        self, encoder: str, texts: Sequence[str], make: Callable[[Sequence[str]], npt.NDArray[np.float32]]
    ) -> npt.NDArray[np.float32]:
        """Return an encoder's vectors of texts, float32 (texts, hidden); made once, kept as float16."""
        digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
        name = f"vectors/{encoder}-{digest[:16]}.npy"
        return self.array(name, lambda: make(texts).astype(np.float16)).astype(np.float32)

    def checkpoint(self, name: str, network: AlbertNetwork, *, max_tokens: int) -> None:
        """Write a float checkpoint file by file, so that a reader never sees half of one."""
        folder = self.folder / name
        unfinished = folder.with_suffix(".new")
        write_checkpoint(
            unfinished,
            network.architecture,
            network.tensors(),
            vocabulary=(self.folder / "spiece.model").read_bytes(),
            extra={"pooling": "mean", "max_seq_length": max_tokens},
        )
        folder.mkdir(exist_ok=True)
        for path in unfinished.iterdir():
            path.replace(folder / path.name)
        unfinished.rmdir()

    def log(self, **entry: object) -> None:
        """Add a line to the log."""
        line = json.dumps({"time": time.strftime("%H:%M:%S"), **entry})
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
