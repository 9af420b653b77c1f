"""A real watcher on a real folder: the index equals one built afresh, whatever happened, and whenever it was killed."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from albert_search import Index, UsageError
from albert_search.index.watching import watch
from tests.support.command_line import COMMAND, environment

Content = dict[str, list[str]]

SUBJECTS = "Ada Bob Cleo Dora Emil Fay Gus Hana".split()
DEEDS = "paints reads mends sells finds carries washes draws".split()
THINGS = "a lamp,the door,old maps,seven chairs,a red boat,the garden,warm bread,a letter".split(",")


def sentences(chance: random.Random) -> str:
    count = chance.randint(1, 4)
    return "\n\n".join(
        f"{chance.choice(SUBJECTS)} {chance.choice(DEEDS)} {chance.choice(THINGS)} in {chance.randint(1900, 2020)}."
        for _ in range(count)
    )


def edit(file: Path, _: Path, chance: random.Random) -> None:
    file.write_text(sentences(chance))


def append(file: Path, _: Path, chance: random.Random) -> None:
    with file.open("a") as more:
        more.write(f"\n\n{sentences(chance)}")


def edit_by_renaming(file: Path, _: Path, chance: random.Random) -> None:
    file.rename(file.with_suffix(".txt~"))
    temporary = file.with_suffix(".tmp")
    temporary.write_text(sentences(chance))
    temporary.rename(file)


def delete(file: Path, _: Path, chance: random.Random) -> None:
    file.unlink()


def move(file: Path, new: Path, chance: random.Random) -> None:
    file.rename(new)


def make(_: Path, new: Path, chance: random.Random) -> None:
    new.write_text(sentences(chance))


def make_many(_: Path, new: Path, chance: random.Random) -> None:
    for number in range(20):
        new.with_suffix(f".{number}.txt").write_text(sentences(chance))


def make_folders(file: Path, new: Path, chance: random.Random) -> None:
    (new.with_suffix("") / "deep").mkdir(parents=True)
    file.rename(new.with_suffix("") / "deep" / file.name)


def rename_folder(file: Path, new: Path, chance: random.Random) -> None:
    if file.parent not in new.parents:
        file.parent.rename(new.with_suffix(""))


def swap(file: Path, new: Path, chance: random.Random) -> None:
    other = chance.choice(sorted(file.parent.glob("*.txt")))
    file.rename(new)
    if other != file:
        other.rename(file)
    new.rename(other)


CHANGES = (edit, append, edit_by_renaming, delete, move, make, make_many, make_folders, rename_folder, swap)


def change(root: Path, chance: random.Random) -> None:
    """Do to a folder what people, editors and programs do."""
    file = chance.choice(sorted(root.rglob("*.txt")))
    folder = chance.choice([root, *sorted(path for path in root.rglob("*") if path.is_dir())])
    new = folder / f"{chance.choice(THINGS)} {chance.randint(0, 10**9)}.txt"
    chance.choice(CHANGES)(file, new, chance)


def content(index: Index) -> Content:
    return {document.uri: [place.text for place in index.get(document.uri)] for document in index.documents()}


@contextmanager
def watching(index: Path) -> Iterator[Callable[[], None]]:
    """Run the command; gives what kills it at once and starts it again."""

    def start() -> subprocess.Popen[bytes]:
        command = [*COMMAND, "watch", "--index", str(index)]
        return subprocess.Popen(command, env=environment(OMP_NUM_THREADS="1"), stderr=subprocess.DEVNULL)

    processes = [start()]

    def kill() -> None:
        processes[-1].kill()
        processes[-1].wait()
        processes.append(start())

    try:
        yield kill
    finally:
        processes[-1].terminate()
        assert processes[-1].wait(60) == 0


@pytest.mark.parametrize(
    ("files", "changes", "kills"),
    [pytest.param(60, 60, 2, id="short"), pytest.param(10_000, 500, 5, id="long", marks=pytest.mark.slow)],
)
def test_the_index_equals_one_built_afresh(
    tmp_path: Path, tiny_model: Path, files: int, changes: int, kills: int
) -> None:
    chance = random.Random(files)
    notes = tmp_path / "notes"
    for number in range(files):
        path = notes / f"folder {number % 7}" / f"note {number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sentences(chance))
    with Index.create(tmp_path / "index", model=tiny_model, threads=1) as index:
        index.add(notes)
    killed_after = set(chance.sample(range(changes), kills))
    with watching(tmp_path / "index") as kill:
        for number in range(changes):
            change(notes, chance)
            time.sleep(chance.choice([0, 0, 0.01, 0.2]))
            if number in killed_after:
                kill()
        with Index.create(tmp_path / "afresh", model=tiny_model, threads=1) as afresh:
            afresh.add(notes)
            wanted, texts = content(afresh), afresh.info().texts
        until = time.monotonic() + 60 + files / 50
        with Index.open(tmp_path / "index", threads=1) as index:
            while content(index) != wanted and time.monotonic() < until:
                time.sleep(0.2)
            assert content(index) == wanted
            assert index.info().texts == texts
    with Index.open(tmp_path / "index", threads=1) as index:
        assert index.verify() == []


def test_what_happens_is_told_and_nothing_is_read_twice(tmp_path: Path, tiny_model: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("The sea is cold in winter.")
    stopped = threading.Event()
    with Index.create(notes / "index", model=tiny_model, threads=1) as index:
        index.add(notes)
        (notes / "b.txt").write_text("Flour and water make dough.")  # while nothing watches
        happened = watch(index, stopped=stopped)
        first = next(happened)
        assert list(first.changes.changed) == [str(notes / "b.txt")]
        (notes / "b.txt").rename(notes / "c.txt")
        second = next(happened)
        assert (list(second.changes.changed), list(second.changes.missing)) == (
            [str(notes / "c.txt")],
            [str(notes / "b.txt")],
        )
        assert second.report is not None
        assert second.report.encoded == 0
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "d.txt").write_text("A source that is added meanwhile is watched.")
        index.add_sources(tmp_path / "other")
        third = next(happened)
        assert str(tmp_path / "other" / "d.txt") in third.changes.changed
        stopped.set()
        assert list(happened) == []


def test_an_index_without_sources_cannot_be_watched(tmp_path: Path, tiny_model: Path) -> None:
    with (
        Index.create(tmp_path / "index", model=tiny_model, threads=1) as index,
        pytest.raises(UsageError, match="nothing to watch"),
    ):
        next(watch(index))
