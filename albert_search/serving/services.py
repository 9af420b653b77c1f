"""The services that routes share: the index, the write queue, the map and the figures of one server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends, Request

from albert_search.index.index import Index
from albert_search.serving.metrics import Metrics
from albert_search.serving.projection import MapMaker
from albert_search.serving.writes import WriteQueue


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one server.

    Attributes:
        index: What is searched.
        metrics: Figures about the work.
        writes: Where everything that writes waits for its turn.
        maps: Makes the map of the collection.
        read_only: Whether nothing may be written.
    """

    index: Index
    metrics: Metrics
    writes: WriteQueue
    maps: MapMaker
    read_only: bool


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Served: TypeAlias = Annotated[Services, Depends(_services)]
