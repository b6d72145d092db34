"""What somebody says who asks for a ride, or calls one off: when, what for, from where, to where; pure.

A time is never guessed: "besok pagi" is a day without a time, and what `clock_times` asks back is named in `problem`.
Who is in danger or about to give birth and names no time means now.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Literal

from nlu.language.clock_times import TimeReading, read_pickup
from nlu.language.cues import Clause, Cues, heaviest, split_clauses
from nlu.language.danger import assess
from nlu.language.dates import JAKARTA, read_date
from nlu.language.entities import gazetteer
from nlu.language.facility_reading import FacilityMention, find_facilities
from nlu.language.normalise import MAX_LENGTH
from nlu.language.places import PlaceMatch
from nlu.language.replies import read_yes_no

When = Literal["now", "at", "day_only", "unknown"]
Purpose = Literal["visit", "birth", "emergency", "home", "other"]
CancelReason = Literal["not_needed", "own_vehicle", "changed_time", "other"]

_PURPOSES: tuple[Purpose, ...] = ("emergency", "birth", "home", "other", "visit")
_REASONS: tuple[CancelReason, ...] = ("changed_time", "own_vehicle", "other", "not_needed")
_ALARM_WEIGHT = 8
_FREE_REASON = 3
"""Words from which on an answer nobody foresaw is a reason of its own."""
_CARE = re.compile(r"(?i)(?:pkm|pus?kes|pustu|ponkesdes|polindes|posyandu|(?:bu |ibu )?bidan)")
_FETCH = re.compile(r"(?<!\S)(?:jemput\w*|penjemputan|pethuk|methuk|ambil)(?!\S)")
_WANTS_CAR = re.compile(
    r"(?<!\S)(?:minta|tolong|butuh|perlu|cari|carikan|kirim|kirimi|kirimkan|pesan)(?: \S+){0,2}"
    r" (?:mobil|ambulans?|kendaraan|tumpangan|jemput\w*|antar\w*)(?!\S)"
    r"|(?<!\S)(?:jemput|jemputen|antar|antarkan|antaren) (?:saya|ibu|istri|kami|pasien)(?!\S)"
    r"|(?<!\S)(?:tidak|belum) (?:ada|punya)(?: \S+)? (?:mobil|kendaraan|antar\w*)(?!\S)"
)
_OFF = re.compile(r"(?<!\S)(?:tidak (?:jadi|sido|siyos)|batal|wurung|dibatalkan|batalkan)(?!\S)")
_CHECK_UP = re.compile(r"(?<!\S)(?:periksa\w*|kontrol\w*|posyandu|imunisasi|daftar\w*|hamil|lahir\w*)(?!\S)")
_HAS_CAR = re.compile(r"(?<!\S)(?:tidak (?:usah|perlu|butuh|jadi)|sudah (?:ada|di|naik|dapat|minta))(?!\S)")
_THANKS = re.compile(r"(?<!\S)(?:terima kasih|assalamualaikum|halo|selamat)(?!\S)")

_AT = r"(?:di|d|nang|ning|neng|ndek|ndik|teng|wonten|ke)"
_STOP = (
    r"(?:jam|jm|pukul|pkl|besok|bsk|besuk|sesuk|benjing|mbenjing|lusa|emben|sekarang|skrg|saiki|sakniki|nanti|mengko|mangke"
    r"|mau|arep|kate|ate|badhe|untuk|utk|buat|gawe|damel|ke|menuju|menyang|ya|yo|bu|pak|mbak|mas|nggih|tgl|tanggal|hari|dino"
    r"|senin|selasa|rabu|kamis|jumat|sabtu|minggu|pagi|isuk|enjing|siang|awan|sore|malam|bengi|minta|njaluk|tolong|soale"
    r"|soalnya|karena|krn|mergo|biar|jemput|dijemput|jemputen"
    r"|aja|ae|saja|wae|mawon|dulu|deh)"
)
_TEXT = rf"(?:(?!{_STOP}\b)[\w'’/-]+)(?:\s+(?!{_STOP}\b)[\w'’/-]+){{0,5}}"
_SPOTS = (
    r"(?:depan|ngarep|ngarepe|dekat|deket|dkt|cedak|cedake|cerak|celak|sebelah|samping|belakang|mburi|seberang|pertigaan"
    r"|perempatan|gang|gg|dusun|dsn|jalan|jln|jl|perum|rt|masjid|musholla|langgar|balai desa)"
)
_LANDMARKS = (
    re.compile(
        r"(?<!\w)(?:(?:di)?(?:jemput|pethuk|methuk)\w*|posisi\w*|lokasi\w*|alamat\w*|titik jemput"
        r"|tunggu|nunggu|ngenteni)\s+"
        rf"(?:(?:saya|aku|kulo|ibu|ibunya|istri saya|bojoku)\s+)?{_AT}\s+(?P<spot>{_TEXT})",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<!\w)(?P<spot>{_SPOTS}\s+{_TEXT})", re.IGNORECASE),
)
_NEXT = re.compile(
    r"(?i)(?<!\w)(?:minggu|mgg|bulan|bln|sasi|wulan|senin|selasa|rabu|kamis|jumat|sabtu|hari|dino|tahun)\s+$"
)
_AREA_CUE = re.compile(r"(?i)^(?:desa|ds|deso|ndeso|kelurahan|kel|kecamatan|kec|dusun)\.?\s+")


@dataclass(frozen=True)
class RideRequest:
    """A ride as asked for.

    `at` is aware, in Asia/Jakarta, for `now` and `at`; `day` is told for these and for `day_only`. `destination` and
    `pickup_landmark` are the words as typed; `destination_codes` are the gazetteer's candidates. `problem` says why
    there is no time: "past", or a reason of `clock_times` such as "morning_or_afternoon", "two_times", "range" or
    "prayer_time".
    """

    at: datetime | None = None
    when: When = "unknown"
    day: date | None = None
    purpose: Purpose | None = None
    destination: str | None = None
    destination_codes: tuple[str, ...] = ()
    pickup_place: PlaceMatch | None = None
    pickup_landmark: str | None = None
    problem: str | None = None


@cache
def _purpose_cues() -> Cues:
    return Cues.load("ride_purpose")


@cache
def _reason_cues() -> Cues:
    return Cues.load("cancel_reason")


def read_ride(text: str, now: datetime) -> RideRequest:
    """The ride that ``text`` asks for; ``now`` must be aware."""
    text = text[:MAX_LENGTH]
    clauses = split_clauses(text)
    facilities = find_facilities(text)
    going = next((each for each in facilities if not each.is_source), None)
    purpose = _purpose(text, clauses, going)
    when, at, day, problem = _time(text, now, _is_urgent(purpose, clauses))
    place, landmark = _pickup(text, facilities)
    return RideRequest(
        at,
        when,
        day,
        purpose,
        going.text if going else None,
        going.codes if going else (),
        place,
        landmark,
        problem,
    )


def _purpose(text: str, clauses: tuple[Clause, ...], going: FacilityMention | None) -> Purpose | None:
    weights = _purpose_cues().weigh(clauses)
    finding = assess(text)
    if finding and finding.certainty == "alarm" and finding.when == "now":
        weights["emergency" if finding.kind == "danger" else "birth"] += _ALARM_WEIGHT
    heard = heaviest(weights, _PURPOSES)
    if heard is None and going is not None and _CARE.match(going.text):
        return "visit"
    return next((purpose for purpose in _PURPOSES if purpose == heard), None)


def _is_urgent(purpose: Purpose | None, clauses: tuple[Clause, ...]) -> bool:
    return purpose in ("emergency", "birth") and not any(clause.supposes for clause in clauses)


def _time(text: str, now: datetime, urgent: bool) -> tuple[When, datetime | None, date | None, str | None]:
    local = now.astimezone(JAKARTA).replace(second=0, microsecond=0)
    reading = read_pickup(text, now)
    said = read_date(text, "visit_date", now)
    day = said.value if said.status == "found" else None
    if reading.value is not None:
        if reading.value > local:
            return "at", reading.value, reading.value.date(), None
        if day is None or day <= local.date():
            return "now", local, local.date(), None
        return "day_only", None, day, None
    problem = _problem(reading)
    if problem == "past":
        return "unknown", None, None, problem
    if day is not None and day >= local.date():
        return "day_only", None, day, problem
    if urgent and reading.status == "none":
        return "now", local, local.date(), None
    return "unknown", None, None, problem


def _problem(reading: TimeReading) -> str | None:
    """A clock that has gone by today is past; a day without a clock is no problem."""
    return {"which_day": "past", "no_clock": None}.get(reading.reason or "", reading.reason)


def _pickup(text: str, facilities: tuple[FacilityMention, ...]) -> tuple[PlaceMatch | None, str | None]:
    """The village she is fetched from and the spot in it, each when told."""
    taken = [(facility.start, facility.end) for facility in facilities]
    source = next((facility.text for facility in facilities if facility.is_source), None)
    places = [
        match
        for match in gazetteer().find(text)
        if match.level in ("village", "district")
        and not any(start < match.end and match.start < end for start, end in taken)
        and not re.search(r"(?i)(?<!\w)(?:ke|menuju|menyang)\s+(?:(?:desa|kecamatan|kec)\s+)?$", text[: match.start])
    ]
    place = min(places, key=lambda match: (match.level != "village", match.start), default=None)
    return place, source or _landmark(text, place, taken)


def _landmark(text: str, place: PlaceMatch | None, taken: list[tuple[int, int]]) -> str | None:
    for pattern in _LANDMARKS:
        for match in pattern.finditer(text):
            spot = match["spot"].strip()
            bare = _AREA_CUE.sub("", spot).casefold()
            is_area = place is not None and bare == text[place.start : place.end].casefold()
            if _NEXT.search(text[: match.start("spot")]) or is_area:
                continue
            if not any(start < match.end("spot") and match.start("spot") < end for start, end in taken):
                return spot
    return None


def wants_car(text: str) -> bool:
    """Whether somebody in need says that a car is wanted, or that there is none."""
    clauses = [clause.text for clause in split_clauses(text) if not clause.supposes]
    return any(_WANTS_CAR.search(one) for one in clauses) and not any(_HAS_CAR.search(one) for one in clauses)


def read_fetch_place(text: str, now: datetime) -> str | None:
    """Where to fetch her, when nothing else is told of a ride: "jemputnya di balai desa saja"."""
    if "?" in text or not any(_FETCH.search(clause.text) for clause in split_clauses(text)):
        return None
    heard = read_ride(text, now)
    says_more = heard.when != "unknown" or heard.destination or heard.purpose or heard.problem
    return None if says_more else heard.pickup_landmark


def calls_off(text: str) -> bool:
    """Whether something is said not to come about, and that it is a check-up is not said: "bu Siti gak jadi"."""
    clauses = [clause for clause in split_clauses(text) if not clause.asks and not clause.supposes]
    words = " ".join(clause.text for clause in clauses)
    return any(_OFF.search(clause.text) for clause in clauses) and not _CHECK_UP.search(words)


def read_cancel_reason(text: str) -> CancelReason | None:
    """Why a ride is called off; "other" for a reason nobody foresaw, None when none is given."""
    clauses = [clause for clause in split_clauses(text) if not clause.asks]
    heard = heaviest(_reason_cues().weigh(clauses), _REASONS)
    if heard is not None:
        return next(reason for reason in _REASONS if reason == heard)
    words = " ".join(clause.text for clause in clauses)
    is_reason = len(words.split()) >= _FREE_REASON and read_yes_no(text) is None and not _THANKS.search(words)
    return "other" if is_reason else None
