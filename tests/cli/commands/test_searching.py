"""``search`` and ``similar`` against an index that the command line made."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import COMMAND, Run, environment

ANSWER = "To undo the last commit, run git reset --soft HEAD~1."


def test_words_without_quotes_are_one_question(collection: Path, run: Run) -> None:
    done = run("search", "how", "do", "I", "undo", "the", "last", "commit?", cwd=collection)
    score, place, sentence = done.stdout.splitlines()[0].split("\t")
    assert (place, sentence) == (str(Path("docs") / "git.md:5"), ANSWER)
    assert 0 < float(score) <= 1
    assert done.code == 0


def test_k_hits_come_back_best_first(collection: Path, run: Run) -> None:
    lines = run("search", "undo the last commit", "-k", "3", "--mode", "semantic", cwd=collection).stdout.splitlines()
    scores = [float(line.split("\t")[0]) for line in lines]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


def test_the_index_is_found_from_a_folder_below(collection: Path, run: Run) -> None:
    done = run("search", "undo the last commit", "-k", "1", cwd=collection / "deeper" / "down")
    # A document that is not below the working folder is shown with its whole path.
    assert done.stdout.split("\t")[1] == f"{collection / 'docs' / 'git.md'}:5"


def test_json_holds_every_field(collection: Path, run: Run) -> None:
    (hit,) = json.loads(run("search", "undo the last commit", "-k", "1", "-C", "1", "--json", cwd=collection).stdout)
    assert hit["text"] == ANSWER
    assert hit["uri"] == str(collection / "docs" / "git.md")
    assert (hit["line"], hit["page"], hit["row"], hit["headings"]) == (5, None, None, ["Git", "Mishaps"])
    assert hit["after"] == ["The files stay as they are."]


def test_a_row_is_found_with_its_metadata(collection: Path, run: Run) -> None:
    done = run(
        "search", "The cat sleeps", "-k", "2", "--jsonl", "--where", "year>=2021", "--every-copy", cwd=collection
    )
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    assert (hits[0]["row"], hits[0]["metadata"]["year"]) == (3, "2022")
    assert all(int(hit["metadata"]["year"]) >= 2021 for hit in hits)


def test_copies_of_a_sentence_are_one_hit_unless_each_is_asked_for(collection: Path, run: Run) -> None:
    question = ("search", "The cat sleeps on the mat.", "--min-score", "0.99", "--jsonl")
    (once,) = run(*question, cwd=collection).stdout.splitlines()
    assert json.loads(once)["copies"] == 1
    assert len(run(*question, "--every-copy", cwd=collection).stdout.splitlines()) == 2


def test_context_stands_in_two_more_columns(collection: Path, run: Run) -> None:
    done = run("search", "undo the last commit", "-k", "1", "--context", "1", cwd=collection)
    assert done.stdout.rstrip("\n").split("\t")[2:] == [ANSWER, "", "The files stay as they are."]


def test_several_questions_from_standard_input(collection: Path, run: Run) -> None:
    asked = "Which animal sleeps?\n\nHow do I undo a commit?\n"
    done = run("search", "--questions", "-", "-k", "1", cwd=collection, stdin=asked)
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == [
        "Which animal sleeps?",
        "How do I undo a commit?",
    ]
    answers = json.loads(run("search", "--questions", "-", "-k", "1", "--json", cwd=collection, stdin=asked).stdout)
    assert [answer["question"] for answer in answers] == ["Which animal sleeps?", "How do I undo a commit?"]
    assert answers[1]["hits"][0]["text"] == ANSWER


NO_MATCH = "nothing found: no document matches --where; the fields are path, id, language, year\n"


@pytest.mark.parametrize(("form", "stdout"), [((), ""), (("--json",), "[]\n"), (("--jsonl",), "")])
def test_nothing_found_ends_as_grep_does(collection: Path, run: Run, form: tuple[str, ...], stdout: str) -> None:
    done = run("search", "cat", "--where", "path=*.docx", *form, cwd=collection)
    assert (done.code, done.stdout, done.stderr) == (1, stdout, NO_MATCH)


def test_hits_by_words_alone_are_not_called_unrelated(collection: Path, run: Run) -> None:
    done = run("search", "colour", "--mode", "keyword", cwd=collection)
    assert (done.code, done.stderr) == (0, "")
    assert "The colour" in done.stdout


def test_what_a_terminal_would_obey_is_not_printed(collection: Path, run: Run) -> None:
    done = run("search", "a sentence about paint", "-k", "1", cwd=collection)
    assert "\x1b" not in done.stdout
    assert "[bold]markup[/bold]" in done.stdout
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("place", "own_text"),
    [
        ("docs/git.md:5", ANSWER),
        ("docs/pets.csv#row=2", "Dogs bark at night."),
        ("docs/pets.csv:3", "Dogs bark at night."),
        ("docs/a name: with [colons].txt:1", "The colour"),
        ("docs/git.md", "Git"),
    ],
)
def test_similar_finds_others_and_not_itself(collection: Path, run: Run, place: str, own_text: str) -> None:
    done = run("similar", place, "-k", "3", "--jsonl", cwd=collection)
    texts = [json.loads(line)["text"] for line in done.stdout.splitlines()]
    assert len(texts) == 3
    assert not any(text.startswith(own_text) for text in texts)


@pytest.mark.parametrize("place", ["docs/none.md:5", "docs/git.md#page=7"])
def test_similar_to_what_is_not_indexed(collection: Path, run: Run, place: str) -> None:
    done = run("similar", place, cwd=collection)
    assert (done.code, done.stdout) == (1, "")
    assert done.stderr.startswith("albert-search: no")


@pytest.mark.skipif(os.name != "posix", reason="pipes break otherwise elsewhere")
def test_a_reader_that_has_seen_enough_ends_it_quietly(collection: Path) -> None:
    # The pipe is closed before the first hit is written.
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [*COMMAND, "search", "cat"], cwd=collection, stdout=write_end, stderr=subprocess.PIPE, env=environment(),
        check=False,
    )  # fmt: skip
    os.close(write_end)
    assert (done.returncode, done.stderr) == (128 + 13, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_results_that_find_no_room_are_one_clear_sentence(collection: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "search", "cat"], cwd=collection, stdout=full, stderr=subprocess.PIPE, env=environment(),
            encoding="utf-8", check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (7, "albert-search: the results cannot be written: the disk is full\n")


@pytest.mark.skipif(os.name != "posix", reason="streams are closed otherwise elsewhere")
def test_streams_may_be_closed(collection: Path) -> None:
    words = [*COMMAND, "search", "cat"]
    done = subprocess.run(["sh", "-c", '"$@" >&- 2>&-', "sh", *words], cwd=collection, env=environment(), check=False)
    assert done.returncode == 0


def test_explanations_name_the_words_that_matched(collection: Path, run: Run) -> None:
    (line,) = run("search", "undo the last commit", "-k", "1", "--explain", cwd=collection).stdout.splitlines()
    scores, _, words = line.split("\t")[3].partition(", matches ")
    assert "maxsim " in scores
    assert {"undo", "commit"} <= set(words.split())
    (line,) = run("search", "undo it", "-k", "1", "--explain", "--no-rerank", cwd=collection).stdout.splitlines()
    assert "maxsim" not in line


def test_words_alone_are_not_reranked(collection: Path, run: Run) -> None:
    done = run("search", "undo", "--mode", "keyword", "--rerank", cwd=collection)
    assert done.code == 2
    assert "by words alone is not reranked" in done.stderr
