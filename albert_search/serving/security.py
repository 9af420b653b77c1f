"""Who may ask: the gate that every request passes before anything reads it.

A page that someone else wrote can make a person's browser send requests to this server. Two checks stop it. The
``Host`` header must name this machine, or a name that an attacker has pointed here would do (DNS rebinding); the
``Origin`` header, which a browser adds where a page of another site asks, must be our own.
"""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from albert_search.serving import limits
from albert_search.serving.failures import Refused

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104  # recognised here, not bound
OPEN_PATHS = ("/health", "/static/")
"""What is answered without a token, besides the page itself: it must load to ask for one."""

SAFETY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask for what.

    Attributes:
        host: Address or name that is listened on.
        token: What every request must carry; None where none is needed.
        read_only: Whether nothing may be written.
    """

    host: str = "127.0.0.1"
    token: str | None = None
    read_only: bool = False

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def allows_host(self, header: str) -> bool:
        """Return whether a ``Host`` header names this server.

        Where every address is listened on, the server cannot know its names; the token keeps others out there.
        """
        name = host_name(header)
        return name in LOOPBACK_NAMES or name == self.host.lower() or self.host in EVERY_ADDRESS

    def allows_token(self, header: str) -> bool:
        """Return whether an ``Authorization`` header carries the token, in UTF-8 or in Latin-1.

        Args:
            header: Its bytes, each as the character of that number.
        """
        if self.token is None:
            return True
        scheme, _, given = header.encode("latin-1", "replace").partition(b" ")
        known = {self.token.encode(), self.token.encode("latin-1", "replace")}
        return scheme.lower() == b"bearer" and any(secrets.compare_digest(given.strip(), token) for token in known)


def host_name(header: str) -> str:
    """Return the name in a ``Host`` header, without the port: ``[::1]:8765`` is ``::1``."""
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


class Gate:
    """Turns away requests that may not be made, that are too large, or that are too many.

    Args:
        app: What is behind the gate.
        access: Who may ask for what.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._inside += 1
        try:
            self._check(scope["path"], Headers(scope=scope))
            await self._app(scope, _bounded(receive), _with_safety_headers(send))
        except Refused as refused:
            await refused.answer()(scope, receive, _with_safety_headers(send))
        finally:
            self._inside -= 1

    def _check(self, path: str, headers: Headers) -> None:
        if not self._access.allows_host(headers.get("host", "")):
            raise Refused(403, "host_not_allowed", "this server does not go by that name: use the address it printed")
        origin = headers.get("origin")
        # Only the host: behind a proxy that adds TLS the scheme differs.
        if origin is not None and origin.partition("://")[2] != headers.get("host"):
            raise Refused(403, "origin_not_allowed", "pages of other sites may not ask this server")
        is_open = path == "/" or path.startswith(OPEN_PATHS)
        if not is_open and not self._access.allows_token(headers.get("authorization", "")):
            raise Refused(401, "token_needed", "send the token as 'Authorization: Bearer TOKEN'",
                          {"WWW-Authenticate": "Bearer"})  # fmt: skip
        if int(headers.get("content-length", "0")) > limits.MAX_BODY_BYTES:
            raise _too_large()
        if self._inside > limits.MAX_REQUESTS:
            raise Refused(503, "too_busy", "too many requests at once: try again in a moment", {"Retry-After": "1"})


def _too_large() -> Refused:
    most = limits.MAX_BODY_BYTES
    return Refused(413, "body_too_large", f"a request may have {most:,} bytes: send several smaller ones")


def _too_slow() -> Refused:
    most = limits.MAX_BODY_SECONDS
    return Refused(408, "body_too_slow", f"a request must arrive whole within {most:.0f} seconds: send it again")


def _bounded(receive: Receive) -> Receive:
    """Return a receiver that stops a body once it is too long, whatever length was announced, or takes too long."""
    received = 0
    arrived = False
    deadline = time.monotonic() + limits.MAX_BODY_SECONDS

    async def bounded() -> Message:
        nonlocal received, arrived
        try:
            left_s = None if arrived else deadline - time.monotonic()
            message = await asyncio.wait_for(receive(), left_s)
        except asyncio.TimeoutError:
            raise _too_slow() from None
        arrived = not message.get("more_body", False)
        received += len(message.get("body", b""))
        if received > limits.MAX_BODY_BYTES:
            raise _too_large()
        return message

    return bounded


def _with_safety_headers(send: Send) -> Send:
    async def safely(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(SAFETY_HEADERS)
        await send(message)

    return safely
