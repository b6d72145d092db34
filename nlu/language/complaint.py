"""What a complaint is about: its kind, an amount asked for, the facility complained of; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from nlu.language.cues import Cues, heaviest, split_clauses
from nlu.language.facility_reading import find_facilities
from nlu.language.money import read_money

Category = Literal["illegal_fee", "refused", "treatment", "service", "other"]

_CATEGORIES: tuple[Category, ...] = ("illegal_fee", "refused", "treatment", "service")
_BYSTANDERS = re.compile(r"(?i)(?:apot[ei]k|dinsos|dinkes|dukcapil)")
"""Named in a complaint, but not what it is about."""
_ASKED_WITH_AMOUNT = 3
"""What an amount adds to a payment that was asked for: "petugas jutek, minta duit 50rb" is about the money."""


_ASKED = 6
_ASKS_MONEY = re.compile(
    r"(?i)(?<!\w)(?P<not>(?:gak|ga|gk|nggak|ndak|tidak|tdk|ora|tanpa)\s+(?:\w+\s+)?)?(?:dimintai|diminta|dijaluki|dijaluk"
    r"|minta|mintak|njaluk|nyuwun|disuruh\s+(?:m?bayar|byr)|suruh\s+bayar|dikongkon\s+m?bayar|ditarik|ditariki|narik"
    r"|dipungut|dipundhuti)(?!\w)"
)
_NO_NAME = re.compile(
    r"(?i)(?<!\w)(?:jangan|jgn|ojo|aja|tidak|tak|gak|ga|nggak|ndak|ora|tanpa)(?:\s+\S+){0,3}?\s+(?:nama"
    r"|jeneng\w*|identitas|sebut\w*|disebut\w*|bilang\S*|dibilang\S*|kandha\w*|cerita\w*|disebar\w*|bocor\w*"
    r"|ketahuan|kethoro)(?!\w)"
    r"|(?<!\w)(?:rahasia\w*|anonim|diam-diam|sembunyi\w*)(?!\w)"
)
_CARD = re.compile(r"(?i)(?<!\w)(?:bpjs\w*|kis|kise|jkn|kartu\w*|pbi)(?!\w)")
_DEAD = re.compile(
    r"(?i)(?<!\w)(?:mati|mateni|dimatikan|(?:ga|gak|tidak|tdk|ndak|nggak|ora|non)[ -]?akti[fp]\w*"
    r"|nonakti[fp]\w*|nunggak\w*"
    r"|menunggak|tunggakan|diblokir|hangus|belum\s+(?:bayar|lunas|aktif)|durung\s+(?:bayar|aktif))(?!\w)"
)
_NUMBER = re.compile(r"(?i)(?<!\w)k\s?-\s?(?:(?P<year>20\d{2})\s?-\s?)?(?P<number>\d{1,6})(?!\w)")
_ANSWER = re.compile(
    r"(?i)^\W*(?:(?:mohon|tolong|ini|untuk|buat)\s+)*(?:jawab\w*|balas\w*|tanggap\w*|keluhan|aduan|nomor|no"
    r"|untuk|soal)\b\W*"
)


_MATTER = re.compile(
    r"(?i)(?<!\w)(?:laporan\w*|lapuran\w*|aduan\w*|pengaduan\w*|komplain\w*|keluhan\w*(?:\s+\S+){0,2}?\s+(?:kemarin\w*"
    r"|kemaren|kmrn|wingi|dulu|nomor|no|k-\S+))(?!\w)"
)
_NEWS = re.compile(
    r"(?i)(?<!\w)(?:gimana|gmn|bagaimana|bgmn|piye|pripun|yo?k\s*opo|(?:sampai|sampe|tekan)\s+(?:mana|endi)|kabar\w*"
    r"|ditanggapi|dibalas|dijawab|jawaban\w*|hasil\w*|diproses|proses\w*|ditindak\w*|tindak\s*lanjut\w*)(?!\w)"
)
_WISH = re.compile(r"(?i)(?<!\w)(?:cara\w*|carane|mau|pengen|pingin|arep|kate|bisa|iso|kalau|kalo|lek|nek)(?!\w)")
LONGEST_QUESTION = 12  # words


@dataclass(frozen=True)
class Numbered:
    """A complaint's number as an officer writes it, and what he says of it."""

    year: int | None
    number: int
    words: str


def asks_for_news(text: str) -> bool:
    """Whether whoever complained asks what became of it: "laporan saya kemarin gimana kabarnya"."""
    is_short = len(text.split()) <= LONGEST_QUESTION
    return is_short and bool(_MATTER.search(text) and _NEWS.search(text)) and _WISH.search(text) is None


def refused_for_card(text: str) -> bool:
    """Whether a dead card was the reason that was given: "ditolak karena bpjs mati"."""
    return bool(_CARD.search(text) and _DEAD.search(text))


def wants_no_name(text: str) -> bool:
    """Whether she asks that nobody learns who complained."""
    return bool(_NO_NAME.search(text))


def read_numbered(text: str) -> Numbered | None:
    """ "jawab K-2026-000001 sudah kami tegur": the number and the words around it; None without a number."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    before, behind = text[: match.start()], text[match.end() :]
    while before != (before := _ANSWER.sub("", before)):
        pass
    words = " ".join(f"{before} {behind.lstrip(' :,.;-')}".split())
    return Numbered(int(match["year"]) if match["year"] else None, int(match["number"]), words)


@dataclass(frozen=True)
class Complaint:
    """A complaint as told.

    `amount` is in rupiah; `facility` is the words as typed, `facility_codes` the gazetteer's candidates: none for
    "puskesmas" alone, several where the name is borne by several.
    """

    category: Category = "other"
    amount: int | None = None
    facility: str | None = None
    facility_codes: tuple[str, ...] = ()


def _is_asked_for(text: str) -> bool:
    """Money is asked for, in whatever words the amount is told: "dimintai sejuta setengah", "minta bensin 200rb"."""
    return any(match["not"] is None for match in _ASKS_MONEY.finditer(text))


@cache
def _cues() -> Cues:
    return Cues.load("complaint")


def read_complaint(text: str) -> Complaint:
    """What ``text`` complains of; the category is "other" when nothing says more."""
    weights = _cues().weigh(split_clauses(text))
    amount = read_money(text)
    if amount is not None and not weights["illegal_fee"] and _is_asked_for(text):
        weights["illegal_fee"] = _ASKED
    if amount is not None and weights["illegal_fee"]:
        weights["illegal_fee"] += _ASKED_WITH_AMOUNT
    category = heaviest(weights, _CATEGORIES)
    facilities = [each for each in find_facilities(text) if not _BYSTANDERS.match(each.text)]
    named = next((each for each in facilities if each.codes), None) or next(iter(facilities), None)
    return Complaint(
        next((each for each in _CATEGORIES if each == category), "other"),
        amount,
        named.text if named else None,
        named.codes if named else (),
    )
