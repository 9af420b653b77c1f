"""``python -m albert_search`` is the command line."""

from __future__ import annotations

from albert_search.cli.main import run

if __name__ == "__main__":
    run()
