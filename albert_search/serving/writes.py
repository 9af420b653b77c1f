"""Writing, one request after the other and away from the threads that answer questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from albert_search.serving.failures import Refused
from albert_search.serving.limits import MAX_WRITES_WAITING

T = TypeVar("T")


class WriteQueue:
    """Runs what writes to the index in a thread of its own, so that waiting writers never keep readers waiting."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self.waiting = 0
        """Writes that are not done: the one that runs, and those that wait for it."""

    async def run(self, write: Callable[[], T]) -> T:
        """Run a function when its turn comes.

        Args:
            write: What writes.

        Returns:
            What it returned, once it is on disk.

        Raises:
            Refused: Too many others wait already.
        """
        if self.waiting >= MAX_WRITES_WAITING:
            raise Refused(503, "too_many_writes", "too many writes are waiting: try again in a moment",
                          {"Retry-After": "1"})  # fmt: skip
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, write)
        finally:
            self.waiting -= 1

    def close(self) -> None:
        """Let what waits finish, and stop."""
        self._thread.shutdown(wait=True)
