from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.errors import ReadError
from albert_search.readers.encodings import decode
from tests.support.reading import ReadText

SHORT_TEXTS = [
    ("cp1252", "naïve café"),
    ("cp1252", "“It’s over,” he said — and left the café."),
    ("cp1252", "Der Müller saß müde über seinen Büchern."),
    ("gb18030", "数据库"),
    ("gb18030", "今天天气很好，我们去公园散步吧。"),
    ("cp932", "今日はとても天気がいいですね。"),
    ("euc_jp", "検索エンジンは文書の中の文を見つけます。"),
    ("cp949", "오늘은 날씨가 아주 좋습니다."),
    ("big5", "搜尋引擎可以幫助你找到檔案中的句子。"),
    ("cp1251", "Привет, мир"),
    ("koi8_r", "Сегодня очень хорошая погода, пойдём гулять в парк."),
    ("cp1253", "Σήμερα ο καιρός είναι πολύ καλός, πάμε βόλτα στο πάρκο."),
]


@pytest.mark.parametrize(("codec", "text"), SHORT_TEXTS)
def test_short_texts_without_any_declaration(codec: str, text: str) -> None:
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_with_and_without_mark(read_text: ReadText, codec: str) -> None:
    assert read_text("a.txt", "The café is open.\r\n".encode(codec)).text == "The café is open."


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cc", "Cs"])))
def test_all_utf_8_is_read_as_such(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decode(text.encode()) == text


def test_one_broken_character_does_not_spoil_the_others() -> None:
    assert decode("été, déjà, naïve, Straße, señor, œuvre, übel".encode() * 3 + b"\xc3").count("é") == 9


def test_text_is_composed_and_without_control_characters(read_text: ReadText) -> None:
    assert read_text("a.txt", "Cafe\u0301 so\u00adft \x07bell\x0cpage").text == "Caf\u00e9 soft bell page"


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x01" + bytes(100), bytes(range(256)) * 8])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(ReadError, match="binary"):
        decode(data)
