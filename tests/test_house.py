"""The house as it was planned: how large a file may be, where heavy libraries live, and that nothing goes in circles.

Also, that nothing stands outside: tests mirror the package, and every script is checked and listed. `pyproject.toml`
has the layers; import-linter checks them.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.paths import PACKAGE, REPOSITORY
from tests.support.project import PYPROJECT

FILES = sorted(PACKAGE.rglob("*.py"))
TESTS = REPOSITORY / "tests"
SCRIPTS = sorted(path for path in (REPOSITORY / "scripts").iterdir() if path.is_file())
PROGRAMS = [path for path in SCRIPTS if path.suffix == ".py" or "python" in path.read_text("utf-8").partition("\n")[0]]

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 45
LOOSE = {"__init__", "__main__", "arrays", "config", "errors", "types"}

HOMES = {
    "docutils": {"readers/formats/rst.py", "readers/formats/sphinx.py"},
    "docx": {"readers/formats/docx.py"},
    "Stemmer": {"words/stemming.py"},
    "faiss": {"storage/vectors/faiss_index.py"},
    "fastapi": {
        "serving/app.py",
        "serving/failures.py",
        "serving/routes/documents.py",
        "serving/routes/encoding.py",
        "serving/routes/overview.py",
        "serving/routes/search.py",
        "serving/routes/texts_ranked.py",
        "serving/services.py",
    },
    "fasttext": {"words/detection.py"},
    "filelock": {"storage/locking.py"},
    "keras": {
        "albert/network.py",
        "albert/published/exporting.py",
        "albert/published/hub.py",
        "albert/published/hugging_face.py",
        "albert/published/structure.py",
        "training/distilling/second_teacher.py",
        "training/tuning/tuned_model.py",
    },
    "lxml": {
        "readers/formats/docx.py",
        "readers/formats/epub.py",
        "readers/formats/html.py",
        "readers/formats/html_chrome.py",
        "readers/formats/html_writer.py",
        "readers/formats/mail.py",
        "readers/formats/mail_quotes.py",
        "readers/formats/mailbox.py",
        "readers/formats/ods.py",
        "readers/formats/opendocument.py",
        "readers/formats/outlook.py",
        "readers/formats/presentation.py",
        "readers/formats/xlsx.py",
        "readers/formats/zipped.py",
    },
    "markdown_it": {"readers/formats/markdown.py"},
    "matplotlib": {"cli/heat_map.py"},
    "mcp": {"serving/mcp/tools.py", "serving/mcp/transport.py"},
    "onnx": {
        "albert/compact/graph.py",
        "albert/compact/graph_writer.py",
        "albert/compact/products.py",
        "albert/float_weights.py",
    },
    "onnxruntime": {"albert/runtime.py"},
    "openpyxl": {"readers/formats/xlsx.py"},
    "pptx": {"readers/formats/presentation.py"},
    "prompt_toolkit": {"cli/shell/prompt.py"},
    "pypdfium2": {"readers/formats/page_words.py", "readers/formats/pdf.py"},
    "rapidocr": {"readers/formats/picture.py"},
    "rich": {
        "cli/commands/tuning.py",
        "cli/commands/vectors.py",
        "cli/hits.py",
        "cli/output.py",
        "cli/progress.py",
    },
    "sentencepiece": {
        "albert/tokenizer.py",
        "training/distilling/e5_file.py",
        "training/distilling/vocabulary.py",
    },
    "sentencex": {"sentences/boundaries.py"},
    "sqlite3": {
        "albert/published/quiet_tensorflow.py",  # imported before TensorFlow's, which has no full-text search
        "storage/catalog/connection.py",
        "storage/catalog/filter_plan.py",
        "storage/catalog/invariants.py",
        "storage/catalog/migrations.py",
        "storage/catalog/model_change.py",
        "storage/catalog/moving.py",
        "storage/catalog/neighbours.py",
        "storage/catalog/reading.py",
        "storage/catalog/word_filling.py",
        "storage/catalog/word_search.py",
        "storage/catalog/writing.py",
    },
    "sqlite_utils": {"storage/catalog/migrations.py"},
    "stop_words": {"words/function_words.py"},
    "tensorflow": {"albert/published/hub.py"},
    "tensorflow_hub": {"albert/published/hub.py"},
    "torch": {
        "albert/published/hugging_face.py",
        "integrations/sentence_transformers.py",
        "training/batches.py",
        "training/distilling/embedding_table.py",
        "training/distilling/pipeline.py",
        "training/distilling/question_stage.py",
        "training/distilling/rerank_head.py",
        "training/distilling/second_teacher.py",
        "training/distilling/start.py",
        "training/objective.py",
        "training/trainer.py",
        "training/tuning/contrast.py",
        "training/tuning/loop.py",
    },
    "xlrd": {"readers/formats/xls.py"},
    "tree_sitter": {"readers/formats/source_code.py"},
    "transformers": {"albert/published/hugging_face.py", "training/distilling/second_teacher.py"},
    "typer": {f"cli/commands/{path.name}" for path in (PACKAGE / "cli/commands").glob("[!_]*.py")}
    | {"cli/main.py", "cli/parameters.py"},
    "uvicorn": {"serving/server.py"},
    "watchfiles": {"index/watching.py"},
}
"""The files that import each heavy library: everything else goes through them."""


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the full names of modules, and of what is imported from them, wherever in a file it is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "imports are absolute"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in [*FILES, *PROGRAMS]}
IMPORTS = {file: set(imported(TREES[file])) for file in FILES}


@pytest.mark.parametrize("library", HOMES)
def test_each_heavy_library_has_its_homes(library: str) -> None:
    homes = {
        file.relative_to(PACKAGE).as_posix()
        for file, names in IMPORTS.items()
        if any(name.split(".")[0] == library for name in names)
    }
    assert homes == HOMES[library]


def test_files_are_short() -> None:
    lengths = {name_of(file): len(file.read_text(encoding="utf-8").splitlines()) for file in TREES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name_of(file)}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for file, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES_OF_A_FUNCTION} == {}


def test_nothing_goes_in_circles() -> None:
    """Not even inside a function: what is imported late for speed is still below."""
    names = {name_of(file): file for file in FILES}
    graph = {}
    for name, file in names.items():
        # A name out of a package is a name out of its __init__, unless it is a module.
        graph[name] = {target for target in IMPORTS[file] if target in names and target != name}
        graph[name] -= {
            target for target in graph[name] if any(deeper.startswith(f"{target}.") for deeper in graph[name])
        }
    lazy = {name for name in names if (PACKAGE.parent / name.replace(".", "/")).is_dir()}
    # The faces of packages import what they show; what they show does not import the face.
    TopologicalSorter({name: below - lazy for name, below in graph.items()}).prepare()


def test_nothing_lies_loose_at_the_root() -> None:
    assert {file.stem for file in PACKAGE.glob("*.py")} == LOOSE


def test_file_names_are_distinct() -> None:
    names = Counter(file.name for file in FILES if file.name != "__init__.py")
    assert [name for name, count in names.items() if count > 1] == []


def test_tests_mirror_the_package() -> None:
    """A folder of tests is named for a folder of the package, and a file for a module of it or for what it does."""
    folders = {file.parent.relative_to(TESTS).as_posix() for file in TESTS.rglob("test_*.py")}
    ours = {file.parent.relative_to(PACKAGE).as_posix() for file in FILES}
    assert folders - ours == {"scripts"}


def test_helpers_of_tests_live_in_support() -> None:
    """What a conftest has comes as a fixture, and no test module borrows from another."""
    borrowed = {
        f"{name_of(file)} from {name}"
        for file in TESTS.rglob("*.py")
        for name in imported(ast.parse(file.read_text(encoding="utf-8")))
        if name.startswith("tests.") and not f"{name}.".startswith("tests.support.")
    }
    assert borrowed == set()


@pytest.mark.parametrize(
    "patterns", [PYPROJECT["tool"]["ruff"]["extend-include"], PYPROJECT["tool"]["mypy"]["files"]], ids=["ruff", "mypy"]
)
def test_every_program_in_scripts_is_checked(patterns: list[str]) -> None:
    """Few have a name that says that they are Python, so `pyproject.toml` has to."""
    checked = {path for pattern in [*patterns, "scripts/*.py"] for path in REPOSITORY.glob(pattern)}
    assert set(PROGRAMS) <= checked


def test_every_script_is_in_the_readme() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    commands = {path.name for path in SCRIPTS} - {"demo_text.py"}  # which demo calls
    assert {name for name in commands if f"| `scripts/{name}` |" not in readme} == set()
