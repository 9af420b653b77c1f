"""Watching the sources: the system says when something happens under them, and then they are looked at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from threading import Event

from albert_search.errors import UsageError, needs_extra
from albert_search.index.index import Index
from albert_search.index.keeping import bring_in_step
from albert_search.index.updating import Refreshment
from albert_search.indexing.source import literal_folder

QUIET_MS, BURST_MS = 100, 1_600
"""A burst of changes is over when nothing has happened for so long, or when it has lasted so long."""

LOOK_MS = 2_000
"""How often the sources are looked at although nothing was said of them: single files, and what was not there."""


def watch(index: Index, *, poll: bool = False, stopped: Event | None = None) -> Iterator[Refreshment]:
    """Keep an index in step with its sources as they change.

    What happens is only a reason to look: what has changed is found by comparing time stamps, so that nothing is
    lost where events are, as while no one watched.

    Args:
        index: What is kept in step.
        poll: Whether to look again and again, for network folders, of which the system says nothing.
        stopped: Ends it when set.

    Yields:
        What has changed and was read, each time.

    Raises:
        UsageError: The index remembers no sources.
        MissingExtra: The package that watches is not installed.
        StorageError: The disk is full, read-only or failing; what was committed stays.
    """
    with needs_extra("watch", "watching"):
        from watchfiles import watch as events

    if not index.sources():
        raise UsageError(f"the index in {index.folder} remembers no sources: there is nothing to watch")
    stopped = stopped or Event()
    own = os.path.join(index.folder, "")  # noqa: PTH118  # its own files may lie below a source
    while not stopped.is_set():
        folders = _folders(index)
        happened = events(
            *folders, watch_filter=lambda _, path: not path.startswith(own), debounce=BURST_MS, step=QUIET_MS,
            stop_event=stopped, rust_timeout=LOOK_MS, yield_on_timeout=True, force_polling=poll or None,
            ignore_permission_denied=True,
        )  # fmt: skip
        # The watch begins with the first request for an event; the first answer comes after a timeout at the latest.
        for _ in chain([set()], happened):
            done = bring_in_step(index)
            if done is not None and done.report is not None:
                yield done
            if _folders(index) != folders:
                break  # a source was added, removed, or came back


def _folders(index: Index) -> list[str]:
    """Return the folders to watch: not those of single files, which may hold the whole disk."""
    folders = {literal_folder(source.path) for source in index.sources()}
    return sorted(folder for folder in folders if Path(folder).is_dir()) or [str(index.folder)]
