"""Sources that a model can be imported from, and names for it; nothing heavy is loaded."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

SAVED_MODEL = "saved_model.pb"
CHECKPOINT_FILES = ("model.safetensors", "pytorch_model.bin", "modules.json")
ARCHIVES = (".tar.gz", ".tgz", ".tar")
CHUNK_BYTES = 1 << 20


def is_handle(source: str) -> bool:
    """Return whether a source is an address that tensorflow_hub fetches, and no file of this machine."""
    return urlsplit(source).scheme in ("http", "https", "gs")


def is_source(path: Path) -> bool:
    """Return whether a file or folder looks as if a model could be imported from it, which a model itself does not."""
    if path.is_file():
        return path.name.endswith(ARCHIVES)
    return any((path / name).is_file() for name in (SAVED_MODEL, *CHECKPOINT_FILES))


def default_name(source: str) -> str:
    """Return what a model from this source is called where nobody says otherwise.

    >>> default_name("https://tfhub.dev/tensorflow/albert_en_base/3")
    'albert_en_base'
    """
    path = urlsplit(source).path if is_handle(source) else Path(source).expanduser().resolve().as_posix()
    for ending in ARCHIVES:
        path = path.removesuffix(ending)
    parts = [part for part in path.split("/") if part and part not in ("versions", "1_TensorFlow2")]
    while len(parts) > 1 and parts[-1].isdigit():
        parts.pop()
    return re.sub(r"[^\w.-]+", "-", parts[-1]).strip(".-") if parts else "model"


def content_digest(path: Path) -> str:
    """Return thirty-two hexadecimal digits over the content of a file, or of all files in a folder and their names."""
    digest = hashlib.blake2b(digest_size=16)
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    for file in files:
        digest.update(f"{file.relative_to(path).as_posix()}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
    return digest.hexdigest()


def name_by_content(path: Path) -> str:
    """Return the name under which a source that is used by its path is imported, once for each content."""
    return f"{default_name(str(path))}-{content_digest(path)[:8]}"
