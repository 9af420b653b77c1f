"""``mcp``: the index as tools for assistants."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from albert_search.cli.listening import in_step, listen
from albert_search.cli.output import put, say
from albert_search.cli.parameters import (
    LOOPBACK,
    SEARCHING,
    HostOption,
    IndexOption,
    PortOption,
    StaleOption,
    TokenOption,
    examples,
)
from albert_search.errors import UsageError, needs_extra

app = typer.Typer()

PORT = 8766
NAME = "albert-search"

ProgramArgument: TypeAlias = Annotated[
    Literal["claude-code", "claude-desktop", "cursor", "vscode", "codex"],
    typer.Argument(metavar="PROGRAM", help="claude-code, claude-desktop, cursor, vscode or codex."),
]
ServerNameOption: TypeAlias = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="What the assistant calls it.")
]
PrintOption: TypeAlias = Annotated[
    bool, typer.Option("--print", help="Only print what is to be added, and change nothing.")
]


tools = typer.Typer()
app.add_typer(
    tools,
    name="mcp",
    rich_help_panel=SEARCHING,
    epilog=examples("mcp --index notes", "mcp --http --port 9000", "mcp install claude-code"),
)


@tools.callback(invoke_without_command=True)
def mcp(
    context: typer.Context,
    index: IndexOption = None,
    http: Annotated[bool, typer.Option("--http", help="Listen for HTTP instead of reading standard input.")] = False,
    host: HostOption = LOOPBACK,
    port: PortOption = PORT,
    token: TokenOption = None,
    stale: StaleOption = False,
) -> None:
    """Let an assistant search, read and list the index, as tools of the Model Context Protocol.

    An assistant starts this command itself, and talks to it through standard input
    and output. With --http it listens instead: to this machine alone, unless --host
    lets others in, which needs a --token that they must know.
    """
    if context.invoked_subcommand:
        return
    with needs_extra("mcp", "an assistant"):
        from albert_search.serving.mcp.transport import create_mcp_server, serve_over_http
    from albert_search.index.index import Index
    from albert_search.serving.security import Access

    if http:
        listen(serve_over_http, index, Access(host, token or None), port, stale=stale)
        return
    with Index.open(index) as served, in_step(served, stale=stale):
        create_mcp_server(served).run()


@tools.command(
    epilog=examples("mcp install claude-code", "mcp install vscode --index notes", "mcp install codex --print")
)
def install(
    program: ProgramArgument,
    index: IndexOption = None,
    name: ServerNameOption = None,
    only_print: PrintOption = False,
) -> None:
    """Let an assistant start 'albert-search mcp' itself: shows the change of its settings, and makes it.

    Claude Code and VS Code take the settings from the folder that you are in.
    """
    from difflib import unified_diff

    from albert_search.cli.assistants import ASSISTANTS, Server, read_settings, write_settings
    from albert_search.storage.folder import DEFAULT_INDEX, resolve_index

    folder = resolve_index(index)
    default_name = NAME if folder.name == DEFAULT_INDEX else f"{NAME}-{folder.name}"
    server = Server(name or default_name, [*_this_program(), "mcp", "--index", str(folder)])
    assistant = ASSISTANTS[program]
    if only_print:
        print(assistant.with_server("", server), end="")
        return
    path = assistant.settings()
    before = read_settings(path)
    try:
        after = assistant.with_server(before, server)
    except UsageError as error:
        raise UsageError(f"the settings in {path} cannot be changed: {error}") from error
    if after == before:
        say(f"{path} has this server already")
        return
    for line in unified_diff(before.splitlines(), after.splitlines(), str(path), str(path), lineterm=""):
        put(line)
    write_settings(path, after)
    say(f"{path} written; start {program} anew")


def _this_program() -> list[str]:
    """Return the command that starts this program from anywhere."""
    script = Path(sys.argv[0])
    if script.name == NAME and script.is_file():
        return [str(script.absolute())]
    return [sys.executable, "-m", "albert_search"]
