"""An address that cannot be reached is known within seconds, and nothing heavy is imported to find out."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from albert_search.albert.published.handles import cache_folder, check_reachable
from albert_search.errors import ModelError
from tests.support.paths import REPOSITORY


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_refused_connection_names_where_the_files_could_be_put() -> None:
    handle = f"http://127.0.0.1:{closed_port()}/tensorflow/albert_en_base/3"
    with pytest.raises(ModelError, match="cannot be fetched") as caught:
        check_reachable(handle)
    assert str(cache_folder(handle)) in str(caught.value)


def test_a_host_that_answers_is_left_to_tensorflow_hub() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        check_reachable(f"http://127.0.0.1:{server.getsockname()[1]}/albert/1")


def test_where_there_is_a_proxy_it_is_what_must_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.getsockname()[1]}")
        check_reachable("http://albert.invalid/1")


def test_what_is_in_the_cache_is_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TFHUB_CACHE_DIR", str(tmp_path))
    handle = f"http://127.0.0.1:{closed_port()}/albert/1"
    cache_folder(handle).mkdir()
    check_reachable(handle)


IMPORT = """
import sys
from albert_search.albert.published.importing import import_model
from albert_search.errors import ModelError
try:
    import_model(sys.argv[1])
except ModelError:
    print("tensorflow" in sys.modules, "keras" in sys.modules)
"""


def test_finding_out_takes_no_tensorflow(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, f"http://127.0.0.1:{closed_port()}/albert/1"], cwd=REPOSITORY,
        env={"ALBERT_SEARCH_MODELS": str(tmp_path), "PATH": ""}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "False False\n"
