"""Whom no message reaches: each way to be counted, the days that bound it, and one line for each mother."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.casework import worklists
from registry.models import Alert, Person, Pregnancy, Reminder
from registry.pregnancies import unreached
from tests import factories
from tests.conftest import NOW

DAY = timedelta(days=1)


def mother(session: Session, **values: Any) -> tuple[Person, Pregnancy]:
    """A pregnant mother of Sumberoto."""
    person = factories.person(session, **values)
    return person, factories.pregnancy(session, person)


def remind(session: Session, pregnancy: Pregnancy, due: datetime = NOW - 5 * DAY, **values: Any) -> Reminder:
    columns: dict[str, Any] = {
        "kind": "anc", "visit": "K4", "step": "after", "about": due.date(), "last_on": due.date(), "text": "x",
        "recipient": "mother", "key": f"{pregnancy.id}:{due}:{sorted(values)}", "due_at": due,
    }  # fmt: skip
    row = Reminder(pregnancy_id=pregnancy.id, **(columns | values))
    session.add(row)
    session.flush()
    return row


@pytest.mark.parametrize(("values", "is_counted"), [
    pytest.param({"status": "failed"}, True, id="failed"),
    pytest.param({"status": "failed", "due": NOW - 31 * DAY}, False, id="failed long ago"),
    pytest.param({"status": "planned"}, False, id="still planned"),
    pytest.param({"status": "sent", "sent_at": NOW - 3 * DAY}, True, id="question open for three days"),
    pytest.param({"status": "sent", "sent_at": NOW - 2 * DAY}, False, id="question open for two days"),
    pytest.param({"status": "sent", "sent_at": NOW - 4 * DAY, "step": "before"}, False, id="no question"),
    pytest.param({"status": "sent", "sent_at": NOW - 4 * DAY, "recipient": "cadre"}, False, id="question to a cadre"),
    pytest.param({"status": "sent", "sent_at": NOW - 4 * DAY, "answered": "not_done"}, False, id="answered"),
])  # fmt: skip
def test_reminder_that_came_to_nothing_counts(session: Session, values: dict[str, Any], is_counted: bool) -> None:
    person, pregnancy = mother(session)
    remind(session, pregnancy, **values)
    assert unreached.among(session, [person.id], NOW) == ({person.id} if is_counted else set())


@pytest.mark.parametrize(("values", "is_counted"), [
    ({"status": "dead"}, True), ({"delivery": "failed"}, True), ({"status": "sent"}, False),
])  # fmt: skip
def test_message_the_provider_gave_up_counts(session: Session, values: dict[str, Any], is_counted: bool) -> None:
    person, pregnancy = mother(session)
    message = factories.outbox_message(session, factories.contact(session, person.phone), "besok periksa")
    for name, value in values.items():
        setattr(message, name, value)
    remind(session, pregnancy, status="sent", step="before", sent_at=NOW - DAY, outbox_id=message.id)
    assert bool(unreached.among(session, [person.id], NOW)) is is_counted


@pytest.mark.parametrize(("about", "status", "is_counted"), [
    ("not_reached", "open", True), ("not_reached", "closed", False), ("K4", "open", False),
])  # fmt: skip
def test_helper_who_is_asked_to_look_counts(session: Session, about: str, status: str, is_counted: bool) -> None:
    person, _ = mother(session)
    session.add(Alert(kind="missed_visit", about=about, status=status, person_id=person.id, signs=[], at=NOW))
    session.flush()
    assert bool(unreached.among(session, [person.id], NOW)) is is_counted


def test_board_has_each_mother_once_the_longest_above_and_only_of_the_area(session: Session) -> None:
    speaker = factories.speaker_of(session, factories.staff(session).phone)
    for name, days in (("Rina", 2), ("Siti", 9)):
        _, pregnancy = mother(session, name=name)
        remind(session, pregnancy, NOW - days * DAY, status="failed")
        remind(session, pregnancy, NOW - (days + 1) * DAY, status="failed")
    for values in ({"village_code": factories.KETAWANG}, {"consent": "withdrawn"}, {"registered": False}):
        remind(session, mother(session, **values)[1], status="failed")
    over = mother(session)[1]
    over.status = "closed"
    remind(session, over, status="failed")
    found = worklists.board(session, speaker, NOW).unreached
    assert [(line.person.name, line.why, line.since) for line in found.lines] == [
        ("Siti", "failed", NOW - 9 * DAY), ("Rina", "failed", NOW - 2 * DAY),
    ]  # fmt: skip
    assert found.total == 2


def test_long_list_is_cut_off_and_counted(session: Session) -> None:
    speaker = factories.speaker_of(session, factories.staff(session).phone)
    for _ in range(worklists.SHOWN + 3):
        remind(session, mother(session)[1], status="failed")
    found = worklists.board(session, speaker, NOW).unreached
    assert (len(found.lines), found.total) == (worklists.SHOWN, worklists.SHOWN + 3)
