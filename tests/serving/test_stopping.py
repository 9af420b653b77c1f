"""The command: what it refuses, what it says, and how it stops."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from albert_search.errors import UsageError
from albert_search.index.index import Index
from albert_search.serving.security import Access
from albert_search.serving.server import serve
from albert_search.storage.locking import writer_lock
from tests.support.server import copy_of


@contextmanager
def started(
    folder: Path, *options: str, program: Sequence[str] = ("-m", "albert_search")
) -> Iterator[tuple[subprocess.Popen[str], Any]]:
    """Run the command on a free port; yields the process and a client that knows its address."""
    command = [sys.executable, *program, "serve", "--index", str(folder), "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            line = process.stderr.readline()
            address = re.search(r"http://\S+", line)
            assert address, line + process.stderr.read()
            with httpx.Client(base_url=address[0], timeout=60) as client:
                yield process, client
        finally:
            process.kill()


def connected(client: Any) -> socket.socket:
    return socket.create_connection((client.base_url.host, client.base_url.port), timeout=20)


def whole_answer(connection: socket.socket) -> bytes:
    return b"".join(iter(partial(connection.recv, 4096), b""))


def test_a_stop_waits_for_a_write_and_loses_nothing(collection: Path, tmp_path: Path) -> None:
    folder = copy_of(collection, tmp_path)
    answers: list[int] = []
    with started(folder) as (process, client):

        def add() -> None:
            documents = [{"text": f"Late text {number}.", "uri": f"late/{number}"} for number in range(200)]
            answers.append(client.post("/documents", json={"documents": documents}).status_code)

        writer = threading.Thread(target=add)
        with writer_lock(folder, wait_s=10):
            writer.start()
            while "albert_search_writes_waiting 1.0" not in client.get("/metrics").text:
                assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(1)
        writer.join()
        assert process.wait(30) == 0
        assert process.stderr
        assert process.stderr.read() == ""
    assert answers == [200]
    with Index.open(folder, threads=1) as index:
        assert index.verify() == []
        assert len(index.documents("path=late/*")) == 200


def test_control_c_stops_it(collection: Path) -> None:
    with started(collection) as (process, client):
        assert client.get("/health").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


def test_a_kept_connection_is_as_fast_as_a_new_one(collection: Path) -> None:
    """Without TCP_NODELAY each body waits 40 ms for the client to acknowledge the head."""
    with started(collection) as (_, client):
        connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port, timeout=20)
        times_ms = []
        for _ in range(20):
            started_at = time.perf_counter()
            connection.request("GET", "/health")
            connection.getresponse().read()
            times_ms.append((time.perf_counter() - started_at) * 1000)
        connection.close()
    assert statistics.median(times_ms[1:]) < 20


def test_what_is_no_http_is_answered_as_json_too(collection: Path) -> None:
    with started(collection) as (_, client):
        for request in (
            b"GARBAGE",
            b"GET /info HTTP/1.1",
            b"GET /info HTTP/1.1\r\nHost: localhost\r\nContent-Length: x",
        ):
            with connected(client) as connection:
                connection.sendall(request + b"\r\n\r\n")
                head, _, body = whole_answer(connection).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n"), request
            assert json.loads(body)["error"]["code"] == "malformed_request"


IMPATIENT = """
from albert_search.cli.main import run
from albert_search.serving import limits
limits.MAX_HEAD_SECONDS, limits.MAX_CONNECTIONS = 0.5, 3
run()
"""


@pytest.mark.parametrize("sent", [b"", b"GET /health HT", b"GET /health HTTP/1.1\r\nHost: localhost\r\n"])
def test_a_head_that_never_ends_is_given_up(collection: Path, sent: bytes) -> None:
    with started(collection, program=("-c", IMPATIENT)) as (_, client):
        assert client.get("/health").status_code == 200  # a whole request before it changes nothing
        with connected(client) as connection:
            connection.sendall(sent)
            answer = whole_answer(connection)
    assert answer.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert b'"head_too_slow"' in answer


def test_a_head_that_never_ends_is_given_up_after_another_request_too(collection: Path) -> None:
    with started(collection, program=("-c", IMPATIENT)) as (_, client), connected(client) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")
        connection.sendall(b"GET /hea")
        assert b"HTTP/1.1 408 Request Timeout\r\n" in whole_answer(connection)


def test_there_are_never_too_many_connections(collection: Path) -> None:
    with started(collection, program=("-c", IMPATIENT)) as (_, client), ExitStack() as open_ones:
        for _ in range(3):
            open_ones.enter_context(connected(client))
        with connected(client) as one_more:
            answer = whole_answer(one_more)
        assert answer.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
        assert b'"too_busy"' in answer
        open_ones.close()
        assert client.get("/health").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "my.machine"])
def test_another_address_needs_a_token(collection: Path, host: str) -> None:
    with Index.open(collection) as index, pytest.raises(UsageError, match="set a token"):
        serve(index, Access(host), 0, print)


def test_a_port_that_is_taken(collection: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, Index.open(collection) as index:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}"):
            serve(index, Access(), port, print)


def test_the_token_may_come_from_the_environment(collection: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALBERT_SEARCH_TOKEN", "from the environment")
    with started(collection) as (_, client):
        assert client.get("/info").status_code == 401
        headers = {"Authorization": "Bearer from the environment"}
        assert client.get("/info", headers=headers).status_code == 200
