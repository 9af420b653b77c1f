"""``/info``, ``/map``, ``/metrics`` and ``/health``: the index and the server as a whole."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from albert_search import __version__
from albert_search.index.info import IndexInfo
from albert_search.serving.metrics import CONTENT_TYPE
from albert_search.serving.projection import CollectionMap
from albert_search.serving.services import Served

router = APIRouter(tags=["overview"])
health_router = APIRouter(tags=["overview"])


class Info(BaseModel):
    """What is served."""

    version: str
    read_only: bool
    index: IndexInfo


class Health(BaseModel):
    """The server answers."""

    status: Literal["ok"] = "ok"


@router.get("/info", operation_id="info")
def info(served: Served) -> Info:
    """Return what the index is and holds."""
    return Info(version=__version__, read_only=served.read_only, index=served.index.info())


@router.get("/map", operation_id="map")
def collection_map(served: Served) -> CollectionMap:
    """Return the collection as points in a plane."""
    return served.maps.current()


@router.get(
    "/metrics",
    operation_id="metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def metrics(served: Served) -> Response:
    """Return figures about the server's work, as Prometheus collects them."""
    return Response(served.metrics.text(served.index.info(), served.writes.waiting), media_type=CONTENT_TYPE)


@health_router.get("/health", operation_id="health")
async def health() -> Health:
    """Say that the server answers; needs no token."""
    return Health()
