"""What one message becomes before Rasa: an alarm, an answer to a question, silence or a sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import turn
from bot.turn import Settled
from registry import texts
from registry.casework import talks
from registry.messaging import messages
from registry.models import Contact, OutboxMessage
from tests import factories
from tests.bot.fakes import understood
from tests.bot.turns import ALARM, LABOUR, PAST, UNSURE, alerts, asked, for_rasa, prepared, said_to, trace, written
from tests.conftest import NOW

# ---------------------------------------------------------------- danger


def senders(session: Session) -> dict[str, Contact]:
    mother = factories.person(session)
    cadre = factories.cadre(session)
    midwife = factories.staff(session)
    return {
        "mother": factories.contact(session, mother.phone),
        "cadre": factories.contact(session, cadre.phone),
        "staff": factories.contact(session, midwife.phone),
        "stranger": factories.contact(session),
        "unproved": factories.unproved(session),
    }


@pytest.mark.parametrize("who", ["mother", "cadre", "staff", "stranger", "unproved"])
def test_alarm_is_raised_and_answered_whoever_writes(session: Session, who: str) -> None:
    contact = senders(session)[who]
    step = prepared(session, contact, ALARM)
    assert trace(step)["handled_by"] == "danger_gate"
    assert trace(step)["intent"] == "report_danger_sign"
    assert trace(step)["danger"] == ["bleeding"]
    assert [alert.kind for alert in alerts(session)] == ["danger_sign"]
    assert "119" in said_to(session, contact)[0]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"media": {"kind": "photo", "caption": ALARM}}, id="caption of a photo"),
        pytest.param({"text": ALARM, "edited": True}, id="edited message"),
        pytest.param({"text": ALARM.upper() + "!!!"}, id="in capitals"),
        pytest.param({"text": "\u200b" + ALARM.replace(" ", "\u00a0")}, id="with invisible characters"),
        pytest.param({"text": "halo bu " * 400 + ALARM}, id="after three thousand characters"),
        pytest.param({"text": "/restart " + ALARM}, id="behind a slash command"),
        pytest.param({"button": "/report_danger_sign"}, id="button there is a danger sign"),
    ],
)
def test_alarm_is_raised_however_it_comes(session: Session, content: dict[str, Any]) -> None:
    contact = factories.contact(session)
    assert trace(prepared(session, contact, **content))["handled_by"] == "danger_gate"
    assert len(alerts(session)) == 1


@pytest.mark.parametrize("content", [{"text": LABOUR}, {"button": "/report_labour"}], ids=["words", "button"])
def test_labour_alert_is_raised_when_labour_is_told(session: Session, content: dict[str, Any]) -> None:
    contact = factories.contact(session)
    assert trace(prepared(session, contact, **content))["intent"] == "report_labour"
    assert [alert.kind for alert in alerts(session)] == ["labour"]


def test_alarm_is_answered_when_staff_owns_the_talk_and_other_words_are_not(session: Session) -> None:
    contact = factories.contact(session)
    talks.reply(session, contact, "+6281200000021", "Saya bidan Ana", NOW)
    assert trace(prepared(session, contact, "terima kasih"))["handled_by"] == "staff"
    assert trace(prepared(session, contact, ALARM))["handled_by"] == "danger_gate"
    assert len(alerts(session)) == 1


def test_alarm_is_answered_when_she_stopped_messages(session: Session) -> None:
    contact = factories.contact(session, stopped_at=NOW)
    prepared(session, contact, ALARM)
    assert said_to(session, contact)


def test_alarm_in_a_group_is_refused_like_every_word_there(session: Session) -> None:
    group = factories.unproved(session, "-100900")
    assert trace(prepared(session, group, ALARM, kind="group"))["handled_by"] == "group"
    assert alerts(session) == []
    assert said_to(session, group) == [texts.say("utter_group").text]


@pytest.mark.parametrize(
    ("content", "asked_before", "overtakes"),
    [
        pytest.param({"text": ALARM}, False, True, id="alarm"),
        pytest.param({"media": {"kind": "photo", "caption": ALARM}}, False, True, id="alarm under a photo"),
        pytest.param({"button": "/danger_yes"}, False, True, id="the yes button"),
        pytest.param({"button": "/report_labour"}, False, True, id="the labour button"),
        pytest.param({"text": "iya bu"}, True, True, id="yes to the question"),
        pytest.param({"text": "iya bu"}, False, False, id="yes to nothing"),
        pytest.param({"text": UNSURE}, False, False, id="unsure"),
        pytest.param({"text": "halo"}, True, False, id="greeting"),
        pytest.param({}, False, False, id="nothing"),
    ],
)
def test_message_overtakes_when_it_tells_of_danger(
    content: dict[str, Any], asked_before: bool, overtakes: bool
) -> None:
    expected = messages.DANGER if overtakes else messages.ANSWER
    assert turn.priority_of(content, asked=asked_before) == expected


# ---------------------------------------------------------------- the open question


@pytest.mark.parametrize(
    "answer",
    [{"text": "iya"}, {"text": "nggih"}, {"text": "Ya, sekarang"}, {"button": "/danger_yes"}],
    ids=lambda answer: next(iter(answer.values())),
)
def test_yes_to_the_question_raises_the_alert(session: Session, answer: dict[str, Any]) -> None:
    contact = factories.contact(session)
    asked(session, contact)
    assert trace(prepared(session, contact, **answer))["handled_by"] == "danger_question"
    assert [alert.signs for alert in alerts(session)] == [["bleeding"]]
    assert contact.open_question is None


@pytest.mark.parametrize(
    ("text", "answer", "sentence"),
    [
        pytest.param(UNSURE, {"text": "tidak"}, "utter_danger_denied", id="tidak"),
        pytest.param(UNSURE, {"text": "mboten"}, "utter_danger_denied", id="mboten"),
        pytest.param(UNSURE, {"button": "/danger_no"}, "utter_danger_denied", id="no button"),
        pytest.param(PAST, {"text": "tidak bu"}, "utter_danger_past", id="it is over"),
    ],
)
def test_no_to_the_question_calms(session: Session, text: str, answer: dict[str, Any], sentence: str) -> None:
    contact = factories.contact(session)
    asked(session, contact, text)
    assert trace(prepared(session, contact, **answer))["intent"] == "deny"
    assert said_to(session, contact)[-1] == texts.say(sentence).text
    assert alerts(session) == []


@pytest.mark.parametrize(("minutes", "is_answer"), [(29, True), (30, True), (31, False)], ids=str)
def test_yes_counts_only_within_half_an_hour(session: Session, minutes: int, is_answer: bool) -> None:
    contact = factories.contact(session)
    asked(session, contact)
    step = turn.prepare(session, written(session, contact, "iya"), NOW + timedelta(minutes=minutes))
    assert isinstance(step, Settled) is is_answer
    assert len(alerts(session)) == is_answer


def test_yes_is_for_what_was_asked_last(session: Session) -> None:
    """A yes to a later question of ours is no labour."""
    contact = factories.contact(session)
    asked(session, contact)
    other = messages.Draft("Benar beliau pindah?", buttons=(("Ya, pindah", "/press:moved_yes:1"),))
    messages.queue(session, contact, other, kind="reply", priority=messages.ANSWER, now=NOW, key="other")
    for at, row in enumerate(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))):
        row.sent_at = NOW + timedelta(seconds=at)
    session.flush()
    turn.prepare(session, written(session, contact, "iya"), NOW + timedelta(minutes=1))
    assert alerts(session) == []


def test_question_of_a_helper_about_many_is_no_sign(session: Session) -> None:
    cadre = factories.cadre(session)
    contact = factories.contact(session, cadre.phone)
    message = written(session, contact, "yang mau lahiran bulan ini siapa")
    found = understood("daftar", certainty="ask", kind="labour", codes=["contractions"], intent="list_my_mothers")
    turn.conclude(session, message, found, False, NOW)
    assert contact.open_question is None


def test_button_counts_when_pressed_late(session: Session) -> None:
    contact = factories.contact(session)
    asked(session, contact)
    turn.prepare(session, written(session, contact, button="/danger_yes"), NOW + timedelta(days=1))
    assert len(alerts(session)) == 1


def test_other_words_are_understood_when_a_question_is_open(session: Session) -> None:
    contact = factories.contact(session)
    asked(session, contact)
    assert for_rasa(session, contact, "iya tapi surat apa yang dibawa").text.startswith("iya tapi")
    assert alerts(session) == []


def test_labour_alert_when_the_question_was_about_labour(session: Session) -> None:
    contact = factories.contact(session)
    message = asked(session, contact, "kalau kenceng-kenceng teratur apa tandanya mau lahiran ya")
    message.trace = {**(message.trace or {}), "danger": ["contractions"]}
    prepared(session, contact, "iya")
    assert [alert.kind for alert in alerts(session)] == ["labour"]


def test_question_is_asked_once_when_she_has_answered_before_rasa_came_back(session: Session) -> None:
    contact = factories.contact(session)
    message = written(session, contact, UNSURE)
    message.trace = turn.make_wait(session, message, NOW).trace
    prepared(session, contact, "tidak")
    turn.conclude(
        session, message, understood("jawaban", certainty="ask", kind="danger", codes=["bleeding"]), False, NOW
    )
    assert said_to(session, contact).count(texts.say("utter_danger_ask").text) == 1
    assert contact.open_question is None


# ---------------------------------------------------------------- without words


@pytest.mark.parametrize(
    ("content", "sentence", "handled_by"),
    [
        pytest.param({"media": {"kind": "voice"}}, "utter_media_unreadable", "media", id="voice"),
        pytest.param({"media": {"kind": "photo"}}, "utter_media_unreadable", "media", id="photo"),
        pytest.param({"media": {"kind": "video"}}, "utter_media_unreadable", "media", id="video"),
        pytest.param({"media": {"kind": "document"}}, "utter_media_unreadable", "media", id="document"),
        pytest.param({"media": {"kind": "location"}}, "utter_location_received", "media", id="location"),
        pytest.param({"media": {"kind": "sticker"}}, "utter_media_other", "media", id="sticker"),
        pytest.param({"media": {"kind": "other"}}, "utter_media_other", "media", id="poll"),
        pytest.param({"kind": "contact"}, "utter_phone_kept", "contact", id="her own number"),
        pytest.param({"kind": "refused_contact"}, "utter_phone_refused", "refused_contact", id="another's number"),
        pytest.param({"kind": "group"}, "utter_group", "group", id="group"),
        pytest.param({"text": ""}, "utter_media_other", "message", id="empty"),
        pytest.param({"text": " \n\u200b\u200d\ufeff "}, "utter_media_other", "message", id="invisible only"),
    ],
)
def test_sentence_when_there_is_nothing_to_read(
    session: Session, content: dict[str, Any], sentence: str, handled_by: str
) -> None:
    contact = factories.contact(session)
    assert trace(prepared(session, contact, **content))["handled_by"] == handled_by
    assert said_to(session, contact) == [texts.say(sentence).text]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        pytest.param(factories.person, "utter_location_received", id="a mother"),
        pytest.param(factories.cadre, "helper_location", id="a cadre"),
        pytest.param(factories.driver, "helper_location", id="a driver"),
    ],
)
def test_place_that_nobody_waits_for_is_asked_about(session: Session, make: Callable[..., Any], sentence: str) -> None:
    contact = factories.contact(session, make(session).phone)
    prepared(session, contact, media={"kind": "location", "lat": -8.31, "lon": 112.42})
    assert said_to(session, contact) == [texts.say(sentence).text]


def test_yes_after_a_voice_message_raises_the_alert(session: Session) -> None:
    contact = factories.contact(session)
    prepared(session, contact, media={"kind": "voice"})
    prepared(session, contact, "iya")
    assert [alert.signs for alert in alerts(session)] == [["unspecified"]]
