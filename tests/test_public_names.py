"""``import albert_search`` gives every public name, and costs nothing until one is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import albert_search
from albert_search import errors
from tests.support.paths import REPOSITORY


def test_all_is_sorted_and_is_what_type_checkers_see() -> None:
    tree = ast.parse(Path(albert_search.__file__).read_text(encoding="utf-8"))
    (checked,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = [name.name for node in checked.body if isinstance(node, ast.ImportFrom) for name in node.names]
    assert albert_search.__all__ == sorted([*seen, "__version__"])
    assert dir(albert_search) == albert_search.__all__


@pytest.mark.parametrize("name", [name for name in albert_search.__all__ if name != "__version__"])
def test_names_come_from_where_type_checkers_think(name: str) -> None:
    source = Path(albert_search.__file__).read_text(encoding="utf-8")
    (home,) = (
        node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}
    )
    assert home is not None
    assert getattr(albert_search, name) is getattr(sys.modules[home], name)


def test_every_error_that_can_reach_a_program_is_public() -> None:
    tree = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    # A document that cannot be read is reported, not raised.
    assert tree - {"ReadError"} == {name for name in albert_search.__all__ if hasattr(errors, name)}


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="'albert_search' has no attribute 'indx'"):
        albert_search.indx  # noqa: B018


def test_importing_the_package_imports_nothing_else() -> None:
    code = "import sys, albert_search; print([m for m in sys.modules if m.split('.')[0] in ('numpy', 'typer')" \
           " or m.startswith('albert_search.')])"  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
