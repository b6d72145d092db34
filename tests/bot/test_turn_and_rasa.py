"""What Rasa gets to see of a message, and what becomes of what Rasa says."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import turn, understanding
from bot.turn import ForRasa
from bot.understanding import Reply
from registry import texts
from registry.models import Handoff
from registry.persons import people
from tests import factories
from tests.bot.fakes import understood
from tests.bot.turns import UNSURE, asked, for_rasa, prepared, said_to, trace, written
from tests.conftest import NOW

# ---------------------------------------------------------------- what reaches Rasa


@pytest.mark.parametrize(
    ("typed", "reaches"),
    [
        ("/restart", "restart"),
        ("/session_start", "session_start"),
        ('/greet{"x":1}', 'greet{"x":1}'),
        ("//deny", "deny"),
        ("/ /restart", "restart"),
        ("\u200b/restart", "restart"),
        ("\uff0frestart", "restart"),
        ("/", "?"),
        ("////", "?"),
        ("/start", "/greet"),
        ("/START abc", "/greet"),
        ("/stop", "/stop_messages"),
        ("/bidan tolong", "/talk_to_human"),
        ("STOP", "/stop_messages"),
        ("🙏🙏", "🙏🙏"),
    ],
)
def test_typed_slash_is_no_command_of_rasas(session: Session, typed: str, reaches: str) -> None:
    assert for_rasa(session, factories.contact(session), typed).text == reaches


@pytest.mark.parametrize("payload", ["/check_eligibility", "/deny", "/cancel", "/ask_facility", "/talk_to_human"])
def test_button_reaches_rasa_when_we_offered_it(session: Session, payload: str) -> None:
    assert for_rasa(session, factories.contact(session), button=payload).text == payload


@pytest.mark.parametrize(
    "payload",
    [
        "/restart",
        "/session_start",
        "/back",
        '/send_broadcast{"a":1}',
        "/nlu_fallback",
        "greet",
        "x" * 300,
        "/",
        "//greet",
    ],
    ids=lambda payload: payload[:20],
)
def test_button_is_not_believed_when_we_never_sent_it(session: Session, payload: str) -> None:
    contact = factories.contact(session)
    assert trace(prepared(session, contact, button=payload))["handled_by"] == "message"
    assert said_to(session, contact) == [texts.say("utter_media_other").text]


def test_rasa_learns_uid_role_and_age_of_pregnancy_only(session: Session) -> None:
    mother = factories.person(session)
    factories.pregnancy(session, mother)
    contact = factories.contact(session, mother.phone)
    message = written(session, contact, "halo")
    step = turn.prepare(session, message, NOW)
    assert step == ForRasa(
        contact.uid,
        "halo",
        {"message_id": message.id, "role": "mother", "gestation_days": 189, "refers": False},
        too_long=False,
    )


@pytest.mark.parametrize(("length", "too_long"), [(1500, False), (1501, True), (5_000, True), (100_000, True)], ids=str)
def test_long_message_is_cut_and_said_so(session: Session, length: int, too_long: bool) -> None:
    contact = factories.contact(session)
    step = for_rasa(session, contact, "a" * length)
    assert len(step.text) == min(length, turn.READ_BY_RASA)
    assert step.too_long is too_long
    message = written(session, contact, "a")
    turn.conclude(session, message, understood("jawaban"), step.too_long, NOW)
    assert (texts.say("utter_too_long").text in said_to(session, contact)) is too_long


PIECES = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"[0-9]{1,22}", fullmatch=True),
    st.from_regex(r"(\+62|08|0|62)8[0-9]{6,11}", fullmatch=True),
    st.sampled_from(["nik", "hp", "rp ", "tgl 12-05-1996", "usia 25", "xnik1", "/", " ", "-", ".", "a" * 1495]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PIECES, max_size=8), st.sampled_from(["", " ", ", "]))
def test_no_long_number_and_no_command_reaches_rasa_whatever_is_typed(pieces: list[str], between: str) -> None:
    seen = turn.masked(turn.words_of({"text": between.join(pieces)}))
    assert not re.search(r"\d{10,}", seen)
    assert not seen.startswith("/")
    assert 0 < len(seen) <= turn.READ_BY_RASA


@pytest.mark.parametrize("start", range(1485, 1501))
def test_no_part_of_a_nik_reaches_rasa_when_it_stands_at_the_cut(start: int) -> None:
    seen = turn.masked("a" * (start - 1) + " 3507014503989001")
    assert not re.search(r"\d{4}", seen)


# ---------------------------------------------------------------- what Rasa said


def test_replies_are_joined_until_a_button_or_a_picture_stands_between() -> None:
    replies = (
        Reply("satu"), Reply("dua"), Reply("tiga", (("Ya", "/affirm"),)), Reply("empat"), Reply("lima", image="x.png"),
        Reply("enam"),
    )  # fmt: skip
    assert [reply.text for reply in understanding.joined(replies)] == ["satu\n\ndua\n\ntiga", "empat", "lima", "enam"]


def test_replies_stay_apart_when_a_phone_could_not_show_them_in_one() -> None:
    assert len(understanding.joined((Reply("a" * 600), Reply("b" * 600)))) == 2


def test_question_stands_last_when_rasa_is_unsure_of_danger(session: Session) -> None:
    contact = factories.contact(session)
    message = asked(session, contact)
    assert said_to(session, contact) == ["jawaban", texts.say("utter_danger_ask").text]
    assert contact.open_question == str(message.id)
    assert message.trace is not None
    assert message.trace["danger"] == ["bleeding"]


def test_reply_is_queued_once_when_concluded_twice(session: Session) -> None:
    contact = factories.contact(session)
    message = written(session, contact, "halo")
    for _ in range(2):
        turn.conclude(session, message, understood("jawaban"), False, NOW)
    assert said_to(session, contact) == ["jawaban"]


def test_wait_is_told_once_and_the_question_at_once_when_rasa_is_away(session: Session) -> None:
    contact = factories.contact(session)
    message = written(session, contact, media={"kind": "photo", "caption": UNSURE})
    for _ in range(3):
        assert turn.make_wait(session, message, NOW).trace["handled_by"] == "waiting"
    assert said_to(session, contact) == [texts.say("utter_wait").text, texts.say("utter_danger_ask").text]


def test_staff_is_called_when_we_give_up(session: Session) -> None:
    contact = factories.contact(session)
    turn.give_up(session, written(session, contact, "halo"), NOW)
    assert said_to(session, contact) == [texts.say("utter_system_error").text]
    assert [talk.reason for talk in session.scalars(select(Handoff))] == ["system"]


@pytest.mark.parametrize(
    ("channel", "proved", "number", "asks"),
    [
        pytest.param("telegram", False, 1, True, id="first message on telegram"),
        pytest.param("telegram", False, 2, False, id="second message"),
        pytest.param("telegram", True, 1, False, id="number known"),
        pytest.param("whatsapp", True, 1, False, id="whatsapp"),
    ],
)
def test_number_is_asked_for_once_where_the_channel_does_not_tell_it(
    session: Session, channel: str, proved: bool, number: int, asks: bool
) -> None:
    contact = people.keep_contact(session, channel, "700000101", "+6281200099999" if proved else None, NOW)
    for _ in range(number):
        message = written(session, contact, "halo")
    before = said_to(session, contact)
    turn.conclude(session, message, understood("jawaban"), False, NOW)
    said = said_to(session, contact)[len(before) :]
    assert (texts.say("utter_ask_phone").text in said) is asks
