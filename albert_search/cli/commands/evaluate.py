"""``evaluate``: how well models and modes find what people look for, in figures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from enum import Enum
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, cast

import typer

from albert_search.cli.output import put, put_json, say
from albert_search.cli.parameters import LOOKING, IndexOption, JsonOption, RerankOption, examples
from albert_search.cli.progress import progress_bar
from albert_search.errors import UsageError

if TYPE_CHECKING:
    from albert_search.evaluation import Evaluation, Figure
    from albert_search.sentences import Unit
    from albert_search.types import Mode


class RankingMode(str, Enum):
    """The modes as choices that an option can repeat; Typer takes no list of literals before 0.29."""

    SEMANTIC = "semantic"
    KEYWORD = "keyword"
    HYBRID = "hybrid"


app = typer.Typer()

Search: TypeAlias = "tuple[Mode, bool | None]"
"""A mode, and whether to rerank."""

STAGES: tuple[Search, ...] = (("semantic", False), ("hybrid", False), ("hybrid", True))
"""Each stage of a search, with those before it."""

SetsArgument: TypeAlias = Annotated[
    list[Path] | None,
    typer.Argument(metavar="SET...", help="Retrieval sets (BEIR), folders of them, files of sentence pairs (STS)."),
]
ModelsOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--model", metavar="NAME|PATH", help="Model to measure; the one that ships. Repeatable."),
]
ModesOption: TypeAlias = Annotated[
    list[RankingMode] | None,
    typer.Option("--mode", help="How to search; by meaning, and with --self hybrid too. Repeatable."),
]
UnitOption: TypeAlias = Annotated[
    Literal["sentence", "passage", "document"], typer.Option("--unit", help="What gets a vector of its own.")
]
WhitenOption: TypeAlias = Annotated[
    bool,
    typer.Option("--whiten", help="Measure every model also with its vectors whitened by the set's own texts."),
]
RunsOption: TypeAlias = Annotated[
    Path | None, typer.Option("--runs", metavar="FOLDER", help="Write the rankings there, as TREC run files.")
]
StagesOption: TypeAlias = Annotated[
    bool, typer.Option("--stages", help="Measure each stage: by meaning, with words too, and reranked too.")
]
KeepOption: TypeAlias = Annotated[
    Path | None, typer.Option("--keep", metavar="FOLDER", help="Keep the indexes there, for the next time.")
]
SelfOption: TypeAlias = Annotated[
    bool, typer.Option("--self", help="Ask your own index for its own sentences, in other words: needs no labels.")
]


@app.command(
    rich_help_panel=LOOKING,
    epilog=examples(
        "evaluate beir/scifact sts/dev.tsv",
        "evaluate beir --stages --unit sentence --runs runs",
        "evaluate --self --index notes",
    ),
)
def evaluate(
    sets: SetsArgument = None,
    models: ModelsOption = None,
    modes: ModesOption = None,
    rerank: RerankOption = None,
    stages: StagesOption = False,
    unit: UnitOption = "passage",
    whiten: WhitenOption = False,
    runs: RunsOption = None,
    keep: KeepOption = None,
    itself: SelfOption = False,
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how well models and modes find what they should.

    Each figure stands with its 95 % bootstrap interval. What comes after the
    first model and mode is compared with it by a paired bootstrap test. The time is
    that of the processor, for each question with its encoding.
    """
    from albert_search.evaluation.results import to_json

    if itself == bool(sets) or (itself and (models or whiten)):
        raise UsageError("name sets to measure models on, or give --self and an --index")
    if stages and (modes or rerank is not None):
        raise UsageError("--stages says how to search: leave out --mode and --rerank")
    usual = [RankingMode.SEMANTIC, RankingMode.HYBRID] if itself else [RankingMode.SEMANTIC]
    chosen = STAGES if stages else _searches([mode.value for mode in modes or usual], rerank)
    if itself:
        evaluations = _measure_index(index, chosen)
    else:
        evaluations = list(_measure(sets or (), models or [None], chosen, unit, whiten, keep, runs))
    if as_json:
        put_json(to_json(evaluations))
    else:
        _print_tables(evaluations)


def _searches(modes: Sequence[str], rerank: bool | None) -> Sequence[Search]:
    return [(cast("Mode", mode), None if mode == "keyword" else rerank) for mode in modes]


def _measure_index(index: str | None, searches: Sequence[Search]) -> list[Evaluation]:
    from albert_search.evaluation import evaluate_known_items
    from albert_search.index.index import Index

    with Index.open(index) as own:
        modes, rerank = zip(*searches, strict=True)
        return evaluate_known_items(own, modes=modes, rerank=rerank)


def _measure(
    paths: Sequence[Path],
    models: Sequence[str | None],
    searches: Sequence[Search],
    unit: Unit,
    whiten: bool,
    keep: Path | None,
    runs: Path | None,
) -> Iterator[Evaluation]:
    from albert_search.albert.opening import chosen_encoder
    from albert_search.evaluation import SentencePairs, evaluate_retrieval, evaluate_sts, find_datasets

    datasets = find_datasets(paths)
    with ExitStack() as stack:
        indexes = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for encoder in [chosen_encoder(model) for model in models]:
            for dataset in datasets:
                say(f"{encoder.name} on {dataset.name}")
                variants = (False, True) if whiten else (False,)
                if isinstance(dataset, SentencePairs):
                    yield from (evaluate_sts(dataset, model=encoder, whiten=whitened) for whitened in variants)
                    continue
                for whitened, (mode, rerank) in product(variants, searches):
                    with progress_bar() as progress:
                        yield evaluate_retrieval(
                            dataset,
                            model=encoder,
                            mode=mode,
                            rerank=rerank,
                            unit=unit,
                            whiten=whitened,
                            indexes=indexes,
                            runs=runs,
                            progress=progress,
                        )


def _print_tables(evaluations: Sequence[Evaluation]) -> None:
    """Print a table for each set of measures, and then the differences."""
    from albert_search.evaluation.results import averages, comparisons

    everything = [*evaluations, *averages(evaluations)]
    for measures in dict.fromkeys(tuple(evaluation.figures) for evaluation in everything):
        alike = [evaluation for evaluation in everything if tuple(evaluation.figures) == measures]
        datasets = list(dict.fromkeys(evaluation.dataset for evaluation in alike))
        rows = sorted(alike, key=lambda evaluation: datasets.index(evaluation.dataset))
        _print_table(
            ("set", "system", "items", "ms/question", *measures),
            [
                (
                    row.dataset,
                    str(row.system),
                    f"{row.items}",
                    "" if row.question_ms is None else f"{row.question_ms:.1f}",
                    *map(_with_interval, row.figures.values()),
                )
                for row in rows
            ],
        )
        pairs = comparisons(rows)
        if pairs:
            say(f"differences from {pairs[0][1].system}, with p of a paired bootstrap test:")
            _print_table(
                ("set", "system", *measures),
                [(row.dataset, str(row.system), *map(_with_p, row.minus(first).values())) for row, first in pairs],
            )


def _print_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        put("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    put()


def _with_interval(figure: Figure) -> str:
    low, high = figure.interval
    return f"{figure.value:.3f} [{low:.3f}, {high:.3f}]"


def _with_p(figure: Figure) -> str:
    return f"{figure.value:+.3f} (p {figure.p_value:.3f})"
