"""``model``: the models that are there, and how others come in and go out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import typer

from albert_search.cli.commands.tuning import tune
from albert_search.cli.output import put, put_fields, put_json, say
from albert_search.cli.parameters import JsonOption, examples
from albert_search.cli.remedies import against_narrow_vectors

app = typer.Typer()

models = typer.Typer(no_args_is_help=True)
app.add_typer(
    models,
    name="model",
    help="List, import, verify, tune, export and remove models.",
    rich_help_panel="Models",
    epilog=examples("model import ./albert_en_base/3", "model list", "model verify albert_en_base"),
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The model; `albert-search model list` shows all.")]
SourceArgument: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="SOURCE", help="TF-Hub module or Hugging Face folder, an archive of one, or a handle."),
]
ImportedNameOption: TypeAlias = Annotated[
    str | None, typer.Option("--name", help="What to call it; a name after the source.")
]
PrecisionOption: TypeAlias = Annotated[
    Literal["int8", "float32"] | None,
    typer.Option("--precision", help="Of its graph; int8 unless that loses too much."),
]
PoolingOption: TypeAlias = Annotated[
    Literal["pooled", "mean", "cls"] | None,
    typer.Option("--pooling", help="How its outputs become a vector; what its publisher means."),
]
MaxSeqLengthOption: TypeAlias = Annotated[
    int | None,
    typer.Option("--max-seq-length", metavar="TOKENS", help="Longest text; the publisher's, or else 256."),
]


@models.command(
    "import",
    epilog=examples(
        "model import ./albert_en_base/1",
        "model import albert_en_base_1.tar.gz --name albert_en_base --pooling mean",
        "model import https://tfhub.dev/tensorflow/albert_en_base/3",
        "model import ./paraphrase-albert-small-v2",
    ),
)
def import_(
    source: SourceArgument,
    name: ImportedNameOption = None,
    precision: PrecisionOption = None,
    pooling: PoolingOption = None,
    max_seq_length: MaxSeqLengthOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import an ALBERT, and prove that it computes what the original does.

    A TensorFlow SavedModel is a program, which the import runs: take it only from those whose programs you would run.
    """
    say(f"importing {source}, and comparing it with the original: this takes a while")
    from albert_search.albert.published.importing import import_model

    made = import_model(source, name=name, precision=precision, pooling=pooling, max_seq_length=max_seq_length)
    say(made.anisotropy.in_words())
    if made.anisotropy.narrow:
        say("a raw ALBERT is not made to compare sentences; what may help:")
        for what, command in against_narrow_vectors(made.folder.name, source, made.pooling).items():
            say(f"  {command}  # {what}")
    _show(made.folder.name, as_json=as_json)


@models.command("list", epilog=examples("model list", "model list --json"))
def list_(as_json: JsonOption = False) -> None:
    """List the models that can be used by name."""
    from albert_search.albert.model import Model
    from albert_search.albert.shelf import known_models

    known = {name: Model.open(folder).settings for name, folder in known_models().items()}
    if as_json:
        put_json({name: settings.to_json() for name, settings in known.items()})
        return
    for name, settings in known.items():
        put(name, f"{settings.dim} wide", settings.precision, f"{settings.pooling.value} pooling", settings.source)


@models.command(epilog=examples("model show albert_en_base"))
def show(name: NameArgument, as_json: JsonOption = False) -> None:
    """Show what is known about a model."""
    _show(name, as_json=as_json)


@models.command(epilog=examples("model verify albert_en_base"))
def verify(name: NameArgument, as_json: JsonOption = False) -> None:
    """Compare an imported model with its original once more."""
    say(f"comparing {name} with its original: this takes a while")
    from albert_search.albert.published.importing import verify_model

    verification = verify_model(name).to_json()
    if as_json:
        put_json(verification)
    else:
        put_fields(_in_words(verification))


@models.command(epilog=examples("model remove albert_en_base"))
def remove(name: NameArgument) -> None:
    """Delete an imported model; indexes that were made with it can no longer be searched."""
    from albert_search.albert.shelf import remove_model

    remove_model(name)
    say(f"the model {name} is removed")


@models.command(
    epilog=examples("model export albert_en_base --format saved_model", "model export mine --format onnx -o mine-onnx")
)
def export(
    name: NameArgument,
    form: Annotated[
        Literal["saved_model", "onnx", "safetensors"],
        typer.Option("--format", help="saved_model: as TensorFlow Hub's /3; safetensors: as Hugging Face."),
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where to write; ./NAME-FORMAT.")
    ] = None,
) -> None:
    """Write an imported model in a form that other programs read."""
    from albert_search.albert.published.exporting import export_model

    folder = output or Path(f"{name}-{form}")
    export_model(name, form, folder)
    put(folder)


models.command(
    epilog=examples(
        "model tune albert_en_base --pairs questions_and_answers.tsv",
        "model tune albert_en_base --corpus docs/ --name mine --sts sts/dev.tsv",
    )
)(tune)


def _show(name: str, *, as_json: bool) -> None:
    from albert_search.albert.checkpoint import read_config
    from albert_search.albert.model import Model
    from albert_search.albert.published.anisotropy import TOP_DIRECTIONS

    model = Model.open(name)
    config = read_config(model.folder)
    if as_json:
        put_json({"folder": str(model.folder), "fingerprint": model.settings.fingerprint, **config})
        return
    architecture = model.settings.architecture
    fields: dict[str, object] = {
        "model": model.settings.name,
        "folder": model.folder,
        "from": model.settings.source or "unknown",
        "licence": model.settings.licence or "unknown",
        "layers": f"{architecture.num_hidden_layers} of width {architecture.hidden_size}",
        "precision": model.settings.precision,
        "pooling": model.settings.pooling.value,
        "longest text": f"{model.settings.max_seq_length} tokens",
        "fingerprint": model.settings.fingerprint,
    }
    if spread := config.get("spread"):
        top = f"top {TOP_DIRECTIONS} directions hold {spread['top_share']:.0%} of the variance"
        fields["unrelated sentences"] = f"mean cosine {spread['mean_cosine']:.2f}, {top}"
    put_fields(fields | _in_words(config.get("verification") or {}))


def _in_words(verification: Mapping[str, Any]) -> dict[str, object]:
    """Return what a verification found, as it is shown; nothing where there was none."""
    if not verification:
        return {}
    return {
        "compared with": f"{verification['original']}, on {verification['texts']} texts",
        "largest difference": f"{verification['largest_difference']:.1e} (float32 graph)",
        "cosine": f"{verification['cosine_mean']:.4f} on average, {verification['cosine_min']:.4f} at least",
    }
