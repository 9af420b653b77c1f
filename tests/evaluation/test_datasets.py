from __future__ import annotations

import json
from pathlib import Path

import pytest

from albert_search.errors import ReadError, UsageError
from albert_search.evaluation import RetrievalSet, SentencePairs, find_datasets, read_retrieval_set, read_sentence_pairs


def test_a_retrieval_set_holds_its_judged_questions(kitchen: Path) -> None:
    found = read_retrieval_set(kitchen)
    assert found.name == "kitchen"
    assert list(found.questions) == ["q1", "q2", "q3", "q4"]
    assert found.judgements["q3"] == {"d3": 1, "d2": 0}


def test_a_title_stands_in_front_of_the_text(kitchen: Path) -> None:
    texts = dict(read_retrieval_set(kitchen).documents())
    assert texts["d1"].startswith("Tides The moon pulls")
    assert texts["d4"].startswith("Steel is iron")
    assert texts["d6"] == "Nothing"


def test_documents_need_no_title(kitchen: Path) -> None:
    (kitchen / "corpus.jsonl").write_text('{"_id": 7, "text": "Seven."}\n\n')
    assert list(read_retrieval_set(kitchen).documents()) == [("7", "Seven.")]


def test_judgements_need_no_header(kitchen: Path) -> None:
    (kitchen / "qrels" / "test.tsv").write_text("q1\td1\t2\n")
    assert read_retrieval_set(kitchen).judgements == {"q1": {"d1": 2}}


def test_the_test_split_is_taken_before_others(kitchen: Path) -> None:
    (kitchen / "qrels" / "dev.tsv").write_text("q2\td2\t1\n")
    assert list(read_retrieval_set(kitchen).judgements) == ["q1", "q2", "q3", "q4"]
    (kitchen / "qrels" / "test.tsv").unlink()
    assert list(read_retrieval_set(kitchen).judgements) == ["q2"]


def test_a_question_that_stands_in_the_corpus_is_known(kitchen: Path) -> None:
    with (kitchen / "corpus.jsonl").open("a") as corpus:
        corpus.write(json.dumps({"_id": "q2", "title": "Dough", "text": "what lifts the dough"}) + "\n")
        corpus.write(json.dumps({"_id": "q1", "title": "", "text": "the same id, another text"}) + "\n")
    assert read_retrieval_set(kitchen).own_documents == {"q2"}


@pytest.mark.parametrize(
    ("file", "content", "error"),
    [
        ("qrels/test.tsv", "q1\td1\n", ReadError),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\tmuch\n", ReadError),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\n", UsageError),
        ("qrels/test.tsv", "q9\td1\t1\n", ReadError),
        ("queries.jsonl", '{"_id": "q1"}\n', ReadError),
        ("queries.jsonl", "q1 why\n", ReadError),
        ("corpus.jsonl", "[1, 2]\n", ReadError),
    ],
)
def test_what_cannot_be_understood_is_said(kitchen: Path, file: str, content: str, error: type[Exception]) -> None:
    (kitchen / file).write_text(content)
    with pytest.raises(error, match=r"test\.tsv|queries\.jsonl|corpus\.jsonl"):
        list(read_retrieval_set(kitchen).documents())


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_what_is_missing_is_said(kitchen: Path, file: str) -> None:
    (kitchen / file).unlink()
    with pytest.raises(UsageError):
        read_retrieval_set(kitchen)


@pytest.mark.parametrize("header", ["", "sentence1\tsentence2\tscore\n"])
def test_sentence_pairs_are_read_as_they_stand(tmp_path: Path, header: str) -> None:
    file = tmp_path / "dev.tsv"
    file.write_text(header + 'a "quoted" word\tit\'s "so\t4.75\nä b\tc\t0\n', encoding="utf-8")
    pairs = read_sentence_pairs(file)
    assert pairs.name == f"{tmp_path.name}/dev"
    assert pairs.first == ('a "quoted" word', "ä b")
    assert pairs.second == ("it's \"so", "c")
    assert pairs.scores.tolist() == [4.75, 0.0]


@pytest.mark.parametrize("content", ["a\tb\t1\nc\td\n", "a\tb\t1\nc\td\te\n", "a\tb\tc\t1\nc\td\te\t2\n"])
def test_a_line_that_is_no_pair_is_said(tmp_path: Path, content: str) -> None:
    (tmp_path / "pairs.tsv").write_text(content)
    with pytest.raises(ReadError, match=r"pair . of .*pairs\.tsv"):
        read_sentence_pairs(tmp_path / "pairs.tsv")


def test_one_pair_is_too_few(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text("s\tt\tscore\na\tb\t1\n")
    with pytest.raises(UsageError, match="1 pairs"):
        read_sentence_pairs(tmp_path / "pairs.tsv")


def test_a_folder_of_sets_stands_for_all_of_them(kitchen: Path, tmp_path: Path) -> None:
    (tmp_path / "sts.tsv").write_text("a\tb\t1\nc\td\t2\n")
    found = find_datasets([tmp_path, tmp_path / "sts.tsv", kitchen])
    assert [type(dataset) for dataset in found] == [RetrievalSet, SentencePairs, RetrievalSet]
    with pytest.raises(UsageError, match="no retrieval set"):
        find_datasets([tmp_path / "nowhere"])


def test_the_evaluation_sets_have_the_sizes_that_their_notes_give(shared: Path) -> None:
    found = {dataset.name: dataset for dataset in find_datasets([shared / "eval"])}
    sizes = {
        name: (len(dataset.questions), sum(len(judged) for judged in dataset.judgements.values()))
        for name, dataset in found.items()
        if isinstance(dataset, RetrievalSet)
    }
    assert sizes == {
        "cranfield": (225, 1612),
        "msmarco-mini": (43, 4102),
        "scifact": (300, 339),
        "wikiqa": (243, 293),
        "xquad-en-sent": (1190, 1190),
    }
    assert len(read_sentence_pairs(shared / "eval" / "stsbenchmark" / "dev.tsv").first) == 1500
