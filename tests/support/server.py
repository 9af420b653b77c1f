"""A real server on loopback, in a thread."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import uvicorn

from albert_search.index.index import Index
from albert_search.serving.app import create_app
from albert_search.serving.security import Access

TOKEN = "a token that nobody guesses"


@contextmanager
def serving(folder: Path, access: Access | None = None) -> Iterator[httpx.Client]:
    """Serve an index in a thread; yields a client that knows the address."""
    app = create_app(Index.open(folder, threads=1), access or Access())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def copy_of(collection: Path, folder: Path) -> Path:
    """Return a copy of an index that nobody else uses."""
    return Path(shutil.copytree(collection, folder / "index"))
