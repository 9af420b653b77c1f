"""The model card of the model that ships: its sources, its training, its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from albert_search.albert.architecture import Architecture
from albert_search.training.distilling.recipe import Recipe
from albert_search.training.stage import Source, Stage

LICENCES = {
    "wikipedia": "CC BY-SA",
    "wikipedia_title_lead": "CC BY-SA",
    "science_abstracts": "Apache-2.0 (SciTLDR), MIT (PubMedQA), public domain",
    "technical_docs": "free, mixed",
    "debian_descriptions": "free, mixed",
    "trivia_questions": "CC BY-SA, Apache-2.0",
    "opentriviaqa_question_answer": "CC BY-SA",
    "wordnet_lemma_gloss": "WordNet licence",
    "wordnet_glosses": "WordNet licence",
    "dictionaries_gcide_foldoc_jargon": "GPL, GFDL, public domain",
    "tatoeba_short": "CC BY",
    "fiction": "public domain",
    "questions": "CC BY, CC BY-SA, Apache-2.0, MIT, GPL-3 (LC-QuAD)",
    "question_passage": "CC BY, CC BY-SA, Apache-2.0, MIT, public domain, free, mixed",
    "passages": "CC BY, Apache-2.0, public domain, free, mixed",
}

CARD = """# {name}

A small ALBERT for sentence similarity and search in English: {layers} layers in {groups} groups that share their
weights, {hidden} wide, over a factorised embedding of {embedding}; {pieces:,} SentencePiece pieces; texts up to
{tokens} tokens. Apache-2.0. Sentence vectors are the {pooling} output, scaled to length 1.

## Made from
The student of three teachers: MiniLM-L6-v2 (Apache-2.0), whose layers {teacher_layers} it starts as,
all-mpnet-base-v2 (Apache-2.0), and multilingual-e5-small (MIT). Its vocabulary is MiniLM's word pieces (BERT's,
Apache-2.0), written as SentencePiece. It learned from a sample of these texts. No evaluation set is among them, not
even STS-B's training part.

| texts | at most | licence |
|---|---|---|
{sources}

## How
1. The embedding: MiniLM's, projected onto {embedding} dimensions in the metric of its sensitivity, then fitted for
   {fit_steps} steps.
2. The lowest {bottom_layers} layers learn MiniLM's states: {bottom}.
3. The whole student learns what the first two teachers' vectors are fused into (vectors whose cosines are nearly the
   mean of both teachers'), and the similarities in a batch: {vectors}. The pooler's output learns
   the same beside the mean and comes out behind it; `LOG.md` has both.
4. The same again, on those texts and as many others, an eighth of them long passages of abstracts: {again}.
5. The same, and which texts of a chunk are near, on texts that no step before has seen, a seventh of them passages:
   {further}.
6. The same on those texts and two ninths as many new ones, a quarter of these passages: {last}.
7. It learns what its own vectors, as they are by now, and multilingual-e5's are fused into ({own:g} and {third:g}), on
   texts of which two fifths are questions, each compared with the {nearest} that it or its teachers have nearest:
   {questions}. {runs} runs on texts of their own; the weights are their mean.
8. The rerank head, a linear map of each token's state to {width} dimensions, learns to order the nearest texts of
   {pairs:,} questions with an answer, and of others without, as the fused vectors do. All else stays as it is.

AdamW, batches of at most {batch} texts. `scripts/train_model` repeats it; `albert_search/training/LOG.md` has the
figures of every run.

## How good
By `scripts/bench_quality`, documents in passages, beside MiniLM-L6 in float32 and a BM25 library:

{figures}

## Limits
English only. A text beyond {tokens} tokens is cut. It knows what its teachers know about which texts are near each
other, with the teachers' biases, and less about rare words and long technical texts. A score says how near two texts
are, not that one is true.
"""


def model_card(
    name: str,
    architecture: Architecture,
    recipe: Recipe,
    pooling: str,
    evaluations: Sequence[Mapping[str, Any]],
) -> str:
    """Return the card as Markdown.

    Args:
        name: The model's name.
        architecture: Its sizes.
        recipe: How it was trained.
        pooling: How its outputs become a vector.
        evaluations: What ``scripts/bench_quality`` measured, as it writes it.

    Returns:
        The text of the card.
    """
    sources = [
        f"| {file} | {sum(source.texts for source in taken):,} | {LICENCES.get(file, 'see the corpora')} |"
        for file, taken in _taken(recipe).items()
    ]
    return CARD.format(
        name=name,
        layers=architecture.num_hidden_layers,
        groups=architecture.num_hidden_groups,
        hidden=architecture.hidden_size,
        embedding=architecture.embedding_size,
        pieces=architecture.vocab_size,
        tokens=recipe.max_tokens,
        pooling=pooling,
        teacher_layers=", ".join(map(str, recipe.teacher_layers)),
        sources="\n".join(sources),
        **_steps(recipe),
        batch=recipe.batch_texts,
        figures=_figures(evaluations),
    )


def _steps(recipe: Recipe) -> dict[str, Any]:
    """Return what the card says of each step."""
    stages = ("bottom", "vectors", "again", "further", "last", "questions")
    return {
        **{name: _stage(getattr(recipe, name)) for name in stages},
        "fit_steps": recipe.fit_steps,
        "bottom_layers": recipe.bottom_layers,
        "own": recipe.question_weights[0],
        "third": recipe.question_weights[1],
        "nearest": recipe.nearest_texts,
        "runs": {1: "One", 2: "Two"}.get(recipe.question_runs, recipe.question_runs),
        "width": recipe.head.width,
        "pairs": recipe.head.pairs,
    }


def _taken(recipe: Recipe) -> Mapping[str, tuple[Source, ...]]:
    """Return what is taken from each file, in the sample and as passages."""
    stages = (recipe.again, recipe.further, recipe.last, recipe.questions)
    drawn = (recipe.sources, *(stage.passages for stage in stages), recipe.question_sources)
    files = dict.fromkeys(file for sources in drawn for file in sources)
    return {file: tuple(source for sources in drawn for source in sources.get(file, ())) for file in files}


def _stage(stage: Stage) -> str:
    epochs = "once" if stage.epochs == 1 else f"{stage.epochs} times each"
    rates = f"learning rate {stage.rate:g}, of the embedding tables {stage.embedding_rate:g}"
    return f"{stage.texts:,} texts {epochs}, {rates}"


def _figures(evaluations: Sequence[Mapping[str, Any]]) -> str:
    if not evaluations:
        return "Not measured yet: run `scripts/bench_quality`."
    rows = [
        f"| {one['dataset']} | {one['model']} | {one['mode'] or 'semantic'} | {measure} | {figure['value']:.4f} |"
        for one in evaluations
        for measure, figure in one["figures"].items()
        if measure in ("nDCG@10", "Spearman")
    ]
    return "\n".join(["| set | model | mode | measure | figure |", "|---|---|---|---|---|", *rows])
