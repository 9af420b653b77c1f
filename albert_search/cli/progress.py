"""The progress bar of indexing, on a terminal; nothing at all anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from albert_search.indexing.report import Progress, ProgressCallback


@contextmanager
def progress_bar() -> Iterator[ProgressCallback | None]:
    """Draw a bar on stderr while the block runs.

    Yields:
        What to call with each `Progress`; None where stderr is no terminal that a bar can be drawn on.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, transient=True, disable=console.is_dumb_terminal) as bar:
        task = bar.add_task("reading", total=None, speed="")
        started = time.perf_counter()

        def show(progress: Progress) -> None:
            # The sentences of a long document count only when all of it is there; what is encoded of it moves on.
            sentences = max(progress.sentences, progress.encoded)
            bar.update(
                task,
                completed=progress.done_bytes,
                total=progress.total_bytes or None,
                description=f"{sentences:,} sentences",
                speed=f"{sentences / (time.perf_counter() - started):,.0f} a second",
            )

        yield show
