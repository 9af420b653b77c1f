"""E-books (EPUB 2 and 3): the chapters in their order."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode
from albert_search.readers.formats.html import add_html
from albert_search.readers.formats.zipped import load_zipped, parse_xml
from albert_search.readers.read_options import ReadOptions
from albert_search.readers.reasons import PARSER_ERRORS, reading
from albert_search.types import Document, Metadata

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_NAMES = {
    "title": "title",
    "creator": "author",
    "language": "language",
    "date": "date",
    "publisher": "publisher",
    "subject": "subject",
    "description": "description",
    "identifier": "identifier",
}
_HEADING = re.compile(r"<h[1-6][\s>]", re.I)
_CLOSED_AT_ONCE = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)(\w+)([^<>]*)/>"
)
"""XML closes an element so; in HTML it would go on to the end."""


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read an EPUB file; chapters without a heading take theirs from the table of contents.

    Source: https://www.w3.org/TR/epub-33/.
    """
    with reading("an e-book", zipfile.BadZipFile, etree.LxmlError, *PARSER_ERRORS):
        book = _Book(zipfile.ZipFile(BytesIO(load_zipped(path))))
        builder = DocumentBuilder(str(path), has_lines=False)
        for name in book.chapters():
            _add_chapter(builder, book, name)
        yield builder.build(book.metadata())


def _add_chapter(builder: DocumentBuilder, book: _Book, name: str) -> None:
    source = _CLOSED_AT_ONCE.sub(r"<\1\2></\1>", decode(book.content(name)))
    builder.set_place()
    if (title := book.titles.get(name)) and not _HEADING.search(source):
        builder.add_heading(title, 1)
    add_html(builder, source, line=1)


class _Book:
    """The package document of a book, and the files that it names."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        container = parse_xml(self.content(_CONTAINER))
        roots = [str(one.get("full-path")) for one in container.iterfind(".//{*}rootfile")]
        if not roots:
            raise ReadError("it names no package, so that its chapters cannot be found")
        self._folder = posixpath.dirname(roots[0])
        self._package = parse_xml(self.content(roots[0]))
        self._items = {str(item.get("id")): item for item in self._package.iterfind(".//{*}manifest/{*}item")}
        self._encrypted = self._encrypted_names()
        self.titles = self._contents()

    def content(self, name: str) -> bytes:
        """Return a file of the archive.

        Raises:
            ReadError: It is not there.
        """
        try:
            return self._archive.read(name)
        except KeyError as error:
            raise ReadError(f"it lacks its part {name}") from error

    def chapters(self) -> Iterator[str]:
        """Yield the names of the chapters in reading order.

        Raises:
            ReadError: They are encrypted.
        """
        for reference in self._package.iterfind(".//{*}spine/{*}itemref"):
            item = self._items.get(str(reference.get("idref")))
            if item is None or item.get("media-type") not in _PAGES or "nav" in (item.get("properties") or "").split():
                continue
            name = self._name(str(item.get("href")))
            if name in self._encrypted:
                raise ReadError("it is encrypted (DRM)")
            yield name

    def metadata(self) -> Metadata:
        """Return what the package says about the book; of several authors all."""
        found: dict[str, str] = {}
        for element in self._package.iterfind(".//{*}metadata/{*}*"):
            name = _NAMES.get(etree.QName(element).localname)
            if name and (value := _words(element)):
                found[name] = f"{found[name]}, {value}" if name in found and name in ("author", "subject") else value
        return found

    def _contents(self) -> dict[str, str]:
        """Return the title of each chapter that the table of contents names."""
        titles: dict[str, str] = {}
        for item in self._items.values():
            name = self._name(str(item.get("href")))
            is_nav = "nav" in (item.get("properties") or "").split()
            if not is_nav and item.get("media-type") != "application/x-dtbncx+xml":
                continue
            tree = parse_xml(self.content(name))
            for link in tree.iterfind(".//{*}nav//{*}a") if is_nav else tree.iterfind(".//{*}navPoint"):
                target = link if is_nav else link.find("{*}content")
                label = link if is_nav else link.find("{*}navLabel")
                if target is not None and label is not None:
                    href = str(target.get("href" if is_nav else "src") or "")
                    place = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(href.partition("#")[0])))
                    titles.setdefault(place, _words(label))
        return titles

    def _name(self, href: str) -> str:
        return posixpath.normpath(posixpath.join(self._folder, unquote(href)))

    def _encrypted_names(self) -> set[str]:
        if _ENCRYPTION not in self._archive.namelist():
            return set()
        tree = parse_xml(self.content(_ENCRYPTION))
        return {unquote(str(one.get("URI"))) for one in tree.iterfind(".//{*}CipherReference")}


def _words(element: etree._Element) -> str:
    return folded(clean("".join(map(str, element.itertext()))))
