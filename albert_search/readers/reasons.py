"""The one place where what libraries and the system raise becomes a ReadError with a clear reason."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from albert_search.errors import ReadError

PARSER_ERRORS: tuple[type[Exception], ...] = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    zlib.error,
)
"""Errors that parsers written in Python raise, beside their own, on input that their authors did not foresee."""


@contextmanager
def reading(what: str, *damaged: type[Exception]) -> Iterator[None]:
    """Turn every failure to read a file into a ReadError that says why, in one clause without the path.

    Args:
        what: The kind of file, with its article: "a PDF".
        damaged: What the library that parses it raises on a damaged file.

    Raises:
        ReadError: Something in the ``with`` block failed.
    """
    try:
        yield
    except ReadError:
        raise
    except FileNotFoundError as error:
        raise ReadError("it is not there (any more)") from error
    except PermissionError as error:
        raise ReadError("there is no permission to read it") from error
    except IsADirectoryError as error:
        raise ReadError("it is a folder") from error
    except RecursionError as error:
        raise ReadError("it is nested too deeply") from error
    except MemoryError as error:
        raise ReadError("it does not fit into the memory") from error
    except damaged as error:
        raise ReadError(f"it is damaged, or not {what} at all") from error
    except OSError as error:
        raise ReadError(f"it cannot be read: {error.strerror or error}") from error
