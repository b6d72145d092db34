"""Consent: by the mother herself, for separate purposes, kept with its wording; a no keeps nothing but the no."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import presses
from registry.db import Database
from registry.messaging import messages
from registry.models import AuditEntry, Cadre, Consent, Contact, Handoff, OutboxMessage, Person, Pregnancy
from registry.persons import consents, people, stopping
from registry.persons.people import Speaker
from registry.pregnancies.registration import TEXT_VERSION
from registry.rules import course
from registry.rules.course_values import (
    Channel,
    ConsentGiven,
    ConsentRefused,
    Course,
    Giver,
    Purpose,
    Started,
    Stopped,
    Withdrawn,
)
from tests import factories
from tests.conftest import NIGHT, NOW, rolled_back

TODAY = date(2026, 11, 21)
CHILD = date(2009, 5, 1)


def mother(session: Session, **values: Any) -> Person:
    """A mother whom a cadre has registered, with a pregnancy, and a phone the bot knows."""
    helper = factories.cadre(session)
    factories.reachable(session, helper)
    columns: dict[str, Any] = {"consent": "pending", "registered_by": helper.phone} | values
    person = factories.person(session, **columns)
    factories.pregnancy(session, person, cadre_id=helper.id)
    if person.phone:
        factories.contact(session, person.phone)
    return person


def helper(session: Session) -> Speaker:
    """A cadre who registers."""
    return factories.speaker_of(session, factories.cadre(session).phone)


def pressed(session: Session, person: Person, verb: str, *, phone: str | None = None) -> str:
    """What is answered when a button about this person is pressed on a phone, hers unless told."""
    speaker = factories.speaker_of(session, phone or person.phone or "")
    press = presses.of_button(f"/press:{verb}:{person.id}")
    assert press is not None
    said = presses.act(session, speaker, press, NOW, None)
    session.flush()
    return "\n".join(draft.text for draft in said)


def rows(session: Session, person: Person) -> list[tuple[str, str, list[str]]]:
    found = session.scalars(select(Consent).where(Consent.person_id == person.id).order_by(Consent.id))
    return [(row.status, row.by, row.purposes) for row in found]


def sent_to(session: Session, phone: str | None) -> list[OutboxMessage]:
    contact = people.contact_for_phone(session, phone or "")
    assert contact is not None
    wanted = select(OutboxMessage).where(OutboxMessage.contact_id == contact.id, OutboxMessage.status == "queued")
    return list(session.scalars(wanted.order_by(OutboxMessage.id)))


# ---------------------------------------------------------------- the acts


def test_yes_is_kept_with_wording_time_channel_and_purposes(session: Session) -> None:
    person = mother(session)
    assert consents.give(session, person, ("chat", "reminders"), "mother", "whatsapp", NOW).accepted
    row = session.scalars(select(Consent).where(Consent.person_id == person.id)).one()
    assert (row.status, row.by, row.at, row.channel, row.text_version) == (
        "given", "mother", NOW, "whatsapp", TEXT_VERSION,
    )  # fmt: skip
    assert (person.consent, person.agreed) == ("given", ["chat", "reminders"])
    assert consents.agreed(person) == ("chat", "reminders")


def test_audit_holds_no_name_and_no_number(session: Session) -> None:
    person = mother(session)
    consents.give(session, person, consents.PURPOSES, "mother", "whatsapp", NOW)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "consent_given")).one()
    assert entry.subject == f"person:{person.id}"
    assert str(person.name) not in str(entry.detail)
    assert (entry.detail or {})["version"] == TEXT_VERSION


def test_who_agreed_before_purposes_were_told_apart_agreed_to_all(session: Session) -> None:
    assert consents.agreed(factories.person(session, consent="given", agreed=[])) == consents.PURPOSES
    assert consents.agreed(factories.person(session, consent="pending", agreed=["chat"])) == ()


@pytest.mark.parametrize(
    ("purposes", "reminds", "shares"),
    [(("chat",), False, False), (("chat", "reminders"), True, False), (("chat", "sharing"), False, True)],
    ids=["chat only", "reminders", "sharing"],
)
def test_each_purpose_allows_its_own_and_nothing_else(
    session: Session, purposes: tuple[str, ...], reminds: bool, shares: bool
) -> None:
    person = mother(session)
    consents.give(session, person, purposes, "mother", "whatsapp", NOW)
    may = consents.allowed(session, person, TODAY)
    assert (may.may_remind, may.may_share, may.written_to.value) == (reminds, shares, "mother")


def test_until_she_answers_only_her_cadre_is_written_to(session: Session) -> None:
    may = consents.allowed(session, mother(session), TODAY)
    assert (may.written_to.value, may.may_broadcast, may.may_share) == ("cadre", False, False)


def test_no_keeps_nothing_but_what_honours_it(session: Session) -> None:
    person = mother(session, companion="suami", jkn_told="pbi", address="RT 3", guardian="Bu Tarmi", code="M-4F7Q")
    nik, phone = person.nik, person.phone
    assert consents.refuse(session, person, "whatsapp", NOW).accepted
    assert (person.consent, person.registered, person.agreed) == ("refused", False, [])
    kept = (person.companion, person.jkn_told, person.address, person.guardian, person.code, person.born_on)
    assert kept == (None,) * 6
    assert (person.nik, person.phone) == (nik, phone)
    assert session.scalars(select(Pregnancy).where(Pregnancy.person_id == person.id)).all() == []
    assert rows(session, person) == [("refused", "mother", [])]


@pytest.mark.parametrize("act", [consents.refuse, consents.withdraw], ids=["no after a yes", "withdrawn"])
def test_yes_that_is_taken_back_stops_pushing_and_keeps_the_record(session: Session, act: Any) -> None:
    person = mother(session, consent="given", agreed=list(consents.PURPOSES))
    contact = people.contact_for_phone(session, person.phone or "")
    assert contact is not None
    factories.outbox_message(session, contact, kind="reminder", priority=messages.REMINDER)
    factories.outbox_message(session, contact, kind="reply")
    act(session, person, "whatsapp", NOW)
    assert (person.consent, person.registered) == ("withdrawn", True)
    assert contact.stopped_at == NOW
    assert [message.kind for message in sent_to(session, person.phone)] == ["reply"]
    assert not messages.queue(
        session, contact, messages.Draft("x"), kind="reminder", priority=messages.REMINDER, now=NOW
    )


def test_shared_phone_is_not_silenced_by_one_of_two(session: Session) -> None:
    person = mother(session)
    factories.person(session, phone=person.phone, name="Dewi Lestari")
    consents.refuse(session, person, "whatsapp", NOW)
    contact = people.contact_for_phone(session, person.phone or "")
    assert contact is not None
    assert contact.stopped_at is None


def test_yes_after_a_no_may_be_written_to_again_but_stop_stays(session: Session) -> None:
    person = mother(session, consent="given", agreed=["chat"])
    consents.withdraw(session, person, "whatsapp", NOW)
    consents.give(session, person, consents.PURPOSES, "mother", "whatsapp", NOW)
    contact = people.contact_for_phone(session, person.phone or "")
    assert contact is not None
    assert contact.stopped_at is None
    stopping.stop(session, people.speaker(session, contact), NOW)
    consents.withdraw(session, person, "whatsapp", NOW)
    consents.give(session, person, consents.PURPOSES, "mother", "whatsapp", NOW)
    assert contact.stopped_at == NOW


@pytest.mark.parametrize(
    ("by", "status"), [("mother", "pending"), ("guardian", "given"), ("cadre", "pending")],
    ids=["her own yes waits", "the guardian's counts", "a cadre's does not"],
)  # fmt: skip
def test_childs_consent_is_the_guardians(session: Session, by: Any, status: str) -> None:
    person = mother(session, born_on=CHILD)
    consents.give(session, person, consents.PURPOSES, by, "whatsapp", NOW)
    assert person.consent == status


def test_cadre_speaks_only_for_a_mother_without_a_phone(session: Session) -> None:
    with_phone, without = mother(session), mother(session, phone=None)
    for person in (with_phone, without):
        consents.give(session, person, consents.PURPOSES, "cadre", "whatsapp", NOW)
    assert (with_phone.consent, without.consent) == ("pending", "given")


# ---------------------------------------------------------------- the second consent


def test_mother_is_asked_who_and_why_once(session: Session) -> None:
    person = mother(session)
    assert consents.ask_mother(session, person, helper(session), NOW, None)
    assert not consents.ask_mother(session, person, helper(session), NOW, None)
    (message,) = sent_to(session, person.phone)
    assert (message.kind, message.template, message.priority) == ("confirmation", "consent_ask_mother", 3)
    assert "Kader Sri Hartini" in message.text
    assert "Gunanya" in message.text
    payloads = [payload for _, payload in (message.extras or {})["buttons"]]
    assert payloads == [f"/press:consent_{verb}:{person.id}" for verb in ("yes", "choose", "no")]


def test_mother_who_never_wrote_is_reached_on_whatsapp(session: Session) -> None:
    person = factories.person(session, consent="none")
    assert consents.ask_mother(session, person, helper(session), NOW, None)
    contact = people.contact_for_phone(session, person.phone or "")
    assert contact is not None
    assert (contact.channel, person.consent) == ("whatsapp", "pending")


def test_question_waits_for_the_morning(session: Session) -> None:
    person = mother(session)
    consents.ask_mother(session, person, helper(session), NIGHT, None)
    (message,) = sent_to(session, person.phone)
    assert message.due_at - NIGHT == timedelta(hours=6, minutes=30)


@pytest.mark.parametrize("consent", ["given", "refused", "withdrawn"])
def test_who_has_answered_is_not_asked_again(session: Session, consent: str) -> None:
    assert not consents.ask_mother(session, mother(session, consent=consent), helper(session), NOW, None)


def test_yes_on_her_phone_counts_and_her_cadre_hears_of_it(session: Session) -> None:
    person = mother(session)
    assert "Izin Ibu sudah saya catat" in pressed(session, person, "consent_yes")
    assert rows(session, person) == [("given", "mother", ["chat", "reminders", "sharing"])]
    (message,) = sent_to(session, person.registered_by)
    assert "sudah mengizinkan" in message.text


@pytest.mark.parametrize("verb", sorted(consents.PRESSES))
def test_button_on_another_phone_does_nothing(session: Session, verb: str) -> None:
    person = mother(session)
    thief = factories.person(session, name="Lain Orang")
    factories.contact(session, thief.phone)
    assert "sudah selesai" in pressed(session, person, verb, phone=thief.phone)
    assert (person.consent, rows(session, person)) == ("pending", [])


def test_no_on_her_phone_tells_the_cadre_to_ask_in_person(session: Session) -> None:
    person = mother(session)
    assert "tidak saya simpan" in pressed(session, person, "consent_no")
    (message,) = sent_to(session, person.registered_by)
    assert "belum mengizinkan" in message.text
    assert "Jangan dipaksa" in message.text


@pytest.mark.parametrize(
    ("reminders", "sharing", "agreed"),
    [
        ("yes", "yes", ["chat", "reminders", "sharing"]),
        ("yes", "no", ["chat", "reminders"]),
        ("no", "yes", ["chat", "sharing"]),
        ("no", "no", ["chat"]),
    ],
)
def test_purposes_are_chosen_one_by_one(session: Session, reminders: str, sharing: str, agreed: list[str]) -> None:
    person = mother(session)
    assert "pengingat" in pressed(session, person, "consent_choose")
    assert "dilihat kader" in pressed(session, person, f"consent_remind_{reminders}")
    assert "Izin Ibu" in pressed(session, person, f"consent_share_{sharing}")
    assert (person.consent, person.agreed) == ("given", agreed)


def test_child_who_says_yes_gets_a_midwife_and_the_guardian_may_agree(session: Session) -> None:
    person = mother(session, born_on=CHILD)
    assert "wali" in pressed(session, person, "consent_yes")
    assert person.consent == "pending"
    assert [talk.reason for talk in session.scalars(select(Handoff))] == ["minor"]
    assert "Izin Ibu" in pressed(session, person, "consent_guardian")
    assert rows(session, person) == [("given", "guardian", list(consents.PURPOSES))]


def test_guardians_button_is_none_for_a_grown_woman(session: Session) -> None:
    person = mother(session)
    assert "sudah selesai" in pressed(session, person, "consent_guardian")
    assert person.consent == "pending"


@pytest.mark.parametrize("verb", ["consent_yes", "consent_choose"])
def test_yes_after_a_no_begins_anew_because_nothing_was_kept(session: Session, verb: str) -> None:
    person = mother(session)
    pressed(session, person, "consent_no")
    assert "mulai dari awal" in pressed(session, person, verb)
    assert person.consent == "refused"


def test_former_cadre_hears_nothing(session: Session) -> None:
    person = mother(session)
    session.scalars(select(Cadre)).one().active = False
    pressed(session, person, "consent_yes")
    assert sent_to(session, person.registered_by) == []


# ---------------------------------------------------------------- the database follows the pure machine

ALL = frozenset(Purpose)
EVENTS = st.one_of(
    st.builds(ConsentGiven, st.sampled_from(Giver), st.frozensets(st.sampled_from(Purpose))),
    st.sampled_from((ConsentRefused(), Withdrawn(), Stopped(), Started())),
)


def apply(session: Session, person: Person, contact: Contact, event: object) -> None:
    """The database's own act for an event."""
    match event:
        case ConsentGiven():
            purposes = ("chat", *(purpose.value for purpose in event.purposes))
            consents.give(session, person, purposes, event.by.value, "whatsapp", NOW)
        case ConsentRefused():
            consents.refuse(session, person, "whatsapp", NOW)
        case Withdrawn():
            consents.withdraw(session, person, "whatsapp", NOW)
        case Stopped():
            stopping.stop(session, people.speaker(session, contact), NOW)
        case _:
            stopping.start(session, people.speaker(session, contact), NOW)
    session.flush()


def seen(case: Course) -> tuple[Any, ...]:
    """What both sides know; wishes of somebody who is not registered stand with her number alone."""
    stopped = case.stopped if case.registration.value != "none" else frozenset[Channel]()
    return case.registration, case.consent, case.purposes, case.pregnancy, stopped


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(
    st.sampled_from(["none", "pending", "given"]),
    st.booleans(),
    st.booleans(),
    st.lists(EVENTS, max_size=6),
)
def test_database_goes_where_the_machine_goes(
    shared_database: Database, consent: str, by_cadre: bool, minor: bool, events: list[Any]
) -> None:
    with rolled_back(shared_database) as session:
        person = mother(session, consent=consent, **({"born_on": CHILD} if minor else {}))
        person.registered_by = person.registered_by if by_cadre else person.phone
        contact = people.contact_for_phone(session, person.phone or "")
        assert contact is not None
        model = consents.course_of(session, person, TODAY)
        for event in events:
            before = len(rows(session, person))
            decision = course.step(model, event)
            apply(session, person, contact, event)
            model = decision.case
            assert seen(consents.course_of(session, person, TODAY)) == seen(model)
            consent_event = isinstance(event, ConsentGiven | ConsentRefused | Withdrawn)
            assert len(rows(session, person)) - before == (consent_event and decision.accepted)
            if person.consent in ("refused", "withdrawn"):
                assert contact.stopped_at is not None, "who said no is not written to"
