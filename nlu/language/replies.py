"""A bare yes or no, in Indonesian and Javanese, when something was just asked."""

from __future__ import annotations

import re
from typing import Literal

from nlu.language.normalise import words

YES = frozenset(
    "ya iya iyo yo iyaa yaa ye yes y iy iye iyoo inggih nggih gih njih enggih enggeh nggeh betul bener benar leres "
    "sampun oyi ok oke okey sip ada onok wonten he'eh heeh hooh".split()
)
NO = frozenset(
    "tidak tdk ga gak gk nggak ngga enggak engga ngak ndak nda ora gaada g mboten mboen boten no bukan bkn belum "
    "blm durung dereng kadit tak".split()
)
FILLERS = frozenset(
    "bu pak mbak mas kak dok min sus bun bidan sekarang skrg saiki sakniki niki ini iki kok sih ta se lah deh "
    "dong memang emang kan terjadi lagi baru aja saja cuma hanya tanya takon nanya tanglet namung wes wis sudah "
    "udah ada onok apa-apa opo-opo aman ae wae mawon".split()
)
AGREES = frozenset(
    "boleh oleh angsal pareng setuju sepakat silakan silahkan monggo mangga bisa iso saget saged siap mau gelem purun "
    "puron gapapa gpp rapopo usah perlu kirim lanjut lanjutkan".split()
)
LONGEST = 6
LONGEST_CHOICE = 80  # characters
CARDS = frozenset("ktp ktpne ktpku ektp ktpnya ktpe kk nik".split())
LONGEST_LACK = 10


def read_yes_no(text: str) -> Literal["yes", "no"] | None:
    """What a short reply says; None when it is anything more than a yes or a no. A no beside a yes is a no."""
    said = [word.text.casefold() for word in words(text)]
    if not said or len(said) > LONGEST or any(word not in YES | NO | FILLERS for word in said):
        return None
    if any(word in NO for word in said):
        return "no"
    return "yes" if any(word in YES for word in said) else None


_NO_MIND = re.compile(
    r"\b(?:tidak|tdk|gak|ga|gk|nggak|ngga|ndak|ora|ra|mboten) "
    r"(?:(?:apa|opo|nopo)[ -](?:apa|opo|nopo)|apa2|opo2|popo|papa|masalah|keberatan)\b"
)
_NOT_ON_RECORD = r"\b(?:ojo|jangan|jgn|ampun) (?:di ?|mbok ?)?(?:daftar|catat|catet|simpan|simpen|data|masuk)\w*"
_REFUSES = re.compile(
    r"\b(?:emoh|moh|wegah|gamau|gakmau|gaoleh)\b"
    r"|\b(?:tidak|tdk|gak|ga|gk|nggak|ngga|enggak|ndak|ora|mboten) (?:mau|gelem|purun|puron|setuju|sudi|kerso|boleh)\b"
    rf"|{_NOT_ON_RECORD}"
)


def read_consent(text: str) -> Literal["yes", "no"] | None:
    """The same when leave was asked or help was offered: "boleh", "monggo", "bisa bu", "gak usah" answer it too."""
    said = _NO_MIND.sub("boleh", " ".join(word.text.casefold() for word in words(text))).split()
    if "?" in text or not said or len(said) > LONGEST:
        return None
    if _REFUSES.search(" ".join(said)):
        return "no"
    if any(word not in YES | NO | FILLERS | AGREES for word in said):
        return None
    if any(word in NO for word in said):
        return "no"
    return "yes" if any(word in YES | AGREES - {"usah", "perlu"} for word in said) else None


RELAYS = frozenset(
    "beliau beliaunya dia ibunya ibune orangnya wonge katanya jarene jare kata bilang ngomong tanggapannya jawabannya "
    "saya aku kulo sudah tanya tanyakan takoni takokno tak sampun wes udah langsung".split()
)


def read_relayed_consent(text: str) -> Literal["yes", "no"] | None:
    """What somebody else answered, as it is told: "beliau mau", "sudah saya tanya, katanya tidak mau"."""
    said = [word.text for word in words(text) if word.text.casefold() not in RELAYS]
    return None if "?" in text else read_consent(" ".join(said))


_BUT = re.compile(r"(?i)(?<!\w)(?:tapi|tp|tpi|ning|nanging|asal|asalkan|soalnya|soale|krn|karena)(?!\w)|[,.;]")


def refuses_record(text: str) -> bool:
    """Whether a short message says that nothing is to be kept: "emoh aku, ojo didaftarno"."""
    return len(text) <= LONGEST_CHOICE and "?" not in text and bool(re.search(_NOT_ON_RECORD, text.casefold()))


def says_consent(text: str) -> bool:
    """Whether a short message holds a yes or no to leave that was asked before: "oh bu kader to, yo gpp mau"."""
    return len(text) <= LONGEST_CHOICE and any(read_consent(part) is not None for part in _BUT.split(text))


def agrees_first(text: str) -> Literal["yes", "no"] | None:
    """Leave with something behind it: "boleh kak tp jgn dimarahin ya"."""
    return read_consent(_BUT.split(text, maxsplit=1)[0])


_CHOOSES = re.compile(r"(?<!\w)(?:pilih|milih|tak\s+pilih)\w*\s*(?:sendiri|dewe|dhewe|piyambak|satu|siji|dulu|dl)?")
_ON_CONDITION = re.compile(
    r"(?<!\w)(?:tapi|tp|tpi|ning|nanging|asal|asalkan)\s+(?:\w+\s+)?"
    r"(?:jangan|jgn|jng|ojo|ampun|gak usah|ga usah|tidak usah)"
)


def chooses(text: str) -> bool:
    """Whether leave is neither given nor refused as a whole: "pilih sendiri dl", "boleh tp jgn kasih tau ibuku"."""
    low = " ".join(text.casefold().split())
    return len(low) <= LONGEST_CHOICE and bool(_CHOOSES.search(low) or _ON_CONDITION.search(low))


_ENDINGS = frozenset("en no kan in".split())  # written apart: "hapus en"


def agrees_again(text: str, verbs: frozenset[str]) -> bool:
    """Whether an answer to "shall I?" names the deed once more: "ya hapus", "hapusen ae". A no beside it is a no."""
    said = [word.text.casefold() for word in words(text)]
    known = verbs | YES | FILLERS | AGREES | {"semua", "semuanya", "kabeh", "langsung", *_ENDINGS}
    return 0 < len(said) <= LONGEST and not verbs.isdisjoint(said) and all(word in known for word in said)


_REFUSES_KEEPING = re.compile(
    r"(?<!\w)(?:emoh|moh|wegah|jangan|jgn|ojo|ojok|keberatan|(?:tidak|tdk|gak|ga|gk|nggak|ngga|ndak|ora)\s*"
    r"(?:mau|gelem|usah|boleh|oleh|setuju|rela|ikhlas|pengen))(?:\s+\S+){0,3}?\s+"
    r"(?:(?:di|nge|ny)?(?:simpan|simpen|catat|catet|rekam)\w*|data\w*)"
)


def refuses_keeping(text: str) -> bool:
    """Whether somebody who was asked for leave does not want her data kept: "emoh dataku disimpen"."""
    low = " ".join(text.casefold().split())
    return len(low) <= LONGEST_CHOICE and "?" not in low and bool(_REFUSES_KEEPING.search(low))


def lacks_card(text: str) -> bool:
    """Whether somebody who was asked for a number says in few words that there is no card: "ktp durung dadi"."""
    said = [word.text.casefold() for word in words(text)]
    return len(said) <= LONGEST_LACK and not CARDS.isdisjoint(said) and not NO.isdisjoint(said)
