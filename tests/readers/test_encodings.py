from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from albert_search.errors import ReadError
from albert_search.readers import read
from albert_search.readers.encodings import decode
from albert_search.types import Document, Note
from tests.support.reading import ReadText, texts

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


GERMAN = "Die Sitzung beginnt um drei Uhr. Bitte bringen Sie die Unterlagen über die Straße nach Köln mit."
FRENCH = "La réunion commence à trois heures. Veuillez apporter les documents imprimés, s’il vous plaît."
POLISH = "Spotkanie zaczyna się o trzeciej. Proszę przynieść wydrukowane materiały, zażółć gęślą jaźń."
RUSSIAN = "Собрание начинается в три часа. Принесите, пожалуйста, распечатанные материалы."
JAPANESE = "会議は午後三時に始まります。資料を印刷して持ってきてください。"
CHINESE = "会议下午三点开始。请把材料打印出来带来。价格为三百元。"
CASES = {
    "de-850": GERMAN, "de-latin1": GERMAN, "fr-1252": FRENCH, "fr-mac": FRENCH, "pl-1250": POLISH, "pl-88592": POLISH,
    "ru-1251": RUSSIAN, "ru-koi8": RUSSIAN, "ru-866": RUSSIAN, "ru-utf16le-nobom": RUSSIAN,
    "ja-sjis": JAPANESE, "ja-euc": JAPANESE, "ja-iso2022": JAPANESE, "ja-utf16le-nobom": JAPANESE,
    "zh-gbk": CHINESE, "zh-utf16-bom": CHINESE, "zh-utf16be-nobom": CHINESE,
    "zh-big5": "會議下午三點開始。請把材料印出來帶來。",
    "ko-949": "회의는 세 시에 시작합니다. 자료를 인쇄해서 가져오세요.",
    "el-1253": "Η συνάντηση αρχίζει στις τρεις. Παρακαλώ φέρτε τα έγγραφα.",
    "he-1255": "הפגישה מתחילה בשלוש. נא להביא את המסמכים.",
    "ar-1256": "يبدأ الاجتماع في الساعة الثالثة. يرجى إحضار الوثائق.",
    "th-874": "การประชุมเริ่มเวลาบ่ายสามโมง กรุณานำเอกสารมาด้วย",
    "short": "Müller", "short2": "Straße 5, Köln", "short-ja": "東京",
    "mixed-utf8-1252": "Résumé in UTF-8 and naïve in Latin-1, so both are here.",
    "en-dash-1252": "The café’s résumé – “quoted” – costs 5 €.",
    "en-utf16le-nobom": "The meeting begins at three. Bring the papers.",
    "en-utf32": "The meeting begins at three.",
    "cut": "Der Käse liegt im Kühlschrank und riecht nach",
    "bom-middle": "First half. Second half.",
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_encodings_of_real_files(shared: Path, name: str) -> None:
    [document, *_] = read(shared / f"cases/22-encodings/{name}.txt")
    assert isinstance(document, Document)
    assert document.text == CASES[name]


def test_english_with_a_few_odd_bytes(shared: Path) -> None:
    [document, *notes] = read(shared / "cases/23-encoding-pound/minutes.txt")
    assert isinstance(document, Document)
    assert all(words in document.text for words in ("The hall costs £5", "naïve", "São Paulo"))
    assert notes == []


def test_a_hole_in_a_log(shared: Path) -> None:
    [document] = read(shared / "cases/22-encodings/nul.log")
    assert isinstance(document, Document)
    assert texts(document) == [
        "2024-01-01 start of the service",
        "2024-01-02 the disk was full",
        "2024-01-03 restarted after power cut",
    ]


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy."),
        ("iso8859_2", "Ez rettentően nagy épület, és a tetőről látni a hegyeket."),
        ("cp1254", "Toplantı saat üçte başlıyor, lütfen belgeleri getirin."),
        ("mac_roman", "El niño comió una manzana en la habitación pequeña."),
        ("cp437", "Der Schlüssel für die Tür hängt über dem Tisch."),
        ("koi8_u", "Збори починаються о третій, принесіть документи."),
        ("iso2022_kr", "회의는 세 시에 시작합니다."),
    ],
)
def test_more_encodings(codec: str, text: str) -> None:
    assert decode(text.encode(codec)) == text


def test_what_little_is_to_be_told_by_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Wetten, daß".encode("cp437"))
    notes = [item for item in read(tmp_path / "a.txt") if isinstance(item, Note)]
    assert len(notes) == 1
    assert notes[0].text.startswith("there is little to tell its encoding by; it was read as ")
