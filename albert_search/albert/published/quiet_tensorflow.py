"""Loads TensorFlow, and what brings it along: silently, and after what it would break."""

from __future__ import annotations

import os
import sqlite3  # noqa: F401  # before TensorFlow, which brings an SQLite of its own, without full-text search
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading_tensorflow() -> Iterator[None]:
    """Keep standard error quiet: what TensorFlow says when it starts is for its developers.

    Some of it is not written in Python, and said before any setting is read; so the file itself is led elsewhere.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
