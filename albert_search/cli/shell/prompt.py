"""The line that a person types in: with a history that outlives the session, and with completion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from albert_search.cli.output import say
from albert_search.config import history_file

PROMPT = "albert-search> "


def typed_lines(commands: Sequence[str], values: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """Yield what a person types, line by line; Ctrl+C drops a line and Ctrl+D ends it all.

    Args:
        commands: What may stand first in a line.
        values: Returns what may stand behind a command; called once for each.
    """
    session: PromptSession[str] = PromptSession(
        PROMPT, history=_history(history_file()), completer=LineCompleter(commands, values), enable_history_search=True
    )
    while True:
        try:
            yield session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _history(path: Path) -> History:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    except OSError as error:
        say(f"questions are not remembered: cannot write {path} ({error.strerror})")
        return InMemoryHistory()
    return FileHistory(path)


class LineCompleter(Completer):
    """Completes commands, and what may stand behind them."""

    def __init__(self, commands: Sequence[str], values: Callable[[str], Iterable[str]]) -> None:
        self._commands = commands
        self._values = values
        self._known: dict[str, list[str]] = {}

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield what the line may go on with; a question completes to nothing."""
        del complete_event
        typed = document.text_before_cursor
        if not typed.startswith(":"):
            return
        command, space, value = typed.partition(" ")
        if space and command not in self._known:
            self._known[command] = list(self._values(command))
        for word in self._known[command] if space else self._commands:
            written = value if space else command
            if word.startswith(written):
                yield Completion(word, -len(written))
