"""Hits for other programs and for documents: CSV, Markdown, HTML, and the paths of files."""

from __future__ import annotations

import csv
import html
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from albert_search.cli.output import clean, put, shown_path
from albert_search.types import Hit

Answers: TypeAlias = Iterable[tuple[str, Sequence[Hit]]]
"""Questions with their hits; a question is empty where it was the only one."""

Form: TypeAlias = Literal["text", "json", "jsonl", "csv", "md", "html", "paths"]

COLUMNS = (
    "question",
    "rank",
    "score",
    "relevance",
    "uri",
    "line",
    "page",
    "row",
    "headings",
    "text",
    "before",
    "after",
)
"""Columns of CSV; what is not known is empty, and headings have `` > `` between them."""

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")

_HEAD = """<!doctype html>
<html><head><meta charset="utf-8"><title>albert-search</title><style>
body { font: 1em/1.5 system-ui, sans-serif; max-width: 45em; margin: 2em auto; padding: 0 1em }
cite, small { color: #666; font-style: normal } li { margin-bottom: 1em } p { margin: 0 }
</style></head><body>"""


def _csv(answers: Answers) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for question, hits in answers:
        for rank, hit in enumerate(hits, 1):
            known = {
                "question": question,
                "rank": rank,
                "score": f"{hit.score:.4f}",
                "relevance": None if hit.relevance is None else f"{hit.relevance:.4f}",
                "headings": " > ".join(hit.headings),
                "before": " ".join(hit.before),
                "after": " ".join(hit.after),
            }
            writer.writerow([known[name] if name in known else getattr(hit, name) for name in COLUMNS])


def _markdown(answers: Answers) -> None:
    def escape(text: str) -> str:
        return _MARKDOWN.sub(r"\\\1", clean(text))

    for question, hits in answers:
        if question:
            print(f"## {escape(question)}\n")
        for rank, hit in enumerate(hits, 1):
            sentence = "".join(f"**{escape(part)}**" if matches else escape(part) for part, matches in _parts(hit))
            around = [escape(" ".join(hit.before)), sentence, escape(" ".join(hit.after))]
            print(f"{rank}. {' '.join(filter(None, around))}\n   — {escape(_source(hit))} ({hit.score:.2f})\n")


def _html(answers: Answers) -> None:
    def escape(text: str) -> str:
        return html.escape(clean(text))

    print(_HEAD)
    for question, hits in answers:
        print(f"<h2>{escape(question)}</h2>\n<ol>" if question else "<ol>")
        for hit in hits:
            sentence = "".join(
                f"<mark>{escape(part)}</mark>" if matches else escape(part) for part, matches in _parts(hit)
            )
            before, after = (
                f"<small>{escape(' '.join(some))}</small>" if some else "" for some in (hit.before, hit.after)
            )
            print(f"<li><p>{' '.join(filter(None, (before, sentence, after)))}</p>")
            print(f"<cite>{escape(_source(hit))} ({hit.score:.2f})</cite></li>")
        print("</ol>")
    print("</body></html>")


def _paths(answers: Answers) -> None:
    seen: set[str] = set()
    for _, hits in answers:
        for hit in hits:
            path = hit.uri.partition("#row=")[0] if hit.row is not None else hit.uri
            if path not in seen:
                seen.add(path)
                put(shown_path(path))


WRITERS: Mapping[str, Callable[[Answers], None]] = {"csv": _csv, "md": _markdown, "html": _html, "paths": _paths}
"""What prints the hits in each form that is none of JSON's and is the same on a terminal and in a pipe."""


def location(hit: Hit) -> str:
    """Return where a hit stands as a person says it."""
    path = shown_path(hit.uri)
    if hit.row is not None:
        return f"{path.removesuffix(f'#row={hit.row}')} row {hit.row}"
    if hit.page is not None:
        return f"{path} p. {hit.page}"
    return f"{path}:{hit.line}" if hit.line is not None else path


def link(hit: Hit) -> str | None:
    """Return the address of a hit's file, which a terminal opens; None where no such file is there."""
    path = Path(hit.uri.partition("#row=")[0])
    return (
        f"{path.as_uri()}{f'#page={hit.page}' if hit.page else ''}" if path.is_absolute() and path.is_file() else None
    )


def _source(hit: Hit) -> str:
    return " › ".join([location(hit), *hit.headings])


def _parts(hit: Hit) -> Iterator[tuple[str, bool]]:
    """Yield the sentence in parts, and whether each matches the question."""
    end = 0
    for match in hit.matches:
        yield hit.text[end : match.start], False
        yield hit.text[match.start : match.end], True
        end = match.end
    yield hit.text[end:], False
