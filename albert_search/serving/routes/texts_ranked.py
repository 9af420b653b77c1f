"""``/v1/rerank``: texts from anywhere in the order in which they answer a question, in Jina's and Cohere's dialect."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from albert_search.searching.reranking import WEIGHT
from albert_search.serving.bodies import Body, Text
from albert_search.serving.limits import MAX_QUESTION_CHARACTERS, MAX_TEXTS_TO_ENCODE
from albert_search.serving.services import Served

router = APIRouter(tags=["encoding"])


class DocumentText(BaseModel):
    """A document as these dialects wrap it."""

    text: Text


class RerankRequest(Body):
    """A request as clients of Jina and Cohere send it.

    Source: https://api.jina.ai/redoc#tag/rerank and https://docs.cohere.com/reference/rerank .
    """

    query: str = Field(min_length=1, max_length=MAX_QUESTION_CHARACTERS)
    documents: list[Text | DocumentText] = Field(min_length=1, max_length=MAX_TEXTS_TO_ENCODE)
    model: str = Field("", description="Any name; the index's model answers, and the answer says which it is.")
    top_n: int | None = Field(None, ge=1, description="How many to return; all unless given.")
    return_documents: bool = Field(True, description="Whether to return the texts, too.")


class RerankResult(BaseModel):
    """One document in its new place."""

    index: int = Field(description="Its place among the documents that were sent, from 0.")
    relevance_score: float = Field(description="In [0, 1], higher is better; compares documents of one request.")
    document: DocumentText | None = None


class RerankAnswer(BaseModel):
    """The documents, best first."""

    model: str
    results: list[RerankResult]


@router.post("/v1/rerank", operation_id="rerank", response_model_exclude_none=True)
def rerank(request: RerankRequest, served: Served) -> RerankAnswer:
    """Rank texts by how well they answer a question, as Jina's and Cohere's APIs do."""
    texts = [document if isinstance(document, str) else document.text for document in request.documents]
    most = 1 + WEIGHT  # the score lies in [-most, most]
    results = [
        RerankResult(
            index=ranked.position,
            relevance_score=(ranked.score + most) / (2 * most),
            document=DocumentText(text=ranked.text) if request.return_documents else None,
        )
        for ranked in served.index.rerank(request.query, texts)[: request.top_n]
    ]
    return RerankAnswer(model=served.index.encoder.name, results=results)
