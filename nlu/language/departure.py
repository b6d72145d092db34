"""Whether a helper tells that a mother moved away, is not to be found, or was entered by mistake; pure.

What an alert is answered ("rumahnya kosong") is read by ``case_reply``; here a message of its own names the mother.
"""

from __future__ import annotations

import re
from typing import Literal

from nlu.language.case_reply import read_case_reply
from nlu.language.normalise import normalise
from nlu.language.tokens import MAX_CHARS

Departure = Literal["moved", "lost_to_follow_up", "wrong_entry"]
LONGEST_WORDS = 30

_NEWS = r"(?:kabar|kabare|kabarnya|rimba|rimbanya|jejak|jejaknya|keberadaan|keberadaannya)"
_NOT = r"(?:tidak|belum|bukan|tanpa|gak|ora|ra|dudu)"
_LOST = re.compile(
    rf"\b{_NOT} (?:jelas|ada|diketahui|tahu) {_NEWS}\b|\b(?:hilang|ilang) (?:kontak|kabar|jejak)|\bmenghilang\b"
    rf"|\blost (?:contact|follow)"
    rf"|\b(?:dicari|nyari|cari|goleki|digoleki)\b(?: \w+){{0,6}} {_NOT} (?:ketemu|ada|ditemukan)\b"
    rf"|\b{_NOT} (?:tahu|jelas|weruh) (?:pergi |lungo |minggat |di |ke |nang |ada )*(?:mana|ndi|endi)\w*\b"
    rf"|\b{_NOT} (?:bisa )?ditemukan\b|\b(?:rumah|omah|griya)(?:nya|e|ne)? (?:\w+ ){{0,2}}(?:kosong|suwung)\b"
)
_WRONG = re.compile(
    rf"\b(?:ternyata|jebule|tibae|tibake|jebulnya)\b(?: \w+){{0,3}} {_NOT} (?:jadi )?(?:hamil|mbobot|meteng)\b"
    rf"|\b{_NOT} (?:hamil|mbobot|meteng)(?: \w+){{0,3}} (?:ternyata|jebule|tibae)\b"
    r"|\b(?:salah|keliru|kliru|kleru) (?:di)?(?:daftar|input|masuk|entri|data|catat)\w*"
    r"|\bter(?:daftar|catat|data|input) (?:dua|_angka_|pindo|ping pindo) ?(?:kali|x)?\b"
    r"|\b(?:dobel|dobol|double)\b"
)
_OF_A_FIELD = re.compile(
    r"\b(?:tanggal|tgl|hpht|hpl|umur|usia|nama|jeneng|nik|ktp|hp|nomor|alamat|desa|minggu|periksa|kontrol"
    r"|k[fn]? ?\d)\w*"
)
_NO_NEWS = re.compile(r"\?|\b(?:kalau|apakah|kapan|semoga|gimana|umpama)\b")


def read_departure(text: str) -> Departure | None:
    """What is told; None for a question and anything else. Never raises for any text."""
    if read_case_reply(text) == "moved_away":
        return "moved"
    said = normalise(text[:MAX_CHARS])
    if "?" in text or len(said.split()) > LONGEST_WORDS or _NO_NEWS.search(said):
        return None
    if _WRONG.search(said) and not _OF_A_FIELD.search(said):
        return "wrong_entry"
    return "lost_to_follow_up" if _LOST.search(said) else None
