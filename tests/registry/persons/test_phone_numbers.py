"""Numbers that change, are given to others, or were never hers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import presses, texts
from registry.messaging import messages
from registry.models import Contact, OutboxMessage, Person, Pregnancy, Reminder
from registry.persons import people, phone_numbers, shared_phones
from registry.presses import Press
from tests import factories
from tests.conftest import NOW

OLD, NEW = "+6281200007001", "+6281299990001"


@pytest.fixture
def mother(session: Session) -> Person:
    """With her first number, and a cadre who can be reached."""
    cadre = factories.cadre(session)
    factories.reachable(session, cadre)
    person = factories.person(session, phone=OLD, name="Rina Wati", code="M-4F7Q")
    factories.pregnancy(session, person, cadre_id=cadre.id)
    factories.contact(session, OLD)
    return person


def sent(session: Session) -> list[tuple[str | None, str | None]]:
    rows = session.execute(
        select(Contact.phone, OutboxMessage.template)
        .join(OutboxMessage, OutboxMessage.contact_id == Contact.id)
        .where(OutboxMessage.status == "queued")
        .order_by(OutboxMessage.id)
    )
    return [(phone, template) for phone, template in rows]


def changed(session: Session, mother: Person) -> None:
    phone_numbers.change(session, factories.speaker_of(session, OLD), mother, NEW, NOW, None)


def press(session: Session, phone: str, verb: str, mother: Person) -> str:
    answers = presses.act(session, factories.speaker_of(session, phone), Press(verb, mother.id), NOW, None)
    return "\n".join(answer.text for answer in answers)


def test_change_holds_at_once_and_the_new_number_is_asked(session: Session, mother: Person) -> None:
    changed(session, mother)
    assert mother.phone == NEW
    assert sent(session) == [(NEW, "phone_new_number")]
    assert people.speaker(session, factories.contact(session, NEW)).person is mother
    assert people.speaker(session, factories.contact(session, OLD)).person is None
    assert "sudah saya catat" in press(session, NEW, "phone_yes", mother)


def waiting(session: Session, mother: Person, phone: str) -> OutboxMessage:
    """A reminder of hers that a failed try has put back."""
    contact = factories.contact(session, phone)
    draft = texts.say("phone_confirmed")
    number = messages.put(session, contact, draft, kind="reminder", priority=messages.REMINDER, now=NOW, key="uji")
    pregnancy = session.scalars(select(Pregnancy).where(Pregnancy.person_id == mother.id)).one()
    session.add(
        Reminder(
            pregnancy_id=pregnancy.id, key="uji", kind="education", visit="w20", step="once", text="education_w20",
            about=NOW.date(), last_on=NOW.date(), due_at=NOW, status="sent", sent_at=NOW, recipient="mother",
            outbox_id=number,
        )
    )  # fmt: skip
    session.flush()
    return session.get_one(OutboxMessage, number)


def test_reminder_that_waits_follows_her_to_the_new_number(session: Session, mother: Person) -> None:
    row = waiting(session, mother, OLD)
    changed(session, mother)
    session.refresh(row)
    assert (row.status, row.contact.phone) == ("queued", NEW)


def test_reminder_that_waits_goes_nowhere_when_the_number_is_not_hers(session: Session, mother: Person) -> None:
    row = waiting(session, mother, OLD)
    press(session, OLD, "wrong_person", mother)
    session.refresh(row)
    assert row.status == "cancelled"


def test_what_waits_for_the_other_mother_of_the_phone_stays(session: Session, mother: Person) -> None:
    other = factories.person(session, phone=OLD, name="Siti Aminah", code="M-5F8R", nik="3507014503989009")
    factories.pregnancy(session, other)
    row = waiting(session, other, OLD)
    changed(session, mother)
    session.refresh(row)
    assert (row.status, row.contact.phone) == ("queued", OLD)


def test_who_said_stop_is_not_written_to_on_the_new_number(session: Session, mother: Person) -> None:
    mother.messages = "stopped"
    changed(session, mother)
    assert sent(session) == []


def test_number_that_another_mother_has_is_a_shared_one(session: Session, mother: Person) -> None:
    factories.person(session, phone=NEW, nik=factories.make_nik(serial=555))
    changed(session, mother)
    assert mother.phone_owner == "family"


def test_old_number_holds_again_when_the_new_one_is_a_strangers(session: Session, mother: Person) -> None:
    changed(session, mother)
    assert "Maaf" in press(session, NEW, "phone_no", mother)
    assert mother.phone == OLD
    assert sent(session)[-1] == (OLD, "phone_put_back")


@pytest.mark.parametrize("verb", ["phone_yes", "phone_no", "wrong_person", "still_me"])
def test_somebody_elses_button_does_nothing(session: Session, mother: Person, verb: str) -> None:
    assert "sudah selesai" in press(session, "+6281299990077", verb, mother)
    assert mother.phone == OLD


def test_stranger_on_her_old_number_gets_nothing_more_and_the_cadre_is_asked(session: Session, mother: Person) -> None:
    contact = people.contact_for_phone(session, OLD)
    assert contact is not None
    factories.outbox_message(session, contact, "besok periksa", kind="reminder", priority=3)
    said = presses.spoken(session, people.speaker(session, contact), "maaf salah orang", NOW)
    assert said == Press("wrong_person", mother.id, "deny")
    press(session, OLD, "wrong_person", mother)
    assert (mother.phone, mother.phone_index) == (None, None)
    assert people.speaker(session, contact).role == "stranger"
    assert [template for _, template in sent(session)] == ["phone_ask_cadre"], "the reminder is dropped"


@pytest.mark.parametrize("code", [None, "M-HVFV"], ids=["she registered herself", "a cadre registered her"])
def test_helper_is_told_how_to_name_her_in_the_answer(session: Session, mother: Person, code: str | None) -> None:
    mother.code = code
    press(session, OLD, "wrong_person", mother)
    asked = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "phone_ask_cadre")).one()
    assert f"ganti nomor {code or mother.name} 0812" in (asked.text or "")
    assert texts.phrase("phrase_unknown") not in (asked.text or "")


def test_mistaken_tap_is_undone_by_the_same_phone(session: Session, mother: Person) -> None:
    press(session, OLD, "wrong_person", mother)
    assert "lagi" in press(session, OLD, "still_me", mother)
    assert mother.phone == OLD


def test_undoing_comes_too_late_when_a_new_number_was_given(session: Session, mother: Person) -> None:
    press(session, OLD, "wrong_person", mother)
    cadre = factories.cadre(session)
    phone_numbers.change(session, factories.speaker_of(session, cadre.phone), mother, NEW, NOW, None)
    assert "sudah selesai" in press(session, OLD, "still_me", mother)
    assert mother.phone == NEW


@pytest.mark.parametrize("phone", [OLD, "+6281299990077"], ids=["hers", "a stranger's"])
def test_ordinary_words_are_no_wrong_number(session: Session, mother: Person, phone: str) -> None:
    speaker = factories.speaker_of(session, phone)
    assert phone_numbers.spoken(session, speaker, "halo bu") is None
    assert (phone_numbers.spoken(session, speaker, "salah orang") is not None) is (phone == mother.phone)


def test_wrong_number_on_a_shared_phone_is_left_to_people(session: Session, mother: Person) -> None:
    factories.person(session, phone=OLD, nik=factories.make_nik(serial=555))
    assert phone_numbers.spoken(session, factories.speaker_of(session, OLD), "salah orang") is None
    assert mother.phone == OLD


def test_old_phone_is_told_without_her_name_when_she_moves(session: Session, mother: Person) -> None:
    phone_numbers.move_here(session, factories.speaker_of(session, NEW), mother, NOW, None)
    phone_numbers.move_here(session, factories.speaker_of(session, NEW), mother, NOW + timedelta(hours=1), None)
    assert mother.phone == NEW
    assert sent(session) == [(OLD, "phone_moved_away")]
    text = session.scalars(select(OutboxMessage)).one().text
    assert "Rina" not in text


@pytest.mark.parametrize(
    ("told", "is_hers"), [("rina wati", True), ("Rina Watie", True), ("Rina", False), ("", False), ("Dewi", False)]
)
def test_name_proves_only_when_it_is_hers(session: Session, mother: Person, told: str, is_hers: bool) -> None:
    contact = factories.contact(session, NEW)
    assert phone_numbers.proves_name(session, contact, mother, told, NOW) is is_hers


def test_last_written_channel_is_where_she_is_written_to(session: Session, mother: Person) -> None:
    telegram = factories.contact(session, OLD, channel="telegram", last_wrote_at=NOW)
    whatsapp = factories.contact(session, OLD, last_wrote_at=NOW - timedelta(days=1))
    assert people.contact_for_phone(session, str(mother.phone)) is telegram
    whatsapp.last_wrote_at = NOW + timedelta(minutes=1)
    session.flush()
    assert people.contact_for_phone(session, str(mother.phone)) is whatsapp


def test_nothing_is_shown_on_a_told_number_before_it_is_confirmed(session: Session, mother: Person) -> None:
    changed(session, mother)
    new = factories.contact(session, NEW)
    assert shared_phones.must_ask(session, new)
    assert "nomor baru Bu Rina" in shared_phones.question(session, new).text
    press(session, NEW, "phone_yes", mother)
    assert not shared_phones.must_ask(session, new)


@pytest.mark.parametrize("said", ["iya", "nggih leres"])
def test_yes_in_words_confirms_the_told_number(session: Session, mother: Person, said: str) -> None:
    changed(session, mother)
    new = factories.contact(session, NEW)
    question = shared_phones.question(session, new)
    number = messages.put(session, new, question, kind="reply", priority=messages.ANSWER, now=NOW, key="uji")
    row = session.get_one(OutboxMessage, number)
    row.status, row.sent_at = "sent", NOW
    session.flush()
    found = presses.spoken(session, people.speaker(session, new), said, NOW)
    assert found is not None
    assert (found.verb, found.number) == ("speaks_for", mother.id)


def test_old_number_is_hers_without_a_question_when_it_is_put_back(session: Session, mother: Person) -> None:
    changed(session, mother)
    press(session, NEW, "phone_no", mother)
    assert mother.phone == OLD
    assert not shared_phones.must_ask(session, factories.contact(session, OLD))


def test_number_she_proved_from_is_hers_without_a_question(session: Session, mother: Person) -> None:
    phone_numbers.move_here(session, factories.speaker_of(session, NEW), mother, NOW, None)
    assert not shared_phones.must_ask(session, factories.contact(session, NEW))
