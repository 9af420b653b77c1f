"""Indexes a folder in children that are killed: a program of its own, driven over its standard input.

Started as ``python killed_indexer.py DOCUMENTS MODEL``. Each line in is JSON: the index's ``folder``, and either
``delay_s`` after which the child is killed, ``event`` (how many openings, renamings and removals of the index's files
it lives to see), ``limit_bytes`` (no file may grow beyond), ``fault`` (the kind of `native/faults.c`, at which change,
and where what was synced is kept) or nothing. Each line out is JSON too: ``seconds`` and ``outcome``, the exit status
or a negative signal.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import cast

from albert_search.albert import Encoder
from albert_search.cli.remedies import ending
from albert_search.errors import AlbertSearchError
from albert_search.index.index import Index
from albert_search.storage.store import Store

EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "sqlite3.connect"}


def run(folder: Path, documents: Path, encoder: Encoder) -> None:
    """Index everything, in steps that fold the vector file, drop texts and delete documents on the way."""
    Index.create(folder, model=encoder, exist_ok=True).close()
    with Index(Store(folder, fold_at_least=20), encoder, batch_texts=16) as opened:
        opened.add([documents / "a"])
        opened.add([documents / "long.txt"])
        opened.remove([documents / "a" / "0.txt"])
        opened.add([documents], prune=True)


def kill_at_event(folder: Path, number: int) -> None:
    """Let this process die the moment it does something to the index's files for the so-manieth time."""
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in EVENTS and str(arguments[0]).startswith(str(folder)):
            seen += 1
            if seen > number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def child(order: dict[str, object], documents: Path, encoder: Encoder) -> int:
    """Carry out one order and return the exit status."""
    folder = Path(str(order["folder"]))
    if "event" in order:
        kill_at_event(folder, int(str(order["event"])))
    if "limit_bytes" in order:
        limit = int(str(order["limit_bytes"]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if "fault" in order:
        kind, number, synced = cast("tuple[int, int, str]", order["fault"])
        ctypes.CDLL(None).fault_arm(os.fsencode(folder), os.fsencode(synced), ctypes.c_long(number), kind)
    try:
        run(folder, documents, encoder)
        if "fault" in order:
            (Path(synced) / "changes").write_text(str(ctypes.CDLL(None).fault_count()))
    except KeyboardInterrupt:
        return 130
    except AlbertSearchError as error:
        return ending(type(error)).exit_code
    return 0


def main() -> None:
    """Wait for orders and fork a child for each."""
    documents, model = Path(sys.argv[1]), sys.argv[2]
    for late in (
        "sqlite_utils.migrations",
        "albert_search.readers.formats.text",
        "albert_search.readers.formats.table",
    ):
        import_module(late)  # once, and not in every child
    encoder = Encoder.load(model, threads=1)  # one thread starts no other, so that forking is safe
    for line in sys.stdin:
        order = json.loads(line)
        started = time.perf_counter()
        number = os.fork()
        if number == 0:
            status = 99
            try:
                status = child(order, documents, encoder)
            finally:
                os._exit(status)
        if "delay_s" in order:
            time.sleep(order["delay_s"])
            os.kill(number, getattr(signal, order.get("signal", "SIGKILL")))
        _, status = os.waitpid(number, 0)
        outcome = os.waitstatus_to_exitcode(status)
        print(json.dumps({"seconds": time.perf_counter() - started, "outcome": outcome}), flush=True)


if __name__ == "__main__":
    main()
