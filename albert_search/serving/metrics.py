"""Figures about the server's work, in the form that Prometheus collects."""

from __future__ import annotations

import time

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from albert_search.index.info import IndexInfo

CONTENT_TYPE = CONTENT_TYPE_LATEST
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
"""Methods with figures of their own; whoever asks may invent others, without end."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_TEXTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The figures of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "albert_search_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "albert_search_request_seconds", "Time to answer.", ("route",), buckets=_SECONDS, registry=self._registry
        )
        self.batch_texts = Histogram(
            "albert_search_encoder_batch_texts", "Texts encoded together.", buckets=_TEXTS, registry=self._registry
        )
        self._writes = Gauge("albert_search_writes_waiting", "Writes that are not done.", registry=self._registry)
        self._documents = Gauge("albert_search_documents", "Documents in the index.", registry=self._registry)
        self._sentences = Gauge("albert_search_sentences", "Sentences in the index.", registry=self._registry)
        self._bytes = Gauge("albert_search_index_bytes", "What the index takes on disk.", registry=self._registry)

    def text(self, info: IndexInfo, writes_waiting: int) -> bytes:
        """Return all figures.

        Args:
            info: What the index holds now.
            writes_waiting: Writes that are not done.
        """
        self._writes.set(writes_waiting)
        self._documents.set(info.documents)
        self._sentences.set(info.sentences)
        self._bytes.set(info.size_bytes)
        return generate_latest(self._registry)


class Measured:
    """Counts requests and their times.

    Args:
        app: What answers them.
        metrics: Where to count.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and count it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, started = 500, time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            # The pattern of the route, not the path: a figure for every address ever asked would grow without end.
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._metrics.requests.labels(method, route, status).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - started)
