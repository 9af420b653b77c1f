"""``embed`` and ``similarity`` as a person and a script use them; what they give is what `Encoder` gives."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from albert_search.albert import Encoder
from tests.support.article import SIX
from tests.support.command_line import COMMAND, Run, environment, imported, in_a_terminal

TEXTS = ["How old are you?", "what is your age?", "I like my phone"]
HEAVY = {"tensorflow", "torch", "keras", "faiss", "sqlite3", "onnx", "pandas", "scipy"}


@pytest.fixture(scope="module")
def encoder(tiny_model: Path) -> Encoder:
    return Encoder.load(tiny_model)


def test_vectors_as_json_lines(run: Run, tmp_path: Path, tiny_model: Path, encoder: Encoder) -> None:
    done = run("embed", *TEXTS, "--model", str(tiny_model), cwd=tmp_path)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["text"] for record in records] == TEXTS
    given = np.array([record["vector"] for record in records], np.float32)
    np.testing.assert_array_equal(given, encoder.encode(TEXTS))
    assert not list(tmp_path.iterdir())  # no index is needed, and none is made


def test_vectors_as_arrays(run: Run, tmp_path: Path, tiny_model: Path, encoder: Encoder) -> None:
    stdin = "\n".join(TEXTS) + "\n"
    for name in ("vectors.npy", "vectors.npz"):
        done = run("embed", "-", "-o", name, ALBERT_SEARCH_MODEL=str(tiny_model), cwd=tmp_path, stdin=stdin)
        assert (done.code, done.stdout, done.stderr) == (0, "", "")
    expected = encoder.encode(TEXTS)
    np.testing.assert_array_equal(np.load(tmp_path / "vectors.npy"), expected)
    with np.load(tmp_path / "vectors.npz") as saved:
        np.testing.assert_array_equal(saved["vectors"], expected)
        assert saved["texts"].tolist() == TEXTS


def test_each_line_has_its_vector_though_it_be_empty(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    done = run("embed", "before", "-", "--model", str(tiny_model), cwd=tmp_path, stdin="one\n\nthree\n")
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["before", "one", "", "three"]


def test_tokens(run: Run, tmp_path: Path, tiny_model: Path, encoder: Encoder) -> None:
    done = run("embed", *TEXTS, "--tokens", "--model", str(tiny_model), cwd=tmp_path)
    run("embed", *TEXTS, "--tokens", "-o", "tokens.npz", "--model", str(tiny_model), cwd=tmp_path)
    expected = encoder.encode_tokens(TEXTS)
    with np.load(tmp_path / "tokens.npz") as saved:
        for place, (line, text) in enumerate(zip(done.stdout.splitlines(), expected, strict=True)):
            record = json.loads(line)
            rows = slice(*saved["offsets"][place : place + 2])
            assert record["pieces"] == saved["pieces"][rows].tolist() == text.pieces
            np.testing.assert_array_equal(np.array(record["sequence_output"], np.float32), text.sequence_output)
            np.testing.assert_array_equal(saved["sequence_output"][rows], text.sequence_output)
            np.testing.assert_array_equal(saved["pooled_output"][place], text.pooled_output)


def test_pairs(run: Run, tmp_path: Path, tiny_model: Path, encoder: Encoder) -> None:
    done = run("embed", "-", "--pair", "--model", str(tiny_model), cwd=tmp_path, stdin="cat\tdog\n")
    (record,) = map(json.loads, done.stdout.splitlines())
    assert (record["text"], record["pair"]) == ("cat", "dog")
    np.testing.assert_array_equal(np.array([record["vector"]], np.float32), encoder.encode(["cat"], pairs=["dog"]))


def test_results_come_while_lines_still_do(tmp_path: Path, tiny_model: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "embed", "-", "--model", str(tiny_model)],
        cwd=tmp_path, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdin
        assert running.stdout
        running.stdin.write("a line\n" * 2000)
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["text"] == "a line"  # although standard input is still open
        running.stdin.close()
        more = running.stdout.read()
    assert more.count("\n") == 1999


def test_the_matrix_in_a_pipe_and_as_json(run: Run, tmp_path: Path, tiny_model: Path, encoder: Encoder) -> None:
    piped = run("similarity", "-", "--model", str(tiny_model), cwd=tmp_path, stdin="\n\n".join(TEXTS)).stdout
    head, *rows = [line.split("\t") for line in piped.splitlines()]
    vectors = encoder.encode(TEXTS)
    assert head == ["", *TEXTS]
    assert [row[0] for row in rows] == TEXTS
    np.testing.assert_allclose([[float(value) for value in row[1:]] for row in rows], vectors @ vectors.T, atol=6e-5)
    value = json.loads(run("similarity", *TEXTS, "--json", "--model", str(tiny_model), cwd=tmp_path).stdout)
    assert value["texts"] == TEXTS
    np.testing.assert_allclose(value["similarity"], vectors @ vectors.T, atol=2e-6)


def test_the_heat_map_and_the_table_are_both_given(run: Run, tmp_path: Path, tiny_model: Path) -> None:
    done = run("similarity", *TEXTS, "--plot", "map.svg", "--model", str(tiny_model), cwd=tmp_path)
    assert done.code == 0, done.stderr
    assert done.stdout.count("\n") == 4
    assert "phone" in (tmp_path / "map.svg").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_the_table_on_a_terminal(tmp_path: Path, tiny_model: Path) -> None:
    arguments = ["similarity", *TEXTS, "--model", str(tiny_model)]
    plain = in_a_terminal(arguments, tmp_path, NO_COLOR="1", TERM="dumb").splitlines()
    assert plain[0].split() == ["1", "2", "3"]  # the texts are too long to stand above columns
    assert all(text in line for text, line in zip(TEXTS, plain[1:], strict=True))
    assert "\x1b[" in in_a_terminal(arguments, tmp_path, COLORTERM="truecolor")


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("columns", [40, 80, 300])
def test_no_value_is_cut_off_on_a_narrow_terminal(tmp_path: Path, tiny_model: Path, columns: int) -> None:
    texts = [f"this is sentence number {number} of many, and no short one" for number in range(1, 18)]
    screen = in_a_terminal(["similarity", *texts, "--model", str(tiny_model)], tmp_path, COLUMNS=str(columns))
    shown = re.sub(r"\x1b\[[\d;]*m", "", screen)
    assert "…" not in shown
    assert len(re.findall(r"-?\d\.\d\d+", shown)) == len(texts) ** 2
    heads = [line.split() for line in shown.splitlines() if line.strip() and not re.search(r"[a-z.]", line)]
    assert [int(number) for head in heads for number in head] == list(range(1, 18))
    assert (len(heads) == 1) == (columns == 300)


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_the_articles_matrix_is_one_table_on_a_terminal_of_usual_width(tmp_path: Path, tiny_model: Path) -> None:
    shown = in_a_terminal(
        ["similarity", *SIX, "--model", str(tiny_model)], tmp_path, NO_COLOR="1", TERM="dumb", COLUMNS="80"
    )
    assert shown.splitlines()[0].split() == list("123456")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["embed"], "give the texts, or - to read them from standard input, one a line"),
        (["embed", "a", "-o", "a.csv"], "--output writes .npy or .npz here, not a.csv"),
        (["embed", "a", "--tokens", "-o", "a.npy"], "--output writes .npz here, not a.npy"),
        (["embed", "a\tb", "c", "--pair"], "text 2 is no pair: --pair takes two texts with one tab between, not 'c'"),
        (["embed", "a", "-o", "missing/a.npy"], "cannot write missing/a.npy: no such file or directory"),
        (["similarity", "a"], "there is nothing to compare: give two texts or more"),
        (["similarity", "a", "b", "--plot", "a.gif"],
         "a heat map is drawn to a name that ends in .png or .svg, not to a.gif"),
    ],
)  # fmt: skip
def test_errors_are_one_sentence(
    run: Run, tmp_path: Path, tiny_model: Path, arguments: list[str], message: str
) -> None:
    done = run(*arguments, "--model", str(tiny_model), cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("", f"albert-search: {message}\n")
    assert done.code in (2, 7)


@pytest.mark.parametrize("command", ["embed", "similarity"])
def test_neither_imports_anything_heavy(tmp_path: Path, start: Run, tiny_model: Path, command: str) -> None:
    done = start(command, *TEXTS, "--model", str(tiny_model), cwd=tmp_path, PYTHONPROFILEIMPORTTIME="1")
    assert done.code == 0
    assert "onnxruntime" in imported(done.stderr)
    assert not imported(done.stderr) & {*HEAVY, "matplotlib"}
