"""``/embed``, ``/similarity`` and OpenAI's ``/v1/embeddings``: the encoder alone."""

from __future__ import annotations

import base64
from typing import Literal

import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel, Field

from albert_search.errors import UsageError
from albert_search.serving.bodies import Body, Text, TextsToCompare, TextsToEncode
from albert_search.serving.limits import MAX_TEXTS_TO_ENCODE
from albert_search.serving.services import Served

router = APIRouter(tags=["encoding"])


class EncodedTexts(BaseModel):
    """The vectors of the texts, in their order; each has length 1."""

    model: str
    dim: int
    vectors: list[list[float]]


class Similarity(BaseModel):
    """The cosine of each text with each other one, in [-1, 1]; higher is nearer. Null for one that cannot be read."""

    scores: list[list[float | None]]


@router.post("/embed", operation_id="embed")
def embed(request: TextsToEncode, served: Served) -> EncodedTexts:
    """Return the vectors of texts."""
    encoder = served.index.encoder
    return EncodedTexts(model=encoder.name, dim=encoder.dim, vectors=encoder.encode(request.texts).tolist())


@router.post("/similarity", operation_id="similarity")
def similarity(request: TextsToCompare, served: Served) -> Similarity:
    """Compare texts, each with each."""
    encoder = served.index.encoder
    vectors = encoder.encode(request.texts)
    readable = encoder.tokenizer.knows(request.texts)
    scores = np.clip(vectors @ vectors.T, -1.0, 1.0).tolist()
    return Similarity(
        scores=[[score if known and other else None for score, other in zip(row, readable, strict=True)]
                for row, known in zip(scores, readable, strict=True)]
    )  # fmt: skip


class EmbeddingsRequest(Body):
    """A request as OpenAI's clients send it. Source: https://platform.openai.com/docs/api-reference/embeddings ."""

    input: Text | list[Text] = Field(min_length=1, max_length=MAX_TEXTS_TO_ENCODE)
    model: str = Field("", description="Any name; the index's model answers, and the answer says which it is.")
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = Field(None, description="The model's own width, where it is given at all.")
    user: str | None = None


class Embedding(BaseModel):
    """One vector: numbers, or the base64 of its float32 numbers, lowest byte first."""

    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str


class Usage(BaseModel):
    """How many tokens were read."""

    prompt_tokens: int
    total_tokens: int


class EmbeddingsAnswer(BaseModel):
    """An answer as OpenAI's clients read it."""

    object: Literal["list"] = "list"
    data: list[Embedding]
    model: str
    usage: Usage


@router.post("/v1/embeddings", operation_id="openai_embeddings")
def openai_embeddings(request: EmbeddingsRequest, served: Served) -> EmbeddingsAnswer:
    """Return the vectors of texts, as OpenAI's API does."""
    encoder = served.index.encoder
    if request.dimensions not in (None, encoder.dim):
        raise UsageError(f"the vectors of {encoder.name} have {encoder.dim} dimensions: ask for these, or for none")
    texts = [request.input] if isinstance(request.input, str) else request.input
    vectors = encoder.encode(texts).astype("<f4")
    tokens = sum(encoder.tokenizer.count(texts))
    data = [
        Embedding(
            index=index,
            embedding=base64.b64encode(vector.tobytes()).decode()
            if request.encoding_format == "base64"
            else vector.tolist(),
        )
        for index, vector in enumerate(vectors)
    ]
    return EmbeddingsAnswer(data=data, model=encoder.name, usage=Usage(prompt_tokens=tokens, total_tokens=tokens))
