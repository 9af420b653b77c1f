"""Everything that albert-search raises on purpose, as one tree.

AlbertSearchError
├── UsageError                what was asked for makes no sense; ask differently
│   └── FilterError           a filter that cannot be understood
├── ReadError                 one document cannot be read; the others can
├── ModelError                a model folder is missing, damaged or no ALBERT
│   └── ModelMismatch         the index was made by another model
├── IndexFailure
│   ├── IndexNotFound         no index where one was looked for
│   ├── IndexDamaged          an invariant of the index is broken; says which
│   ├── IndexLocked           another process is writing, and for how long we waited
│   └── StorageError          the disk is full, read-only or failing
├── NotIndexed                a place that was named is not in the index
└── MissingExtra              an optional package is needed; says how to install it

They state facts. How a program ends or answers on each of them is decided where it meets people: `cli.remedies` has
exit codes and the commands that help, `serving.failures` has the statuses of HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class AlbertSearchError(Exception):
    """Base of every error that albert-search raises on purpose.

    The message is one sentence that says what was wrong; and what to do about it, where its kind does not say that.
    """


class UsageError(AlbertSearchError):
    """A request makes no sense as it stands."""


class FilterError(UsageError):
    """A filter cannot be understood."""


class ReadError(AlbertSearchError):
    """One document cannot be read; the rest of the work goes on."""


class ModelError(AlbertSearchError):
    """A model folder is missing, damaged or not an ALBERT."""


class ModelMismatch(ModelError):
    """The index was made by another model than the one that is asked to search it."""


class IndexFailure(AlbertSearchError):
    """Something is wrong with an index as a whole."""


class IndexNotFound(IndexFailure):
    """There is no index where one was looked for."""


class IndexDamaged(IndexFailure):
    """An invariant of the index is broken."""


class IndexLocked(IndexFailure):
    """Another process is writing to the index."""


class StorageError(IndexFailure):
    """The disk is full, read-only or failing."""


class NotIndexed(AlbertSearchError):
    """A place that was named is not in the index."""


class MissingExtra(AlbertSearchError):
    """An optional package is needed for what was asked."""


@contextmanager
def needs_extra(extra: str, what: str = "this", *, otherwise: str = "") -> Iterator[None]:
    """Turn a failed import into the command that mends it.

    Args:
        extra: The extra that brings the package.
        what: The part of the program that needs it.
        otherwise: What can be done without it.

    Raises:
        MissingExtra: A package could not be imported.

    Example:
        >>> with needs_extra("plot", "drawing"):
        ...     import no_such_package
        Traceback (most recent call last):
        ...
        albert_search.errors.MissingExtra: drawing needs no_such_package: pip install 'albert-search[plot]'
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "a package").partition(".")[0]
        way_around = f", or {otherwise}" if otherwise else ""
        raise MissingExtra(f"{what} needs {package}: pip install 'albert-search[{extra}]'{way_around}") from error
