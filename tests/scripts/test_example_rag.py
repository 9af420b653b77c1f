"""The example of retrieval for a language model: offline, and with a server in the place of a model."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from albert_search.index.index import Index
from tests.support.paths import REPOSITORY

QUESTION = "how do I undo the last commit?"
GUIDE = "# Undoing\n\nOpen a terminal.\nTo undo the last commit, run git reset.\nYour files stay as they are.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a guide, and an index of it in ``index``."""
    home = tmp_path_factory.mktemp("rag")
    (home / "guide.md").write_text(GUIDE, encoding="utf-8")
    with Index.create(home / "index", threads=1) as index:
        index.add([home / "guide.md"])
    return home


def asked(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(REPOSITORY / "scripts" / "example_rag"), *words, "--index", "./index"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)


def test_offline_it_prints_the_prompt_and_the_sources(folder: Path) -> None:
    done = asked(folder, QUESTION)
    assert done.returncode == 0, done.stderr
    source = "Open a terminal. To undo the last commit, run git reset. Your files stay as they are."
    assert source in next(line for line in done.stdout.splitlines() if line.startswith("[1] "))
    assert f"Question: {QUESTION}\nAnswer:" in done.stdout
    # What stands side by side is one source, from its first sentence on.
    assert re.search(rf"^\[1\] 0\.\d\d {re.escape(str(folder / 'guide.md'))}:3$", done.stdout, re.MULTILINE)


def test_what_the_index_is_not_about(folder: Path) -> None:
    done = asked(folder, "which wine goes with fish?")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "nothing in the index seems to be about this\n"


@pytest.fixture
def server() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A server that speaks OpenAI's dialect and always says the same; its address, and what it was asked."""
    bodies: list[dict[str, Any]] = []

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))) | {"path": self.path})
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"choices": [{"message": {"content": "Run git reset [1]."}}]}).encode())

    with HTTPServer(("127.0.0.1", 0), Answer) as found:
        threading.Thread(target=found.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{found.server_port}/v1", bodies
        found.shutdown()


def test_a_server_answers(folder: Path, server: tuple[str, list[dict[str, Any]]]) -> None:
    address, bodies = server
    done = asked(folder, QUESTION, "--url", address, "--model", "small")
    assert done.returncode == 0, done.stderr
    assert "Answer: Run git reset [1].\n" in done.stdout
    (body,) = bodies
    assert (body["path"], body["model"]) == ("/v1/chat/completions", "small")
    assert QUESTION in body["messages"][0]["content"]


def test_a_server_that_is_not_there(folder: Path) -> None:
    done = asked(folder, QUESTION, "--url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
