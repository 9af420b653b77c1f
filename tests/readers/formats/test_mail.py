from __future__ import annotations

from pathlib import Path

import pytest

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.types import Document, Skipped
from tests.support.mails import letter
from tests.support.reading import ReadText, texts


def test_headers_are_metadata_and_the_subject_leads(read_text: ReadText) -> None:
    document = read_text("a.eml", letter(Cc="Cy <cy@x.org>").as_bytes())
    assert texts(document) == ["Größe of the loaf", "Yes, on Friday."]
    assert document.blocks[1].headings == ("Größe of the loaf",)
    assert document.metadata == {
        "from": "Ann Lee <ann@x.org>",
        "to": "Bob Stöver <bob@x.org>",
        "cc": "Cy <cy@x.org>",
        "date": "2024-03-01T09:30:00+01:00",
        "subject": "Größe of the loaf",
        "message_id": "<1@x.org>",
    }


@pytest.mark.parametrize(
    "quoted",
    [
        "\n\nOn Mon, 26 Feb 2024 at 10:00, Bob <bob@x.org> wrote:\n> When is it?\n> Soon?\n",
        "\n\nOn Mon, 26 Feb 2024 at 10:00, a man with a very long name\n<bob@x.org> wrote:\n\n> When?\n",
        "\n\nAm 26.02.2024 um 10:00 schrieb Bob Stöver:\n> Wann?\n",
        "\n\nLe lun. 26 févr. 2024 à 10:00, Bob a écrit :\n> Quand ?\n",
        "\n\n-----Original Message-----\nFrom: Bob\nSent: Monday\n\nWhen is it?\n",
        "\n\n________________________________\nFrom: Bob <bob@x.org>\nSent: Monday\nTo: Ann\n\nWhen is it?\n",
        "\n\nVon: Bob\nGesendet: Montag\nAn: Ann\n\nWann?\n",
    ],
)
def test_what_is_quoted_is_left_out(read_text: ReadText, quoted: str) -> None:
    assert texts(read_text("a.eml", letter("Yes, on Friday." + quoted).as_bytes()))[1:] == ["Yes, on Friday."]


@pytest.mark.parametrize(
    "kept",
    [
        "See below.\n\n---------- Forwarded message ---------\nFrom: Bob <b@x.org>\nSent: now\n\nThe oven is broken.\n",
        "> The oven is broken.\n",
        "From: the baker\nSent: with love\nThe oven is broken.\n",
        "On Monday she wrote:\n\nThe oven is broken.\n",
    ],
)
def test_what_is_no_quotation_or_stands_alone_is_kept(read_text: ReadText, kept: str) -> None:
    assert "The oven is broken." in read_text("a.eml", letter(kept).as_bytes()).text


def test_answers_between_quotations_are_all_new(read_text: ReadText) -> None:
    body = "On Monday, Bob wrote:\n> When?\nOn Friday.\n> Where?\nIn the mill.\n"
    assert texts(read_text("a.eml", letter(body).as_bytes()))[1:] == ["On Friday.", "In the mill."]


def test_html_is_read_where_it_says_more_and_without_its_quotations(read_text: ReadText) -> None:
    message = letter("Please view this in a browser.")
    message.add_alternative(
        "<p>The mill is closed on Sunday, since the miller is at sea and nobody else can grind.</p>"
        '<p>Rye is sold out until the ship is back.</p><div class="gmail_quote">On Monday: <p>When?</p></div>',
        subtype="html",
    )
    assert texts(read_text("a.eml", message.as_bytes()))[1:] == [
        "The mill is closed on Sunday, since the miller is at sea and nobody else can grind.",
        "Rye is sold out until the ship is back.",
    ]


def test_attachments_are_documents_of_their_own(tmp_path: Path) -> None:
    message = letter()
    message.add_attachment("Rye keeps.", filename="note.txt")
    message.add_attachment("Wheat rises.", filename="note.txt")
    message.add_attachment(b"name,text\nrye,It keeps for long.\n", maintype="text", subtype="csv", filename="t.csv")
    message.add_attachment(b"\x89PNG", maintype="application", subtype="octet-stream", filename="data.bin")
    message.add_attachment(b"{", maintype="application", subtype="json", filename="../bad.json")
    message.add_attachment(letter("An inner mail.", Cc="x"))
    path = tmp_path / "a.eml"
    path.write_bytes(message.as_bytes())
    found = list(read(path))
    documents = {item.uri.removeprefix(str(path)): item.text for item in found if isinstance(item, Document)}
    assert documents == {
        "": "Größe of the loaf\n\nYes, on Friday.",
        "/note.txt": "Rye keeps.",
        "/note (2).txt": "Wheat rises.",
        "/t.csv#row=1": "It keeps for long.",
        "/message.eml": "Größe of the loaf\n\nAn inner mail.",
    }
    assert [item for item in found if isinstance(item, Skipped)] == [
        Skipped(f"{path}/bad.json", "it is damaged, or not JSON at all")
    ]


def test_broken_headers_and_charsets_lose_nothing(read_text: ReadText) -> None:
    source = (
        b"From: =?utf-8?q?broken\r\nSubject: caf\xc3\xa9 =?x-unknown?q?loaf?=\r\nDate: yesterday\r\n"
        b"Content-Type: text/plain; charset=x-nothing\r\n\r\nThe caf\xe9 is closed.\r\n"
    )
    document = read_text("a.eml", source)
    assert "The café is closed." in texts(document)
    assert document.metadata["date"] == "yesterday"
    assert "café" in document.metadata["subject"]


def test_flowed_lines_are_joined(read_text: ReadText) -> None:
    source = b"From: a@x.org\nContent-Type: text/plain; format=flowed\n\nIt goes \non and \non.\n-- \nAnn\n"
    assert texts(read_text("a.eml", source)) == ["It goes on and on.", "--", "Ann"]


def test_what_has_no_header_is_no_mail(read_text: ReadText) -> None:
    with pytest.raises(ReadError, match="no header"):
        read_text("a.eml", "Only words.\n")
