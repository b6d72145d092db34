"""What the bot keeps of a mother, in words she can read (UU PDP 27/2022 art. 32), and that she asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.dates import format_date
from nlu.language.gestation import format_weeks
from nlu.language.identifiers import mask_nik
from registry import access, clock, places, sealing, texts
from registry.messaging.messages import Draft
from registry.models import Cadre, Complaint, Consent, DataRequest, Person, Pregnancy, Staff, Visit
from registry.persons import consents, people
from registry.persons.people import Speaker
from registry.rules import dating

MOST_VISITS, MOST_COMPLAINTS = 12, 12


def note_request(session: Session, kind: Literal["show", "delete"], now: datetime) -> None:
    """She asked and it was done at once; the row says nothing about her, so it may outlive her data."""
    session.add(DataRequest(type=kind, status="done", at=now, done_at=now))
    session.flush()


def shown(session: Session, person: Person, now: datetime) -> Draft:
    """Everything there is, a line each; only for her own eyes, and even there never a whole NIK."""
    lines = [
        *_who(session, person), *_course(session, person, now), *_complaints(session, person),
        *_wishes(session, person),
    ]  # fmt: skip
    said = texts.say("own_data_shown", lines="\n".join(f"• {line}" for line in lines))
    if person.consent != "given" or "sharing" in consents.agreed(person):
        return said
    return replace(said, buttons=((texts.phrase("title_own_share"), f"/press:consent_share_yes:{person.id}"),))


def local(phone: str) -> str:
    """0812...: as she writes it."""
    return f"0{phone.removeprefix('+62')}" if phone.startswith("+62") else phone


def whereabouts(session: Session, person: Person) -> str | None:
    """Address, village and kecamatan as far as they are known."""
    village = places.village_label(session, person.village_code) or person.village_name
    return ", ".join(part for part in (person.address, village) if part) or None


def _line(name: str, value: object | None) -> Iterator[str]:
    """A label and its value; nothing when there is none."""
    if value:
        yield f"{texts.phrase(f'own_{name}')}: {value}"


def _who(session: Session, person: Person) -> Iterator[str]:
    yield from _line("name", person.name)
    yield from _line("nik", mask_nik(person.nik) if person.nik else texts.phrase("own_nothing"))
    yield from _line("born_on", format_date(person.born_on) if person.born_on else None)
    yield from _line("address", whereabouts(session, person))
    yield from _line("phone", local(person.phone) if person.phone else None)
    yield from _line("companion", person.companion)
    yield from _line("guardian", person.guardian)
    yield from _line("jkn", texts.phrase(f"own_jkn_{person.jkn_told}") if person.jkn_told else None)
    yield from _line("code", person.code)


def _course(session: Session, person: Person, now: datetime) -> Iterator[str]:
    pregnancy = people.latest_pregnancy(session, person)
    if pregnancy is None:
        return
    if pregnancy.status == "active":
        yield from _line("weeks", _weeks(pregnancy, now))
        yield from _line("hpht", format_date(pregnancy.hpht) if pregnancy.hpht else None)
        yield from _line("hpl", format_date(pregnancy.hpl) if pregnancy.hpl else None)
    yield from _line("gpa", pregnancy.gpa)
    rows = select(Visit).where(Visit.pregnancy_id == pregnancy.id).order_by(Visit.on, Visit.id).limit(MOST_VISITS)
    visits = ", ".join(f"{row.kind} {format_date(row.on)}".strip() for row in session.scalars(rows))
    yield from _line("visits", visits or texts.phrase("own_nothing"))


def _complaints(session: Session, person: Person) -> Iterator[str]:
    """Number, kind and how it stands; her words are in the chat."""
    rows = select(Complaint).where(Complaint.person_id == person.id).order_by(Complaint.id).limit(MOST_COMPLAINTS)
    told = [
        (row.number, texts.phrase(f"phrase_complaint_{row.category}"), texts.phrase(f"own_complaint_{row.status}"))
        for row in session.scalars(rows)
    ]
    yield from _line("complaints", ", ".join(f"{number} ({kind}, {state})" for number, kind, state in told))


def _weeks(pregnancy: Pregnancy, now: datetime) -> str | None:
    known = dating.reconcile(pregnancy.hpht, pregnancy.hpl)
    return format_weeks((clock.today(now) - known[0]).days) if known else None


def _wishes(session: Session, person: Person) -> Iterator[str]:
    yield from _line("consent", _consent(session, person))
    yield from _line("registered_by", _registered_by(session, person))
    on = person.messages == "on" and "reminders" in consents.agreed(person)
    hour = texts.say("own_hour", hour=person.reminder_hour).text if on and person.reminder_hour is not None else ""
    yield from _line("reminders", texts.phrase("own_on" if on else "own_off") + hour)
    yield from _line("shared_with", _shared_with(session, person))
    yield texts.phrase("own_chat")


def _consent(session: Session, person: Person) -> str:
    row = session.scalar(select(Consent).where(Consent.person_id == person.id).order_by(Consent.id.desc()).limit(1))
    state = texts.phrase(f"own_consent_{person.consent}")
    if row is not None:
        state = texts.say("own_consent_at", state=state, day=format_date(clock.today(row.at))).text
    purposes = ", ".join(texts.phrase(f"own_purpose_{name}") for name in consents.agreed(person))
    return f"{state} ({purposes})" if purposes else state


def _registered_by(session: Session, person: Person) -> str:
    if person.registered_by in (None, person.phone):
        return texts.phrase("own_registered_self")
    index = sealing.index("phone", person.registered_by or "")
    for role in (Cadre, Staff):
        name = session.scalar(select(role.name).where(role.phone_index == index))
        if name is not None:
            return name
    return texts.phrase("own_registered_helper")


def _shared_with(session: Session, person: Person) -> str:
    """Who may look: by name, so that she knows whom to ask."""
    if person.consent == "given" and "sharing" not in consents.agreed(person):
        return texts.phrase("own_nobody")
    names = [helper.name for helper in people.helpers_for(session, person.village_code) if helper.role != "dinkes"]
    return ", ".join([*names, texts.phrase("own_offices")])


def card_lines(session: Session, speaker: Speaker, person: Person, now: datetime) -> Draft | None:
    """The short card of a mother for who looks after her; None when she is not this speaker's business."""
    if not access.may_look_after(session, speaker, person):
        return None
    lines = [
        *_line("address", whereabouts(session, person)),
        *_line("phone", local(person.phone) if person.phone else texts.phrase("own_nothing")),
        *_course(session, person, now),
        *_line("consent", texts.phrase(f"own_consent_{person.consent}")),
    ]
    name = ", ".join(part for part in (person.name or texts.phrase("phrase_unknown"), person.code) if part)
    return texts.say("list_card", name=name, lines="\n".join(lines))
