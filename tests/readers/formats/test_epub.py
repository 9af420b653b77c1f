from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document
from tests.support.reading import texts
from tests.support.real_files import FILES

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PACKAGE = """<package xmlns="http://www.idpf.org/2007/opf" version="2.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Loaves</dc:title><dc:creator>Ann</dc:creator>
<dc:creator>Bob</dc:creator><dc:language>en</dc:language></metadata>
<manifest><item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="two" href="text/two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one.xhtml" media-type="application/xhtml+xml"/>
<item id="p" href="p.png" media-type="image/png"/></manifest>
<spine toc="n"><itemref idref="one"/><itemref idref="two"/></spine></package>"""
CONTENTS = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>
<navPoint><navLabel><text>Of rye</text></navLabel>
<content src="text/one.xhtml#top"/></navPoint></navMap></ncx>"""
PAGE = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script/></head><body>{}</body></html>'


def write(path: Path, **more: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OPS/book.opf", PACKAGE)
        archive.writestr("OPS/toc.ncx", CONTENTS)
        archive.writestr("OPS/text/one.xhtml", PAGE.format('<a id="top"/><p>Rye keeps.</p>'))
        archive.writestr("OPS/text/two b.xhtml", PAGE.format("<h2>Of wheat</h2><p>Wheat rises.</p>"))
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def test_chapters_come_in_reading_order_with_their_titles(tmp_path: Path) -> None:
    [document] = read(write(tmp_path / "a.epub"))
    assert isinstance(document, Document)
    found = [(block.headings, text) for block, text in zip(document.blocks, texts(document), strict=True)]
    assert found == [
        ((), "Of rye"),
        (("Of rye",), "Rye keeps."),
        ((), "Of wheat"),
        (("Of wheat",), "Wheat rises."),
    ]
    assert document.metadata == {"title": "Loaves", "author": "Ann, Bob", "language": "en"}


def test_a_book_of_pandoc(tmp_path: Path) -> None:
    [document] = read(FILES / "island.epub")
    assert isinstance(document, Document)
    block = document.blocks[texts(document).index("The captain hid the map under the floor of the cabin.")]
    assert (block.headings, block.line) == (("The voyage",), None)
    assert document.metadata["date"] == "2024-03-01"


def test_a_book_with_digital_rights_management_is_named_so(tmp_path: Path) -> None:
    encryption = (
        '<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:CipherReference URI="OPS/text/one.xhtml"/>'
        "</encryption>"
    )
    with pytest.raises(ReadError, match="DRM"):
        list(read(write(tmp_path / "a.epub", **{"META-INF__encryption.xml": encryption})))


def test_a_chapter_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.epub"
    with zipfile.ZipFile(write(tmp_path / "whole.epub")) as old, zipfile.ZipFile(path, "w") as new:
        for info in old.infolist():
            if not info.filename.endswith("one.xhtml"):
                new.writestr(info, old.read(info))
    with pytest.raises(ReadError, match=r"lacks its part OPS/text/one\.xhtml"):
        list(read(path))
