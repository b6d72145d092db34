"""What a birth report says of mother and child apart from day, place and weight: sex, twins, helper, how they are."""

from __future__ import annotations

import re
from typing import Literal

Helper = Literal["midwife", "doctor", "dukun", "family", "nobody"]
Sex = Literal["F", "M"]

SURGERY = r"(?:sesar|caesar|cesar|sc|operasi|dioperasi|secar|sectio|disesar|cesarean|sesare)"
_NO = r"(?:tidak|tdk|gak|ga|gk|nggak|ngga|ndak|ora|ra|mboten)"
_LESS = r"(?:belum|blm|blum|belom|durung|drg|dereng|rung)"

_MALE = re.compile(r"(?<!\S)(?:laki|lakilaki|lelaki|lanang|cowok|cowo|cwok|jaler|pria|lk|thole|tole|jagoan)(?!\S)")
_FEMALE = re.compile(
    r"(?<!\S)(?:perempuan|prempuan|prmpuan|perempuwan|wedok|wadon|cewek|cewe|cwek|estri|wanita|pr|genduk"
    r"|nduk|ayu)(?!\S)"
)
_POLITE = re.compile(
    r"(?<!\w)(?P<sex>putr[aio])(?!\w)(?! (?:saya|sy|kulo|kula|ku|pertama|kedua|ketiga|nipun|ke|sampun))"
)
_LETTER = re.compile(r"(?<!\S)(?<!g \d )(?<!g \d\d )(?:jk (?:: )?)?([lp])(?= (?:, )?\d| ,|$)")
"""As cadres note it: "L 2800"; the P of "G2 P1" is none."""

_TWINS = re.compile(
    r"(?<!\S)(?<!gak )(?<!ga )(?<!nggak )(?<!tidak )(?<!bukan )(?<!ora )(?:kembar|gemelli|dampit)(?!\S)"
)

_HELPED = (
    r"(?:di)?(?:tolong|bantu|tulung|tulungi|rencangi|rewangi|tangani|dampingi)(?:i|in|no)?(?: (?:oleh|sama|karo"
    r"|ambek|dening|kalih|ambi))?"
)
_BY = rf"(?:{_HELPED}|oleh|sama|karo|ambek|dening|kalih)"
_FAMILY = (
    r"(?:suami|bojo|bojoku|mertua|keluarga|nenek|mbah|mak|emak|mbok|ibu mertua|ibu saya|ibu|ibuk|tetangga"
    r"|tonggo|bulek|bude|kakak|mbak)"
)
_HELPERS: tuple[tuple[Helper, re.Pattern[str]], ...] = (
    ("doctor", re.compile(rf"(?<!\S)(?:{SURGERY}|{_BY} (?:dokter|dr|spog))(?!\S)")),
    (
        "midwife",
        re.compile(
            rf"(?<!\S){_HELPED} (?:bu |ibu |mbak )?(?:bidan|bidane)(?!\S)|(?<!\S){_BY} (?:bu |ibu )?bidan(?!\S)"
        ),
    ),
    ("dukun", re.compile(r"(?<!\S)(?:dukun|paraji)(?!\S)")),
    (
        "nobody",
        re.compile(
            rf"(?<!\S)(?:{_NO}|tanpa)(?: (?:ada|ono|onok|enek|sing|yang|yg|seng|orang))* (?:me"
            rf"|nge)?n?(?:tolong|nolong|nolongi"
            r"|nulung|nulungi|bantu|mbantu|penolong)(?!\S)|(?<!\S)lahir (?:sendiri|sendirian|dewe|dewean"
            r"|piyambak)(?!\S)"
        ),
    ),
    ("family", re.compile(rf"(?<!\S){_HELPED} {_FAMILY}(?!\S)")),
)

_WELL = r"(?:sehat|selamat|waras|sae|baik|slamet|wilujeng|sehat2|seger)"
_ILL = (
    r"(?:kritis|koma|lemas|lemes|pucat|perdarahan|pendarahan|pingsan|kejang|demam|dirujuk|dirawat|icu|nicu"
    r"|biru|mbiru|kuning"
    r"|inkubator|sesak|sakit|loro|meninggal|sedo|infus|opname|getihen|merintih|asfiksia)"
)
_MOTHER = r"(?:ibu|ibunya|ibuke|ibune|ibuk|mamanya|istri|istriku|bojoku|biyunge)"
_BABY = r"(?:bayi|bayinipun|debay|anak)"
_LINK = (
    r"(?: (?:nya|ne|e|saya|kulo|juga|ya|keadaan|kondisi|kondisinya|dalam|dan|sama|serta|keadaane|wonten"
    r"|alhamdulillah|sudah|agak))*"
)
_THE_TWO = r"(?:dua|2|loro)[ -]?(?:duanya|2 ?nya|lorone|loronya|loroe)|keduanya|kalihipun"
_BOTH_WELL = re.compile(
    rf"(?<!\S){_MOTHER}{_LINK} {_BABY}{_LINK} {_WELL}(?!\S)|(?<!\S){_BABY}{_LINK} {_MOTHER}{_LINK} {_WELL}(?!\S)"
    rf"|(?<!\S){_WELL} (?:semua|kabeh|sedoyo|semuanya|sedaya|semuanya|kabehe|{_THE_TWO})(?!\S)|(?<!\S)(?:kabeh"
    rf"|sedoyo|semua|{_THE_TWO}) {_WELL}(?!\S)"
)
_DENIED = rf"(?: {_NO}| kurang| {_LESS})"
_CRIES_NOT = rf"{_NO} (?:nangis|menangis|gerak|obah|napas|nafas|bernapas)"


def _state(who: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of being well and ill of one of the two."""
    ill = rf"(?:{_ILL}|masuk {_ILL}|{_CRIES_NOT})"
    return (
        re.compile(
            rf"(?<!\S){who}{_LINK} (?:{_WELL}|(?:langsung )?(?:n|men)angis (?:keras|kenceng|kuat"
            rf"|banter))(?!\S)"
        ),
        re.compile(
            rf"(?<!\S){who}{_LINK}(?: (?!{_MOTHER}(?!\S)|{_BABY}(?!\S))\S+)?{_LINK} {ill}(?!\S)"
            rf"|(?<!\S){who}{_LINK}{_DENIED} {_WELL}(?!\S)"
        ),
    )


_MOTHER_STATE, _BABY_STATE = _state(_MOTHER), _state(_BABY)
_BABY_ALONE = re.compile(rf"(?<!\S)(?:inkubator|nicu|{_CRIES_NOT})(?!\S)")


def read_sex(words: str) -> Sex | None:
    """The sex told in a canonical text; None when both are."""
    male, female = bool(_MALE.search(words)), bool(_FEMALE.search(words))
    if male != female:
        return "M" if male else "F"
    letters = set(_LETTER.findall(words))
    if not male and len(letters) == 1:
        return "M" if letters == {"l"} else "F"
    polite = _POLITE.findall(words)
    if male or len(set(polite)) != 1:
        return None
    return "F" if polite[0] == "putri" else "M"


def sexes_in(words: str) -> tuple[Sex, ...]:
    """Each sex told in a canonical text, in its order: "laki 2400 perempuan 2300", "L 2400 / P 2300"."""
    spelt: list[tuple[int, Sex]] = [(match.start(), "M") for match in _MALE.finditer(words)]
    spelt += [(match.start(), "F") for match in _FEMALE.finditer(words)]
    if not spelt:
        spelt = [(match.start(), "M" if match[1] == "l" else "F") for match in _LETTER.finditer(words)]
    return tuple(sex for _, sex in sorted(spelt))


def has_twins(words: str) -> bool:
    """Whether more than one child was born."""
    return bool(_TWINS.search(words))


def read_helper(words: str) -> Helper | None:
    """Who helped at the birth, when it is said."""
    return next((helper for helper, pattern in _HELPERS if pattern.search(words)), None)


def read_health(words: str) -> tuple[bool | None, bool | None]:
    """Whether mother and baby are well; None of whom nothing is said. One word of illness outweighs any other."""
    both = True if _BOTH_WELL.search(words) else None
    mother = _state_of(_MOTHER_STATE, words, both)
    baby = _state_of(_BABY_STATE, words, both)
    return mother, False if _BABY_ALONE.search(words) else baby


def _state_of(patterns: tuple[re.Pattern[str], re.Pattern[str]], words: str, both: bool | None) -> bool | None:
    well, ill = patterns
    if ill.search(words):
        return False
    return True if well.search(words) else both
