"""Runs the tools for an assistant: over standard input and output, or over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getdoc

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import ToolAnnotations

from albert_search import __version__
from albert_search.index.index import Index
from albert_search.serving.mcp.tools import Tools
from albert_search.serving.security import Access, Gate
from albert_search.serving.server import run_until_stopped

PATH = "/mcp"


def create_mcp_server(index: Index) -> MCPServer[None]:
    """Put an index behind the Model Context Protocol.

    Args:
        index: What is searched.

    Returns:
        The server; `MCPServer.run` runs it over standard input and output, where it logs to stderr.
    """
    holds = index.info()
    server: MCPServer[None] = MCPServer(
        "albert-search",
        version=__version__,
        instructions=f"Semantic search over a collection of {holds.documents:,} documents in {holds.sentences:,}"
        f" sentences ({holds.folder}). Search first, then read around the hits that matter, and cite uri and line.",
        log_level="WARNING",
    )
    tools = Tools(index)
    only_reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    for tool in (tools.search, tools.read, tools.list_documents):
        server.add_tool(tool, description=getdoc(tool), annotations=only_reads, structured_output=True)
    return server


def serve_over_http(index: Index, access: Access, port: int, announce: Callable[[str], None]) -> None:
    """Answer assistants over streamable HTTP until SIGTERM or SIGINT.

    Args:
        index: What is searched.
        access: Who may ask.
        port: Port to listen on; 0 for any that is free.
        announce: Called with the address once requests are accepted.

    Raises:
        UsageError: The address cannot be listened on, or is open to others without a token.
    """
    app = create_mcp_server(index).streamable_http_app(
        streamable_http_path=PATH,
        # Every request stands for itself: nothing is lost when the server is started anew.
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # the gate checks it
    )
    app.add_middleware(Gate, access=access)
    run_until_stopped(app, access, port, lambda address: announce(address + PATH))
