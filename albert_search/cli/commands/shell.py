"""``shell``: questions one after the other, with the model and the index kept ready."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import typer

from albert_search.cli.freshness import freshen
from albert_search.cli.output import say
from albert_search.cli.parameters import (
    SEARCHING,
    IndexOption,
    KOption,
    ModelOption,
    ModeOption,
    RerankOption,
    StaleOption,
    WhereOption,
    examples,
)
from albert_search.cli.remedies import in_words
from albert_search.cli.texts import STANDARD_INPUT, read_lines
from albert_search.errors import AlbertSearchError
from albert_search.types import DEFAULT_MODE

if TYPE_CHECKING:
    from albert_search.index.session import Session

app = typer.Typer()


@app.command(rich_help_panel=SEARCHING, epilog=examples("shell", "shell --index notes -k 5", "shell < questions.txt"))
def shell(
    k: KOption = 10,
    index: IndexOption = None,
    model: ModelOption = None,
    where: WhereOption = None,
    mode: ModeOption = DEFAULT_MODE,
    rerank: RerankOption = None,
    stale: StaleOption = False,
) -> None:
    """Ask one question after the other; the model stays loaded.

    A line is a question, or a command: :more hits, hits :like 3 and :unlike 7, its
    :context, and what else :help lists. Ctrl+D ends it. Without a terminal the lines
    come from standard input, and an empty line ends each answer.
    """
    from albert_search.cli.shell.commands import COMMANDS, completions
    from albert_search.index.reader import IndexReader
    from albert_search.index.session import Session

    with IndexReader.open(index, model=model) as reader:
        session = Session(reader, k, mode, where or [], rerank)
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            _obey_all(session, read_lines(STANDARD_INPUT), stale=stale)
            return
        from albert_search.cli.shell.prompt import typed_lines

        _ = reader.encoder  # loaded while the person has not typed anything yet
        say("Type a question, or :help.")
        _obey_all(session, typed_lines(list(COMMANDS), partial(completions, session)), stale=stale)


def _obey_all(session: Session, lines: Iterable[str], *, stale: bool) -> None:
    """Answer line by line; what is wrong with one is said, and the next is answered.

    Before each, the index is brought in step with its sources, unless it may be stale.
    """
    from albert_search.cli.shell.commands import obey

    interactive = sys.stdin.isatty()
    for line in lines:
        try:
            if not stale:
                freshen(session.index)
            if not obey(session, line.strip()):
                return
        except AlbertSearchError as error:
            say(in_words(error))
        except KeyboardInterrupt:
            if not interactive:
                raise
            say("interrupted")
        if not sys.stdout.isatty():
            print(flush=True)
