"""``model tune``: a model becomes better at a person's own texts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from albert_search.cli.output import number, put_fields, put_json, say
from albert_search.cli.parameters import JsonOption
from albert_search.errors import UsageError, needs_extra

if TYPE_CHECKING:
    from albert_search.training.tuning.loop import Report, TuningProgress
    from albert_search.training.tuning.tuned_model import Tuned

PAIRS_EPOCHS, CORPUS_EPOCHS = 3, 1


BaseModelArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="NAME", help="The model to begin with; itself it stays as it is.")
]
PairsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--pairs", metavar="FILE", help="Texts that belong together, two a line with a tab between them."),
]
CorpusOption: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option("--corpus", metavar="PATH", help="Files and folders of plain text, instead of pairs. Repeatable."),
]
NewNameOption: TypeAlias = Annotated[str | None, typer.Option("--name", help="What to call the new model; NAME-tuned.")]
StsOption: TypeAlias = Annotated[
    Path | None,
    typer.Option("--sts", metavar="FILE", help="Sentence pairs with a score, to report on, as `evaluate` reads."),
]
EpochsOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--epochs", min=1, help=f"How often each is learned from; {PAIRS_EPOCHS} for pairs, {CORPUS_EPOCHS} else."
    ),
]
BatchOption: TypeAlias = Annotated[
    int, typer.Option("--batch", min=2, help="Pairs in a batch: more are better, and take more memory.")
]
RateOption: TypeAlias = Annotated[float, typer.Option("--rate", min=1e-8, max=1.0, help="Highest learning rate.")]
LimitOption: TypeAlias = Annotated[
    int | None, typer.Option("--limit", metavar="N", min=1, help="Take N pairs or sentences, drawn at random.")
]


def tune(
    model: BaseModelArgument,
    pairs: PairsOption = None,
    corpus: CorpusOption = None,
    name: NewNameOption = None,
    sts: StsOption = None,
    epochs: EpochsOption = None,
    batch: BatchOption = 32,
    rate: RateOption = 3e-5,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fine-tune a model for similarity, on pairs or on plain text alone.

    A tenth is held out to stop in time, and another to report on. What was cut
    off goes on where it was when the same command is run again.
    """
    if bool(pairs) == bool(corpus):
        raise UsageError("give either --pairs or --corpus: a model learns from one of them")
    with needs_extra("train", "tuning"):
        from albert_search.training.tuning.loop import TuningSettings
        from albert_search.training.tuning.tuned_model import read_examples, tune_model
    from albert_search.evaluation import read_sentence_pairs

    scored = read_sentence_pairs(sts) if sts else None  # before the hours that follow
    settings = TuningSettings(epochs=epochs or (PAIRS_EPOCHS if pairs else CORPUS_EPOCHS), batch_pairs=batch, rate=rate)
    examples = read_examples(model, pairs=pairs, corpus=corpus or (), limit=limit, settings=settings)
    say(
        f"learning from {number(len(examples.learned), 'pair' if pairs else 'sentence')}, "
        f"{len(examples.stopping) + len(examples.reporting):,} held out"
    )
    with _bar() as report:
        tuned = tune_model(model, examples, settings, name=name, report=report)
    _show(tuned, _agreement(scored, (model, str(tuned.folder))) if scored else (), as_json=as_json)


def _agreement(scored: Any, models: tuple[str, str]) -> tuple[float, ...]:
    """Return Spearman's correlation of both models' cosines with people's scores."""
    from albert_search.evaluation import evaluate_sts

    return tuple(evaluate_sts(scored, model=model).figures["Spearman"].value for model in models)


def _show(tuned: Tuned, agreement: tuple[float, ...], *, as_json: bool) -> None:
    figures = {
        "partner found first": (tuned.before.accuracy, tuned.after.accuracy),
        "partner found, MRR": (tuned.before.mrr, tuned.after.mrr),
    }
    if agreement:
        figures["STS, Spearman"] = (agreement[0], agreement[1])
    if as_json:
        put_json(
            {
                "model": tuned.folder.name,
                "folder": str(tuned.folder),
                "learned_pairs": tuned.learned_pairs,
                "reported_pairs": tuned.reported_pairs,
                "figures": {name: {"before": before, "after": after} for name, (before, after) in figures.items()},
            }
        )
        return
    say(f"on {number(tuned.reported_pairs, 'pair')} that the tuning never saw:")
    shown: dict[str, object] = {name: f"{before:.3f} -> {after:.3f}" for name, (before, after) in figures.items()}
    put_fields({"model": tuned.folder.name, **shown})


@contextmanager
def _bar() -> Iterator[Report]:
    """Draw a bar on stderr where it is a terminal, and say on it how each evaluation went."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("tuning"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=None, rate="")

        def show(progress: TuningProgress) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f} pairs a second" if speed else ""
            bar.update(task, completed=progress.pairs, total=progress.total_pairs, rate=rate)
            if progress.figures:
                say(
                    f"after {progress.pairs:,} of {progress.total_pairs:,}: held-out partners are found first "
                    f"{progress.figures.accuracy:.1%} of the time, MRR {progress.figures.mrr:.3f}"
                )

        yield show
