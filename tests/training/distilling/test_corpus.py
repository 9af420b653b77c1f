"""The sample of the corpora is what the recipe asks for, and always the same."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from albert_search.training.distilling.corpus import sample_pairs, sample_texts
from albert_search.training.stage import Source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {
        "plain.txt.xz": [f"Sentence number {n}." for n in range(30)],
        "pairs.tsv.xz": ["Cat\tA small animal.", "Hat\tIt warms."],
    }
    for name, lines in files.items():
        with lzma.open(tmp_path / name, "wt", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    return tmp_path


def test_as_many_texts_as_asked_for_each_once(folder: Path) -> None:
    texts = sample_texts(folder, {"plain": (Source(12), Source(9))}, 1)
    assert 12 <= len(texts) == len(set(texts)) <= 21


def test_columns_are_taken_apart_or_joined(folder: Path) -> None:
    assert set(sample_texts(folder, {"pairs": (Source(9, column=0),)}, 1)) == {"Cat", "Hat"}
    assert set(sample_texts(folder, {"pairs": (Source(9, column=None),)}, 1)) == {
        "Cat. A small animal.",
        "Hat. It warms.",
    }


def test_neighbouring_lines_make_a_passage(folder: Path) -> None:
    for text in sample_texts(folder, {"plain": (Source(4, sentences=3),)}, 1):
        numbers = [int(word.rstrip(".")) for word in text.split() if word[0].isdigit()]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert len(numbers) <= 3


def test_the_order_depends_on_the_seed_alone(folder: Path) -> None:
    sources = {"plain": (Source(20),)}
    assert sample_texts(folder, sources, 1) == sample_texts(folder, sources, 1) != sample_texts(folder, sources, 2)


def test_pairs_begin_with_a_question(tmp_path: Path) -> None:
    lines = [f"What is number {n}?\tIt is {n}." for n in range(20)] + ["A heading\tA passage.", "Why?\t" + "x" * 3000]
    with lzma.open(tmp_path / "question_passage.tsv.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    pairs = sample_pairs(tmp_path, "question_passage", 99, 1)
    assert sorted(pairs) == sorted((f"What is number {n}?", f"It is {n}.") for n in range(20))
    assert pairs[:5] != sample_pairs(tmp_path, "question_passage", 99, 2)[:5]
    assert len(sample_pairs(tmp_path, "question_passage", 7, 1)) == 7
