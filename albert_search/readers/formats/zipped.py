"""Documents that are zip files with XML inside: docx, pptx, xlsx, odt, epub and their kin."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

from lxml import etree

from albert_search.errors import ReadError
from albert_search.readers.encodings import load

_LARGEST_CONTENT_BYTES = 512 * 2**20
_LARGEST_XML_BYTES = 96 * 2**20
_TEXT_SUFFIXES = (".xml", ".rels", ".xhtml", ".html", ".htm", ".ncx", ".opf")
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a file of Office begins that is encrypted, or in the format before 2007."""


def load_zipped(path: Path) -> bytes:
    """Return the bytes of a zip file that may be opened.

    Raises:
        ReadError: It cannot be read, is encrypted, or would inflate to more than the memory should hold.
    """
    data = load(path)
    if data.startswith(_OLE_MARK):
        raise ReadError("it is encrypted, or in the format that Office had before 2007")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        infos = archive.infolist()
    if any(info.flag_bits & 1 for info in infos):
        raise ReadError("it is encrypted")
    text = sum(info.file_size for info in infos if info.filename.lower().endswith(_TEXT_SUFFIXES))
    if text > _LARGEST_XML_BYTES or sum(info.file_size for info in infos) > _LARGEST_CONTENT_BYTES:
        raise ReadError(
            f"it inflates to more than {_LARGEST_XML_BYTES // 2**20} MiB of text "
            f"or {_LARGEST_CONTENT_BYTES // 2**20} MiB in all"
        )
    return data


def parse_xml(data: bytes) -> etree._Element:
    """Return the root of an XML file, without fetching or expanding anything that it names."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, recover=True))
