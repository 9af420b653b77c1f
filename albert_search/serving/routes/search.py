"""``/search`` and ``/similar``: questions in, hits out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from albert_search.errors import NotIndexed
from albert_search.serving.bodies import SearchRequest, SimilarRequest
from albert_search.serving.services import Served
from albert_search.types import WEAK_BELOW, Hit

router = APIRouter(tags=["searching"])


class Hits(BaseModel):
    """The hits, best first; one whose relevance is below ``weak_below`` is no nearer than chance may bring it."""

    hits: list[Hit]
    weak_below: float = WEAK_BELOW


@router.post("/search", operation_id="search")
def search(request: SearchRequest, served: Served) -> Hits:
    """Find the sentences that answer a question best."""
    return Hits(hits=served.index.search(**request.model_dump()))


@router.get("/search", operation_id="search_by_address")
def search_by_address(request: Annotated[SearchRequest, Query()], served: Served) -> Hits:
    """Find the sentences that answer a question best; the question stands in the address."""
    return search(request, served)


@router.get("/similar", operation_id="similar")
def similar(request: Annotated[SimilarRequest, Query()], served: Served) -> Hits:
    """Find the sentences nearest to one that is indexed."""
    sentences = served.index.extract(request.uri, request.ordinal, 1).sentences
    if not sentences:
        raise NotIndexed(f"{request.uri} has no sentence {request.ordinal}: GET /documents/sentences lists them")
    options = request.model_dump(include={"k", "where", "context"})
    return Hits(hits=served.index.similar(sentences[0], **options))
