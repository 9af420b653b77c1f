"""The interactive session: driven by a script through a pipe, and by a person at a real terminal."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from albert_search.cli.shell.commands import COMMANDS, completions
from albert_search.cli.shell.prompt import LineCompleter
from albert_search.index.reader import IndexReader
from albert_search.index.session import Session
from albert_search.types import Hit
from tests.support.command_line import Done, Run, environment, working_in

QUESTION = "how do I undo the last commit?"
ANSWER = "To undo the last commit, run git reset --soft HEAD~1."


def told(run: Run, folder: Path, *lines: str, options: tuple[str, ...] = ()) -> tuple[list[list[list[str]]], Done]:
    """Run a script; returns for each of its lines the columns of each hit, and how it ended."""
    done = run("shell", *options, cwd=folder, stdin="".join(f"{line}\n" for line in lines))
    assert done.code == 0
    answers: list[list[list[str]]] = [[]]
    for line in done.stdout.splitlines():
        if line:
            answers[-1].append(line.split("\t"))
        else:
            answers.append([])
    assert len(answers) == len(lines) + 1
    return answers, done


def texts(answer: list[list[str]]) -> list[str]:
    return [columns[2] for columns in answer]


def test_a_line_is_a_question(collection: Path, run: Run) -> None:
    answers, _ = told(run, collection, QUESTION, "", "which animal sleeps?", options=("-k", "1"))
    assert [texts(answer) for answer in answers] == [[ANSWER], [], ["The cat sleeps on the mat."], []]
    alone = run("search", QUESTION, "-k", "1", cwd=collection)
    assert answers[0] == [alone.stdout.rstrip("\n").split("\t")]


def test_more_goes_on_where_the_answer_ended(collection: Path, run: Run) -> None:
    answers, done = told(run, collection, QUESTION, ":more", ":more", ":k 99", ":more", options=("-k", "3"))
    first, second, third, everything, nothing = (texts(answer) for answer in answers[:5])
    assert len(first) == len(second) == 3
    assert first + second + third == everything[:9][: len(first + second + third)]
    assert len(set(everything)) == len(everything)
    assert nothing == []
    assert "there are no more" in done.stderr


def test_feedback_steers_and_leaves_out_what_was_judged(collection: Path, run: Run) -> None:
    answers, _ = told(run, collection, "Dogs bark at night.", ":k 99", ":like 2", ":like 1", options=("-k", "2"))
    two, everything, liked, both = (texts(answer) for answer in answers[:4])
    assert two == everything[:2]
    assert set(liked) == set(everything) - {everything[1]}
    assert set(both) == set(liked) - {liked[0]}
    answers, _ = told(run, collection, "Dogs bark at night.", ":unlike 1", QUESTION, options=("-k", "99"))
    assert texts(answers[0])[0] == "Dogs bark at night."
    assert "Dogs bark at night." not in texts(answers[1])
    assert "Dogs bark at night." in texts(answers[2])


def test_liking_a_hit_moves_the_answer_towards_it(collection: Path) -> None:
    with IndexReader.open(collection / "indexes" / "default") as index:
        session = Session(index, 99, "semantic", [])
        before = session.ask("the remote repository")
        cat = next(hit for hit in before if "cat" in hit.text)
        after = session.like([before.index(cat) + 1])
        (nearest,) = index.similar(cat, k=1)

        def rank(hits: list[Hit]) -> int:
            return [hit.text_id for hit in hits if hit.text_id != cat.text_id].index(nearest.text_id)

        assert rank(after) < rank(before)


def test_context_and_open(collection: Path, run: Run, tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("its editor is a shell script")
    seen = tmp_path / "seen"
    editor = tmp_path / "an editor"
    editor.write_text(f'#!/bin/sh\necho "$@" > "{seen}"\ncat >> "{seen}"\n', encoding="utf-8")
    editor.chmod(0o700)
    lines = f"{QUESTION}\n:context 1\n:open 1\n:k 1\n"
    done = run("shell", "-k", "2", cwd=collection, stdin=lines, EDITOR=f"'{editor}' --wait", VISUAL="")
    answers = done.stdout.split("\n\n")
    context = answers[1].split("\t")
    # Headings are no sentences.
    assert context[2:] == [ANSWER, "", "The files stay as they are. Push sends your commits to the remote repository."]
    # The editor got the place, and nothing of the script that follows.
    assert seen.read_text(encoding="utf-8") == f"--wait +5 {collection / 'docs' / 'git.md'}\n"
    assert answers[2].strip() == answers[0].splitlines()[0]


def test_filters_add_up_until_they_are_forgotten(collection: Path, run: Run) -> None:
    answers, done = told(
        run, collection, "cat", ":where path=*.csv*", ":where year>=2022", ":where", options=("-k", "99")
    )
    everything, tables, late, again = (len(answer) for answer in answers[:4])
    assert everything == again > tables > late == 1
    assert "only where path=*.csv*, year>=2022" in done.stderr


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (":more", "nothing was asked yet"),
        (":like 1", "there is no hit 1"),
        (":like", "numbers"),
        (":like one", "numbers"),
        (":context 1 2", "one number"),
        (":context 0", "from 1 up"),
        (":open 7", "there is no hit 7"),
        (":mode psychic", "choose one of semantic, keyword, hybrid"),
        (":k 0", "from 1 up"),
        (":where ==", "cannot understand the filter"),
        (":frobnicate", ":help lists the commands"),
        (":", ":help lists the commands"),
    ],
)
def test_a_bad_line_is_told_and_the_next_is_answered(collection: Path, run: Run, line: str, says: str) -> None:
    _, done = told(run, collection, line, QUESTION, options=("-k", "1"))
    assert says in done.stderr
    assert ANSWER in done.stdout


def test_what_is_no_file_cannot_be_opened(run: Run, tmp_path: Path) -> None:
    run("index", "-", cwd=tmp_path, stdin="A text without a file.\n")
    done = run("shell", cwd=tmp_path, stdin="text\n:open 1\n", EDITOR="true", VISUAL="")
    assert "is no file that could be opened" in done.stderr


def test_help_lists_every_command_and_quit_ends_it(collection: Path, run: Run) -> None:
    done = run("shell", cwd=collection, stdin=f":help\n:quit\n{QUESTION}\n")
    assert all(name in done.stdout for name in COMMANDS)
    assert ANSWER not in done.stdout


def test_completion(collection: Path) -> None:
    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    with IndexReader.open(collection / "indexes" / "default") as index, working_in(collection):
        session = Session(index, 10, "hybrid", [])
        words = LineCompleter(list(COMMANDS), lambda command: completions(session, command))

        def completed(line: str) -> list[str]:
            return [found.text for found in words.get_completions(Document(line), CompleteEvent())]

        assert completed(":mo") == [":more", ":mode"]
        assert completed(":mode h") == ["hybrid"]
        assert completed(":where path=docs/g") == ["path=docs/git.md"]
        assert completed(":where path=docs/p") == ["path=docs/pets.csv*"]
        assert completed("mo") == completed(":like 1") == []


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
class TestAtATerminal:
    """With pexpect on a pseudo-terminal."""

    @pytest.fixture
    def terminal(self, collection: Path, tmp_path: Path) -> Any:
        import pexpect

        def start(**more: str) -> Any:
            variables = environment(
                TERM="xterm-256color", PROMPT_TOOLKIT_NO_CPR="1", XDG_STATE_HOME=str(tmp_path / "state"), **more
            )
            child = pexpect.spawn(
                sys.executable, ["-m", "albert_search", "shell", "-k", "1"], cwd=str(collection), env=variables,
                encoding="utf-8", timeout=60, dimensions=(40, 100),
            )  # fmt: skip
            child.expect("albert-search>")
            return child

        return start

    def test_questions_commands_and_interruptions(self, terminal: Any) -> None:
        child = terminal()
        child.send(f"{QUESTION}\r")
        _answers(child, "docs/git.md:5")
        child.send(":mor\t")
        child.expect(":mor")
        child.expect("e")  # completed
        child.send("\r")
        _answers(child, "2 .*docs/")  # numbered on from the first answer
        child.send("half a line")
        child.expect("half a line")
        child.sendintr()
        child.expect("albert-search>")
        child.send(":frobnicate\r")
        _answers(child, "there is no :frobnicate")
        child.send("which animal sleeps?\r")
        _answers(child, "pets.csv row 1")
        child.sendeof()
        _ends(child)

    def test_the_history_outlives_the_session(self, terminal: Any, tmp_path: Path) -> None:
        child = terminal()
        child.send(f"{QUESTION}\r")
        _answers(child, "docs/git.md:5")
        child.send(":quit\r")
        _ends(child)
        (history,) = (path for path in (tmp_path / "state").rglob("*") if path.is_file())
        assert stat.S_IMODE(history.stat().st_mode) == 0o600
        child = terminal()
        child.send("\x1b[A\x1b[A\r")
        _answers(child, "docs/git.md:5")
        child.sendeof()
        _ends(child)

    def test_a_history_that_cannot_be_written_is_no_obstacle(self, terminal: Any, tmp_path: Path) -> None:
        (tmp_path / "state").write_text("no folder")
        child = terminal()
        assert "questions are not remembered" in child.before
        child.send(f"{QUESTION}\r")
        _answers(child, "docs/git.md:5")
        child.close()


def _answers(child: Any, expected: str) -> None:
    """Wait for an answer and the next prompt: what is typed before it may be lost."""
    child.expect(expected)
    child.expect("albert-search>")


def _ends(child: Any) -> None:
    """Wait for the end, reading meanwhile: a child that cannot write cannot end."""
    child.expect(child.delimiter)
    child.close()
    assert child.exitstatus == 0
