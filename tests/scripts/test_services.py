"""The unit for systemd, the file for launchd and the recipe of a container say what this program understands."""

from __future__ import annotations

import configparser
import json
import plistlib
import re
import shlex
from pathlib import Path

from typer.main import get_command

from albert_search.cli.main import app
from tests.support.paths import REPOSITORY
from tests.support.project import PYPROJECT

UNIT = REPOSITORY / "scripts" / "services" / "albert-search.service"
PLIST = REPOSITORY / "scripts" / "services" / "albert-search.plist"
RECIPE = REPOSITORY / "scripts" / "container" / "Containerfile"


def check_command(words: list[str]) -> None:
    """Parse a command with the real command line, without running it."""
    program, name, *arguments = words
    assert Path(program).name == "albert-search"
    command = get_command(app).commands[name]  # type: ignore[attr-defined]
    command.make_context(name, arguments)


def instructions() -> list[tuple[str, str]]:
    lines = re.sub(r"\\\n\s*", "", RECIPE.read_text("utf-8")).splitlines()
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines if line and not line.startswith("#")]


def test_the_unit_starts_a_command_that_there_is() -> None:
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(UNIT, encoding="utf-8")
    assert set(unit.sections()) == {"Unit", "Service", "Install"}
    check_command(shlex.split(unit["Service"]["ExecStart"].replace("%h", "/home/person")))


def test_the_file_for_launchd_starts_a_command_that_there_is() -> None:
    service = plistlib.loads(PLIST.read_bytes())
    assert service["Label"] == PLIST.stem
    assert all(isinstance(word, str) for word in service["ProgramArguments"])
    check_command(service["ProgramArguments"])


def test_the_recipe_starts_a_command_that_there_is() -> None:
    named = dict(instructions())
    check_command([*json.loads(named["ENTRYPOINT"]), *json.loads(named["CMD"])])
    assert named["EXPOSE"] in named["HEALTHCHECK"]
    assert "USER" in named, "not as root"


def test_the_recipe_installs_extras_that_there_are() -> None:
    (extras,) = re.findall(r"/src\[([\w,-]+)\]", dict(instructions())["RUN"])
    assert set(extras.split(",")) <= PYPROJECT["project"]["optional-dependencies"].keys()
    version = re.fullmatch(r"python:(3\.\d+)-slim", dict(instructions())["FROM"])
    assert version
    assert f"Programming Language :: Python :: {version[1]}" in PYPROJECT["project"]["classifiers"]


def test_every_command_in_their_comments_is_understood() -> None:
    commands = re.findall(r"albert-search (index /documents)$", RECIPE.read_text("utf-8"), re.MULTILINE)
    assert commands
    for command in commands:
        check_command(["albert-search", *command.split()])
