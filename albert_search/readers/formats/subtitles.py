"""Subtitles (SubRip and WebVTT): what is said, with the time at which it is said."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from albert_search.errors import ReadError
from albert_search.readers.blocks import DocumentBuilder, clean, folded
from albert_search.readers.encodings import decode, load
from albert_search.readers.read_options import ReadOptions
from albert_search.types import Document

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"\s*{_TIME}[ \t]*-->[ \t]*{_TIME}")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?[ \t]{1,9}([^<>]{0,200})>")
_MARKUP = re.compile(r"</?[a-zA-Z0-9][^<>]*>|\{\\[^}]*\}")
_SENTENCE_END = re.compile(r"""[.!?…。！？][)\]"'”’»♪]*$""")
_LONGEST_PAUSE_S = 3.0
_LONGEST_BLOCK_S = 20.0


@dataclass(frozen=True, slots=True)
class _Cue:
    """Some words on the screen.

    Attributes:
        begin_s: When they appear, in seconds.
        end_s: When they vanish.
        line: Line of the file on which they stand, from 1.
        speaker: Who says them, if the file tells.
        lines: The words, a line each.
    """

    begin_s: float
    end_s: float
    line: int
    speaker: str
    lines: tuple[str, ...]


def read(path: Path, _options: ReadOptions) -> Iterator[Document]:
    """Read an srt or vtt file; the place of each block is the time at which it begins, and the speaker if one is named.

    A block goes on to the end of its sentence, over as many cues as that takes, but not over a pause or another
    speaker. Source: https://www.w3.org/TR/webvtt1/.
    """
    lines = clean(decode(load(path))).split("\n")
    cues = [cue for cue in _without_repeats(_cues(lines)) if cue.lines]
    if not cues and any(line.strip() for line in lines) and not lines[0].startswith("WEBVTT"):
        raise ReadError("it holds no subtitles: no line tells a time, such as 00:01:02,500 --> 00:01:04,000")
    builder = DocumentBuilder(str(path))
    for run in _runs(cues):
        first = run[0]
        builder.set_place(_clock(first.begin_s), *([first.speaker] if first.speaker else []))
        builder.add(" ".join(line for cue in run for line in cue.lines), line=first.line)
    yield builder.build()


def _cues(lines: list[str]) -> Iterator[_Cue]:
    """Yield the cues; one ends at an empty line, or at the time of the next where that line is missing."""
    timings = [(number, match) for number, line in enumerate(lines) if (match := _TIMING.match(line))]
    ends = [*(number for number, _ in timings[1:]), len(lines) + 1]
    for (number, match), following in zip(timings, ends, strict=False):
        body = lines[number + 1 : following]
        if "" in (stripped := [line.strip() for line in body]):
            body = body[: stripped.index("")]
        elif following <= len(lines) and body and body[-1].strip().isdecimal():
            body = body[:-1]
        voice = _VOICE.search("\n".join(body))
        begin_s, end_s = _seconds(*match.groups()[:4]), _seconds(*match.groups()[4:])
        words = tuple(plain for line in body if (plain := folded(html.unescape(_MARKUP.sub("", line)))))
        yield _Cue(begin_s, end_s, number + 2, folded(voice[1]) if voice else "", words)


def _without_repeats(cues: Iterator[_Cue]) -> Iterator[_Cue]:
    """Leave out lines that the cue before has shown already, as captions that roll do."""
    shown: tuple[str, ...] = ()
    for cue in cues:
        fresh = cue.lines
        while fresh and fresh[0] in shown:
            fresh = fresh[1:]
        shown = cue.lines
        yield _Cue(cue.begin_s, cue.end_s, cue.line, cue.speaker, fresh)


def _runs(cues: list[_Cue]) -> Iterator[list[_Cue]]:
    """Yield the cues that belong together."""
    run: list[_Cue] = []
    for cue in cues:
        if run and _is_border(run, cue):
            yield run
            run = []
        run.append(cue)
    if run:
        yield run


def _is_border(run: list[_Cue], after: _Cue) -> bool:
    before = run[-1]
    if _SENTENCE_END.search(before.lines[-1]) or before.speaker != after.speaker:
        return True
    return after.begin_s - before.end_s > _LONGEST_PAUSE_S or after.begin_s - run[0].begin_s > _LONGEST_BLOCK_S


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _clock(seconds: float) -> str:
    """Write a time as a player shows it.

    >>> _clock(3725.5)
    '1:02:05'
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
