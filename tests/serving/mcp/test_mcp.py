"""The tools for assistants, asked by the protocol's own client: over a real process's pipes, and over HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import mcp
import pytest

from albert_search.errors import UsageError
from albert_search.index.index import Index
from albert_search.serving.mcp.transport import create_mcp_server, serve_over_http
from albert_search.serving.security import Access
from tests.support.paths import REPOSITORY
from tests.support.server import TOKEN

MCP = ["-m", "albert_search", "mcp"]


def request(number: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


HELLO = request(
    1,
    "initialize",
    {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a test", "version": "1"}},
)


@asynccontextmanager
async def over_pipes(folder: Path) -> AsyncIterator[Any]:
    """The command as an assistant starts it."""
    command = mcp.StdioServerParameters(
        command=sys.executable, args=[*MCP, "--index", str(folder)], env={"PYTHONPATH": str(REPOSITORY)}
    )
    async with mcp.Client(command) as client:
        yield client


@contextmanager
def listening(folder: Path, *options: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command with --http on a free port; yields the process and its address."""
    command = [sys.executable, *MCP, "--http", "--index", str(folder), "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **variables}) as process:
        try:
            assert process.stderr
            line = process.stderr.readline()
            address = re.search(r"http://\S+/mcp", line)
            assert address, line + process.stderr.read()
            yield process, address[0]
        finally:
            process.kill()


@asynccontextmanager
async def inside(folder: Path) -> AsyncIterator[Any]:
    """The server in this process."""
    with Index.open(folder, threads=1) as index:
        async with mcp.Client(create_mcp_server(index)) as client:
            yield client


async def call(client: Any, tool: str, **arguments: Any) -> dict[str, Any]:
    """Return what a tool found; as text it says the same."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    found: dict[str, Any] = result.structured_content
    return found


async def refusal(client: Any, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    text: str = result.content[0].text
    return text


async def test_over_pipes(collection: Path, documents: Path) -> None:
    async with over_pipes(collection) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == {"search", "read", "list_documents"}
        found = await call(client, "search", question="undo commit", k=1, mode="keyword")
        (hit,) = found["hits"]
        assert hit["text"] == "To undo the last commit, run git reset."
        assert (hit["uri"], hit["line"]) == (str(documents / "git.md"), 5)
        assert (hit["page"], hit["row"], hit["headings"]) == (None, None, ["Git", "Mishaps"])
        around = await call(client, "read", uri=hit["uri"], sentence=hit["sentence"] + 1, before=1, after=1)
        texts = [sentence["text"] for sentence in around["sentences"]]
        assert texts == [
            hit["text"],
            "The files stay as they are.",
            "Push sends your commits to the remote repository.",
        ]


def test_nothing_but_the_protocol_is_on_stdout(collection: Path) -> None:
    asked = {"name": "search", "arguments": {"question": "cat", "k": 1}}
    messages = [HELLO, {"jsonrpc": "2.0", "method": "notifications/initialized"}, request(2, "tools/call", asked)]
    lines = "".join(f"{json.dumps(message)}\n" for message in messages)
    with subprocess.Popen(
        [sys.executable, *MCP, "--index", str(collection)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        process.stdin.write("this is no protocol\n" + lines)
        process.stdin.flush()
        answers: list[dict[str, Any]] = []
        while not answers or answers[-1].get("id") != 2:
            answers.append(json.loads(process.stdout.readline()))
        rest, errors = process.communicate()  # which closes its standard input, and so ends it
    assert (process.returncode, rest) == (0, "")
    assert "result" in answers[-1]
    assert "Traceback" not in errors


async def test_over_http(collection: Path) -> None:
    with listening(collection) as (process, address):
        async with mcp.Client(address) as client:
            found = await call(client, "search", question="cat", k=1, mode="keyword")
            assert found["hits"][0]["text"] == "The cat sleeps on the mat."
            assert found["hits"][0]["row"] == 1
            assert found["hits"][0]["metadata"]["animal"] == "cat"
            assert "filter" in await refusal(client, "search", question="cat", where=["=="])
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
    ],
    ids=["rebound name", "other site", "no token", "wrong token", "token"],
)
def test_the_gate_stands_before_it(guarded_address: str, headers: dict[str, str], status: int) -> None:
    accepts = {"Accept": "application/json, text/event-stream"}
    assert httpx.post(guarded_address, json=HELLO, headers={**accepts, **headers}).status_code == status


@pytest.fixture(scope="module")
def guarded_address(collection: Path) -> Iterator[str]:
    """The address of a server that wants a token."""
    with listening(collection, ALBERT_SEARCH_TOKEN=TOKEN) as (_, address):
        yield address


def test_another_address_needs_a_token(collection: Path) -> None:
    with Index.open(collection) as index, pytest.raises(UsageError, match="set a token"):
        serve_over_http(index, Access("0.0.0.0"), 0, print)


async def test_the_tools_say_what_they_take_and_give(collection: Path) -> None:
    async with inside(collection) as client:
        assert "sentences" in client.instructions
        for tool in (await client.list_tools()).tools:
            assert tool.description
            assert tool.annotations.read_only_hint
            assert tool.output_schema["type"] == "object"
            undescribed = [
                name
                for name, schema in tool.input_schema["properties"].items()
                if not schema.get("description") and name not in {"question", "before", "after", "count"}
            ]
            assert not undescribed


async def test_search_takes_filters_and_leaves_out_the_irrelevant(collection: Path) -> None:
    async with inside(collection) as client:
        found = await call(client, "search", question="the number", k=3, where=["path=*pets.csv*", "year>=2021"])
        assert {hit["metadata"]["animal"] for hit in found["hits"]} == {"dog", "parrot"}
        assert found["hits"][0]["relevance"] is not None
        sure = await call(client, "search", question="the number", k=100, min_relevance=0.5)
        assert all(hit["relevance"] >= 0.5 for hit in sure["hits"])


@pytest.mark.parametrize(
    ("arguments", "texts"),
    [
        ({"line": 5, "before": 0, "after": 0}, ["To undo the last commit, run git reset."]),
        ({"line": 6, "before": 0, "after": 0}, ["To undo the last commit, run git reset."]),
        ({"before": 3, "after": 1}, ["To undo the last commit, run git reset.", "The files stay as they are."]),
        ({"line": 999, "before": 0, "after": 9}, ["Push sends your commits to the remote repository."]),
    ],
    ids=["line", "line between", "beginning", "end"],
)
async def test_reading_around_a_place(
    collection: Path, documents: Path, arguments: dict[str, int], texts: list[str]
) -> None:
    async with inside(collection) as client:
        found = await call(client, "read", uri=str(documents / "git.md"), **arguments)
        assert [sentence["text"] for sentence in found["sentences"]] == texts
        assert found["total"] == 3


async def test_listing_page_by_page(collection: Path, documents: Path) -> None:
    async with inside(collection) as client:
        found = await call(client, "list_documents", where=["path=*.csv#row=*"], first=1, count=1)
        assert found["total"] == 3
        (document,) = found["documents"]
        assert document["uri"] == f"{documents / 'pets.csv'}#row=2"
        assert document["metadata"]["animal"] == "dog"


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("search", {"question": "   "}, "the question is empty: ask with at least one word"),
        ("search", {"question": "cat", "where": ["=="]}, "filter"),
        ("search", {"question": "cat", "k": 0}, "k"),
        ("search", {"question": "cat", "mode": "psychic"}, "mode"),
        ("read", {"uri": "nowhere.md"}, "nowhere.md is not in the index"),
        ("read", {"uri": "DOCUMENT", "sentence": 99}, "there is no sentence 99"),
    ],
)
async def test_mistakes_are_told_in_a_sentence(
    collection: Path, documents: Path, tool: str, arguments: dict[str, Any], told: str
) -> None:
    if arguments.get("uri") == "DOCUMENT":
        arguments = {**arguments, "uri": str(documents / "git.md")}
    async with inside(collection) as client:
        answer = await refusal(client, tool, **arguments)
        assert told in answer
        assert "Traceback" not in answer


def test_without_the_sdk_it_says_how_to_get_it(collection: Path) -> None:
    program = (
        "import sys; sys.modules['mcp'] = None; from albert_search.cli.main import run;"
        f"sys.argv = ['albert-search', 'mcp', '--index', {str(collection)!r}]; run()"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (8, "")
    assert done.stderr.startswith("albert-search: an assistant needs mcp: pip install")
    assert done.stderr.endswith("pip install 'albert-search[mcp]'\n")
