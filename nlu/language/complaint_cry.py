"""Complaints so plain that nobody needs to guess what is wished: money asked for, a closed door, a scolding; pure.

A story of a closed puskesmas looks like a question where it is, a bill for an ambulance like a cry for one. What is
supposed, asked, or feared is none of these.
"""

from __future__ import annotations

import re

from nlu.language.complaint import read_complaint
from nlu.language.cues import split_clauses
from nlu.language.normalise import words

LONGEST = 40  # words
_STAFF = r"(?:bidan|perawat|suster|mantri|dokter|petugas|pegawai|kader|satpam|sopir|loket)(?:e|ne|nya|ku|ipun)?"
_SCOLDS = re.compile(
    rf"(?i)(?<!\w){_STAFF}(?:\s+(?:desa|puskesmas|pkm|rs|jaga|itu|iku|kok|ya|yo|nya|sing|yang|selalu|suka|seneng)){{0,2}}"
    r"\s+(?:marah\w*|ngomel\w*|galak\w*|jutek\w*|judes\w*|mbentak\w*|bentak\w*|nyentak\w*|kasar\w*|ngamuk\w*|sengak\w*"
    r"|nyepelek\w*|menghina|ngece)"
)
_CLOSED = re.compile(
    r"(?i)(?<!\w)(?:tutup\w*|dikunci|(?:gak|ga|nggak|tidak|tdk|ora|ndak|gk)\s+(?:pernah\s+|tau\s+)?(?:buka|bukak))(?!\w)"
)
_AGAINST = re.compile(
    r"(?i)(?<!\w)(?:padahal|terus|trs|melulu|mulu|jam\s+kerja|pernah|tau|sudah\s+jauh|adoh\s*adoh|jauh-?jauh|percuma"
    r"|bolak\s*-?balik|sia-sia|sebulan|seminggu|bulan\s+ini|minggu\s+ini)(?!\w)"
)
_PLACE = re.compile(
    r"(?i)(?<!\w)(?:puskesmas|puskes|pkm|pustu|polindes|ponkesdes|posyandu|klinik|rs\w{0,3}|rumah\s+sakit|igd|ugd|loket)"
    r"(?:e|ne|nya)?(?!\w)"
)
_PREMIUM = re.compile(
    r"(?i)(?<!\w)(?:iuran|premi|tunggak\w*|nunggak|denda|angsur\w*|cicil\w*|pajak|kontrakan|utang)(?!\w)"
)
_ASKED_TO_PAY = re.compile(
    r"(?i)(?<!\w)(?:dimintai|diminta|dimintak|dijaluki|dijaluk|disuruh|dikongkon|dikengken|ditarik|ditariki|dipungut"
    r"|dipundhuti|suruh)(?!\w)"
)
_ASKS = re.compile(
    r"(?i)\?|(?<!\w)(?:apa|apakah|opo|berapa|piro|pinten|kapan|takut|wedi|khawatir|kuatir)(?!\w)"
    r"|(?<!\w)(?:gak|ga|nggak|ndak|tidak|ora)\s+(?:sih|ya|se|yo)(?!\w)"
)


def is_plain_complaint(text: str) -> bool:
    """Whether it is told as having happened: an amount asked for, a facility closed against reason, a scolding."""
    if not text or len(words(text)) > LONGEST or _ASKS.search(text):
        return False
    if any(clause.supposes or clause.asks for clause in split_clauses(text)):
        return False
    if _SCOLDS.search(text):
        return True
    if _PLACE.search(text) and _CLOSED.search(text) and _AGAINST.search(text):
        return True
    told = read_complaint(text)
    is_bill = told.amount is not None and told.category == "illegal_fee"
    return is_bill and _ASKED_TO_PAY.search(text) is not None and _PREMIUM.search(text) is None


def only_supposes(text: str) -> bool:
    """ "Kalau dimintai uang gimana": nothing has happened yet."""
    clauses = split_clauses(text)
    return bool(clauses) and all(clause.supposes or clause.asks for clause in clauses)
