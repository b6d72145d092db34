"""A birth is told: kept when mother and day are clear; then how both are; the rest may be skipped."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Alert, Birth, Handoff, Loss
from tests import factories
from tests.actions.course import People, people_of
from tests.conftest import NOW

OPENS = "report_birth"
TODAY = NOW.date()
WHOLE = "bayi saya sudah lahir tadi pagi jam 5 di puskesmas, laki-laki 3100 gram"


@pytest.fixture
def world(session: Session) -> People:
    """Rina is about to give birth."""
    found = people_of(session)
    found.pregnancy.hpht, found.pregnancy.hpl = TODAY - timedelta(weeks=39), TODAY + timedelta(weeks=1)
    return found


def kept(session: Session) -> list[tuple[date, time | None, str | None, str | None, int | None]]:
    rows = session.scalars(select(Birth).order_by(Birth.id))
    return [(row.on, row.time, row.place, row.sex, row.weight_g) for row in rows]


def test_all_in_one_message_is_kept_and_only_how_they_are_is_asked(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    said = talk.say(WHOLE, OPENS)
    assert kept(session) == [(TODAY, time(5), "puskesmas", "M", 3100)]
    assert world.pregnancy.status == "delivered"
    assert "Ibu dan bayi sehat?" in said.text
    assert "periksa nifas ke-1 dan periksa bayi ke-1" in talk.say("alhamdulillah sehat semua").text
    assert not talk.is_open


def test_congratulations_do_not_presume_that_all_is_well(session: Session, world: People) -> None:
    said = world.talk(world.rina).say(WHOLE, OPENS).text
    assert "Selamat" in said
    assert "semoga" not in said.casefold()


def test_the_day_is_asked_when_it_is_not_told(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    assert "hari apa, jam berapa" in talk.say("alhamdulillah sudah lahiran", OPENS).text
    assert kept(session) == []
    talk.say("tadi jam 5 pagi")
    assert kept(session) == [(TODAY, time(5), None, None, None)]


def test_what_is_missing_may_be_skipped(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah lahir kemarin jam 10 malam", OPENS)
    asked = talk.press("/inform:birth_well:yes")
    assert "lahir di mana, laki-laki atau perempuan, berat bayi" in asked.text
    talk.press(asked.buttons["Lewati"])
    assert not talk.is_open
    assert kept(session) == [(TODAY - timedelta(days=1), time(22), None, None, None)]


def test_what_is_missing_may_be_told(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah lahir kemarin jam 10 malam", OPENS)
    talk.say("sehat semua")
    talk.say("di bidan sri, perempuan 2900 gram")
    assert kept(session) == [(TODAY - timedelta(days=1), time(22), "bidan sri", "F", 2900)]


@pytest.mark.parametrize(
    ("answer", "signs"),
    [
        pytest.param("bayinya kurang sehat", ["nb_other"], id="the baby"),
        pytest.param("/inform:birth_well:mother", ["nifas"], id="the mother"),
    ],
)
def test_an_unwell_answer_raises_the_alarm(session: Session, world: People, answer: str, signs: list[str]) -> None:
    talk = world.talk(world.rina)
    talk.say(WHOLE, OPENS)
    said = talk.press(answer) if answer.startswith("/") else talk.say(answer)
    assert "119" in said.text
    assert session.scalars(select(Alert)).one().signs == signs


def test_a_child_that_did_not_live_is_a_loss_and_nobody_congratulates(session: Session, world: People) -> None:
    said = world.talk(world.rina).say("bayi saya lahir meninggal kemarin", OPENS)
    assert "berduka" in said.text
    assert "Selamat" not in said.text
    assert session.scalars(select(Loss.kind)).one() == "stillbirth"
    assert kept(session) == []


def test_a_loss_in_the_middle_of_the_questions_ends_them(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say(WHOLE, OPENS)
    assert "berduka" in talk.say("bayinya meninggal bu").text
    assert not talk.is_open
    assert world.pregnancy.status == "loss"


def test_told_again_it_is_recognised_and_completed(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah lahir tadi pagi jam 5", OPENS)
    talk.say("sehat semua")
    talk.press("/inform:birth_more:skip")
    assert "sudah tercatat" in talk.say(WHOLE, OPENS).text
    assert kept(session) == [(TODAY, time(5), "puskesmas", "M", 3100)]


def each_of_them(session: Session) -> list[tuple[str | None, int | None]]:
    return [(row.sex, row.weight_g) for row in session.scalars(select(Birth).order_by(Birth.id))]


@pytest.mark.parametrize(
    "said",
    [
        "bayi kembar lahir kemarin jam 10 malam, L 2500 dan P 2400", "lair kembar wingi, lanang 2500 wedok 2400",
        "kembar lahir kemarin, laki 2,5 sama 2,4 kg perempuan",
    ],
)  # fmt: skip
def test_twins_are_two_and_each_is_kept(session: Session, world: People, said: str) -> None:
    world.talk(world.rina).say(said, OPENS)
    assert each_of_them(session) == [("M", 2500), ("F", 2400)]


def test_twins_told_bit_by_bit(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("bayi kembar saya sudah lahir bu", OPENS)
    talk.say("kemarin jam 10 malam di puskesmas")
    assert "laki-laki atau perempuan, berat bayi" in talk.say("sehat semua").text
    talk.say("laki 2500 perempuan 2400")
    assert each_of_them(session) == [("M", 2500), ("F", 2400)]


def test_a_cadres_word_is_read_back_before_it_closes_anything(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    asked = talk.say("bu rina wati sudah lahiran kemarin jam 10 malam di rsud kanjuruhan", OPENS)
    assert "Rina Wati (M-4F7Q) lahir Jumat, 20 November 2026 jam 22.00 di rsud kanjuruhan. Betul?" in asked.text
    assert world.pregnancy.status == "active"
    talk.say("betul")
    assert world.pregnancy.status == "delivered"


@pytest.mark.parametrize(
    ("told", "read_back"),
    [
        ("kemarin jam 10 malam, laki 3100 gram", "jam 22.00, laki-laki, 3100 gram. Betul?"),
        ("kemarin, perempuan", "2026, perempuan. Betul?"),
        ("kemarin kembar, L 2500 P 2400", ", kembar, laki-laki, 2500 gram, perempuan, 2400 gram. Betul?"),
    ],
    ids=["sex and weight", "sex", "twins"],
)
def test_what_is_kept_of_the_child_is_read_back(world: People, told: str, read_back: str) -> None:
    asked = world.talk(world.cadre).say(f"bu rina wati sudah lahiran {told}", OPENS)
    assert read_back in asked.text


def test_a_cadre_who_says_no_leaves_everything_as_it_was(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    talk.say("bu rina wati sudah lahiran kemarin", OPENS)
    talk.press("/inform:birth_right:no")
    assert world.pregnancy.status == "active"
    assert not talk.is_open


def test_not_born_yet_is_believed(session: Session, world: People) -> None:
    assert "belum lahir" in world.talk(world.rina).say("belum lahir bu", OPENS).text
    assert world.pregnancy.status == "active"


@pytest.mark.parametrize(
    ("said", "answer"),
    [("lahir besok", "belum sampai"), ("1 januari 2026", "sebelum kehamilan")],
    ids=["tomorrow", "before the pregnancy"],
)
def test_a_day_that_cannot_be_is_asked_back(session: Session, world: People, said: str, answer: str) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah lahiran bu", OPENS)
    assert answer in talk.say(said).text
    assert kept(session) == []


def test_after_a_loss_a_person_looks_at_it(session: Session, world: People) -> None:
    world.pregnancy.status = "loss"
    said = world.talk(world.rina).say(WHOLE, OPENS)
    assert "Selamat" not in said.text
    assert session.scalars(select(Handoff.reason)).one() == "report_birth"


def test_a_strangers_birth_is_passed_on(session: Session, world: People) -> None:
    stranger = factories.person(session, registered=False)
    assert "bidan" in world.talk(stranger).say(WHOLE, OPENS).text
    assert session.scalars(select(Handoff.reason)).one() == "report_birth"


def test_told_again_before_she_answered_it_is_recognised(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah lahir tadi pagi jam 5", OPENS)
    said = talk.say(WHOLE, OPENS)
    assert "sudah tercatat" in said.text
    assert "sehat?" in said.text
    assert kept(session) == [(TODAY, time(5), "puskesmas", "M", 3100)]


def test_a_greeting_in_between_is_no_answer(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say(WHOLE, OPENS)
    assert not talk.say("halo bu", "greet").is_answered
    assert talk.say("alhamdulillah sehat semua bu", "greet").is_answered


@pytest.mark.parametrize("said", ["iya sehat dua duanya", "keduanya sehat bu", "loro lorone waras"])
def test_both_are_well_when_she_says_the_two(session: Session, world: People, said: str) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah lahir tadi pagi jam 5", OPENS)
    talk.say(said, "nlu_fallback")
    row = session.scalars(select(Birth)).one()
    assert (row.mother_well, row.baby_well) == (True, True)


def test_details_told_instead_of_how_they_are_are_kept(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah lahir tadi pagi jam 5", OPENS)
    said = talk.say("laki-laki 3100 gram")
    assert "sudah saya catat" in said.text
    assert "sehat?" in said.text
    assert kept(session)[0][3:] == ("M", 3100)


def test_sex_that_looks_like_another_matter_is_kept(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah lahir tadi jam 5 pagi", OPENS)
    assert "sehat?" in talk.say("cowok", "out_of_scope", 0.8).text
    assert kept(session) == [(TODAY, time(5), None, "M", None)]
