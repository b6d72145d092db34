"""Her own data in a talk: shown to herself alone, erased after one question."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.messaging import pictures
from registry.models import DataRequest, Person
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import Said, TaskTalk
from tests.conftest import NOW

PHONE = "+6281200008801"


def talk(session: Session, phone: str = PHONE) -> TaskTalk:
    return TaskTalk(Talk(session, factories.contact(session, phone)))


def show(session: Session, phone: str = PHONE) -> Said:
    return talk(session, phone).say("data saya apa saja", "show_my_data")


def requests(session: Session) -> list[tuple[str, str]]:
    return [(row.type, row.status) for row in session.scalars(select(DataRequest).order_by(DataRequest.id))]


def test_she_is_shown_everything_but_her_whole_nik(session: Session) -> None:
    cadre = factories.cadre(session)
    mother = factories.person(session, phone=PHONE, registered_by=cadre.phone, agreed=["chat", "reminders"])
    factories.pregnancy(session, mother)
    said = show(session)
    for part in (
        "Siti Aminah",
        "5 Maret 1998",
        "Sumberoto",
        "0812",
        "27 minggu",
        "sudah diberi",
        cadre.name,
        "menyala",
    ):
        assert part in said.text
    assert "tidak dibagikan" in said.text
    assert str(mother.nik) not in said.text
    assert f"3507********{str(mother.nik)[-4:]}" in said.text
    assert said.heard.messages[-1]["image"] == pictures.reference(mother)
    assert requests(session) == [("show", "done")]


def test_stranger_is_told_that_nothing_is_kept(session: Session) -> None:
    assert "belum menyimpan data Ibu" in show(session).text


def test_helper_is_told_what_is_kept_of_her(session: Session) -> None:
    cadre = factories.cadre(session, phone=PHONE)
    assert cadre.name in show(session).text


@pytest.mark.parametrize(
    ("answer", "sees"),
    [("/inform:reader:yes", True), ("/inform:reader:no", False), ("ya saya", True), ("bukan", False)],
)
def test_shared_phone_is_asked_who_reads_first(session: Session, answer: str, sees: bool) -> None:
    factories.person(session, phone=PHONE, phone_owner="husband")
    chat = talk(session)
    assert "5 Maret" not in chat.say("lihat data saya", "show_my_data").text
    said = chat.press(answer) if answer.startswith("/") else chat.say(answer)
    assert ("5 Maret 1998" in said.text) is sees
    assert not chat.is_open


def test_of_two_mothers_on_one_phone_the_chosen_one_is_shown(session: Session) -> None:
    factories.person(session, phone=PHONE, name="Rina Wati")
    other = factories.person(session, phone=PHONE, name="Dewi Lestari", nik=factories.make_nik(serial=444))
    chat = talk(session)
    assert set(chat.say("data saya", "show_my_data").buttons) == {"Rina", "Dewi"}
    said = chat.press(f"/inform:who:{other.id}")
    assert "Dewi Lestari" in said.text
    assert "Rina" not in said.text


def test_old_button_of_somebody_else_shows_nothing(session: Session) -> None:
    factories.person(session, phone=PHONE, phone_owner="family")
    stranger = factories.person(session, name="Orang Lain")
    chat = talk(session)
    chat.say("data saya", "show_my_data")
    assert "Orang Lain" not in chat.press(f"/inform:who:{stranger.id}").text


@pytest.mark.parametrize("answer", ["/inform:delete:yes", "ya hapus", "iya"])
def test_data_are_erased_when_she_says_yes(session: Session, answer: str) -> None:
    factories.pregnancy(session, factories.person(session, phone=PHONE))
    chat = talk(session)
    asked = chat.say("hapus data saya", "delete_my_data")
    assert "puskesmas tetap ada" in asked.text
    assert set(asked.buttons) == {"Ya, hapus", "Tidak"}
    said = chat.press(answer) if answer.startswith("/") else chat.say(answer, "affirm")
    assert "sudah saya hapus" in said.text
    assert session.scalars(select(Person)).all() == []
    assert (chat.is_open, chat.draft, requests(session)) == (False, None, [("delete", "done")])


@pytest.mark.parametrize("answer", ["/inform:delete:no", "tidak jadi", "gak"])
def test_nothing_happens_when_she_says_no(session: Session, answer: str) -> None:
    factories.person(session, phone=PHONE)
    chat = talk(session)
    chat.say("hapus data saya", "delete_my_data")
    said = chat.press(answer) if answer.startswith("/") else chat.say(answer, "deny")
    assert "tidak jadi dihapus" in said.text
    assert len(session.scalars(select(Person)).all()) == 1
    assert requests(session) == []


@pytest.mark.parametrize(("hours", "is_erased"), [(23, True), (25, False), (96, False)])
def test_yes_that_comes_late_is_asked_for_again(session: Session, hours: int, is_erased: bool) -> None:
    factories.person(session, phone=PHONE)
    chat = talk(session)
    chat.say("hapus data saya", "delete_my_data")
    chat.talk.now = NOW + timedelta(hours=hours)
    chat.press("/inform:delete:yes")
    assert (session.scalars(select(Person)).all() == []) is is_erased
    if not is_erased:
        chat.press("/inform:delete:yes")
        assert session.scalars(select(Person)).all() == []


def test_yes_of_an_older_question_erases_nothing(session: Session) -> None:
    factories.person(session, phone=PHONE)
    chat = talk(session)
    chat.say("hapus data saya", "delete_my_data")
    assert "Dihapus sekarang" in chat.press("/inform:update_confirm:yes").text
    assert len(session.scalars(select(Person)).all()) == 1


@pytest.mark.parametrize("text", ["hapus data bu siti aminah", "hapus data saya"])
def test_cadre_is_told_that_only_the_mother_may_ask(session: Session, text: str) -> None:
    cadre = factories.cadre(session, phone=PHONE)
    factories.person(session)
    chat = talk(session, cadre.phone)
    assert "ibu sendiri yang minta" in chat.say(text, "delete_my_data").text
    assert not chat.is_open


def test_cadre_who_is_a_mother_erases_herself_but_nobody_else(session: Session) -> None:
    factories.cadre(session, phone=PHONE)
    factories.person(session, phone=PHONE, name="Sri Hartini")
    factories.person(session, name="Rina Wati", nik=factories.make_nik(serial=333))
    assert "ibu sendiri" in talk(session).say("hapus data bu rina wati", "delete_my_data").text
    chat = talk(session)
    chat.say("hapus data saya", "delete_my_data")
    chat.press("/inform:delete:yes")
    assert [person.name for person in session.scalars(select(Person))] == ["Rina Wati"]


def test_one_of_two_mothers_on_a_phone_is_erased_alone(session: Session) -> None:
    rina = factories.person(session, phone=PHONE, name="Rina Wati")
    factories.person(session, phone=PHONE, name="Dewi Lestari", nik=factories.make_nik(serial=444))
    chat = talk(session)
    chat.say("hapus data saya", "delete_my_data")
    assert "puskesmas" in chat.press(f"/inform:who:{rina.id}").text
    chat.press("/inform:delete:yes")
    assert [person.name for person in session.scalars(select(Person))] == ["Dewi Lestari"]


def test_talk_of_a_stranger_is_erased(session: Session) -> None:
    chat = talk(session)
    chat.say("nik saya 3507014503989001")
    chat.say("hapus data saya", "delete_my_data")
    assert "sudah saya hapus" in chat.press("/inform:delete:yes").text
    assert factories.speaker_of(session, PHONE).role == "stranger"


@pytest.mark.parametrize("said", ["ya hapus", "hapus aja bu"])
def test_yes_that_names_the_deed_again_erases(session: Session, said: str) -> None:
    factories.person(session, phone=PHONE)
    chat = talk(session)
    chat.say("hapus data saya", "delete_my_data")
    chat.say(said, "delete_my_data")
    assert session.scalars(select(Person)).all() == []


@pytest.mark.parametrize("said", ["jangan dihapus", "tolong hapus semua data saya yang ada di sini"])
def test_no_or_the_wish_told_again_erases_nothing(session: Session, said: str) -> None:
    factories.person(session, phone=PHONE)
    chat = talk(session)
    chat.say("hapus data saya", "delete_my_data")
    chat.say(said, "delete_my_data")
    assert len(session.scalars(select(Person)).all()) == 1
