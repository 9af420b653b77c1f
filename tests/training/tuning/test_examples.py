"""Pairs and sentences are read, and what is held out is learned from in no way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.errors import ReadError, UsageError
from albert_search.training.tuning.examples import examples_of_pairs, examples_of_texts, read_pairs, read_sentences

WORDS = st.sampled_from([f"word{number}" for number in range(40)])


def test_pairs_are_two_texts_a_line(tmp_path: Path) -> None:
    file = tmp_path / "pairs.tsv"
    file.write_text('who?\tthe "cat"\nwho?\tthe "cat"\n\nwhere?\ton the mat\n', encoding="utf-8")
    assert read_pairs(file) == [("who?", 'the "cat"'), ("where?", "on the mat")]


@pytest.mark.parametrize("line", ["alone", "a\tb\tc", "a\t "])
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "pairs.tsv").write_text(f"a\tb\n{line}\n", encoding="utf-8")
    with pytest.raises(ReadError, match=r"pair 2 of .* is not two texts"):
        read_pairs(tmp_path / "pairs.tsv")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        read_pairs(tmp_path / "none.tsv")


def test_sentences_of_documents_each_once_and_none_too_short(tmp_path: Path) -> None:
    (tmp_path / "one.md").write_text("# Cats\n\nThe cat sat down. Why? The dog ran over there.\n", encoding="utf-8")
    (tmp_path / "two.txt").write_text("The cat sat down.\n", encoding="utf-8")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7")
    found = read_sentences([tmp_path], lambda texts: [len(text.split()) for text in texts], 20)
    assert sorted(found) == ["The cat sat down.", "The dog ran over there."]


@given(st.lists(st.tuples(WORDS, WORDS), min_size=16, unique=True))
def test_no_text_is_both_held_out_and_learned_from(pairs: list[tuple[str, str]]) -> None:
    try:
        found = examples_of_pairs(pairs, seed=1)
    except UsageError:  # so few words that nothing is left; the test below has the sentence
        return
    held_out = {text for pair in (*found.stopping, *found.reporting) for text in pair}
    assert held_out.isdisjoint(text for pair in found.learned for text in pair)
    assert not set(found.stopping) & set(found.reporting)
    assert {*found.learned, *found.stopping, *found.reporting} <= set(pairs)


def test_of_plain_text_half_the_words_ask_for_the_sentence() -> None:
    texts = [f"the number {number} stands here" for number in range(40)]
    found = examples_of_texts(texts, seed=1)
    assert all(first == second for first, second in found.learned)
    assert [question for question, _ in found.stopping] == [
        " ".join(["the", text.split()[2], "here"]) for _, text in found.stopping
    ]
    assert {text for _, text in (*found.learned, *found.stopping, *found.reporting)} == set(texts)


def test_pairs_that_hang_together_are_refused() -> None:
    with pytest.raises(UsageError, match="share their texts too widely"):
        examples_of_pairs([("who?", f"answer {number}") for number in range(20)], seed=1)


def test_too_few_examples_are_refused() -> None:
    with pytest.raises(UsageError, match="3 examples are too few"):
        examples_of_texts(["a b c d", "b c d e", "c d e f"], seed=1)
