from __future__ import annotations

import base64
import random

import pytest

from albert_search.readers import from_text
from albert_search.readers.blobs import without_blobs
from tests.support.reading import texts

BYTES = random.Random(5).randbytes(900)
MINIFIED = "".join(f"function f{n}(a,b){{var c=a[{n}];if(c){{return b(c)}};return[a,b,c]}}" for n in range(30))


@pytest.mark.parametrize(
    "blob",
    [base64.b64encode(BYTES).decode(), base64.encodebytes(BYTES).decode().strip(), BYTES.hex(), MINIFIED],
    ids=["base64", "lines of base64", "hexadecimal", "minified"],
)
def test_what_nobody_reads_is_left_out(blob: str) -> None:
    document, count = without_blobs(from_text(f"The words before.\n\n{blob}\n\nThe words after.", "x"))
    assert (texts(document), count) == (["The words before.", "The words after."], 1)
    assert document.blocks[1].line == 5 + blob.count("\n")


def test_a_blob_inside_a_paragraph() -> None:
    blob = base64.b64encode(BYTES).decode()
    document, count = without_blobs(from_text(f"The words before {blob} and after.", "x"))
    assert (texts(document), count) == (["The words before", "and after."], 1)


@pytest.mark.parametrize(
    "text",
    [
        "word " * 400,
        "see https://example.org/" + "path/to/a/page/" * 30,
        "今天天气很好我们去公园散步" * 40,
        "-" * 400,
        "\n".join("Donaudampfschifffahrtsgesellschaftskapitaenswitwenrentenauszahlung" for _ in range(5)),
        "int main(void) { return f(1, 2); }  // a comment with many words in it\n" * 20,
    ],
)
def test_text_is_no_blob(text: str) -> None:
    document = from_text(text, "x")
    assert without_blobs(document) == (document, 0)
