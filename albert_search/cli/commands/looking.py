"""``list``, ``info``, ``verify`` and ``where``: what there is, and whether it is sound."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from albert_search.cli.output import number, put, put_fields, put_json, say, shown_path
from albert_search.cli.parameters import LOOKING, IndexOption, JsonOption, WhereOption, examples
from albert_search.cli.remedies import ending
from albert_search.errors import IndexDamaged

app = typer.Typer()


@app.command("list", rich_help_panel=LOOKING, epilog=examples("list", "list --where 'path=*.pdf' --json"))
def list_documents(index: IndexOption = None, where: WhereOption = None, as_json: JsonOption = False) -> None:
    """List the documents: how many sentences each has, and its address."""
    from albert_search.index.reader import IndexReader

    with IndexReader.open(index) as reader:
        documents = reader.documents(where)
    if as_json:
        put_json([asdict(document) for document in documents])
        return
    for document in documents:
        put(f"{document.sentences:>7}", shown_path(document.uri))
    total = sum(document.sentences for document in documents)
    say(f"{number(len(documents), 'document')}, {number(total, 'sentence')}")


@app.command(rich_help_panel=LOOKING, epilog=examples("info", "info --index notes --json"))
def info(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show what an index is and holds: model, sizes, how it is searched."""
    from albert_search.index.reader import IndexReader

    with IndexReader.open(index) as reader:
        facts = asdict(reader.info())
    if as_json:
        put_json(facts)
    else:
        put_fields({name.replace("_", " "): _readable(fact) for name, fact in facts.items()})


@app.command(rich_help_panel=LOOKING, epilog=examples("verify", "verify --index notes && echo sound"))
def verify(index: IndexOption = None) -> None:
    """Check every invariant of catalog and vectors, and every byte of both; exit code 5 if one is broken.

    A broken vector file is made anew by 'albert-search rebuild'.
    """
    from albert_search.index.reader import IndexReader

    with IndexReader.open(index) as reader:
        problems, folder = reader.verify(), reader.folder
    for problem in problems:
        put(problem)
    if problems:
        counted = number(len(problems), "problem")
        say(f"{counted} in the index in {folder}; `albert-search rebuild` makes its vector file anew")
        raise typer.Exit(ending(IndexDamaged).exit_code)
    say(f"the index in {folder} is sound")


@app.command(rich_help_panel=LOOKING, epilog=examples("where", "where --index notes"))
def where(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Show which index, settings file and models folder are used from here."""
    from albert_search.config import config_file, load_settings, models_folder
    from albert_search.storage.folder import is_index, resolve_index

    folder, settings, models = resolve_index(index), config_file(), models_folder()
    model = load_settings().model
    if as_json:
        put_json({"index": str(folder), "settings": str(settings), "models": str(models), "model": model})
        return
    put_fields(
        {
            "index": _with_absence(folder, is_index(folder)),
            "settings": _with_absence(settings, settings.is_file()),
            "models": _with_absence(models, models.is_dir()),
            "model": model or "the one that ships",
        }
    )


def _readable(fact: object) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    return f"{fact:,}" if isinstance(fact, int) else str(fact)


def _with_absence(path: Path, there: bool) -> str:
    return str(path) if there else f"{path}  (not there yet)"
