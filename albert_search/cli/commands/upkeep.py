"""``remove``, ``rebuild`` and ``relocate``: an index that is there already is changed."""

from __future__ import annotations

from typing import Annotated

import typer

from albert_search.cli.output import number, say
from albert_search.cli.parameters import INDEXING, WAIT_S, IndexOption, WaitOption, WhereOption, examples
from albert_search.errors import NotIndexed, UsageError

app = typer.Typer()


@app.command(
    rich_help_panel=INDEXING,
    epilog=examples("remove docs/old report.pdf", "remove --where 'year<2020'"),
)
def remove(
    targets: Annotated[
        list[str] | None, typer.Argument(metavar="TARGET...", help="Files, folders with all below them, addresses.")
    ] = None,
    index: IndexOption = None,
    where: WhereOption = None,
    wait: WaitOption = WAIT_S,
) -> None:
    """Forget documents; the files themselves stay.

    Exit code 1: the index holds none of them.
    """
    from albert_search.index.index import Index

    if not targets and not where:
        raise UsageError("say what to remove: files, folders or addresses, or a --where filter")
    with Index.open(index) as writer:
        removed = writer.remove(targets or (), where=where, wait_s=wait)
    if not removed:
        raise NotIndexed("no such document is in the index")
    say(f"{number(removed, 'document')} removed")


@app.command(rich_help_panel=INDEXING, epilog=examples("rebuild", "rebuild --index notes"))
def rebuild(
    index: IndexOption = None,
    whiten: Annotated[
        bool, typer.Option("--whiten", help="Spread the vectors by what is indexed now: for raw ALBERT models.")
    ] = False,
    wait: WaitOption = WAIT_S,
) -> None:
    """Make the vector file and the full-text table anew from the catalog, without encoding anything."""
    from albert_search.index.index import Index

    with Index.open(index) as writer:
        writer.rebuild(whiten=whiten, wait_s=wait)
        say(f"the vector file in {writer.folder} was made anew")


@app.command(rich_help_panel=INDEXING, epilog=examples("relocate /old/disk/notes ~/notes"))
def relocate(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The folder that the documents were in.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The folder that they are in now.")],
    index: IndexOption = None,
    wait: WaitOption = WAIT_S,
) -> None:
    """Tell the index that documents were moved to another folder; nothing is read again.

    Exit code 1: none of its documents is gone from OLD and there in NEW.
    """
    from albert_search.index.index import Index

    with Index.open(index) as writer:
        moved = writer.relocate(old, new, wait_s=wait)
    if not moved:
        raise NotIndexed(f"no document of the index is gone from {old} and there in {new}")
    say(f"{number(moved, 'document')} found again")
