"""Nothing leaves the machine, and nothing is written but where the README says, whatever library would like to."""

from __future__ import annotations

import json
import socket
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.small_model import write_small_checkpoint
from tests.support.watching import ALBERT_SEARCH, Seen, watch

NO_FILES = (Path("/dev"), Path("/proc/self"))
"""Devices, and what the system shows a process of itself: nothing stays there."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with documents in it, and an index of them made under watch."""
    home = tmp_path_factory.mktemp("home")
    work = home / "work"
    (work / "docs").mkdir(parents=True)
    (work / "docs" / "pets.md").write_text(
        "# Pets\n\nThe cat sleeps on the mat in the kitchen.\n\nDogs bark at night when somebody passes.\n"
    )
    (work / "docs" / "page.html").write_text('<img src="http://example.org/a.png"><p>The parrot repeats words.</p>')
    assert_private(albert_search(home, "index", "docs"), home)
    return home


def albert_search(home: Path, *arguments: str, stdin: str = "", meanwhile: Callable[[], object] | None = None) -> Seen:
    return watch([*ALBERT_SEARCH, *arguments], home, home / "work", stdin=stdin, meanwhile=meanwhile)


def assert_private(seen: Seen, home: Path, *, code: int = 0) -> None:
    """Fail on any connection, and on any file outside the index and the folders that the README names."""
    named = [home / "work", home / "tmp", home / ".local" / "share" / "albert-search", *NO_FILES]
    named += [home / ".local" / "state" / "albert-search", home / ".cache" / "albert-search"]
    assert seen.code == code, seen.stderr
    assert seen.reached == []
    strangers = [path for path in seen.written if not any(path.is_relative_to(place) for place in named)]
    parents = {parent for place in named for parent in place.parents}
    assert [path for path in strangers if path not in parents] == []


def idle(seconds: float) -> Callable[[], object]:
    return lambda: time.sleep(seconds)


def test_searching_is_private(home: Path) -> None:
    assert_private(albert_search(home, "search", "a tired pet"), home)
    assert_private(albert_search(home, "evaluate", "--self"), home)


@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_a_shell_that_waits_is_private(home: Path, seconds: float) -> None:
    assert_private(albert_search(home, "shell", stdin="a tired pet\n", meanwhile=idle(seconds)), home, code=130)


@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_tools_for_assistants_are_private(home: Path, seconds: float) -> None:
    pytest.importorskip("mcp", reason="needs the extra 'mcp'")
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a test", "version": "1"}}
    requests = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
         "params": {"name": "search", "arguments": {"question": "a tired pet"}}},
    ]  # fmt: skip
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    assert_private(albert_search(home, "mcp", stdin=lines, meanwhile=idle(seconds)), home, code=130)


@pytest.mark.parametrize("seconds", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_a_server_is_private(home: Path, seconds: float) -> None:
    pytest.importorskip("uvicorn", reason="needs the extra 'serve'")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    def ask() -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/search?question=pet", timeout=30) as answer:
                    assert json.load(answer)["hits"]
                break
            except OSError:
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.2)
        time.sleep(seconds)

    assert_private(albert_search(home, "serve", "--port", str(port), meanwhile=ask), home, code=130)


def test_importing_a_folder_is_private(home: Path) -> None:
    write_small_checkpoint(home / "work" / "small")
    assert_private(albert_search(home, "model", "import", "small"), home)


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("haystack", "haystack"),
        ("langchain", "langchain_core"),
        ("llama_index", "llama_index"),
        ("sentence_transformers", "torch"),
    ],
)
def test_integrations_turn_the_telemetry_of_their_framework_off(home: Path, name: str, package: str) -> None:
    pytest.importorskip(package, reason=f"needs {package}")
    command = [sys.executable, "-c", f"import albert_search.integrations.{name}"]
    assert_private(watch(command, home, home / "work"), home)


def test_the_watch_sees_what_it_should(home: Path) -> None:
    program = (
        "import socket, pathlib; pathlib.Path.home().joinpath('x').touch();"
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 9));"
        "socket.create_connection(('localhost', 9))"
    )
    seen = watch([sys.executable, "-c", program], home, home / "work")
    assert seen.reached == ["connect 192.0.2.1 9", "resolve localhost", "connect 127.0.0.1 9"]
    assert home / "x" in seen.written
