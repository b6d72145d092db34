"""A check-up is moved in words and by buttons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.clock import JAKARTA
from registry.models import ChosenDay, Reminder, Ride
from registry.transport import rides
from registry.transport.rides import Wish
from tests import factories
from tests.actions.course import People, people_of
from tests.conftest import NOW

OPENS = "reschedule_visit"
MONDAY = date(2026, 11, 23)


@pytest.fixture
def world(session: Session) -> People:
    """K4 is due on Saturday the 28th."""
    return people_of(session)


def chosen(session: Session) -> list[tuple[str, date]]:
    return [(row.kind, row.on) for row in session.scalars(select(ChosenDay))]


def reminder_of(session: Session, world: People) -> Reminder:
    rows = select(Reminder).where(Reminder.pregnancy_id == world.pregnancy.id, Reminder.visit == "K4")
    row = session.scalars(rows.order_by(Reminder.id).limit(1)).one()
    row.status, row.sent_at = "sent", NOW
    session.flush()
    return row


def test_a_day_told_at_once_is_taken(session: Session, world: People) -> None:
    said = world.talk(world.rina).say("besok gak bisa, senin aja ya bu", OPENS)
    assert chosen(session) == [("K4", MONDAY)]
    assert "Senin, 23 November 2026" in said.text


def test_the_button_of_a_reminder_asks_for_the_day(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    asked = talk.press(f"/reschedule_visit:{reminder_of(session, world).id}")
    assert "periksa ke-4" in asked.text
    talk.press(asked.buttons["Lusa"])
    assert chosen(session) == [("K4", MONDAY)]


def test_a_closed_day_offers_the_next_open_one(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("mau ganti hari", OPENS)
    asked = talk.say("hari minggu")
    assert "tutup" in asked.text
    assert "Senin, 23 November 2026" in asked.text
    assert chosen(session) == []
    talk.say("ya")
    assert chosen(session) == [("K4", MONDAY)]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        pytest.param("25 maret 2027", "paling lambat", id="past the window"),
        pytest.param("kemarin", "sudah lewat", id="yesterday"),
        pytest.param("mundur sehari", "belum jelas", id="counted from nothing"),
        pytest.param("minggu depan", "belum jelas", id="only a week"),
    ],
)
def test_a_day_that_does_not_do_is_asked_again(session: Session, world: People, said: str, answer: str) -> None:
    talk = world.talk(world.rina)
    talk.say("mau ganti hari", OPENS)
    assert answer in talk.say(said).text
    assert talk.is_open
    assert chosen(session) == []


def test_after_three_unclear_answers_it_stays_as_it_is(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("mau ganti hari", OPENS)
    for _ in range(3):
        said = talk.say("embuh bu")
    assert "tetap dulu" in said.text
    assert not talk.is_open


def test_the_reminder_of_another_mother_is_none_of_her_business(session: Session, world: People) -> None:
    number = reminder_of(session, world).id
    assert "sudah selesai" in world.talk(world.sari).press(f"/reschedule_visit:{number}").text


def test_a_cadre_moves_the_visit_of_her_mother(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    talk.say("bu rina wati gak bisa besok, minta ganti hari", OPENS)
    assert "Rina Wati" in talk.say("senin").text
    assert chosen(session) == [("K4", MONDAY)]


@pytest.mark.parametrize("payload", ["/reschedule_visit:99999999", "/reschedule_visit:x", "/reschedule_visit"])
def test_a_payload_that_names_nothing_asks_about_the_next_visit(session: Session, world: People, payload: str) -> None:
    assert "periksa ke-4" in world.talk(world.rina).press(payload).text


def test_nothing_to_move_for_who_is_not_registered(session: Session, world: People) -> None:
    stranger = factories.person(session, registered=False)
    assert "/register_pregnancy" in world.talk(stranger).say("ganti hari", OPENS).buttons.values()


def ride_of_rina(session: Session, world: People) -> Ride:
    wish = Wish(NOW + timedelta(hours=21), False, "visit", factories.SUMBEROTO, world.rina.id)
    return rides.order(session, factories.contact(session, world.rina.phone), wish, NOW, None).ride


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param("jamnya diganti setengah 9 aja bu", "22 08:30", id="an hour"),
        pytest.param("ganti lusa jam 8 ya", "23 08:00", id="a day and an hour"),
    ],
)
def test_an_hour_moves_the_ride_that_is_coming(session: Session, world: People, text: str, at: str) -> None:
    ride = ride_of_rina(session, world)
    said = world.talk(world.rina).say(text, OPENS)
    assert at[3:].replace(":", ".") in said.text
    assert f"{ride.at.astimezone(JAKARTA):%d %H:%M}" == at
    assert chosen(session) == []


def test_an_hour_after_the_day_was_asked_for_is_that_of_the_ride(session: Session, world: People) -> None:
    ride = ride_of_rina(session, world)
    talk = world.talk(world.rina)
    talk.say("mau ganti hari", OPENS)
    talk.say("jam 9 ae")
    assert f"{ride.at.astimezone(JAKARTA):%d %H:%M}" == "22 09:00"
    assert chosen(session) == []


def test_a_day_and_hour_of_the_check_up_leave_the_ride_alone(session: Session, world: People) -> None:
    ride = ride_of_rina(session, world)
    world.talk(world.rina).say("kontrolnya ganti senin jam 8 ya", OPENS)
    assert f"{ride.at.astimezone(JAKARTA):%d %H:%M}" == "22 07:00"
    assert chosen(session) == [("K4", MONDAY)]
