"""``ask`` sends the hits to an endpoint that the person chose, and to no other."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from albert_search.integrations.chat import TASK
from tests.support.command_line import Run

QUESTION = ("ask", "how", "do", "I", "undo", "the", "last", "commit?", "--stale")
ANSWER = "Run git reset\x1b[31m [1].\nThat is all."


class Stub(ThreadingHTTPServer):
    """A server that speaks OpenAI's dialect, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[tuple[str, str | None, dict[str, Any]]] = []
        self.status, self.kind = 200, "text/event-stream"
        self.body = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def stream(self, text: str) -> None:
        pieces = [{"choices": [{"delta": {"content": character}}]} for character in text]
        events = [{"choices": [{"delta": {"role": "assistant"}}]}, *pieces, {"choices": []}]
        lines = [": a comment", *(f"data: {json.dumps(event)}" for event in events), "data: [DONE]"]
        self.body = "\n\n".join([*lines, ""]).encode()


class Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, self.headers["Authorization"], body))
        self.send_response(self.server.status)
        self.send_header("Content-Type", self.server.kind)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        server.stream(ANSWER)
        yield server
        server.shutdown()
        thread.join()


def test_the_answer_comes_with_its_sources(stub: Stub, collection: Path, run: Run) -> None:
    done = run(*QUESTION, "--url", stub.url, "--llm", "small", cwd=collection, ALBERT_SEARCH_LLM_KEY="secret")
    assert done.code == 0, done.stderr
    answer, _, sources = done.stdout.partition("\n\n")
    assert answer == "Run git reset [1].\nThat is all."
    assert sources.startswith(f"[1] {Path('docs') / 'git.md'}:")
    assert len(sources.splitlines()) == 1, "what is not cited is not listed"
    ((path, authorization, body),) = stub.requests
    assert (path, authorization) == ("/v1/chat/completions", "Bearer secret")
    assert (body["model"], body["stream"]) == ("small", True)
    prompt = body["messages"][0]["content"]
    assert prompt.startswith(TASK)
    assert "[1] To undo the last commit, run git reset" in prompt
    assert prompt.endswith("Question: how do I undo the last commit?\nAnswer:")


def test_without_an_endpoint_the_passages_are_shown(collection: Path, run: Run) -> None:
    done = run(*QUESTION, cwd=collection)
    assert done.code == 0
    assert "To undo the last commit, run git reset" in done.stdout
    assert "--url" in done.stderr


def test_json(stub: Stub, collection: Path, run: Run) -> None:
    stub.kind = "application/json"
    stub.body = json.dumps({"choices": [{"message": {"content": "Whole [1]."}}]}).encode()
    done = json.loads(run(*QUESTION, "--json", cwd=collection, ALBERT_SEARCH_LLM_URL=stub.url).stdout)
    assert (done["question"], done["answer"]) == ("how do I undo the last commit?", "Whole [1].")
    assert done["sources"][0]["uri"].endswith("git.md")


def test_nothing_is_sent_where_nothing_answers(stub: Stub, collection: Path, run: Run) -> None:
    done = run("ask", "--where", "path=nowhere/*", "any question", "--url", stub.url, cwd=collection)
    assert (done.code, done.stdout) == (1, "")
    assert "nothing in the index is about this" in done.stderr
    assert stub.requests == []


@pytest.mark.parametrize(
    ("status", "kind", "body", "told"),
    [
        (401, "application/json", b'{"error": "no key"}', "refuses (401 Unauthorized)"),
        (200, "text/html", b"<html>", "does not answer in OpenAI's dialect"),
        (200, "application/json", b"[]", "does not answer in OpenAI's dialect"),
        (200, "text/event-stream", b"data: no json\n\n", "does not answer in OpenAI's dialect"),
        (200, "text/event-stream", b'data: {"error": "full"}\n\n', "does not answer in OpenAI's dialect"),
    ],
)
def test_what_goes_wrong_is_said(
    stub: Stub, collection: Path, run: Run, status: int, kind: str, body: bytes, told: str
) -> None:
    stub.status, stub.kind, stub.body = status, kind, body
    done = run(*QUESTION, "--url", stub.url, cwd=collection)
    assert done.code == 2
    assert told in done.stderr


@pytest.mark.parametrize(
    ("url", "told"), [("http://127.0.0.1:9/v1", "does not answer (Connection refused)"), ("file:///etc", "no address")]
)
def test_an_endpoint_that_is_not_there(collection: Path, run: Run, url: str, told: str) -> None:
    done = run(*QUESTION, "--url", url, cwd=collection)
    assert done.code == 2
    assert told.removesuffix(")") in done.stderr.replace("[Errno 111] ", "")
