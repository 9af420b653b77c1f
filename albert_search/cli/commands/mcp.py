"""``mcp``: the index as tools for assistants."""

from __future__ import annotations

from typing import Annotated

import typer

from albert_search.cli.listening import in_step, listen
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
from albert_search.errors import needs_extra

app = typer.Typer()

PORT = 8766


@app.command(rich_help_panel=SEARCHING, epilog=examples("mcp --index notes", "mcp --http", "mcp --http --port 9000"))
def mcp(
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
    with needs_extra("mcp", "an assistant"):
        from albert_search.serving.mcp.transport import create_mcp_server, serve_over_http
    from albert_search.index.index import Index
    from albert_search.serving.security import Access

    if http:
        listen(serve_over_http, index, Access(host, token or None), port, stale=stale)
        return
    with Index.open(index) as served, in_step(served, stale=stale):
        create_mcp_server(served).run()
