"""Changes one field of a mother's record: judged first, old and new shown, then kept with an audit row.

Of two datings the better one holds (``registry.rules.dating``); one that loses is passed to the midwife, never dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlu.language.dates import format_date
from registry import audit, clock, places, programme, texts, voices
from registry.casework import talks
from registry.models import Cadre, District, Driver, Person, Pregnancy, RecordChange, Regency, Staff, Village
from registry.persons import own_data, people
from registry.persons.people import Speaker
from registry.reminding import plan
from registry.rules import dating
from registry.rules.majority import age_on
from registry.sealing import index

Field = Literal["phone", "address", "name", "born_on", "hpht", "hpl", "weeks", "companion", "reminder_hour"]
Verdict = Literal["ok", "same", "impossible", "weaker", "not_pregnant", "taken"]
DATES = frozenset({"hpht", "hpl", "weeks"})
YOUNGEST, OLDEST = 10, 60  # years of a mother, as in her NIK (domain.md section 5)
METHODS: Mapping[str, dating.Method] = {"lmp": "hpht", "ultrasound": "usg", "weeks": "weeks", "hpl": "hpl"}
DATED_BY: Mapping[str, str] = {"hpht": "lmp", "hpl": "hpl", "weeks": "weeks"}


@dataclass(frozen=True)
class Change:
    """What is to become of a field. ``value`` is text: ISO dates, +62..., a village's code, an hour.

    Of ``weeks`` it is the first day they stood for on the day they were told: tomorrow they would mean another one.
    ``told_by`` is whose word a dating is when it is not the speaker's own; ``weighed``: staff have looked at both
    datings and this one is right, however strong the other was.
    """

    field: Field
    value: str
    ultrasound: bool = False
    told_by: dating.Source | None = None
    weighed: bool = False

    @property
    def is_dating(self) -> bool:
        """Whether it moves the pregnancy."""
        return self.field in DATES

    @property
    def dated_by(self) -> str:
        """How the dating was found, as the record has it."""
        return "ultrasound" if self.ultrasound else DATED_BY[self.field]


@dataclass(frozen=True)
class Shown:
    """A change in words: what stands there, what would."""

    label: str
    old: str
    new: str


def judge(session: Session, speaker: Speaker, person: Person, change: Change, now: datetime) -> Verdict:
    """Whether it can be taken."""
    today = clock.today(now)
    if change.is_dating:
        return _judge_dating(session, speaker, person, change, today)
    if change.field == "phone" and _belongs_to_helper(session, change.value):
        return "taken"
    if change.field == "born_on" and not YOUNGEST <= age_on(date.fromisoformat(change.value), today) <= OLDEST:
        return "impossible"
    if change.field == "reminder_hour" and not _is_awake(session, int(change.value), today):
        return "impossible"
    return "same" if kept(person, change.field) == change.value else "ok"


def _belongs_to_helper(session: Session, phone: str) -> bool:
    """A number that makes its owner a helper cannot be a mother's as well."""
    for role in (Cadre, Staff, Driver):
        if session.scalar(select(role.id).where(role.phone_index == index("phone", phone)).limit(1)) is not None:
            return True
    return False


def _is_awake(session: Session, hour: int, today: date) -> bool:
    """Outside the quiet hours of the programme."""
    start, end = programme.value(session, "quiet_hours", today)
    return int(end[:2]) <= hour < int(start[:2])


def _judge_dating(session: Session, speaker: Speaker, person: Person, change: Change, today: date) -> Verdict:
    pregnancy = people.active_pregnancy(session, person)
    if pregnancy is None:
        return "not_pregnant"
    hpht, hpl = dates_of(change)
    if not dating.is_possible_first_day(hpht, today) or (
        change.field == "hpl" and not dating.is_possible_due_date(hpl, today)
    ):
        return "impossible"
    if (pregnancy.hpht, pregnancy.hpl) == (hpht, hpl):
        return "same"
    told = dating.Dating(hpht, _told_by(speaker, person, change), METHODS[change.dated_by], today)
    decided = change.weighed and voices.role_of(speaker, person) == "staff"
    return "ok" if decided or _holds(told, _dating_of(session, pregnancy)) else "weaker"


def dates_of(change: Change) -> tuple[date, date]:
    """HPHT and HPL that a told date or age stands for."""
    if change.field == "hpl":
        hpl = date.fromisoformat(change.value)
        return dating.first_day(hpl), hpl
    hpht = date.fromisoformat(change.value)
    return hpht, dating.due_date(hpht)


def _dating_of(session: Session, pregnancy: Pregnancy) -> dating.Dating | None:
    """What the record counts by; None when nobody knows where that came from: any word is better."""
    known = dating.reconcile(pregnancy.hpht, pregnancy.hpl)
    if known is None or pregnancy.dated_from is None:
        return None
    rows = select(func.max(RecordChange.at)).where(
        RecordChange.pregnancy_id == pregnancy.id, RecordChange.field.in_(("hpht", "hpl"))
    )
    on = clock.today(session.scalar(rows) or pregnancy.opened_at)
    return dating.Dating(known[0], _source(pregnancy.dated_from), METHODS[pregnancy.dated_by or "weeks"], on)


def _told_by(speaker: Speaker, person: Person, change: Change) -> dating.Source:
    return change.told_by or _source(voices.role_of(speaker, person))


def _source(role: str) -> dating.Source:
    return "staff" if role == "staff" else "cadre" if role == "cadre" else "mother"


def _holds(told: dating.Dating, kept: dating.Dating | None) -> bool:
    """By the rule; and who dated herself may put her own word right, but not by a rounder one."""
    if kept is None or dating.prefers(told, kept):
        return True
    return told.source == kept.source == "mother" and told.method != "weeks"


def shown(session: Session, person: Person, change: Change, now: datetime) -> Shown:
    """Old and new value side by side."""
    nothing = texts.phrase("own_nothing")
    label = texts.phrase(f"own_{'hpht' if change.field == 'weeks' else change.field}")
    if change.is_dating:
        old, new = _dates_shown(session, person, change)
        return Shown(label, format_date(old) if old else nothing, format_date(new))
    old_value = own_data.whereabouts(session, person) if change.field == "address" else kept(person, change.field)
    old_words = _in_words(session, change.field, old_value) if old_value and change.field != "address" else old_value
    return Shown(label, old_words or nothing, _in_words(session, change.field, change.value))


def _dates_shown(session: Session, person: Person, change: Change) -> tuple[date | None, date]:
    """The due date for a due date, else the first day."""
    pregnancy = people.active_pregnancy(session, person)
    hpht, hpl = dates_of(change)
    if change.field == "hpl":
        return (pregnancy.hpl if pregnancy else None), hpl
    return (pregnancy.hpht if pregnancy else None), hpht


def _in_words(session: Session, field: Field, value: str) -> str:
    if field == "phone":
        return own_data.local(value)
    if field == "born_on":
        return format_date(date.fromisoformat(value))
    if field == "address":
        return places.village_label(session, value) or value
    if field == "reminder_hour":
        return texts.say("update_hour", hour=value).text
    return value


def kept(person: Person, field: Field) -> str | None:
    """The value on record, as ``Change.value`` writes it."""
    value: Any = person.village_code or person.village_name if field == "address" else getattr(person, field)
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


def apply(session: Session, speaker: Speaker, person: Person, change: Change, now: datetime) -> None:
    """Keep it, note who changed what, and let every reminder follow. A number goes by ``phone_numbers``."""
    if change.is_dating:
        _date(session, speaker, person, change, now)
    else:
        old = kept(person, change.field)
        _put(session, person, change)
        note(session, speaker, person, change.field, old, change.value, now)
    noted(session, speaker, person, change.field, now)
    pregnancy = people.latest_pregnancy(session, person)
    if pregnancy is not None:
        plan.replan(session, pregnancy, now)
    session.flush()


def _put(session: Session, person: Person, change: Change) -> None:
    if change.field == "address":
        _move(session, person, change.value)
    elif change.field == "born_on":
        person.born_on, person.told_age = date.fromisoformat(change.value), None
    elif change.field == "reminder_hour":
        person.reminder_hour = int(change.value)
    else:
        setattr(person, change.field, change.value)


def _move(session: Session, person: Person, value: str) -> None:
    """To a village by its code, or to a place that Malang Raya does not have."""
    village = session.get(Village, value)
    person.village_code, person.village_name = (village.code, village.name) if village else (None, value)
    person.address = None  # RT, RW and landmark were those of the old house
    if village is not None:
        district = session.get_one(District, village.district_code)
        person.regency = session.get_one(Regency, district.regency_code).name


def _date(session: Session, speaker: Speaker, person: Person, change: Change, now: datetime) -> None:
    pregnancy = people.active_pregnancy(session, person)
    if pregnancy is None:
        return
    old = {"hpht": pregnancy.hpht, "hpl": pregnancy.hpl}
    pregnancy.hpht, pregnancy.hpl = dates_of(change)
    pregnancy.dated_by = change.dated_by
    pregnancy.dated_from = _told_by(speaker, person, change)
    for field, before in old.items():
        after = getattr(pregnancy, field)
        if before != after:
            note(session, speaker, person, field, before, after, now, pregnancy=pregnancy)


def note(
    session: Session, speaker: Speaker, person: Person, field: str, old: object, new: object, now: datetime, *,
    pregnancy: Pregnancy | None = None,
) -> None:  # fmt: skip
    """One changed field, old and new value sealed."""
    row = RecordChange(
        person_id=person.id,
        pregnancy_id=pregnancy.id if pregnancy else None,
        field=field,
        old=None if old is None else str(old),
        new=None if new is None else str(new),
        by=voices.role_of(speaker, person),
        contact_id=speaker.contact.id,
        method=pregnancy.dated_by if pregnancy else None,
        at=now,
    )
    session.add(row)


def noted(session: Session, speaker: Speaker, person: Person, field: str, now: datetime) -> None:
    """The audit row: who, when, on which channel, which field; never a value."""
    audit.note(
        session, now, "record_changed", contact_id=speaker.contact.id, subject=f"person:{person.id}", field=field,
        by=voices.role_of(speaker, person), channel=speaker.contact.channel,
    )  # fmt: skip


def pass_on(
    session: Session, speaker: Speaker, person: Person, change: Change, now: datetime, inbox_id: int | None
) -> None:  # fmt: skip
    """A dating that does not hold against the one on record: a midwife looks at both."""
    words = shown(session, person, change, now)
    talk = talks.open_handoff(session, speaker, "dating", now, inbox_id)
    said = texts.say("update_note", label=words.label, old=words.old, new=words.new, who=voices.label(person)).text
    talk.note = "\n".join(part for part in (talk.note, said) if part)
    audit.note(session, now, "dating_doubted", contact_id=speaker.contact.id, subject=f"person:{person.id}")
    session.flush()
