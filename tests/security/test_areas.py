"""Who may know of whom: every way to a mother tried by everybody, in every state of her consent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import access, presses, voices
from registry.emergencies import alerts
from registry.messaging import messages
from registry.models import Cadre, Contact, OutboxMessage, Person, Pregnancy
from registry.persons import consents, named_mothers, own_data, proxies
from registry.persons.people import Speaker
from registry.pregnancies import mother_lists, registration
from registry.pregnancies.entries import Entry
from registry.presses import Press
from registry.reminding import digests
from registry.transport import rides
from registry.transport.rides import Wish
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.conftest import NOW
from tests.security.village import OUTSIDERS

HER, NAME, CODE = "+6281200097901", "Wagiyem Kusumawardani", "M-7W9K"
HELPERS: dict[str, Callable[[Session], Speaker]] = {
    "cadre": lambda session: factories.speaker_of(session, factories.cadre(session).phone),
    "midwife": lambda session: factories.speaker_of(session, factories.staff(session).phone),
    "dinkes": lambda session: factories.speaker_of(session, factories.staff(session, unit="dinkes").phone),
}
STATES: dict[str, dict[str, Any]] = {
    "agreed to all": {"consent": "given", "agreed": ["chat", "reminders", "sharing"]},
    "agreed before purposes were told apart": {"consent": "given", "agreed": []},
    "is asked": {"consent": "pending"},
    "left sharing out": {"consent": "given", "agreed": ["chat", "reminders"]},
    "took it back": {"consent": "withdrawn"},
}
HIDDEN = {"left sharing out", "took it back"}


def mother(session: Session, state: str = "agreed to all") -> Person:
    """Of Sumberoto, pregnant."""
    made = factories.person(session, name=NAME, phone=HER, code=CODE, nik=factories.make_nik(), **STATES[state])
    factories.pregnancy(session, made)
    return made


# ---------------------------------------------------------------- ways to a mother: True when she is found


def by_name(session: Session, speaker: Speaker, person: Person) -> bool:
    return named_mothers.find(session, speaker, names=(NAME,)) == [person]


def by_code(session: Session, speaker: Speaker, person: Person) -> bool:
    return named_mothers.find(session, speaker, code=CODE) == [person]


def by_nik(session: Session, speaker: Speaker, person: Person) -> bool:
    return named_mothers.find(session, speaker, nik=person.nik) == [person]


def by_number(session: Session, speaker: Speaker, person: Person) -> bool:
    return named_mothers.visible(session, speaker, person.id) is not None


def by_card(session: Session, speaker: Speaker, person: Person) -> bool:
    return own_data.card_lines(session, speaker, person, NOW) is not None


def by_list(session: Session, speaker: Speaker, person: Person) -> bool:
    if speaker.role not in ("cadre", "staff"):
        return False
    page = mother_lists.page(session, speaker, "all", 1, NOW)
    return person.id in {entry.person.id for entry in page.entries}


def by_telling_of_her(session: Session, speaker: Speaker, person: Person) -> bool:
    return voices.may_tell_of(session, speaker, person)


def by_press(session: Session, speaker: Speaker, person: Person) -> bool:
    told = presses.act(session, speaker, Press("moved_ask", person.id), NOW, None)
    return any(NAME in draft.text for draft in told)


WAYS = {
    way.__name__: way for way in (by_name, by_code, by_nik, by_number, by_card, by_list, by_telling_of_her, by_press)
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("helper", HELPERS)
def test_helper_finds_her_when_she_agreed_to_be_seen(session: Session, helper: str, state: str, way: str) -> None:
    speaker, person = HELPERS[helper](session), mother(session, state)
    assert WAYS[way](session, speaker, person) is (state not in HIDDEN)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_nobody_outside_finds_her(session: Session, who: str, way: str) -> None:
    speaker, person = OUTSIDERS[who](session), mother(session)
    assert not WAYS[way](session, speaker, person)


@pytest.mark.parametrize("way", ["by_name", "by_code", "by_nik", "by_number", "by_card", "by_telling_of_her"])
def test_emergency_opens_her_record_to_who_helps_and_closes_it_again(session: Session, way: str) -> None:
    speaker, person = HELPERS["midwife"](session), mother(session, "left sharing out")
    raised = alerts.raise_alert(session, factories.speaker_of(session, HER), "danger_sign", ("bleeding",), NOW, None)
    assert WAYS[way](session, speaker, person)
    raised.status = "closed"
    session.flush()
    assert not WAYS[way](session, speaker, person)


@pytest.mark.parametrize("state", HIDDEN)
def test_who_refers_or_tells_of_a_death_is_heard_whatever_was_agreed(session: Session, state: str) -> None:
    speaker, person = HELPERS["midwife"](session), mother(session, state)
    assert named_mothers.find(session, speaker, code=CODE, urgent=True) == [person]
    elsewhere = OUTSIDERS["midwife_elsewhere"](session)
    assert named_mothers.find(session, elsewhere, code=CODE, urgent=True) == []


# ---------------------------------------------------------------- what is sent of its own accord


@pytest.mark.parametrize("state", STATES)
def test_weekly_list_names_her_when_she_agreed_to_be_seen(session: Session, state: str) -> None:
    cadre = factories.cadre(session)
    factories.reachable(session, cadre)
    person = mother(session, state)
    _hers(session, person, cadre)
    digests.to_cadre(session, cadre, NOW)
    assert _is_named(session) is (state not in HIDDEN)


def test_weekly_list_of_a_cadre_of_another_village_now_does_not_name_her(session: Session) -> None:
    cadre = factories.cadre(session, factories.BANJAREJO)
    factories.reachable(session, cadre)
    _hers(session, mother(session), cadre)
    digests.to_cadre(session, cadre, NOW)
    assert not _is_named(session)


def _hers(session: Session, person: Person, cadre: Cadre) -> None:
    """This cadre has registered her, and her due date is near."""
    pregnancy = session.scalars(select(Pregnancy).where(Pregnancy.person_id == person.id)).one()
    pregnancy.cadre_id, pregnancy.hpl = cadre.id, NOW.date() + timedelta(days=5)
    session.flush()


def _is_named(session: Session) -> bool:
    return any(NAME in text for text in session.scalars(select(OutboxMessage.text)))


@pytest.mark.parametrize("answer", ["no", "withdrawn"])
def test_who_said_no_gets_answers_only(session: Session, answer: str) -> None:
    person = mother(session, "is asked" if answer == "no" else "agreed to all")
    contact = factories.contact(session, HER)
    if answer == "no":
        consents.refuse(session, person, "whatsapp", NOW)
    else:
        consents.withdraw(session, person, "whatsapp", NOW)
    kinds: tuple[messages.Kind, ...] = ("reminder", "confirmation", "broadcast")
    for kind in kinds:
        draft = messages.Draft("halo")
        assert not messages.queue(session, contact, draft, kind=kind, priority=messages.REMINDER, now=NOW)
    assert messages.queue(session, contact, messages.Draft("halo"), kind="reply", priority=messages.ANSWER, now=NOW)


# ---------------------------------------------------------------- registering somebody who is known


@pytest.mark.parametrize("state", HIDDEN)
def test_registering_her_again_shows_a_cadre_nothing_of_hers(session: Session, state: str) -> None:
    person = mother(session, state)
    cadre = factories.cadre(session)
    talk = TaskTalk(Talk(session, factories.contact(session, cadre.phone)))
    told = talk.say(f"daftar {NAME} 28 th nik {person.nik} hpht 1 mei 2026 sumberoto", "register_pregnancy").text
    for answer in ("/inform:confirm:yes", f"/inform:duplicate:same-{person.id}", "/inform:differ:new"):
        told += talk.press(answer).text if talk.is_open else ""
    assert CODE not in told
    assert "0812" not in told
    assert person.consent == STATES[state]["consent"]


def test_registering_somebody_of_another_village_shows_a_cadre_nothing(session: Session) -> None:
    person = mother(session)
    cadre = factories.cadre(session, factories.BANJAREJO)
    talk = TaskTalk(Talk(session, factories.contact(session, cadre.phone)))
    told = talk.say(f"daftar Siti Rahayu 28 th nik {person.nik} hpht 1 mei 2026", "register_pregnancy").text
    for answer in (f"/inform:duplicate:same-{person.id}", "/inform:confirm:yes"):
        told += talk.press(answer).text if talk.is_open else ""
    assert not {sign for sign in (CODE, "Wagiyem", "0812000979") if sign in told}
    assert person.registered_by is None


# ---------------------------------------------------------------- one phone, several people


def test_mother_who_is_a_cadre_too_speaks_for_herself_and_for_her_village(session: Session) -> None:
    cadre = factories.cadre(session, factories.BANJAREJO)
    own = factories.person(session, name="Kader Hamil", phone=cadre.phone, agreed=["chat"], nik=factories.make_nik())
    other = mother(session)
    speaker = factories.speaker_of(session, cadre.phone)
    assert access.may_look_after(session, speaker, own)
    assert not access.may_look_after(session, speaker, other)


def test_phone_of_two_mothers_shows_neither_to_a_third(session: Session) -> None:
    mother(session)
    second = factories.person(session, name="Dua Sepupu", phone=HER, nik=factories.make_nik())
    stranger = OUTSIDERS["stranger"](session)
    assert named_mothers.visible(session, stranger, second.id) is None


def test_helper_answers_for_no_mother_who_has_a_phone(session: Session) -> None:
    person = mother(session, "is asked")
    cadre = HELPERS["cadre"](session)
    for verb in proxies.PRESSES:
        presses.act(session, cadre, Press(verb, person.id), NOW, None)
    assert person.consent == "pending"


def test_duplicate_of_another_village_is_not_offered(session: Session) -> None:
    mother(session)
    entry = Entry(name=NAME, village_code=factories.BANJAREJO, age=28)
    assert registration.find_duplicates(session, entry) == ()


# ---------------------------------------------------------------- rides, plans and numbers of who keeps to herself


def _told_cadre(session: Session, cadre: Cadre) -> list[str]:
    rows = select(OutboxMessage.text).join(Contact).where(Contact.phone_index == cadre.phone_index)
    return list(session.scalars(rows))


@pytest.mark.parametrize(("state", "urgent", "is_told"), [
    pytest.param("agreed to all", False, True, id="agreed"),
    pytest.param("left sharing out", False, False, id="left sharing out"),
    pytest.param("left sharing out", True, True, id="left sharing out, in an emergency"),
])  # fmt: skip
def test_cadre_hears_of_a_ride_when_she_may_know(session: Session, state: str, urgent: bool, is_told: bool) -> None:
    cadre, driver, person = factories.cadre(session), factories.driver(session), mother(session, state)
    factories.reachable(session, cadre, driver, person)
    wish = Wish(NOW + timedelta(hours=21), urgent, "visit", factories.SUMBEROTO, person.id)
    ride = rides.order(session, factories.contact(session, HER), wish, NOW, None).ride
    presses.act(
        session, factories.speaker_of(session, driver.phone), Press("ride_accept", ride.offers[0].id), NOW, None
    )
    assert ride.status == "confirmed"
    assert bool(_told_cadre(session, cadre)) is is_told


@pytest.mark.parametrize(("state", "is_told"), [("agreed to all", True), ("left sharing out", False)])
def test_cadre_is_asked_for_a_lost_number_when_she_may_know(session: Session, state: str, is_told: bool) -> None:
    cadre, person = factories.cadre(session), mother(session, state)
    factories.reachable(session, cadre, person)
    speaker = factories.speaker_of(session, HER)
    presses.act(session, speaker, Press("wrong_person", person.id), NOW, None)
    assert person.phone is None
    assert bool(_told_cadre(session, cadre)) is is_told
