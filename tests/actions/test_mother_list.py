"""A cadre asks for her mothers: pages, one card, and nothing for anybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry.messaging import pictures
from registry.models import Person
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.conftest import NOW


def talk(session: Session, phone: str) -> TaskTalk:
    return TaskTalk(Talk(session, factories.contact(session, phone)))


def ask(chat: TaskTalk, text: str = "ibu saya siapa saja") -> str:
    return chat.say(text, "list_my_mothers").text


@pytest.fixture
def cadre(session: Session) -> TaskTalk:
    """The cadre of Sumberoto."""
    return talk(session, factories.cadre(session).phone)


@pytest.fixture
def mothers(session: Session) -> list[Person]:
    """Ten mothers of Sumberoto, in order of their names."""
    made = []
    for number in range(10):
        mother = factories.person(session, name=f"Ibu{chr(65 + number)} Wati", code=f"M-4F7{chr(65 + number)}")
        factories.pregnancy(session, mother, opened_at=NOW - timedelta(days=90))
        made.append(mother)
    return made


def test_pages_follow_one_another(cadre: TaskTalk, mothers: list[Person]) -> None:
    first = cadre.say("daftar ibu saya", "list_my_mothers")
    assert "(10)" in first.text
    assert "8. IbuH Wati" in first.text
    assert "IbuI" not in first.text
    assert first.buttons == {"Lanjut": "/inform:page:2"}
    second = cadre.press("/inform:page:2")
    assert "10. IbuJ Wati" in second.text
    assert second.buttons == {"Sebelumnya": "/inform:page:1"}
    assert len(mothers) == 10


@pytest.mark.parametrize("text", ["lanjut", "lanjut bu", "terus"])
@pytest.mark.usefixtures("mothers")
def test_next_page_comes_by_word_too(cadre: TaskTalk, text: str) -> None:
    ask(cadre)
    assert "9. IbuI Wati" in cadre.say(text, "affirm").text


@pytest.mark.parametrize("pick", ["2", "nomor 2", "M-4F7B", "m-4f7b", "bu ibub wati"])
def test_one_mother_is_shown_with_her_card(cadre: TaskTalk, mothers: list[Person], pick: str) -> None:
    ask(cadre)
    said = cadre.say(pick)
    assert "IbuB Wati, M-4F7B" in said.text
    assert "27 minggu" in said.text
    assert said.heard.messages[0]["image"] == pictures.reference(mothers[1])
    assert str(mothers[1].nik) not in said.text
    assert said.buttons == {"Daftar ibu": "/list_my_mothers"}
    assert not cadre.is_open


def test_code_alone_opens_the_card(cadre: TaskTalk, mothers: list[Person]) -> None:
    assert "IbuC" in ask(cadre, f"lihat {mothers[2].code}")


@pytest.mark.usefixtures("mothers")
@pytest.mark.parametrize("pick", ["99", "M-2222"])
def test_number_that_is_not_there_shows_nobody(cadre: TaskTalk, pick: str) -> None:
    ask(cadre)
    assert "Wati" not in cadre.say(pick).text


def test_mother_of_another_village_is_not_shown(session: Session, cadre: TaskTalk) -> None:
    other = factories.person(session, name="Dewi Lestari", code="M-7W9K", village_code=factories.KETAWANG)
    factories.pregnancy(session, other)
    assert "Dewi" not in ask(cadre, "lihat M-7W9K")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ibu saya siapa saja", "Belum ada ibu hamil"), ("siapa yang belum periksa", "Tidak ada yang terlewat"),
        ("yang mau lahiran siapa", "dekat melahirkan"), ("resti siapa saja", "berisiko"),
        ("siapa yang waktunya periksa", "dua minggu"),
    ],
)  # fmt: skip
def test_empty_list_is_said_kindly(cadre: TaskTalk, text: str, kind: str) -> None:
    assert kind in ask(cadre, text)
    assert not cadre.is_open


@pytest.mark.parametrize("who", ["mother", "driver", "former cadre", "stranger"])
@pytest.mark.usefixtures("mothers")
def test_nobody_else_gets_a_list(session: Session, who: str) -> None:
    phone = {
        "mother": lambda: str(factories.person(session).phone),
        "driver": lambda: factories.driver(session).phone,
        "former cadre": lambda: factories.cadre(session, active=False).phone,
        "stranger": factories.make_phone,
    }[who]()
    said = ask(talk(session, phone))
    assert "hanya untuk kader" in said
    assert "Wati" not in said


def test_cadre_without_a_village_is_told_whom_to_ask(session: Session) -> None:
    cadre = factories.cadre(session)
    cadre.areas = []
    session.flush()
    assert "belum tercatat" in ask(talk(session, cadre.phone))


@pytest.mark.usefixtures("mothers")
def test_list_asked_for_again_starts_anew(cadre: TaskTalk) -> None:
    ask(cadre)
    cadre.press("/inform:page:2")
    assert "1. IbuA Wati" in ask(cadre)
    assert "9. IbuI" in cadre.press("/inform:page:2").text


@pytest.mark.parametrize(("said", "intent"), [("ok", "affirm"), ("makasih ya", "thank"), ("iya bu", "affirm")])
@pytest.mark.usefixtures("mothers")
def test_thanks_end_the_list(cadre: TaskTalk, said: str, intent: str) -> None:
    ask(cadre)
    assert "terima kasih sudah membantu" in cadre.say(said, intent).text
    assert not cadre.is_open
