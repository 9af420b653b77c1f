"""Reads files in a process of its own, which can be stopped: no file takes for ever, or all the memory.

Starting that process takes a tenth of a second, and it reads one file after the other until one has to be stopped.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, cast

from typing_extensions import Self

from albert_search.errors import ReadError
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.registry import read
from albert_search.readers.wire import Item, from_line

MOST_SECONDS = 20.0
MOST_SECONDS_PER_MIB = 10.0
"""How long a file may be read without anything coming out of it: the slowest of readers manages 0.1 MiB a second."""

MOST_MEMORY_BYTES = 2**29
MOST_MEMORY_PER_BYTE = 12
MOST_MEMORY_IN_ALL_BYTES = 2**31
"""How much memory a file may take, by its size: its text is held several times over while it is cut into blocks."""

PICTURE_SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff"))
MORE_SECONDS_FOR_PICTURES = 100.0
MORE_MEMORY_FOR_PICTURES_BYTES = 2**30
"""What recognising text takes beyond that: the models alone fill half a gigabyte."""

QUICK_SUFFIXES = frozenset((".txt", ".text", ".log", ".csv", ".tsv", ".tab", ".jsonl", ".ndjson"))
QUICK_BYTES = 2**20
"""Files of these kinds take time and memory by their size alone, so small ones are read without another process."""

START = """import json, sys
sys.path[:] = json.loads(sys.argv[1])
from albert_search.readers.worker import work
work()"""

TOOK_TOO_LONG = -getattr(signal, "SIGALRM", 0)
"""How a process ends that its alarm clock has ended."""


class BoundedReader:
    """Reads files as `registry.read` does, each within bounds of time and memory; used by one thread at a time."""

    def __init__(self) -> None:
        self._worker: _Worker | None = None

    def read(self, path: Path, options: ReadOptions) -> Iterator[Item]:
        """Read one file.

        Args:
            path: The file.
            options: What a person chose about reading.

        Yields:
            What is in it.

        Raises:
            ReadError: It cannot be read, or not within the bounds.
        """
        if not sys.executable or _is_quick(path):
            yield from read(path, options)
            return
        while True:
            fresh, count = self._worker is None, 0
            self._worker = self._worker or _Worker()
            try:
                for item in self._worker.read(path, options):
                    count += 1
                    yield item
            except _Ended as ended:
                self.close()
                if fresh or count or ended.is_late:
                    raise ReadError(str(ended)) from ended
                continue  # what the files before it have left in memory counts, too: once more, without it
            except GeneratorExit:
                self.close()  # nobody wants the rest
                raise
            return

    def close(self) -> None:
        """Stop the process; it is started again when it is needed."""
        if self._worker:
            self._worker.stop()
            self._worker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Ended(Exception):
    """The process that reads has come to its end with a file.

    Args:
        reason: Why, in a clause about the file.
        is_late: Whether it took too long.
    """

    def __init__(self, reason: str, *, is_late: bool) -> None:
        super().__init__(reason)
        self.is_late = is_late


class _Worker:
    """One process that reads."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Item]:
        """Have a file read; see `BoundedReader.read`.

        Raises:
            ReadError: It cannot be read.
            _Ended: The process cannot go on with it.
        """
        size = _size_bytes(path)
        most_s = MOST_SECONDS + MOST_SECONDS_PER_MIB * size / 2**20
        most_bytes = min(MOST_MEMORY_BYTES + MOST_MEMORY_PER_BYTE * size, MOST_MEMORY_IN_ALL_BYTES)
        if path.suffix.lower() in PICTURE_SUFFIXES:
            most_s += MORE_SECONDS_FOR_PICTURES
            most_bytes += MORE_MEMORY_FOR_PICTURES_BYTES
        with suppress(OSError):  # a process that is no more answers nothing
            self._requests.write(json.dumps([str(path), asdict(options), most_s, most_bytes]).encode() + b"\n")
            self._requests.flush()
        while (line := self._answers.readline()).startswith(b"["):
            yield from_line(line)
        end = json.loads(line or b"{}")
        if "reason" in end:
            raise ReadError(end["reason"])
        if not end.get("done"):
            is_late = not end and self._process.wait() == TOOK_TOO_LONG
            too_much = f"{most_s:.0f} seconds" if is_late else f"{most_bytes / 2**20:.0f} MiB of memory"
            raise _Ended(
                f"it takes more than {too_much} to read{'' if is_late else ', or its reader crashes'}", is_late=is_late
            )

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
        with suppress(OSError):
            self._requests.close()


def _is_quick(path: Path) -> bool:
    return path.suffix.lower() in QUICK_SUFFIXES and _size_bytes(path) <= QUICK_BYTES


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # what is wrong with it is said when it is read
