from __future__ import annotations

import gzip
import io
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import ReadOptions, discover, read
from albert_search.readers.containers import Budget, BudgetSpent, InnerOptions
from albert_search.types import Document, Skipped

FILES = {
    "docs/a.md": b"# Bread\n\nRye keeps.\n",
    "docs/t.csv": b"name,text\nrye,It keeps for long.\nwheat,It rises at once.\n",
    "docs/.hidden.md": b"hidden",
    "__MACOSX/docs/a.md": b"hidden",
    "logo.bin": b"\0\1",
    "main.py": b"# A comment.\n",
    "README": b"Read this first.",
    "bad.json": b"{",
}


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def found_in(path: Path, content: bytes, options: ReadOptions | None = None) -> tuple[dict[str, str], dict[str, str]]:
    """Return the texts of the documents in an archive and the reasons of what was skipped, by what follows its path."""
    path.write_bytes(content)
    found = list(read(path, options or ReadOptions()))
    texts = {item.uri.removeprefix(str(path)): item.text for item in found if isinstance(item, Document)}
    return texts, {item.uri.removeprefix(str(path)): item.reason for item in found if isinstance(item, Skipped)}


EXPECTED = {
    "/docs/a.md": "Bread\n\nRye keeps.",
    "/docs/t.csv#row=1": "It keeps for long.",
    "/docs/t.csv#row=2": "It rises at once.",
    "/README": "Read this first.",
}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.zip", zipped(FILES)),
        ("a.tar", tarred(FILES, "w")),
        ("a.tar.gz", tarred(FILES)),
        ("a.tgz", tarred(FILES)),
        ("a.tar.bz2", tarred(FILES, "w:bz2")),
        ("a.tar.xz", tarred(FILES, "w:xz")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # the bytes hold the time
)
def test_an_archive_is_read_as_a_folder(tmp_path: Path, name: str, content: bytes) -> None:
    texts, reasons = found_in(tmp_path / name, content)
    assert texts == EXPECTED
    assert reasons == {"/bad.json": "it is damaged, or not JSON at all"}
    assert list(discover([tmp_path])) == [tmp_path / name]


def test_source_code_in_an_archive_is_read_where_it_is_asked_for(tmp_path: Path) -> None:
    texts, _ = found_in(tmp_path / "a.zip", zipped(FILES), ReadOptions(code=True))
    assert texts == {**EXPECTED, "/main.py": "A comment."}


def test_single_compressed_files(tmp_path: Path) -> None:
    texts, _ = found_in(tmp_path / "a.md.gz", gzip.compress(FILES["docs/a.md"]))
    assert texts == {"/a.md": "Bread\n\nRye keeps."}
    (tmp_path / "a.bin.gz").write_bytes(gzip.compress(b"x"))
    assert list(discover([tmp_path])) == [tmp_path / "a.md.gz"]


def test_archives_in_archives_down_to_a_depth(tmp_path: Path) -> None:
    content, nested = FILES["docs/a.md"], "a.md"
    for depth in range(6):
        content = zipped({nested: content, f"at{depth}.txt": b"At this depth."})
        nested = f"{depth}.zip"
    texts, reasons = found_in(tmp_path / "outer.zip", content)
    assert texts["/4.zip/3.zip/at3.txt"] == "At this depth."
    assert set(reasons) == {f"/4.zip/3.zip/2.zip/1.zip/{name}" for name in ("0.zip", "at1.txt")}
    assert set(reasons.values()) == {"it lies in 4 files inside each other, and no deeper is looked"}


def test_a_zip_bomb_is_stopped_and_what_came_before_stays(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("first.txt", "It was read.")
        with archive.open("bomb.log", "w") as member:
            for _ in range(100):
                member.write(bytes(2**20))
    started = time.process_time()
    items = read(path)
    first = next(items)
    assert isinstance(first, Document)
    assert first.text == "It was read."
    with pytest.raises(ReadError, match="inflates to more than"):
        list(items)
    assert time.process_time() - started < 5


def test_the_number_of_files_is_bounded_over_all_archives_inside(tmp_path: Path) -> None:
    inner = zipped({f"{n}.txt": b"Words." for n in range(3)})
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.zip": inner, "b.zip": inner}))
    items = read(path, InnerOptions(budget=Budget(files=6)))
    assert [next(items).uri.removeprefix(str(path)) for _ in range(4)] == [
        "/a.zip/0.txt", "/a.zip/1.txt", "/a.zip/2.txt", "/b.zip/0.txt"
    ]  # fmt: skip
    with pytest.raises(BudgetSpent, match="holds more than"):
        next(items)


def test_encrypted_and_damaged_members_are_named(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.txt": b"One of them.", "b.txt": b"The other one.", "c.txt": b"And a third."}))
    entry = content.find(b"PK\1\2")
    content[entry + 8] |= 1  # the flag that says encrypted
    damaged = content.find(b"b.txt") + len(b"b.txt") + 3
    content[damaged] ^= 0xFF
    texts, reasons = found_in(tmp_path / "a.zip", bytes(content))
    assert texts == {"/c.txt": "And a third."}
    assert reasons == {"/a.txt": "it is encrypted", "/b.txt": "it is damaged, or not a file at all"}


def test_names_that_lead_out_of_the_archive_stay_inside(tmp_path: Path) -> None:
    texts, _ = found_in(
        tmp_path / "a.zip", zipped({"../../etc/a.txt": b"One.", "/b.txt": b"Two.", "x\\c.txt": b"Three."})
    )
    assert texts == {"/etc/a.txt": "One.", "/b.txt": "Two.", "/x/c.txt": "Three."}


def test_nothing_is_left_behind_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    found_in(tmp_path / "a.zip", zipped(FILES))
    assert list((tmp_path / "t").iterdir()) == []


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz", "a.txt.gz", "a.txt.bz2", "a.txt.xz"])
def test_what_is_no_archive(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no archive at all" * 100)
    try:
        found = list(read(tmp_path / name))
    except ReadError as error:
        assert "damaged" in str(error) or "cannot be read" in str(error)  # noqa: PT017
    else:
        assert all(isinstance(item, Skipped) for item in found)
        assert found
