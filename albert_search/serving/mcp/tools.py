"""The tools of an assistant, after the Model Context Protocol: search, read and list, with typed results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field
from typing_extensions import Self

from albert_search.errors import AlbertSearchError, NotIndexed
from albert_search.index.index import Index
from albert_search.serving import limits
from albert_search.serving.bodies import Documents, K, Uri, Where
from albert_search.types import DEFAULT_MODE, WEAK_BELOW, Hit, Metadata, Mode, Place


class PlacedSentence(BaseModel):
    """A sentence, and where it stands; what does not apply to its document is null."""

    text: str
    uri: str = Field(description="Address of the document.")
    sentence: int = Field(description="Place of the sentence in the document, from 0; `read` takes it.")
    line: int | None = Field(description="Line of the file on which it begins, from 1.")
    page: int | None = Field(description="Page on which it begins, from 1.")
    row: int | None = Field(description="Row of the table, from 1 and without the header.")
    headings: tuple[str, ...] = Field(description="The headings above it, outermost first.")

    @classmethod
    def of(cls, sentence: Place, **more: object) -> Self:
        """Show a sentence or hit; more fields are those of a class below."""
        known = {name: getattr(sentence, name) for name in ("text", "uri", "line", "page", "row", "headings")}
        return cls.model_validate({**known, "sentence": sentence.ordinal, **more})


class Answer(PlacedSentence):
    """A sentence that answers a question."""

    score: float = Field(description="Cosine of question and sentence, in [-1, 1]; higher is nearer.")
    relevance: float | None = Field(
        description=f"Share of unrelated questions that score lower, in [0, 1]; below {WEAK_BELOW} it is weak."
    )
    copies: int = Field(description="In how many other places the very same text stands.")
    metadata: Metadata = Field(description="What is known about the document.")


class Answers(BaseModel):
    """The sentences that answer a question best, best first."""

    hits: list[Answer]


class Excerpt(BaseModel):
    """Some sentences of a document, in reading order."""

    uri: str
    total: int = Field(description="How many sentences the document has.")
    sentences: list[PlacedSentence]


Neighbours = Annotated[int, Field(ge=0, le=limits.MAX_SENTENCES_SHOWN)]


@contextmanager
def _told() -> Iterator[None]:
    """Turn our errors into the protocol's, so that the assistant reads the sentence; any other stays in the log."""
    try:
        yield
    except AlbertSearchError as error:
        raise ToolError(str(error)) from error


class Tools:
    """The tools; their names, descriptions and annotations are what the assistant sees.

    Args:
        index: What is searched.
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    @_told()
    def search(
        self,
        question: Annotated[str, Field(min_length=1, max_length=limits.MAX_QUESTION_CHARACTERS)],
        k: K = 10,
        mode: Annotated[
            Mode, Field(description="Rank by meaning (semantic), by words (keyword), or by both (hybrid).")
        ] = DEFAULT_MODE,
        where: Where = [],  # noqa: B006  # the protocol's model copies it
        min_relevance: Annotated[
            float,
            Field(ge=0, le=1, description=f"Leave out what is less relevant; {WEAK_BELOW} leaves out what is weak."),
        ] = 0.0,
    ) -> Answers:
        """Find the sentences of the collection that answer a question best.

        Ask in a whole sentence, as a person would. Hits come best first; use `read` to see what stands around one.
        """
        hits = self._index.search(question, k, mode=mode, where=where, min_relevance=min_relevance)
        return Answers(hits=[_answer(hit) for hit in hits])

    @_told()
    def read(
        self,
        uri: Uri,
        sentence: Annotated[int, Field(ge=0, description="The sentence to read around, as a hit gives it.")] = 0,
        line: Annotated[int | None, Field(ge=1, description="The line to read around, in place of sentence.")] = None,
        before: Neighbours = 5,
        after: Neighbours = 5,
    ) -> Excerpt:
        """Read the sentences around a hit, or around a line of a document; without either, its beginning."""
        sentences = self._index.get(uri)
        middle = sentence if line is None else _at_line(sentences, line)
        if middle >= len(sentences):
            raise NotIndexed(f"{uri} has {len(sentences)} sentences, counted from 0: there is no sentence {middle}")
        shown = sentences[max(0, middle - before) : middle + after + 1]
        return Excerpt(uri=sentences[0].uri, total=len(sentences), sentences=[PlacedSentence.of(hit) for hit in shown])

    @_told()
    def list_documents(
        self,
        where: Where = [],  # noqa: B006
        first: Annotated[int, Field(ge=0, lt=1 << 31, description="How many to pass over.")] = 0,
        count: Annotated[int, Field(ge=1, le=limits.MAX_DOCUMENTS_LISTED)] = 100,
    ) -> Documents:
        """List the documents of the collection by address, with their metadata."""
        documents, total = self._index.page_of_documents(where, first, count)
        return Documents(documents=documents, total=total)


def _answer(hit: Hit) -> Answer:
    return Answer.of(hit, score=hit.score, relevance=hit.relevance, copies=hit.copies, metadata=hit.metadata)


def _at_line(sentences: Sequence[Place], line: int) -> int:
    """Return the place of the sentence at a line: the first that begins there, or else the last before it."""
    places = [(sentence.line or sentence.ordinal + 1, -sentence.ordinal) for sentence in sentences]
    before = [place for place in places if place[0] <= line]
    return -max(before)[1] if before else 0
