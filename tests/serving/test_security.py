"""Who may ask: names, origins, tokens, sizes and paths."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from albert_search.serving import limits
from albert_search.serving.security import Access, host_name
from tests.support.server import TOKEN

PAGE_FILES = ("/", "/static/main.js", "/static/base.css")


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1", "localhost@evil.example"]
)
@pytest.mark.parametrize("path", ["/", "/search?question=x", "/health", "/nowhere"])
def test_another_name_is_refused(reading: Any, host: str, path: str) -> None:
    assert code(reading.get(path, headers={"Host": host})) == (403, "host_not_allowed")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1:1", "[::1]:8765"])
def test_the_names_of_this_machine(reading: Any, host: str) -> None:
    assert reading.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1", "", "http://["]
)
def test_pages_of_other_sites_are_refused(reading: Any, origin: str) -> None:
    for answer in (
        reading.get("/info", headers={"Origin": origin}),
        reading.post("/search", json={"question": "x"}, headers={"Origin": origin}),
        reading.delete("/documents", params={"where": "path=*"}, headers={"Origin": origin}),
    ):
        assert code(answer) == (403, "origin_not_allowed")


def test_our_own_page_may_ask(reading: Any) -> None:
    own = str(reading.base_url).rstrip("/")
    assert reading.post("/search", json={"question": "x"}, headers={"Origin": own}).status_code == 200


def test_no_answer_may_be_read_by_other_sites(reading: Any) -> None:
    headers = reading.get("/info").headers
    assert "access-control-allow-origin" not in headers
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("given", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer \xfc"])
def test_without_the_token(guarded: Any, given: str | None) -> None:
    answer = guarded.get("/info", headers={"Authorization": given.encode("latin-1")} if given else {})
    assert code(answer) == (401, "token_needed")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_token_may_have_any_letters(encoding: str) -> None:
    access = Access(token="schlüssel à")
    assert access.allows_token(f"Bearer {'schlüssel à'.encode(encoding).decode('latin-1')}")
    assert not access.allows_token(f"Bearer {'schlüssel á'.encode(encoding).decode('latin-1')}")


def test_every_path_but_the_page_and_health_needs_the_token(guarded: Any) -> None:
    described = httpx.get(f"{guarded.base_url}/openapi.json", headers={"Authorization": f"Bearer {TOKEN}"}).json()
    for path, methods in described["paths"].items():
        for method in methods:
            expected = 200 if path == "/health" else 401
            assert guarded.request(method, path).status_code == expected, (method, path)
    assert guarded.get("/openapi.json").status_code == 401
    assert [guarded.get(path).status_code for path in PAGE_FILES] == [200, 200, 200]


def test_with_the_token(guarded: Any) -> None:
    answer = guarded.get("/search", params={"question": "cat"}, headers={"Authorization": f"bearer {TOKEN}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.3.2.1", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("192.168.1.2", False), ("my.machine", False)],
)  # fmt: skip
def test_what_only_this_machine_reaches(host: str, loopback: bool) -> None:
    assert Access(host).loopback is loopback


def test_the_name_that_is_listened_on_is_allowed() -> None:
    assert Access("my.machine", TOKEN).allows_host("My.Machine:8765")
    assert not Access("my.machine", TOKEN).allows_host("other.machine")
    assert Access("0.0.0.0", TOKEN).allows_host("whatever.name")


@pytest.mark.parametrize(("header", "name"), [("a.b:80", "a.b"), ("[::1]:80", "::1"), ("a:b:c", "a"), ("[", "")])
def test_names_in_host_headers(header: str, name: str) -> None:
    assert host_name(header) == name


def test_a_body_that_announces_too_much(reading: Any) -> None:
    answer = reading.post("/search", content=b"x" * (8 * 1024 * 1024 + 1))
    assert code(answer) == (413, "body_too_large")


def test_a_body_that_never_says_its_length(reading: Any) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"question": "'
        for _ in range(9):
            yield b"x" * 1024 * 1024

    assert code(reading.post("/search", content=pieces(), headers={"Content-Type": "application/json"})) == (
        413,
        "body_too_large",
    )


def test_a_body_that_never_ends_is_given_up(reading: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_BODY_SECONDS", 0.2)
    with socket.create_connection((reading.base_url.host, reading.base_url.port), timeout=20) as connection:
        connection.sendall(
            b"POST /search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b'Content-Length: 99\r\n\r\n{"question": "'
        )
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert b" 408 " in answer
    assert b'"body_too_slow"' in answer


@pytest.mark.parametrize(
    "body", ["{", "[" * 100_000, '{"question": 1e999}', '"\\ud800"', "\x00", '{"question": "\\ud800"}']
)
def test_bodies_that_are_no_sound_json(reading: Any, body: str) -> None:
    answer = reading.post("/search", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/",
    ],
)
def test_paths_stay_inside(reading: Any, path: str) -> None:
    answer = httpx.Client().send(
        httpx.Request("GET", httpx.URL(str(reading.base_url)).copy_with(raw_path=path.encode()))
    )
    assert answer.status_code in (404, 405), path
    assert "error" in answer.json()


def test_the_page_loads_nothing_from_outside(reading: Any) -> None:
    page = reading.get("/")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in page.text.replace("http://www.w3.org", "")
    assert "https:" not in page.text
