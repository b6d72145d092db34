"""Words that take back a loss told of by mistake: "salah lapor, ibunya masih hamil", "keliru, bayine sehat"."""

from __future__ import annotations

import re

from nlu.language.normalise import normalise
from nlu.language.short_codes import without_codes
from nlu.language.tokens import MAX_CHARS

LONGEST_WORDS = 20
_MISTAKE = re.compile(
    r"\b(?:salah (?:lapor|lapo?ran|kirim|info|kabar|catat|ketik|tulis|orang|pencet|tekan|ngabari|input|data)"
    r"|(?:laporan|lapor|kabar|info|itu|tadi|iku)(?:nya|e)? (?:itu |tadi |iku |yang )*salah"
    r"|keliru|kliru|klentu|batalkan laporan|laporan(?:nya)? (?:di)?batal(?:kan)?|cabut laporan)\b"
)
_STILL = re.compile(
    r"\b(?:masih|tasih|sik|isih) (?:hamil|mbobot|meteng|mengandung|hidup|urip|sehat)\b"
    r"|\b(?:ternyata|jebule|jebul|masih|isih|sik) ada (?:detak|denyut|jantung|djj)"
    r"|\b(?:bukan|tidak|belum|gak|ora|dudu) (?:jadi )?(?:keguguran|gugur|meninggal|mati|wafat)\b"
    r"|\b(?:bayi|janin|anak|ibu)(?:nya|ne|e)? (?:ternyata |alhamdulillah )?(?:sehat|selamat|hidup|baik)\b"
)
_PLAN = re.compile(r"\b(?:kalau|semoga|apakah|kapan|gimana)\b|\?")


def takes_back_loss(text: str) -> bool:
    """Whether a short message says that the loss told before was a mistake. Never raises for any text.

    Only to be asked when a loss is on record: by themselves the words can be about anything.
    """
    said = normalise(without_codes(text[:MAX_CHARS]))
    if not said or len(said.split()) > LONGEST_WORDS or _PLAN.search(said):
        return False
    return bool(_MISTAKE.search(said) or _STILL.search(said))
