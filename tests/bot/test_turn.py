"""What one message becomes: an alarm, an answer to a question, silence, a sentence, or a question to Rasa."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import turn
from bot.turn import ForRasa, Settled
from bot.understanding import Reply
from registry import cases, messages, people, texts
from registry.db import Database
from registry.models import Alert, Contact, Handoff, InboxMessage, OutboxMessage
from tests import factories
from tests.bot.fakes import understood
from tests.conftest import NOW, rolled_back

ALARM = "bu saya keluar darah banyak sekarang"
LABOUR = "perut saya kenceng-kenceng teratur tiap 5 menit, sudah mau lahiran"
UNSURE = "kalau keluar darah banyak itu kenapa ya"
PAST = "minggu lalu saya keluar darah banyak, sekarang sudah berhenti"


@pytest.fixture
def session(file_database: Database) -> Iterator[Session]:
    """On SQLite alone: nothing here depends on the kind of database."""
    with rolled_back(file_database) as opened:
        yield opened


def written(session: Session, contact: Contact, text: str | None = None, **content: Any) -> InboxMessage:
    row = factories.inbox_message(session, contact)
    row.content = {"kind": "message", **({} if text is None else {"text": text}), **content}
    session.flush()
    return row


def prepared(session: Session, contact: Contact, text: str | None = None, **content: Any) -> ForRasa | Settled:
    return turn.prepare(session, written(session, contact, text, **content), NOW)


def for_rasa(session: Session, contact: Contact, text: str | None = None, **content: Any) -> ForRasa:
    step = prepared(session, contact, text, **content)
    assert isinstance(step, ForRasa), step
    return step


def trace(step: ForRasa | Settled) -> dict[str, Any]:
    assert isinstance(step, Settled), step
    return step.trace


def said_to(session: Session, contact: Contact) -> list[str]:
    rows = select(OutboxMessage).where(OutboxMessage.contact_id == contact.id).order_by(OutboxMessage.id)
    return [row.text for row in session.scalars(rows)]


def alerts(session: Session) -> list[Alert]:
    return list(session.scalars(select(Alert)))


def asked(session: Session, contact: Contact, text: str = UNSURE) -> InboxMessage:
    """She wrote of a sign, and was asked whether it is happening now."""
    message = written(session, contact, text)
    found = understood("jawaban", intent="ask_pregnancy_health", kind="danger", certainty="ask", codes=["bleeding"])
    message.trace = turn.conclude(session, message, found, False, NOW).trace
    session.flush()
    return message


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
    cases.reply(session, contact, "+6281200000021", "Saya bidan Ana", NOW)
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


def test_yes_after_a_voice_message_raises_the_alert(session: Session) -> None:
    contact = factories.contact(session)
    prepared(session, contact, media={"kind": "voice"})
    prepared(session, contact, "iya")
    assert [alert.signs for alert in alerts(session)] == [["unspecified"]]


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
        ("STOP", "STOP"),
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
        contact.uid, "halo", {"message_id": message.id, "role": "mother", "gestation_days": 189}, too_long=False
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
    assert [reply.text for reply in turn.joined(replies)] == ["satu\n\ndua\n\ntiga", "empat", "lima", "enam"]


def test_replies_stay_apart_when_a_phone_could_not_show_them_in_one() -> None:
    assert len(turn.joined((Reply("a" * 600), Reply("b" * 600)))) == 2


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
