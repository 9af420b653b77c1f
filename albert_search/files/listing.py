"""Digests of what is in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b


def listing_digest(names: Iterable[str]) -> str:
    """Return 16 hexadecimal digits that tell one set of names from another.

    Args:
        names: Names in a folder, in any order.

    Example:
        >>> listing_digest(["a", "b"]) == listing_digest(["b", "a"]) != listing_digest(["ab"])
        True
    """
    joined = "\0".join(sorted(names)).encode(errors="surrogateescape")
    return blake2b(joined, digest_size=8).hexdigest()
