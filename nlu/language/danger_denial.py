"""What is no emergency of today: a sign of years ago, and a message that does nothing but deny a sign; pure.

The gate itself asks about every denied sign, for a denial may stand beside something else. Here every word must belong
to the denial, so that nothing is left that could be a sign of its own.
"""

import re

from nlu.language.danger import assess
from nlu.language.danger_reading import Reading, read

LONGEST = 14  # tokens
_BARE = frozenset(
    {"negation", "filler", "end", "already", "me", "person", "there_is", "or", "now", "again_now", "still"}
)
_CALM = frozenset(
    "alhamdulillah alhamdulilah syukur syukurlah aman sehat baik waras apik bu pak mbak mas kak dok bidan kok ya iya "
    "iyo yo inggih nggih saya aku kulo kula sampai saat hari ini iki maneh lagi juga semua normal lancar tadi mau wau "
    "cuma tanya ga apa-apa gapapa rapopo sih lho loh dan lan".split()
)
"""What may stand beside a denial without saying anything more."""
_NOT_YET = frozenset("belum blm blom belom blum durung drung rung dereng".split())


_YEARS_AGO = re.compile(
    r"(?i)\b(?:tahun|taun|thn|th)\s+(?:yang\s+|yg\s+|sing\s+)?(?:lalu|kemarin|kmrn|wingi|kepungkur)\b"
)


def tells_of_years_ago(text: str) -> bool:
    """ "Bapak saya kejang tahun lalu": what no word takes for a sign of now, the classifier may only ask about."""
    return _YEARS_AGO.search(text) is not None


def denies_danger(text: str) -> bool:
    """A sign is named, denied, and nothing else is told or asked."""
    if "?" in text:
        return False
    finding = assess(text)
    if finding is None or finding.when != "denied":
        return False
    reading = read(text)
    return len(reading.tokens) <= LONGEST and all(_says_no_more(reading, at) for at in range(len(reading.tokens)))


def _says_no_more(reading: Reading, at: int) -> bool:
    """The word is part of the denial, or only keeps it company."""
    carried = reading.carried[at]
    if "but" in carried:
        return False
    return (
        reading.tokens[at].word in _CALM or bool(carried & _BARE) or (bool(carried) and _is_denied_itself(reading, at))
    )


def _is_denied_itself(reading: Reading, at: int) -> bool:
    """Its own denial stands before it: "gak ada darah, kejang" may deny the first and tell the second."""
    for index in range(at - 1, -1, -1):
        if "negation" in reading.carried[index]:
            return reading.tokens[index].word not in _NOT_YET
        if reading.carried[index] & {"end", "but"}:
            return False
    return False
