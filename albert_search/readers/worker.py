"""The process that reads files for `bounded`: requests come in on standard input, what files hold goes out as lines.

It may be stopped at any time, is refused more memory than a file may take, and ends with the process that started it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from albert_search.errors import ReadError
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.registry import read
from albert_search.readers.wire import Item, to_line

FULL_SHARE = 0.5
"""Of the memory that a file may take: a reader that had more than that when it failed, failed for want of it."""


def work() -> None:
    """Read the files that are asked for until nobody asks any more."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # what a library prints is no answer
        os.dup2(nowhere, stream)
    held_bytes = _held_bytes()
    for request in requests:
        path, options, most_s, most_bytes = json.loads(request)
        _bound_memory(held_bytes + most_bytes)
        end = _answer(read(Path(path), ReadOptions(**_tuples(options))), answers, most_s)
        if "reason" in end and _peak_bytes() > FULL_SHARE * most_bytes:
            end = {"done": False}
        answers.write(json.dumps(end).encode() + b"\n")
        answers.flush()


def _answer(items: Iterator[Item], answers: BinaryIO, most_s: float) -> dict[str, Any]:
    """Write what a file holds, and return how it ended; the system ends the process that is late with an item."""
    try:
        _set_alarm(most_s)
        for item in items:
            _set_alarm(0)  # whoever takes the answers may take his time
            answers.write(to_line(item))
            _set_alarm(most_s)
    except ReadError as error:
        return {"done": False} if isinstance(error.__cause__, MemoryError) else {"reason": str(error)}
    except MemoryError:
        return {"done": False}
    except OSError as error:
        return {"reason": (error.strerror or str(error)).lower()}
    finally:
        _set_alarm(0)
    return {"done": True}


def _set_alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _tuples(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}


def _held_bytes() -> int:
    """Return how much memory this process has written to, or may; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    import resource

    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()


def _peak_bytes() -> int:
    """Return how much memory this process has used at most since `_bound_memory`; 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _bound_memory(most_bytes: int) -> None:
    """Let the system refuse this process more memory than that, where it can, and begin to look for the peak."""
    if sys.platform == "linux":
        import resource

        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, resource.getrlimit(resource.RLIMIT_DATA)[1]))
