"""Ways to read a file that a test has just written."""

from __future__ import annotations

from pathlib import Path

import pytest

from albert_search.readers import ReadOptions, read
from albert_search.types import Document, Note
from tests.support.reading import ReadText


@pytest.fixture
def read_text(tmp_path: Path) -> ReadText:
    """Write text or bytes to a file of the given name and return the one document in it."""

    def write_and_read(name: str, content: str | bytes, options: ReadOptions | None = None) -> Document:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        [document] = [item for item in read(path, options or ReadOptions()) if not isinstance(item, Note)]
        assert isinstance(document, Document)
        return document

    return write_and_read
