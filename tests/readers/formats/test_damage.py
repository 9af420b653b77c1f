"""Whatever the bytes, reading yields documents or raises ReadError."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.readers.registry import _MODULES
from albert_search.types import Document
from tests.support.real_files import REAL_FILES, RealFile

SUFFIXES = sorted(_MODULES)


def read_or_refuse(path: Path) -> list[str]:
    try:
        found = [item for item in read(path) if isinstance(item, Document)]
    except ReadError as error:
        reason = str(error)
        assert reason
        assert str(path) not in reason
        return []
    for document in found:
        document.text.encode()
        for block in document.blocks:
            assert 0 <= block.start < block.end <= len(document.text)
    return [document.text for document in found]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damage")


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2000))
def test_random_bytes(folder: Path, suffix: str, data: bytes) -> None:
    path = folder / f"random{suffix}"
    path.write_bytes(data)
    read_or_refuse(path)


@pytest.mark.parametrize("suffix", [".md", ".rst", ".html", ".csv", ".jsonl", ".txt"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from("ab \n\t*_`#>-=|[](){}<>/!&;:.,\"'\\~^1é"), max_size=300))
def test_random_markup(folder: Path, suffix: str, text: str) -> None:
    path = folder / f"markup{suffix}"
    path.write_text(text, encoding="utf-8")
    read_or_refuse(path)


@pytest.mark.parametrize("file", REAL_FILES, ids=lambda file: file.name)
def test_real_files_cut_off_or_with_flipped_bytes(folder: Path, file: RealFile) -> None:
    whole = file.put(folder).read_bytes()
    path = folder / f"damaged.{file.name.partition('.')[2]}"
    chance = random.Random(7)
    started = time.process_time()
    for share in range(0, 100, 7):
        path.write_bytes(whole[: len(whole) * share // 100])
        read_or_refuse(path)
    for _ in range(40):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        read_or_refuse(path)
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.md", ">" * 500 + " x"), ("a.rst", "".join(f"{'  ' * n}* x\n\n" for n in range(400)))],
)
def test_absurd_nesting_is_refused(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content)
    with pytest.raises(ReadError, match="nested too deeply"):
        list(read(folder / name))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_folder_and_a_missing_file(folder: Path, suffix: str) -> None:
    (folder / f"dir{suffix}").mkdir()
    with pytest.raises(ReadError):
        list(read(folder / f"dir{suffix}"))
    with pytest.raises(ReadError, match="not there"):
        list(read(folder / f"missing{suffix}"))


def test_import_is_cheap() -> None:
    import subprocess

    code = (
        "import sys, albert_search.readers; "
        "print([n for n in ('lxml', 'docx', 'docutils', 'markdown_it', 'pypdfium2', 'yaml') "
        "if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
