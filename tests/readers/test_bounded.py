"""No file takes for ever, or all the memory: it is given up, and the others are read."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from albert_search import Index
from albert_search.errors import ReadError
from albert_search.readers import ReadOptions, bounded
from albert_search.readers.bounded import BoundedReader
from albert_search.readers.registry import read
from albert_search.readers.wire import from_line, to_line
from albert_search.types import Block, Document, Note, Skipped
from tests.support.documents import write_docx
from tests.support.paths import REPOSITORY

ODD_READERS = """
import os, signal, time
from albert_search.readers import worker
read = worker.read
def odd(path, options):
    match path.stem:
        case "slow": time.sleep(3600)
        case "large": yield from [bytearray(2**30)]
        case "crash": os.kill(os.getpid(), signal.SIGSEGV)
        case "bug": raise KeyError("a reader that its author has not finished")
        case "loud": os.write(1, b"what a library prints"); print("and another", flush=True)
    yield from read(path, options)
worker.read = odd
"""


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[BoundedReader]:
    """A reader whose process has, beside its own, readers that do what those of damaged files may."""
    monkeypatch.setattr(bounded, "MOST_SECONDS", 1.0)
    monkeypatch.setattr(bounded, "START", bounded.START.replace("work()", ODD_READERS + "worker.work()"))
    with BoundedReader() as reader:
        yield reader


def write(folder: Path, name: str, text: str = "# Heading\n\nA sentence.\n") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("slow.md", "longer|more than 1 seconds"),
        ("large.md", "more than 512 MiB of memory"),
        ("crash.md", "or its reader crashes"),
        ("bug.md", "or its reader crashes"),
    ],
)
def test_a_file_is_given_up_and_the_next_is_read(reader: BoundedReader, tmp_path: Path, name: str, reason: str) -> None:
    good = write(tmp_path, "good.md")
    for _ in range(2):  # also where the process has read others before
        with pytest.raises(ReadError, match=reason):
            list(reader.read(write(tmp_path, name), ReadOptions()))
        assert list(reader.read(good, ReadOptions())) == list(read(good, ReadOptions()))


def test_one_process_reads_many_files_with_whatever_is_printed_meanwhile(reader: BoundedReader, tmp_path: Path) -> None:
    files = [
        write_docx(tmp_path / "a.docx"),
        write(tmp_path, "ü \udcff.md"),
        write(tmp_path, "loud.html", "<p>Ö</p>"),
    ]
    broken = write(tmp_path, "broken.pdf", "%PDF-1.7 and nothing else")
    workers = set()
    for path in files * 3:
        assert list(reader.read(path, ReadOptions())) == list(read(path, ReadOptions()))
        with pytest.raises(ReadError, match="damaged, or not a PDF"):
            list(reader.read(broken, ReadOptions()))
        workers.add(reader._worker)
    assert len(workers) == 1


def test_a_file_that_nobody_reads_to_its_end_leaves_nothing_for_the_next(tmp_path: Path) -> None:
    rows = "".join(f'{{"text": "Row {n}."}}\n' for n in range(60_000))
    assert len(rows) > bounded.QUICK_BYTES
    table, good = write(tmp_path, "rows.jsonl", rows), write(tmp_path, "good.md")
    with BoundedReader() as reader:
        for _ in zip(range(3), reader.read(table, ReadOptions())):  # noqa: B905
            pass
        assert list(reader.read(good, ReadOptions())) == list(read(good, ReadOptions()))
        found = list(reader.read(table, ReadOptions(text_fields=("text",))))
        assert len(found) == 60_000


def test_a_process_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    program = f"""
from pathlib import Path
from albert_search.readers import ReadOptions, bounded
bounded.MOST_SECONDS = 2.0
bounded.START = bounded.START.replace("work()", {ODD_READERS!r} + "worker.work()")
reader = bounded.BoundedReader()
list(reader.read(Path({str(write(tmp_path, "good.md"))!r}), ReadOptions()))
print(reader._worker._process.pid, flush=True)
list(reader.read(Path({str(write(tmp_path, "slow.md"))!r}), ReadOptions()))
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as parent:
        assert parent.stdout
        child = Path("/proc") / parent.stdout.readline().strip()
        parent.kill()
    deadline = time.monotonic() + 20
    while child.exists() and (child / "cmdline").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_run_names_what_it_has_given_up(
    tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, reader: BoundedReader
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("a.md", "slow.md", "large.md", "z.md", "plain.txt"):
        write(docs, name)
    with Index.create(tmp_path / "index", model=tiny_model) as index:
        report = index.add(docs)
        assert {Path(skipped.uri).name for skipped in report.skipped} == {"slow.md", "large.md"}
        assert all("it takes more than" in skipped.reason for skipped in report.skipped)
        assert {Path(document.uri).name for document in index.documents()} == {"a.md", "z.md", "plain.txt"}


@pytest.mark.parametrize("name", ["form_loop.pdf", "form_laughs.pdf", "inflate_1gb.pdf", "95mb_empty_p.docx"])
def test_small_files_that_fill_the_memory_are_given_up(shared: Path, name: str) -> None:
    path = shared / "cases" / "faults" / "10-small-files-that-hang" / name
    with BoundedReader() as reader, pytest.raises(ReadError, match="MiB of memory"):
        list(reader.read(path, ReadOptions()))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["attrs.html", "1mb_inline.rst"])
def test_small_files_that_take_for_ever_are_given_up(shared: Path, name: str) -> None:
    path = shared / "cases" / "faults" / "10-small-files-that-hang" / name
    started = time.monotonic()
    with BoundedReader() as reader, suppress(ReadError):  # a reader that is quick enough is as good
        list(reader.read(path, ReadOptions()))
    assert time.monotonic() - started < 120


@pytest.mark.parametrize(
    "item",
    [
        Document(
            "a", "Text \ud800\n\u2028.", (Block(0, 3, 1, ("A", "B"), True), Block(4, 5)), {"a": [1, None]}, (0, 3), 7
        ),
        Document("a", "", ()),
        Note("a", "b"),
        Skipped("a", "b"),
    ],
)
def test_what_is_read_comes_through_as_it_was(item: Document | Note | Skipped) -> None:
    line = to_line(item)
    assert line.count(b"\n") == 1
    assert from_line(line) == item
    with pytest.raises(ValueError, match="nothing that a reader yields"):
        from_line(b'["Other", 1]\n')
