from __future__ import annotations

import time

from tests.support.reading import ReadText, lines, texts

ASCIIDOC = """= Bread Book
Jo Miller <jo@x.org>; Al Bo
v1.2, 2024-03-01
:product: Loaf
:keywords: rye, wheat

About *{product}* and link:http://x.org[the site].

// left out
== Rye keeps _longer_
[source,ruby]
----
def x # *not bold*
end
----
.A title
* first item
* https://a.b/c[second]

////
left out
////
[cols="1,1"]
|===
|Kind |Hours

|Rye
|12
|===

[NOTE]
====
Mind the crust, see <<crust,the chapter>>.
====
CPU:: The brain.

Old Title
---------
Text `code` end.footnote:[A note.]
"""


def test_asciidoc(read_text: ReadText) -> None:
    document = read_text("a.adoc", ASCIIDOC)
    found = [(block.headings, text) for block, text in zip(document.blocks, texts(document), strict=True)]
    rye = ("Bread Book", "Rye keeps longer")
    assert found == [
        ((), "Bread Book"),
        (("Bread Book",), "About Loaf and the site."),
        (("Bread Book",), "Rye keeps longer"),
        (rye, "def x # *not bold*\nend"),
        (rye, "A title"),
        (rye, "* first item"),
        (rye, "* second"),
        (rye, "Kind | Hours"),
        (rye, "Rye | 12"),
        (rye, "Mind the crust, see the chapter."),
        (rye, "CPU: The brain."),
        (("Bread Book",), "Old Title"),
        (("Bread Book", "Old Title"), "Text code end. (A note.)"),
    ]
    assert lines(document) == [1, 7, 10, 13, 16, 17, 18, 25, 27, 33, 35, 37, 39]
    assert document.metadata == {
        "title": "Bread Book",
        "author": "Jo Miller, Al Bo",
        "date": "2024-03-01",
        "keywords": "rye, wheat",
    }


def test_attributes_that_hold_each_other_do_not_explode(read_text: ReadText) -> None:
    source = ":a: lol of words\n" + "".join(
        f":{b}: {f'{{{a}}}' * 9}\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    started = time.process_time()
    document = read_text("a.adoc", source + "\n" + "{i} " * 1000)
    assert len(document.text) < 300_000
    assert time.process_time() - started < 2
