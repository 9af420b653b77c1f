"""Errors on the command line: the exit code of each kind, and the command that helps."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from albert_search import errors

if TYPE_CHECKING:
    from albert_search.albert.pooling import Pooling


class Ending(NamedTuple):
    """The end of a command.

    Attributes:
        exit_code: Its exit code.
        remedy: The way out in terms of the command line; empty where the error names it.
    """

    exit_code: int
    remedy: str = ""


ENDINGS: Mapping[type[errors.AlbertSearchError], Ending] = {
    errors.AlbertSearchError: Ending(2),
    errors.UsageError: Ending(2),
    errors.FilterError: Ending(2),
    errors.ReadError: Ending(3),
    errors.ModelError: Ending(4),
    errors.ModelMismatch: Ending(4, "give the first with --model, or embed anew with `albert-search index --again`"),
    errors.IndexFailure: Ending(5),
    errors.IndexNotFound: Ending(5, "make one with `albert-search index PATH`"),
    errors.IndexDamaged: Ending(5),
    errors.IndexLocked: Ending(6, "stop it, or wait for it with --wait SECONDS"),
    errors.StorageError: Ending(7),
    errors.NotIndexed: Ending(1, "see `albert-search list`"),
    errors.MissingExtra: Ending(8),
}
"""An error that is not named here ends as its nearest base does."""


def ending(kind: type[errors.AlbertSearchError]) -> Ending:
    """Return how an error ends a command."""
    return next(ENDINGS[base] for base in kind.__mro__ if base in ENDINGS)


def in_words(error: errors.AlbertSearchError) -> str:
    """Return what an error says, and the way out.

    Example:
        >>> in_words(errors.NotIndexed("nothing at line 7 of git.md is in the index"))
        'nothing at line 7 of git.md is in the index: see `albert-search list`'
    """
    remedy = ending(type(error)).remedy
    return f"{error}: {remedy}" if remedy else str(error)


def against_narrow_vectors(name: str, source: str, pooling: Pooling) -> Mapping[str, str]:
    """Return what may help a model to which everything is similar to everything, and the command for it.

    Args:
        name: Its name.
        source: What it was imported from.
        pooling: How its outputs become a vector.
    """
    remedies = {
        "train it to compare sentences, on your own texts": f"albert-search model tune {name} --corpus docs/",
        "spread the vectors of an index by its own texts": f"albert-search index docs/ --model {name} --whiten",
    }
    if pooling.value != "mean":
        command = f"albert-search model import {shlex.quote(source)} --pooling mean --name {name}-mean"
        remedies["take the mean of all pieces as the vector"] = command
    return remedies
