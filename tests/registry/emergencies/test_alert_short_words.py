"""Short words right after a message of an alert: a bare yes, thanks, "I cannot", in and out of a task."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import drafts, presses, texts
from registry.emergencies import alerts
from registry.messaging import messages
from registry.models import Alert, OutboxMessage, Person
from registry.presses import Press
from tests import factories
from tests.conftest import NOW
from tests.factories import SUMBEROTO

MIDWIFE, CADRE, MOTHER, OTHER = (f"+628120000084{digit}" for digit in range(4))
MINUTE = timedelta(minutes=1)


@pytest.fixture
def alert(session: Session) -> Alert:
    """A registered mother of Sumberoto bleeds; midwife and cadre were called."""
    factories.reachable(
        session, factories.staff(session, phone=MIDWIFE), factories.cadre(session, SUMBEROTO, phone=CADRE)
    )
    factories.pregnancy(session, factories.person(session, phone=MOTHER))
    return alerts.raise_alert(session, factories.speaker_of(session, MOTHER), "danger_sign", ["bleeding"], NOW, None)


def missed(session: Session, alert: Alert) -> Alert:
    person = session.get_one(Person, alert.person_id)
    return alerts.open_alert(
        session, "missed_visit", person=person, contact=None, about="K4", village_code=None, now=NOW, inbox_id=None
    )  # fmt: skip


def press(session: Session, phone: str, verb: str, alert: Alert) -> str:
    found = presses.act(session, factories.speaker_of(session, phone), Press(verb, alert.id), NOW, None)
    return "\n".join(draft.text for draft in found)


def spoken(session: Session, phone: str, said: str, now: datetime = NOW) -> tuple[str, int] | None:
    found = presses.spoken(session, factories.speaker_of(session, phone), said, now)
    return None if found is None else (found.verb, found.number)


def sent(session: Session) -> None:
    """Everything that waits has gone out."""
    for row in session.scalars(select(OutboxMessage).where(OutboxMessage.sent_at.is_(None))):
        row.sent_at = row.created_at
    session.flush()


def told(session: Session, phone: str, name: str, minutes: int = 1, **values: object) -> None:
    """The bot has answered her with a text of its own."""
    contact = factories.contact(session, phone)
    draft = texts.say(name, **values)
    messages.queue(
        session, contact, draft, kind="reply", priority=messages.ANSWER, now=NOW + minutes * MINUTE,
        key=f"told:{phone}:{name}",
    )  # fmt: skip
    sent(session)


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        pytest.param("iya salah", "alert_mistake_yes", id="yes, a mistake"),
        pytest.param("iya", "alert_mistake_yes", id="a bare yes"),
        pytest.param("ndak bu tulung", "alert_mistake_no", id="no, help"),
        pytest.param("kapan saya periksa", None, id="something else"),
    ],
)
def test_words_answer_whether_it_was_a_mistake(session: Session, alert: Alert, said: str, verb: str | None) -> None:
    told(session, MOTHER, "alert_ask_mistake", id=alert.id)
    assert spoken(session, MOTHER, said, NOW + 2 * MINUTE) == (None if verb is None else (verb, alert.id))


def test_denial_of_the_sign_she_told_is_asked_about(session: Session, alert: Alert) -> None:
    assert spoken(session, MOTHER, "saya tidak pendarahan kok bu") == ("alert_mistake", alert.id)


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        pytest.param("ya", "alert_take", id="yes takes it"),
        pytest.param("makasih bu", "alert_heard", id="thanks only say that it was read"),
        pytest.param("tidak bisa, saya di luar kota", "alert_cannot", id="cannot"),
    ],
)
def test_short_words_under_an_alert_are_about_it(session: Session, alert: Alert, said: str, verb: str) -> None:
    sent(session)
    assert spoken(session, MIDWIFE, said, NOW + MINUTE) == (verb, alert.id)


def test_thanks_while_nobody_has_taken_it_bring_the_question_who_does(session: Session, alert: Alert) -> None:
    assert "Apakah Anda yang menangani?" in press(session, MIDWIFE, "alert_heard", alert)
    told(session, MIDWIFE, "alert_ask_take", about="-", id=alert.id)
    assert spoken(session, MIDWIFE, "iya", NOW + 2 * MINUTE) == ("alert_take", alert.id)


def test_thanks_for_what_another_has_taken_say_who_has_it(session: Session, alert: Alert) -> None:
    press(session, CADRE, "alert_take", alert)
    assert "sudah ditangani Kader" in press(session, MIDWIFE, "alert_heard", alert)


def test_thanks_for_what_is_her_own_ask_how_it_ended(session: Session, alert: Alert) -> None:
    press(session, MIDWIFE, "alert_take", alert)
    assert "Mohon kabari hasilnya" in press(session, MIDWIFE, "alert_heard", alert)


def test_thanks_for_what_is_over_say_how_it_ended(session: Session, alert: Alert) -> None:
    press(session, CADRE, "alert_false", alert)
    assert "bukan keadaan darurat" in press(session, MIDWIFE, "alert_heard", alert)


def test_yes_to_a_visit_asked_for_is_no_visit_made(session: Session, alert: Alert) -> None:
    press(session, CADRE, "alert_false", alert)
    work = missed(session, alert)
    sent(session)
    assert spoken(session, CADRE, "iya", NOW + MINUTE) == ("alert_heard", work.id)
    assert "Sudah dikunjungi" in str(presses.act(
        session, factories.speaker_of(session, CADRE), Press("alert_heard", work.id), NOW, None
    ))  # fmt: skip


def test_one_who_has_taken_it_and_cannot_go_gives_it_back(session: Session, alert: Alert) -> None:
    press(session, MIDWIFE, "alert_take", alert)
    told(session, MIDWIFE, "helper_thanks", 3)
    assert spoken(session, MIDWIFE, "gak iso bu, ternyata ada pasien", NOW + 4 * MINUTE) == ("alert_cannot", alert.id)
    assert "tetap saya panggil" in press(session, MIDWIFE, "alert_cannot", alert)
    assert alert.taken_by is None


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        pytest.param("saya tangani", "alert_take", id="takes it"),
        pytest.param("iya", "alert_take", id="a bare yes"),
        pytest.param("Siti Rahma", None, id="the name that was asked for"),
    ],
)
def test_alert_is_answered_in_the_middle_of_a_task(session: Session, alert: Alert, said: str, verb: str | None) -> None:
    sent(session)
    contact = factories.contact(session, MIDWIFE)
    drafts.keep(session, contact, "registration", "data", {}, NOW - MINUTE, None)
    assert spoken(session, MIDWIFE, said, NOW + MINUTE) == (None if verb is None else (verb, alert.id))


def test_end_of_her_own_alert_is_told_by_name_in_the_middle_of_a_task(session: Session, alert: Alert) -> None:
    press(session, MIDWIFE, "alert_take", alert)
    told(session, MIDWIFE, "helper_thanks", 3)
    drafts.keep(session, factories.contact(session, MIDWIFE), "registration", "data", {}, NOW, None)
    assert spoken(session, MIDWIFE, "bu siti sudah aman di rumah", NOW + 4 * MINUTE) == ("alert_home_safe", alert.id)
    assert spoken(session, MIDWIFE, "sudah aman di rumah", NOW + 4 * MINUTE) is None


def test_mother_who_is_named_is_meant_among_two(session: Session, alert: Alert) -> None:
    other = factories.person(session, phone=OTHER, name="Painem Lestari")
    factories.reachable(session, other)
    second = alerts.raise_alert(session, factories.speaker_of(session, OTHER), "danger_sign", ["fits"], NOW, None)
    assert spoken(session, MIDWIFE, "bu siti sudah di igd") == ("alert_at_facility", alert.id)
    assert spoken(session, MIDWIFE, "bu painem sudah di igd") == ("alert_at_facility", second.id)


def test_thanks_to_news_that_asks_nothing_bring_no_menu(session: Session, alert: Alert) -> None:
    press(session, CADRE, "alert_false", alert)
    told(session, MIDWIFE, "helper_thanks", 3)
    assert spoken(session, MIDWIFE, "nggih", NOW + 4 * MINUTE) == ("helper_thanked", 0)
