"""What holds for the sentences of any document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from albert_search.sentences import Splitter, Unit
from albert_search.types import Block, Document

WORDS = st.sampled_from(
    ["Dr.", "the", "Cat", "e.g.", "3.5", "No.", "1.", "...", "“Yes.”", "(so.)", "x" * 40, "今天。好", "是吗？", "!?",
     "—", "🙂", "’tis", "a,", "b;", "है।", "\n", "\n\n", "\u00a0", "- ", "http://a.b/c?d.", "ﷺ", "[1]", "»", "«", "\t"]
)  # fmt: skip
PROSE = st.one_of(st.text(), st.lists(WORDS).map(" ".join), st.lists(WORDS).map("".join))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text, blocks = "", []
    for own in draw(st.lists(PROSE, max_size=4)):
        blocks.append(
            Block(
                len(text),
                len(text) + len(own),
                draw(st.one_of(st.none(), st.integers(1, 9))),
                draw(st.sampled_from([(), ("A",), ("A", "B")])),
                draw(st.booleans()),
            )
        )
        text += own + draw(st.sampled_from(["\n", "", " 7 \n"]))
    return Document("text", text, tuple(blocks), page_starts=(0, len(text) // 2) if draw(st.booleans()) else ())


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


LIMITS = st.integers(1, 60)


@given(documents(), LIMITS)
def test_sentences_are_tight_slices_of_one_block(document: Document, max_tokens: int) -> None:
    for sentence in Splitter(count_characters, max_tokens=max_tokens).split(document):
        span = document.text[sentence.start : sentence.end]
        assert sentence.text == " ".join(span.split())
        assert span == span.strip() != ""
        assert len(sentence.text) <= max_tokens
        block = next(b for b in document.blocks if b.start <= sentence.start and sentence.end <= b.end)
        assert sentence.headings == block.headings
        assert sentence.page == document.page_at(sentence.start)
        above = document.text.count("\n", block.start, sentence.start)
        assert sentence.line == (None if block.line is None else block.line + above)


@given(documents(), LIMITS)
def test_sentences_are_in_order_and_apart(document: Document, max_tokens: int) -> None:
    sentences = Splitter(count_characters, max_tokens=max_tokens).split(document)
    assert all(before.end <= after.start for before, after in pairwise(sentences))


@given(documents(), LIMITS, st.sampled_from(["sentence", "passage", "document"]))
def test_every_letter_and_digit_of_the_blocks_is_in_one_piece(document: Document, max_tokens: int, unit: Unit) -> None:
    pieces = Splitter(count_characters, max_tokens=max_tokens, unit=unit).split(document)
    expected = [c for b in document.blocks for c in document.text[b.start : b.end] if c.isalnum()]
    assert [c for piece in pieces for c in piece.text if c.isalnum()] == expected
    assert all(any(c.isalnum() for c in piece.text) for piece in pieces)


@given(documents(), LIMITS)
def test_passages_keep_to_their_headings(document: Document, max_tokens: int) -> None:
    for passage in Splitter(count_characters, max_tokens=max_tokens, unit="passage").split(document):
        inside = [b for b in document.blocks if b.start < passage.end and passage.start < b.end]
        lettered = [b for b in inside if any(c.isalnum() for c in document.text[b.start : b.end])]
        assert {b.headings for b in lettered} == {passage.headings}
