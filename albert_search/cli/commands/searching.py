"""``search`` and ``similar``: questions in, hits out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from albert_search.cli.freshness import fresh_reader
from albert_search.cli.hit_formats import Form
from albert_search.cli.hits import print_answers, print_hits, say_if_weak
from albert_search.cli.output import say
from albert_search.cli.parameters import (
    SEARCHING,
    ContextOption,
    IndexOption,
    JsonLinesOption,
    JsonOption,
    KOption,
    ModelOption,
    ModeOption,
    RerankOption,
    StaleOption,
    WhereOption,
    examples,
)
from albert_search.cli.texts import read_lines
from albert_search.errors import NotIndexed, UsageError
from albert_search.types import DEFAULT_MODE
from albert_search.words.languages import language_name

if TYPE_CHECKING:
    from albert_search.index.reader import IndexReader
    from albert_search.types import Hit, Place

NOTHING_FOUND = 1

ASKED_AT_ONCE = 256
"""Questions of a file that are answered together."""

FIELDS_SHOWN = 20
"""Fields of documents that are named to a person whose filter matches none."""

app = typer.Typer()

PlaceArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="PLACE", help="PATH:LINE, PATH#row=N or PATH#page=N, as search prints it.")
]

QUESTION_HELP = (
    "The question; its words need no quotes. '\"exact phrase\"' must be there, '-word' and '-\"phrase\"' must not,"
    " 'field:value' narrows as --where does; all else is plain text."
)
QuestionArgument: TypeAlias = Annotated[list[str] | None, typer.Argument(metavar="QUESTION...", help=QUESTION_HELP)]
MinScoreOption: TypeAlias = Annotated[
    float, typer.Option("--min-score", metavar="X", help="Leave out what scores lower, in [-1, 1].")
]
MinRelevanceOption: TypeAlias = Annotated[
    float,
    typer.Option(
        "--min-relevance", metavar="X", help="Leave out what does not outdo this share of unrelated questions."
    ),
]
MergeOption: TypeAlias = Annotated[bool, typer.Option("--merge", help="Make one hit of neighbouring sentences.")]
EveryCopyOption: TypeAlias = Annotated[bool, typer.Option("--every-copy", help="Show each place of the same sentence.")]
QuestionsOption: TypeAlias = Annotated[
    Path | None, typer.Option("--questions", metavar="FILE", help="Ask each line of a file; - for standard input.")
]
FormatOption: TypeAlias = Annotated[
    Form,
    typer.Option("--format", help="Form of the hits; 'text' is laid out on a terminal, and lines with tabs elsewhere."),
]
ExplainOption: TypeAlias = Annotated[bool, typer.Option("--explain", help="Show what speaks for each hit.")]


@app.command(
    rich_help_panel=SEARCHING,
    epilog=examples(
        "search how do I undo the last commit",
        "search 'who pays for returns?' -k 3 --context 2 --where 'path=contracts/*.pdf'",
        "search 'refund \"within 30 days\" -draft author:Ann'",
        "search --questions questions.txt --jsonl > hits.jsonl",
        "search refunds --format paths | xargs $EDITOR",
    ),
    context_settings={"ignore_unknown_options": True},  # -5 degrees is a question
)
def search(
    question: QuestionArgument = None,
    k: KOption = 10,
    index: IndexOption = None,
    model: ModelOption = None,
    min_score: MinScoreOption = -1.0,
    min_relevance: MinRelevanceOption = 0.0,
    where: WhereOption = None,
    mode: ModeOption = DEFAULT_MODE,
    rerank: RerankOption = None,
    context: ContextOption = 0,
    merge: MergeOption = False,
    every_copy: EveryCopyOption = False,
    questions: QuestionsOption = None,
    explain: ExplainOption = False,
    stale: StaleOption = False,
    form: FormatOption = "text",
    as_json: JsonOption = False,
    as_lines: JsonLinesOption = False,
) -> None:
    """Find the sentences that answer a question best.

    On a terminal the hits are laid out for reading; into a pipe goes a line for
    each: score, place and sentence, with tabs between. Exit code 1: nothing found.
    """
    if bool(question) == bool(questions):
        raise UsageError("ask one question, or give a file of them with --questions")
    form, lines = _form(form, as_json, as_lines), filter(str.strip, read_lines(questions) if questions else ())
    with fresh_reader(index, model, stale=stale) as reader:

        def ask(asked: list[str]) -> list[list[Hit]]:
            return reader.search(
                asked, k, min_score=min_score, min_relevance=min_relevance, where=where, context=context,
                merge=merge, every_copy=every_copy, mode=mode, rerank=rerank,
            )  # fmt: skip

        if questions:
            anything = print_answers(_answers(ask, lines), form, explain=explain)
        else:
            (hits,) = ask([_written(question or ())])
            print_hits(hits, form, explain=explain)
            anything = bool(hits)
            _say_what_to_think(reader, " ".join(question or ()), hits if mode != "keyword" else ())
        if not anything:
            _exit_with_nothing(reader, where)


@app.command(
    rich_help_panel=SEARCHING,
    epilog=examples("similar notes/git.md:12", "similar 'data.csv#row=7' -k 3", "similar 'report.pdf#page=3' --json"),
)
def similar(
    place: PlaceArgument,
    k: KOption = 10,
    index: IndexOption = None,
    where: WhereOption = None,
    context: ContextOption = 0,
    form: FormatOption = "text",
    as_json: JsonOption = False,
    as_lines: JsonLinesOption = False,
) -> None:
    """Find the sentences nearest to one that is in the index already.

    Needs no model. Without a line, the first sentence of the page, row or document
    is taken. Exit code 1: nothing found, or there is no such sentence.
    """
    from albert_search.index.reader import IndexReader

    with IndexReader.open(index) as reader:
        path, line = _place(place)
        target = path if line else _first_sentence(reader, path)
        hits = reader.similar(target, line or 1, k, where=where, context=context)
        print_hits(hits, _form(form, as_json, as_lines))
        if not hits:
            _exit_with_nothing(reader, where)


def _place(place: str) -> tuple[str, int | None]:
    """Return the address and the line that ``PATH:LINE`` stands for; no line where none is given."""
    match = re.fullmatch(r"(.+):(\d+)", place, re.DOTALL)
    return (match[1], int(match[2])) if match else (place, None)


def _first_sentence(index: IndexReader, place: str) -> Place:
    path, _, page = place.partition("#page=")
    for sentence in index.get(path):
        if not page or page == str(sentence.page):
            return sentence
    raise NotIndexed(f"no sentence of {place} is in the index")


def _form(form: Form, as_json: bool, as_lines: bool) -> Form:
    """Return the form of the hits; --json and --jsonl are short for two of them."""
    return "jsonl" if as_lines and not as_json else "json" if as_json else form


def _answers(
    ask: Callable[[list[str]], list[list[Hit]]], questions: Iterator[str]
) -> Iterator[tuple[str, Sequence[Hit]]]:
    """Yield each question with its hits; as many are asked together as the model likes to read at once."""
    while asked := list(islice(questions, ASKED_AT_ONCE)):
        yield from zip(asked, ask(asked), strict=True)


def _written(words: Sequence[str]) -> str:
    """Return the question that was given word by word; an option that there is not is not taken for a part of it."""
    if words and words[0].startswith("--") and words[0] != "--" and " " not in words[0]:
        raise UsageError(
            f"there is no option {words[0]}: see `albert-search search --help`;"
            " put -- before a question that begins with two dashes"
        )
    return " ".join(words)


def _say_what_to_think(index: IndexReader, question: str, hits: Sequence[Hit]) -> None:
    """Tell once that a question is ranked by words alone, or that no hit is nearer than chance may bring it."""
    say_if_weak(hits)
    language = index.foreign_language(question)
    if language is not None:
        name = language_name(language)
        say(f"this seems to be {name}, which the model {index.encoder.name} does not know: ranked by words alone")


def _exit_with_nothing(index: IndexReader, where: Sequence[str] | None) -> None:
    if not where or index.documents(where):
        say("nothing found")
    else:
        fields = ["path", *(".path" if field == "path" else field for field in index.fields())]
        more = ", ..." if len(fields) > FIELDS_SHOWN else ""
        say(f"nothing found: no document matches --where; the fields are {', '.join(fields[:FIELDS_SHOWN])}{more}")
    raise typer.Exit(NOTHING_FOUND)
