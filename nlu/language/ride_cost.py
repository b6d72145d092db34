"""What a driver writes when he was asked what a ride cost: "75 ribu", "bensin 40rb", "75", "gak usah, ikhlas"; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.language.money import read_money
from nlu.language.normalise import MAX_LENGTH, normalise
from nlu.language.replies import read_yes_no
from nlu.language.tokens import canonical

MOST_WORDS = 5  # of an answer that is a bare number; in a longer one it may be anything
SMALLEST = 1_000  # a smaller number leaves the thousand out: nobody drives for 75 rupiah
_NUMBER = re.compile(r"(?<!\S)(?P<n>\d{1,3}(?: [.,] \d{3})+|\d{1,7})(?!\S)")
_OTHER_NUMBER = re.compile(
    r"(?<!\S)(?:jam|jm|pukul|pkl|menit|mnt|km|kilo|kilometer|tanggal|tgl|hari|minggu|bulan|tahun|kali|orang|nomor|no)(?!\S)"
)
_NOTHING = re.compile(
    r"(?<!\S)(?:gratis|ikhlas|iklas|rela|sukarela|lillah\w*|(?:tidak|jangan) (?:usah|perlu|apa-apa|dibayar)"
    r"|nol|sedekah|amal|nolong)(?!\S)"
)


@dataclass(frozen=True)
class Cost:
    """The sum in rupiah, 0 when he wants nothing; ``agrees`` when he only said yes, which is no sum."""

    amount: int | None = None
    agrees: bool = False


def read_cost(text: str, *, is_answer: bool) -> Cost | None:
    """What he says of the cost; None when nothing. A bare number, yes or no counts only in answer to the question."""
    said = text[:MAX_LENGTH]
    words = canonical(said).text
    amount = read_money(said)
    if amount is None and is_answer:
        amount = _bare(words)
    if amount is not None:
        return Cost(amount) if amount >= SMALLEST else None
    if not is_answer:
        return None
    answer = read_yes_no(said)
    if answer == "no" or _NOTHING.search(normalise(said)):
        return Cost(0)
    return Cost(agrees=True) if answer == "yes" else None


def _bare(words: str) -> int | None:
    found = _NUMBER.findall(words)
    if len(found) != 1 or len(words.split()) > MOST_WORDS or _OTHER_NUMBER.search(words):
        return None
    value = int(re.sub(r"\D", "", found[0]))
    return value if value >= SMALLEST else value * 1_000
