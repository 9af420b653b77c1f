from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from albert_search.errors import ReadError, UsageError
from albert_search.readers import discover, discovery, read
from albert_search.readers.discovery import EXCLUDED, HIDDEN, IGNORED, UNKNOWN_KIND
from albert_search.storage.folder import MARKS_OF_AN_INDEX
from albert_search.types import Skipped


def plant(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Some words.")


def names(root: Path, *paths: Path, **options: Any) -> list[str]:
    found = list(discover(paths or (root,), marks_of_an_index=MARKS_OF_AN_INDEX, **options))
    assert all(isinstance(path, Path) and path.is_absolute() for path in found)
    return [str(path.relative_to(root)) for path in found if isinstance(path, Path)]


def test_documents_in_order_without_hidden_ones_and_binaries(tmp_path: Path) -> None:
    plant(
        tmp_path, "b.txt", "a.md", "README", "c/x.rst", "c/y.bin", ".hidden.txt", ".git/z.txt", "prog.py", "c/LICENSE"
    )
    assert names(tmp_path) == ["README", "a.md", "b.txt", "c/LICENSE", "c/x.rst"]


def test_named_files_are_always_taken_and_each_once(tmp_path: Path) -> None:
    plant(tmp_path, "b.txt", "prog.py", ".hidden.txt")
    named = [tmp_path, tmp_path / "prog.py", tmp_path / "b.txt", tmp_path / ".hidden.txt", tmp_path / "." / "b.txt"]
    assert names(tmp_path, *named, exclude=["*"]) == ["prog.py", "b.txt", ".hidden.txt"]


def test_nested_gitignore_files(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", "b.txt", "build/c.txt", "sub/a.txt", "sub/keep/b.txt", "sub/deep/d.txt")
    (tmp_path / ".gitignore").write_text("build/\nb.txt\n/a.txt\n")
    (tmp_path / "sub/.gitignore").write_text("!b.txt\ndeep\n")
    assert names(tmp_path) == ["sub/a.txt", "sub/keep/b.txt"]


def test_a_line_that_git_does_not_understand_leaves_the_others_valid(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", "b.txt")
    (tmp_path / ".gitignore").write_text("!\nwrong\\\na.txt\n")
    assert names(tmp_path) == ["b.txt"]
    with pytest.raises(UsageError, match="cannot understand a pattern"):
        names(tmp_path, exclude=["!"])


def test_gitignore_above_counts_inside_a_repository_only(tmp_path: Path) -> None:
    plant(tmp_path, "docs/a.txt", "docs/b.txt", "out/b.txt")
    (tmp_path / ".gitignore").write_text("b.txt\nout/\n")
    assert names(tmp_path, tmp_path / "docs") == ["docs/a.txt", "docs/b.txt"]
    (tmp_path / ".git").mkdir()
    assert names(tmp_path, tmp_path / "docs") == ["docs/a.txt"]
    assert names(tmp_path, tmp_path / "out") == ["out/b.txt"], "a folder that is named is never ignored itself"


def test_include_and_exclude(tmp_path: Path) -> None:
    plant(tmp_path, "a.md", "b.txt", "drafts/c.md", "src/d.py", "src/e.js")
    assert names(tmp_path, include=["*.md"]) == ["a.md", "drafts/c.md"]
    assert names(tmp_path, include=["*.py", "*.txt"]) == ["b.txt", "src/d.py"]
    assert names(tmp_path, exclude=["drafts/", "b.*"]) == ["a.md"]
    assert names(tmp_path, include=["src/**"]) == []


def test_patterns_that_no_shell_has_expanded(tmp_path: Path) -> None:
    plant(tmp_path, "docs/a.md", "docs/in/b.md", "docs/c.txt")
    assert names(tmp_path, tmp_path / "docs/**/*.md") == ["docs/a.md", "docs/in/b.md"]
    [skipped] = discover([tmp_path / "*.pdf"])
    assert skipped == Skipped(str(tmp_path / "*.pdf"), "no file matches it")


def test_what_is_not_there(tmp_path: Path) -> None:
    assert list(discover([tmp_path / "no.txt"])) == [Skipped(str(tmp_path / "no.txt"), "it does not exist")]


def test_loops_of_links_end_and_links_are_followed_once(tmp_path: Path) -> None:
    plant(tmp_path, "a/x.txt", "other/y.txt")
    (tmp_path / "a/again").symlink_to(tmp_path / "a")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/z.txt").symlink_to(tmp_path / "other/y.txt")
    (tmp_path / "a/self.txt").symlink_to(tmp_path / "a/self.txt")
    (tmp_path / "a/dead.txt").symlink_to(tmp_path / "gone.txt")
    found = list(discover([tmp_path]))
    assert [path.name for path in found if isinstance(path, Path)] == ["x.txt", "z.txt"]
    assert {Path(item.uri).name for item in found if isinstance(item, Skipped)} == {"self.txt", "dead.txt"}


def test_names_that_are_not_utf_8(tmp_path: Path) -> None:
    plant(tmp_path, os.fsdecode(b"caf\xe9.txt"))
    assert list(discover([tmp_path])) == [Skipped(str(tmp_path / "caf\\xe9.txt"), "its name is not UTF-8")]


def test_special_files_are_left_out_and_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert list(discover([tmp_path])) == []
    assert list(discover([tmp_path / "pipe.txt"])) == [Skipped(str(tmp_path / "pipe.txt"), "it is no ordinary file")]
    with pytest.raises(ReadError, match="no ordinary file"):
        list(read(tmp_path / "pipe.txt"))


def test_no_permission(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", "closed/b.txt")
    list(read(tmp_path / "a.txt"))
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "closed").chmod(0)
    as_root = os.geteuid() == 0
    for folder in (tmp_path, *tmp_path.parents[:3]) if as_root else ():
        folder.chmod(0o755)
    if as_root:
        os.seteuid(65534)
    try:
        file, closed = sorted(discover([tmp_path]), key=lambda item: isinstance(item, Skipped))
        with pytest.raises(ReadError, match="no permission"):
            list(read(tmp_path / "a.txt"))
    finally:
        if as_root:
            os.seteuid(0)
        (tmp_path / "closed").chmod(0o755)
    assert file == tmp_path / "a.txt"
    assert closed == Skipped(str(tmp_path / "closed"), "it cannot be read: Permission denied")


def test_an_index_is_no_folder_of_documents(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", "own/catalog.db", "own/b.txt")
    plant(tmp_path, *(f"indexes/default/{name}" for name in ("catalog.db", "writer.lock", "writer.txt")))
    assert names(tmp_path) == ["a.txt", "own/b.txt"], "a catalog.db alone may be anybody's"


def test_documents_beside_the_files_of_an_index_that_is_named(tmp_path: Path) -> None:
    plant(tmp_path, "notes/a.txt", *(f"notes/{name}" for name in ("catalog.db", "writer.lock", "writer.txt")))
    assert names(tmp_path, tmp_path / "notes") == ["notes/a.txt"]
    assert names(tmp_path) == []


def test_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", ".b.txt", ".c/d.md", ".c/e.bin", "out/f.md", "out/g.rst", "h.xyz", "i", "j.tmp.md")
    plant(tmp_path, "~$lock.docx", ".git/k.txt", "out/node_modules/l.md")
    (tmp_path / ".gitignore").write_text("out/\n")
    passed_over: Counter[str] = Counter()
    assert names(tmp_path, exclude=["*.tmp.md"], passed_over=passed_over) == ["a.txt"]
    assert passed_over == {
        HIDDEN: 2,
        IGNORED: 2,
        EXCLUDED: 1,
        f"{UNKNOWN_KIND} .xyz": 1,
        f"{UNKNOWN_KIND} without suffix": 1,
    }


def test_counting_what_is_passed_over_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "_ENTRIES_COUNTED", 3)
    plant(tmp_path, *(f".hidden/{folder}/{name}.md" for folder in "abcdef" for name in "xyz"))
    passed_over: Counter[str] = Counter()
    assert names(tmp_path, passed_over=passed_over) == []
    assert 0 <= passed_over[HIDDEN] < 18
