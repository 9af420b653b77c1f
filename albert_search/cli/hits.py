"""Hits as a person reads them, as a script reads them, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from albert_search.cli.hit_formats import WRITERS, Answers, Form, link, location
from albert_search.cli.output import clean, console, put, put_json, say, shown_path
from albert_search.types import WEAK_BELOW, Hit

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def print_hits(hits: Sequence[Hit], form: Form = "text", *, explain: bool = False, first: int = 1) -> None:
    """Print the hits of one question, in the form that was asked for or that stdout calls for.

    On a terminal they are numbered, the first of them ``first``.
    """
    if form == "json":
        put_json([asdict(hit) for hit in hits])
    elif form == "jsonl":
        _print_json_lines(hits)
    elif form in WRITERS:
        WRITERS[form]([("", hits)])
    elif terminal := console():
        _print_for_reading(terminal, hits, explain=explain, first=first)
    else:
        for hit in hits:
            put(*_columns(hit, explain=explain))


def print_answers(answers: Answers, form: Form = "text", *, explain: bool = False) -> bool:
    """Print the hits of several questions as they come: each form names the question that a hit belongs to.

    Returns:
        Whether there was any hit.
    """
    if form in WRITERS:
        everything = list(answers)
        WRITERS[form](everything)
        return any(hits for _, hits in everything)
    if form == "json":
        results = [{"question": question, "hits": [asdict(hit) for hit in hits]} for question, hits in answers]
        put_json(results)
        return any(answer["hits"] for answer in results)
    terminal = None if form == "jsonl" else console()
    anything = False
    for question, hits in answers:
        anything = anything or bool(hits)
        if form == "jsonl":
            _print_json_lines(hits, question=question)
        elif terminal:
            terminal.print(f"{clean(question)}\n", style="bold underline", soft_wrap=True)
            _print_for_reading(terminal, hits, explain=explain)
        else:
            for hit in hits:
                put(question, *_columns(hit, explain=explain))
    return anything


def say_if_weak(hits: Sequence[Hit]) -> None:
    """Tell the person when no hit is nearer than chance may bring it."""
    if hits and all(hit.relevance is not None and hit.relevance < WEAK_BELOW for hit in hits):
        say("nothing in the index seems to be about this; these are only the nearest sentences")


def _print_json_lines(hits: Sequence[Hit], **more: str) -> None:
    for hit in hits:
        put_json({**more, **asdict(hit)}, indent=None)


def _columns(hit: Hit, *, explain: bool) -> list[str]:
    """Return what a hit's line holds: score, location and sentence, then what else was asked for."""
    line = [_number(hit.score, 4), _target(hit), hit.text, *([_explanation(hit)] if explain else [])]
    return [*line, " ".join(hit.before), " ".join(hit.after)] if hit.before or hit.after else line


def _number(score: float, digits: int) -> str:
    return "-" if math.isnan(score) else f"{score:.{digits}f}"


def _target(hit: Hit) -> str:
    """Return where a hit stands as `albert-search similar` takes it: ``path:line``, ``path#page=3``, ``path#row=7``."""
    path = shown_path(hit.uri)
    if hit.row is not None:
        return path
    return f"{path}#page={hit.page}" if hit.page is not None else f"{path}:{hit.line or hit.ordinal + 1}"


def _explanation(hit: Hit) -> str:
    """Return what speaks for a hit, in words."""
    parts = {
        "cosine": hit.score,
        "keywords": hit.keyword,
        "context": hit.context_score,
        "fused": hit.fused,
        "maxsim": hit.maxsim,
        "reranked": hit.reranked,
        "relevance": hit.relevance,
    }
    scores = ", ".join(
        f"{name} {value:.3f}" for name, value in parts.items() if value is not None and not math.isnan(value)
    )
    by_weight = sorted(hit.matches, key=lambda match: -match.weight)
    words = dict.fromkeys(hit.text[match.start : match.end] for match in by_weight)
    return f"{scores}, matches {' '.join(words)}" if words else scores


def _print_for_reading(terminal: Console, hits: Sequence[Hit], *, explain: bool, first: int = 1) -> None:
    from rich.padding import Padding

    margin = len(str(first + len(hits) - 1)) + 2
    for rank, hit in enumerate(hits, first):
        terminal.print(_head(hit, f"{rank:>{margin - 2}}  "), soft_wrap=True)
        # A terminal without any styles cannot show by them which sentence is meant.
        body = _body(hit, marks=terminal.color_system is None)
        if explain:
            body.append(f"\n{_explanation(hit)}", "dim")
        terminal.print(Padding(body, (0, 0, 1, margin), expand=False))


def _head(hit: Hit, rank: str) -> Text:
    from rich.text import Text

    address = link(hit)
    head = Text.assemble(
        (rank, "dim"),
        (_number(hit.score, 2), "green"),
        "  ",
        (clean(location(hit)), f"cyan link {address}" if address else "cyan"),
    )
    if hit.headings:
        head.append("  " + clean(" › ".join(hit.headings)), "dim")
    if hit.relevance is not None and hit.relevance < WEAK_BELOW:
        head.append("  weak", "yellow")
    if hit.copies:
        head.append(f"  +{hit.copies} elsewhere", "dim")
    return head


def _body(hit: Hit, *, marks: bool) -> Text:
    from rich.text import Text

    before, text, after = clean(" ".join(hit.before)), _with_matches(hit), clean(" ".join(hit.after))
    if not (before or after):
        return text
    text.stylize("bold")
    marked = Text.assemble("»", text, "«") if marks else text
    return Text(" ").join(part for part in (Text(before, "dim"), marked, Text(after, "dim")) if part)


def _with_matches(hit: Hit) -> Text:
    """Return the sentence with the words underlined that match the question's."""
    from rich.text import Text

    text, end = Text(), 0
    for match in hit.matches:
        text.append(clean(hit.text[end : match.start]))
        text.append(clean(hit.text[match.start : match.end]), "underline")
        end = match.end
    return text.append(clean(hit.text[end:]))
