"""Which encoding bytes are in that are no UTF-8: the one in which they are the likeliest text.

``letters.txt`` has, for each of some thirty languages, the pairs of neighbouring letters of which one is not ASCII (for
Chinese, Japanese and Korean the single characters), the most frequent first. The logarithm of a pair's place stands
for its likelihood, after Zipf; the likelihood of a text is the product of those of its pairs.
Source: https://en.wikipedia.org/wiki/Zipf%27s_law.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log
from pathlib import Path

_PRIORS = {
    "cp1252": 0.0, "gb18030": 0.0, "cp932": 0.2, "euc_jp": 2.0, "cp949": 0.5, "big5": 1.0, "cp1251": 0.5, "koi8_r": 1.0,
    "koi8_u": 1.5, "cp866": 3.0, "cp1250": 1.0, "iso8859_2": 1.2, "cp1253": 1.0, "cp1254": 1.0, "cp1255": 1.0,
    "cp1256": 1.0, "cp874": 1.0, "iso8859_5": 2.5, "mac_roman": 2.0, "cp850": 2.0, "cp437": 2.5, "cp852": 2.8,
    "iso8859_15": 2.0,
}  # fmt: skip
"""What speaks against an encoding before anything is read: the rarer it is, the more."""
_CHARACTERS_ALONE = ("zh", "zh-Hant", "ja", "ko")
_UNKNOWN = 10.5
_UNKNOWN_ALONE = 15.0
_NONSENSE = 15.0
_SYMBOLS = frozenset("‘’“”„–—…€£§°«»©®·¿¡½²³µ×•™‚‹›ºª\u00a0")
_BESIDE_A_DIGIT = frozenset("€£§°%²³µ×½ºª")
_ALIKE = str.maketrans("șțё", "şţе")
_SAMPLE_BYTES = 2_000
_SEARCHED_BYTES = 2**20
_ODD_BYTE = re.compile(rb"[\x80-\xff]")
_FOREIGN = 1.2
_MIXED_SCRIPTS = 4.0
_TURN_OF_CASE = 2.0
_SHOUTING = 4.0
_DOUBTFUL_MARGIN = 2.5


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest encoding.

    Attributes:
        encoding: Its name.
        is_doubtful: Whether another one, in which the text reads otherwise, is nearly as likely.
    """

    encoding: str
    is_doubtful: bool


def likeliest(data: bytes) -> Guess | None:
    """Return the likeliest encoding of bytes that are not UTF-8; None where in no encoding they look like text.

    UTF-8 is one of the choices, with single bytes of cp1252 in it, as in a file that was put together from two.
    """
    sample = _odd_parts(data)
    costs: dict[str, float] = {}
    texts: dict[str, str] = {}
    for encoding, prior in _PRIORS.items():
        text = _decoded(sample, encoding)
        if text is not None:
            costs[encoding], texts[encoding] = prior + cost(text), text
    if re.search(rb"[\xc2-\xf4][\x80-\xbf]", sample):
        texts["utf-8"] = sample.decode("utf-8", "cp1252")
        costs["utf-8"] = 0.5 + cost(texts["utf-8"])
    if not costs:
        return None
    best = min(costs, key=lambda encoding: costs[encoding])
    odd = sum(not char.isascii() for char in texts[best])
    if odd > 40 and costs[best] > 0.9 * _UNKNOWN * odd:
        return None
    others = [costs[other] for other in costs if texts[other].casefold() != texts[best].casefold()]
    return Guess(best, min(others, default=99.0) - costs[best] < _DOUBTFUL_MARGIN)


def cost(text: str) -> float:
    """Return how unlikely the characters of a text that are not ASCII are, in the language that suits them best."""
    models = _models()
    normal = _normalised(text)
    pairs = Counter(pair for pair in map("".join, pairwise(normal)) if not pair.isascii())
    apart = {pair: _cost_apart(pair[0], pair[1], models.alone) for pair in pairs}
    foreign = {
        pair: models.any_language[pair] + _FOREIGN if pair in models.any_language else apart[pair] for pair in pairs
    }
    costs = (
        sum(count * language.get(pair, foreign[pair]) for pair, count in pairs.items()) for language in models.languages
    )
    turns = sum(before.islower() and after.isupper() and not after.isascii() for before, after in pairwise(text))
    odd = "".join(char for char in text if not char.isascii())
    return min(costs) + _TURN_OF_CASE * turns + _SHOUTING * (odd.isupper() and len(odd) > 1)


def _cost_apart(before: str, after: str, alone: dict[str, float]) -> float:
    """Return the cost of two neighbours that no language is known to have, half of what each character costs."""
    total = 0.0
    for char, other in ((before, after), (after, before)):
        if char.isascii():
            continue
        if char in alone or (char >= "\u2e80" and char.isalpha()):
            total += alone.get(char, _UNKNOWN_ALONE) / 2
        elif char in _SYMBOLS:
            total += _cost_of_symbol(char, other)
        else:
            total += (_UNKNOWN if char.isalpha() else _NONSENSE) / 2
            if other.isascii() and other.isalpha() and not _is_latin(char):
                total += _MIXED_SCRIPTS
    return total


def _is_latin(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char <= "\u1eff"


def _cost_of_symbol(char: str, other: str) -> float:
    """Return the cost of a mark beside another character: low where it is usual, high inside a word."""
    if char in _BESIDE_A_DIGIT and other == "0":
        return 2.0
    return 3.0 if not other.isalpha() or char == "’" else 5.5


def _normalised(text: str) -> str:
    """Return a text with a space at both ends, small letters, digits as 0 and marks of ASCII as a full stop."""
    small = unicodedata.normalize("NFC", text).lower().translate(_ALIKE)
    small = small if len(small) == len(text) else "".join(char.lower()[:1] for char in text)
    return f" {''.join(map(_class_of, small))} "


def _class_of(char: str) -> str:
    if char.isspace() and char != "\u00a0":
        return " "
    if char.isascii() and char.isdigit():
        return "0"
    return "." if char.isascii() and not char.isalpha() else char


def _decoded(data: bytes, encoding: str) -> str | None:
    """Return the text, None where the bytes cannot be in this encoding; what a cut tore at the end is left out."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(data, final=len(data) < _SAMPLE_BYTES)
    except UnicodeDecodeError:
        return None
    return (
        None
        if any("\x80" <= char < "\xa0" or unicodedata.category(char) in ("Co", "Cn") for char in set(text))
        else text
    )


def _odd_parts(data: bytes) -> bytes:
    """Return lines that are not ASCII, as many as are needed for a guess."""
    first = _ODD_BYTE.search(data)
    begin = data.rfind(b"\n", 0, first.start()) + 1 if first else 0
    begin = max(begin, first.start() - _SAMPLE_BYTES // 2) if first else 0
    lines = data[begin : begin + _SEARCHED_BYTES].split(b"\n")
    return b"\n".join(line for line in lines if _ODD_BYTE.search(line))[:_SAMPLE_BYTES]


@dataclass(frozen=True, slots=True)
class _Models:
    """What pairs of letters cost in each language, and in that which has them most; and what characters cost alone."""

    languages: list[dict[str, float]]
    any_language: dict[str, float]
    alone: dict[str, float]


@cache
def _models() -> _Models:
    """Return the likelihoods in ``letters.txt`` as costs."""
    models = _Models([{}], {}, {})
    for line in (Path(__file__).parent / "letters.txt").read_text(encoding="utf-8").splitlines():
        language, _, letters = line.partition("\t")
        if language in _CHARACTERS_ALONE:
            for place, letter in enumerate(letters):
                price = 2.6 + log(place + 8)
                models.alone[letter] = min(price, models.alone.get(letter, price))
            continue
        costs: dict[str, float] = {}
        for place, pair in enumerate(_cut(letters, 2)):
            for written in (pair, pair.translate(_ALIKE)):
                costs.setdefault(written, (0.5 + 0.8 * log(place + 8)) / 2)
        models.languages.append(costs)
        for pair, price in costs.items():
            models.any_language[pair] = min(price, models.any_language.get(pair, price))
    return models


def _cut(letters: str, width: int) -> Iterator[str]:
    return (letters[begin : begin + width] for begin in range(0, len(letters), width))


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that is no UTF-8 as one of cp1252; what was cut off at the end is gone."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    if error.reason == "unexpected end of data":
        return "\ufffd", error.end
    return error.object[error.start : error.start + 1].decode("cp1252", "replace"), error.start + 1


codecs.register_error("cp1252", _as_cp1252)
