"""Files to documents: finding them, and reading each format.

In reading order:

- ``discovery``, ``ignoring``: the files below folders, and what ``.gitignore`` leaves out.
- ``registry``: the reader of each kind of file.
- ``bounded``, ``worker``, ``wire``: the process that reads, and what it sends.
- ``read_options``, ``reasons``: options, and errors with a clear reason.
- ``encodings``, ``guessing``: bytes to text; the likeliest encoding where nothing tells it.
- ``formats``: one file each.
- ``hyphens``, ``outline``: broken words mended; headings and contents in text that marks neither.
- ``blobs``: what nobody reads, left out.
- ``blocks``, ``metadata``: a document put together, and what its file says about itself.
"""

from __future__ import annotations

from albert_search.readers.blocks import DocumentBuilder
from albert_search.readers.discovery import discover, leads_nowhere, reaching
from albert_search.readers.formats.text import from_text
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.registry import read

__all__ = ["DocumentBuilder", "ReadOptions", "discover", "from_text", "leads_nowhere", "reaching", "read"]
