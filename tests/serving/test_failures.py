"""Every failure is JSON with a code that stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from albert_search import errors
from albert_search.index.index import Index
from albert_search.serving.failures import KINDS
from tests.support.server import serving


def all_kinds(kind: type[Exception]) -> Iterator[type[Exception]]:
    yield kind
    for below in kind.__subclasses__():
        yield from all_kinds(below)


def test_every_error_of_ours_has_a_status_and_a_code_of_its_own() -> None:
    ours = {kind for kind in all_kinds(errors.AlbertSearchError) if kind.__module__ == errors.__name__}
    assert ours == set(KINDS)
    assert len({code for _, code in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.IndexLocked("another process writes"), 503, "index_locked"),
        (errors.StorageError("the disk is full"), 507, "storage_error"),
        (ZeroDivisionError("secret detail"), 500, "internal_error"),
    ],
)
def test_what_goes_wrong_inside(
    collection: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    def fail(self: Index) -> None:
        raise error

    monkeypatch.setattr(Index, "info", fail)
    with serving(collection) as client:
        answer = client.get("/info")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "Traceback" not in answer.text
    assert "secret" not in answer.text
    assert answer.headers.get("retry-after") == ("1" if status == 503 else None)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/nowhere", 404, "not_found"), ("PUT", "/search", 405, "method_not_allowed"),
     ("GET", "/static/nothing.js", 404, "not_found"), ("GET", "/docs", 404, "not_found")],
)  # fmt: skip
def test_what_is_not_there(reading: Any, method: str, path: str, status: int, code: str) -> None:
    answer = reading.request(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_what_is_wrong_with_a_request_is_said(reading: Any) -> None:
    message = reading.post("/search", json={"question": "x", "k": 0}).json()["error"]["message"]
    assert "k" in message
    assert "greater than or equal to 1" in message
    assert json.dumps(message).isascii()
