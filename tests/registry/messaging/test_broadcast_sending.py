"""How a broadcast goes out: within the day's limit, by somebody who serves there, and held at any moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry import clock, programme
from registry.db import Database
from registry.messaging import (
    broadcast_desk,
    broadcast_sending,
    broadcasts,
    message_templates,
    outbox,
    senders,
)
from registry.messaging.audiences import Audience
from registry.models import Broadcast, BroadcastRecipient, Contact, OutboxMessage, Staff, StaffDistrict
from tests import factories
from tests.conftest import NIGHT, NOW, rolled_back
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

TODAY = clock.today(NOW)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def mothers(session: Session, count: int, wrote: datetime | None = NOW, village: str = SUMBEROTO) -> list[Contact]:
    found = []
    for _ in range(count):
        person = factories.person(session, village_code=village)
        factories.pregnancy(session, person)
        found.append(factories.contact(session, person.phone, last_wrote_at=wrote))
    return found


def started(
    session: Session, staff: Staff, now: datetime = NOW, text: str = "posyandu besok", **more: Any
) -> Broadcast:
    session.flush()
    audience = more.pop("audience", Audience())
    row, _ = broadcasts.prepare(session, staff, staff.phone, audience, text, now, **more)
    broadcasts.confirm(session, row, now)
    return row


def queued(session: Session, kind: str = "broadcast") -> list[OutboxMessage]:
    session.expire_all()
    rows = select(OutboxMessage).where(OutboxMessage.kind == kind, OutboxMessage.status == "queued")
    return list(session.scalars(rows))


def send_all(session: Session, now: datetime) -> int:
    """The worker of the outbox; returns how many went by template."""
    templates = 0
    for row in queued(session):
        closed = row.contact.last_wrote_at is None or row.contact.last_wrote_at <= now - DAY
        row.status, row.delivery, row.sent_at, row.used_template = "sent", "sent", now, closed
        templates += closed
    session.flush()
    return templates


def run_until(session: Session, now: datetime, until: datetime) -> dict[datetime, int]:
    """The clock from moment to moment; how many templates went out when."""
    found: dict[datetime, int] = {}
    for _ in range(500):
        while broadcast_sending.run(session, now):
            pass
        found[now] = send_all(session, now)
        following = broadcast_sending.next_at(session, now)
        if following is None or following > until:
            break
        assert following > now
        now = following
    return {at: count for at, count in found.items() if count}


# ---------------------------------------------------------------- the day's limit


def test_no_more_than_a_day_allows_goes_out_in_a_day(session: Session) -> None:
    senders.set_limit(session, "whatsapp", 5)
    mothers(session, 11, None)
    row = started(session, factories.staff(session))
    assert (row.status, len(queued(session))) == ("running", 4)
    sent = run_until(session, NOW, NOW + 4 * DAY)
    assert sum(sent.values()) == 11
    assert row.status == "done"
    for at in sent:
        assert sum(count for other, count in sent.items() if at <= other < at + DAY) <= 4


def test_who_can_be_written_to_freely_does_not_wait_for_the_limit(session: Session) -> None:
    senders.set_limit(session, "whatsapp", 1)
    mothers(session, 3, None)
    free = mothers(session, 3)
    row = started(session, factories.staff(session))
    assert {one.contact_id for one in queued(session)} == {contact.id for contact in free} | {
        one.contact_id for one in queued(session) if one.contact_id not in {contact.id for contact in free}
    }
    assert len(queued(session)) == 4
    assert row.status == "running"


def test_one_that_waits_for_the_limit_does_not_hold_up_another(session: Session) -> None:
    senders.set_limit(session, "whatsapp", 1)
    mothers(session, 3, None)
    staff = factories.staff(session, DONOMULYO, GONDANGLEGI)
    started(session, staff, audience=Audience(areas=(SUMBEROTO,)))
    mothers(session, 2, NOW, KETAWANG)
    second = started(session, staff, text="lain", audience=Audience(areas=(KETAWANG,)))
    while broadcast_sending.run(session, NOW):
        pass
    assert second.status == "done"


def test_clock_need_not_look_while_the_limit_is_used_up(session: Session) -> None:
    senders.set_limit(session, "whatsapp", 5)
    mothers(session, 6, None)
    started(session, factories.staff(session))
    send_all(session, NOW)
    assert broadcast_sending.run(session, NOW) == 0
    assert broadcast_sending.next_at(session, NOW) == NOW + DAY + HOUR


def test_template_that_is_paused_meanwhile_leaves_out_who_needs_it(session: Session) -> None:
    senders.set_limit(session, "whatsapp", 5)
    mothers(session, 6, None)
    row = started(session, factories.staff(session))
    message_templates.keep(session, "broadcast_notice", NOW, status="PAUSED")
    while broadcast_sending.run(session, NOW):
        pass
    assert row.status == "done"
    assert broadcast_desk.progress(session, row).left_out == 2


# ---------------------------------------------------------------- who may


LOST: dict[str, tuple[Callable[[Session, Staff], Any], str]] = {
    "serves no more": (lambda _, staff: setattr(staff, "active", False), "sender_gone"),
    "serves elsewhere": (
        lambda _, staff: setattr(staff, "districts", [StaffDistrict(district_code=GONDANGLEGI)]), "area_lost",
    ),
    "serves nowhere": (lambda _, staff: setattr(staff, "districts", []), "area_lost"),
    "is at a hospital now": (lambda _, staff: setattr(staff, "unit", "hospital"), "area_lost"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "why"), LOST.values(), ids=LOST)
def test_repeating_one_ends_when_its_writer(session: Session, change: Callable[..., Any], why: str) -> None:
    mothers(session, 2)
    sender, colleague = factories.staff(session), factories.staff(session)
    dinkes, stranger = factories.staff(session, unit="dinkes"), factories.staff(session, GONDANGLEGI)
    factories.reachable(session, sender, colleague, dinkes, stranger)
    started(session, sender, repeat="weekly", audience=Audience(areas=(SUMBEROTO,)))
    assert len(queued(session)) == 2
    change(session, sender)
    session.flush()
    later = NOW + timedelta(days=7)
    assert broadcast_sending.run(session, later) == 1
    again = session.scalars(select(Broadcast).order_by(Broadcast.id.desc())).first()
    assert again is not None
    assert (again.status, again.ended_for, len(queued(session))) == ("stopped", why, 2)
    told = {row.contact.phone for row in queued(session, "staff")}
    assert told == {colleague.phone, dinkes.phone}
    assert broadcast_sending.next_at(session, later) is None


def test_writer_whose_record_is_gone_does_not_write_to_the_whole_kabupaten(session: Session) -> None:
    mothers(session, 1, NOW, KETAWANG)
    staff = factories.staff(session)
    mothers(session, 1)
    started(session, staff, due_at=NOW + HOUR)
    session.execute(update(Broadcast).values(staff_id=None))
    session.expire_all()
    broadcast_sending.run(session, NOW + HOUR)
    assert queued(session) == []


def test_all_my_area_stays_what_it_was_when_she_said_it(session: Session) -> None:
    staff = factories.staff(session, DONOMULYO)
    mothers(session, 1)
    row = started(session, staff, due_at=NOW + HOUR)
    assert row.audience["areas"] == [DONOMULYO]


APPROVERS: dict[str, tuple[dict[str, Any], tuple[str, ...], bool]] = {
    "a colleague of the area": ({"facility": None}, (DONOMULYO,), True),
    "somebody of a larger area": ({}, (DONOMULYO, GONDANGLEGI), True),
    "Dinkes": ({"unit": "dinkes"}, (), True),
    "somebody of another area": ({}, (GONDANGLEGI,), False),
    "somebody of no area": ({"facility": None}, (), False),
    "a former colleague": ({"active": False}, (DONOMULYO,), False),
    "a former officer of Dinkes": ({"unit": "dinkes", "active": False}, (), False),
    "a hospital": ({"unit": "hospital"}, (), False),
}


@pytest.mark.parametrize(("values", "districts", "may"), APPROVERS.values(), ids=APPROVERS)
def test_large_one_may_be_approved_by(
    session: Session, values: dict[str, Any], districts: tuple[str, ...], may: bool
) -> None:
    programme.decide(session, "broadcast_second_approval_from", 1, TODAY, "test")
    mothers(session, 1)
    row = started(session, factories.staff(session, facility=None))
    other = factories.staff(session, **values)
    other.districts = [StaffDistrict(district_code=code) for code in districts]
    session.flush()
    assert broadcasts.may_approve(row, other) is may
    assert broadcasts.approve(session, row, other, NOW) is may
    assert len(queued(session)) == may


def test_half_of_the_audience_is_not_enough_to_approve(session: Session) -> None:
    programme.decide(session, "broadcast_second_approval_from", 1, TODAY, "test")
    mothers(session, 1)
    sender = factories.staff(session, DONOMULYO, GONDANGLEGI)
    row = started(session, sender, audience=Audience(areas=(SUMBEROTO, KETAWANG)))
    assert not broadcasts.may_approve(row, factories.staff(session, DONOMULYO))
    assert broadcasts.may_approve(row, factories.staff(session, GONDANGLEGI, DONOMULYO))


def test_one_of_the_command_line_to_all_is_approved_by_dinkes_alone(session: Session) -> None:
    programme.decide(session, "broadcast_second_approval_from", 1, TODAY, "test")
    mothers(session, 1)
    row, _ = broadcasts.prepare(session, None, broadcasts.SENDER, Audience(), "x", NOW)
    assert broadcasts.confirm(session, row, NOW) == "waiting_approval"
    assert not broadcasts.approve(session, row, factories.staff(session, facility=None), NOW)
    assert broadcasts.approve(session, row, factories.staff(session, unit="dinkes"), NOW)


def test_repeated_one_that_has_grown_large_waits_for_approval(session: Session) -> None:
    programme.decide(session, "broadcast_second_approval_from", 3, TODAY, "test")
    mothers(session, 2)
    started(session, factories.staff(session), repeat="daily")
    mothers(session, 1)
    broadcast_sending.run(session, NOW + DAY)
    rows = session.scalars(select(Broadcast).order_by(Broadcast.id)).all()
    assert [row.status for row in rows] == ["done", "waiting_approval"]


# ---------------------------------------------------------------- held and stopped


def test_what_waits_for_the_morning_can_be_held_changed_and_let_go(session: Session) -> None:
    mothers(session, 3, NIGHT)
    row = started(session, factories.staff(session), NIGHT)
    assert (row.status, len(queued(session))) == ("done", 3)
    assert broadcasts.pause(session, row, NIGHT)
    assert (row.status, queued(session)) == ("paused", [])
    assert broadcast_desk.progress(session, row).undecided == 3
    assert broadcasts.resume(session, row, NIGHT)
    broadcast_sending.run(session, NIGHT)
    assert (row.status, len(queued(session))) == ("done", 3)
    assert broadcasts.stop(session, row, NIGHT)
    assert (row.status, queued(session)) == ("stopped", [])
    assert broadcast_desk.progress(session, row).cancelled == 3


def test_held_repeating_one_is_planned_once(session: Session) -> None:
    mothers(session, 1, NIGHT)
    row = started(session, factories.staff(session), NIGHT, repeat="daily")
    for _ in range(3):
        assert broadcasts.pause(session, row, NIGHT)
        assert broadcasts.resume(session, row, NIGHT)
        broadcast_sending.run(session, NIGHT)
    assert len(session.scalars(select(Broadcast)).all()) == 2


def test_what_has_gone_out_cannot_be_held_or_stopped(session: Session) -> None:
    mothers(session, 1)
    row = started(session, factories.staff(session))
    send_all(session, NOW)
    assert not broadcasts.pause(session, row, NOW)
    assert not broadcasts.stop(session, row, NOW)


def test_what_may_be_on_its_way_is_not_taken_back(session: Session) -> None:
    mothers(session, 2)
    row = started(session, factories.staff(session))
    queued(session)[0].doubts = 1
    session.flush()
    broadcasts.pause(session, row, NOW)
    assert len(queued(session)) == 1
    broadcasts.resume(session, row, NOW)
    broadcast_sending.run(session, NOW)
    assert len({one.contact_id for one in queued(session)}) == len(queued(session)) == 2


def test_service_that_slept_for_weeks_sends_a_daily_one_once(session: Session) -> None:
    mothers(session, 1, NOW + timedelta(days=20))
    started(session, factories.staff(session), due_at=NOW + HOUR, repeat="daily")
    late = NOW + timedelta(days=20)
    while broadcast_sending.run(session, late):
        pass
    assert len(queued(session)) == 1
    following = broadcast_sending.next_at(session, late)
    assert following is not None
    assert late < following <= late + DAY


def test_two_with_the_same_words_reach_nobody_twice(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_sending, "BATCH", 1)
    mothers(session, 3)
    staff = factories.staff(session)
    rows = [started(session, staff, due_at=NOW + HOUR) for _ in range(2)]
    while broadcast_sending.run(session, NOW + HOUR):
        pass
    assert len(queued(session)) == 3
    assert [row.status for row in rows] == ["done", "done"]


def test_full_outbox_makes_even_the_first_batch_wait(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast_sending, "FULL", 0)
    mothers(session, 1)
    row = started(session, factories.staff(session))
    assert (row.status, queued(session)) == ("running", [])
    monkeypatch.setattr(broadcast_sending, "FULL", 10)
    assert broadcast_sending.next_at(session, NOW) == NOW + broadcast_sending.LOOK
    broadcast_sending.run(session, NOW)
    assert (row.status, len(queued(session))) == ("done", 1)


ACTS = ("pause", "resume", "stop", "run", "send", "night", "again")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), max_size=14), people=st.integers(0, 5), batch=st.integers(1, 3))
def test_whatever_is_pressed_nobody_gets_it_twice_and_nobody_is_lost(
    shared_database: Database, acts: list[str], people: int, batch: int
) -> None:
    with rolled_back(shared_database) as session, pytest.MonkeyPatch.context() as patch:
        patch.setattr(broadcast_sending, "BATCH", batch)
        mothers(session, people)
        row, now = started(session, factories.staff(session)), NOW
        for act in acts:
            if act in ("pause", "resume", "stop"):
                getattr(broadcasts, act)(session, row, now)
            elif act == "run":
                broadcast_sending.run(session, now)
            elif act == "send":
                for one in outbox.claim_outbox(session, now):
                    outbox.mark_sent(session, one, ["x"], now)
            else:
                now += timedelta(hours=14 if act == "night" else 10)
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "broadcast")).all()
        reached = [one.contact_id for one in rows if one.status != "cancelled"]
        assert len(reached) == len(set(reached)) <= people
        found = broadcast_desk.progress(session, row)
        listed = len(session.scalars(select(BroadcastRecipient.id)).all())
        assert listed == found.undecided + found.left_out + found.queued + found.sent + found.failed + found.cancelled
        if row.status == "done":
            assert found.undecided == 0
