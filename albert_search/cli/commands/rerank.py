"""``rerank``: texts from any other search in, the same texts in a better order out; no index is needed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from albert_search.cli.output import put, put_json
from albert_search.cli.parameters import SEARCHING, JsonOption, VectorModelOption, examples
from albert_search.cli.texts import given_texts
from albert_search.errors import UsageError

app = typer.Typer()


@app.command(
    rich_help_panel=SEARCHING,
    epilog=examples(
        "rerank 'who eats fish?' 'The sun is hot.' 'Cats like salmon.'",
        "rerank 'how do I undo a commit?' < candidates.txt | head -5",
    ),
)
def rerank(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="The question.")],
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT...", help="The texts; else standard input, a text a line.")
    ] = None,
    model: VectorModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put texts of any other search in order by how well they answer a question.

    Each line is a score and a text, best first. JSON also has the text's position in
    what was given, from 0, what the score is made of, and the words that matched.
    """
    from albert_search.albert.opening import chosen_encoder
    from albert_search.searching.reranking import Reranker

    candidates = [text for text in given_texts(texts or ["-"]) if text.strip()]
    if not question.strip() or not candidates:
        raise UsageError("there is nothing to put in order: give a question, and texts to choose from")
    ranked = Reranker(chosen_encoder(model)).rerank(question, candidates)
    if as_json:
        put_json([asdict(text) for text in ranked])
        return
    for text in ranked:
        put(f"{text.score:.4f}", text.text)
