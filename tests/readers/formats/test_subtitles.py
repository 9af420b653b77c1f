from __future__ import annotations

import pytest

from albert_search.errors import ReadError
from tests.support.reading import ReadText, lines, texts

SUBRIP = """1
00:00:01,000 --> 00:00:03,500
<i>The harbour was built</i>

2
00:00:03,600 --> 00:00:05,000
{\\an8}by engineers.

3
00:00:05,100 --> 00:00:06,000
They had never

4
01:02:05,000 --> 01:02:06,000
seen the sea
"""


def test_sentences_go_over_cues_and_stand_at_the_time_they_begin(read_text: ReadText) -> None:
    document = read_text("a.srt", SUBRIP)
    assert texts(document) == ["The harbour was built by engineers.", "They had never", "seen the sea"]
    assert [block.headings for block in document.blocks] == [("0:00:01",), ("0:00:05",), ("1:02:05",)]
    assert lines(document) == [3, 11, 15]


def test_webvtt_with_speakers_notes_and_styles(read_text: ReadText) -> None:
    source = (
        "WEBVTT - a talk\n\nSTYLE\n::cue { color: red }\n\nNOTE not said\n\nintro\n00:01.000 --> 00:02.000 align:left\n"
        "<v.loud Ann>Is it <b>done</b>\n\n00:02.000 --> 00:03.000\n<v Bob>Salt &amp; water\n"
    )
    document = read_text("a.vtt", source)
    assert texts(document) == ["Is it done", "Salt & water"]
    assert [block.headings for block in document.blocks] == [("0:00:01", "Ann"), ("0:00:02", "Bob")]


def test_rolling_captions_are_said_once(read_text: ReadText) -> None:
    cues = ["we go", "we go\nto the sea", "to the sea\nand swim."]
    source = "WEBVTT\n\n" + "".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{cue}\n\n" for n, cue in enumerate(cues))
    assert texts(read_text("a.vtt", source)) == ["we go to the sea and swim."]


def test_a_missing_empty_line_between_cues(read_text: ReadText) -> None:
    source = "1\n00:00:01,0 --> 00:00:02,0\nOne.\n2\n00:00:03,0 --> 00:00:04,0\nTwo.\n"
    assert texts(read_text("a.srt", source)) == ["One.", "Two."]


def test_a_file_without_times_holds_no_subtitles(read_text: ReadText) -> None:
    with pytest.raises(ReadError, match="no line tells a time"):
        read_text("a.srt", "Only words.\n")
