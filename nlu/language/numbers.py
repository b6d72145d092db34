"""Number words of Indonesian and Javanese (ngoko, krama, the joining forms) as integers.

A number is read from a list of folded words, so that a reader of dates, ages or money can ask "is there a number
here?" at any place. Digits are left to the caller: ``08`` is a month, a telephone or a clock, and only he knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

_UNITS: dict[int, str] = {
    0: "nol",
    1: "satu siji setunggal sak sa",
    2: "dua loro kalih rong roro duwa",
    3: "tiga telu tigo telung tigang",
    4: "empat papat sekawan patang kawan ampat pat",
    5: "lima limo gangsal limang",
    6: "enam enem nem anem nemang",
    7: "tujuh pitu pitung tuju",
    8: "delapan wolu wolung lapan dlapan",
    9: "sembilan songo sanga sangang sembilang smbilan",
}
_FIXED: dict[int, str] = {
    10: "sepuluh sedoso sedasa spuluh",
    11: "sebelas sewelas swelas sblas",
    12: "rolas rowelas kalihwelas",
    13: "telulas tigawelas",
    14: "patbelas patblas",
    15: "limolas limalas gangsalwelas",
    16: "nembelas nemblas enembelas",
    17: "pitulas",
    18: "wolulas",
    19: "songolas sangalas",
    21: "selikur",
    22: "rolikur",
    23: "telulikur",
    24: "patlikur",
    25: "selawe selangkung",
    26: "nemlikur",
    27: "pitulikur",
    28: "wolulikur",
    29: "songolikur sangalikur",
    50: "seket",
    60: "sewidak suwidak",
}
_BELAS = frozenset({"belas", "blas", "welas", "las"})
_LIKUR = frozenset({"likur"})
_PULUH = frozenset({"puluh", "dasa", "doso", "pluh"})
_RATUS = frozenset({"ratus", "atus"})
_SERATUS = frozenset({"seratus", "satus"})
_RIBU = frozenset({"ribu", "ewu", "rb", "rbu", "ewuh"})
_SERIBU = frozenset({"seribu", "sewu"})
_JUTA = frozenset({"juta", "yuta", "jt"})
_SEJUTA = frozenset({"sejuta", "sayuta", "seyuta"})

UNITS = {word: value for value, words in _UNITS.items() for word in words.split() if word.isalpha()}
FIXED = {word: value for value, words in _FIXED.items() for word in words.split()}
# "sak" and "sa" mean one only when joined to a measure ("sak minggu"); alone they are other words.
JOINERS = frozenset(
    {"sak", "sa", "rong", "telung", "tigang", "patang", "limang", "nemang", "pitung", "wolung", "sangang"}
)
_NEVER_ALONE = frozenset({"sak", "sa", "kawan", "pat", "nemang"})
_TAILS = _BELAS | _LIKUR | _PULUH | _RATUS | _RIBU | _JUTA
_MEASURES = frozenset({"dino", "dina", "dinten", "hari", "minggu", "sasi", "wulan", "ulan", "bulan", "jam", "menit"})

# Words typed as one: "duapuluh", "limabelas", "telungdino".
GLUED: dict[str, tuple[str, str]] = {
    head + tail: (head, tail)
    for head, tail in product(UNITS, _TAILS | _MEASURES)
    if head + tail not in FIXED | UNITS and not (head in _NEVER_ALONE and tail in _TAILS)
}


@dataclass(frozen=True)
class NumberWords:
    """A number said in words: its value and how many words it took."""

    value: int
    length: int


class _Words:
    """A cursor over words, so that each level of the grammar reads on where the last one stopped."""

    def __init__(self, words: Sequence[str], at: int) -> None:
        self.words = words
        self.at = at

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.words[place] if place < len(self.words) else ""

    def take(self, wanted: frozenset[str]) -> bool:
        if self.peek() in wanted:
            self.at += 1
            return True
        return False


def _below_hundred(words: _Words) -> int | None:
    word = words.peek()
    if word in FIXED:
        words.at += 1
        tens = FIXED[word]
        return tens + (_single(words) if tens in (50, 60) else 0)
    if word not in UNITS:
        return None
    following = words.peek(1)
    for tail, step in ((_BELAS, 10), (_LIKUR, 20)):
        if following in tail:
            words.at += 2
            return UNITS[word] + step
    if following in _PULUH:
        words.at += 2
        return UNITS[word] * 10 + _single(words)
    if word in _NEVER_ALONE:
        return None
    words.at += 1
    return UNITS[word]


def _single(words: _Words) -> int:
    """The unit after a ten: "dua puluh *satu*", never the 2 of "dua puluh dua belas"."""
    word, following = words.peek(), words.peek(1)
    if word not in UNITS or word in JOINERS or word in _NEVER_ALONE or UNITS[word] == 0:
        return 0
    if following in _BELAS | _PULUH | _LIKUR | _RATUS:
        return 0
    words.at += 1
    return UNITS[word]


def _below_thousand(words: _Words) -> int | None:
    if words.take(_SERATUS):
        return 100 + (_below_hundred(words) or 0)
    if words.peek() in UNITS and words.peek(1) in _RATUS:
        hundreds = UNITS[words.peek()] * 100
        words.at += 2
        return hundreds + (_below_hundred(words) or 0)
    return _below_hundred(words)


def _below_million(words: _Words) -> int | None:
    if words.take(_SERIBU):
        return 1000 + (_below_thousand(words) or 0)
    head = _below_thousand(words)
    if head is not None and words.take(_RIBU):
        rest = _below_thousand(words) or 0
        if head == 2 and 0 < rest < 10:  # a year as it is said: "dua ribu dua enam"
            unit = _single(words)
            rest = rest * 10 + unit if unit else rest
        return head * 1000 + rest
    return head


def read_number_words(words: Sequence[str], at: int = 0) -> NumberWords | None:
    """The longest number that begins at word ``at``, or None; words are folded (lower case, no accents)."""
    cursor = _Words(words, at)
    if cursor.take(_SEJUTA):
        value: int | None = 1_000_000 + (_below_million(cursor) or 0)
    else:
        value = _below_million(cursor)
        if value is not None and cursor.take(_JUTA):
            value = value * 1_000_000 + (_below_million(cursor) or 0)
    return None if value is None else NumberWords(value, cursor.at - at)


def split_glued(word: str) -> tuple[str, ...]:
    """ "duapuluh" as ("dua", "puluh"); any other word as it is."""
    return GLUED.get(word, (word,))


def read_number(text: str) -> int | None:
    """A text that is one number and nothing else, in digits or in words; else None."""
    stripped = text.strip()
    if stripped.isascii() and stripped.isdigit() and len(stripped) <= 12:
        return int(stripped)
    words = [part for word in stripped.lower()[:200].replace("-", " ").split() for part in split_glued(word)]
    number = read_number_words(words)
    return number.value if number and number.length == len(words) else None
