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
_REMIND_ME = re.compile(
    r"(?<!usah )(?<!jangan )(?<!jgn )(?<!ojo )(?<!perlu )(?<!\w)(?:di)?"
    r"(?:ilingno|elingno|ilingke|elingke|ilingna|elingna|ingatkan|ingetin|ingatin|ingetkan)(?!\w)"
)
_REFUSES = (
    r"(?:(?:gak|ga|gk|nggak|ngga|enggak|tidak|tdk|ndak|ora|ra|mboten|kadit)\s*"
    r"(?:mau|pengen|pingin|pengin|ingin|usah|perlu|butuh|gelem|kersa|purun|minat|suka|seneng)"
    r"|gausah|gamau|gakmau|emoh|moh|wegah|ogah|males|malas|jangan|jgn|ojo|ojok|sampun)"
)
_MESSAGES = (
    r"(?:pengingat\w*|pengeling\w*|pesan\w*|pesen\w*|notif\w*|info\w*|kabar\w*|wa|sms|reminder\w*|broadcast\w*|tips\w*"
    r"|(?:di|nga?|ngi|tak)?kirim\w*|ngirim\w*|dikintun\w*|dikabar\w*|di-?ingat\w*|ngingat\w*|diinget\w*|dieling\w*"
    r"|diiling\w*|ngeling\w*)"
)
_REFUSED = re.compile(rf"(?<!\w){_REFUSES}(?:\s+\S+){{0,4}}?\s+{_MESSAGES}(?!\w)")
_ENDING = re.compile(
    r"(?<!\w)(?:\w*stop\w*|\w*henti\w*|putus\w*|dimatikan|matiin|mandheg|mandek|lali\w*|lupa\w*|tapi|tp|ning|nanging"
    r"|(?:bengi|malam|malem|subuh)(?:-?\w+|2)?)(?!\w)"
)


def wants_only_reminders(text: str) -> bool:
    """Whether announcements are to stop while the reminders go on: "infonya stop, pengingat periksa tetap ya"."""
    low = text.casefold()
    return bool(_NO_NEWS.search(low) and (_KEEPS.search(low) or _REMIND_ME.search(low)))


def refuses_messages(text: str) -> bool:
    """Whether the words refuse what is sent: "ga mau dapet pengingat lagi"; never "jangan stop", "jangan lupa kirimi".

    Who refuses must not be taken for one who wants more: whoever is unsure which of both it was asks here.
    """
    low = text.casefold()
    return _REFUSED.search(low) is not None and _ENDING.search(low) is None and "?" not in low
