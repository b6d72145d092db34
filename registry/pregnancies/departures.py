"""A helper tells in her own words that a mother has moved away: asked back once, then nothing more is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from nlu.language.case_reply import read_case_reply
from nlu.language.names import read_person_names
from nlu.language.short_codes import find_codes, without_codes
from registry import access, texts, voices
from registry.acts import Act
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import named_mothers, people
from registry.persons.people import Speaker
from registry.pregnancies import losses

MOVED = re.compile(r"(?i)\b(?:pindah|boyongan|ngalih)")


def spoken(session: Session, speaker: Speaker, said: str) -> tuple[str, int] | None:
    """ "Bu Rina pindah ke Surabaya": the verb and whom it is about, when it names one mother of her area."""
    if speaker.role not in ("cadre", "staff") or read_case_reply(said) != "moved_away":
        return None
    codes = find_codes(said)
    who = MOVED.split(without_codes(said))[0]  # else the verb is read as a second name: "bu Rina Pindah"
    names = tuple(span.name for span in read_person_names(who) if span.role == "person")
    names = names or named_mothers.called_in(session, speaker, who)
    if not codes and not names:
        return None
    found = named_mothers.find(session, speaker, code=codes[0] if codes else None, nik=None, names=names)
    return ("moved_ask", found[0].id) if len(found) == 1 else None


def _ask(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _hers(session, speaker, number)
    return () if person is None else (texts.say("moved_ask", mother=voices.label(person), id=person.id),)


def _yes(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _hers(session, speaker, number)
    pregnancy = people.active_pregnancy(session, person) if person is not None else None
    if person is None or pregnancy is None or not losses.close(session, speaker, pregnancy, "moved", now, inbox_id):
        return ()
    return (texts.say("moved_kept", mother=voices.label(person)),)


def _no(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    return (texts.say("moved_not"),)


def _hers(session: Session, speaker: Speaker, number: int) -> Person | None:
    person = session.get(Person, number)
    helps = speaker.role in ("cadre", "staff")
    return person if person is not None and helps and access.may_look_after(session, speaker, person) else None


PRESSES: dict[str, Act] = {
    "moved_ask": Act(_ask, "update_data"),
    "moved_yes": Act(_yes, "update_data"),
    "moved_no": Act(_no, "deny"),
}
