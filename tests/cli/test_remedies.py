"""Every error ends a command with a code of its kind and a way out; none is missed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import typer

from albert_search import errors
from albert_search.albert.pooling import Pooling
from albert_search.cli.main import app
from albert_search.cli.remedies import ENDINGS, against_narrow_vectors, ending, in_words


def tree(kind: type[errors.AlbertSearchError]) -> Iterator[type[errors.AlbertSearchError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from tree(below)


OURS = [kind for kind in tree(errors.AlbertSearchError) if kind.__module__ == errors.__name__]


def test_every_error_has_an_ending_of_its_own() -> None:
    assert set(ENDINGS) == set(OURS)


def test_the_exit_codes_are_those_that_scripts_know() -> None:
    codes = {kind.__name__: ending(kind).exit_code for kind in OURS}
    assert codes == {
        "AlbertSearchError": 2, "UsageError": 2, "FilterError": 2, "ReadError": 3, "ModelError": 4, "ModelMismatch": 4,
        "IndexFailure": 5, "IndexNotFound": 5, "IndexDamaged": 5, "IndexLocked": 6, "StorageError": 7, "NotIndexed": 1,
        "MissingExtra": 8,
    }  # fmt: skip


def test_an_error_of_a_program_ends_as_its_base_does() -> None:
    class DiskOnFire(errors.StorageError): ...

    assert ending(DiskOnFire).exit_code == 7
    assert in_words(DiskOnFire("the disk is on fire: leave")) == "the disk is on fire: leave"


@pytest.mark.parametrize("kind", [kind for kind in OURS if ENDINGS[kind].remedy], ids=lambda kind: kind.__name__)
def test_a_remedy_names_commands_and_options_that_there_are(kind: type[errors.AlbertSearchError]) -> None:
    remedy = ENDINGS[kind].remedy
    commands = typer.main.get_group(app).commands
    named = re.findall(r"`albert-search ([a-z]+)", remedy)
    options = re.findall(r"--[a-z-]+", remedy)
    known = {name for command in commands.values() for parameter in command.params for name in parameter.opts}
    assert named or options
    assert set(named) <= set(commands)
    assert set(options) <= known


def test_the_remedies_for_narrow_vectors_are_commands_that_parse() -> None:
    remedies = against_narrow_vectors("raw", "my raw/1", Pooling.POOLED).values()
    assert [command.split()[:3] for command in remedies] == [
        ["albert-search", "model", "tune"], ["albert-search", "index", "docs/"], ["albert-search", "model", "import"],
    ]  # fmt: skip
    assert "index docs/ --model raw --whiten" in " ".join(remedies)
    assert "model import 'my raw/1' --pooling mean --name raw-mean" in " ".join(remedies)
    assert "--pooling" not in " ".join(against_narrow_vectors("raw", "raw/1", Pooling.MEAN).values())
