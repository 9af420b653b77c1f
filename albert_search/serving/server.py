"""Runs the application until it is told to stop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from http import HTTPStatus

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from albert_search.errors import UsageError
from albert_search.index.index import Index
from albert_search.serving import limits
from albert_search.serving.app import create_app
from albert_search.serving.failures import Refused
from albert_search.serving.security import Access


def serve(index: Index, access: Access, port: int, announce: Callable[[str], None]) -> None:
    """Answer requests for an index; see `run_until_stopped`.

    Args:
        index: What to search; closed at the end.
        access: Who may ask for what.
        port: Port to listen on; 0 for any that is free.
        announce: Called with the address once requests are accepted.
    """
    run_until_stopped(create_app(index, access), access, port, announce)


def run_until_stopped(app: ASGIApp, access: Access, port: int, announce: Callable[[str], None]) -> None:
    """Answer requests until SIGTERM or SIGINT; then finish those that have begun, and return.

    Args:
        app: What answers.
        access: Who may ask for what; the application must check it.
        port: Port to listen on; 0 for any that is free.
        announce: Called with the address once requests are accepted.

    Raises:
        UsageError: The address cannot be listened on, or is open to others without a token.
    """
    if not access.loopback and not access.token:
        raise UsageError(f"others can reach {access.host}: set a token that they must know")
    listener = _listen(access.host, port)
    name = f"[{access.host}]" if ":" in access.host else access.host
    address = f"http://{name}:{listener.getsockname()[1]}"
    config = uvicorn.Config(app, http=_Http, ws="none", log_level="warning", access_log=False, server_header=False)
    server = _Server(config)
    server.when_started = lambda: announce(address)
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Says when it accepts requests."""

    when_started: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self.when_started()


class _Http(H11Protocol):
    """Answers what never reaches the application as every other failure is answered, and lets nobody dawdle."""

    _head_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if there are not too many; its first request is due."""
        super().connection_made(transport)
        if len(self.connections) > limits.MAX_CONNECTIONS:
            self._hang_up(Refused(503, "too_busy", "too many connections at once: try again in a moment"))
            return
        self._watch_head()

    def data_received(self, data: bytes) -> None:
        """Take what has arrived; where that is not yet the whole head of a request, the rest is due."""
        super().data_received(data)
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget a connection that is no more."""
        self._unwatch_head()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Say that a request cannot be read, and hang up."""
        self._hang_up(Refused(400, "malformed_request", msg))

    def _watch_head(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._unwatch_head()
        elif self._head_due is None:
            self._head_due = self.loop.call_later(limits.MAX_HEAD_SECONDS, self._head_is_late)

    def _unwatch_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _head_is_late(self) -> None:
        most = limits.MAX_HEAD_SECONDS
        self._hang_up(Refused(408, "head_too_slow", f"the head of a request must arrive within {most:.0f} seconds"))

    def _hang_up(self, refused: Refused) -> None:
        """Answer, unless another answer has begun, and close the connection."""
        if self.transport.is_closing():
            return
        answer = refused.answer()
        headers = [*answer.raw_headers, (b"connection", b"close")]
        reason = HTTPStatus(answer.status_code).phrase.encode()
        head = h11.Response(status_code=answer.status_code, reason=reason, headers=headers)
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            for event in (head, h11.Data(bytes(answer.body)), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host} port {port} ({error.strerror}): choose another address or port"
        ) from error
    # Connections inherit it. asyncio would set it, but not on those of a listener that it has not made itself; without
    # it a body waits for the client's delayed acknowledgement of the head, 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
