"""A referral asked for in a message: of whom, where to, why; pure.

The reason is taken as typed, never judged: what stands behind "karena" or "indikasi", else the finding named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.language.danger import assess
from nlu.language.facility_reading import FacilityMention, find_facilities
from nlu.language.names import read_person_names
from nlu.language.normalise import MAX_LENGTH
from nlu.language.short_codes import find_codes, without_codes

_BECAUSE = re.compile(
    r"(?i)(?<!\w)(?:karena|krn|karna|mergo|mergi|soale|soalnya|sebab|indikasi|indikasinya|alasan|alasannya|dx|diagnosa"
    r"|diagnosis|diagnosanya|dengan|dg|dgn|keluhan|atas indikasi)\s*[:=]?\s+(?P<why>.+)",
    re.DOTALL,
)
_GRADE = r"(?:\s+(?:berat|ringan|sedang|tinggi|rendah|banyak|hebat|terus))?"
_VALUE = r"(?:\s*[:=]?\s*\d{1,3}(?:[.,/]\d{1,3})?)"
_FINDING = re.compile(
    r"(?i)(?<!\w)(?:"
    rf"(?:tensi|tensine|tensinya|td|hb|hbne|hbnya|lila)(?:\s+(?:cuma|mung|naik))?{_VALUE}"
    rf"|tensi(?:ne|nya)?\s+tinggi|darah tinggi|hipertensi|(?:pre)?\s?eklam?psia?{_GRADE}|pre eklamsi|peb"
    rf"|letak (?:lintang|sungsang)|sungsang|lintang|kembar|gemell?i|anemia{_GRADE}|kpd"
    r"|ketuban (?:pecah(?: dini)?|hijau|ijo|keruh|kering)"
    r"|plasenta previa|previa|ari-ari (?:belum keluar|nutup)"
    r"|(?:bekas|riwayat|tau) (?:sc|sesar|caesar|operasi)(?:\s+\d\s?(?:x|kali))?"
    r"|lewat (?:bulan|waktu|hpl)|postdate|serotinus|panggul sempit|cpd|gawat janin|fetal distress|djj \w+|iugr"
    r"|janin kecil"
    rf"|bayi besar|oligo\w*|p[ae]r?[en]?darahan{_GRADE}|keluar darah|getihen|kejang|kejet|partus (?:lama|macet)"
    r"|(?:pembukaan )?(?:gak|tidak|ora|tdk|ga|nggak) maju|retensio plasenta|kek|jantung|asma|diabetes|dm|tbc"
    r"|gula darah tinggi"
    r")(?!\w)"
)
_ENDS = re.compile(
    r"(?i)(?<=[\w)])\s*(?:[;\n?!]|,\s|\.(?:\s|$)|(?<!\w)(?:tolong|mohon|minta|nyuwun|harap|segera|dirujuk|rujuk"
    r"|mau|ke|menuju|nang|ning|teng"
    r"|dateng|bu|nggih|ya|terima kasih|matur nuwun|suwun|makasih)(?!\w)).*$",
    re.DOTALL,
)
_ORDER = re.compile(r"(?i)(?<!\w)(?:tolong |mohon |minta )?(?:di)?rujuk(?!\w)")
_LEFT = re.compile(r"(?i)(?<!\w)(?:berangkat|brangkat|budhal|budal|mangkat|otw|meluncur|perjalanan|nuju|menuju)(?!\w)")
_ARRIVED = re.compile(
    r"(?i)(?<!\w)(?:(?:sudah|sdh|udah|wis|wes|sampun|mpun|barusan|baru)\s+(?:\w+\s+)?(?:datang|dateng|sampai|sampe|nyampe"
    r"|tiba|tekan|dugi|masuk|diterima|di\s+(?:igd|ugd|ponek|vk|rs\w*))|(?:pasien\w*|px|ibu\w*)\s+(?:datang|tiba|masuk))(?!\w)"
)
_NOT_YET = re.compile(
    r"(?i)(?<!\w)(?:belum|blm|durung|dereng|tidak|tdk|gak|ga|ora|mboten|kalau|kalo|nek|lek|jika)(?!\w)"
)
_NEWS_WORDS = 9
_ON_BEHALF = re.compile(r"(?i)a[./]?\s?n\.?")
_MOST_REASON = 120


@dataclass(frozen=True)
class Referral:
    """A referral as asked for.

    `facility` is the words as typed, `facility_codes` the gazetteer's candidates (none for "RS" alone); `code` is the
    mother's short code (`codes`: all that are named); `names` are the persons named who are neither staff nor men.
    """

    facility: str | None = None
    facility_codes: tuple[str, ...] = ()
    reason: str | None = None
    code: str | None = None
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def is_order(text: str) -> bool:
    """Whether a mother is to be sent on: "rujuk bu Rini", not "surat rujukan" and not "apa perlu dirujuk?"."""
    return _ORDER.search(text) is not None and "?" not in text


def tells_left(text: str) -> bool:
    """Whether somebody tells that she is on the way: "sudah berangkat", "wis budhal bu"."""
    return _tells(_LEFT, text)


def tells_arrived(text: str) -> bool:
    """Whether somebody tells that she is there: "pasien sudah datang", "wis tekan IGD"."""
    return _tells(_ARRIVED, text)


def _tells(news: re.Pattern[str], text: str) -> bool:
    few = len(text.split()) <= _NEWS_WORDS
    return few and "?" not in text and news.search(text) is not None and _NOT_YET.search(text) is None


def read_referral(text: str) -> Referral:
    """The referral that ``text`` asks for. Two codes are no code: ask which."""
    text = text[:MAX_LENGTH]
    codes = find_codes(text)
    bare = without_codes(text)
    facilities = find_facilities(bare)
    going = _destination(facilities)
    people = [each.name for each in read_person_names(bare) if each.role == "person"]
    names = tuple(dict.fromkeys(name for name in people if not _ON_BEHALF.fullmatch(name)))
    return Referral(
        text[going.start : going.end] if going else None,  # as typed: ``bare`` has blanks where a code stood
        going.codes if going else (),
        _reason(bare, facilities),
        codes[0] if len(codes) == 1 else None,
        codes,
        names,
    )


def _destination(facilities: tuple[FacilityMention, ...]) -> FacilityMention | None:
    """The known facility she goes to, else the last one told of: "igd rs wava" is the hospital."""
    going = [each for each in facilities if not each.is_source]
    return next((each for each in going if each.codes), going[-1] if going else None)


def _reason(text: str, facilities: tuple[FacilityMention, ...]) -> str | None:
    because = _BECAUSE.search(text)
    if because:
        start = because.start("why")
        behind = [each.start for each in facilities if each.start > start]
        said = _ENDS.sub("", text[start : min([*behind, start + _MOST_REASON])]).strip(" .,;:-")
        if said:
            return said
    findings = list(dict.fromkeys(found.group() for found in _FINDING.finditer(text)))
    if findings:
        return ", ".join(findings)[:_MOST_REASON]
    danger = assess(text)
    return text[danger.start : danger.end] if danger else None
