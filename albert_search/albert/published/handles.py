"""Addresses of published models: a dead one is known without TensorFlow."""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from albert_search.errors import ModelError

TIMEOUT_S = 4.0


def cache_folder(handle: str) -> Path:
    """Return where tensorflow_hub keeps, and looks for, the module with this address."""
    cache = Path(os.environ.get("TFHUB_CACHE_DIR") or Path(tempfile.gettempdir()) / "tfhub_modules")
    return cache / hashlib.sha1(handle.encode(), usedforsecurity=False).hexdigest()


def cannot_be_fetched(handle: str, reason: object) -> ModelError:
    """Return the error that says where the files of a module could be put instead."""
    return ModelError(
        f"{handle} cannot be fetched ({reason}): download it where there is a network and import the archive, "
        f"or unpack it into {cache_folder(handle)}, where it is looked for"
    )


def check_reachable(handle: str) -> None:
    """See whether the host of an address, or the proxy before it, answers, unless the module is in the cache.

    tensorflow_hub would find out too, but only after TensorFlow has taken its seconds to import.

    Raises:
        ModelError: It does not, within seconds.
    """
    if cache_folder(handle).exists() or not (host := _host_and_port(handle)):
        return
    try:
        socket.create_connection(host, timeout=TIMEOUT_S).close()
    except OSError as error:
        raise cannot_be_fetched(handle, error) from error


def _host_and_port(handle: str) -> tuple[str, int] | None:
    """Return what is connected to for an address; None where that is not known, as for gs://."""
    parts = urlsplit(handle)
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(parts.netloc):
        parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    if parts.scheme not in ("http", "https", "") or not parts.hostname:
        return None
    return parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
