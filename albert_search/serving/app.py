"""The application: routes, gate and figures around one index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import FileResponse
from fastapi.security import HTTPBearer
from fastapi.staticfiles import StaticFiles

from albert_search import __version__
from albert_search.index.index import Index
from albert_search.serving.batching import SharedEncoder
from albert_search.serving.failures import FailureAnswer, answer_failures
from albert_search.serving.metrics import Measured, Metrics
from albert_search.serving.projection import MapMaker
from albert_search.serving.routes import documents, encoding, overview, search, texts_ranked
from albert_search.serving.security import Access, Gate
from albert_search.serving.services import Services
from albert_search.serving.writes import WriteQueue

STATIC = Path(__file__).parent / "static"

_DESCRIPTION = """Search a document collection by meaning.

Every failure has the form `{"error": {"code": "not_indexed", "message": "…"}}`; the code stays the same from release
to release. Scores are cosines in [-1, 1]; higher is nearer."""

_FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": FailureAnswer, "description": "What was wrong, and what to do about it."}
    for status in ("4XX", "5XX")
}


def create_app(index: Index, access: Access) -> FastAPI:
    """Put an index behind HTTP.

    Args:
        index: The index; it is closed when the server has stopped.
        access: Who may ask for what.

    Returns:
        The application, to be run by an ASGI server.
    """
    services = Services(index, Metrics(), WriteQueue(), MapMaker(index), access.read_only)
    app = FastAPI(
        title="albert-search",
        version=__version__,
        description=_DESCRIPTION,
        responses=_FAILURES | {422: _FAILURES["4XX"]},
        docs_url=None,  # FastAPI's pages load scripts from outside
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.services = services
    answer_failures(app)
    app.add_middleware(Gate, access=access)
    app.add_middleware(Measured, metrics=services.metrics)
    token = [Depends(HTTPBearer(auto_error=False))] if access.token else []  # for the document; the gate checks it
    for part in (search, documents, encoding, texts_ranked, overview):
        app.include_router(part.router, dependencies=token)
    app.include_router(overview.health_router)
    app.add_api_route("/", _page, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    services.index.use(SharedEncoder(services.index.encoder, services.metrics.batch_texts.observe))
    yield
    services.writes.close()
    services.index.close()


async def _page() -> FileResponse:
    return FileResponse(STATIC / "index.html")
