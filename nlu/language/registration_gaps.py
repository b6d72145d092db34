"""What a helper says about what she cannot tell: no telephone, the dates unknown, the rest to follow later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlu.language.tokens import fold

Owner = Literal["husband", "family", "neighbour"]

_NOT = (
    r"(?:tidak|tdk|tak|gak|ga|gk|nggak|ngga|enggak|engga|ndak|nda|ora|ra|mboten|boten|belum|blm|blum|belom|durung"
    r"|dereng|tanpa|non|g)"
)
_PHONE = (
    r"(?:hp|hape|handphone|ponsel|telp|telpon|telepon|tlp|wa|whatsapp|nomer|nomor|no|nmr)"
    r"(?:\s?(?:hp|hape|wa|telp|telepon))?(?:nya|ne|e)?"
)
_HAVE = r"(?:punya|pny|duwe|nduwe|gadah|gadhah|ada|ad|onok|ono|wonten|megang|pegang|nyekel)"
_NO_PHONE = re.compile(
    rf"\b{_NOT}\s+(?:{_HAVE}\s+)?{_PHONE}\b(?!\s*(?:{_NOT}\s+)?(?:tau|tahu|hafal))"
    rf"|\b{_PHONE}\b\s*[:=]?\s*(?:(?:juga|masih|memang)\s+)*(?:{_NOT}\s+{_HAVE}|{_NOT}(?=\s*(?:$|[,.;\n]))|nihil|kosong|-+(?=\s*(?:$|[,;\n])))"
)
_HAS_NONE = re.compile(
    rf"\s*(?:dia|ibunya|beliau|orangnya|masih|memang|ya)?\s*{_NOT}\s+{_HAVE}(?:\s+(?:bu|mbak|pak|kak))?\W*"
)
_KNOW = r"(?:tau|tahu|taw|ngerti|eruh|weruh|ingat|inget|eling|hafal|yakin|jelas|dicatat|kelingan)"
_NO_DATING = re.compile(
    rf"\b{_NOT}\s+(?:\w+\s+)?{_KNOW}\b|\b(?:lupa|lali|kesupen|kelalen)\b"
    rf"|\b(?:hpht|hpl|haid\w*|minggu\w*|usia\s+kehamilan)\b\s*[:=]?\s*(?:(?:juga|masih)\s+)*(?:{_NOT}\b|nihil|kosong|menyusul|nyusul)"
)
_ABOUT_PHONE = re.compile(rf"\b{_PHONE}\b|\bnik\w*|\bktp\w*|\bumur\w*|\btanggal lahir\b|\blahir\b")
_DATING_WORD = re.compile(r"\b(?:hpht|hpl|haid\w*|minggu\w*|mgg|kehamilan|hamil\w*|mens\w*)\b")
_LATER = re.compile(
    r"\b(?:menyusul|nyusul|susulan|nanti|nti|mengko|ngko|mangke|kapan-kapan|lain kali|besok|sesuk|belakangan"
    r"|lewati|skip|itu (?:aja|saja|dulu)|segitu (?:aja|saja|dulu)|sementara itu|cukup|wis iku)\b"
)
_OWNERS: tuple[tuple[Owner, str], ...] = (
    ("husband", r"(?:suami\w*|bojo\w*|bapake|bapaknya)"),
    ("neighbour", r"(?:tetangga\w*|tonggo\w*)"),
    (
        "family",
        r"(?:ibunya|ibuke|mertua\w*|adik\w*|adek\w*|kakak\w*|mbakyu\w*|anak\w*|saudara\w*|keluarga\w*|orang ?tua\w*)",
    ),
)
_FEW_WORDS = 6
_NUMBER = r"(?:xhp\d*|\+?\d[\d .\-]{8,16}\d)"


_OTHER = re.compile(rf"\b(?:orang lain|wong liyo|beda|bedo|lain|(?:bukan|dudu|{_NOT}) (?:\w+ ){{0,2}}(?:sama|podo))\b")
_SAME = re.compile(r"\b(?:sama|podo|sami)\b")


@dataclass(frozen=True)
class Gaps:
    """What need not be asked again; ``have_none`` is a bare "tidak punya": it answers whatever was asked last."""

    no_phone: bool = False
    no_dating: bool = False
    later: bool = False
    have_none: bool = False


def read_gaps(text: str) -> Gaps:
    """What the text says is missing. A "belum tahu" counts for the dates unless it names something else."""
    low = fold(text)
    unknown = bool(_NO_DATING.search(low)) and (bool(_DATING_WORD.search(low)) or not _ABOUT_PHONE.search(low))
    return Gaps(
        no_phone=bool(_NO_PHONE.search(low)),
        no_dating=unknown,
        later=bool(_LATER.search(low)),
        have_none=bool(_HAS_NONE.fullmatch(low)),
    )


def read_phone_owner(text: str) -> Owner | None:
    """Whose telephone it is when it is said beside the number: "hp suami 0812...", "0812... (mertua)"."""
    low = fold(text)
    for owner, word in _OWNERS:
        before = rf"\b{_PHONE}\s+(?:milik\s+|punya\s+|ikut\s+|pakai\s+|pake\s+|nunut\s+)?{word}\s*[:=(]?\s*{_NUMBER}"
        behind = rf"{_NUMBER}\s*[,(\-]?\s*(?:{_PHONE}\s+)?(?:milik\s+|punya\s+)?{word}"
        if re.search(before, low) or re.search(behind, low):
            return owner
    return None


_NEWER = re.compile(r"\b(?:baru|anyar|terbaru|terakhir|diganti|ganti)\b")
_OLDER = re.compile(r"\b(?:lama|lawas|tetap|tetep|biarkan|jangan)\b")


def read_newer(text: str) -> bool | None:
    """The answer to "the old or the new?" in a few words: "pakai yang lama aja"; None when it is neither or both."""
    low = fold(text)
    newer, older = bool(_NEWER.search(low)), bool(_OLDER.search(low))
    return None if newer == older or len(low.split()) > _FEW_WORDS else newer


def read_same(text: str) -> Literal["yes", "no"] | None:
    """The answer to "is this the same mother?" in a few words: "ibu yang sama", "orang lain", "beda bu"."""
    low = fold(text)
    if len(low.split()) > _FEW_WORDS:
        return None
    if _OTHER.search(low):
        return "no"
    return "yes" if _SAME.search(low) else None
