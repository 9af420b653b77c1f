"""The command line as a whole: help, errors, how fast it starts, and how easily a group is added."""

from __future__ import annotations

import inspect
import os
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup
from typer.testing import CliRunner

from albert_search import __version__
from albert_search.cli.commands.indexing import index as index_command
from albert_search.cli.commands.searching import search as search_command
from albert_search.cli.commands.searching import similar as similar_command
from albert_search.cli.main import GROUPS, app
from tests.support.command_line import Run, imported, in_a_terminal

COMMANDS = [name for names in GROUPS.values() for name in names]
TOO_HEAVY_FOR_A_SEARCH = {
    "tensorflow", "tensorflow_hub", "tf_keras", "keras", "torch", "transformers", "onnx", "scipy", "pandas",
    "docutils", "pypdf", "pypdfium2", "docx", "lxml", "bs4", "selectolax", "markdown_it", "pydantic", "rich.console",
    "albert_search.index.index", "albert_search.readers", "albert_search.sentences",
}  # fmt: skip


def test_search_imports_nothing_heavy(collection: Path, start: Run) -> None:
    done = start("search", "undo the last commit", cwd=collection, PYTHONPROFILEIMPORTTIME="1")
    modules = imported(done.stderr)
    assert done.code == 0
    assert {"albert_search.index.reader", "faiss", "numpy"} <= modules
    assert not modules & TOO_HEAVY_FOR_A_SEARCH


@pytest.mark.parametrize("question", ["--version", "--help", "-h"])
def test_help_and_version_answer_at_once(tmp_path: Path, start: Run, question: str) -> None:
    done = start(question, cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert done.code == 0
    assert not imported(done.stderr) & {"numpy", "faiss", "onnxruntime", "sqlite3", "pydantic"}
    assert (done.stdout == f"albert-search {__version__}\n") == (question == "--version")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    command = typer.main.get_group(app).commands[name]
    assert isinstance(command, TyperCommand | TyperGroup)
    assert command.help
    assert command.epilog
    assert f"albert-search {name}" in command.epilog
    assert command.rich_help_panel
    undocumented = [parameter.name for parameter in command.params if not getattr(parameter, "help", None)]
    assert not undocumented
    shown = CliRunner().invoke(app, [name, "-h"])
    assert shown.exit_code == 0
    assert name in shown.stdout


@pytest.mark.parametrize("module", GROUPS)
def test_every_command_of_a_group_is_listed(module: str) -> None:
    group = import_module(f"albert_search.cli.commands.{module}").app
    assert tuple(typer.main.get_group(group).commands) == GROUPS[module]


def test_a_mistyped_command_is_corrected(tmp_path: Path, run: Run) -> None:
    assert "Did you mean 'search'" in run("serch", "cat", cwd=tmp_path).stderr


def test_defaults_are_those_of_the_python_class() -> None:
    from albert_search import Index

    for command, method in (
        (search_command, Index.search),
        (similar_command, Index.similar),
        (index_command, Index.add),
    ):
        theirs = inspect.signature(method).parameters
        for ours in inspect.signature(command).parameters.values():
            same = theirs.get({"wait": "wait_s"}.get(ours.name, ours.name))
            if same is not None and ours.default is not None:
                assert ours.default == same.default, ours.name


def test_no_index_is_one_clear_sentence(tmp_path: Path, run: Run) -> None:
    done = run("search", "anything", cwd=tmp_path)
    assert (done.code, done.stdout) == (5, "")
    assert done.stderr == (
        f"albert-search: there is no index in {tmp_path / 'indexes' / 'default'}:"
        " make one with `albert-search index PATH`\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [["search"], ["search", "a", "--questions", "b.txt"], ["search", "a", "-k", "none"], ["no-such-command"],
     ["search", "--questions", "missing.txt"], ["index"]],
    ids=" ".join,
)  # fmt: skip
def test_wrong_use_ends_with_2(tmp_path: Path, run: Run, arguments: list[str]) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_filter_and_a_bad_k(collection: Path, run: Run) -> None:
    for option in (["-k", "0"], ["--where", "=x"], ["--context", "-1"]):
        done = run("search", "cat", *option, cwd=collection)
        assert done.code == 2, option
        assert done.stderr.startswith("albert-search: ")
        assert done.stderr.count("\n") == 1


def test_a_terminal_that_is_not_unicode_gets_escapes(collection: Path, start: Run) -> None:
    asked = ("search", "--questions", "-", "--jsonl", "-k", "1")
    done = start(*asked, cwd=collection, stdin="¿gato?\n", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.code == 0
    assert '"question": "\\u00bfgato?"' in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_progress_and_colours_on_a_terminal(collection: Path) -> None:
    shown = in_a_terminal(["index", "docs", "--index", "other"], collection)
    assert "sentences" in shown
    assert "\x1b[?25h" in shown  # the cursor is back
    found = in_a_terminal(["search", "undo the last commit", "-k", "1"], collection)
    assert "\x1b[36mdocs/git.md:5\x1b[0m" in found
    plain = in_a_terminal(["search", "undo the last commit", "-k", "1"], collection, TERM="dumb", NO_COLOR="1")
    assert "docs/git.md:5" in plain
    assert "\x1b" not in plain
