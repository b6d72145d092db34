"""A loss is told: no form; certain words act at once, doubtful ones are asked about once."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Birth, Handoff, Loss, OutboxMessage
from tests import factories
from tests.actions.course import People, people_of

OPENS = "report_loss"


@pytest.fixture
def world(session: Session) -> People:
    """Two mothers, their cadre and midwife."""
    return people_of(session)


def pushed_to(session: Session, phone: str | None) -> list[str]:
    return [row.text for row in session.scalars(select(OutboxMessage)) if row.contact.phone == phone]


def test_one_message_is_enough(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    said = talk.say("saya keguguran bu", OPENS)
    assert world.pregnancy.status == "miscarriage"
    assert "berduka" in said.text
    assert "/talk_to_human" in said.buttons.values()
    assert not talk.is_open


@pytest.mark.parametrize("said", ["kayaknya saya keguguran", "/report_loss"], ids=["supposed", "a bare button"])
@pytest.mark.parametrize(("answer", "status"), [("yes", "over"), ("no", "active")])
def test_what_is_not_certain_is_asked_once(
    session: Session, world: People, said: str, answer: str, status: str
) -> None:
    talk = world.talk(world.rina)
    asked = talk.press(said) if said.startswith("/") else talk.say(said, OPENS)
    assert set(asked.buttons) == {"Ya", "Bukan"}
    assert world.pregnancy.status == "active"
    talk.press(f"/inform:loss_sure:{answer}")
    assert (world.pregnancy.status == "active") == (status == "active")
    assert not talk.is_open


def test_told_again_it_only_comforts(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    first = talk.say("saya keguguran bu", OPENS).text
    again = talk.say("saya keguguran bu", OPENS).text
    assert again != first
    assert len(session.scalars(select(Loss)).all()) == 1


def test_a_cadre_tells_it_and_the_mother_gets_nothing(session: Session, world: People) -> None:
    said = world.talk(world.cadre).say("bu rina wati keguguran tadi malam", OPENS)
    loss = session.scalars(select(Loss)).one()
    assert said.buttons["Ini keliru"] == f"/press:loss_undo:{loss.id}"
    assert pushed_to(session, world.rina.phone) == []
    assert len(pushed_to(session, world.midwife.phone)) == 1
    assert pushed_to(session, world.cadre.phone) == []


def test_which_mother_is_all_that_is_asked_of_a_cadre(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    talk.say("bu rina keguguran", OPENS)
    assert session.scalars(select(Loss)).all() == []
    talk.say("M-4F7R")
    assert (world.pregnancy.status, world.other.status) == ("active", "miscarriage")


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("mbak sar meninggal", True), ("bu sari meninggal tadi malam", True), ("bu rina sari meninggal", False),
        ("bumil M-4F7R meninggal dunia", False), ("bu sari keguguran", False), ("mbak sar keguguran", True),
    ],
    ids=["nickname died", "half name died", "whole name died", "code died", "half name lost it", "nickname lost it"],
)  # fmt: skip
def test_a_loose_name_is_asked_about_before_anything_is_recorded(
    session: Session, world: People, said: str, asked: bool
) -> None:
    talk = world.talk(world.cadre)
    answer = talk.say(said, OPENS)
    assert ("Rina Sari" in answer.text and set(answer.buttons) == {"Ya", "Bukan"}) is asked
    assert (world.other.status == "active") is asked


def test_a_loss_told_of_another_in_between_is_hers(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    talk.say("mbak sar meninggal", OPENS)
    talk.say("bu rina wati keguguran", OPENS)
    assert (world.pregnancy.status, world.other.status) == ("miscarriage", "active") or (
        world.pregnancy.close_reason != "mother_died" and world.other.status == "active"
    )


def test_what_was_told_first_is_not_said_of_the_next(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    talk.say("mbak tum meninggal", OPENS)  # nobody she looks after
    talk.say("lapor, rina wati keguguran")
    assert session.scalars(select(Loss.kind)).one() != "mother_died"
    assert world.other.status == "active"


def test_a_check_up_told_in_between_is_no_loss(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    talk.say("mbak sar meninggal", OPENS)
    talk.say("rina wati wes k4 wingi", "nlu_fallback")
    assert session.scalars(select(Loss)).all() == []


def test_words_about_somebody_else_do_not_close_her_own(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("bu Tukinah keguguran", OPENS)
    assert world.pregnancy.status == "active"
    assert "Tidak ada yang saya ubah" in talk.press("/inform:loss_sure:no").text


def test_the_family_of_a_mother_who_died_is_not_called_mother(session: Session, world: People) -> None:
    said = world.talk(world.rina).say("istri saya meninggal", OPENS).text
    assert "almarhumah" in said
    assert "Bu," not in said
    assert world.pregnancy.close_reason == "mother_died"


def test_child_that_outlives_its_mother_is_put_down(session: Session, world: People) -> None:
    said = "bu rina wati wafat tadi malam setelah melahirkan, bayinya selamat perempuan 2,8 kg"
    world.talk(world.cadre).say(said, OPENS)
    birth = session.scalars(select(Birth)).one()
    assert (birth.sex, birth.weight_g, birth.baby_alive, world.pregnancy.status) == ("F", 2800, True, "loss")
    (told,) = pushed_to(session, world.midwife.phone)
    assert "bayinya lahir hidup" in told


def test_who_does_not_share_is_not_promised_a_visit(session: Session, world: People) -> None:
    world.rina.agreed = ["chat", "reminders"]
    assert "kader" not in world.talk(world.rina).say("saya keguguran bu", OPENS).text
    assert pushed_to(session, world.midwife.phone) == []


def test_a_stranger_is_comforted_and_a_person_called(session: Session, world: People) -> None:
    stranger = factories.person(session, registered=False)
    assert "berduka" in world.talk(stranger).say("saya keguguran", OPENS).text
    assert session.scalars(select(Handoff.reason)).one() == "report_loss"
