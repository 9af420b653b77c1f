from __future__ import annotations

import pytest

from albert_search.errors import ReadError
from tests.support.reading import ReadText, lines, texts

PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>The  page</title><meta name="author" content="Bo"><style>p {}</style></head>
<body><nav>Home | About</nav>
<h1>Head<a class="headerlink" href="#x">¶</a></h1>
<p>One <b>bold</b>
line.<br><br>Next part
<h2>Sub</h2>
<ul><li>one<li>two<ul><li>three</ul></ul>
<table><tr><th>A<th>B<tr><td><p>1</p><td>2</table>
<pre>
x = 1
  y
</pre>
after<script>alert(1)</script> that
<p hidden>unseen<footer>© 2024</footer></body></html>"""


def test_text_without_chrome(read_text: ReadText) -> None:
    document = read_text("a.html", PAGE)
    assert texts(document) == [
        "Head", "One bold line.", "Next part", "Sub", "one", "two", "three",
        "A | B", "1 | 2", "x = 1\n  y", "after that",
    ]  # fmt: skip
    assert lines(document)[:4] == [4, 5, 5, 7]
    assert document.blocks[-1].headings == ("Head", "Sub")
    assert document.metadata == {"title": "The page", "author": "Bo", "language": "en"}


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [("iso-8859-1", "cp1252", "“Größe”"), ("gb2312", "gb18030", "数据库"), ("Shift_JIS", "cp932", "検索")],
)
def test_declared_encoding(read_text: ReadText, label: str, codec: str, text: str) -> None:
    page = f'<meta http-equiv="Content-Type" content="text/html; charset={label}"><p>{text}'
    assert read_text("a.html", page.encode(codec)).text == text


def test_wrongly_declared_utf_8_is_read_as_utf_8(read_text: ReadText) -> None:
    assert read_text("a.html", '<meta charset="latin1"><p>Größe'.encode()).text == "Größe"


def test_xhtml_with_a_declaration(read_text: ReadText) -> None:
    page = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><p>é</p></html>'
    assert read_text("a.xhtml", page.encode("latin-1")).text == "é"


def test_what_stands_behind_the_end_of_the_page_is_read(read_text: ReadText) -> None:
    document = read_text(
        "a.html", "<body><p>Inside.</body></html>\nBehind.\n<html><body><p>Another page.</body></html>"
    )
    assert texts(document) == ["Inside. Behind.", "Another page."]
    assert lines(document) == [1, 3]


def test_absurd_nesting_is_refused(read_text: ReadText) -> None:
    with pytest.raises(ReadError, match="nested too deeply"):
        read_text("a.html", "<div>" * 100_000 + "text")


def test_no_element_at_all(read_text: ReadText) -> None:
    assert read_text("a.html", "").text == ""
    assert read_text("a.html", "<!-- nothing -->").text == ""
