"""The values that travel between the parts: frozen, slotted, and free of behaviour that needs a library."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from albert_search.arrays import Vectors

Mode: TypeAlias = Literal["semantic", "keyword", "hybrid"]
"""A search ranks by meaning, by words, or by both."""

DEFAULT_MODE: Mode = "hybrid"

Unit: TypeAlias = Literal["sentence", "passage", "document"]
"""One vector each: a sentence, a run of sentences below one heading, or as much of the document as fits."""

WEAK_BELOW = 0.9
"""A hit of lower relevance is called weak: that near comes one unrelated question in ten."""

Metadata: TypeAlias = Mapping[str, Any]
"""Facts about a document besides its text: names to JSON values."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that no sentence crosses the border of: a paragraph, a heading, a list item, a table cell.

    Attributes:
        start: First character of the block in ``Document.text``.
        end: One past its last character.
        line: Line of the source file, from 1, on which the block begins; None where lines mean nothing.
        headings: The headings that stand above it, outermost first. A heading's own block holds those above it.
        verbatim: True for code and preformatted text, whose line ends are meant.
    """

    start: int
    end: int
    line: int | None = None
    headings: tuple[str, ...] = ()
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    r"""One text with an address: a file, a row of a table, or what a program hands over.

    Attributes:
        uri: The address: an absolute path, ``path#row=7`` for a row of a table, or the caller's own name.
        text: The readable text, NFC; markup is gone, line ends are ``\n``.
        blocks: Where the text is cut before sentences are looked for, in order, not overlapping.
        metadata: What else is known, as JSON values.
        page_starts: Offset in ``text`` at which each page begins, page 1 first; empty where there are no pages.
        row: Row of the table, from 1 and without the header; None for anything else.
    """

    uri: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata = field(default_factory=dict)
    page_starts: tuple[int, ...] = ()
    row: int | None = None

    def page_at(self, offset: int) -> int | None:
        """Return the page, from 1, on which the character at ``offset`` stands; None without pages."""
        return bisect_right(self.page_starts, offset) or None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A piece of a document that gets a vector of its own.

    Attributes:
        text: What is shown: the characters of the span, white space folded, hyphenation undone.
        start: First character in ``Document.text``.
        end: One past the last character.
        line: Line of the source file, from 1, on which it begins.
        page: Page, from 1, on which it begins.
        headings: The headings above it, outermost first.
        leading_headings: How many of these, the innermost, stand directly above it and are searched with it.
    """

    text: str
    start: int
    end: int
    line: int | None = None
    page: int | None = None
    headings: tuple[str, ...] = ()
    leading_headings: int = 0

    @property
    def searchable(self) -> str:
        """Text that is embedded and searched for words: the leading headings and the text, a line each."""
        return "\n".join((*self.headings[len(self.headings) - self.leading_headings :], self.text))


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was left out, and why.

    Attributes:
        uri: What was left out.
        reason: Why, in a few words.
    """

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about what was read: how a doubt was settled, or what is missing.

    Attributes:
        uri: What it is about.
        text: What there is to know, in one clause.
    """

    uri: str
    text: str


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of an index, and where it stands.

    Attributes:
        text: The sentence.
        uri: The document's address.
        line: Line of the source file, from 1, on which it begins.
        page: Page, from 1, on which it begins.
        row: Row of the table, from 1 and without the header.
        headings: The headings above it, outermost first.
        metadata: What is known about the document.
        start: First character in the document's text.
        end: One past the last character.
        id: The sentence's number in the catalog; never reused.
        document_id: The document's number in the catalog; never reused.
        ordinal: The sentence's place in its document, from 0.
        text_id: The number of the distinct text, which equal sentences share.
    """

    text: str
    uri: str
    line: int | None
    page: int | None
    row: int | None
    headings: tuple[str, ...]
    metadata: Metadata
    start: int
    end: int
    id: int
    document_id: int
    ordinal: int
    text_id: int


@dataclass(frozen=True, slots=True)
class Match:
    """A word of a text that matches a question, alike or in meaning.

    Attributes:
        start: First character in the text.
        end: One past its last.
        weight: How much nearer it comes to a word of the question than the text's words do on average: a difference of
            cosines, above 0 and at most 2; higher matches better.
    """

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Hit(Place):
    """A sentence that answers a question, or the run of neighbouring ones that were merged.

    Attributes:
        score: Cosine with the question, in [-1, 1]; higher is nearer. NaN (null in JSON) where one cannot be read.
        last_ordinal: The place of the last sentence that was merged into it; its own where none was.
        copies: In how many other places the very same text stands.
        before: The sentences that stand before it, in reading order, where context was asked for.
        after: The sentences that stand after it.
        rank: Its place in the ranking, from 0.
        keyword: BM25 of the question's words, 0 and up, higher is better; None where words were not looked at.
        fused: What a hybrid ranking went by, in [-1, 4.8], higher is better; None in other modes.
        relevance: Share of unrelated questions that would score lower, in [0, 1]; None where that is not known.
        context_score: Cosine of the question with the mean of the sentence and three on each side, in [-1, 1], higher
            is nearer; `fused` has a share of what it is above `score`. None where there are none, or nobody looked.
        maxsim: Mean over the question's tokens of the best cosine with a token of the text, in [-1, 1], higher is
            better; None for what was not among the candidates of a reranking.
        reranked: Score of a reranked ranking, in [-2.5, 6.3], higher is better; None where nothing was reranked.
        matches: The words of ``text`` that match the question's, in reading order; empty without `maxsim`.
    """

    score: float
    last_ordinal: int
    copies: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    rank: int = 0
    keyword: float | None = None
    fused: float | None = None
    relevance: float | None = None
    context_score: float | None = None
    maxsim: float | None = None
    reranked: float | None = None
    matches: tuple[Match, ...] = ()

    @classmethod
    def at(cls, place: Place, score: float, **more: Any) -> Hit:
        """Return the hit at a place, with the other attributes of a hit."""
        known = {name: getattr(place, name) for name in Place.__dataclass_fields__}
        return cls(**known, score=score, last_ordinal=place.ordinal, **more)


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """A document as `list` shows it.

    Attributes:
        uri: The document's address.
        sentences: How many sentences it was split into.
        metadata: What is known about it.
        id: Its number in the catalog; never reused.
        language: The language that it is in, after ISO 639; None where it cannot be told.
    """

    uri: str
    sentences: int
    metadata: Metadata
    id: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ModelReference:
    """A model as an index remembers it.

    Attributes:
        name: What people call it.
        fingerprint: What tells it from every model that makes other vectors.
        dim: Width of its vectors.
        location: Its name or folder; None for the one that ships, or one that a program handed over.
    """

    name: str
    fingerprint: str
    dim: int
    location: str | None = None


class SentenceTokenizer(Protocol):
    """A model's tokenizer, as the preparation of documents needs it."""

    def count(self, texts: Sequence[str]) -> Sequence[int]:
        """Return how many tokens each text has, special tokens not included."""

    def knows(self, texts: Sequence[str]) -> list[bool]:
        """Return of each text whether the vocabulary has tokens for its script, so that its vector means something."""


class SentenceEncoder(Protocol):
    """A model, as an index needs it; `albert_search.albert.Encoder` is the one that comes with the package.

    `ModelReference` has the same name, fingerprint and dim; of a text ``max_seq_length`` tokens are read, two special
    ones included. One that has ``languages`` too, after ISO 639, knows no others; one that has
    ``token_vectors``, as `Encoder` has, can rerank.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102
    @property
    def dim(self) -> int: ...  # noqa: D102
    @property
    def max_seq_length(self) -> int: ...  # noqa: D102
    @property
    def tokenizer(self) -> SentenceTokenizer: ...  # noqa: D102

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of some texts, float32 (n, dim), L2-normalised, in their order."""
