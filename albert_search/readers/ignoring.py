"""What ``.gitignore`` files name: the nearest one decides, up to the root of the repository."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec

_IGNORE_FILE = ".gitignore"


@dataclass(frozen=True, slots=True)
class Rules:
    """The ``.gitignore`` file of a folder, and of those above it."""

    folder: str
    spec: GitIgnoreSpec
    above: Rules | None

    def ignore(self, path: str, is_folder: bool) -> bool:
        """Tell whether ``path`` is ignored; the file nearest to it decides."""
        within = relative(path, self.folder) + ("/" if is_folder else "")
        verdict = self.spec.check_file(within).include
        if verdict is None:
            return self.above is not None and self.above.ignore(path, is_folder)
        return verdict


def relative(path: str, folder: str) -> str:
    """Return the part of ``path`` below ``folder``."""
    return path[len(folder) :].lstrip(os.sep)


def rules_above(root: str) -> Rules | None:
    """Return the rules of the repository around ``root``, unless they ignore ``root`` itself."""
    parents = [os.fspath(parent) for parent in Path(root).parents]
    repository = next((i for i, parent in enumerate(parents) if os.path.exists(os.path.join(parent, ".git"))), None)
    if repository is None or os.path.exists(os.path.join(root, ".git")):
        return None
    rules: Rules | None = None
    for parent in reversed(parents[: repository + 1]):
        rules = with_rules_of(parent, rules)
    return None if rules and rules.ignore(root, is_folder=True) else rules


def with_rules_of(folder: str, above: Rules | None) -> Rules | None:
    """Return the rules that hold in ``folder``."""
    try:
        with open(os.path.join(folder, _IGNORE_FILE), encoding="utf-8", errors="surrogateescape") as file:
            return Rules(folder, GitIgnoreSpec.from_lines(filter(_is_understood, file)), above)
    except OSError:
        return above


def _is_understood(line: str) -> bool:
    """Tell whether a line of a ``.gitignore`` file makes sense; git passes over one that does not."""
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
