"""Payloads that were typed, kept or guessed: from outside they do nothing and tell nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import turn
from registry import presses, texts
from registry.models import Alert, Complaint, Driver, OutboxMessage, Person, Pregnancy, Reminder, Ride
from registry.persons import people
from registry.persons.people import Speaker
from registry.presses import Press
from registry.transport import rides
from registry.transport.rides import Wish
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.bot.turns import prepared, written
from tests.conftest import NOW
from tests.security.village import (
    BEREAVED,
    HER,
    OUTSIDERS,
    SILENT,
    Village,
    build,
    contact_of,
    former_driver,
    ride_of,
    state_of,
)

TOO_LATE = texts.phrase("press_too_late")
HARMLESS = {"moved_no", presses.THANKED}  # say thanks, or that nothing was done, to anybody


@pytest.fixture
def village(session: Session) -> Village:
    """One of everything is open."""
    return build(session)


def pressed(session: Session, speaker: Speaker, verb: str, number: int) -> str:
    """What is said to the one who presses."""
    return "\n".join(draft.text for draft in presses.act(session, speaker, Press(verb, number), NOW, None))


@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_press_from_outside_changes_or_tells_anything(village: Village, who: str) -> None:
    speaker = OUTSIDERS[who](village.session)
    before = state_of(village.session)
    told = {
        pressed(village.session, speaker, verb, number)
        for verb in presses.ACTS
        if verb not in HARMLESS
        for number in village.numbers
        if number not in _own(village.session, speaker)
    }
    assert state_of(village.session) == before
    assert {text for text in told if text != TOO_LATE} <= _refusals()
    assert not [secret for secret in village.secrets() for text in told if secret in text]


def _own(session: Session, speaker: Speaker) -> set[int]:
    """Numbers that are by chance those of something of the presser's."""
    own = {speaker.contact.id, *((speaker.driver.id,) if speaker.driver else ())}
    if speaker.person is not None:
        own.add(speaker.person.id)
        own |= set(session.scalars(select(Pregnancy.id).where(Pregnancy.person_id == speaker.person.id)))
    return own


def _refusals() -> set[str]:
    return {texts.phrase(name) for name in texts.sentences() if name.startswith("ride_refused_")}


@pytest.mark.parametrize("who", OUTSIDERS)
def test_numbers_cannot_be_counted_from_outside(village: Village, who: str) -> None:
    """What is there and what is not there are answered alike."""
    speaker = OUTSIDERS[who](village.session)
    own = _own(village.session, speaker)
    for verb in presses.ACTS:
        numbers = [number for number in village.numbers if presses.of_button(f"/press:{verb}:{number}")]
        free = max(numbers) + 7
        told = {pressed(village.session, speaker, verb, number) for number in numbers if number not in own}
        assert told == {pressed(village.session, speaker, verb, free)} or told <= {TOO_LATE, *_refusals()}, verb


@pytest.mark.parametrize(
    "number", ["999999999999999", "2147483648", "999999999", "0", "٣", "1" * 16, "1" * 5000, "-1", "1.0", ""]
)
@pytest.mark.parametrize("verb", ["alert_take", "plan_driver", "ride_accept", "complaint_settled", "no_such_verb"])
def test_number_of_any_shape_is_answered_without_a_fault(session: Session, verb: str, number: str) -> None:
    press = presses.of_button(f"/press:{verb}:{number}")
    speaker = factories.speaker_of(session, "+6281200097712")
    if press is not None:
        assert pressed(session, speaker, press.verb, press.number) == TOO_LATE


# ---------------------------------------------------------------- payloads that are no presses

LONG = "9" * 40
OPENERS = [
    pytest.param("/request_transport:alert:{alert}", "request_transport", id="car for an alert"),
    pytest.param("/request_transport:{reminder}", "request_transport", id="car for a reminder"),
    pytest.param("/reschedule_visit:{reminder}", "reschedule_visit", id="another day"),
    pytest.param("/complain:answer:{complaint}", "complain", id="answer to a complaint"),
    pytest.param("/report_antenatal_visit:{reminder}", "report_antenatal_visit", id="visit"),
    pytest.param("/update_data:{mother}", "update_data", id="change of data"),
]


def numbers_of(village: Village) -> dict[str, int]:
    """The numbers of payloads by what they are of."""
    session = village.session
    return {
        "alert": session.scalars(select(Alert.id)).first() or 0,
        "reminder": session.scalars(select(Reminder.id).where(Reminder.key == "uji:k4")).one(),
        "complaint": session.scalars(select(Complaint.id)).one(),
        "mother": village.mother.id,
    }


@pytest.mark.parametrize(("payload", "intent"), OPENERS)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_typed_opener_with_a_foreign_number_is_nobodys(village: Village, who: str, payload: str, intent: str) -> None:
    speaker = OUTSIDERS[who](village.session)
    talk = TaskTalk(Talk(village.session, speaker.contact))
    before = state_of(village.session, "inbox", "draft", "contact", "handoff", "outbox")
    numbers = numbers_of(village)
    told = talk.press(payload.format(**numbers)).text
    for answer in (f"/inform:which:{village.mother.id}", f"/inform:who:{village.mother.id}", "/affirm"):
        told += talk.press(answer).text if talk.is_open else ""
    assert state_of(village.session, "inbox", "draft", "contact", "handoff", "outbox") == before
    assert not [secret for secret in village.secrets() if secret in told]


@pytest.mark.parametrize(
    "payload",
    [
        f"/request_transport:alert:{LONG}", f"/request_transport:{LONG}", f"/reschedule_visit:{LONG}",
        f"/complain:answer:{LONG}", "/request_transport:alert:", "/request_transport:١٢", "/complain:answer:0",
        f"/list_my_mothers:{LONG}",
        *(f"{wish}{2**31}" for wish in ("/request_transport:alert:", "/request_transport:", "/reschedule_visit:")),
        f"/complain:answer:{2**31}",
    ],
)  # fmt: skip
@pytest.mark.parametrize("who", ["stranger", "other_mother", "cadre_elsewhere"])
def test_opener_with_a_number_of_any_length_is_no_fault(session: Session, who: str, payload: str) -> None:
    talk = TaskTalk(Talk(session, OUTSIDERS[who](session).contact))
    assert talk.press(payload).text


@pytest.mark.parametrize("value", [LONG, "9" * 5000, str(2**31), "٣", "{0}"])
@pytest.mark.parametrize("asked", ["which", "page", "when", "hour", "village", "who", "where", "confirm"])
@pytest.mark.parametrize("opener", ["report_antenatal_visit", "list_my_mothers", "request_transport", "send_broadcast"])
def test_value_of_any_shape_is_no_fault(session: Session, opener: str, asked: str, value: str) -> None:
    officer = factories.staff(session)
    for name in ("Satu Dua", "Tiga Empat"):
        factories.pregnancy(session, factories.person(session, name=name, nik=factories.make_nik()))
    talk = TaskTalk(Talk(session, factories.contact(session, officer.phone)))
    talk.say("bu dua atau empat", opener)
    before = state_of(session, "inbox", "draft", "contact")
    talk.press(f"/inform:{asked}:{value}")
    assert state_of(session, "inbox", "draft", "contact") == before


# ---------------------------------------------------------------- those who were somebody


def test_former_driver_reads_nothing_of_his_ride(village: Village) -> None:
    session, ride = village.session, ride_of(village)
    speaker = former_driver(session)
    ride.driver_id, ride.status = _driver_id(session, speaker), "confirmed"
    session.flush()
    for verb in ("ride_state", "ride_picked_up", "ride_late", "ride_cannot", "ride_cancel"):
        assert pressed(session, speaker, verb, ride.id) == TOO_LATE
    assert presses.spoken(session, speaker, "sudah saya jemput", NOW) is None


def _driver_id(session: Session, speaker: Speaker) -> int | None:
    return session.scalar(select(Driver.id).where(Driver.phone_index == speaker.contact.phone_index))


def test_former_cadre_who_ordered_a_car_does_not_steer_it(village: Village) -> None:
    session = village.session
    cadre = factories.cadre(session)
    asker = factories.contact(session, cadre.phone)
    wish = Wish(NOW, True, "birth", factories.SUMBEROTO, village.mother.id)
    ride = rides.order(session, asker, wish, NOW, None, asker).ride
    cadre.active = False
    session.flush()
    assert pressed(session, people.speaker(session, asker), "ride_cancel", ride.id) == TOO_LATE
    assert session.get_one(Ride, ride.id).status != "cancelled"
    assert rides.open_of(session, people.speaker(session, asker), NOW) == []


def test_new_owner_of_a_number_has_nothing_of_the_old_ones_ride(village: Village) -> None:
    session, ride = village.session, ride_of(village)
    contact = contact_of(village)
    village.mother.phone = village.mother.phone_index = None
    session.flush()
    told = pressed(session, people.speaker(session, contact), "ride_state", ride.id)
    assert told == TOO_LATE


def test_one_cannot_agree_for_another(village: Village) -> None:
    silent = village.session.scalars(select(Person).where(Person.name.is_not(None), Person.consent == "pending")).one()
    assert silent.phone == SILENT
    for phone in (HER, BEREAVED):
        speaker = factories.speaker_of(village.session, phone)
        for verb in ("consent_yes", "consent_guardian", "consent_share_yes", "consent_no", "proxy_yes"):
            assert pressed(village.session, speaker, verb, silent.id) == TOO_LATE
    assert silent.consent == "pending"


def test_two_mothers_on_one_phone_answer_each_for_herself(session: Session) -> None:
    first = factories.person(session, name="Satu", phone=HER, nik=factories.make_nik())
    second = factories.person(session, name="Dua", phone=HER, nik=factories.make_nik(), consent="pending")
    speaker = factories.speaker_of(session, HER)
    pressed(session, speaker, "consent_no", second.id)
    assert (first.consent, second.consent) == ("given", "refused")


# ---------------------------------------------------------------- the same through the door


@pytest.fixture
def outside(session: Session) -> Iterator[Speaker]:
    """A stranger."""
    yield OUTSIDERS["stranger"](session)


@pytest.mark.parametrize(
    "payload",
    [
        "/press:alert_take:{alert}",
        "/press:consent_yes:{mother}",
        "/press:moved_ask:{mother}",
        "/press:visit_done:{reminder}",
    ],
)
def test_stranger_at_the_door_is_told_it_is_too_late(village: Village, outside: Speaker, payload: str) -> None:
    session = village.session
    prepared(session, outside.contact, button=payload.format(**numbers_of(village)))
    rows = session.scalars(select(OutboxMessage.text).where(OutboxMessage.contact_id == outside.contact.id)).all()
    assert list(rows) == [TOO_LATE]


@pytest.mark.parametrize("typed", ["/press:alert_take:1", "/inform:which:1", "/restart", "/session_start", "/back"])
def test_payload_typed_as_words_is_words(session: Session, typed: str) -> None:
    contact = factories.contact(session)
    step = turn.prepare(session, written(session, contact, typed), NOW)
    assert isinstance(step, turn.ForRasa)
    assert not step.text.startswith("/")
