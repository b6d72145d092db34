"""Somebody says that she is a cadre, a midwife or an officer: a claim proves nothing, but it is answered."""

from __future__ import annotations

import re
from typing import Literal

from nlu.language.tokens import fold

ClaimedRole = Literal["cadre", "midwife", "officer"]

_I = r"(?:saya|sy|aku|kulo|kula|ini|iki|niki|dari|kami)"
_LINK = r"(?:\s+(?:ini|iki|niki|adalah|sebagai|selaku|jadi|bu|ibu|mbak|pak|memang|juga|dari|soko|saking))*"
_ROLES: tuple[tuple[ClaimedRole, str], ...] = (
    ("cadre", r"(?:kader|kadher)"),
    ("midwife", r"(?:bidan|bides)"),
    ("officer", r"(?:petugas|perawat|dinkes|dinas kesehatan|staf|pegawai puskesmas)"),
)
_OF_OTHERS = r"(?!\w|e\b|ku\b|\s+(?:saya|sy|aku|kulo|desa saya|kami|ku)\b)"


def claimed_role(text: str) -> ClaimedRole | None:
    """The role she says she has: "saya kader Sumberoto"; not "kader saya", "mau tanya kader" or "kadernya"."""
    low = fold(text)
    for role, word in _ROLES:
        if re.search(rf"\b{_I}{_LINK}\s+{word}\b{_OF_OTHERS}", low):
            return role
    return None


_OF_OTHERS_DATA = re.compile(
    r"(?<!\w)(?:data|daftar|nama|list|laporan|rekap)(?:nya)?\s+(?:semua\s+|para\s+)?"
    r"(?:bumil|ibu[- ]?ibu|ibu2|ibu\s+hamil|pasien|warga)(?!\w)",
    re.IGNORECASE,
)


def asks_for_others(text: str) -> bool:
    """Whether somebody who says she has a role asks for the data of mothers: "saya bidan, minta data bumil"."""
    return claimed_role(text) is not None and bool(_OF_OTHERS_DATA.search(text)) and "daftarkan" not in text.casefold()


_HERSELF = re.compile(
    r"(?<!\w)(?:saya|aku|kulo)\s+(?:sendiri|dewe|piyambak)(?!\w)|(?<!\w)(?:diri|awak)\s+(?:saya|ku|dewe)(?!\w)"
    r"|(?<!\w)(?:saya|aku|kulo)\s+(?:juga\s+|yo\s+|pisan\s+)?(?:lagi\s+|sedang\s+)?(?:hamil|meteng|mbobot)(?!\w)",
    re.IGNORECASE,
)


def means_herself(text: str) -> bool:
    """Whether a helper who registers means herself: "saya sendiri hamil 8 minggu"."""
    return bool(_HERSELF.search(text))
