"""Says what was not read, and why: passed over in folders, skipped, or doubtful."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from albert_search.cli.output import number, put, put_json, say, shown_path

if TYPE_CHECKING:
    from albert_search.indexing.report import IndexReport
    from albert_search.types import Note, Skipped

ROWS_SHOWN = 3
"""Skipped rows of one table that are named; the others are counted."""

NOTES_SHOWN = 20
"""Notes on the files that are printed; the others are counted."""


def say_what_was_left_out(report: IndexReport) -> None:
    """Tell what a run has not read, and what is doubtful in what it has read."""
    if report.documents or report.removed or report.unchanged:
        _say_what_was_passed_over(report.passed_over)
    if report.blobs:
        say(f"{number(report.blobs, 'place')} left out: encoded bytes or code without spaces")
    _say_what_was_skipped(report.skipped)
    _say_what_was_noted(report.notes)


def because(passed_over: Mapping[str, int]) -> str:
    """Return the reasons why files were passed over, behind a colon; nothing where none were.

    >>> because({"hidden": 1, "of a kind that is not read: .odg": 2})
    ': 1 file is hidden, 2 are of kinds that are not read (.odg)'
    """
    reasons: list[str] = []
    kinds = {key.partition(": ")[2]: count for key, count in passed_over.items() if ": " in key and count}
    counts = [(count, reason) for reason, count in sorted(passed_over.items()) if ": " not in reason and count]
    if kinds:
        plural = "a kind that is" if sum(kinds.values()) == 1 else "kinds that are"
        counts.append((sum(kinds.values()), f"of {plural} not read ({', '.join(sorted(kinds))})"))
    for count, reason in counts:
        noun = "" if reasons else f" {'file' if count == 1 else 'files'}"
        reasons.append(f"{count:,}{noun} {'is' if count == 1 else 'are'} {reason}")
    return f": {', '.join(reasons)}" if reasons else ""


def say_what_would_be_read(
    paths: Sequence[str], include: Sequence[str], exclude: Sequence[str], *, as_json: bool
) -> None:
    """List the files that `index` would look at, and tell what it would pass over; nothing is read or written."""
    from albert_search.index.updating import sources_of
    from albert_search.indexing.source import Sources
    from albert_search.indexing.walk import walk
    from albert_search.storage.folder import MARKS_OF_AN_INDEX
    from albert_search.types import Skipped

    met = walk(Sources(tuple(sources_of(paths, include=include, exclude=exclude))), MARKS_OF_AN_INDEX)
    found, passed_over = met.files, dict(met.passed_over)
    skipped = [item for item in found if isinstance(item, Skipped)]
    files = [str(item) for item in found if not isinstance(item, Skipped)]
    if as_json:
        put_json({"files": files, "passed_over": passed_over, "skipped": [asdict(one) for one in skipped]})
    else:
        for file in files:
            put(shown_path(file))
    say(f"{number(len(files), 'file')} would be read" if files else f"found nothing to index{because(passed_over)}")
    if files:
        _say_what_was_passed_over(passed_over)
    _say_what_was_skipped(skipped)


def _say_what_was_passed_over(passed_over: Mapping[str, int]) -> None:
    if reasons := because(passed_over):
        say(f"passed over{reasons}")


def _say_what_was_noted(notes: Sequence[Note]) -> None:
    for note in notes[:NOTES_SHOWN]:
        say(f"{shown_path(note.uri)}: {note.text}")
    if len(notes) > NOTES_SHOWN:
        say(f"and {number(len(notes) - NOTES_SHOWN, 'other note')}; --json has them all")


def _say_what_was_skipped(skipped: Sequence[Skipped]) -> None:
    if not skipped:
        return
    by_file: dict[str, list[Skipped]] = {}
    for one in skipped:
        by_file.setdefault(one.uri.partition("#row=")[0], []).append(one)
    rows = sum("#row=" in one.uri for one in skipped)
    kinds = ((len(skipped) - rows, "file"), (rows, "row"))
    say(f"{' and '.join(number(count, kind) for count, kind in kinds if count)} skipped:")
    for file, entries in by_file.items():
        for one in entries[:ROWS_SHOWN]:
            say(f"  {shown_path(one.uri)}: {one.reason}")
        if len(entries) > ROWS_SHOWN:
            say(f"  and {number(len(entries) - ROWS_SHOWN, 'other row')} of {shown_path(file)}; --json names them all")
