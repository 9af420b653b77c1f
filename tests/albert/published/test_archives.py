"""Archives from strangers: what they hold stays inside, and is of a size."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from albert_search.albert.published import archives
from albert_search.albert.published.archives import unpack
from albert_search.errors import ModelError


def entry(name: str, kind: bytes = tarfile.REGTYPE, *, link: str = "", size: int = 0) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, size
    return made


def packed(folder: Path, *entries: tarfile.TarInfo, mode: str = "w:gz") -> Path:
    path = folder / "model.tar.gz"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for one in entries:
            archive.addfile(one, io.BytesIO(b"x" * one.size))
    return path


@pytest.fixture
def inside(tmp_path: Path) -> Path:
    folder = tmp_path / "around" / "inside"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("mode", ["w:gz", "w"])
def test_files_and_folders_come_out(tmp_path: Path, inside: Path, mode: str) -> None:
    files = [entry("./", tarfile.DIRTYPE), entry("./assets", tarfile.DIRTYPE), entry("assets/a", size=3), entry("b/c")]
    unpack(packed(tmp_path, *files, mode=mode), inside)
    found = {path.relative_to(inside).as_posix(): path.read_bytes() for path in inside.rglob("*") if path.is_file()}
    assert found == {"assets/a": b"xxx", "b/c": b""}


@pytest.mark.parametrize(
    "wrong",
    [
        [entry("../outside")],
        [entry("a/../../outside")],
        [entry("..\\outside")],
        [entry("C:/outside")],
        [entry("C:outside")],
        [entry("link", tarfile.SYMTYPE, link=".."), entry("link/outside")],
        [entry("link", tarfile.SYMTYPE, link="/etc")],
        [entry("link", tarfile.LNKTYPE, link="../outside")],
        [entry("pipe", tarfile.FIFOTYPE)],
        [entry("device", tarfile.CHRTYPE)],
        [entry("sparse", tarfile.GNUTYPE_SPARSE)],
        [entry("twice"), entry("twice")],
    ],
    ids=lambda wrong: wrong[0].name,
)
@pytest.mark.parametrize("name", [str, lambda name: f"/tmp/{name}"], ids=["relative", "absolute"])
def test_nothing_leaves_the_folder(
    tmp_path: Path, inside: Path, wrong: list[tarfile.TarInfo], name: Callable[[str], str]
) -> None:
    for one in wrong:
        one.name = name(one.name)
    before = set(tmp_path.rglob("*")) | {tmp_path / "model.tar.gz"}
    with pytest.raises(ModelError, match=r"model\.tar\.gz"):
        unpack(packed(tmp_path, *wrong), inside)
    new = set(tmp_path.rglob("*")) - before
    assert all(path.is_relative_to(inside) and not path.is_symlink() for path in new)


def test_a_bomb_is_not_unpacked(tmp_path: Path, inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 10_000)
    archive = packed(tmp_path, entry("a", size=6000), entry("b", size=6000))
    with pytest.raises(ModelError, match="holds more than"):
        unpack(archive, inside)
    assert not (inside / "b").exists()
    monkeypatch.setattr(archives, "MOST_ENTRIES", 2)
    with pytest.raises(ModelError, match="holds more than"):
        unpack(packed(tmp_path, entry("c"), entry("d"), entry("e")), inside)


def test_a_header_may_not_fill_the_memory(tmp_path: Path, inside: Path) -> None:
    """A header in the form of POSIX is read whole, and may say of itself that it is as large as it likes."""
    archive = packed(tmp_path, entry("header", tarfile.XHDTYPE, size=20 * 2**20), mode="w")
    with pytest.raises(ModelError, match="one of its headers takes"):
        unpack(archive, inside)


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"\x1f\x8b" + bytes(100), b"not an archive", bytes(5000)])
def test_what_is_no_archive_says_so(tmp_path: Path, inside: Path, content: bytes) -> None:
    (tmp_path / "model.tar.gz").write_bytes(content)
    if content == bytes(5000):
        unpack(tmp_path / "model.tar.gz", inside)  # an empty archive is one
        assert not list(inside.iterdir())
        return
    with pytest.raises(ModelError, match="no archive"):
        unpack(tmp_path / "model.tar.gz", inside)
