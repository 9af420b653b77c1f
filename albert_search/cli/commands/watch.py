"""``watch``: the index follows its sources."""

from __future__ import annotations

import signal
from datetime import datetime
from threading import Event
from typing import Annotated, TypeAlias

import typer

from albert_search.cli.freshness import say_what_was_read
from albert_search.cli.output import number, say
from albert_search.cli.parameters import INDEXING, IndexOption, ModelOption, examples

app = typer.Typer()

PollOption: TypeAlias = Annotated[
    bool, typer.Option("--poll", help="Look again and again: for network folders, whose changes are not announced.")
]


@app.command(rich_help_panel=INDEXING, epilog=examples("watch", "watch --index notes", "watch --poll"))
def watch(index: IndexOption = None, model: ModelOption = None, poll: PollOption = False) -> None:
    """Keep the index in step with its sources as they change; Ctrl+C stops it.

    Whatever changes under the folders that were indexed is read within seconds,
    and so is what changed while nothing watched. Others may search meanwhile.
    """
    from albert_search.index.index import Index
    from albert_search.index.watching import watch as changes_of

    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())  # a stop that was asked for is no failure
    with Index.open(index, model=model) as watched:
        say(f"watching {number(len(watched.sources()), 'source')} of {watched.folder}")
        for done in changes_of(watched, poll=poll, stopped=stopped):
            say_what_was_read(done, start=f"{datetime.now():%H:%M:%S} ")
