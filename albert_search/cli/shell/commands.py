"""The lines of an interactive session: questions, and commands that begin with a colon."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from albert_search.cli.hits import print_hits, say_if_weak
from albert_search.cli.output import put, say, shown_path
from albert_search.errors import UsageError
from albert_search.index.session import Session
from albert_search.types import Hit, Mode

CONTEXT = 3
"""Sentences that ``:context`` shows on each side."""

QUIT = ":quit"


@dataclass(frozen=True, slots=True)
class Command:
    """A command.

    Attributes:
        argument: What stands behind its name.
        does: What it does, for ``:help``.
        run: Does it.
    """

    argument: str
    does: str
    run: Callable[[Session, str], None]


def obey(session: Session, line: str) -> bool:
    """Answer one line, and print the answer.

    Args:
        session: Where it was typed.
        line: The line; an empty one does nothing.

    Returns:
        Whether the session goes on.

    Raises:
        AlbertSearchError: It cannot be answered; the session goes on.
    """
    if not line.startswith(":"):
        if line:
            hits = session.ask(line)
            _show(session, hits)
            if session.mode != "keyword":
                say_if_weak(hits)
        return True
    name, _, argument = line.partition(" ")
    if name == QUIT:
        return False
    if name not in COMMANDS:
        raise UsageError(f"there is no {name}: :help lists the commands")
    COMMANDS[name].run(session, argument.strip())
    return True


def completions(session: Session, command: str) -> Iterable[str]:
    """Return what may stand behind a command."""
    if command == ":mode":
        return get_args(Mode)
    if command == ":where":
        # The rows of a table are many; a star stands for them all.
        paths = (document.uri.partition("#row=") for document in session.index.documents())
        return dict.fromkeys(f"path={shown_path(path)}{row and '*'}" for path, row, _ in paths)
    return ()


def _more(session: Session, _argument: str) -> None:
    _show(session, session.more())


def _like(session: Session, argument: str) -> None:
    _show(session, session.like(_numbers(argument)))


def _unlike(session: Session, argument: str) -> None:
    _show(session, session.unlike(_numbers(argument)))


def _context(session: Session, argument: str) -> None:
    (number,) = _numbers(argument, most=1)
    _print([session.in_context(number, CONTEXT)], number)


def _open(session: Session, argument: str) -> None:
    """Show the hit's file in the person's editor, at the hit's line."""
    (number,) = _numbers(argument, most=1)
    hit = session.hit(number)
    path = Path(hit.uri.partition("#row=")[0])
    if not path.is_file():
        raise UsageError(f"{hit.uri} is no file that could be opened: see it with :context {number}")
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "less")
    place = [f"+{hit.line}"] if hit.line else []
    sys.stdout.flush()
    try:
        # A script's lines are for us, not for the editor.
        subprocess.run([*editor, *place, path], stdin=None if sys.stdin.isatty() else subprocess.DEVNULL, check=False)
    except OSError as error:
        raise UsageError(f"cannot run {editor[0]} ({error.strerror}): name a program as EDITOR") from error


def _k(session: Session, argument: str) -> None:
    (session.k,) = _numbers(argument, most=1)
    _show(session, session.again())


def _mode(session: Session, argument: str) -> None:
    if argument not in get_args(Mode):
        raise UsageError(f"there is no mode {argument!r}: choose one of {', '.join(get_args(Mode))}")
    session.mode = argument  # type: ignore[assignment]  # it has just been looked up
    _show(session, session.again())


def _where(session: Session, argument: str) -> None:
    session.narrow(argument)
    say(f"only where {', '.join(session.where)}" if session.where else "in all documents")
    _show(session, session.again())


def _help(_session: Session, _argument: str) -> None:
    lines = {f"{name} {command.argument}": command.does for name, command in COMMANDS.items()}
    for usage, does in {**lines, QUIT: "end the session; so does Ctrl+D", **IN_A_QUESTION}.items():
        put(f"{usage:<16}{does}")


IN_A_QUESTION = {
    '"phrase"': "in a question: only what holds it, word for word",
    "-word": 'in a question: nothing that holds it; -"phrase" likewise',
    "field:value": "in a question: only in documents that match, as :where field=value",
}

COMMANDS: Mapping[str, Command] = {
    ":more": Command("", "show the next hits", _more),
    ":like": Command("N...", "show others like these hits, ranked by meaning", _like),
    ":unlike": Command("N...", "show others, less like these hits", _unlike),
    ":context": Command("N", f"show a hit with the {CONTEXT} sentences before and after it", _context),
    ":open": Command("N", "open a hit's file at its line, with $VISUAL, $EDITOR or less", _open),
    ":mode": Command("MODE", f"rank by another mode: {', '.join(get_args(Mode))}", _mode),
    ":k": Command("N", "show so many hits", _k),
    ":where": Command("FILTER", "only in documents that match this, too; without a filter, in all", _where),
    ":help": Command("", "list the commands", _help),
}


def _numbers(argument: str, most: int | None = None) -> list[int]:
    words = argument.split()
    if not words or not all(word.isdecimal() and int(word) for word in words) or len(words) > (most or len(words)):
        raise UsageError(f"{argument!r} is not {'one number' if most else 'the numbers of hits'} from 1 up")
    return [int(word) for word in words]


def _show(session: Session, hits: Sequence[Hit]) -> None:
    """Print hits with the numbers that commands know them by."""
    if hits:
        _print(hits, session.shown.index(hits[0]) + 1)
    elif session.asked:
        say("nothing found" if not session.shown else "there are no more")


def _print(hits: Sequence[Hit], first: int) -> None:
    print_hits(hits, first=first)
