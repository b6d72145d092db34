"""Complaints: who learns of them and who never does, their numbers, their clock, and the answer that reaches her."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.complaint import read_complaint
from registry import clock, presses, texts
from registry.casework import complaints, talk_history
from registry.casework.complaints import Filed
from registry.models import Complaint, Contact, OutboxMessage, Person
from registry.outside import records_complaints
from registry.persons import erasure, people
from registry.presses import Press
from registry.rules import complaint as rules
from registry.rules.machine import TimePassed
from tests import factories
from tests.conftest import NIGHT, NOW

HER, MIDWIFE, DINKES, SECONDED, CADRE = (f"+628120000095{digit}" for digit in range(5))
NAME = "Kasiyem Wulansari"
STORY = "tadi di pkm donomulyo saya diminta bayar 300 ribu padahal bpjs aktif"
DAY = timedelta(days=1)
DUE = (3, 7, 14, 21)  # days of silence after which Dinkes hears of it
TOO_LATE = texts.phrase("press_too_late")


@dataclass
class Office:
    """A mother of Sumberoto, the midwife of her puskesmas, a cadre, and two officers of Dinkes."""

    session: Session
    mother: Person

    def tell(self, text: str = STORY, now: datetime = NOW, phone: str = HER, inbox_id: int | None = None) -> Filed:
        speaker = factories.speaker_of(self.session, phone)
        return complaints.file(self.session, speaker, text, read_complaint(text), now, inbox_id)

    def answer(self, row: Complaint, text: str = "Uangnya dikembalikan.", by: str = DINKES, now: datetime = NOW) -> str:
        speaker = factories.speaker_of(self.session, by)
        return complaints.answer(self.session, speaker, row.id, text, now, None)

    def press(self, verb: str, row: Complaint, phone: str = HER, now: datetime = NOW) -> str:
        speaker = factories.speaker_of(self.session, phone)
        return "\n".join(one.text for one in presses.act(self.session, speaker, Press(verb, row.id), now, None))

    def to(self, phone: str) -> list[OutboxMessage]:
        rows = select(OutboxMessage).join(Contact).order_by(OutboxMessage.id)
        return [row for row in self.session.scalars(rows) if row.contact.phone == phone]

    def run_until(self, now: datetime) -> None:
        at = NOW
        while (due := complaints.next_at(self.session, at)) is not None and due <= now:
            at = due
            while complaints.run(self.session, at):
                pass


@pytest.fixture
def office(session: Session) -> Office:
    mother = factories.person(session, phone=HER, name=NAME)
    factories.reachable(
        session,
        mother,
        factories.staff(session, phone=MIDWIFE, facility="Puskesmas Donomulyo"),
        factories.cadre(session, phone=CADRE),
        factories.staff(session, unit="dinkes", phone=DINKES),
        factories.staff(session, unit="dinkes", phone=SECONDED, facility="PKM Donomulyo"),
    )
    return Office(session, mother)


# ---------------------------------------------------------------- told


def test_complaint_is_kept_with_all_that_the_record_shows(office: Office) -> None:
    office.tell()
    (record,) = records_complaints.complaints(office.session)
    assert record == {
        "number": "K-2026-000001", "phone": HER, "category": "illegal_fee", "amount": 300_000,
        "facility": "Puskesmas Donomulyo", "status": "open", "routed_to": "dinkes", "identity_protected": True,
        "at": NOW,
    }  # fmt: skip


def test_dinkes_gets_it_to_handle_and_nobody_else_gets_anything(office: Office) -> None:
    row = office.tell().row
    (told,) = office.to(DINKES)
    for part in (row.number, "diminta membayar", "Puskesmas Donomulyo", "Rp 300.000", "Identitas pelapor dilindungi"):
        assert part in told.text
    assert [office.to(phone) for phone in (MIDWIFE, CADRE, SECONDED, HER)] == [[], [], [], []]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{STORY}, saya {NAME}", id="her whole name"),
        pytest.param(f"{STORY} wulansari", id="her last name"),
        pytest.param(f"nama saya Kasiyem, {STORY}, hubungi {HER}", id="name and number"),
        pytest.param(f"{STORY} nomor saya 0812-0000-0950 nik 3507014503989001", id="identifiers as people type them"),
    ],
)
def test_no_words_to_dinkes_name_her(office: Office, text: str) -> None:
    row = office.tell(text).row
    kept = [row.text, *(message.text for message in office.to(DINKES))]
    for part in ("Kasiyem", "kasiyem", "Wulansari", "wulansari", HER, "0950", "3507014503989001"):
        assert not any(part in one for one in kept), part


def test_name_of_a_stranger_who_introduces_herself_is_taken_out(office: Office) -> None:
    row = office.tell("nama saya Sulastri, di pkm pagak saya disuruh bayar", phone="+6281200009599").row
    assert "Sulastri" not in row.text
    assert "disuruh bayar" in row.text


def test_very_long_complaint_is_kept_whole_and_told_short(office: Office) -> None:
    text = f"{STORY} {'bidannya marah-marah terus dan saya disuruh pulang ' * 100}"[:5000]
    row = office.tell(text).row
    assert row.text == text.strip()
    assert len(office.to(DINKES)[0].text) < 1024


@pytest.mark.parametrize(
    ("then", "facility", "amount"),
    [
        pytest.param(STORY, "Puskesmas Donomulyo", 300_000, id="the same words"),
        pytest.param("di puskesmas donomulyo diminta uang 300rb lho", "Puskesmas Donomulyo", 300_000, id="other words"),
        pytest.param("iya saya diminta bayar 300 ribu", "Puskesmas Donomulyo", 300_000, id="no place named again"),
    ],
)
def test_same_matter_within_a_day_keeps_its_number(office: Office, then: str, facility: str, amount: int) -> None:
    first = office.tell()
    again = office.tell(then, NOW + timedelta(hours=5))
    assert (again.is_new, again.row.id) == (False, first.row.id)
    assert (first.row.facility, first.row.amount) == (facility, amount)
    assert first.row.text.count("\n") == (0 if then == STORY else 1)


def test_redelivery_tells_nobody_twice(office: Office) -> None:
    office.tell(inbox_id=None)
    office.tell(inbox_id=None)
    assert len(office.to(DINKES)) == 1


def test_what_is_added_reaches_dinkes_and_fills_what_was_missing(office: Office) -> None:
    first = office.tell("saya diminta bayar di puskesmas").row
    assert complaints.needs_place(first)
    office.tell("tadi diminta bayar 50 ribu di pkm pagak", NOW + timedelta(minutes=5))
    assert (first.facility, first.amount) == ("Puskesmas Pagak", 50_000)
    assert "Tambahan" in office.to(DINKES)[1].text
    assert "Puskesmas Pagak" in office.to(DINKES)[1].text


@pytest.mark.parametrize(
    ("then", "later", "phone"),
    [
        pytest.param("di pkm pagak saya diminta bayar 300 ribu", 0, HER, id="another place"),
        pytest.param("bidan pkm donomulyo galak", 0, HER, id="another matter"),
        pytest.param(STORY, 25, HER, id="the day after"),
        pytest.param(STORY, 0, "+6281200009598", id="another mother"),
    ],
)
def test_another_matter_gets_a_number_of_its_own(office: Office, then: str, later: int, phone: str) -> None:
    office.tell()
    assert office.tell(then, NOW + timedelta(hours=later), phone).row.number == "K-2026-000002"


def test_numbers_begin_anew_with_the_local_year(office: Office) -> None:
    office.tell(now=datetime(2026, 12, 31, 16, 59, tzinfo=UTC))
    first = office.tell("bidan pkm pagak galak", datetime(2026, 12, 31, 17, 0, tzinfo=UTC)).row
    assert first.number == "K-2027-000001"


def test_complaint_by_night_waits_for_the_morning(office: Office) -> None:
    office.tell(now=NIGHT)
    (told,) = office.to(DINKES)
    assert told.due_at.astimezone(clock.JAKARTA).hour == 6
    assert told.due_at - NIGHT < timedelta(hours=8)


# ---------------------------------------------------------------- answered


def test_answer_reaches_her_with_two_buttons(office: Office) -> None:
    row = office.tell().row
    assert office.answer(row) == "sent"
    (told,) = office.to(HER)
    assert "«Uangnya dikembalikan.»" in told.text
    assert [title for title, _ in (told.extras or {})["buttons"]] == ["Sudah selesai", "Belum"]
    assert row.status == "answered"


@pytest.mark.parametrize(
    "by", [MIDWIFE, CADRE, SECONDED, HER], ids=["the midwife", "a cadre", "an officer lent by that puskesmas", "she"]
)
def test_who_may_not_answer_does_not_even_learn_of_it(office: Office, by: str) -> None:
    row = office.tell().row
    assert office.answer(row, by=by) == "not_allowed"
    assert complaints.for_officer(office.session, factories.speaker_of(office.session, by), row.id) is None
    assert (row.status, office.to(HER)) == ("open", [])


def test_answer_that_no_message_could_hold_is_not_sent(office: Office) -> None:
    row = office.tell().row
    assert office.answer(row, "a" * 701) == "too_long"
    assert row.status == "open"
    assert office.answer(row, "a" * 700) == "sent"
    assert len(office.to(HER)[0].text) <= 1024


def test_she_settles_it_and_dinkes_is_told(office: Office) -> None:
    row = office.tell().row
    office.answer(row)
    assert f"Keluhan {row.number} saya tutup" in office.press("complaint_settled", row)
    assert row.status == "closed"
    assert "ditutup" in office.to(DINKES)[-1].text
    assert office.answer(row) == "over"


def test_objection_opens_it_again_with_words_of_its_own(office: Office) -> None:
    row = office.tell().row
    office.answer(row)
    assert "buka lagi" in office.press("complaint_objected", row)
    assert row.status == "open"
    sent = [message.text for message in office.to(DINKES)]
    assert "dibuka lagi" in sent[-1]
    assert len(set(sent)) == len(sent), "the same words twice"


def test_more_words_after_an_answer_open_it_again(office: Office) -> None:
    row = office.tell().row
    office.answer(row)
    office.tell(f"{STORY} dan sampai sekarang belum kembali", NOW + timedelta(hours=2))
    assert row.status == "open"


@pytest.mark.parametrize("phone", [DINKES, MIDWIFE, "+6281200009597"], ids=["dinkes", "midwife", "stranger"])
@pytest.mark.parametrize("verb", ["complaint_settled", "complaint_objected"])
def test_nobody_else_presses_for_her(office: Office, phone: str, verb: str) -> None:
    row = office.tell().row
    office.answer(row)
    assert office.press(verb, row, phone) == TOO_LATE
    assert row.status == "answered"


def test_her_other_channel_speaks_for_her(office: Office) -> None:
    row = office.tell().row
    factories.contact(office.session, HER, channel="telegram", last_wrote_at=NOW + DAY)
    office.answer(row)
    assert office.to(HER)[-1].channel == "telegram"
    telegram = office.to(HER)[-1].contact
    said = presses.act(
        office.session, people.speaker(office.session, telegram), Press("complaint_settled", row.id), NOW, None
    )
    assert "saya tutup" in said[0].text


# ---------------------------------------------------------------- the clock


def test_silence_is_remembered_and_passed_up_once_a_week(office: Office) -> None:
    row = office.tell().row
    office.run_until(NOW + 22 * DAY)
    told = [message.text for message in office.to(DINKES)][1:]
    assert [(text.count("pimpinan"), f"sudah {days} hari" in text) for text, days in zip(told, DUE, strict=True)] == [
        (0, True), (1, True), (1, True), (1, True),
    ]  # fmt: skip
    assert row.status == "open"


def test_answer_she_does_not_contradict_closes_it_by_day(office: Office) -> None:
    row = office.tell().row
    office.answer(row, now=NIGHT)
    office.run_until(NIGHT + 15 * DAY)
    assert row.status == "closed"
    closing = office.to(HER)[-1]
    assert "kami tutup" in closing.text
    assert closing.due_at.astimezone(clock.JAKARTA).hour == 6


def test_who_said_stop_gets_the_answer_and_no_closing_words(office: Office) -> None:
    row = office.tell().row
    contact = factories.contact(office.session, HER, stopped_at=NOW)
    office.answer(row)
    office.run_until(NOW + 15 * DAY)
    assert [message.kind for message in office.to(HER)] == ["staff"]
    assert contact.stopped_at is not None


# ---------------------------------------------------------------- whatever happens

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "midwife", "seconded", "settled", "objected", "clock", "more"]), st.floats(0, 8)
    ),
    max_size=10,
)


def play(office: Office, events: list[tuple[str, float]]) -> None:
    row, now = office.tell().row, NOW
    state = rules.start(row.number, rules.Category.ILLEGAL_FEE, row.facility, NOW).case
    dinkes = rules.Officer(1, rules.Unit.DINKES)
    for number, (name, days) in enumerate(events):
        now += timedelta(days=days)
        match name:
            case "answer":
                office.answer(row, now=now)
                state = rules.step(state, rules.Answered(dinkes), now).case
            case "midwife" | "seconded":
                office.answer(row, by=MIDWIFE if name == "midwife" else SECONDED, now=now)
            case "settled" | "objected":
                office.press(f"complaint_{name}", row, now=now)
                event = rules.Settled() if name == "settled" else rules.Objected()
                state = rules.step(state, event, now).case
            case "more":
                is_same = state.status is not rules.Status.CLOSED and now - NOW < DAY
                filed = office.tell(f"{STORY} {'lagi ' * (number + 1)}", now)
                assert (filed.row.id == row.id) is is_same
                if is_same and state.status is rules.Status.ANSWERED:
                    state = rules.step(state, rules.Objected(), now).case
            case _:
                complaints.run(office.session, now)
                state = rules.step(state, TimePassed(), now).case
        assert complaints._state(row) == state
        assert row.next_step_at == rules.due_at(state)
    assert office.to(MIDWIFE) == office.to(SECONDED) == office.to(CADRE) == []


@given(events=EVENTS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_row_is_what_the_machine_says_whatever_happens(office: Office, events: list[tuple[str, float]]) -> None:
    with office.session.begin_nested() as savepoint:
        play(office, events)
        savepoint.rollback()
    office.session.expire_all()


# ---------------------------------------------------------------- nobody of the facility ever reads it


def test_midwife_who_reads_the_talk_finds_no_complaint_in_it(office: Office) -> None:
    her = factories.contact(office.session, HER)
    before = factories.inbox_message(office.session, her, "kapan jadwal periksa")
    told = factories.inbox_message(office.session, her, STORY, now=NOW + timedelta(minutes=1))
    row = office.tell(inbox_id=told.id).row
    factories.outbox_message(office.session, her, f"dicatat, nomornya {row.number}", inbox_id=told.id)
    office.answer(row)
    announced = factories.inbox_message(office.session, her, "mau komplain")
    announced.trace = {"intent": "complain"}
    pressed = factories.inbox_message(office.session, her, "")
    pressed.content = {"kind": "message", "button": f"/press:complaint_settled:{row.id}"}
    office.session.flush()

    assert [line.text for line in talk_history.history(office.session, her)] == [before.content["text"]]
    whole = "\n".join(line.text for line in talk_history.history(office.session, her, with_complaints=True))
    assert row.number in whole
    assert "300 ribu" in whole


def test_erasure_leaves_a_complaint_that_is_nobodys(office: Office) -> None:
    row = office.tell().row
    number = row.id
    erasure.erase(office.session, office.mother, NOW)
    kept = office.session.get_one(Complaint, number)
    assert (kept.phone, kept.person_id, kept.contact_id, kept.text) == (None, None, None, "(dihapus)")
    assert (kept.number, kept.category, kept.status) == ("K-2026-000001", "illegal_fee", "open")
    assert office.answer(kept) == "not_reached"
    office.run_until(NOW + 30 * DAY)
    assert kept.status == "closed"


def test_erasure_of_a_stranger_takes_her_out_as_well(office: Office) -> None:
    phone = "+6281200009596"
    kept = office.tell(phone=phone).row
    erasure.erase(office.session, None, NOW, told=factories.contact(office.session, phone))
    assert (kept.phone, kept.contact_id, kept.text) == (None, None, "(dihapus)")


def test_officer_answers_by_naming_the_number_whatever_the_words_look_like(office: Office) -> None:
    row = office.tell().row
    said, officer = f"jawab {row.number} sudah kami tegur, periksa gratis", factories.speaker_of(office.session, DINKES)
    press = presses.spoken(office.session, officer, said, NOW)
    assert press == Press("complaint_answered", row.id, "complain")
    message = factories.inbox_message(office.session, officer.contact, said)
    assert "sudah dikirim" in presses.act(office.session, officer, press, NOW, message.id)[0].text
    assert "sudah kami tegur" in office.to(HER)[-1].text


@pytest.mark.parametrize("who", [MIDWIFE, CADRE, HER])
def test_number_named_by_somebody_who_may_not_know_is_no_answer(office: Office, who: str) -> None:
    row = office.tell().row
    assert presses.spoken(office.session, factories.speaker_of(office.session, who), f"{row.number} nee", NOW) is None
