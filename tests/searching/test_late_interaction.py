"""MaxSim by hand, and whether the shipped model marks the words that a person would."""

from __future__ import annotations

import numpy as np
import pytest

from albert_search.albert import Encoder
from albert_search.searching.late_interaction import (
    matching_words,
    maxsim,
    token_cosines,
    words_that_mean_themselves,
)

PAIRS = {
    # a synonym
    "how do I repair my car": ("You can fix an automobile at home with few tools.", "fix automobile"),
    "which doctor looks after children": (
        "A pediatrician cares for infants and young patients.",
        "pediatrician infants",
    ),
    "price of a ticket": ("The fare to the city is two pounds for adults.", "fare"),
    "who wrote Hamlet": ("The tragedy was written by Shakespeare around 1600.", "written Shakespeare"),
    "how old is the church": ("The age of the chapel is unknown.", "age chapel"),
    "how to delete a file": ("Use rm to remove documents from the disk.", "remove documents"),
    "dog food": ("Puppies need a meal three times a day.", "Puppies meal"),
    "salary of a teacher": ("Wages in schools rose by four percent last year.", "Wages schools"),
    "fast train": ("The railway runs a rapid service between both towns.", "rapid railway"),
    "movie about the ocean": ("The film shows life in the deep sea.", "film sea"),
    "why is the computer slow": ("The laptop takes ages because its memory is full.", "laptop ages"),
    "is it going to rain tomorrow": ("Showers are expected on Tuesday in the north.", "Showers expected"),
    # a name
    "Who was Marie Curie?": ("In 1903 Curie shared the prize with her husband.", "Curie"),
    "flights to Lisbon": ("A plane leaves for Lisbon every morning at nine.", "plane Lisbon"),
    "what did Einstein publish": ("A young clerk called Einstein sent four papers to a journal.", "Einstein papers"),
    "capital of France": ("Paris has been the seat of government since the Middle Ages.", "Paris government"),
    # a number
    "error 404": ("The server answers with code 404 when the page is missing.", "404 code"),
    "what happened in 1989": ("The wall came down in November 1989 after weeks of protest.", "1989"),
    "port 8080 is in use": ("Start the service on 8080 or choose another one.", "8080"),
    "version 3.11 release": ("Support for 3.11 was added in the autumn.", "3.11"),
}
"""Questions to texts, and the words in them that answer; written before anything was measured on them."""


@pytest.fixture(scope="module")
def shipped() -> Encoder:
    return Encoder.load(threads=1)


def marked(encoder: Encoder, question: str, text: str) -> dict[str, float]:
    """Return the words that are marked, and their weights."""
    cosines = token_cosines(*encoder.token_vectors([question, text]))
    found = matching_words(text, cosines, encoder.tokenizer.count)
    return {text[match.start : match.end]: match.weight for match in found}


def test_the_right_word_is_marked_most(shipped: Encoder) -> None:
    """With the model that ships another word is in two of twenty, neither a name nor a number."""
    right = {}
    for question, (text, words) in PAIRS.items():
        weights = marked(shipped, question, text)
        right[question] = bool(weights) and max(weights, key=weights.__getitem__) in words.split()
    assert len(PAIRS) == 20
    assert sum(right.values()) >= 18, right
    assert all(right[question] for question in list(PAIRS)[12:]), right


def test_hardly_any_other_word_is_marked(shipped: Encoder) -> None:
    every = [(word, words) for question, (text, words) in PAIRS.items() for word in marked(shipped, question, text)]
    right = sum(word in words.split() for word, words in every)
    assert right / len(every) >= 0.7


def test_spans_are_whole_words_without_punctuation(shipped: Encoder) -> None:
    assert "Lisbon" in marked(shipped, "Lisbon", 'They flew to "Lisbon", it is said.')
    assert "Zürich" in marked(shipped, "a hotel in Zurich", "There are cheap rooms in Zürich!")


def test_words_of_the_headings_above_are_not_of_the_text(shipped: Encoder) -> None:
    text = "Flights to Lisbon\nA plane leaves every morning."
    cosines = token_cosines(*shipped.token_vectors(["plane", text]))
    spans = [(match.start, match.end) for match in matching_words(text, cosines, shipped.tokenizer.count)]
    assert (2, 7) in spans  # of the last line
    assert all(end <= len("A plane leaves every morning.") for _, end in spans)


def test_maxsim_is_the_mean_of_the_best_of_each_token() -> None:
    question = np.array([[9, 9], [1, 0], [0, 1], [9, 9]], np.float32)  # the special tokens do not count
    text = np.array([[9, 9], [0.6, 0.8], [-1, 0], [9, 9]], np.float32)
    cosines = token_cosines(question, text)
    np.testing.assert_allclose(cosines, [[0.6, -1], [0.8, 0]], atol=1e-6)
    assert maxsim(cosines) == pytest.approx(0.7)


def test_a_word_with_a_digit_means_itself() -> None:
    question = "Is error (E4713) in 3.11 fatal?"
    (code, tokens), (version, _) = words_that_mean_themselves(question, lambda words: [len(word) for word in words])
    assert tokens == slice(7, 14)
    assert [bool(code.search(text)) for text in ("see e4713.", "see E4712", "see E47130")] == [True, False, False]
    assert [bool(version.search(text)) for text in ("on 3.11, too", "on 3x11", "on 3.1")] == [True, False, False]


@pytest.mark.parametrize("tokens", [(2, 5), (5, 2), (2, 2)])
def test_nothing_matches_where_there_are_no_tokens(tokens: tuple[int, int]) -> None:
    question, text = (np.full((count, 4), 0.5, np.float32) for count in tokens)
    cosines = token_cosines(question, text)
    assert maxsim(cosines) == 0
    assert matching_words("some text here", cosines, lambda words: [1] * len(words)) == ()


def test_a_tokenizer_that_does_not_cut_word_by_word_marks_nothing() -> None:
    assert matching_words("one two", np.ones((1, 5), np.float32), lambda words: [1] * len(words)) == ()


def test_what_was_cut_off_is_not_marked() -> None:
    cosines = np.array([[0.1, 0.9]], np.float32)
    (match,) = matching_words("one two three four", cosines, lambda words: [1] * len(words))
    assert (match.start, match.end) == (4, 7)
