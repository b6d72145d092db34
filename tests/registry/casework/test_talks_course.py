"""A talk over hours: she is never left without a word, Dinkes hears of it, a silent talk goes back to the bot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import programme
from registry.casework import talks
from registry.casework.talk_history import history
from registry.clock import JAKARTA
from registry.messaging import messages
from registry.models import Handoff, OutboxMessage
from registry.persons.people import Speaker
from reminders.talks import TALKS
from tests import factories
from tests.conftest import NOW
from tests.factories import SUMBEROTO

MIDWIFE, OFFICER, DINKES, MOTHER = "+6281200000911", "+6281200000912", "+6281200000913", "+6281200000914"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 09:00 in Malang
EVENING = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)  # 19:00


@pytest.fixture
def mother(session: Session) -> Speaker:
    """A registered mother of Sumberoto, a midwife, an officer of her puskesmas and Dinkes."""
    factories.reachable(
        session,
        factories.staff(session, phone=MIDWIFE),
        factories.staff(session, phone=OFFICER, duty="officer", name="Rudi Hartono"),
        factories.cadre(session, SUMBEROTO),
        factories.staff(session, unit="dinkes", phone=DINKES),
    )
    factories.person(session, phone=MOTHER)
    return factories.speaker_of(session, MOTHER)


def sent(session: Session) -> list[tuple[str, str]]:
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [(row.contact.phone or "", row.text) for row in rows]


def run(session: Session, since: datetime, until: datetime) -> list[tuple[float, str, str]]:
    """Let the clock run: after how many minutes who got what."""
    found, at = [], since
    while (due := TALKS.next_at(session, at)) is not None and due <= until:
        before = len(sent(session))
        while TALKS.run(session, due):
            pass
        found += [((due - since) / MINUTE, phone, text) for phone, text in sent(session)[before:]]
        at = due
    return found


def heard(found: list[tuple[float, str, str]], word: str) -> list[tuple[float, str]]:
    return [(minutes, phone) for minutes, phone, text in found if word in text]


def test_in_office_hours_she_is_told_after_a_quarter_of_an_hour_when(session: Session, mother: Speaker) -> None:
    talks.open_handoff(session, mother, "talk_to_human", TUESDAY, None)
    assert [phone for phone, _ in sent(session)] == [MIDWIFE, OFFICER]
    found = run(session, TUESDAY, TUESDAY + 20 * MINUTE)
    assert heard(found, "hari ini jam 11.00") == [(15, MOTHER)]
    assert heard(found, "Masih menunggu") == [(15, MIDWIFE), (15, OFFICER)]


def test_dinkes_hears_of_it_after_two_hours_of_office_time(session: Session, mother: Speaker) -> None:
    talks.open_handoff(session, mother, "talk_to_human", TUESDAY, None)
    found = run(session, TUESDAY, TUESDAY + 3 * HOUR)
    assert heard(found, "Belum dijawab puskesmas") == [(120, DINKES)]
    assert heard(found, "besok jam 07.30") == [(135, MOTHER)]


def test_in_the_evening_she_is_told_at_once_when_and_that_danger_is_always_answered(
    session: Session, mother: Speaker
) -> None:
    talks.open_handoff(session, mother, "talk_to_human", EVENING, None)
    (text,) = [text for phone, text in sent(session) if phone == MOTHER]
    assert "besok jam 07.30" in text
    assert "tanda bahaya" in text
    assert "119" in text


@pytest.mark.parametrize(
    ("asked", "when"),
    [
        pytest.param(datetime(2026, 11, 20, 12, 0, tzinfo=JAKARTA), "besok jam 07.30", id="Friday noon"),
        pytest.param(datetime(2026, 11, 21, 13, 0, tzinfo=JAKARTA), "Senin, 23 November 2026 jam 07.30", id="Saturday"),
        pytest.param(
            datetime(2026, 12, 24, 20, 0, tzinfo=JAKARTA), "Sabtu, 26 Desember 2026 jam 07.30", id="Christmas"
        ),
    ],
)
def test_when_somebody_answers(session: Session, mother: Speaker, asked: datetime, when: str) -> None:
    talks.open_handoff(session, mother, "talk_to_human", asked, None)
    (text,) = [text for phone, text in sent(session) if phone == MOTHER]
    assert when in text


def test_the_hours_are_those_an_office_has_set(session: Session, mother: Speaker) -> None:
    hours = [["16:00", "20:00"]] * 7
    programme.decide(session, "office_hours", hours, TUESDAY.date(), "Dinkes")
    talks.open_handoff(session, mother, "talk_to_human", TUESDAY, None)
    assert [phone for phone, text in sent(session) if "hari ini jam 16.00" in text] == [MOTHER]


@pytest.mark.parametrize(
    "hours", [[], [["07:30"]] * 7, [["14:00", "07:30"]] * 7, [[]] * 7, ["07:30"] * 7, [["x", "y"]] * 7], ids=repr
)
def test_hours_that_no_clock_can_follow_are_refused(session: Session, hours: list[object]) -> None:
    with pytest.raises(ValueError, match="office_hours"):
        programme.decide(session, "office_hours", hours, TUESDAY.date(), "Dinkes")


def test_asking_again_is_answered_and_calls_nobody_twice(session: Session, mother: Speaker) -> None:
    talks.open_handoff(session, mother, "talk_to_human", TUESDAY, None)
    talks.open_handoff(session, mother, "talk_to_human", TUESDAY + MINUTE, None)
    assert [phone for phone, _ in sent(session)] == [MIDWIFE, OFFICER, MOTHER]


def test_nobody_answers_for_a_week(session: Session, mother: Speaker) -> None:
    talk = talks.open_handoff(session, mother, "talk_to_human", TUESDAY, None)
    found = run(session, TUESDAY, TUESDAY + 60 * DAY)
    assert [phone for _, phone in heard(found, "belum ada petugas yang bisa menjawab")] == [MOTHER]
    assert found[-1][0] <= 9 * DAY / MINUTE
    assert len([phone for _, phone, _ in found if phone == MOTHER]) <= 10
    assert (talk.status, talk.next_step_at) == ("open", None)
    talks.reply(session, mother.contact, MIDWIFE, "Maaf Bu, baru sempat", TUESDAY + 20 * DAY)
    assert talk.status == "taken"


def test_who_answers_is_told_to_the_others(session: Session, mother: Speaker) -> None:
    talks.open_handoff(session, mother, "talk_to_human", TUESDAY, None)
    talks.reply(session, mother.contact, MIDWIFE, "Ada apa, Bu?", TUESDAY + MINUTE)
    assert [phone for phone, text in sent(session) if "sudah dijawab Ana Lestari" in text] == [OFFICER]
    assert run(session, TUESDAY, TUESDAY + 11 * HOUR) == []


def test_an_officer_may_take_it_before_she_writes(session: Session, mother: Speaker) -> None:
    assert talks.take(session, mother.contact, MIDWIFE, TUESDAY) is None
    talk = talks.open_handoff(session, mother, "talk_to_human", TUESDAY, None)
    decision = talks.take(session, mother.contact, MIDWIFE, TUESDAY)
    assert decision is not None
    assert decision.accepted
    assert (talk.status, talk.owner) == ("taken", MIDWIFE)
    other = talks.take(session, mother.contact, OFFICER, TUESDAY)
    assert other is not None
    assert not other.accepted
    assert talk.owner == MIDWIFE
    assert [text for phone, text in sent(session) if phone == MOTHER] == [
        "Petugas sudah membaca pesan Ibu dan akan membalas di sini."
    ]


def test_her_words_reach_the_owner_without_numbers_that_name_her(session: Session, mother: Speaker) -> None:
    nik = factories.make_nik()
    assert not talks.hear(session, mother.contact, "halo", TUESDAY, None)
    talks.reply(session, mother.contact, MIDWIFE, "NIK-nya berapa, Bu?", TUESDAY)
    message = factories.inbox_message(session, mother.contact, f"{nik} bu")
    assert talks.hear(session, mother.contact, f"{nik} bu", TUESDAY + MINUTE, message.id)
    (text,) = [text for phone, text in sent(session) if phone == MIDWIFE]
    assert "Siti Aminah" in text
    assert nik not in text


@pytest.mark.parametrize(
    ("last", "status"),
    [pytest.param("hers", "open", id="her words were last"), pytest.param("staff", "closed", id="the officer's")],
)
def test_a_talk_silent_for_twelve_hours_goes_back_to_the_bot(
    session: Session, mother: Speaker, last: str, status: str
) -> None:
    talks.reply(session, mother.contact, MIDWIFE, "Ada apa, Bu?", TUESDAY)
    since = TUESDAY
    if last == "hers":
        talks.hear(session, mother.contact, "saya bingung", TUESDAY + HOUR, None)
        since += HOUR
    assert run(session, since, since + 12 * HOUR - MINUTE) == []
    found = run(session, since, since + 12 * HOUR)
    talk = session.scalars(select(Handoff)).one()
    assert talk.status == status
    assert not talks.is_owned(session, mother.contact)
    assert heard(found, "sudah lama sepi") == [(720, MIDWIFE)]
    words = "besok jam 07.30" if last == "hers" else "Saya lanjut menemani Ibu"
    assert heard(found, words) == [(720, MOTHER)]


def test_what_can_wait_is_not_sent_at_night(session: Session, mother: Speaker) -> None:
    talks.reply(session, mother.contact, MIDWIFE, "Ada apa, Bu?", EVENING)
    messages.claim_outbox(session, EVENING)
    run(session, EVENING, EVENING + 12 * HOUR)
    late = [row for row in session.scalars(select(OutboxMessage)) if "menemani" in row.text or "sepi" in row.text]
    assert len(late) == 2
    assert all(6 <= row.due_at.astimezone(JAKARTA).hour < 21 for row in late)


def test_closing_is_told_in_a_few_words(session: Session, mother: Speaker) -> None:
    talks.reply(session, mother.contact, MIDWIFE, "Sehat selalu, Bu", TUESDAY)
    talks.close(session, mother.contact, TUESDAY + MINUTE)
    row = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert row is not None
    assert (row.kind, row.contact_id) == ("staff", mother.contact.id)
    assert "Saya lanjut menemani Ibu" in row.text


def test_the_whole_talk_can_be_read(session: Session, mother: Speaker) -> None:
    nik = factories.make_nik()
    factories.inbox_message(session, mother.contact, f"nik saya {nik}", now=NOW)
    factories.outbox_message(session, mother.contact, "Terima kasih, Bu", now=NOW + MINUTE)
    voice = factories.inbox_message(session, mother.contact, "", now=NOW + 2 * MINUTE)
    voice.content = {"kind": "message", "media": {"kind": "voice"}}
    talks.reply(session, mother.contact, MIDWIFE, "Ada apa, Bu?", NOW + 3 * MINUTE)
    pressed = factories.inbox_message(session, mother.contact, "", now=NOW + 4 * MINUTE)
    pressed.content = {"kind": "message", "button": "/affirm", "title": "Ya"}
    session.flush()
    lines = [(line.origin, line.text) for line in history(session, mother.contact)]
    assert [origin for origin, _ in lines] == ["mother", "bot", "mother", "staff", "mother"]
    assert nik not in lines[0][1]
    assert [text for _, text in lines[1:]] == ["Terima kasih, Bu", "[pesan suara]", "Ada apa, Bu?", "[tombol] Ya"]
    assert [line.text for line in history(session, mother.contact, limit=1)] == ["[tombol] Ya"]


def test_a_talk_of_somebody_else_is_not_read(session: Session, mother: Speaker) -> None:
    factories.inbox_message(session, factories.contact(session), "halo")
    assert history(session, mother.contact) == []
