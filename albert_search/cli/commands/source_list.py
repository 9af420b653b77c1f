"""``sources``: what an index reads again by each update."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from albert_search.cli.output import number, put, put_json, say, shown_path
from albert_search.cli.parameters import (
    INDEXING,
    WAIT_S,
    ExcludeOption,
    IncludeOption,
    IndexOption,
    JsonOption,
    TextFieldOption,
    WaitOption,
    examples,
)

if TYPE_CHECKING:
    from albert_search.indexing.source import Source

app = typer.Typer()

sources = typer.Typer(no_args_is_help=True)
app.add_typer(
    sources,
    name="sources",
    help="List, add and remove the folders, files and globs that 'albert-search update' reads again.",
    rich_help_panel=INDEXING,
    epilog=examples("sources list", "sources add ~/notes --exclude 'drafts/*'", "sources remove ~/notes"),
)

SourcePathsArgument: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="PATH...", help="Files, folders and globs, in quotes.")
]


@sources.command("list", epilog=examples("sources list", "sources list --index notes --json"))
def list_sources(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """List what is read again by each update, a line each, with its options."""
    from albert_search.index.index import Index

    with Index.open(index) as reader:
        known = reader.sources()
    if as_json:
        put_json([asdict(source) for source in known])
        return
    for source in known:
        put(shown_path(source.path), *_options(source))
    if not known:
        say("the index knows no sources: name them with `albert-search sources add PATH...`")


@sources.command("add", epilog=examples("sources add ~/notes", "sources add 'reports/*.pdf' --index reports"))
def add_sources(
    paths: SourcePathsArgument,
    index: IndexOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    text_field: TextFieldOption = None,
    wait: WaitOption = WAIT_S,
) -> None:
    """Remember folders, files and globs; 'albert-search update' reads them."""
    from albert_search.index.index import Index

    with Index.open(index) as writer:
        writer.add_sources(
            paths, include=include or (), exclude=exclude or (), text_fields=text_field or (), wait_s=wait
        )
        say(f"{number(len(writer.sources()), 'source')}; `albert-search update` reads all")


@sources.command("remove", epilog=examples("sources remove ~/notes", "sources remove docs 'reports/*.pdf'"))
def remove_sources(paths: SourcePathsArgument, index: IndexOption = None, wait: WaitOption = WAIT_S) -> None:
    """Read folders, files and globs no more; their documents stay until 'albert-search remove' removes them."""
    from albert_search.index.index import Index

    with Index.open(index) as writer:
        writer.remove_sources(paths, wait_s=wait)
        say(f"{number(len(writer.sources()), 'source')} left")


def _options(source: Source) -> list[str]:
    """Return the options of a source as the command line takes them."""
    lists = {"--include": source.include, "--exclude": source.exclude, "--text-field": source.text_fields}
    return [f"{name} {value}" for name, values in lists.items() for value in values]
