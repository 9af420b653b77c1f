"""How texts are cut into words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from albert_search.words.segmentation import fold, segment


@pytest.mark.parametrize(
    "written",
    ["2.3.1", "2024-05-06", "std::vector", "foo_bar", "c++", "ab-1234", "a/b.c", "192.168.0.1", "--no-cache", "c#",
     "ann@example.org", ".gitignore", "sha256:9f86d081", "e.g"],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "({}),", "“{}”.", "see {}: here", "**{}**", "`{}`"])
def test_what_is_written_in_one_is_kept_beside_its_parts(written: str, around: str) -> None:
    found = segment(around.format(written))
    assert written in found.wholes
    assert set(found.words) >= set(segment(written).words)


@pytest.mark.parametrize("plain", ["word", "user's", "Straße", "12", "打印机", "don’t"])
def test_a_plain_word_is_not_kept_twice(plain: str) -> None:
    assert segment(plain).wholes == []


def test_a_version_with_its_letter_is_found_without() -> None:
    assert segment("v2.3.1").wholes == ["v2.3.1", "2.3.1"]


@pytest.mark.parametrize(
    ("name", "pieces"),
    [("getUserName", ["get", "User", "Name"]), ("HTTPServer", ["HTTP", "Server"]), ("parse2Json", ["parse", "Json"]),
     ("plain", []), ("CAPITALS", []), ("Sentence", [])],
)  # fmt: skip
def test_names_in_mixed_case_fall_into_their_pieces(name: str, pieces: list[str]) -> None:
    found = segment(name)
    assert (found.words, found.pieces) == ([name.lower()], pieces)


@settings(deadline=None)
@given(st.text(st.characters()))
def test_words_hold_no_space_and_do_not_change_when_folded_again(text: str) -> None:
    for word in [*segment(text).words, *segment(text).wholes]:
        assert word
        assert " " not in word


@settings(deadline=None)
@given(st.text())
def test_equal_texts_in_other_unicode_forms_have_equal_words(text: str) -> None:
    assert segment(unicodedata.normalize("NFD", text)).words == segment(unicodedata.normalize("NFC", text)).words


@settings(deadline=None)
@given(st.from_regex(r"[A-Za-zÀ-ſ]{1,12}", fullmatch=True))
def test_case_and_accents_do_not_matter(word: str) -> None:
    assert fold(word) == fold(word.swapcase()) == fold(unicodedata.normalize("NFD", word))
