"""What becomes of an alert: it climbs until it is taken, and stays open until somebody says how it ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.emergencies import alert_rows, alert_texts, alerts
from registry.messaging import messages
from registry.models import Alert, AlertRecipient, Contact, Loss, OutboxMessage, Person
from registry.rules import alert as rules
from registry.rules.alert_pace import PACES, Kind, Outcome
from registry.rules.machine import TimePassed
from tests import factories
from tests.conftest import NIGHT, NOW
from tests.registry.emergencies.alert_cases import (
    CADRE,
    DAY,
    DINKES,
    HOUR,
    MIDWIFE,
    MINUTE,
    MOTHER,
    OFFICER,
    last_id,
    one_of,
    raised,
    run,
    sent,
    to,
)

ALL = {MIDWIFE, CADRE, OFFICER, DINKES}


@pytest.mark.usefixtures("helpers")
def test_an_alert_nobody_takes_climbs_and_its_pauses_grow(session: Session) -> None:
    raised(session)
    assert run(session, NOW + 4 * HOUR) == [
        (5, {MIDWIFE, OFFICER}),
        (10, {DINKES}),
        (25, ALL),
        (50, ALL),
        (100, ALL),
        (200, ALL),
    ]


@pytest.mark.usefixtures("helpers")
def test_an_alert_nobody_ever_takes_falls_silent_and_stays_open(session: Session) -> None:
    alert = raised(session)
    calls = run(session, NOW + 60 * DAY)
    assert calls[-1][0] <= alert_rows.PATIENCE / MINUTE
    assert len(calls) < 25
    assert (alert.status, alert.next_step_at) == ("open", None)


@pytest.mark.usefixtures("helpers")
def test_who_is_called_again_is_told_how_long_nobody_has_taken_it(session: Session) -> None:
    raised(session)
    run(session, NOW + 30 * MINUTE)
    received = to(session, MIDWIFE)
    assert len(set(received)) == len(received) == 3
    assert "baru masuk" in received[0]
    assert "sudah 5 menit" in received[1]
    assert "sudah 25 menit" in received[2]


@pytest.mark.usefixtures("helpers")
def test_everybody_called_stands_in_the_record(session: Session) -> None:
    alert = raised(session)
    run(session, NOW + 10 * MINUTE)
    assert {one.phone: one.role for one in alert.recipients} == {
        MIDWIFE: "midwife", CADRE: "cadre", OFFICER: "puskesmas", DINKES: "dinkes"
    }  # fmt: skip


def test_the_midwife_on_call_is_called_first_and_the_others_next(session: Session) -> None:
    on_call = factories.staff(session, on_call=True)
    other = factories.staff(session, name="Dewi Kartika")
    factories.reachable(session, on_call, other)
    alert = raised(session)
    assert [one.phone for one in alert.recipients] == [on_call.phone]
    assert run(session, NOW + 5 * MINUTE) == [(5, {on_call.phone, other.phone})]


def test_a_rung_without_anybody_is_passed_at_once(session: Session) -> None:
    cadre, office = factories.cadre(session), factories.staff(session, unit="dinkes")
    factories.reachable(session, cadre, office)
    alert = raised(session)
    assert [one.role for one in alert.recipients] == ["cadre", "dinkes"]
    assert alert.level == 3


@pytest.mark.usefixtures("helpers")
def test_at_night_the_climb_is_sent_at_once(session: Session) -> None:
    raised(session, NIGHT)
    messages.claim_outbox(session, NIGHT)
    run(session, NIGHT + 5 * MINUTE, NIGHT)
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.status == "queued"))
    assert {row.due_at for row in rows} == {NIGHT + 5 * MINUTE}


@pytest.mark.usefixtures("helpers")
def test_a_taken_alert_climbs_no_further_and_everybody_knows(session: Session) -> None:
    alert = raised(session)
    before = last_id(session)
    assert alerts.take(session, alert, one_of(alert, MIDWIFE), NOW + MINUTE, None).accepted
    assert (alert.status, alert.taken_by, alert.taken_at) == ("open", MIDWIFE, NOW + MINUTE)
    assert [phone for phone, _ in sent(session, before)] == [CADRE, MOTHER]
    assert "Bidan Ana Lestari" in to(session, CADRE, before)[0]
    assert run(session, NOW + HOUR) == []


@pytest.mark.usefixtures("helpers")
def test_she_is_told_that_somebody_knows_by_role_and_without_a_time(session: Session) -> None:
    alert = raised(session)
    alerts.take(session, alert, one_of(alert, MIDWIFE), NOW + MINUTE, None)
    (said,) = to(session, MOTHER)
    assert "Bidan sudah tahu dan akan menghubungi Ibu" in said
    assert not {"menit", "jam", "Ana Lestari", MIDWIFE} & set(said.replace(",", " ").split())


@pytest.mark.usefixtures("helpers")
def test_whoever_took_it_is_asked_how_it_ended_and_then_the_next_hear_of_it(session: Session) -> None:
    alert = raised(session)
    alerts.take(session, alert, one_of(alert, MIDWIFE), NOW, None)
    asked = run(session, NOW + 9 * HOUR)
    assert asked[:4] == [
        (60, {MIDWIFE}),
        (120, {MIDWIFE, OFFICER}),
        (240, {MIDWIFE, DINKES}),
        (480, {MIDWIFE}),
    ]


@pytest.mark.usefixtures("helpers")
def test_an_outcome_closes_it_and_the_others_are_told(session: Session) -> None:
    alert = raised(session)
    before = last_id(session)
    assert alerts.conclude(session, alert, Outcome.AT_FACILITY, one_of(alert, MIDWIFE), NOW + HOUR, None).accepted
    assert (alert.status, alert.outcome, alert.closed_at) == ("closed", "at_facility", NOW + HOUR)
    assert [phone for phone, _ in sent(session, before)] == [CADRE]
    assert "sudah di faskes" in to(session, CADRE, before)[0]


@pytest.mark.usefixtures("helpers")
def test_she_and_her_cadre_are_asked_a_day_and_three_days_later(session: Session) -> None:
    alert = raised(session)
    alerts.conclude(session, alert, Outcome.AT_FACILITY, one_of(alert, MIDWIFE), NOW + HOUR, None)
    assert run(session, NOW + 60 * DAY) == [(25 * 60, {MOTHER, CADRE}), (73 * 60, {MOTHER, CADRE})]
    rows = [row for row in session.scalars(select(OutboxMessage)) if row.contact.phone == MOTHER]
    assert {row.kind for row in rows} == {"reminder"}
    assert alert.next_step_at is None


@pytest.mark.usefixtures("helpers")
def test_she_is_asked_although_nobody_has_closed_it(session: Session) -> None:
    raised(session)
    run(session, NOW + 2 * DAY)
    assert len([text for text in to(session, MOTHER) if "ingin tahu kabar Ibu" in text]) == 1
    run(session, NOW + 60 * DAY, NOW + 2 * DAY)
    assert len([text for text in to(session, MOTHER) if "ingin tahu kabar Ibu" in text]) == 2


@pytest.mark.usefixtures("helpers")
def test_the_question_of_the_night_waits_for_the_morning(session: Session) -> None:
    alert = raised(session, NIGHT)
    alerts.conclude(session, alert, Outcome.AT_FACILITY, one_of(alert, MIDWIFE), NIGHT, None)
    run(session, NIGHT + DAY, NIGHT)
    (row,) = [row for row in session.scalars(select(OutboxMessage)) if row.contact.phone == MOTHER]
    assert row.due_at == NIGHT + DAY + timedelta(hours=6, minutes=30)  # 06:00 in Malang


def test_a_planned_ride_without_a_driver_climbs_by_day_only(session: Session) -> None:
    """Nobody finds three calls of one night in the same minute of the morning."""
    factories.cadre(session)
    factories.reachable(session, factories.cadre(session, phone="+6281299000411"))
    late = NOW.replace(hour=13, minute=50)  # 20:50 in Malang
    alert = alerts.open_alert(
        session, "no_driver", person=None, contact=None, about="ride:1", village_code=factories.SUMBEROTO, now=late,
        inbox_id=None, urgent=False,
    )  # fmt: skip
    called = len(list(session.scalars(select(OutboxMessage))))
    run(session, late + timedelta(hours=9), late)

    rows = list(session.scalars(select(OutboxMessage)))
    assert len(rows) == called
    assert alert.next_step_at == late + timedelta(hours=9, minutes=10)  # 06:00


@pytest.mark.parametrize(
    "why", ["stopped", "refused", "withdrawn", "mother died", "false alarm", "erased"], ids=lambda why: why
)
@pytest.mark.usefixtures("helpers")
def test_who_is_not_asked_how_she_is(session: Session, why: str) -> None:
    alert = raised(session)
    person = session.get_one(Person, alert.person_id)
    outcome = Outcome.FALSE_ALARM if why == "false alarm" else Outcome.AT_FACILITY
    alerts.conclude(session, alert, outcome, one_of(alert, MIDWIFE), NOW, None)
    if why == "stopped":
        session.get_one(Contact, alert.contact_id).stopped_at = NOW
    elif why in ("refused", "withdrawn"):
        person.consent = why
    elif why == "mother died":
        hers = alert_texts.concern_of(session, alert, NOW).pregnancy
        assert hers is not None
        session.add(Loss(pregnancy_id=hers.id, kind="mother_died", status_before="active", at=NOW))
    elif why == "erased":
        session.delete(session.get_one(Contact, alert.contact_id))
        session.delete(person)
    session.flush()
    session.expire_all()
    before = last_id(session)
    run(session, NOW + 10 * DAY)
    assert not [text for text in to(session, MOTHER, before) if "sudah baik" in text]


@pytest.mark.parametrize(
    ("signs", "loss", "words"),
    [
        pytest.param(("nb_fever",), None, "si kecil", id="of a newborn: how the baby is"),
        pytest.param(("bleeding",), None, "kabar Ibu", id="of herself: how she is"),
        pytest.param(("nb_fever",), "baby_died", "kabar Ibu", id="after the baby died: nothing of a baby"),
    ],
)
@pytest.mark.usefixtures("helpers")
def test_how_the_question_is_worded(session: Session, signs: tuple[str, ...], loss: str | None, words: str) -> None:
    alert = raised(session, signs=signs)
    alerts.conclude(session, alert, Outcome.AT_FACILITY, one_of(alert, MIDWIFE), NOW, None)
    pregnancy = alert_texts.concern_of(session, alert, NOW).pregnancy
    if loss is not None and pregnancy is not None:
        session.add(Loss(pregnancy_id=pregnancy.id, kind=loss, status_before="delivered", at=NOW))
    run(session, NOW + DAY)
    (text,) = to(session, MOTHER)
    assert words in text


@pytest.mark.usefixtures("helpers")
def test_who_cannot_be_reached_is_passed_on_at_once(session: Session) -> None:
    alert = raised(session)
    alerts.take(session, alert, one_of(alert, MIDWIFE), NOW, None)
    before = last_id(session)
    alerts.conclude(session, alert, Outcome.UNREACHABLE, one_of(alert, MIDWIFE), NOW + MINUTE, None)
    assert (alert.status, alert.outcome, alert.taken_by) == ("open", None, None)
    assert [phone for phone, _ in sent(session, before)] == [OFFICER]
    assert run(session, NOW + 7 * MINUTE, NOW + MINUTE) == [(5, {DINKES})]


@pytest.mark.usefixtures("helpers")
def test_a_false_alarm_is_closed_kindly(session: Session) -> None:
    alert = raised(session)
    alerts.conclude(session, alert, Outcome.FALSE_ALARM, one_of(alert, CADRE), NOW, None)
    assert "Syukurlah" in to(session, MOTHER)[0]
    assert run(session, NOW + 10 * DAY) == []


@pytest.mark.usefixtures("helpers")
def test_she_may_say_herself_that_it_was_none(session: Session) -> None:
    alert = raised(session)
    before = last_id(session)
    assert alerts.end_by_her(session, alert, NOW, None)
    assert (alert.status, alert.outcome) == ("closed", "false_alarm")
    assert {phone for phone, _ in sent(session, before)} == {MIDWIFE, CADRE}
    assert not alerts.end_by_her(session, alert, NOW, None)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [(Outcome.DELIVERED, "berat bayinya"), (Outcome.DIED, "Turut berduka"), (Outcome.REFERRED, "rujuk")],
    ids=["delivered", "died", "referred"],
)
@pytest.mark.usefixtures("helpers")
def test_an_ending_that_needs_more_asks_for_it(session: Session, outcome: Outcome, words: str) -> None:
    alert = raised(session)
    alerts.conclude(session, alert, outcome, one_of(alert, MIDWIFE), NOW, None)
    assert words in to(session, MIDWIFE)[-1]


ACTS = st.sampled_from(["take", "give_back", "clock", "her", *Outcome])


@given(steps=st.lists(st.tuples(ACTS, st.integers(0, 3), st.integers(0, 3000)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_row_says_what_the_rules_say(steps: list[tuple[str, int, int]]) -> None:
    """Whatever happens in whatever order: what is kept and read back is what the rules made of it."""
    row = Alert(kind="danger_sign", status="open", at=NOW, signs=["fits"], level=0, follow_ups=0, urgent=True)
    row.recipients = [
        AlertRecipient(id=one, phone=f"+62812{one}", phone_index=str(one), role="midwife") for one in (1, 2)
    ]
    state, now = rules.start(Kind.DANGER_SIGN, NOW).case, NOW
    alert_rows.keep(row, state)
    for act, who, minutes in steps:
        now += minutes * MINUTE
        by = who % 2 + 1
        happened: rules.Event
        if act == "take":
            happened = rules.Taken(by)
        elif act == "give_back":
            happened = rules.GivenBack(by)
        elif act in set(Outcome):
            happened = rules.OutcomeGiven(Outcome(act), by)
        else:
            happened = TimePassed()
        state = rules.step(alert_rows.state_of(row), happened, now).case
        alert_rows.keep(row, state)
        assert alert_rows.state_of(row) == state
        due = alert_rows.next_look(row)
        if row.status == "open" and due is not None:
            assert due > row.at
    assert set(PACES[Kind.DANGER_SIGN].outcomes) >= {state.outcome} - {None}
