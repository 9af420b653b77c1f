"""From a model and a person's own texts to a new model that is tuned on them."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from keras import backend

from albert_search.albert import Encoder, Model, known_models
from albert_search.albert.published.importing import import_model
from albert_search.albert.shelf import check_name, note
from albert_search.albert.tokenizer import Tokenizer
from albert_search.config import models_folder
from albert_search.errors import ModelError, UsageError
from albert_search.training.tuning.contrast import PartnerFigures, find_partners
from albert_search.training.tuning.examples import (
    Examples,
    Pair,
    examples_of_pairs,
    examples_of_texts,
    read_pairs,
    read_sentences,
)
from albert_search.training.tuning.loop import MAX_TOKENS, Report, Tuning, TuningSettings

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True)
class Tuned:
    """A new model, and its figures beside the old one's.

    Attributes:
        folder: The new model.
        learned_pairs: Pairs that were learned from, each perhaps several times.
        reported_pairs: Pairs that were held out from everything, for these two figures.
        before: How well the model that was begun with finds the partners of their texts.
        after: How well the new one does.
    """

    folder: Path
    learned_pairs: int
    reported_pairs: int
    before: PartnerFigures
    after: PartnerFigures


def read_examples(
    model: str, *, pairs: Path | None, corpus: Sequence[Path], limit: int | None, settings: TuningSettings
) -> Examples:
    """Read what a model is to be tuned on.

    Args:
        model: Its name or folder.
        pairs: A file of pairs of texts that belong together; None for plain texts.
        corpus: Files and folders with plain texts, where there are no pairs.
        limit: The most pairs or sentences to take, drawn at random; None for all.
        settings: How the model is to be tuned.

    Raises:
        UsageError: There is no such file, or it holds too little.
        ReadError: A line of it cannot be understood.
        ModelError: There is no such model.
    """
    if pairs:
        return examples_of_pairs(_drawn(read_pairs(pairs), limit, settings.seed), settings.seed)
    opened = Model.open(model)
    tokenizer = Tokenizer(opened.vocabulary, lower_case=opened.settings.lower_case)
    texts = read_sentences(corpus, tokenizer.count, min(MAX_TOKENS, opened.settings.max_seq_length) - 2)
    return examples_of_texts(_drawn(texts, limit, settings.seed), settings.seed)


def tune_model(
    model: str, examples: Examples, settings: TuningSettings, *, name: str | None = None, report: Report | None = None
) -> Tuned:
    """Fine-tune a model for similarity; the same call goes on where an earlier one was cut off.

    Args:
        model: Its name or folder. One that keeps no float weights, as the one that ships outside of a clone, begins as
            the weights that its graph holds.
        examples: What to learn from.
        settings: How.
        name: What to call the new model; None for the old one's name with ``-tuned``.
        report: Called as the work goes on.

    Returns:
        The new model, imported as any other is.

    Raises:
        UsageError: There is a model of that name, or an unfinished tuning with other texts or settings.
        ModelError: There is no such model; or tuning made it no better, and nothing was made.
    """
    if backend.backend() != "torch":
        raise UsageError(f"a model is tuned with PyTorch: set KERAS_BACKEND=torch, not {backend.backend()}")
    source = Model.open(model)
    new = check_name(name or f"{source.settings.name}-tuned")
    if new in known_models():
        raise UsageError(f"there is a model {new!r} already: remove it first, or choose another name")
    workplace = _workplace(new, source, examples, settings)
    tuning = Tuning(source, examples, settings, workplace)
    tuning.run(report)
    if not tuning.helped:
        raise ModelError(
            f"tuning {source.settings.name} on these texts made it no better at what was held out, and nothing was "
            f"made: delete {workplace} and try more texts or a lower rate"
        )
    folder = import_model(str(tuning.best), name=new).folder
    before, after = (_measured(Encoder.load(one), examples.reporting) for one in (source.folder, folder))
    tuned = Tuned(folder, len(examples.learned), len(examples.reporting), before, after)
    _note_tuning(tuned, source, settings)
    shutil.rmtree(workplace)
    return tuned


def _note_tuning(tuned: Tuned, source: Model, settings: TuningSettings) -> None:
    facts = {"learned_pairs": tuned.learned_pairs, "before": asdict(tuned.before), "after": asdict(tuned.after)}
    note(
        tuned.folder,
        source=f"{source.settings.name}, tuned",
        licence=source.settings.licence,
        tuning={**asdict(settings), **facts},
    )


def _workplace(name: str, source: Model, examples: Examples, settings: TuningSettings) -> Path:
    """Return the folder in which a tuning goes on until it is finished."""
    folder = models_folder() / f".tuning-{name}"
    what = {
        "model": source.settings.fingerprint,
        "texts": hashlib.sha256(json.dumps(asdict(examples)).encode()).hexdigest(),
        **asdict(settings),
    }
    file = folder / "tuning.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(what) + "\n", encoding="utf-8")
    if json.loads(file.read_bytes()) != what:
        raise UsageError(
            f"{folder} holds an unfinished tuning to {name!r} with another model, other texts or settings: repeat "
            "its command to finish it, delete the folder to drop it, or choose another name"
        )
    return folder


def _measured(encoder: Encoder, pairs: Sequence[Pair]) -> PartnerFigures:
    first, second = (encoder.encode([pair[side] for pair in pairs]) for side in (0, 1))
    return find_partners(first, second, pairs)


def _drawn(items: list[Drawn], limit: int | None, seed: int) -> list[Drawn]:
    return items if limit is None or limit >= len(items) else random.Random(seed).sample(items, limit)
