"""Writes text that every installation has into a folder: Python's documentation topics and packages' READMEs."""

from __future__ import annotations

import sys
from importlib.metadata import distributions
from pathlib import Path
from pydoc_data.topics import topics


def main(folder: Path) -> None:
    for name, text in topics.items():
        _write(folder / "python" / f"{name}.rst", text)
    for distribution in distributions():
        readme = distribution.metadata.get_payload()
        if isinstance(readme, str) and len(readme) > 200:
            _write(folder / "packages" / f"{distribution.metadata['Name']}.md", readme)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # A file that is the same keeps its time stamp, so that indexing again passes it over at a glance.
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
