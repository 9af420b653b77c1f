"""Writes text that every installation has into a folder: Python's documentation topics and packages' READMEs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path
from pydoc_data.topics import topics


def main(folder: Path) -> None:
    for name, text in topics.items():
        _write(folder / "python" / f"{name}.rst", text)
    for name in _needed_packages():
        with suppress(PackageNotFoundError):  # needed elsewhere, by another Python or system
            # As the file is, head and README: Python's library of mails cannot write each of them anew.
            readme = distribution(name).read_text("METADATA") or ""
            if len(readme) > 200:
                _write(folder / "packages" / f"{name}.md", readme)


def _needed_packages() -> Iterator[str]:
    """Yield the packages that albert-search needs: those of the extras, or of others, may be very many."""
    for requirement in requires("albert-search") or ():
        if "extra ==" not in requirement:
            yield re.split(r"[^\w.-]", requirement)[0]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A file that is the same keeps its time stamp, so that indexing again passes it over at a glance.
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
