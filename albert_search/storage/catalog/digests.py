"""Digests by which the catalog knows equal texts again and notices a damaged row."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any, TypeAlias

from albert_search.types import Sentence

SentenceRow: TypeAlias = tuple[int, bytes, int, int, int | None, int | None, str]
"""Ordinal, hash of the text, start, end, line, page, headings as JSON."""


def sentence_row(ordinal: int, sentence: Sentence) -> SentenceRow:
    """Return what the catalog keeps of a sentence, and a document's checksum goes over."""
    headings, hash_ = dump_json(sentence.headings), text_hash(sentence.searchable)
    return ordinal, hash_, sentence.start, sentence.end, sentence.line, sentence.page, headings


def text_hash(text: str) -> bytes:
    """Return the 16 bytes by which a text is known; equal texts have equal ones."""
    return blake2b(text.encode(), digest_size=16).digest()


def setting_checksum(key: str, value: str) -> bytes:
    """Return 8 bytes that change when a setting's name or its JSON does."""
    return blake2b(dump_json([key, value]).encode(), digest_size=8).digest()


def file_checksum(path: str, size_bytes: int, mtime_ns: int, content_hash: bytes | None, reader: str) -> bytes:
    """Return 8 bytes that change when anything the catalog says of a file does."""
    known = [
        path,
        size_bytes,
        mtime_ns,
        content_hash.hex() if isinstance(content_hash, bytes) else content_hash,
        reader,
    ]
    return blake2b(dump_json(known).encode(), digest_size=8).digest()


def text_checksum(text_id: int, text: str, vector: bytes) -> bytes:
    """Return 8 bytes that change when a text, its number or its vector does."""
    digest = blake2b(vector, digest_size=8)
    digest.update(f"{text_id}:{text}".encode())
    return digest.digest()


def document_checksum(
    uri: str, row: int | None, metadata: str, content_hash: bytes, sentences: Iterable[SentenceRow]
) -> bytes:
    """Return 8 bytes that change when anything the catalog says of a document does.

    Args:
        uri: The document's address.
        row: Row of the table, if it is one.
        metadata: Its metadata as JSON.
        content_hash: Digest by which it is known again when it has not changed.
        sentences: Its sentences, by ordinal.
    """
    digest = blake2b(dump_json([uri, row, metadata, content_hash.hex()]).encode(), digest_size=8)
    for ordinal, hash_, start, end, line, page, headings in sentences:
        digest.update(hash_)
        digest.update(dump_json([ordinal, start, end, line, page, headings]).encode())
    return digest.digest()


def whitening_checksum(mean: bytes, matrix: bytes) -> bytes:
    """Return 8 bytes that change when anything of a whitening does."""
    digest = blake2b(mean, digest_size=8)
    digest.update(matrix)
    return digest.digest()


def row_checksum(*values: Any) -> bytes:
    """Return 8 bytes that change when a value of a row does."""
    return blake2b(dump_json(values).encode(), digest_size=8).digest()


def dump_json(value: Any) -> str:
    """Write a JSON value the one way that checksums rely on."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
