"""``mcp install`` writes into the settings of an assistant what starts this server, and nothing else changes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from albert_search.cli.assistants import ASSISTANTS
from tests.support.command_line import Done, Run

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Install = Callable[..., Done]

PLACES = {
    "claude-code": "work/.mcp.json",
    "claude-desktop": "config/Claude/claude_desktop_config.json",
    "cursor": ".cursor/mcp.json",
    "vscode": "work/.vscode/mcp.json",
    "codex": ".codex/config.toml",
}
KEYS = {"vscode": "servers", "codex": "mcp_servers"}


@pytest.fixture
def install(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Run ``mcp install`` in the folder ``work`` of a person's home."""
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(sys, "platform", "linux")
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config"), "CODEX_HOME": str(tmp_path / ".codex")}
    return lambda *arguments: run("mcp", "install", *arguments, cwd=tmp_path / "work", **home)


def servers(program: str, text: str) -> dict[str, Any]:
    settings = tomllib.loads(text) if program == "codex" else json.loads(text)
    return settings[KEYS.get(program, "mcpServers")]


@pytest.mark.parametrize("program", PLACES)
def test_settings_are_made_shown_and_left_alone_the_second_time(program: str, install: Install, tmp_path: Path) -> None:
    done = install(program)
    assert done.code == 0, done.stderr
    written = (tmp_path / PLACES[program]).read_text("utf-8")
    server = servers(program, written)["albert-search"]
    index = str(tmp_path / "work" / "indexes" / "default")
    assert [server["command"], *server["args"]] == [sys.executable, "-m", "albert_search", "mcp", "--index", index]
    assert (server.get("type") == "stdio") is (program == "vscode")
    assert all(f"+{line}" in done.stdout.splitlines() for line in written.splitlines())
    again = install(program)
    assert (again.code, again.stdout) == (0, "")
    assert again.stderr.endswith("has this server already\n")


@pytest.mark.parametrize("program", PLACES)
def test_what_else_is_in_the_settings_stays(program: str, install: Install, tmp_path: Path) -> None:
    place = tmp_path / PLACES[program]
    place.parent.mkdir(parents=True, exist_ok=True)
    if program == "codex":
        before = '# mine\nmodel = "größe"\n\n[mcp_servers.other]\ncommand = "x"\n'
    else:
        before = json.dumps({"größe": [1], KEYS.get(program, "mcpServers"): {"other": {"command": "x"}}})
    place.write_text(before, "utf-8")
    assert install(program, "--index", "notes").code == 0
    after = place.read_text("utf-8")
    assert "größe" in after
    assert set(servers(program, after)) == {"other", "albert-search-notes"}
    assert servers(program, after)["other"] == {"command": "x"}
    assert program != "codex" or after.startswith(before)


@pytest.mark.parametrize("program", PLACES)
def test_print_changes_nothing(program: str, install: Install, tmp_path: Path) -> None:
    done = install(program, "--print", "--name", "mine")
    assert list(servers(program, done.stdout)) == ["mine"]
    assert not (tmp_path / PLACES[program]).exists()


@pytest.mark.parametrize("program", PLACES)
@pytest.mark.parametrize("odd", ["{ // a comment\n}", "[1]", '{"mcpServers": 1, "servers": 1}', "mcp_servers = 1"])
def test_settings_that_are_not_understood_are_left_alone(
    program: str, odd: str, install: Install, tmp_path: Path
) -> None:
    if program == "codex" and odd == "[1]":
        odd = "[1"  # else it is a table
    place = tmp_path / PLACES[program]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(odd)
    done = install(program)
    assert done.code == 2
    assert "--print" in done.stderr
    assert place.read_text() == odd


def test_another_server_of_the_same_name_is_not_replaced_in_toml(install: Install, tmp_path: Path) -> None:
    assert install("codex").code == 0
    done = install("codex", "--index", "other", "--name", "albert-search")
    assert done.code == 2
    assert "give this one another --name" in done.stderr


def test_a_link_to_settings_stays_one(install: Install, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    real.write_text("{}")
    (tmp_path / ".cursor").mkdir()
    (tmp_path / ".cursor" / "mcp.json").symlink_to(real)
    assert install("cursor").code == 0
    assert (tmp_path / ".cursor" / "mcp.json").is_symlink()
    assert "albert-search" in real.read_text()


def test_every_assistant_has_a_test() -> None:
    assert set(PLACES) == set(ASSISTANTS)


def test_names_of_indexes_are_completed(collection: Path, run: Run) -> None:
    asked = {"_ALBERT_SEARCH_COMPLETE": "complete_bash", "COMP_WORDS": "albert-search search --index d"}
    done = run(cwd=collection, COMP_CWORD="3", **asked)
    assert done.stdout.split() == ["default"]
