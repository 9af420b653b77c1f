"""Loads TensorFlow, and what brings it along: silently, and after what it would break."""

from __future__ import annotations

import os
import sqlite3  # noqa: F401  # before TensorFlow, which brings an SQLite of its own, without full-text search
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from albert_search.errors import MissingExtra


@contextmanager
def loading_tensorflow() -> Iterator[None]:
    """Keep standard error quiet: what TensorFlow says when it starts is for its developers.

    Some of it is not written in Python, and said before any setting is read; so the file itself is led elsewhere.

    Raises:
        MissingExtra: TensorFlow or Keras is not installed, as under a Python that TensorFlow has no wheels for.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra(
            f"this needs {error.name}, which albert-search installs under Python 3.10 to 3.13 alone, as TensorFlow has "
            "no wheels for others: use one of these, or for a Hugging Face folder pip install 'albert-search[train]'"
        ) from error
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
