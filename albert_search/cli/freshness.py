"""Before an answer: what has changed under the sources is read, or the person is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from albert_search.cli.output import number, say, shown_path
from albert_search.errors import AlbertSearchError, IndexLocked

if TYPE_CHECKING:
    from albert_search.index.reader import IndexReader
    from albert_search.index.updating import Refreshment

HINT = "`albert-search update` reads what has changed"


@contextmanager
def fresh_reader(index: str | None, model: str | None, *, stale: bool) -> Iterator[IndexReader]:
    """Open an index for questions, in step with its sources unless it may be stale."""
    from albert_search.index.reader import IndexReader

    with IndexReader.open(index, model=model) as reader:
        if not stale:
            freshen(reader)
        yield reader


def freshen(reader: IndexReader) -> None:
    """Bring an index in step with its sources if little has changed, and say what is left.

    An index that may not be written to is left as it is.

    Args:
        reader: The index; what is read is found by it from then on.
    """
    if not os.access(reader.folder, os.W_OK):
        return
    try:
        comparison = reader.compare_sources()
        if comparison == "changed":
            _read_what_has_changed(reader)
        elif comparison == "unknown":
            say(f"{_as_of(reader)}: there was no time to look at all the sources; {HINT}, --stale does not look")
    except IndexLocked:
        say(f"{_as_of(reader)}: another process is writing to the index")
    except AlbertSearchError as error:
        say(f"{_as_of(reader)}, since it cannot be brought up to date: {error}")


def _read_what_has_changed(reader: IndexReader) -> None:
    # A search where nothing has changed imports none of this.
    from albert_search.index.index import Index

    with Index.open(reader.folder, model=reader.encoder) as writer:
        _say_what_was_done(reader, writer.refresh())


def say_what_was_read(done: Refreshment, start: str = "") -> None:
    """Tell how many files were read and are gone, and which could not be read.

    Args:
        done: What was done.
        start: What the first line begins with.
    """
    changed, missing = done.changes.changed, done.changes.missing
    say(f"{start}read what had changed: {number(len(changed), 'file')}, {number(len(missing), 'file')} gone")
    for skipped in done.report.skipped if done.report else ():
        say(f"  {shown_path(skipped.uri)} skipped: {skipped.reason}")


def _say_what_was_done(reader: IndexReader, done: Refreshment) -> None:
    changes = len(done.changes.changed) + len(done.changes.missing)
    if done.report is not None:
        say_what_was_read(done)
    elif changes:
        say(f"{_as_of(reader)}: {number(changes, 'file')} changed since; {HINT}")


def _as_of(reader: IndexReader) -> str:
    at = reader.in_step_at()
    if at is None:
        return "this index was never in step with its sources"
    return f"as of {datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"
