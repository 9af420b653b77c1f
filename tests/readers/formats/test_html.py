from __future__ import annotations

from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document, Note
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


def case(shared: Path, name: str) -> tuple[Document, list[str]]:
    document, *notes = sorted(read(shared / f"cases/11-html/{name}.html"), key=lambda item: isinstance(item, Note))
    assert isinstance(document, Document)
    return document, [note.text for note in notes if isinstance(note, Note)]


def test_accordions_and_tabs(shared: Path) -> None:
    found = texts(case(shared, "accordion")[0])
    assert found == [
        "Questions",
        "Can I bring my dog to the campsite?",
        "Yes, on a lead, for four euros a night.",
        "When does the reception close?",
        "At ten in the evening, at eight in winter.",
        "Is there hot water?",
        "All day long.",
        "Electric hookups deliver sixteen amperes.",
    ]


def test_what_looks_like_chrome_and_holds_the_page(shared: Path) -> None:
    assert texts(case(shared, "unclosednav")[0])[-2:] == ["Bridge repair", "The bridge is closed until June."]
    assert texts(case(shared, "shadow")[0]) == [
        "The saved page says that the pass road opens in April.",
        "Aside text about snow chains.",
        "Road report",
        "The tunnel is closed at night.",
    ]


def test_a_page_that_only_its_scripts_fill_is_told(shared: Path) -> None:
    _, notes = case(shared, "spa")
    assert notes == ["it holds no text without running its scripts; save it as a browser shows it"]


def test_consent_is_no_text_and_the_source_of_a_quotation_is(shared: Path) -> None:
    text = case(shared, "cookies")[0].text
    assert "cookies" not in text
    assert "Recipe by Nora Quist" in text
    assert "A baker in Uppsala" in text


def test_text_areas_and_captions(shared: Path) -> None:
    assert texts(case(shared, "aspnet")[0])[-1] == "Draft reply about the playground"
    assert texts(case(shared, "nobody")[0])[-2:] == ["Name | Born", "Ada | 1815"]
    assert "Line one of a wrapped paragraph that goes on for three lines." in case(shared, "mhtmlish")[0].text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<nav><p>Only navigation is here.</p></nav>", ["Only navigation is here."]),
        ("<p>One.</p><!-- never closed <p>Two.</p>", ["One.", "Two."]),
        ("<p>One.</p><script>var a = 1; <p>Two.</p>", ["One.", "Two."]),
        ("<title>Name<p>One.</p>", ["Name", "One."]),
        ("<button>Buy</button><p>One.</p>", ["One."]),
        ("<p>One.</p><div hidden role=dialog>Sign up</div>", ["One."]),
        ("<button aria-expanded=false>More?</button><div hidden id=x>Yes, more.</div>", ["More?", "Yes, more."]),
        ("<dl><dt><button>When?</button></dt><dd hidden>At noon.</dd></dl>", ["When?", "At noon."]),
        ("<div class=tab-pane hidden>Second tab.</div>", ["Second tab."]),
        ("<p>One <span aria-hidden=true>*</span>two.</p>", ["One two."]),
        ("<p>First<br>line</p><noscript>Turn it on.</noscript>", ["First line"]),
        ("<div id=consent-banner><p>We track you.</p></div><p>One.</p>", ["One."]),
    ],
)
def test_text_and_chrome(read_text: ReadText, source: str, expected: list[str]) -> None:
    assert texts(read_text("a.html", source)) == expected


def test_tables_that_lay_out_a_page(read_text: ReadText) -> None:
    page = (
        "<table><tr><td><h2>News</h2><p>The mill is open.<td><ul><li>Home</ul>"
        "<tr><td><table><tr><td>Ada<td>1815<tr><td>Bo<td>1820</table></table>"
    )
    document = read_text("a.html", page)
    assert texts(document) == ["News", "The mill is open.", "Home", "Ada | 1815", "Bo | 1820"]
    assert document.blocks[1].headings == ("News",)


def test_a_title_leads_a_page_without_headings(shared: Path, read_text: ReadText) -> None:
    [document] = read(shared / "cases/35-title-only/p3.html")
    assert isinstance(document, Document)
    assert document.blocks[1].headings == ("Sick leave",)
    assert texts(read_text("a.html", "<title>Site</title><h1>Page</h1><p>Text.</p>")) == ["Page", "Text."]


def test_links_that_repeat_headings(read_text: ReadText) -> None:
    page = "<ul><li><a href='#a'>Start</a><li><a href='#b'>Gone</a></ul><h2 id=a>Start</h2><p>Text.</p>"
    assert texts(read_text("a.html", page)) == ["Gone", "Start", "Text."]
