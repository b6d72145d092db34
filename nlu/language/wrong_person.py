"""Whether somebody says that a message was meant for another person: the number has a new owner."""

from __future__ import annotations

import re

from nlu.language.tokens import fold

_LONGEST = 90
_I = r"(?:saya|sy|aku|kulo|kula)"
_NOT = r"(?:bukan|dudu|sanes)"
_HER = r"(?:bu|ibu|mbak|mb|yang namanya)(?: \w{1,20}){1,3}?"
_OFFICE = r"(?:bu|ibu|mbak|mb) (?:kader|bidan|dokter)"  # "ini bukan bu kader ya": she asks whom she writes to
_NUMBER = r"(?:nomor|nomer|nmr|no|hp|wa)(?:nya|ne|e)?"
_WRONG = (
    r"(?:anda |njenengan |sampeyan |kamu )?(?:salah|kleru|kliru|keliru|lepat)"
    rf" (?:orang|wong|tiyang|sambung|kirim|{_NUMBER})"
    rf"|(?:ini |iki |niki )?{_NOT} {_I}"
    rf"|(?:ini |iki |niki |nomor ini |nomer iki |hp ini )?{_NOT} {_NUMBER}(?: {_I}| {_HER})"
    rf"|(?:ini|iki|niki) {_NOT} (?!{_OFFICE}){_HER}"
    rf"|{_I} {_NOT} (?:{_HER}|orangnya|wonge)"
    rf"|(?:{_I} )?(?:gak|ga|tidak|tdk|ora|mboten|nggak) (?:kenal|tepang)(?: sama| karo| kalih)? {_HER}"
    rf"|(?:{_NUMBER} )?(?:ini )?sudah ganti (?:orang|pemilik)"
)
_BESIDE = (
    r"(?:(?:ini|iki|niki) (?:siapa|sopo|sinten)|(?:siapa|sopo|sinten) (?:ini|iki|niki)|kayaknya|kayake|ketoke"
    r"|sepertinya"
    rf"|{_I} (?:gak|ga|tidak|tdk|ora|nggak|ndak) (?:lagi |sedang )?(?:hamil|meteng)"
    rf"|{_I} (?:lanang|laki-laki|laki|cowok|pria|wong lanang))"
)
_PLAIN = (
    rf"(?:(?:maaf|mf|sori|sorry|waduh|lho|loh|ngapunten|ngapura|bukan|{_BESIDE})"
    r"(?: (?:bu|pak|mbak|mas|kak|ya))?(?:[ ,.!?]+|$))*"
)
_TAIL = rf"(?:[ ,.!?]*(?:ya|yo|bu|pak|mbak|kak|nggih|lho|loh|mas|ini|iki|maaf|mf|itu|{_BESIDE}))*[ ,.!?]*"
# Her husband or her sister on her phone is no stranger: "ini bukan bu Siti ini suaminya".
_NEAR = re.compile(r"\b(?:suami|bojo|istri|anak|adik|kakak|mertua|keluarga)(?:nya|ne|e|ku)\b")
_SAYS = re.compile(rf"{_PLAIN}(?:{_WRONG})(?:[ ,.!]+{_PLAIN}(?:{_WRONG}))*{_TAIL}")


def says_wrong_person(text: str) -> bool:
    """ "Salah orang", "maaf ini bukan nomor bu Rina", "saya bukan Bu Siti"; a long story is none."""
    low = " ".join(fold(text).split())
    if _NEAR.search(low):
        return False
    return 0 < len(low) <= _LONGEST and _SAYS.fullmatch(low.strip()) is not None
