from __future__ import annotations

import json

import pytest

from albert_search.errors import ReadError
from tests.support.reading import ReadText, texts

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {},
         "source": ["# Bread\n", "Rye *keeps* longer.\n", "\n", "It is sour."]},
        {"cell_type": "code", "id": "b", "metadata": {}, "execution_count": 1, "source": [],
         "outputs": []},
        {"cell_type": "code", "id": "c", "metadata": {}, "execution_count": 2, "source": "# mean hours\nhours.mean()",
         "outputs": [{"output_type": "stream", "name": "stdout", "text": ["12 was printed\n"]}]},
        {"cell_type": "raw", "id": "d", "metadata": {}, "source": "Raw words."},
    ],
    "metadata": {"kernelspec": {"name": "python3", "language": "python"}, "title": "Loaves"},
    "nbformat": 4,
    "nbformat_minor": 5,
}  # fmt: skip


def test_cells_are_pages_and_headings_reach_over_them(read_text: ReadText) -> None:
    document = read_text("a.ipynb", json.dumps(NOTEBOOK))
    assert texts(document) == ["Bread", "Rye keeps longer.", "It is sour.", "# mean hours\nhours.mean()", "Raw words."]
    assert [document.page_at(block.start) for block in document.blocks] == [1, 1, 1, 3, 4]
    assert [block.verbatim for block in document.blocks] == [False, False, False, True, True]
    assert document.blocks[3].headings == ("Bread",)
    assert document.metadata == {"title": "Loaves", "language": "python"}


def test_the_older_format_with_worksheets(read_text: ReadText) -> None:
    cells = [{"cell_type": "heading", "level": 2, "source": "Flour"}, {"cell_type": "code", "input": ["grind()"]}]
    document = read_text("a.ipynb", json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}))
    assert texts(document) == ["Flour", "grind()"]
    assert document.blocks[1].headings == ("Flour",)


@pytest.mark.parametrize(
    ("content", "reason"), [("{", "not JSON"), ("[1]", "no notebook"), ('{"cells": 3}', "damaged")]
)
def test_what_is_no_notebook(read_text: ReadText, content: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        read_text("a.ipynb", content)
