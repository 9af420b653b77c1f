"""``ask``: an answer in words, from the hits, by a language model that the person chose."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from albert_search.cli.freshness import fresh_reader
from albert_search.cli.hit_formats import location
from albert_search.cli.output import clean, put, put_json, say
from albert_search.cli.parameters import (
    SEARCHING,
    IndexOption,
    JsonOption,
    KOption,
    StaleOption,
    WhereOption,
    examples,
)
from albert_search.errors import UsageError
from albert_search.types import WEAK_BELOW

if TYPE_CHECKING:
    from albert_search.types import Hit

CONTEXT = 2
"""Sentences before and after each hit that the model is given."""

NOTHING_FOUND = 1

app = typer.Typer()

QuestionArgument: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="QUESTION...", help="The question; its words need no quotes.")
]
UrlOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--url", envvar="ALBERT_SEARCH_LLM_URL", help="Endpoint in OpenAI's dialect; it ends with /v1."),
]
LanguageModelOption: TypeAlias = Annotated[
    str, typer.Option("--llm", metavar="NAME", envvar="ALBERT_SEARCH_LLM", help="Which model of the endpoint.")
]
KeyOption: TypeAlias = Annotated[
    str, typer.Option("--key", metavar="TEXT", envvar="ALBERT_SEARCH_LLM_KEY", help="Key of the endpoint, if any.")
]


@app.command(
    rich_help_panel=SEARCHING,
    epilog=examples("ask who pays for returns", "ask 'who pays for returns?' --url http://localhost:8080/v1"),
)
def ask(
    question: QuestionArgument,
    k: KOption = 8,
    index: IndexOption = None,
    where: WhereOption = None,
    url: UrlOption = None,
    llm: LanguageModelOption = "default",
    key: KeyOption = "",
    stale: StaleOption = False,
    as_json: JsonOption = False,
) -> None:
    """Answer a question in words, citing the passages that say so.

    A language model at --url writes the answer from the hits alone: nothing is sent
    anywhere else, and without --url nothing at all, but the passages are shown.
    Exit code 1: nothing in the index is about the question.
    """
    from albert_search.integrations.chat import Endpoint, answer, prompt_of

    asked = " ".join(question)
    if not asked.strip():
        raise UsageError("the question is empty: ask with at least one word")
    with fresh_reader(index, None, stale=stale) as reader:
        found = reader.search(asked, k, where=where, context=CONTEXT, merge=True)
    hits = [hit for hit in found if hit.relevance is None or hit.relevance >= WEAK_BELOW]
    if not hits:
        say("nothing in the index is about this")
        raise typer.Exit(NOTHING_FOUND)
    pieces = answer(prompt_of(asked, hits), Endpoint(url, llm, key)) if url else ()
    text = "".join(pieces) if as_json else _shown(pieces)
    if as_json:
        put_json({"question": asked, "answer": text if url else None, "sources": [asdict(hit) for hit in hits]})
        return
    _show_sources(hits, text)
    if not url:
        say("a language model at --url writes an answer from these")


def _shown(pieces: Iterable[str]) -> str:
    """Print an answer as it comes, a line after the other without what would steer a terminal."""
    text, pending = "", ""
    for piece in pieces:
        text += piece
        pending += piece
        # Whole words, so that nothing that would steer a terminal slips through in halves.
        end = max(pending.rfind(" "), pending.rfind("\n")) + 1
        _write(pending[:end])
        pending = pending[end:]
    _write(pending + ("\n\n" if text else ""))
    return text


def _write(text: str) -> None:
    sys.stdout.write("\n".join(clean(line) for line in text.split("\n")))
    sys.stdout.flush()


def _show_sources(hits: Sequence[Hit], text: str) -> None:
    """Print the passages that an answer cites by their places, or all passages whole where there is no answer."""
    from albert_search.integrations.chat import cited

    numbers = cited(text, hits) or range(1, len(hits) + 1)
    for number in numbers:
        hit = hits[number - 1]
        put(f"[{number}] {location(hit)}")
        if not text:
            put(f"    {' '.join([*hit.before, hit.text, *hit.after])}")
