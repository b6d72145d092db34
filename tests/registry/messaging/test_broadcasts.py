"""Messages to many: who gets them, who does not and why, in batches that can be held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, programme
from registry.messaging import broadcast_desk, broadcast_sending, broadcasts
from registry.messaging.audiences import Audience, Preview, preview
from registry.messaging.broadcast_desk import Progress
from registry.messaging.broadcasts import BroadcastError
from registry.models import Birth, Broadcast, Contact, OutboxMessage, Person, Pregnancy, Staff
from registry.persons import people
from tests import factories
from tests.conftest import NIGHT, NOW
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

TODAY = clock.today(NOW)
ALL = Audience()


def mother(
    session: Session, weeks: int = 20, *, status: str = "active", reachable: bool = True, **values: Any
) -> Person:
    person = factories.person(session, **values)
    hpht = TODAY - timedelta(weeks=weeks)
    factories.pregnancy(session, person, hpht=hpht, hpl=hpht + timedelta(days=280), status=status)
    if reachable:
        factories.reachable(session, person)
    return person


def officer(session: Session, *districts: str, **values: Any) -> Staff:
    return factories.staff(session, *(districts or (DONOMULYO,)), **values)


def seen(session: Session, staff: Staff | None = None, **audience: Any) -> Preview:
    session.flush()
    return preview(session, Audience(**audience), staff, NOW)


def started(
    session: Session, staff: Staff, text: str = "posyandu besok", audience: Audience = ALL, **values: Any
) -> Broadcast:
    session.flush()
    row, _ = broadcasts.prepare(session, staff, staff.phone, audience, text, NOW, **values)
    broadcasts.confirm(session, row, NOW)
    return row


def queued(session: Session) -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.kind == "broadcast", OutboxMessage.status == "queued")
    return list(session.scalars(rows))


LEFT_OUT: dict[str, tuple[dict[str, Any], str]] = {
    "said STOP": ({"messages": "stopped"}, "stopped"),
    "wants no announcements": ({"broadcasts": "stopped"}, "stopped"),
    "has refused": ({"consent": "refused"}, "no_consent"),
    "has not answered yet": ({"consent": "pending"}, "no_consent"),
    "lost her child": ({"status": "loss"}, "loss"),
    "miscarried": ({"status": "miscarriage"}, "loss"),
    "has no phone": ({"phone": None, "reachable": False}, "not_reached"),
}


@pytest.mark.parametrize(("values", "why"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_mother_is_left_out_who(session: Session, values: dict[str, Any], why: str) -> None:
    mother(session)
    mother(session, **values)
    found = seen(session)
    assert (len(found.contacts), found.excluded) == (1, {why: 1})


def test_who_blocked_us_is_not_reached(session: Session) -> None:
    mother(session)
    for contact in session.scalars(select(Contact)):
        contact.blocked = True
    assert seen(session).excluded == {"not_reached": 1}


def test_shared_phone_gets_it_once(session: Session) -> None:
    phone = factories.make_phone()
    mother(session, phone=phone)
    mother(session, phone=phone)
    assert len(seen(session).contacts) == 1


CHOSEN: dict[str, dict[str, Any]] = {
    "her village": {"areas": (SUMBEROTO,)},
    "her district": {"areas": (DONOMULYO,)},
    "her trimester": {"trimester": 2},
    "everybody": {},
}
NOT_CHOSEN: dict[str, dict[str, Any]] = {
    "another village": {"areas": (KETAWANG,)},
    "another trimester": {"trimester": 3},
    "not due soon": {"due_weeks": 4},
    "no open work item": {"only": ("missed_visit",)},
    "no risk on record": {"only": ("high_risk",)},
    "no card that is off": {"jkn": ("inactive",)},
}


@pytest.mark.parametrize("audience", CHOSEN.values(), ids=CHOSEN)
def test_mother_is_in_the_audience_of(session: Session, audience: dict[str, Any]) -> None:
    mother(session, weeks=20)
    assert len(seen(session, **audience).contacts) == 1


@pytest.mark.parametrize("audience", NOT_CHOSEN.values(), ids=NOT_CHOSEN)
def test_mother_is_not_in_the_audience_of(session: Session, audience: dict[str, Any]) -> None:
    mother(session, weeks=20)
    assert seen(session, **audience).contacts == ()


@pytest.mark.parametrize(("weeks", "trimester"), [(12, 1), (13, 2), (24, 2), (25, 3), (41, 3)])
def test_trimesters_begin_and_end_where_the_regulation_says(session: Session, weeks: int, trimester: int) -> None:
    mother(session, weeks=weeks)
    found = [number for number in (1, 2, 3) if seen(session, trimester=number).contacts]
    assert found == [trimester]


def test_puskesmas_reaches_its_own_districts_only(session: Session) -> None:
    mother(session)
    assert len(seen(session, officer(session, DONOMULYO)).contacts) == 1
    assert seen(session, officer(session, GONDANGLEGI)).contacts == ()
    assert len(seen(session, officer(session, unit="dinkes")).contacts) == 1


def test_cadres_of_an_area_are_an_audience(session: Session) -> None:
    cadre = factories.cadre(session, SUMBEROTO)
    factories.reachable(session, cadre)
    factories.cadre(session, SUMBEROTO, active=False)
    found = seen(session, who="cadres", areas=(SUMBEROTO,))
    assert (len(found.contacts), found.excluded) == (1, {})


@pytest.mark.parametrize(
    ("text", "why"), [("", "broadcast_empty"), ("  ", "broadcast_empty"), ("x" * 701, "broadcast_too_long")],
    ids=["empty", "blank", "too long"],
)  # fmt: skip
def test_text_that_cannot_be_sent_is_refused(session: Session, text: str, why: str) -> None:
    staff = officer(session)
    with pytest.raises(BroadcastError, match=why):
        broadcasts.prepare(session, staff, staff.phone, Audience(), text, NOW)


def test_small_broadcast_goes_at_once_and_is_done(session: Session) -> None:
    for _ in range(3):
        mother(session)
    row = started(session, officer(session))
    assert (row.status, row.recipients, len(queued(session))) == ("done", 3, 3)


def test_large_one_goes_in_batches_and_can_be_held_and_stopped(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast_sending, "BATCH", 2)
    for _ in range(7):
        mother(session)
    row = started(session, officer(session))
    assert (row.status, len(queued(session))) == ("running", 2)
    assert broadcast_sending.run(session, NOW) == 2
    assert broadcasts.pause(session, row, NOW)
    assert broadcast_sending.run(session, NOW) == 0
    assert broadcasts.resume(session, row, NOW)
    assert broadcast_sending.run(session, NOW) == 2
    assert broadcasts.stop(session, row, NOW)
    assert (row.status, broadcast_sending.run(session, NOW), queued(session)) == ("stopped", 0, [])


def test_nobody_gets_it_twice_whatever_is_run_again(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_sending, "BATCH", 2)
    for _ in range(5):
        mother(session)
    started(session, officer(session))
    for _ in range(10):
        broadcast_sending.run(session, NOW)
    rows = queued(session)
    assert len(rows) == len({row.contact_id for row in rows}) == 5


def test_who_says_stop_while_it_runs_is_left_out(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_sending, "BATCH", 1)
    mothers = [mother(session) for _ in range(3)]
    started(session, officer(session))
    mothers[2].messages = "stopped"
    session.flush()
    while broadcast_sending.run(session, NOW):
        pass
    assert len(queued(session)) == 2


@pytest.mark.parametrize(
    ("status", "born", "count"),
    [("delivered", 30, 2), ("loss", 30, 1), ("delivered", 43, 1)],
    ids=["nothing happened", "her baby died", "42 days went by"],
)
def test_after_a_birth_who_left_that_time_while_it_runs_is_left_out(
    session: Session, monkeypatch: pytest.MonkeyPatch, status: str, born: int, count: int
) -> None:
    monkeypatch.setattr(broadcast_sending, "BATCH", 1)
    children = []
    for _ in range(2):
        pregnancy = people.latest_pregnancy(session, mother(session, status="delivered"))
        assert pregnancy is not None
        children.append(Birth(pregnancy_id=pregnancy.id, on=clock.today(NOW) - timedelta(days=30), reported_at=NOW))
    session.add_all(children)
    started(session, officer(session), audience=Audience("after_birth"))
    children[1].on = clock.today(NOW) - timedelta(days=born)
    session.get_one(Pregnancy, children[1].pregnancy_id).status = status
    session.flush()
    while broadcast_sending.run(session, NOW):
        pass
    assert len(queued(session)) == count


def test_full_outbox_makes_it_wait(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_sending, "BATCH", 1)
    for _ in range(3):
        mother(session)
    started(session, officer(session))
    monkeypatch.setattr(broadcast_sending, "FULL", 1)
    assert broadcast_sending.run(session, NOW) == 0
    monkeypatch.setattr(broadcast_sending, "FULL", 10)
    assert broadcast_sending.run(session, NOW) == 1


def test_nothing_of_it_goes_out_at_night(session: Session) -> None:
    mother(session)
    staff = officer(session)
    session.flush()
    row, _ = broadcasts.prepare(session, staff, staff.phone, Audience(), "posyandu", NIGHT)
    broadcasts.confirm(session, row, NIGHT)
    assert all(message.due_at.astimezone(clock.JAKARTA).hour >= 6 for message in queued(session))


def test_large_one_waits_for_a_second_person(session: Session) -> None:
    programme.decide(session, "broadcast_second_approval_from", 2, TODAY, "test")
    for _ in range(2):
        mother(session)
    sender, colleague = officer(session), officer(session, facility="Puskesmas Donomulyo")
    sender.facility = colleague.facility
    stranger = officer(session, GONDANGLEGI, facility="Puskesmas Gondanglegi")
    row = started(session, sender)
    assert (row.status, queued(session)) == ("waiting_approval", [])
    assert not broadcasts.approve(session, row, sender, NOW)
    assert not broadcasts.approve(session, row, stranger, NOW)
    assert broadcasts.approve(session, row, colleague, NOW)
    assert (row.status, len(queued(session))) == ("done", 2)


def test_scheduled_one_waits_for_its_time_and_repeats(session: Session) -> None:
    mother(session)
    later = NOW + timedelta(days=2)
    row = started(session, officer(session), due_at=later, repeat="weekly")
    assert (row.status, queued(session), broadcast_sending.next_at(session, NOW)) == ("scheduled", [], later)
    broadcast_sending.run(session, later)
    assert (row.status, len(queued(session))) == ("done", 1)
    assert broadcast_sending.next_at(session, later) == later + timedelta(days=7)


def test_results_tell_what_became_of_the_messages(session: Session) -> None:
    for _ in range(3):
        mother(session)
    row = started(session, officer(session))
    first, second, _ = queued(session)
    first.status, first.delivery = "sent", "read"
    second.status, second.delivery = "dead", "failed"
    session.flush()
    assert broadcast_desk.progress(session, row) == Progress(queued=1, sent=1, delivered=1, read=1, failed=1)


def test_text_of_an_officer_cannot_fill_holes(session: Session) -> None:
    mother(session)
    started(session, officer(session), text="{name} %s {0}")
    assert "{name} %s {0}" in queued(session)[0].text
