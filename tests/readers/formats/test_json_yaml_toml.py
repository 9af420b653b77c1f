from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.errors import ReadError
from albert_search.readers.formats.json_yaml_toml import _json_texts
from tests.support.reading import ReadText, lines, texts


def test_long_texts_of_json_have_their_path_of_keys_and_their_line(read_text: ReadText) -> None:
    source = (
        '{\n "menu": {"id": "x1",\n  "items": ["Cut", "Bread of the day", {"note": "Ask \\"Ann\\" first"}]},\n "n": 3}'
    )
    document = read_text("a.json", source)
    assert texts(document) == ["Bread of the day", 'Ask "Ann" first']
    assert [block.headings for block in document.blocks] == [("menu", "items[1]"), ("menu", "items[2]", "note")]
    assert lines(document) == [3, 3]


def test_paragraphs_of_one_json_text_all_stand_on_its_line(read_text: ReadText) -> None:
    document = read_text("a.json", '[\n"One text of words.\\n\\nAnother part\\nof the text."]')
    assert texts(document) == ["One text of words.", "Another part of the text."]
    assert lines(document) == [2, 2]


def test_comments_last_commas_and_several_values_are_allowed_in_json(read_text: ReadText) -> None:
    document = read_text(
        "a.json", '{"a": "see http://x.org // now", /* no\n */ "b": "one two three",} // end\n["four five six"]'
    )
    assert texts(document) == ["see http://x.org // now", "one two three", "four five six"]
    assert lines(document) == [1, 2, 3]


def test_what_is_no_json_is_told_with_the_reason(read_text: ReadText) -> None:
    with pytest.raises(ReadError, match="it is damaged, or not JSON at all"):
        read_text("a.json", '{"a": ')


def test_yaml_texts_of_all_documents_with_their_lines(read_text: ReadText) -> None:
    source = (
        "faq:\n  - ask: &q who pays for returns?\n    answer: |\n      The shop pays\n      for returns.\n  - ask: *q\n"
        "---\nmore: words of two files\n"
    )
    document = read_text("a.yml", source)
    assert texts(document) == ["who pays for returns?", "The shop pays for returns.", "words of two files"]
    assert [block.headings for block in document.blocks] == [("faq[0]", "ask"), ("faq[0]", "answer"), ("more",)]
    assert lines(document) == [2, 4, 8]


def test_aliases_that_would_unfold_to_gigabytes_are_read_once(read_text: ReadText) -> None:
    source = 'a0: &a0 ["lol of many words"]\n' + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 60)
    )
    assert texts(read_text("a.yaml", source)) == ["lol of many words"]


def test_toml_texts_with_their_lines(read_text: ReadText) -> None:
    document = read_text(
        "a.toml",
        '[project]\nname = "x"\ndescription = "Bread that keeps well"\n[[tool.run]]\ndoc = """\nOne two\nthree."""\n',
    )
    assert texts(document) == ["Bread that keeps well", "One two three."]
    assert [block.headings for block in document.blocks] == [("project", "description"), ("tool", "run[0]", "doc")]
    assert lines(document) == [3, 6]


def test_texts_without_spaces_count_in_scripts_that_have_none(read_text: ReadText) -> None:
    assert texts(read_text("a.json", '["今天天气很好我们去公园吧", "图书馆"]')) == ["今天天气很好我们去公园吧"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(value=JSON_VALUES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_every_json_text_is_found_on_its_own_line(value: object, indent: int | None, ascii_only: bool) -> None:
    source = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    for _, text, line in _json_texts(source):
        assert line is not None
        assert json.dumps(text, ensure_ascii=ascii_only) in source.split("\n")[line - 1]
