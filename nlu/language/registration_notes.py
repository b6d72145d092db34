"""Whether what a helper wrote is the note of a mother to be registered, whatever a classifier makes of it.

Stricter than ``is_registration``: a name alone or a village beside it may be part of any wish. A mother is told of by
her name and her dates or age, or behind a registering word; and nothing else is asked or reported in the same breath.
"""

from __future__ import annotations

import re
from datetime import datetime

from nlu.language.registration import Registration, read_registrations
from nlu.language.tokens import fold

_CODE = re.compile(r"\s*#\s*\w")
_ADD = (
    r"(?:(?:tolong|mohon|minta|mau|arep|ate|pengen|nyuwun|saya|aku|bu|bantu|mbak)\s+)*"
    r"(?:daftarkan|daftarin|daftarno|ndaftarno|ndaftarne|daftarne|mendaftarkan|nambah\w*|tambah\w*|input|masukkan"
    r"|masukin|lebokno|entri|entry|reg|registrasi|catat|catatkan|catet)"
)
_MOTHER = r"(?:bumil|ibu\s+hamil|wong\s+meteng|ibu\s+meteng|pasien)"
_WISH = re.compile(
    rf"\s*(?:{_ADD}\s+(?:data\s+)?{_MOTHER}|{_MOTHER}\s+(?:baru|anyar))(?:\s+(?:baru|anyar|bu|ya|nggih|lagi))*\W*"
)
_REGISTERS = re.compile(rf"\s*(?:{_ADD}|(?:mau\s+)?daftar|pendaftaran)\b|\s*{_MOTHER}\b")
_FIRM = re.compile(
    r"\?|\b(?:jemput\w*|dijemput|rujuk\w*|dirujuk|rujukan|darah|kejang|nifas|iufd|abortus|ditolak|dicek|keluar)\b"
)
_OTHER = re.compile(
    r"\?|\b(?:jemput\w*|dijemput|antar\w*|anter\w*|diantar|terno|papak\w*|ambulan\w*|mobil|sopir|rujuk\w*|dirujuk"
    r"|sudah\s+(?:lahir\w*|melahirkan|periksa|kontrol|usg|k\d)|(?:sdh|wis|wes|udah|udh|pun|sampun)\s+(?:lahir\w*|lair\w*"
    r"|melahirkan|babaran|nglairno|periksa|priksa|kontrol|usg|k\s?\d)|melahirkan|babaran|lahiran\s+(?:tadi|kemarin|wingi)"
    r"|k[1-6]\b|kf\s?\d|kn\s?\d|periksa|priksa|kontrol|jadwal\w*|undur\w*|geser|pindah\w*|ganti\w*|ubah\w*|rubah"
    r"|ralat|koreksi|betulkan|meninggal\s+(?:tadi|kemarin|wingi)|abortus|iufd|nifas|mundur|keluar|keaktifan|info|hapus\w*|cek|dicek|kapan|gimana|bagaimana|piye|apakah|apa|opo"
    r"|siapa|sopo|berapa|piro|dimana|mana|endi|bisa|iso|saged|perdarahan|pendarahan|darah|mules|sakit|loro|kejang|demam"
    r"|panas|pusing|bengkak|ketuban|temani|kancani|keluhan|minta\s+(?:uang|duit)|dipungut|bayar\s+\d|rekap|laporan"
    r"|broadcast|umumkan|kirim\w*|berhak|gratis)\b"
)


_SURE_KINDS = 5
"""So many kinds of field are a registration though other words stand between them ("periksa di bidan")."""


def is_note(text: str, now: datetime) -> bool:
    """Whether the whole text does nothing but register; ``now`` must be aware. Never raises for any text."""
    low = fold(text)
    if _CODE.match(low) or _WISH.fullmatch(low):
        return True
    read = read_registrations(text, now)
    if len(read) > 1 and all(one.name and _kinds(one) >= 2 for one in read):
        return not _FIRM.search(low) and any(_tells_how_far(one) for one in read)
    if len(read) != 1 or read[0].name is None or _FIRM.search(low):
        return False
    if _kinds(read[0]) < _SURE_KINDS and _OTHER.search(low):
        return False
    return _kinds(read[0]) >= (2 if _REGISTERS.match(low) else 3) and _tells_how_far(read[0])


def _kinds(one: Registration) -> int:
    told = (one.name, one.age, one.nik, one.phone, one.village, one.gravida, one.jkn)
    return sum(value is not None for value in told) + (_is_dated(one) or _fails_to_date(one))


def _is_dated(one: Registration) -> bool:
    return one.hpht is not None or one.hpl is not None or one.gestational_weeks is not None


def _fails_to_date(one: Registration) -> bool:
    return bool({name for name, _ in one.problems} & {"hpht", "hpl", "gestational_weeks"})


def _tells_how_far(one: Registration) -> bool:
    """Her dates, also when they cannot be read, or her age: what only a registration tells."""
    return _is_dated(one) or _fails_to_date(one) or one.age is not None or one.gravida is not None
