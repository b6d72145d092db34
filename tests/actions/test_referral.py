"""A referral in a conversation: who and why from one message, else one question; a second message names a place."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, Handoff, Referral
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk

ASK = "request_referral"
HER, MIDWIFE, CADRE, ELSEWHERE, DINKES = (f"+628120000991{digit}" for digit in range(5))


@pytest.fixture(autouse=True)
def village(session: Session) -> None:
    mother = factories.person(session, phone=HER, name="Kasiyem Wulansari", code="M-4F7Q")
    factories.pregnancy(session, mother)
    factories.reachable(
        session,
        mother,
        factories.staff(session, phone=MIDWIFE),
        factories.cadre(session, phone=CADRE),
        factories.staff(session, factories.GONDANGLEGI, phone=ELSEWHERE),
        factories.staff(session, unit="dinkes", phone=DINKES),
    )


def talk(session: Session, phone: str = MIDWIFE) -> TaskTalk:
    return TaskTalk(Talk(session, factories.contact(session, phone)))


def made(session: Session) -> list[Referral]:
    return list(session.scalars(select(Referral).order_by(Referral.id)))


@pytest.mark.parametrize("who", [MIDWIFE, CADRE, DINKES], ids=["midwife", "cadre", "dinkes"])
def test_everything_in_one_message(session: Session, who: str) -> None:
    said = talk(session, who).say("rujuk M-4F7Q ke rsud kanjuruhan karena tensi 160/110", ASK)
    (row,) = made(session)
    assert (row.facilities, row.reason, row.status) == (["rsud-kanjuruhan"], "tensi 160/110", "asked")
    assert "Saya tanyakan ke RSUD Kanjuruhan" in said.text
    assert said.buttons == {"Sudah berangkat": f"/press:referral_left:{row.id}"}


def test_reason_is_asked_when_none_was_told(session: Session) -> None:
    chat = talk(session)
    assert "alasan" in chat.say("rujuk bu kasiyem ke rsud kanjuruhan", ASK).text
    chat.say("KPD 12 jam, nik 3507014503989001")
    assert made(session)[0].reason == "KPD 12 jam, nik xnik1"
    assert not chat.is_open


def test_reason_that_comes_with_the_right_name_takes_the_place_of_the_first(session: Session) -> None:
    chat = talk(session)
    chat.say("rujuk bu Sutinah, PEB, TD 170/110", ASK)
    chat.say("bu kasiyem PEB TD 180/120 rujuk ke rsud kanjuruhan", ASK, confidence=0.5)
    (row,) = made(session)
    assert (row.reason, row.facilities) == ("PEB, TD 180/120", ["rsud-kanjuruhan"])


def test_mother_of_another_area_cannot_be_referred(session: Session) -> None:
    chat = talk(session, ELSEWHERE)
    chat.say("rujuk M-4F7Q ke rsud kanjuruhan karena KPD", ASK)
    chat.press("/inform:which:1")
    assert made(session) == []


def test_second_message_about_her_names_where_to_ask_now(session: Session) -> None:
    chat = talk(session)
    chat.say("rujuk M-4F7Q ke rsud kanjuruhan karena tensi 160/110", ASK)
    assert "sudah berjalan ke RSUD Kanjuruhan" in chat.say("rujuk M-4F7Q karena tensi tinggi", ASK).text
    said = talk(session, DINKES).say("rujuk M-4F7Q ke rs wava husada", ASK)
    assert "Saya tanyakan ke RS Wava Husada" in said.text
    (row,) = made(session)
    assert [one["facility"] for one in row.asked] == [0, 1]


@pytest.mark.parametrize("who", [HER, "+6281200009998"], ids=["mother", "stranger"])
def test_mother_who_asks_for_it_gets_a_person(session: Session, who: str) -> None:
    said = talk(session, who).say("saya minta dirujuk ke rsud", ASK)
    assert "teruskan ke bidan" in said.text
    assert made(session) == []
    assert len(list(session.scalars(select(Handoff)))) == 1


@pytest.mark.parametrize(
    ("text", "alarms"),
    [
        ("rujuk bu sutinah perdarahan banyak ke rsud kanjuruhan", 1),
        ("rujuk bu sutinah periksa usg ke rsud kanjuruhan", 0),
        ("rujuk bu kasiyem perdarahan banyak ke rsud kanjuruhan", 0),
    ],
    ids=["on no list and bleeding", "on no list", "on the list: the referral is the help"],
)
def test_sign_of_a_mother_on_no_list_calls_help_at_once(session: Session, text: str, alarms: int) -> None:
    said = talk(session).say(text, ASK)
    found = session.scalars(select(Alert)).all()
    assert (len(found), "119" in said.text) == (alarms, alarms == 1 or "kasiyem" in text)
