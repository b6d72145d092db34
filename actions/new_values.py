"""What a message tells of a field that is to be changed: which one, its new value, and why it cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from actions.turn import Turn
from nlu.language import identifiers
from nlu.language.data_changes import DataChanges, read_changes
from nlu.language.dates import DateKind, read_date
from nlu.language.gestation import read_gestation
from nlu.language.names import answered_name, read_person_names
from nlu.language.reminder_hour import asks_for_hour, read_hour
from nlu.language.replies import FILLERS
from nlu.language.short_answers import read_owner
from nlu.language.short_codes import without_codes
from registry import clock, places
from registry.persons import newcomers

FIELDS = {"birth_date": "born_on"}  # the reader's names that are not the record's
IMPOSSIBLE = frozenset({"future", "no_such_day", "out_of_range", "past", "too_old"})
LONGEST_KIN = 40
KINDS: dict[str, DateKind] = {"hpht": "hpht", "hpl": "hpl", "born_on": "birth_date"}


@dataclass(frozen=True)
class Told:
    """``value`` as ``registry.persons.changes.Change`` writes it; ``problem``: impossible, unclear or outside."""

    field: str | None = None
    value: str | None = None
    ultrasound: bool = False
    problem: str | None = None
    villages: tuple[str, ...] = ()


def read(turn: Turn, asked: str | None = None) -> Told:
    """What a message tells; ``asked`` is the field whose value the bot has just asked for."""
    if turn.button is not None and not turn.text:
        return Told()
    found = read_changes(turn.text, turn.now)
    field = FIELDS.get(found.field or "", found.field)
    if asks_for_hour(turn.text) and (field is None or asked == "reminder_hour"):
        return _hour(turn)
    told = _of(turn, field, found) if field is not None else Told()
    if asked is None or (told.value is not None and (field == asked or field in KINDS or field == "weeks")):
        return told
    alone = _asked(turn, asked, found)
    return alone if alone.value or alone.problem or alone.villages or field in (None, asked) else told


def _of(turn: Turn, field: str, found: DataChanges) -> Told:
    """The value behind the word for the field."""
    problem = next((code for name, code in found.problems if FIELDS.get(name, name) == field), None)
    if problem is not None:
        return Told(field, ultrasound=found.ultrasound, problem="impossible" if problem in IMPOSSIBLE else "unclear")
    if field == "address":
        return _village(turn, asked=False) if found.village is not None else Told(field)
    values: dict[str, str | date | None] = {
        "phone": found.phone, "hpht": found.hpht, "hpl": found.hpl, "name": found.name, "born_on": found.born_on,
        "weeks": _first_day(turn, found.weeks),
        "companion": _companion(turn, found, alone=False),
    }  # fmt: skip
    value = values.get(field)
    return Told(field, value.isoformat() if isinstance(value, date) else value, found.ultrasound)


def _asked(turn: Turn, asked: str, found: DataChanges) -> Told:
    """The bare value in answer to the question for it."""
    if asked in KINDS:
        reading = read_date(identifiers.mask(without_codes(turn.text)).text, KINDS[asked], turn.now)
        if reading.status == "found" and reading.value is not None:
            return Told(asked, reading.value.isoformat(), found.ultrasound)
        problem = None if reading.status == "none" else "impossible" if reading.status == "impossible" else "unclear"
        return Told(asked, problem=problem)
    if asked == "weeks":
        days = read_gestation(turn.text).days
        return Told(asked, _first_day(turn, days // 7 if days is not None else None), found.ultrasound)
    if asked == "address":
        return _village(turn, asked=True)
    if asked == "reminder_hour":
        return _hour(turn)
    if asked == "phone":
        return Told(asked, _phone(turn))
    if asked == "companion":
        return Told(asked, _companion(turn, found, alone=True))
    return Told(asked, answered_name(turn.text) if asked == "name" else None)


def _phone(turn: Turn) -> str | None:
    """The last number in the message, as +62..."""
    phones = [identifiers.parse_phone(one.digits) for one in turn.identifiers() if one.kind == "phone"]
    return phones[-1] if phones else None


def _first_day(turn: Turn, weeks: int | None) -> str | None:
    return None if weeks is None else (clock.today(turn.now) - timedelta(weeks=weeks)).isoformat()


def _village(turn: Turn, *, asked: bool) -> Told:
    codes = tuple(village.code for village in newcomers.villages_named(turn.session, turn.text, asked=asked))
    named = newcomers.village_in_district(turn.session, list(codes), turn.text) if len(codes) > 1 else None
    if named is not None or len(codes) == 1:
        return Told("address", named or codes[0])
    return Told("address", villages=codes, problem=None if codes or not asked else "outside")


def village_name(turn: Turn, code: str) -> str:
    """The bare name of a village."""
    return (places.village_label(turn.session, code) or "").partition(",")[0]


def _hour(turn: Turn) -> Told:
    hour = read_hour(turn.text, turn.now)
    return Told("reminder_hour", None if hour is None else str(hour))


def _companion(turn: Turn, found: DataChanges, *, alone: bool) -> str | None:
    """Name and number of who goes with her, as far as told."""
    plain = identifiers.mask(turn.text).text
    spans = [span.name for span in read_person_names(plain) if span.role in ("person", "man") and span.name in plain]
    name = spans[-1] if spans else answered_name(plain) if alone else None
    phone = found.phone or _phone(turn)
    if name is None and alone and read_owner(plain) in ("husband", "family", "neighbour"):
        name = " ".join(word for word in plain.split() if word.casefold() not in FILLERS)[:LONGEST_KIN]  # "adikku ae"
    return ", ".join(part for part in (name, phone) if part) or None
