"""Check-ups as rows: kept once, verified by staff, corrected only when that was confirmed; the plan follows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import presses
from registry.models import Alert, AuditEntry, Birth, Pregnancy, RecordChange, Reminder, Visit
from registry.persons.people import Speaker
from registry.pregnancies import schedule, visits
from registry.presses import Press
from registry.reminding import plan
from tests import factories
from tests.conftest import NOW

TODAY = NOW.date()
LONG_AGO = NOW - timedelta(days=100)


@pytest.fixture
def pregnancy(session: Session) -> Pregnancy:
    """27 weeks, planned."""
    mother = factories.person(session, name="Rina Wati", code="M-4F7Q")
    found = factories.pregnancy(session, mother, opened_at=LONG_AGO)
    plan.replan(session, found, NOW)
    return found


def mother_of(session: Session, pregnancy: Pregnancy) -> Speaker:
    person = schedule.person_of(session, pregnancy)
    assert person.phone is not None
    return factories.speaker_of(session, person.phone)


def midwife(session: Session) -> Speaker:
    return factories.speaker_of(session, factories.staff(session).phone)


def rows(session: Session, pregnancy: Pregnancy, status: str) -> list[tuple[str, str]]:
    found = session.scalars(select(Reminder).where(Reminder.pregnancy_id == pregnancy.id, Reminder.kind == "anc"))
    return sorted((row.visit, row.step) for row in found if row.status == status)


def test_a_report_is_kept_and_the_plan_moves(session: Session, pregnancy: Pregnancy) -> None:
    assert ("K4", "before") in rows(session, pregnancy, "planned")
    her = mother_of(session, pregnancy)
    noted = visits.note(session, her, pregnancy, "K4", TODAY, NOW, place="pkm")
    row = session.scalars(select(Visit)).one()
    assert noted.outcome == "noted"
    assert (row.kind, row.on, row.status, row.reporter) == ("K4", TODAY, "reported", her.contact.phone)
    assert {visit for visit, _ in rows(session, pregnancy, "planned")} == {"K5", "K6"}


def test_a_midwife_verifies_at_once(session: Session, pregnancy: Pregnancy) -> None:
    assert visits.note(session, midwife(session), pregnancy, "K4", TODAY, NOW).outcome == "verified"
    assert session.scalars(select(Visit.status)).one() == "verified"


def test_the_same_report_again_changes_nothing(session: Session, pregnancy: Pregnancy) -> None:
    her = mother_of(session, pregnancy)
    visits.note(session, her, pregnancy, "K4", TODAY, NOW)
    before = session.query(AuditEntry).count()
    assert visits.note(session, her, pregnancy, "K4", TODAY, NOW).outcome == "same"
    assert session.query(AuditEntry).count() == before
    assert len(session.scalars(select(Visit)).all()) == 1


def test_a_midwife_makes_a_reported_visit_verified(session: Session, pregnancy: Pregnancy) -> None:
    visits.note(session, mother_of(session, pregnancy), pregnancy, "K4", TODAY, NOW)
    assert visits.note(session, midwife(session), pregnancy, "K4", TODAY, NOW).outcome == "verified"
    assert session.scalars(select(Visit)).one().verified_at == NOW


def test_another_day_is_taken_only_when_confirmed(session: Session, pregnancy: Pregnancy) -> None:
    her, yesterday = mother_of(session, pregnancy), TODAY - timedelta(days=1)
    visits.note(session, her, pregnancy, "K4", TODAY, NOW)
    asked = visits.note(session, her, pregnancy, "K4", yesterday, NOW)
    assert (asked.outcome, asked.on) == ("differs", TODAY)
    assert visits.note(session, her, pregnancy, "K4", yesterday, NOW, correct=True).outcome == "corrected"
    change = session.scalars(select(RecordChange)).one()
    assert (change.field, change.old, change.new, change.by) == ("visit_K4", "2026-11-21", "2026-11-20", "mother")


def test_what_a_midwife_verified_only_staff_may_correct(session: Session, pregnancy: Pregnancy) -> None:
    officer, other = midwife(session), TODAY - timedelta(days=3)
    visits.note(session, officer, pregnancy, "K4", TODAY, NOW)
    kept = visits.note(session, mother_of(session, pregnancy), pregnancy, "K4", other, NOW, correct=True)
    assert (kept.outcome, kept.on) == ("kept", TODAY)
    assert visits.note(session, officer, pregnancy, "K4", other, NOW, correct=True).outcome == "corrected"


def test_visits_may_be_told_in_any_order(session: Session, pregnancy: Pregnancy) -> None:
    her = mother_of(session, pregnancy)
    for kind, days in (("K4", 1), ("K2", 60), ("K3", 30)):
        visits.note(session, her, pregnancy, kind, TODAY - timedelta(days=days), NOW)
    assert set(session.scalars(select(Visit.kind))) == {"K2", "K3", "K4"}


def test_nobody_need_look_for_her_any_more(session: Session, pregnancy: Pregnancy) -> None:
    alert = Alert(kind="missed_visit", about="K4", person_id=pregnancy.person_id, signs=[], at=NOW, next_step_at=NOW)
    session.add(alert)
    session.flush()
    visits.note(session, mother_of(session, pregnancy), pregnancy, "K4", TODAY, NOW)
    assert (alert.status, alert.outcome, alert.next_step_at) == ("closed", "visited", None)


# ---------------------------------------------------------------- buttons under a reminder


def sent(session: Session, pregnancy: Pregnancy, visit: str, about: date, **values: object) -> Reminder:
    """A reminder that went out this morning."""
    columns: dict[str, object] = {
        "kind": "anc", "step": "before", "last_on": about, "text": "reminder_anc_before", "recipient": "mother",
        "key": f"{visit}:{about}", "due_at": NOW, "status": "sent", "sent_at": NOW,
    }  # fmt: skip
    row = Reminder(pregnancy_id=pregnancy.id, visit=visit, about=about, **(columns | values))
    session.add(row)
    session.flush()
    return row


def press(session: Session, speaker: Speaker, verb: str, number: int) -> str:
    return presses.act(session, speaker, Press(verb, number), NOW, None)[0].text


@pytest.mark.parametrize(("ahead", "expected"), [(-2, -2), (0, 0), (3, 0)], ids=["past", "today", "still to come"])
def test_done_means_the_planned_day_or_today(session: Session, pregnancy: Pregnancy, ahead: int, expected: int) -> None:
    reminder = sent(session, pregnancy, "K4", TODAY + timedelta(days=ahead))
    assert "periksa ke-4" in press(session, mother_of(session, pregnancy), "visit_done", reminder.id)
    assert session.scalars(select(Visit)).one().on == TODAY + timedelta(days=expected)
    assert reminder.answered == "done"


def test_done_for_both_of_one_message(session: Session) -> None:
    mother = factories.person(session)
    pregnancy = factories.pregnancy(session, mother, status="delivered", opened_at=LONG_AGO)
    session.add(Birth(pregnancy_id=pregnancy.id, on=TODAY - timedelta(days=1), reported_at=NOW))
    contact = factories.contact(session, mother.phone)
    message = factories.outbox_message(session, contact)
    values = {"kind": "postnatal", "step": "once", "outbox_id": message.id}
    first = sent(session, pregnancy, "KF1", TODAY, **values)
    sent(session, pregnancy, "KN1", TODAY, **values)
    press(session, mother_of(session, pregnancy), "visit_done", first.id)
    assert set(session.scalars(select(Visit.kind))) == {"KF1", "KN1"}


def test_not_done_offers_another_day_and_a_ride(session: Session, pregnancy: Pregnancy) -> None:
    reminder = sent(session, pregnancy, "K4", TODAY)
    drafts = presses.act(session, mother_of(session, pregnancy), Press("visit_not_done", reminder.id), NOW, None)
    payloads = {payload for _, payload in drafts[0].buttons}
    assert payloads == {f"/reschedule_visit:{reminder.id}", f"/request_transport:{reminder.id}"}
    assert reminder.answered == "not_done"


@pytest.mark.parametrize(
    ("words", "taken_back"),
    [
        pytest.param("eh belum periksa bu, salah pencet", True, id="pressed by mistake"),
        pytest.param("jane durung bu", True, id="in fact not"),
        pytest.param("maaf saya belum bisa bayar", False, id="of money"),
        pytest.param("salah, belum ta?", False, id="a question"),
    ],
)
def test_a_visit_told_by_mistake_is_open_again(
    session: Session, pregnancy: Pregnancy, words: str, taken_back: bool
) -> None:  # fmt: skip
    her = mother_of(session, pregnancy)
    reminder = sent(session, pregnancy, "K4", TODAY)
    press(session, her, "visit_done", reminder.id)
    found = presses.spoken(session, her, words, NOW + timedelta(hours=1))

    assert (found is not None and found.verb == "visit_undo") == taken_back
    if found is not None:
        assert "saya hapus" in presses.act(session, her, found, NOW, None)[0].text
        assert session.scalars(select(Visit)).all() == []
        assert ("K4", "after") in rows(session, pregnancy, "planned")


def test_belum_under_a_later_reminder_takes_her_own_report_back(session: Session, pregnancy: Pregnancy) -> None:
    her = mother_of(session, pregnancy)
    reminder = sent(session, pregnancy, "K4", TODAY)
    press(session, her, "visit_done", reminder.id)
    assert "disusul" in press(session, her, "visit_not_done", reminder.id)
    assert session.scalars(select(Visit)).all() == []


@pytest.mark.parametrize("why", ["verified", "days ago", "another's word"])
def test_what_others_know_of_a_visit_is_not_taken_back(session: Session, pregnancy: Pregnancy, why: str) -> None:
    her = mother_of(session, pregnancy)
    reporter = midwife(session) if why == "verified" else her
    visits.note(session, reporter, pregnancy, "K4", TODAY, NOW - timedelta(days=3 if why == "days ago" else 0))
    visit = session.scalars(select(Visit)).one()
    if why == "another's word":
        visit.reporter = "+6281299000999"
    press(session, her, "visit_undo", visit.id)
    assert presses.spoken(session, her, "eh belum periksa, salah", NOW) is None
    assert session.scalars(select(Visit)).one().kind == "K4"


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        pytest.param("durung bu, isih repot", "visit_not_done", id="not yet, busy"),
        pytest.param("belum sempat", "visit_not_done", id="no time"),
        pytest.param("belum bu, besok senin saja", None, id="another day is a wish of its own"),
        pytest.param("belum tahu tempatnya di mana?", None, id="a question"),
    ],
)
def test_more_words_than_no_answer_the_question_after_a_visit(
    session: Session, pregnancy: Pregnancy, words: str, verb: str | None
) -> None:
    her = mother_of(session, pregnancy)
    reminder = sent(session, pregnancy, "K4", TODAY - timedelta(days=1))
    buttons = [["Sudah periksa", f"/press:visit_done:{reminder.id}"], ["Belum", f"/press:visit_not_done:{reminder.id}"]]
    message = factories.outbox_message(session, her.contact, kind="reminder")
    message.status, message.sent_at, message.extras = "sent", NOW, {"buttons": buttons}
    found = presses.spoken(session, her, words, NOW)
    assert (found.verb if found else None) == verb


def test_the_day_of_a_reminder_is_the_day_as_it_stands(session: Session, pregnancy: Pregnancy) -> None:
    old = sent(session, pregnancy, "K9", TODAY - timedelta(days=2))
    assert schedule.day_of(session, old, NOW) is None
    sent(session, pregnancy, "K9", TODAY + timedelta(days=5), status="planned", key="moved")
    assert schedule.day_of(session, old, NOW) == TODAY + timedelta(days=5)


@pytest.mark.parametrize("verb", ["visit_done", "visit_not_done", "not_born", "baby_jkn_done"])
def test_a_stranger_presses_in_vain(session: Session, pregnancy: Pregnancy, verb: str) -> None:
    reminder = sent(session, pregnancy, "K4", TODAY)
    other = factories.speaker_of(session, factories.cadre(session, factories.KETAWANG).phone)
    assert "sudah selesai" in press(session, other, verb, reminder.id)
    assert session.scalars(select(Visit)).all() == []
    assert reminder.answered is None


@pytest.mark.parametrize("verb", ["visit_done", "visit_not_done", "not_born"])
def test_after_a_loss_a_late_button_does_nothing(session: Session, pregnancy: Pregnancy, verb: str) -> None:
    reminder = sent(session, pregnancy, "K4", TODAY)
    pregnancy.status = "loss"
    assert "sudah selesai" in press(session, mother_of(session, pregnancy), verb, reminder.id)
    assert session.scalars(select(Visit)).all() == []


def test_not_born_yet_is_answered_kindly(session: Session, pregnancy: Pregnancy) -> None:
    reminder = sent(session, pregnancy, "40w", TODAY, kind="due_date", step="once")
    said = press(session, mother_of(session, pregnancy), "not_born", reminder.id)
    assert "Puskesmas Donomulyo" in said
    assert "119" in said


def test_the_newborn_has_its_jkn(session: Session) -> None:
    pregnancy = factories.pregnancy(session, factories.person(session), status="delivered", opened_at=LONG_AGO)
    birth = Birth(pregnancy_id=pregnancy.id, on=TODAY - timedelta(days=3), reported_at=NOW)
    session.add(birth)
    plan.replan(session, pregnancy, NOW)
    reminder = sent(session, pregnancy, "d3", TODAY, kind="newborn_jkn", step="once")
    press(session, mother_of(session, pregnancy), "baby_jkn_done", reminder.id)
    left = select(Reminder).where(Reminder.kind == "newborn_jkn", Reminder.status == "planned")
    assert birth.jkn_done_on == TODAY
    assert session.scalars(left).all() == []
