"""A bare yes or no, in Indonesian and Javanese, when something was just asked."""

from __future__ import annotations

import re
from typing import Literal

from nlu.language.normalise import words

YES = frozenset(
    "ya iya iyo yo iyaa yaa ye yes y iy iye iyoo inggih nggih njih enggih enggeh nggeh betul bener benar leres "
    "sampun oyi ok oke okey sip ada onok wonten he'eh heeh hooh".split()
)
NO = frozenset(
    "tidak tdk ga gak gk nggak ngga enggak engga ngak ndak nda ora gaada g mboten mboen boten no bukan bkn belum "
    "blm durung dereng kadit tak".split()
)
FILLERS = frozenset(
    "bu pak mbak mas kak dok min sus bun bidan sekarang skrg saiki sakniki niki ini iki kok sih ta se lah deh "
    "dong memang emang kan terjadi lagi baru aja saja cuma hanya tanya takon nanya tanglet namung wes wis sudah "
    "udah ada onok apa-apa opo-opo aman".split()
)
AGREES = frozenset(
    "boleh oleh angsal setuju sepakat silakan silahkan monggo mangga bisa iso saget saged siap mau gelem purun puron "
    "gapapa gpp rapopo usah perlu kirim lanjut lanjutkan".split()
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


def read_consent(text: str) -> Literal["yes", "no"] | None:
    """The same when leave was asked or help was offered: "boleh", "monggo", "bisa bu", "gak usah" answer it too."""
    said = [word.text.casefold() for word in words(text)]
    if "?" in text or not said or len(said) > LONGEST:
        return None
    if any(word not in YES | NO | FILLERS | AGREES for word in said):
        return None
    if any(word in NO for word in said):
        return "no"
    return "yes" if any(word in YES | AGREES - {"usah", "perlu"} for word in said) else None


_BUT = re.compile(r"(?i)(?<!\w)(?:tapi|tp|tpi|ning|nanging|asal|asalkan|soalnya|soale|krn|karena)(?!\w)|[,.;]")


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


def agrees_again(text: str, verbs: frozenset[str]) -> bool:
    """Whether an answer to "shall I?" names the deed once more: "ya hapus", "hapusen ae". A no beside it is a no."""
    said = [word.text.casefold() for word in words(text)]
    known = verbs | YES | FILLERS | AGREES | {"semua", "semuanya", "kabeh", "langsung", "ae", "wae"}
    return 0 < len(said) <= LONGEST and not verbs.isdisjoint(said) and all(word in known for word in said)


def lacks_card(text: str) -> bool:
    """Whether somebody who was asked for a number says in few words that there is no card: "ktp durung dadi"."""
    said = [word.text.casefold() for word in words(text)]
    return len(said) <= LONGEST_LACK and not CARDS.isdisjoint(said) and not NO.isdisjoint(said)
