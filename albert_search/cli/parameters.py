"""The options that several commands take, each described once."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from albert_search.types import Mode

SEARCHING = "Search"
INDEXING = "Fill an index"
LOOKING = "Look at an index"
"""The panels that the commands stand in, in ``--help``."""


def _names_of_indexes(incomplete: str) -> list[str]:
    """Return the indexes whose names a shell may complete: those that stand beside the default one."""
    from albert_search.storage.folder import DEFAULT_INDEX, index_folder, is_index

    home = index_folder(DEFAULT_INDEX).parent
    folders = sorted(home.iterdir()) if home.is_dir() else []
    return [folder.name for folder in folders if folder.name.startswith(incomplete) and is_index(folder)]


IndexOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--index",
        "-i",
        metavar="NAME|PATH",
        help="Index to use; 'default' in the nearest 'indexes' folder.",
        autocompletion=_names_of_indexes,
    ),
]
ModelOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--model", metavar="NAME|PATH", help="Model to use; the index's own, or else the one that ships."),
]
VectorModelOption: TypeAlias = Annotated[
    str | None, typer.Option("--model", metavar="NAME|PATH", help="Model to use; else your settings', else ours.")
]
WhereOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        "-w",
        metavar="FILTER",
        help="Only documents that match: 'path=docs/*.md', 'year>=2020 and not draft'. Repeatable.",
    ),
]
StaleOption: TypeAlias = Annotated[
    bool, typer.Option("--stale", help="Answer from the index as it is, without a look at its sources.")
]
WaitOption: TypeAlias = Annotated[
    float, typer.Option("--wait", metavar="SECONDS", min=0, help="How long to wait while another process writes.")
]
ModeOption: TypeAlias = Annotated[Mode, typer.Option("--mode", help="Rank by meaning, by words, or by both.")]
KOption: TypeAlias = Annotated[int, typer.Option("-k", metavar="N", help="How many hits to show.")]
RerankOption: TypeAlias = Annotated[
    bool | None,
    typer.Option("--rerank/--no-rerank", help="Read the first candidates again, word by word; when ranking by both."),
]
ContextOption: TypeAlias = Annotated[
    int, typer.Option("--context", "-C", metavar="N", help="Show N sentences before and after each hit.")
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, with everything that is known.")]
JsonLinesOption: TypeAlias = Annotated[bool, typer.Option("--jsonl", help="Print JSON, one hit a line.")]

HostOption: TypeAlias = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on.")]
PortOption: TypeAlias = Annotated[
    int, typer.Option("--port", metavar="N", min=0, max=65_535, help="Port to listen on; 0 for any that is free.")
]
TokenOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--token", metavar="TEXT", envvar="ALBERT_SEARCH_TOKEN", help="What every request must carry."),
]

PathsArgument: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH...", help="Files, folders and globs; - for standard input, a text a line."),
]
IncludeOption: TypeAlias = Annotated[
    list[str] | None, typer.Option(metavar="GLOB", help="Of the files in folders, only these. Repeatable.")
]
ExcludeOption: TypeAlias = Annotated[list[str] | None, typer.Option(metavar="GLOB", help="None of these. Repeatable.")]
TextFieldOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Column or JSON field that is text; the rest is metadata. Repeatable."),
]

LOOPBACK = "127.0.0.1"
"""Default of ``--host``: this machine alone."""

WAIT_S = 10.0
"""Default of ``--wait``, in seconds."""


def examples(*commands: str) -> str:
    """Return what stands at the end of a command's help: examples of its use."""
    return "\n\n".join(["Examples:", *(f"albert-search {command}" for command in commands)])
