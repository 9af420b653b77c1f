from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document
from tests.support.reading import texts
from tests.support.real_files import FILES


def test_a_mail_of_outlook_with_its_attachment(tmp_path: Path) -> None:
    path = tmp_path / "ferry.msg"
    shutil.copyfile(FILES / "ferry.msg", path)
    mail, note = read(path)
    assert isinstance(mail, Document)
    assert isinstance(note, Document)
    assert texts(mail) == [
        "The ferry in winter", "The ferry to the island does not sail when the wind is too strong."
    ]  # fmt: skip
    assert mail.metadata == {
        "from": '"Ann Lee" <ann@x.org>',
        "to": "bob@x.org",
        "date": "2024-03-01T08:30:00+00:00",
        "subject": "The ferry in winter",
    }
    assert (note.uri, note.text) == (f"{path}/note.txt", "Rye keeps.")


def test_what_is_no_mail_of_outlook(tmp_path: Path) -> None:
    (tmp_path / "a.msg").write_text("Only words.")
    with pytest.raises(ReadError, match="not an Outlook mail"):
        list(read(tmp_path / "a.msg"))
