"""What an alert says to those who help: everything they must know in a few lines, nothing the mother is not told."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from registry import days, texts
from registry.clock import JAKARTA
from registry.emergencies import alert_words, concerns, shared_alarms
from registry.emergencies.alert_rows import taker
from registry.emergencies.concerns import Concern
from registry.messaging.messages import Draft
from registry.models import Alert, Contact, Person, Pregnancy, Ride
from registry.persons import rosters
from registry.places import village_label

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PRECISE = 5  # digits behind the point: about a metre


def concern_of(session: Session, row: Alert, now: datetime) -> Concern:
    """The mother an alert is about."""
    person = session.get(Person, row.person_id) if row.person_id else None
    return concerns.about(session, person, row.village_code, now)


def call(
    session: Session,
    row: Alert,
    concern: Concern,
    now: datetime,
    state: str = "new",
    signs: list[str] | None = None,
) -> Draft:
    """The alert itself; ``state`` says why it comes (again), ``signs`` which are new."""
    return calls(session, row, concern, now, state, signs)[False]


def calls(
    session: Session, row: Alert, concern: Concern, now: datetime, state: str = "new", signs: list[str] | None = None
) -> dict[bool, Draft]:
    """The alert for a cadre, and (True) for an officer, who also reads how it was told: a cadre is a neighbour."""
    values = {
        **facts(session, row, concern),
        "id": str(row.id),
        "signs": named_signs(row.signs if signs is None else signs),
        "state": texts.say(f"alert_state_{state}", since=since(row, now), taker=taker_name(session, row)).text,
        **_ride(session, row),
    }
    known, words = notes(session, row, concern), alert_words.shown(session, row)
    told = [texts.say("alert_note_words", words=words).text] if words else []
    return {
        of_officer: texts.say(f"alert_{row.kind}", **values, notes=_in_a_row([*told, *known] if of_officer else known))
        for of_officer in (False, True)
    }


def _in_a_row(parts: list[str]) -> str:
    return "; ".join(parts) or texts.phrase("alert_note_nothing")


def facts(session: Session, row: Alert, concern: Concern) -> dict[str, str]:
    """Who, where, how far, by whom."""
    unknown = texts.phrase("phrase_unknown")
    reporter = _reporter(session, row)
    return {
        "name": _name(session, row, concern.person) or texts.phrase("phrase_not_registered"),
        "village": village_label(session, concern.village_code) or texts.phrase("phrase_village_unknown"),
        "weeks": str(concern.weeks) if concern.weeks is not None else unknown,
        "phone": row.phone or texts.phrase("phrase_phone_unknown"),
        "sender": _sender(session, reporter, concern),
        "about": texts.phrase(f"alert_about_{row.about}", row.about or unknown),
    }


def _name(session: Session, row: Alert, person: Person | None) -> str | None:
    """Her name; of a phone that several mothers share all their names, until it is known which of them it is."""
    if person is not None:
        return person.name
    mothers = shared_alarms.mothers_of(session, _reporter(session, row))
    return shared_alarms.names_of(mothers) if mothers else None


def _reporter(session: Session, row: Alert) -> Contact | None:
    return session.get(Contact, row.contact_id) if row.contact_id else None


def label(session: Session, row: Alert) -> str:
    """Which alert is meant: "Siti Aminah, Sumberoto, Kec. Donomulyo"."""
    person = session.get(Person, row.person_id) if row.person_id else None
    name = _name(session, row, person) or texts.phrase("phrase_mother_unknown")
    return f"{name}, {village_label(session, row.village_code) or texts.phrase('phrase_village_unknown')}"


def named_signs(signs: list[str]) -> str:
    """The signs in words."""
    return ", ".join(texts.phrase(f"sign_{sign}", sign) for sign in signs) or "-"


def taker_name(session: Session, row: Alert) -> str:
    """Who has taken it, by name when the rosters have one, else by role."""
    one = taker(row)
    if one is None:
        return texts.phrase("alert_role_nobody")
    found = rosters.names_of(session, [one.phone_index])
    return f"{texts.phrase(f'alert_role_{one.role}')} {found.get(one.phone_index, '')}".strip()


def since(row: Alert, now: datetime) -> str:
    """How long it has been open."""
    waited = now - row.at
    if waited < HOUR:
        return texts.say("alert_since_minutes", count=int(waited / timedelta(minutes=1))).text
    if waited < 2 * DAY:
        return texts.say("alert_since_hours", count=int(waited / HOUR)).text
    return texts.say("alert_since_days", count=waited.days).text


def notes(session: Session, row: Alert, concern: Concern) -> list[str]:
    """What helps those who go: where her phone is, who is with her, risks that staff recorded, the birth plan."""
    parts = []
    if row.pin:
        parts.append(texts.say("alert_note_pin", pin=row.pin).text)
    if row.companion:
        parts.append(texts.say("alert_note_companion", companion=texts.phrase(f"alert_with_{row.companion}")).text)
    person = concern.person
    if person is not None and person.phone and person.phone != row.phone:
        parts.append(texts.say("alert_note_phone", phone=person.phone).text)
    others = [one.name for one in shared_alarms.mothers_of(session, _reporter(session, row)) if one is not person]
    if person is not None and any(others):
        parts.append(texts.say("alert_note_shared", names=", ".join(name for name in others if name)).text)
    if concern.pregnancy is not None:
        parts.extend(_of_pregnancy(session, concern))
    return parts


def _of_pregnancy(session: Session, concern: Concern) -> list[str]:
    pregnancy = concern.pregnancy
    if pregnancy is None:
        return []
    found = []
    if pregnancy.risks:
        risks = ", ".join(texts.phrase(f"risk_{risk}", risk) for risk in pregnancy.risks)
        found.append(texts.say("alert_note_risks", risks=risks).text)
    plan = _plan(session, pregnancy)
    if plan is not None:
        found.append(texts.say("alert_note_plan", plan=plan).text)
    return found


def _plan(session: Session, pregnancy: Pregnancy) -> str | None:
    from registry.transport import birth_plans

    return birth_plans.summary(session, pregnancy)


def _sender(session: Session, reporter: Contact | None, concern: Concern) -> str:
    if reporter is None:
        return texts.phrase("alert_sender_system")
    if concern.person is not None and concern.person.phone_index == reporter.phone_index:
        return texts.phrase("phrase_herself")
    found = rosters.names_of(session, [reporter.phone_index] if reporter.phone_index else [])
    return next(iter(found.values()), texts.phrase("phrase_herself"))


def _ride(session: Session, row: Alert) -> dict[str, str]:
    unknown = texts.phrase("phrase_unknown")
    kind, _, number = (row.about or "").partition(":")
    ride = session.get(Ride, int(number)) if kind == "ride" and number.isdecimal() else None
    if ride is None:
        return {"when": unknown, "destination": unknown, "pickup": unknown}
    return {
        "when": moment(ride.at),
        "destination": ride.destination or unknown,
        "pickup": ride.pickup or texts.phrase("phrase_ride_home"),
    }


def moment(at: datetime) -> str:
    """A moment as one says it: "Senin, 23 November jam 07.30"."""
    local = at.astimezone(JAKARTA)
    return texts.say("alert_moment", day=days.in_words(local.date()), hour=f"{local:%H.%M}").text


def pin_of(lat: object, lon: object) -> str | None:
    """A place as a phone sends it, when it is one on earth."""
    try:
        north, east = float(str(lat)), float(str(lon))
    except ValueError:
        return None
    if not (abs(north) <= 90 and abs(east) <= 180):
        return None
    return f"{round(north, PRECISE)},{round(east, PRECISE)}"
