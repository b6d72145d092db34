"""Short answers to a question that was just asked: left open, enough, whose telephone, how many, has it or not."""

from __future__ import annotations

import re
from typing import Literal

from nlu.language.numbers import read_number_words
from nlu.language.replies import read_yes_no
from nlu.language.tokens import fold

Owner = Literal["own", "husband", "family", "neighbour"]

_LONGEST = 40
LONGEST_WHAT = 6  # words
_NOT = r"(?:tidak|tdk|gak|ga|gk|nggak|ngga|ndak|ora|ra|mboten|belum|blm|durung|dereng|kurang|agak)"
_KNOWN = (
    r"(?:tahu|tau|ngerti|weruh|paham|ingat|inget|eling|pasti|hafal|hapal|apal|yakin|sumerep|punya|ada|ono|onok|enek"
    r"|duwe|nduwe|bawa)"
)
_LATER = r"(?:nanti|mengko|engko|mangke|besok|kapan-?kapan|menyusul|nyusul)"
_TAIL = (
    r"(?:\s+(?:bu|buk|kak|kk|nak|mas|pak|min|deng|wkwk\w*|hehe\w*|sih|ya|yo|saja|aja|ae|wae|dulu|dl|mbak|nggih|lah"
    r"|deh|kok|e|nya|ne|nik(?:nya|e)?|ktp(?:nya|ne)?|disini|tanggalnya|persisnya))*"
)
_SKIP = re.compile(
    rf"(?:maaf\s+|saya\s+|aku\s+|sy\s+|kulo\s+|wah\s+|duh\s+|(?:nik|ktp)\s?(?:nya|ne|e)?\s+)*"
    rf"(?:(?:di)?lewat(?:i|kan|in)?|skip|next|kosong(?:kan)?|-|lupa|kelalen|supe|lali|{_LATER}|{_NOT}\s*{_KNOWN}|gatau|gtau|mbuh"
    rf"|tidak mau|gak mau|ndak mau|rahasia){_TAIL}"
)
_LACKS = re.compile(rf"(?<!\w){_NOT}\s*(?:punya|pny|ada|ono|onok|enek|duwe|nduwe|gadah)(?!\w)")
_GO_ON = re.compile(
    r"(?:(?:ayo|yo|yuk|ok|oke|ya|iya|mau|tak|saya|bu|mbak) )*(?:(?:di)?(?:lanjut|terus|nerus)(?:kan|no|ne|in|aken)?)"
    r"(?: (?:bu|mbak|kak|lagi|maneh|ya|yo|yang|yg|sing|tadi|mau|wingi|kemarin|daftar\w*|pendaftaran\w*|aja|ae|saja))*"
)
_LONGEST_UNKNOWN = 100
_UNKNOWN = re.compile(
    rf"(?:maaf\s+|saya\s+|aku\s+|aq\s+|sy\s+|kulo\s+|wah\s+|duh\s+|waduh\s+)*"
    rf"(?:lupa|lali|kelalen|supe|gatau|gtau|mbuh|embuh"
    rf"|{_NOT}\s*(?:tahu|tau|ngerti|weruh|ingat|inget|eling|hafal|hapal|apal|sumerep))\b"
)
_PUTS_OFF = re.compile(
    rf"(?:maaf\s+|iya\s+|ya\s+|saya\s+|aku\s+|wah\s+|duh\s+)*(?:(?:{_LATER})\s+(?:saja|aja|ae|wae|mawon|dulu|dl|sek|nyusul"
    rf"|menyusul|(?:saya|sy|aku|tak|kulo)\s+(?:cari|carikan|lihat|liat|tanya|tanyakan|takon|takokno|delok|goleki|foto))"
    rf"|(?:nik|ktp|kk)\s?(?:nya|ne|e|ku)?\s+(?:masih\s+|sek\s+|lagi\s+)?(?:di|ning|nang|ndek|dibawa|digowo|dipegang"
    rf"|ketinggalan|keri|kari|belum jadi|durung dadi))\b"
)
_WHOLE_FORM = re.compile(r"\b(?:n?daftar\w*|pendaftaran\w*|batal\w*|berhenti|stop)\b")
_ENOUGH = re.compile(
    r"(?:sudah|udah|wis|wes|sampun)?\s*(?:cukup|selesai|itu saja|itu aja|iku ae)(?:\s+(?:dulu|bu|ya|aja|saja))*"
)
_OWNERS: tuple[tuple[Owner, frozenset[str]], ...] = (
    ("husband", frozenset("suami suamiku suaminya bojo bojoku bojone bapake bapaknya ayah ayahnya".split())),
    ("neighbour", frozenset("tetangga tetanggaku tonggo tonggoku teman temanku konco".split())),
    (
        "family",
        frozenset(
            "keluarga ibuku ibunya ibuk ibukku mama mamaku mamah nyokap emak emakku mbok mertua mertuaku kakak kakakku"
            " adik adikku mbakku anak anakku saudara dulur sepupu ortu orangtua bersama bareng berdua nenek nenekku"
            " simbah mbah mbahe mbahku mbahnya budhe bude bulek paklik".split()
        ),
    ),
    (
        "own",
        frozenset(
            "sendiri dewe dhewe piyambak pribadi saya sy aku kulo kula milikku nomorku ya iya iyo nggih inggih".split()
        ),
    ),
)
_FIRST = frozenset("pertama kesatu pisanan sepisan kapisan perdana".split())
_DRAWN_OUT = re.compile(r"([a-z])\1+$")  # "pertamaa", "duaaa"
_HAS = frozenset("sudah udah sdh wis wes sampun punya pny ada onok gadah".split())
_HAS_NOT = frozenset("belum blm tidak tdk gak ga nggak ndak durung dereng mboten ora hilang ilang".split())


def says_skip(text: str) -> bool:
    """Whether a question is left open: "lewati", "nanti saja", "gak tahu bu", "lupa"."""
    low = fold(text).strip(" .!,")
    return len(low) <= _LONGEST and _SKIP.fullmatch(low) is not None


def says_unknown(text: str) -> bool:
    """Whether a longer answer begins with not knowing and tells no number: "ga tau kak haidku ga teratur"."""
    low = fold(text).strip(" .!,")
    return len(low) <= _LONGEST_UNKNOWN and not re.search(r"\d", low) and _UNKNOWN.match(low) is not None


def puts_off(text: str) -> bool:
    """Whether a longer answer leaves the question for later: "nanti saja bu ktp nya di rumah mertua"; not the form."""
    low = fold(text).strip(" .!,")
    if len(low) > _LONGEST_UNKNOWN or re.search(r"\d", low) or _WHOLE_FORM.search(low):
        return False
    return _PUTS_OFF.match(low) is not None


def says_lacks(text: str) -> bool:
    """Whether a short answer says that she has none: "gak punya", "ga ada bu"."""
    low = fold(text)
    return len(low) <= _LONGEST and _LACKS.search(low) is not None


def says_go_on(text: str) -> bool:
    """Whether somebody only wants to go on where it was broken off: "lanjut bu yg kemarin"."""
    return _GO_ON.fullmatch(" ".join(re.findall(r"\w+", fold(text)))) is not None


_WHAT = re.compile(
    r"(?:(?:maksud\w*|artine|artinya)\s+)?(?:\w+\s+){0,2}?(?:(?:itu|niku|iku|ki|kui|niki|sih|tu)\s+)?"
    r"(?:apa|apaan|opo|nopo|napa|punopo)"
    r"(?:\s+(?:itu|niku|iku|ki|kui|sih|seh|to|tho|ya|yo|kak|nak|bu|mbak|maksud\w*|\w{2,5}))*"
)


def asks_what_it_is(text: str) -> bool:
    """Whether somebody asks what a word of the question means: "nik niku nopo nak", "apa itu HPHT?"."""
    low = " ".join(re.sub(r"[^\w ]", " ", fold(text)).split())
    return len(low.split()) <= LONGEST_WHAT and _WHAT.fullmatch(low) is not None


def says_enough(text: str) -> bool:
    """Whether somebody wants no more questions: "cukup", "sudah itu saja"."""
    return _ENOUGH.fullmatch(fold(text).strip(" .!,")) is not None


def read_owner(text: str) -> Owner | None:
    """Whose telephone it is; the husband before the one who says "saya"."""
    said = set(re.findall(r"[^\W\d_]+", fold(text)))
    return next((owner for owner, words in _OWNERS if said & words), None)


_ALL = re.compile(
    r"(?:ya |iya )?(?:semua(?:nya|ne|e)?|sedoyo(?:nya|ne)?|kabeh|kabehan|keduanya|ketiganya|dua ?-?duanya"
    r"|loro ?-?lorone|tiga ?-?tiganya)(?: (?:bu|buk|mbak|pak|ya|aja|saja|wae|ae|itu|iku|ibu))*"
)


def says_all(text: str) -> bool:
    """Whether all who were shown are meant: "semua", "kabeh bu", "dua-duanya"."""
    return _ALL.fullmatch(fold(text).strip(" .!,")) is not None


def read_count(text: str) -> int | None:
    """A small number in a short answer: "2", "ke-3", "loro", "yang kedua"."""
    for word in fold(text).replace("-", " ").split()[:5]:
        word = _DRAWN_OUT.sub(r"\1", word)
        digits = re.fullmatch(r"(?:ke|ping)?(\d{1,2})[.,x]?", word)
        if digits:
            return int(digits[1])
        if word in _FIRST:
            return 1
        found = read_number_words([word]) or read_number_words([word.removeprefix("ke")])
        if found is not None:
            return found.value
    return None


def read_has(text: str) -> bool | None:
    """Whether she has it: "sudah", "belum punya", "wis bu"."""
    said = read_yes_no(text)
    if said is not None:
        return said == "yes"
    words = set(re.findall(r"[^\W\d_]+", fold(text)))
    if words & _HAS_NOT:
        return False
    return True if words & _HAS else None
