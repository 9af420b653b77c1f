"""The command line as a whole: its groups of commands, and how errors end it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, TextIO

import typer
from typer.core import TyperGroup
from typer.main import get_group

from albert_search import __version__
from albert_search.cli.output import say
from albert_search.cli.remedies import ending, in_words
from albert_search.errors import AlbertSearchError, StorageError

NAME = "albert-search"

GROUPS = {
    "searching": ("search", "similar"),
    "ask": ("ask",),
    "shell": ("shell",),
    "serve": ("serve",),
    "mcp": ("mcp",),
    "indexing": ("index", "update"),
    "watch": ("watch",),
    "source_list": ("sources",),
    "upkeep": ("remove", "rebuild", "relocate"),
    "looking": ("list", "info", "verify", "where"),
    "vectors": ("embed", "similarity"),
    "rerank": ("rerank",),
    "evaluate": ("evaluate",),
    "models": ("model",),
}
"""The modules of this package that hold commands, and the commands in each, in the order of ``--help``.

A new group is a module with a Typer app named ``app``, and a line here.
"""

INTERRUPTED = 130
BROKEN_PIPE = 141
"""Exit codes that a shell gives to what SIGINT and SIGPIPE have ended."""


INTERRUPTED_INDEXING = "interrupted: what was committed is kept; run the same command again to finish"


class LazyCommands(Mapping[str, Any]):
    """The commands by name, each made when it is asked for: making all takes longer than a search may."""

    def __init__(self) -> None:
        self._modules = {name: module for module, names in GROUPS.items() for name in names}

    def __getitem__(self, name: str) -> Any:
        module = import_module(f"albert_search.cli.commands.{self._modules[name]}")
        return get_group(module.app).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


class Commands(TyperGroup):
    """The whole: what ends a command early becomes a sentence and an exit code here, and nothing else is caught."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = LazyCommands()  # type: ignore[assignment]  # nothing is ever added to it

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except AlbertSearchError as error:
            say(f"{NAME}: {in_words(error)}")
            raise typer.Exit(ending(type(error)).exit_code) from error
        except KeyboardInterrupt:
            say(INTERRUPTED_INDEXING if ctx.invoked_subcommand == "index" else "interrupted")
            # At once: a thread may be waiting for standard input, and an index needs no tidying up.
            os._exit(INTERRUPTED)
        except BrokenPipeError as error:
            _discard_output()  # whoever read the results has seen enough
            raise typer.Exit(BROKEN_PIPE) from error
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            _discard_output()
            say(f"{NAME}: the results cannot be written: the disk is full")
            raise typer.Exit(ending(StorageError).exit_code) from error
        return result


def _discard_output() -> None:
    """Let Python flush stdout once more when it ends, to where nothing can go wrong."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


app = typer.Typer(
    name=NAME,
    cls=Commands,
    help="Search your documents by meaning, offline: point it at a folder, ask, and get the sentences that answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"{NAME} {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


def _or_nowhere(stream: TextIO | None) -> TextIO:
    """Return a stream, or one that leads nowhere for what was closed, as by ``>&-``."""
    return stream or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


def run() -> None:
    """Run the command line and end the process with its exit code."""
    sys.stdout, sys.stderr = _or_nowhere(sys.stdout), _or_nowhere(sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        # A name or a sentence that the terminal's encoding cannot show must not end the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app(prog_name=NAME)
