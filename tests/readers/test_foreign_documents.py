"""A document from a stranger reads no other file, and reaches nobody."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document
from tests.support.documents import write_docx
from tests.support.watching import watch

SECRET = "the words of another file"
ENTITY = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file://{secret}"><!ENTITY far SYSTEM "http://192.0.2.1/x">]>'

DOCUMENTS = {
    "include.rst": "Title\n=====\n\n.. include:: {secret}\n\n.. literalinclude:: {secret}\n\nA sentence.\n",
    "raw.rst": "A sentence.\n\n.. raw:: html\n   :file: {secret}\n\n.. raw:: html\n   :url: http://192.0.2.1/x\n",
    "table.rst": "A sentence.\n\n.. csv-table:: T\n   :file: {secret}\n\n.. csv-table:: T\n   :url: http://192.0.2.1/x\n",
    "page.html": ENTITY
    + '<p>A sentence. &secret; &far;</p><img src="http://192.0.2.1/x"><iframe src="file://{secret}"></iframe>'
    + '<link rel="stylesheet" href="http://192.0.2.1/x"><object data="file://{secret}"></object>',
    "page.xhtml": ENTITY + '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>A sentence. &secret;</p></body></html>',
    "link.md": "A sentence. ![x](file://{secret}) <img src='http://192.0.2.1/x'>\n",
    "front.md": "---\ntitle: !!python/object/apply:os.system ['touch {secret}.run']\n---\nA sentence.\n",
    "doc.adoc": "A sentence.\n\ninclude::{secret}[]\n",
    "doc.org": '#+INCLUDE: "{secret}"\n\nA sentence.\n',
    "data.yaml": "text: A sentence.\nother: !!python/object/apply:os.system ['touch {secret}.run']\n",
}


def write(folder: Path, name: str) -> Path:
    secret = folder / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    path = folder / name
    path.write_text(DOCUMENTS[name].replace("{secret}", str(secret)), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_reads_no_other_file_and_runs_nothing(tmp_path: Path, name: str) -> None:
    try:
        found = [item.text for item in read(write(tmp_path, name)) if isinstance(item, Document)]
    except ReadError:
        found = []
    assert SECRET not in " ".join(found)
    assert not (tmp_path / "secret.txt.run").exists()


def test_a_docx_reads_no_other_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    with zipfile.ZipFile(write_docx(tmp_path / "a.docx")) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    text = parts["word/document.xml"].replace(b"Wheat rises.", b"Wheat &secret; &far; rises.")
    declared = ENTITY.replace("<!DOCTYPE x", "<!DOCTYPE d").replace("{secret}", str(secret)).encode()
    parts["word/document.xml"] = text.replace(b"<w:document", declared + b"<w:document", 1)
    with zipfile.ZipFile(tmp_path / "b.docx", "w") as archive:
        for part, data in parts.items():
            archive.writestr(part, data)
    [document] = read(tmp_path / "b.docx")
    assert isinstance(document, Document)
    assert "rises." in document.text
    assert SECRET not in document.text


def test_documents_reach_nobody(tmp_path: Path) -> None:
    for name in DOCUMENTS:
        write(tmp_path, name)
    program = """
import sys
from pathlib import Path
from albert_search.errors import ReadError
from albert_search.readers import read
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        list(read(path)) if path.is_file() else None
    except ReadError:
        pass
"""
    seen = watch([sys.executable, "-c", program, str(tmp_path)], tmp_path / "home", tmp_path)
    assert seen.code == 0, seen.stderr
    assert seen.reached == []
    assert [path for path in seen.written if not path.is_relative_to("/dev")] == []
