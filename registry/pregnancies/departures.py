"""A helper tells in her own words that a mother has moved away, cannot be found, or was entered by mistake.

Asked back once, then nothing more is sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from nlu.language.departure import read_departure
from nlu.language.names import read_person_names
from nlu.language.short_codes import find_codes, without_codes
from registry import access, texts, voices
from registry.acts import Act
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import named_mothers, people
from registry.persons.people import Speaker
from registry.pregnancies import losses

VERB = re.compile(
    r"(?i)\b(?:pindah|boyongan|ngalih|ternyata|jebule|tibae|salah|keliru|ter(?:daftar|catat|data)|hilang|ilang|menghilang"
    r"|dicari|digoleki|rumah\w*|omah\w*|gak?|gk|tidak|tdk|ndak|nggak|ora|ra)\b"
)
ASKED = {"moved": "moved_ask", "lost_to_follow_up": "lost_ask", "wrong_entry": "entry_ask"}


def spoken(session: Session, speaker: Speaker, said: str) -> tuple[str, int] | None:
    """ "Bu Rina pindah ke Surabaya": the verb and whom it is about, when it names one mother of her area."""
    told = read_departure(said) if speaker.role in ("cadre", "staff") else None
    if told is None:
        return None
    codes = find_codes(said)
    who = VERB.split(without_codes(said))[0].strip() or said  # else the verb is read as a second name: "bu Rina Pindah"
    names = tuple(span.name for span in read_person_names(who) if span.role == "person")
    names = names or named_mothers.called_in(session, speaker, who)
    if not codes and not names:
        return None
    found = named_mothers.find(session, speaker, code=codes[0] if codes else None, nik=None, names=names)
    return (ASKED[told], found[0].id) if len(found) == 1 else None


def _asking(name: str) -> Act:
    """The question back."""

    def ask(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        person = _hers(session, speaker, number)
        return () if person is None else (texts.say(name, mother=voices.label(person), id=person.id),)

    return Act(ask, "update_data")


def _closing(reason: losses.CloseReason, name: str) -> Act:
    """The yes to it."""

    def close(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        person = _hers(session, speaker, number)
        pregnancy = people.active_pregnancy(session, person) if person is not None else None
        if person is None or pregnancy is None or not losses.close(session, speaker, pregnancy, reason, now, inbox_id):
            return ()
        return (texts.say(name, mother=voices.label(person)),)

    return Act(close, "update_data")


def _no(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    return (texts.say("moved_not"),)


def _hers(session: Session, speaker: Speaker, number: int) -> Person | None:
    person = session.get(Person, number)
    helps = speaker.role in ("cadre", "staff")
    return person if person is not None and helps and access.may_look_after(session, speaker, person) else None


PRESSES: dict[str, Act] = {
    "moved_ask": _asking("moved_ask"),
    "moved_yes": _closing("moved", "moved_kept"),
    "lost_ask": _asking("lost_ask"),
    "lost_yes": _closing("lost_to_follow_up", "lost_kept"),
    "entry_ask": _asking("entry_ask"),
    "entry_yes": _closing("wrong_entry", "entry_kept"),
    "moved_no": Act(_no, "deny"),
}
