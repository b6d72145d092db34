"""One act ends everything, a person is told with care, and an error is undone exactly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import presses
from registry.messaging import messages
from registry.models import AuditEntry, Loss, OutboxMessage, Pregnancy, Reminder, Ride
from registry.persons.people import Speaker
from registry.pregnancies import births, losses, schedule
from registry.pregnancies.births import Report
from registry.reminding import plan
from tests import factories
from tests.conftest import NOW

TODAY = NOW.date()


@pytest.fixture
def pregnancy(session: Session) -> Pregnancy:
    """27 weeks, planned; cadre and midwife can be reached."""
    factories.reachable(session, factories.cadre(session), factories.staff(session))
    found = factories.pregnancy(session, factories.person(session, name="Rina Wati", code="M-4F7Q"))
    plan.replan(session, found, NOW)
    return found


def her(session: Session, pregnancy: Pregnancy) -> Speaker:
    return factories.speaker_of(session, str(schedule.person_of(session, pregnancy).phone))


def cadre(session: Session, *villages: str) -> Speaker:
    return factories.speaker_of(session, factories.cadre(session, *villages).phone)


def planned(session: Session, pregnancy: Pregnancy) -> set[str]:
    rows = select(Reminder).where(Reminder.pregnancy_id == pregnancy.id, Reminder.status == "planned")
    return {row.key.partition("#")[0] for row in session.scalars(rows)}


def news(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "alert").order_by(OutboxMessage.id)))


def deliver(session: Session, pregnancy: Pregnancy) -> None:
    births.note(session, her(session, pregnancy), pregnancy, Report(TODAY), NOW, None)


def test_a_loss_ends_everything(session: Session, pregnancy: Pregnancy) -> None:
    speaker = her(session, pregnancy)
    waiting = [
        factories.outbox_message(session, speaker.contact, kind="reminder", priority=3),
        factories.outbox_message(session, speaker.contact, "pengumuman", kind="broadcast", priority=5),
    ]
    ride = Ride(
        person_id=pregnancy.person_id, purpose="visit", at=NOW + timedelta(days=2), asked_at=NOW, status="requested"
    )
    session.add(ride)
    lost = losses.report(session, speaker, pregnancy, "miscarriage", NOW, None)
    for row in waiting:
        session.refresh(row)
    assert lost.fresh
    assert pregnancy.status == "miscarriage"
    assert planned(session, pregnancy) == set()
    assert {row.status for row in waiting} == {"cancelled"}
    assert ride.status == "cancelled"


def test_a_reminder_about_her_to_her_cadre_is_dropped_too(session: Session, pregnancy: Pregnancy) -> None:
    helper = cadre(session)
    message = factories.outbox_message(session, helper.contact, kind="reminder", priority=3)
    other = factories.outbox_message(session, helper.contact, "lain", kind="reminder", priority=3)
    reminder = session.scalars(select(Reminder).where(Reminder.pregnancy_id == pregnancy.id).limit(1)).one()
    reminder.status, reminder.outbox_id = "sent", message.id
    losses.report(session, her(session, pregnancy), pregnancy, "miscarriage", NOW, None)
    assert (message.status, other.status) == ("cancelled", "queued")


def test_cadre_and_midwife_are_told_once_and_not_the_one_who_told(session: Session, pregnancy: Pregnancy) -> None:
    helper = cadre(session)
    losses.report(session, helper, pregnancy, "miscarriage", NOW, None)
    losses.report(session, helper, pregnancy, "miscarriage", NOW, None)
    told = [row.contact.phone for row in news(session)]
    assert len(told) == len(set(told)) == 2
    assert helper.contact.phone not in told
    assert schedule.person_of(session, pregnancy).phone not in told
    assert {row.priority for row in news(session)} == {messages.REMINDER}


def test_told_again_it_is_recognised(session: Session, pregnancy: Pregnancy) -> None:
    first = losses.report(session, her(session, pregnancy), pregnancy, "miscarriage", NOW, None)
    again = losses.report(session, her(session, pregnancy), pregnancy, "stillbirth", NOW, None)
    assert not again.fresh
    assert again.loss is first.loss
    assert len(session.scalars(select(Loss)).all()) == 1


@pytest.mark.parametrize(
    ("told", "weeks", "delivered", "kind", "status"),
    [
        pytest.param("miscarriage", 27, False, "miscarriage", "miscarriage", id="as she says it"),
        pytest.param("stillbirth", 27, False, "stillbirth", "loss", id="stillborn"),
        pytest.param("baby_died", 27, False, "stillbirth", "loss", id="the baby died before birth"),
        pytest.param("baby_died", 12, False, "miscarriage", "miscarriage", id="too early to live"),
        pytest.param(None, 27, False, "stillbirth", "loss", id="not said how"),
        pytest.param("baby_died", 39, True, "baby_died", "loss", id="the baby died after birth"),
        pytest.param("stillbirth", 39, True, "baby_died", "loss", id="after a birth on record"),
        pytest.param("mother_died", 27, False, "mother_died", "loss", id="the mother died"),
    ],
)
def test_kind_and_status(
    session: Session, pregnancy: Pregnancy, told: str | None, weeks: int, delivered: bool, kind: str, status: str
) -> None:
    pregnancy.hpht, pregnancy.hpl = TODAY - timedelta(weeks=weeks), TODAY + timedelta(weeks=40 - weeks)
    if delivered:
        deliver(session, pregnancy)
    lost = losses.report(session, her(session, pregnancy), pregnancy, told, NOW, None)
    assert lost.loss is not None
    assert (lost.loss.kind, pregnancy.status) == (kind, status)
    assert planned(session, pregnancy) == set()


def test_nothing_is_pushed_to_the_phone_of_a_mother_who_died(session: Session, pregnancy: Pregnancy) -> None:
    speaker = her(session, pregnancy)
    losses.report(session, cadre(session), pregnancy, "mother_died", NOW, None)
    session.refresh(speaker.contact)
    draft = messages.Draft("apa saja")
    assert speaker.contact.stopped_at == NOW
    assert not messages.queue(session, speaker.contact, draft, kind="broadcast", priority=5, now=NOW)
    assert not messages.queue(session, speaker.contact, draft, kind="reminder", priority=3, now=NOW)


@pytest.mark.parametrize("told", ["miscarriage", "mother_died"])
@pytest.mark.parametrize("delivered", [False, True], ids=["pregnant", "delivered"])
def test_undoing_restores_exactly_what_was(session: Session, pregnancy: Pregnancy, told: str, delivered: bool) -> None:
    if delivered:
        deliver(session, pregnancy)
    speaker = her(session, pregnancy)
    before = (pregnancy.status, pregnancy.close_reason, pregnancy.closed_at, planned(session, pregnancy))
    lost = losses.report(session, speaker, pregnancy, told, NOW + timedelta(hours=1), None)
    assert lost.loss is not None
    assert losses.undo(session, speaker, lost.loss, NOW + timedelta(hours=2), None)
    session.refresh(speaker.contact)
    after = (pregnancy.status, pregnancy.close_reason, pregnancy.closed_at, planned(session, pregnancy))
    assert after == before
    assert speaker.contact.stopped_at is None
    assert all(birth.baby_alive for birth in births.of(session, pregnancy))


def test_a_stop_she_said_herself_survives_the_undoing(session: Session, pregnancy: Pregnancy) -> None:
    speaker = her(session, pregnancy)
    speaker.contact.stopped_at = NOW - timedelta(days=3)
    lost = losses.report(session, cadre(session), pregnancy, "mother_died", NOW, None)
    assert lost.loss is not None
    losses.undo(session, cadre(session), lost.loss, NOW, None)
    assert speaker.contact.stopped_at == NOW - timedelta(days=3)


def test_undone_once(session: Session, pregnancy: Pregnancy) -> None:
    speaker = her(session, pregnancy)
    lost = losses.report(session, speaker, pregnancy, "miscarriage", NOW, None)
    assert lost.loss is not None
    assert losses.undo(session, speaker, lost.loss, NOW, None)
    assert not losses.undo(session, speaker, lost.loss, NOW, None)


def test_too_late_when_she_is_pregnant_again(session: Session, pregnancy: Pregnancy) -> None:
    speaker = her(session, pregnancy)
    lost = losses.report(session, speaker, pregnancy, "miscarriage", NOW, None)
    factories.pregnancy(session, schedule.person_of(session, pregnancy), opened_at=NOW + timedelta(days=90))
    assert lost.loss is not None
    assert not losses.undo(session, speaker, lost.loss, NOW + timedelta(days=91), None)


def test_everybody_who_was_told_hears_that_it_was_an_error(session: Session, pregnancy: Pregnancy) -> None:
    speaker = her(session, pregnancy)
    lost = losses.report(session, speaker, pregnancy, "miscarriage", NOW, None)
    told = {row.contact_id for row in news(session)}
    assert lost.loss is not None
    losses.undo(session, speaker, lost.loss, NOW, None)
    corrected = {row.contact_id for row in news(session) if "keliru" in row.text}
    assert corrected == told != set()


# ---------------------------------------------------------------- the button and the words that undo


def test_the_button_is_pressed_by_who_may(session: Session, pregnancy: Pregnancy) -> None:
    lost = losses.report(session, cadre(session), pregnancy, "miscarriage", NOW, None)
    assert lost.loss is not None
    press = presses.of_button(f"/press:loss_undo:{lost.loss.id}")
    assert press is not None
    stranger = cadre(session, factories.KETAWANG)
    assert "sudah selesai" in presses.act(session, stranger, press, NOW, None)[0].text
    assert pregnancy.status == "miscarriage"
    assert "batalkan" in presses.act(session, cadre(session), press, NOW, None)[0].text
    assert pregnancy.status == "active"


def test_words_take_back_what_this_helper_told(session: Session, pregnancy: Pregnancy) -> None:
    helper, other = cadre(session), cadre(session)
    lost = losses.report(session, helper, pregnancy, "miscarriage", NOW, None)
    assert lost.loss is not None
    said = "maaf salah lapor, ibunya masih hamil"
    assert presses.spoken(session, helper, said, NOW) == presses.Press("loss_undo", lost.loss.id, "report_loss")
    assert presses.spoken(session, other, said, NOW) is None
    assert presses.spoken(session, helper, said, NOW + timedelta(days=20)) is None


def test_words_of_the_mother_take_back_her_own(session: Session, pregnancy: Pregnancy) -> None:
    lost = losses.report(session, cadre(session), pregnancy, "miscarriage", NOW, None)
    assert lost.loss is not None
    found = presses.spoken(session, her(session, pregnancy), "saya masih hamil bu, keliru", NOW)
    assert found == presses.Press("loss_undo", lost.loss.id, "report_loss")


def test_words_mean_nothing_where_no_loss_is(session: Session, pregnancy: Pregnancy) -> None:
    assert presses.spoken(session, her(session, pregnancy), "keliru bu", NOW) is None


# ---------------------------------------------------------------- endings without a loss


@pytest.mark.parametrize("reason", ["moved", "lost_to_follow_up", "wrong_entry"])
def test_who_is_gone_gets_nothing_more(session: Session, pregnancy: Pregnancy, reason: losses.CloseReason) -> None:
    helper = cadre(session)
    assert losses.close(session, helper, pregnancy, reason, NOW)
    assert (pregnancy.status, pregnancy.close_reason) == ("closed", reason)
    assert planned(session, pregnancy) == set()
    assert not losses.close(session, helper, pregnancy, reason, NOW)
    assert news(session) == []


def test_who_comes_back_goes_on(session: Session, pregnancy: Pregnancy) -> None:
    helper, before = cadre(session), planned(session, pregnancy)
    losses.close(session, helper, pregnancy, "moved", NOW)
    assert losses.reopen(session, helper, pregnancy, NOW)
    assert (pregnancy.status, pregnancy.close_reason) == ("active", None)
    assert planned(session, pregnancy) == before


def test_the_trail_names_nobody(session: Session, pregnancy: Pregnancy) -> None:
    lost = losses.report(session, her(session, pregnancy), pregnancy, "miscarriage", NOW, None)
    assert lost.loss is not None
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "loss_reported")).one()
    assert entry.subject == f"loss:{lost.loss.id}"
    assert "Rina" not in str(entry.detail)


def test_who_died_after_she_was_gone_does_not_come_back(session: Session, pregnancy: Pregnancy) -> None:
    helper = cadre(session)
    losses.close(session, helper, pregnancy, "moved", NOW)
    assert losses.report(session, helper, pregnancy, "mother_died", NOW, None).fresh
    assert not losses.reopen(session, helper, pregnancy, NOW)
    assert pregnancy.status == "closed"
