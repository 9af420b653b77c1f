"""An integration whose framework is missing says how to get it."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import sys
sys.modules[{package!r}] = None  # as if it were not installed
from albert_search.errors import MissingExtra
try:
    import albert_search.integrations.{module}
except MissingExtra as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("module", "package", "extra"),
    [
        ("langchain", "langchain_core", "langchain"),
        ("llama_index", "llama_index", "llama-index"),
        ("haystack", "haystack", "haystack"),
    ],
)
def test_the_message_holds_the_command(module: str, package: str, extra: str) -> None:
    script = SCRIPT.format(module=module, package=package)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert f"pip install 'albert-search[{extra}]'" in done.stdout
    assert package in done.stdout


def test_no_integration_is_loaded_with_the_package() -> None:
    script = "import albert_search.index.index, sys; print(*[name for name in sys.modules if 'integrations' in name])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
