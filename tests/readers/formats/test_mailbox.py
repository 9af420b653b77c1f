from __future__ import annotations

import mailbox
from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document, Skipped
from tests.support.mails import letter
from tests.support.reading import ReadText


def test_each_mail_is_a_document_with_its_attachments(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    first = letter("From here on it is dry.\n\nFrom the mill to the sea.")
    second = letter("The second one.")
    second.add_attachment("Rye keeps.", filename="note.txt")
    box = mailbox.mbox(path)
    for message in (first, second):
        box.add(message)
    box.close()
    documents = [item for item in read(path) if isinstance(item, Document)]
    assert [document.uri.removeprefix(str(path)) for document in documents] == ["/1", "/2", "/2/note.txt"]
    assert "From here on it is dry." in documents[0].text
    assert "From the mill to the sea." in documents[0].text
    assert documents[1].metadata["date"] == "2024-03-01T09:30:00+01:00"


def test_a_line_that_begins_with_from_begins_no_mail(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    path.write_text(
        "From ann Fri Mar  1 09:30:00 2024\nFrom: ann@x.org\n\nBread.\n\nFrom the mill it came.\nAt 9:30.\n"
    )
    [document] = read(path)
    assert isinstance(document, Document)
    assert document.text == "Bread.\n\nFrom the mill it came.\n\nAt 9:30."


def test_a_mail_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    path = tmp_path / "in.mbox"
    border = "From ann Fri Mar  1 09:30:00 2024\n"
    path.write_text(f"{border}\nno header\n\n{border}From: ann@x.org\n\nBread.\n")
    skipped, document = read(path)
    assert skipped == Skipped(f"{path}/1", "it is no mail: it has no header")
    assert isinstance(document, Document)
    assert document.uri == f"{path}/2"


def test_what_is_no_mailbox(read_text: ReadText) -> None:
    with pytest.raises(ReadError, match="no mailbox"):
        read_text("a.mbox", "From here on.\n")
