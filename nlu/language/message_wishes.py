"""Which messages somebody wants: all, none, or the reminders without the announcements; pure."""

from __future__ import annotations

import re

_NEWS = (
    r"(?:info\w*|pengumuman\w*|siaran\w*|broadcast\w*|edukasi\w*|iklan\w*|promo\w*|undangan\w*|berita\w*"
    r"|kabar(?:-kabar|2)?)"
)
_NOT = (
    r"(?:jangan|jgn|ojo|aja|stop|berhenti|gak usah|tidak usah|nggak usah|ndak usah|ga usah|gausah|gak mau|tidak mau"
    r"|ora usah)"
)
_STAYS = r"(?:tetap|tetep|masih|lanjut\w*|boleh|mau|terus|jalan|tak enteni|isih)"
_REMINDERS = r"(?:pengingat\w*|ngingat\w*|jadwal\w*|diingatkan|dielingno|ngelingno|elingno|periksa)"
_NO_NEWS = re.compile(
    rf"(?<!\w){_NOT}(?:\s+\S+){{0,4}}?\s+{_NEWS}(?!\w)"
    rf"|(?<!\w){_NEWS}(?:\s+\S+){{0,3}}?\s+{_NOT}(?!\w)"
)
_KEEPS = re.compile(
    rf"(?<!\w){_REMINDERS}(?:\s+\S+){{0,3}}?\s+{_STAYS}(?!\w)|(?<!\w){_STAYS}(?:\s+\S+){{0,3}}?\s+{_REMINDERS}(?!\w)"
)


def wants_only_reminders(text: str) -> bool:
    """Whether announcements are to stop while the reminders go on: "infonya stop, pengingat periksa tetap ya"."""
    low = text.casefold()
    return bool(_NO_NEWS.search(low) and _KEEPS.search(low))
