"""Short words of a mother after an alert: who is with her, a bare yes or thanks, whether she is better; pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Literal

from nlu.language.normalise import words
from nlu.language.replies import FILLERS, NO, YES, read_yes_no

Companion = Literal["alone", "family", "neighbour"]

_ALONE = frozenset("sendiri sendirian dewe dewean dewekan piyambak piyambakan ijen ijenan".split())
_FAMILY = frozenset(
    "suami suamiku bojo bojoku bapak mertua keluarga ibuku emak mak umak kakak adik adek adikku anak anakku sodara "
    "saudara budhe bude pakdhe pakde bulik paklik mbah nenek kakek orangtua ortu".split()
)
_NEIGHBOUR = frozenset("tetangga tonggo kader teman kanca konco perangkat rt rw lurah bidan".split())
_NOBODY = frozenset("gak ga gk tidak tdk ora ra nggak ndak mboten".split())
_AROUND = frozenset(
    "saya aku kulo sama bareng karo kaleh kalih dengan ditemani ditemeni ada ono onok wonten cuma mung hanya tok aja "
    "saja bu pak mbak ya iya di rumah omah griyo ini sekarang siapa siapa-siapa sopo-sopo sinten-sinten orang wong "
    "ibu saat bantu dan lan mau".split()
)
_AWAY = frozenset(
    "kerja kerjo makaryo nyambut gawe merantau rantau ngrantau pergi lungo tindak sawah ladang pasar jauh adoh luar "
    "kota pulau negeri belum pulang durung mulih masih lagi sik jik isih kabeh semua pada podo takut wedi ajrih "
    "dirumah bingung".split()
)
"""Why somebody of hers is not with her: "sendirian, suami kerja"."""
_BEFORE_PLACE = frozenset("di nang ning ndek nok teng ke nek".split())
_ANYBODY = ("siap", "sopo", "sinten", "ada", "ono", "onok", "wonten", "orang", "wong")
_STAYS = frozenset(
    "ya iya iyo iyaa yaa y iye inggih nggih njih enggih ok oke okey okay sip siap baik baiklah makasih makasi mksh "
    "mksih terima trima kasih trimakasih terimakasih trims tengkyu thanks thx suwun matur nuwun nuhun sanget bu ibu "
    "pak mbak mas kak bidan dok banyak segera otw berangkat budhal mangkat amin aamiin masih jik isih tasih".split()
)
_WELL = frozenset(
    "sehat membaik mendingan mending lega waras apik aman lancar enakan pulih sembuh baikan alhamdulillah "
    "alhamdulilah".split()
)
_UNWELL = frozenset(
    "masih sakit belum durung blm tambah tetap tetep parah lemas lemes pusing panas demam jik isih sik loro "
    "gering".split()
)
_WITH = re.compile(
    r"(?<!\w)(?:sama|bareng|karo|kaleh|kalih|dengan|ditemani|ditemeni|dikancani|dikancani|dijaga|diantar|diterno)\s+"
    r"(?P<who>[\w'-]+)(?:\s+(?P<whose>saya|aku|kulo|mertua))?",
    re.IGNORECASE,
)
_HER_MOTHER = frozenset("ibu".split())
_MISTAKE = re.compile(
    r"(?<!\w)(?:ke?pencet\w*|ke?tekan|salah\s+(?:pencet|tekan|kirim|ketik|pesan)|kleru\s+(?:pencet|kirim|pesan)|keliru\s+"
    r"(?:pencet|tekan|kirim|pesan)|bukan\s+darurat|(?:cuma|cm|mung|hanya)\s+(?:coba|nyoba|njajal|iseng|bercanda|guyon)"
    r"|dolanan\s+(?:anak|arek)|dipake?\s+(?:anak|arek))(?!\w)",
    re.IGNORECASE,
)
_CANNOT = re.compile(
    r"(?<!\w)(?:tidak|tdk|gak|ga|gk|nggak|ndak|ora|belum|mboten)\s+(?:bisa|bs|iso|isok|saget|saged|sempat|sanggup|mampu)"
    r"(?!\s+(?:dihubungi|ditelepon|ditelpon|dijangkau|ditemui|ditemukan|nafas|napas|jalan|bangun|makan|gerak|tidur|minum"
    r"|ambegan|ambekan|mlaku|mangan|ngombe|turu|tangi|ngadeg|obah|kencing|pipis|nguyuh|bicara|ngomong|melek|lair|lahir))"
    r"(?!\w)|(?<!\w)(?:(?:di|nang|ning|teng)\s+luar\s+(?:kota|kutho|desa)|lagi\s+cuti|sedang\s+cuti|lagi\s+rapat|sedang\s+rapat)",
    re.IGNORECASE,
)
_SLIP = frozenset("salah kleru keliru kepencet kepencen pencet kepencetan aman sehat baik apik waras".split())
_CRY = frozenset("tolong tulung tulungi tlg bantu sakit loro masih jik isih".split())
_BACK = (
    YES
    | NO
    | FILLERS
    | _SLIP
    | frozenset(
        "tekan kirim ketik sehat-sehat baik-baik betulan tadi mau ae wae semua saya aku kulo kula kami bayi bayinya "
        "bayine anak kok memang pancen cuma mung hanya".split()
    )
)
LONGEST_WITH, LONGEST_MISTAKE, LONGEST_ALONE = 14, 14, 12
LONGEST_COMPANION, LONGEST_STAY, LONGEST_NEWS = 6, 6, 8


def read_companion(text: str) -> Companion | None:
    """Who is with her; None when the words say anything else."""
    said = _said(text)
    if _is_left_alone(text, said):
        return "alone"
    known = _ALONE | _FAMILY | _NEIGHBOUR | _NOBODY | _AROUND
    if not said or len(said) > LONGEST_COMPANION or any(word not in known for word in said):
        return _named_behind_with(text, said)
    if not _FAMILY.isdisjoint(said):
        return "family"
    if not _NEIGHBOUR.isdisjoint(said):
        return "neighbour"
    nobody = not _NOBODY.isdisjoint(said) and any(word.startswith(_ANYBODY) for word in said)
    return "alone" if nobody or not _ALONE.isdisjoint(said) else None


def _is_left_alone(text: str, said: list[str]) -> bool:
    """ "Saya sendirian, bojoku nyambut gawe nang Surabaya": alone, and why nobody else is there."""
    if not 0 < len(said) <= LONGEST_ALONE or "?" in text or _ALONE.isdisjoint(said) or _AWAY.isdisjoint(said):
        return False
    known = _ALONE | _FAMILY | _NEIGHBOUR | _NOBODY | _AROUND | _AWAY | _BEFORE_PLACE
    left = (word for before, word in zip(["", *said], said, strict=False) if before not in _BEFORE_PLACE)
    return all(word in known for word in left) and _WITH.search(text) is None


def _named_behind_with(text: str, said: list[str]) -> Companion | None:
    """ "Di rumah Sumberoto RT 3 sama ibu": where she is, and who is with her."""
    if len(said) > LONGEST_WITH or "?" in text:
        return None
    for match in _WITH.finditer(text):
        who = match["who"].casefold()
        if who in _FAMILY | _HER_MOTHER:
            return "family"
        if who in _NEIGHBOUR:
            return "neighbour"
    return None


def is_mistake(text: str) -> bool:
    """Whether she says in few words that her alarm was none: a slip of the finger, a child with the phone."""
    return len(_said(text)) <= LONGEST_MISTAKE and "?" not in text and bool(_MISTAKE.search(text))


def read_mistake_answer(text: str) -> Literal["yes", "no"] | None:
    """The answer to "are you both well, was it a mistake?": "iya salah", "ndak, tulung"; a cry for help is a no."""
    said = _said(text)
    if not said or len(said) > LONGEST_NEWS or "?" in text or any(word not in _BACK | _CRY for word in said):
        return None
    if not _CRY.isdisjoint(said):
        return "no"
    if any(before in NO and word in _SLIP for before, word in pairwise(said)):
        return "no"
    return "yes" if is_mistake(text) or not _SLIP.isdisjoint(said) else read_yes_no(text)


def declines(text: str) -> bool:
    """Whether a helper who was called says in few words that she cannot come: "gak iso bu, aku nang luar kota"."""
    return len(_said(text)) <= LONGEST_MISTAKE and "?" not in text and _CANNOT.search(text) is not None


def only_agrees(text: str) -> bool:
    """Whether a message is nothing but a yes, thanks or "on my way"."""
    said = _said(text)
    return 0 < len(said) <= LONGEST_STAY and all(word in _STAYS for word in said)


def read_wellbeing(text: str) -> Literal["well", "unwell"] | None:
    """The answer to "how are you now?" in a few words; of both, the worse."""
    said = _said(text)
    if not said or len(said) > LONGEST_NEWS or "?" in text:
        return None
    if not _UNWELL.isdisjoint(said) or (not _NOBODY.isdisjoint(said) and not _WELL.isdisjoint(said)):
        return "unwell"
    return "well" if not _WELL.isdisjoint(said) or said[-1] == "baik" or "baik" in said[:3] else None


def _said(text: str) -> list[str]:
    return [word.text.casefold() for word in words(text)]
