"""What an officer says of a broadcast there is: "setujui siaran 12", "hentikan siaran", "siaran 12 sampai mana"; pure.

Only short messages that begin with the deed and name a broadcast count; an order to send one is none of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlu.language.normalise import clean

Deed = Literal["approve", "refuse", "pause", "resume", "stop", "progress"]
LONGEST = 400

_NAME = r"(?:siaran|siarannya|broadcast|broadcastnya|blast|bc|kiriman massal)"
_NUMBER = r"(?:\s*(?:nomor|nomer|nmr|no\.?|#)?\s*(?P<n>\d{1,9}))?"
_SOFT = r"(?:tolong |mohon |coba |bisa |ya |oke |ok |saya |bu |pak |mbak |mas )*"
_TAIL = r"(?:\s+(?:dulu|ya|saja|aja|sekarang|itu|tadi|bu|pak|nggih|segera|lagi|kembali))*[\s.!]*"
_DEEDS: dict[Deed, str] = {
    "approve": r"(?:(?:di)?setujui|setuju|acc|menyetujui|approve)",
    "pause": r"(?:(?:di)?jeda|jedakan|tahan|ditahan|pause|tunda|ditunda|berhenti sebentar)",
    "resume": r"(?:(?:di)?lanjutkan|lanjutno|lanjut|teruskan|terusno|resume)",
    "stop": r"(?:(?:di)?hentikan|stop|setop|batalkan|batal|berhentikan|mandegno|hentikan)",
}
_DONE = {
    deed: re.compile(rf"{_SOFT}{words}(?: kirim| pengiriman)? {_NAME}{_NUMBER}{_TAIL}")
    for deed, words in _DEEDS.items()
}
_REFUSED = re.compile(
    rf"{_SOFT}(?:tolak|ditolak|menolak|tidak (?:setuju|menyetujui)|gak setuju|ga setuju|ora setuju) {_NAME}{_NUMBER}"
    rf"\s*(?:karena|krn|sebab|soale|soalnya|alasan(?:nya)?)?[\s,:.-]*(?P<why>.*)",
    re.DOTALL,
)
_HOW = r"(?:sampai mana|gimana|bagaimana|piye|pripun|hasilnya|hasil|status|statusnya|progres|progress|berapa yang \w+)"
_PROGRESS = (
    re.compile(rf"{_SOFT}{_HOW} {_NAME}{_NUMBER}[\s?.]*"),
    re.compile(rf"{_SOFT}{_NAME}{_NUMBER},? (?:sudah |wis |itu )*{_HOW}[\s?.]*"),
)
_BARE_YES = re.compile(r"(?:saya |kulo |ya,? |oke,? |ok,? )*(?:setuju|setujui|acc|disetujui)(?: ya| bu| pak)*[\s.!]*")


@dataclass(frozen=True)
class BroadcastReply:
    """What is to be done with which broadcast; without a number it is the one that stands there. ``why`` of a no."""

    deed: Deed
    number: int | None = None
    why: str = ""


def read_broadcast_reply(text: str) -> BroadcastReply | None:
    """The deed that ``text`` asks for; None when it speaks of no broadcast, or orders one."""
    said = clean(text)[:LONGEST].strip()
    low = said.casefold()
    if len(low) != len(said):
        said = low
    refused = _REFUSED.fullmatch(low)
    if refused:
        return BroadcastReply("refuse", _number(refused), said[refused.start("why") :].strip())
    for deed, pattern in _DONE.items():
        match = pattern.fullmatch(low)
        if match:
            return BroadcastReply(deed, _number(match))
    asked = next((match for pattern in _PROGRESS if (match := pattern.fullmatch(low))), None)
    return BroadcastReply("progress", _number(asked)) if asked else None


def is_bare_yes(text: str) -> bool:
    """ "Setuju" with nothing else; "ya" and "ok" are too little to let a message go to hundreds."""
    return _BARE_YES.fullmatch(clean(text).strip().casefold()) is not None


def _number(match: re.Match[str]) -> int | None:
    return int(match["n"]) if match["n"] else None
