"""The settings of assistants: where each keeps them, and how a server of tools is written there."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from albert_search.errors import StorageError, UsageError
from albert_search.files.durable import replace_durably

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True, slots=True)
class Server:
    """A server of tools.

    Attributes:
        name: What the assistant calls it.
        command: The program that the assistant starts, and its arguments.
    """

    name: str
    command: Sequence[str]

    @property
    def entry(self) -> dict[str, Any]:
        """The server as settings in JSON hold it."""
        return {"command": self.command[0], "args": list(self.command[1:])}


@dataclass(frozen=True, slots=True)
class Assistant:
    """A program that can use tools.

    Attributes:
        settings: Returns where it keeps its settings.
        with_server: Returns the text of its settings with a server in them.
    """

    settings: Callable[[], Path]
    with_server: Callable[[str, Server], str]


def _in_json(key: str, more: Mapping[str, str] | None = None) -> Callable[[str, Server], str]:
    def with_server(before: str, server: Server) -> str:
        try:
            settings = json.loads(before or "{}")
        except ValueError as error:
            raise UsageError(f"they are no plain JSON ({error}): add what --print prints by hand") from error
        if not isinstance(settings, dict) or not isinstance(settings.setdefault(key, {}), dict):
            raise UsageError(f"they hold no object {key!r}: add what --print prints by hand")
        settings[key][server.name] = {**(more or {}), **server.entry}
        return json.dumps(settings, indent=2, ensure_ascii=False) + "\n"

    return with_server


def _in_toml(before: str, server: Server) -> str:
    """Add a table at the end, so that nothing else in the file changes."""
    table = f"[mcp_servers.{json.dumps(server.name)}]\n"
    table += "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in server.entry.items())
    try:
        known = tomllib.loads(before).get("mcp_servers", {}).get(server.name)
    except (ValueError, AttributeError) as error:
        raise UsageError(f"they are no sound TOML ({error}): add what --print prints by hand") from error
    if known == server.entry:
        return before
    if known is not None:
        raise UsageError(f"they have another server {server.name} already: remove it, or give this one another --name")
    return f"{before.rstrip()}\n\n{table}" if before.strip() else table


def _of_applications() -> Path:
    """Return the folder in which programs of this person keep their settings."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    if os.name == "nt":
        return Path(os.environ.get("APPDATA", Path.home() / "AppData" / "Roaming"))
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")


def _of_codex() -> Path:
    return Path(os.environ.get("CODEX_HOME") or Path.home() / ".codex") / "config.toml"


ASSISTANTS: Mapping[str, Assistant] = {
    "claude-code": Assistant(lambda: Path.cwd() / ".mcp.json", _in_json("mcpServers")),
    "claude-desktop": Assistant(
        lambda: _of_applications() / "Claude" / "claude_desktop_config.json", _in_json("mcpServers")
    ),
    "cursor": Assistant(lambda: Path.home() / ".cursor" / "mcp.json", _in_json("mcpServers")),
    "vscode": Assistant(lambda: Path.cwd() / ".vscode" / "mcp.json", _in_json("servers", {"type": "stdio"})),
    "codex": Assistant(_of_codex, _in_toml),
}
"""Claude Code and VS Code look into the folder that one works in, the others into the person's own settings.

Source: code.claude.com/docs/en/mcp , modelcontextprotocol.io/quickstart/user , cursor.com/docs/context/mcp ,
code.visualstudio.com/docs/copilot/customization/mcp-servers , developers.openai.com/codex/mcp .
"""


def read_settings(path: Path) -> str:
    """Return the text of settings; an empty one where there are none yet.

    Raises:
        UsageError: They cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the settings in {path} cannot be read: {error}") from error


def write_settings(path: Path, text: str) -> None:
    """Write settings, whole or not at all; a link to them stays one.

    Raises:
        StorageError: They cannot be written.
    """
    real = path.resolve()
    unfinished = real.with_name(f"{real.name}.new")
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        if real.exists():
            unfinished.chmod(real.stat().st_mode & 0o777)
        replace_durably(unfinished, real)
    except OSError as error:
        raise StorageError(f"cannot write {real} ({error.strerror}): check the disk and permissions") from error
