"""The second person: told where and what, decides once; the first is told what was decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from command.templates import faults
from registry import clock, programme, texts
from registry.messaging import broadcast_approval, broadcast_sending, broadcasts
from registry.messaging.audiences import Audience
from registry.models import AuditEntry, Broadcast, OutboxMessage, Staff
from tests import factories
from tests.conftest import NIGHT, NOW
from tests.factories import DONOMULYO, GONDANGLEGI, SUMBEROTO

TODAY = clock.today(NOW)
WHY = "Tanggalnya keliru."


@pytest.fixture
def sender(session: Session) -> Staff:
    """A midwife of Donomulyo; everything needs a second person, and there are two mothers."""
    programme.decide(session, "broadcast_second_approval_from", 1, TODAY, "test")
    for _ in range(2):
        person = factories.person(session)
        factories.pregnancy(session, person)
        factories.reachable(session, person)
    made = factories.staff(session, facility="Puskesmas Donomulyo")
    factories.reachable(session, made)
    return made


def reachable(session: Session, *districts: str, **values: Any) -> Staff:
    made = factories.staff(session, *districts, **values)
    factories.reachable(session, made)
    return made


def waiting(session: Session, staff: Staff | None, text: str = "Posyandu besok jam 8.", **values: Any) -> Broadcast:
    phone = staff.phone if staff else broadcasts.SENDER
    audience = values.pop("audience", Audience(areas=(SUMBEROTO,)))
    now = values.pop("now", NOW)
    row, _ = broadcasts.prepare(session, staff, phone, audience, text, now, **values)
    assert broadcasts.confirm(session, row, now) == "waiting_approval"
    return row


def told(session: Session, template: str) -> dict[str, OutboxMessage]:
    """By telephone."""
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template))
    return {row.contact.phone or "": row for row in rows}


def test_all_who_may_approve_are_told_and_nobody_else(session: Session, sender: Staff) -> None:
    colleague, dinkes = reachable(session), reachable(session, unit="dinkes")
    for values in ({"active": False}, {"unit": "hospital"}, {"unit": "dinkes", "active": False}):
        reachable(session, **values)
    reachable(session, GONDANGLEGI)
    waiting(session, sender)
    assert set(told(session, "broadcast_approval")) == {colleague.phone, dinkes.phone}


def test_second_person_reads_who_what_how_many_and_where(session: Session, sender: Staff) -> None:
    colleague = reachable(session)
    row = waiting(session, sender)
    message = told(session, "broadcast_approval")[colleague.phone]
    for words in (
        f"Siaran nomor {row.id}", f"{sender.name}, Puskesmas Donomulyo", "ibu hamil, Sumberoto", "2 orang",
        "segera", "«Posyandu besok jam 8.»", "konsol, halaman Hari ini",
    ):  # fmt: skip
        assert words in message.text
    assert (message.extras or {})["buttons"] == [
        ["Setujui", f"/press:bc_approve:{row.id}"], ["Tolak", f"/press:bc_refuse:{row.id}"],
    ]  # fmt: skip


def test_nobody_is_woken_for_it(session: Session, sender: Staff) -> None:
    colleague = reachable(session)
    waiting(session, sender, now=NIGHT)
    assert told(session, "broadcast_approval")[colleague.phone].due_at.astimezone(clock.JAKARTA).hour >= 6


def test_longest_words_and_audience_fit_into_a_template(session: Session, sender: Staff) -> None:
    colleague = reachable(session)
    audience = Audience(
        areas=(SUMBEROTO,), trimester=3, due_weeks=9, unvisited="K4", only=("missed_visit", "high_risk"),
        jkn=("inactive", "arrears", "none", "unknown"), paths=("SELF_PAY", "UNASKED", "PROPOSE_PBI"),
    )  # fmt: skip
    row = Broadcast(
        by=sender.phone, staff_id=sender.id, audience=audience.as_json(), text="kata " * 140, status="draft",
        recipients=99999, due_at=NOW, at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    broadcast_approval.ask(session, row, NOW)
    message = told(session, "broadcast_approval")[colleague.phone]
    assert len(message.text) <= 1024
    assert "…" in message.text


@pytest.mark.parametrize("name", ["broadcast_approval", "broadcast_approved", "broadcast_refused"])
def test_what_is_pushed_can_be_a_template(name: str) -> None:
    assert faults(texts.sentences()[name]) == []


def test_repeated_one_that_has_grown_tells_them_too(session: Session, sender: Staff) -> None:
    programme.decide(session, "broadcast_second_approval_from", 3, TODAY, "test")
    colleague = reachable(session)
    row, _ = broadcasts.prepare(
        session, sender, sender.phone, Audience(areas=(SUMBEROTO,)), "x", NOW, due_at=NOW, repeat="daily"
    )
    assert broadcasts.confirm(session, row, NOW) == "done"
    person = factories.person(session)
    factories.pregnancy(session, person)
    factories.reachable(session, person)
    broadcast_sending.run(session, NOW + broadcast_sending.REPEATS["daily"])
    assert set(told(session, "broadcast_approval")) == {colleague.phone}


# ---------------------------------------------------------------- the answer


def approve(session: Session, row: Broadcast, officer: Staff) -> bool:
    return broadcasts.approve(session, row, officer, NOW)


def refuse(session: Session, row: Broadcast, officer: Staff) -> bool:
    return broadcasts.refuse(session, row, officer, WHY, NOW)


@pytest.mark.parametrize("decide", [approve, refuse])
def test_first_is_told_what_the_second_decided(session: Session, sender: Staff, decide: Callable[..., bool]) -> None:
    colleague = reachable(session, name="Dwi Retno")
    row = waiting(session, sender)
    assert decide(session, row, colleague)
    answered = told(session, "broadcast_approved" if decide is approve else "broadcast_refused")
    assert set(answered) == {sender.phone}
    assert f"Siaran nomor {row.id}" in answered[sender.phone].text
    assert "Dwi Retno" in answered[sender.phone].text
    assert (WHY in answered[sender.phone].text) == (decide is refuse)


def test_refused_one_is_over_and_says_why(session: Session, sender: Staff) -> None:
    colleague = reachable(session)
    row = waiting(session, sender)
    assert refuse(session, row, colleague)
    session.expire_all()
    assert (row.status, row.ended_for, row.refusal, row.refused_by) == ("stopped", "refused", WHY, colleague.id)
    assert row.approved_by is None
    assert not session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "broadcast")).all()
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "broadcast_refused")).one().detail == {
        "staff": colleague.id
    }


@pytest.mark.parametrize("first", [approve, refuse])
@pytest.mark.parametrize("second", [approve, refuse])
def test_it_is_decided_once(
    session: Session, sender: Staff, first: Callable[..., bool], second: Callable[..., bool]
) -> None:
    row = waiting(session, sender)
    assert first(session, row, reachable(session))
    assert not second(session, row, reachable(session, unit="dinkes"))
    assert len(told(session, "broadcast_approved") | told(session, "broadcast_refused")) == 1


@pytest.mark.parametrize("decide", [approve, refuse])
def test_nobody_decides_about_his_own_or_elsewhere(
    session: Session, sender: Staff, decide: Callable[..., bool]
) -> None:
    row = waiting(session, sender)
    assert not decide(session, row, sender)
    assert not decide(session, row, reachable(session, GONDANGLEGI))
    assert row.status == "waiting_approval"


@pytest.mark.parametrize("why", ["", "   ", "\n"], ids=["empty", "blank", "a line"])
def test_no_without_a_reason_is_none(session: Session, sender: Staff, why: str) -> None:
    row = waiting(session, sender)
    assert not broadcasts.refuse(session, row, reachable(session), why, NOW)
    assert row.status == "waiting_approval"


def test_reason_keeps_no_number_of_a_card_and_is_short(session: Session, sender: Staff) -> None:
    row = waiting(session, sender)
    nik = factories.make_nik()
    assert broadcasts.refuse(session, row, reachable(session), f"salah, ibu {nik} " + "x" * 400, NOW)
    assert row.refusal is not None
    assert nik not in row.refusal
    assert len(row.refusal) <= broadcast_approval.LONGEST_REASON


def test_one_of_the_machine_has_nobody_to_tell(session: Session, sender: Staff) -> None:
    dinkes = reachable(session, unit="dinkes")
    row = waiting(session, None, audience=Audience())
    assert "perintah kawal" in told(session, "broadcast_approval")[dinkes.phone].text
    assert approve(session, row, dinkes)
    assert told(session, "broadcast_approved") == {}


def test_those_that_wait_for_an_officer_are_listed(session: Session, sender: Staff) -> None:
    colleague, stranger = reachable(session), reachable(session, GONDANGLEGI)
    rows = [waiting(session, sender, text) for text in ("satu", "dua")]
    stopped = waiting(session, sender, "tiga")
    broadcasts.stop(session, stopped, NOW)

    def listed(staff: Staff) -> list[int]:
        speaker = factories.speaker_of(session, staff.phone)
        return [row.id for row in broadcast_approval.waiting_for(session, speaker)]

    assert listed(colleague) == [row.id for row in rows]
    assert listed(sender) == listed(stranger) == []
    assert broadcast_approval.fingerprint(session) == (2, rows[-1].id)


def test_nearest_are_named_first(session: Session, sender: Staff) -> None:
    dinkes, colleague = reachable(session, unit="dinkes"), reachable(session, DONOMULYO)
    row = waiting(session, sender)
    assert [one.id for one in broadcasts.approvers(session, row)] == [colleague.id, dinkes.id]
