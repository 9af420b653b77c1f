"""``serve``: the index over HTTP, for programs and for people."""

from __future__ import annotations

from typing import Annotated

import typer

from albert_search.cli.listening import listen
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

PORT = 8765


@app.command(
    rich_help_panel=SEARCHING,
    epilog=examples("serve", "serve --index notes --port 9000 --read-only", "serve --host 0.0.0.0 --token SECRET"),
)
def serve(
    index: IndexOption = None,
    host: HostOption = LOOPBACK,
    port: PortOption = PORT,
    token: TokenOption = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Answer, but neither add nor remove.")] = False,
    stale: StaleOption = False,
) -> None:
    """Answer questions over HTTP, with a page for people; Ctrl+C stops it.

    Listens to this machine alone. Another --host lets others in, and needs a --token that they must know.
    """
    with needs_extra("serve", "serving"):
        from albert_search.serving.server import serve as serve_index
    from albert_search.serving.security import Access

    listen(serve_index, index, Access(host, token or None, read_only), port, stale=stale or read_only)
