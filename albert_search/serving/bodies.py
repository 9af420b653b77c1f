"""Bodies of requests, each field with its bounds, and of several answers; the OpenAPI document shows them."""

from __future__ import annotations

import json
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from albert_search.serving import limits
from albert_search.types import DEFAULT_MODE, DocumentSummary, Mode

_SOMETHING = r"\S"
_NO_NUL = r"^[^\x00]*$"

Text: TypeAlias = Annotated[str, Field(min_length=1, max_length=limits.MAX_TEXT_CHARACTERS, pattern=_SOMETHING)]
Uri: TypeAlias = Annotated[
    str,
    Field(min_length=1, max_length=limits.MAX_URI_CHARACTERS, pattern=_NO_NUL, examples=["docs/guide.md"],
          description="Address of a document, exactly as a hit or the list of documents gives it."),
]  # fmt: skip
FilterExpression: TypeAlias = Annotated[
    str,
    Field(
        min_length=1, max_length=limits.MAX_FILTER_CHARACTERS, examples=["path=docs/*.md", "year>=2020 and not draft"]
    ),
]
Where: TypeAlias = Annotated[
    list[FilterExpression],
    Field(max_length=limits.MAX_FILTERS, description="Only in documents that match all of these filters."),
]
K: TypeAlias = Annotated[int, Field(ge=1, le=limits.MAX_K, description="How many hits.")]
Context: TypeAlias = Annotated[
    int, Field(ge=0, le=limits.MAX_CONTEXT, description="How many sentences to give before and after each hit.")
]


class Body(BaseModel):
    """A request; a field that is not known is an error, so that a misspelled one is not passed over."""

    model_config = ConfigDict(extra="forbid")


class SearchRequest(Body):
    """A question, and how to choose and show its hits."""

    question: str = Field(
        min_length=1, max_length=limits.MAX_QUESTION_CHARACTERS, pattern=_SOMETHING, examples=["how do I undo that?"]
    )
    k: K = 10
    mode: Mode = Field(DEFAULT_MODE, description="Rank by meaning (semantic), by words (keyword), or by both (hybrid).")
    rerank: bool | None = Field(
        None, description="Put the first candidates in order anew by their tokens; by default in the hybrid mode."
    )
    where: Where = []
    context: Context = 0
    min_score: float = Field(-1.0, ge=-1, le=1, description="Leave out what scores lower.")
    min_relevance: float = Field(0.0, ge=0, le=1, description="Leave out what is less relevant.")
    merge: bool = Field(False, description="Whether neighbouring hits of one document become one.")
    every_copy: bool = Field(False, description="Whether each place of the same text is a hit of its own.")


class SimilarRequest(Body):
    """A sentence that is indexed, and how to choose and show its nearest."""

    uri: Uri
    ordinal: int = Field(0, ge=0, lt=1 << 31, description="The sentence's place in its document, from 0.")
    k: K = 10
    where: Where = []
    context: Context = 0


class TextsToEncode(Body):
    """Texts that vectors are wanted of."""

    texts: list[Text] = Field(min_length=1, max_length=limits.MAX_TEXTS_TO_ENCODE)


class TextsToCompare(Body):
    """Texts that are compared, each with each."""

    texts: list[Text] = Field(
        min_length=1,
        max_length=limits.MAX_TEXTS_TO_COMPARE,
        examples=[["How old are you?", "what is your age?", "I like my phone"]],
    )


def _storable(metadata: dict[str, JsonValue]) -> dict[str, JsonValue]:
    # Not everything that Python reads as JSON is JSON that others can read: NaN is not, nor half a character.
    json.dumps(metadata, allow_nan=False, ensure_ascii=False).encode()
    level: list[JsonValue] = [metadata]
    for _ in range(limits.MAX_METADATA_DEPTH):
        level = [part for whole in level if isinstance(whole, dict | list)
                 for part in (whole.values() if isinstance(whole, dict) else whole)]  # fmt: skip
        if not level:
            return metadata
    raise ValueError(f"metadata may be nested {limits.MAX_METADATA_DEPTH} levels deep")


class NewDocument(Body):
    """A document to index."""

    text: Text
    uri: Uri | None = Field(None, description="Its address; by default one made from its text.")
    metadata: Annotated[dict[str, JsonValue], AfterValidator(_storable)] = Field(
        default_factory=dict, description="What else is known of it.", examples=[{"author": "Ann", "year": 2024}]
    )


class NewDocuments(Body):
    """Documents to index; one with a known address takes the place of the old one."""

    documents: list[NewDocument] = Field(min_length=1, max_length=limits.MAX_DOCUMENTS_TO_ADD)


class Documents(BaseModel):
    """Some of the documents that match, by address, and how many match."""

    documents: list[DocumentSummary]
    total: int = Field(ge=0, description="How many documents match.")
