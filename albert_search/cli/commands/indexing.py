"""``index`` and ``update``: documents in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from albert_search.cli.left_out import NOTES_SHOWN, because, say_what_was_left_out, say_what_would_be_read
from albert_search.cli.output import number, put_json, say, shown_path
from albert_search.cli.parameters import (
    INDEXING,
    WAIT_S,
    ExcludeOption,
    IncludeOption,
    IndexOption,
    JsonOption,
    ModelOption,
    PathsArgument,
    TextFieldOption,
    WaitOption,
    examples,
)
from albert_search.cli.progress import progress_bar
from albert_search.cli.remedies import ending
from albert_search.cli.texts import STANDARD_INPUT, read_lines
from albert_search.errors import ReadError, UsageError
from albert_search.words.languages import UNKNOWN_LANGUAGE, language_name

if TYPE_CHECKING:
    from albert_search.index.index import Index
    from albert_search.indexing.report import IndexReport
    from albert_search.types import Document, SentenceEncoder

app = typer.Typer()

NewUnitOption: TypeAlias = Annotated[
    Literal["sentence", "passage", "document"] | None,
    typer.Option(help="What gets a vector of its own; for a new index, 'sentence' unless given."),
]
PruneOption: TypeAlias = Annotated[bool, typer.Option("--prune", help="Forget files below PATH that are gone.")]
RereadOption: TypeAlias = Annotated[
    bool, typer.Option("--reread", help="Read all files again, even those that seem unchanged.")
]
DryRunOption: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Only list what would be read, and say what is passed over and why.")
]
WhitenOption: TypeAlias = Annotated[
    bool, typer.Option("--whiten", help="Spread the vectors by what is indexed: for raw ALBERT models.")
]
AgainOption: TypeAlias = Annotated[
    bool, typer.Option("--again", help="Embed all texts anew, by --model or the one that ships; no file is read.")
]
StrictOption: TypeAlias = Annotated[bool, typer.Option("--strict", help="Exit with code 3 if anything was skipped.")]


@app.command(
    rich_help_panel=INDEXING,
    epilog=examples(
        "index ~/notes docs/ report.pdf",
        "index . --include '*.md' --exclude 'archive/*' --prune",
        "index reviews.csv --text-field review --index reviews",
        "index - --index quotes < quotes.txt",
        "index --again --index notes",
    ),
)
def index(
    paths: PathsArgument = None,
    index: IndexOption = None,
    model: ModelOption = None,
    unit: NewUnitOption = None,
    include: IncludeOption = None,
    exclude: ExcludeOption = None,
    text_field: TextFieldOption = None,
    prune: PruneOption = False,
    reread: RereadOption = False,
    dry_run: DryRunOption = False,
    whiten: WhitenOption = False,
    again: AgainOption = False,
    strict: StrictOption = False,
    wait: WaitOption = WAIT_S,
    as_json: JsonOption = False,
) -> None:
    """Read files and make them searchable; what has not changed is passed over.

    Without PATH, all that was indexed is read again, as by 'albert-search update'.
    Text, Markdown, reStructuredText, HTML, PDF, Word, CSV, TSV and JSON lines.
    Interrupted at any instant, the same command again finishes the work.
    """
    others = (include, exclude, text_field, reread, dry_run)
    if not paths or again:
        _check_nothing_new(index, is_asked=any((*others, unit, whiten, again and paths)), again=again)
        (_embed_again if again else update)(index, model, strict=strict, wait=wait, as_json=as_json)
        return
    _check_paths(paths, index, prune=prune, has_options=any((*others, prune)))
    if dry_run:
        say_what_would_be_read(paths, include or (), exclude or (), as_json=as_json)
        return
    from albert_search.index.index import Index

    with Index.create(index, model=model, unit=unit, exist_ok=True, wait_s=wait) as writer:
        with progress_bar() as progress:
            if str(STANDARD_INPUT) in paths:
                report = writer.add_documents(_documents(), wait_s=wait, progress=progress)
            else:
                report = writer.add(paths, include=include or (), exclude=exclude or (), text_fields=text_field or (),
                                    prune=prune, reread=reread, wait_s=wait, progress=progress)  # fmt: skip
        if whiten and not writer.info().whitened:
            writer.whiten(wait_s=wait)
        _say_what_came_of_it(report, writer, as_json=as_json)
    _end(report, strict=strict)


@app.command(rich_help_panel=INDEXING, epilog=examples("update", "update --index notes --strict"))
def update(
    index: IndexOption = None,
    model: ModelOption = None,
    strict: StrictOption = False,
    wait: WaitOption = WAIT_S,
    as_json: JsonOption = False,
) -> None:
    """Read again all that was indexed: what is new or has changed is read, what is gone is removed.

    'albert-search sources' lists the folders, files and globs that it reads.
    """
    from albert_search.index.index import Index

    with Index.open(index, model=model) as writer:
        if not writer.sources():
            raise UsageError(
                f"the index in {writer.folder} does not know what it was made of, as older ones do not: index it"
                " again with `albert-search index PATH...`, or name it with `albert-search sources add PATH...`"
            )
        with progress_bar() as progress:
            report = writer.update(wait_s=wait, progress=progress)
        _say_what_came_of_it(report, writer, as_json=as_json)
    _end(report, strict=strict)


def _end(report: IndexReport, *, strict: bool) -> None:
    if strict and report.skipped:
        raise typer.Exit(ending(ReadError).exit_code)


def _embed_again(index: str | None, model: str | None, *, strict: bool, wait: float, as_json: bool) -> None:
    from albert_search.index.index import Index

    with Index.open(index) as writer:
        with progress_bar() as progress:
            report = writer.embed_again(model, wait_s=wait, progress=progress)
        if as_json:
            put_json({"index": str(writer.folder), **asdict(report)})
        say(
            f"{shown_path(str(writer.folder))}: {number(report.encoded, 'text')} embedded anew by {writer.encoder.name}"
            f" in {report.seconds:.1f} s"
        )
    _end(report, strict=strict)


def _check_nothing_new(index: str | None, *, is_asked: bool, again: bool) -> None:
    from albert_search.storage.folder import is_index, resolve_index

    if is_asked and again:
        raise UsageError("--again reads no files: it takes no paths and none of their options")
    if is_asked:
        raise UsageError("these options need the paths that they are for")
    if not is_index(resolve_index(index)):
        raise UsageError("there is no index yet: say which files and folders to index")


def _check_paths(paths: Sequence[str], index: str | None, *, prune: bool, has_options: bool) -> None:
    from albert_search.readers import leads_nowhere
    from albert_search.storage.addresses import named
    from albert_search.storage.folder import is_index, resolve_index

    if str(STANDARD_INPUT) in paths:
        if len(paths) > 1 or has_options:
            raise UsageError(
                "- stands for standard input, a text a line, and takes no other paths and none of their options"
            )
        return
    # What is gone may be pruned from an index that is there.
    to_prune = prune and is_index(resolve_index(index))
    if not to_prune and all(leads_nowhere(Path(path)) for path in named(paths)):
        raise UsageError(f"there is nothing at {' or '.join(paths)}: check the spelling and the folder that you are in")


def _documents() -> Iterator[Document]:
    from albert_search.readers import from_text
    from albert_search.storage.addresses import address_of_text

    for line in read_lines(STANDARD_INPUT):
        if line.strip():
            yield from_text(line, address_of_text(line))


def _say_what_came_of_it(report: IndexReport, writer: Index, *, as_json: bool) -> None:
    if as_json:
        put_json({"index": str(writer.folder), **asdict(report)})
    _say_what_was_done(report, writer.folder)
    say_what_was_left_out(report)
    if report.documents:  # a model that nothing was encoded with need not be loaded
        _say_what_is_foreign(report, writer.encoder)


def _say_what_was_done(report: IndexReport, folder: Path) -> None:
    if not (report.documents or report.removed):
        nothing = f"found nothing to index{because(report.passed_over)}"
        say(f"nothing has changed ({report.unchanged:,} unchanged)" if report.unchanged else nothing)
        return
    speed = report.sentences / report.seconds if report.seconds else 0.0
    say(
        f"{shown_path(str(folder))}: {number(report.documents, 'document')}, {number(report.sentences, 'sentence')}"
        f" ({report.encoded:,} encoded) in {report.seconds:.1f} s, {speed:,.0f} sentences a second;"
        f" {report.unchanged:,} unchanged, {report.removed:,} removed"
    )


def _say_what_is_foreign(report: IndexReport, model: SentenceEncoder) -> None:
    """Tell how much is in languages that the model does not know, and which files it cannot read at all."""
    known = set(getattr(model, "languages", ()))
    foreign = {
        code: count for code, count in report.languages.items() if known and code not in known | {UNKNOWN_LANGUAGE}
    }
    if foreign:
        counted = ", ".join(f"{number(count, 'sentence')} in {language_name(code)}" for code, count in foreign.items())
        names = " and ".join(language_name(code) for code in sorted(known))
        say(f"the model {model.name} knows {names} alone; found by words rather than by meaning: {counted}")
    for code, addresses in report.unreadable_in.items():
        shown = ", ".join(map(shown_path, addresses[:NOTES_SHOWN]))
        more = f" and {len(addresses) - NOTES_SHOWN:,} more" if len(addresses) > NOTES_SHOWN else ""
        say(f"the model cannot read the script of {language_name(code)} in {shown}{more}: it is found by words alone")
