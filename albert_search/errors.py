"""Everything that albert-search raises on purpose, as one tree.

AlbertSearchError
├── UsageError                what was asked for makes no sense; ask differently
│   └── FilterError           a --where filter that cannot be understood
├── ReadError                 one document cannot be read; the others can
├── ModelError                a model folder is missing, damaged or no ALBERT
│   └── ModelMismatch         the index was made by another model
├── IndexFailure
│   ├── IndexNotFound         no index where one was looked for
│   ├── IndexDamaged          the catalog breaks a promise; says which
│   ├── IndexLocked           another process is writing, and for how long we waited
│   └── StorageError          the disk is full, read-only or failing
├── NotIndexed                a place that was named is not in the index
└── MissingExtra              an optional package is needed; says how to install it

Each class carries the exit code with which the command line ends.
"""

from __future__ import annotations


class AlbertSearchError(Exception):
    """Base of every error that albert-search raises on purpose.

    The message is one sentence that says what was wrong and what to do about it.
    """

    exit_code = 2


class UsageError(AlbertSearchError):
    """What was asked for makes no sense as it stands."""


class FilterError(UsageError):
    """A filter cannot be understood."""


class ReadError(AlbertSearchError):
    """One document cannot be read; the rest of the work goes on."""

    exit_code = 3


class ModelError(AlbertSearchError):
    """A model folder is missing, damaged or not an ALBERT."""

    exit_code = 4


class ModelMismatch(ModelError):
    """The index was made by another model than the one that is asked to search it."""


class IndexFailure(AlbertSearchError):
    """Something is wrong with an index as a whole."""

    exit_code = 5


class IndexNotFound(IndexFailure):
    """There is no index where one was looked for."""


class IndexDamaged(IndexFailure):
    """The catalog breaks one of its promises."""


class IndexLocked(IndexFailure):
    """Another process is writing to the index."""

    exit_code = 6


class StorageError(IndexFailure):
    """The disk is full, read-only or failing."""

    exit_code = 7


class NotIndexed(AlbertSearchError):
    """A place that was named is not in the index."""

    exit_code = 1


class MissingExtra(AlbertSearchError):
    """An optional package is needed for what was asked."""

    exit_code = 8
