"""She says which of the mothers on this phone she is, while an alarm from it waits for a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from registry import texts
from registry.acts import Act
from registry.emergencies import alerts, shared_alarms, triage
from registry.messaging.messages import Draft
from registry.persons import shared_phones
from registry.persons.people import Speaker

SPEAKS_FOR = "speaks_for"


def _chosen(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """As on any shared phone; and those who were called for a mother nobody could name hear who it is."""
    row = alerts.current_alert(session, speaker, now)
    said = shared_phones.PRESSES[SPEAKS_FOR].do(session, speaker, number, now, inbox_id)
    person = next((one for one in shared_alarms.mothers_of(session, speaker.contact) if one.id == number), None)
    if not said or person is None or row is None or row.person_id is not None:
        return said
    alerts.note_mother(session, speaker, row, person, now, inbox_id)
    name, place = shared_phones.first_name(person), triage.place_to_go(session, row, now)
    return (texts.say("alert_who_noted", name=name, place=place),)


PRESSES: dict[str, Act] = {**shared_phones.PRESSES, SPEAKS_FOR: Act(_chosen, "inform")}
