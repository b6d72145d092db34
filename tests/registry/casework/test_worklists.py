"""Work lists of an officer: whose they are, in what order, and that they cost the same for one and for many."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from registry.casework import talks, worklists
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Alert, OutboxMessage, Person, Reminder, Ride, Staff
from registry.persons.people import Speaker
from registry.reminding import plan
from tests import factories as make
from tests.conftest import NOW
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO


def speaker_of(session: Session, staff: Staff) -> Speaker:
    districts = frozenset(one.district_code for one in staff.districts)
    return Speaker(make.contact(session, staff.phone), "staff", staff=staff, districts=districts)


def alert(session: Session, mother: Person, kind: str = "danger_sign", minutes: int = 5, **values: object) -> Alert:
    row = Alert(
        kind=kind, person_id=mother.id, phone=mother.phone, signs=["bleeding"], village_code=mother.village_code,
        at=NOW - timedelta(minutes=minutes), **values,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def everything(session: Session, village: str) -> Person:
    """One of each kind of work in a village."""
    mother = make.person(session, village_code=village)
    alert(session, mother)
    alert(session, mother, "missed_visit", about="K4")
    contact = make.contact(session, mother.phone)
    talks.open_handoff(session, Speaker(contact, "mother", person=mother), "talk_to_human", NOW, None)
    session.add(
        Ride(person_id=mother.id, purpose="visit", at=NOW, village_code=village, status="requested", asked_at=NOW)
    )
    pregnancy = make.pregnancy(session, mother)
    plan.replan(session, pregnancy, NOW)
    row = session.scalars(
        select(Reminder).where(Reminder.pregnancy_id == pregnancy.id, Reminder.step == "before", Reminder.kind == "anc")
    ).first()
    assert row is not None
    row.about = NOW.date() + timedelta(days=2)
    messages.queue(session, contact, Draft("halo"), kind="reminder", priority=3, now=NOW, key=f"x{mother.id}")
    session.flush()
    session.execute(update(OutboxMessage).where(OutboxMessage.key == f"x{mother.id}").values(status="dead"))
    return mother


def totals(found: worklists.Board) -> tuple[int, ...]:
    return tuple(one.total for one in (found.alerts, found.rides, found.talks, found.missed, found.due, found.failed))


@pytest.mark.parametrize(
    ("district", "unit", "each"),
    [(DONOMULYO, "puskesmas", 1), (GONDANGLEGI, "puskesmas", 1), ("35.07.02", "puskesmas", 0), ("", "dinkes", 2)],
    ids=["donomulyo", "gondanglegi", "a district without work", "dinkes sees all"],
)
def test_board_holds_the_work_of_the_area(session: Session, district: str, unit: str, each: int) -> None:
    everything(session, SUMBEROTO)
    everything(session, KETAWANG)
    officer = make.staff(session, district, unit=unit)
    assert totals(worklists.board(session, speaker_of(session, officer), NOW)) == (each,) * 6


def queries_of(session: Session, speaker: Speaker) -> int:
    counted: list[str] = []
    session.flush()
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: counted.append(args[2]))
    session.expunge_all()
    worklists.board(session, speaker, NOW)
    return len(counted)


def test_board_costs_the_same_for_one_mother_and_for_ten(session: Session) -> None:
    speaker = speaker_of(session, make.staff(session))
    everything(session, SUMBEROTO)
    few = queries_of(session, speaker)
    for _ in range(9):
        everything(session, SUMBEROTO)
    assert queries_of(session, speaker) == few <= 12


def test_untaken_emergency_stands_before_older_and_softer_work(session: Session) -> None:
    mother = make.person(session)
    speaker = speaker_of(session, make.staff(session))
    soft = alert(session, mother, "high_risk", 600)
    taken = alert(session, mother, "labour", 50, taken_by=speaker.contact.phone, taken_at=NOW)
    fresh = alert(session, mother, "danger_sign", 1)
    lines = worklists.board(session, speaker, NOW).alerts.lines
    assert [line.alert.id for line in lines] == [fresh.id, taken.id, soft.id]
    assert [line.taker for line in lines] == [None, "Ana Lestari", None]


def test_complaint_is_no_work_of_the_puskesmas(session: Session) -> None:
    mother = make.person(session)
    talks.open_handoff(
        session, Speaker(make.contact(session, mother.phone), "mother", person=mother), "complain", NOW, None
    )
    assert worklists.talks(session, speaker_of(session, make.staff(session))).total == 0
    assert worklists.talks(session, speaker_of(session, make.staff(session, unit="dinkes"))).total == 1


def test_fingerprint_changes_when_something_happens(session: Session) -> None:
    speaker = speaker_of(session, make.staff(session))
    empty = worklists.fingerprint(session, speaker, NOW)
    mother = make.person(session)
    row = alert(session, mother)
    opened = worklists.fingerprint(session, speaker, NOW)
    row.taken_by, row.taken_at = mother.phone, NOW
    session.flush()
    assert len({empty, opened, worklists.fingerprint(session, speaker, NOW)}) == 3


def test_whoever_refused_is_not_among_the_coming_visits(session: Session) -> None:
    everything(session, SUMBEROTO).consent = "withdrawn"
    everything(session, SUMBEROTO).agreed = ["chat"]
    assert worklists.board(session, speaker_of(session, make.staff(session)), NOW).due.total == 0
