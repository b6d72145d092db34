"""Referrals in the database: who is asked and told what, in words and buttons, by day and night; one state for all."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, presses, texts
from registry.casework import referrals
from registry.emergencies import alerts
from registry.messaging import messages
from registry.models import Contact, OutboxMessage, Person, Referral, Ride
from registry.persons import erasure
from registry.presses import Press
from registry.rules import referral as rules
from registry.rules.machine import TimePassed
from tests import factories
from tests.conftest import NIGHT, NOW

HER, MIDWIFE, CADRE, DINKES, DRIVER, FIRST, SECOND, OTHER = (f"+628120000097{digit}" for digit in range(8))
A, B = "rsud-kanjuruhan", "rs-wava-husada"
NAMES = {A: "RSUD Kanjuruhan", B: "RS Wava Husada"}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOO_LATE = texts.phrase("press_too_late")


@dataclass
class Village:
    """A mother of Sumberoto with her midwife, cadre and driver; two hospitals with a phone each, and Dinkes."""

    session: Session
    mother: Person
    now: datetime = NOW
    reason: str = "tensi 160/110"
    codes: tuple[str, ...] = field(default=(A, B))

    def refer(self, by: str = MIDWIFE) -> Referral:
        speaker = factories.speaker_of(self.session, by)
        return referrals.refer(self.session, speaker, self.mother, self.codes, self.reason, self.now, None)

    def press(self, verb: str, row: Referral, phone: str) -> str:
        speaker = factories.speaker_of(self.session, phone)
        press = Press(f"referral_{verb}", row.id)
        return "\n".join(one.text for one in presses.act(self.session, speaker, press, self.now, None))

    def spoken(self, said: str, phone: str) -> tuple[str, int] | None:
        for row in self.to(phone):
            row.sent_at = row.sent_at or self.now
        self.session.flush()
        found = presses.spoken(self.session, factories.speaker_of(self.session, phone), said, self.now)
        return None if found is None else (found.verb, found.number)

    def wait(self, until: datetime) -> None:
        while (due := referrals.next_at(self.session, self.now)) is not None and due <= until:
            self.now = due
            while referrals.run(self.session, self.now):
                pass
        self.now = until

    def to(self, phone: str) -> list[OutboxMessage]:
        rows = select(OutboxMessage).join(Contact).order_by(OutboxMessage.id)
        return [row for row in self.session.scalars(rows) if row.contact.phone == phone]

    def last(self, phone: str) -> str:
        return self.to(phone)[-1].text

    def buttons(self, phone: str) -> list[str]:
        return [title for title, _ in (self.to(phone)[-1].extras or {}).get("buttons", ())]


@pytest.fixture
def village(session: Session) -> Village:
    mother = factories.person(session, phone=HER, name="Kasiyem Wulansari")
    cadre, driver = factories.cadre(session, phone=CADRE), factories.driver(session, phone=DRIVER)
    factories.pregnancy(session, mother, cadre_id=cadre.id)
    factories.reachable(
        session,
        mother, cadre, driver,
        factories.staff(session, phone=MIDWIFE, facility="Puskesmas Donomulyo"),
        factories.staff(session, unit="dinkes", phone=DINKES),
        factories.staff(session, unit="hospital", phone=FIRST, facility="rsud kanjuruhan"),
        factories.staff(session, unit="hospital", phone=SECOND, facility=NAMES[B]),
        factories.staff(session, factories.GONDANGLEGI, phone=OTHER, facility="Puskesmas Gondanglegi"),
    )  # fmt: skip
    ride = Ride(
        person_id=mother.id, contact_id=None, status="confirmed", driver_id=driver.id, purpose="birth", at=NOW,
        village_code=factories.SUMBEROTO, urgent=True, asked_at=NOW,
    )  # fmt: skip
    session.add(ride)
    session.flush()
    return Village(session, mother)


# ---------------------------------------------------------------- asked and told


def test_first_facility_is_asked_with_all_it_needs(village: Village) -> None:
    village.refer()
    asked = village.last(FIRST)
    for part in (NAMES[A], "Kasiyem Wulansari", "hamil 27 minggu", "Sumberoto, Kec. Donomulyo", "160/110", MIDWIFE):
        assert part in asked
    assert village.buttons(FIRST) == ["Siap menerima", "Langsung datang", "Penuh"]
    assert [village.to(phone) for phone in (SECOND, DINKES, MIDWIFE, OTHER)] == [[], [], [], []]


def test_reason_never_carries_a_number_that_names_her(village: Village) -> None:
    village.reason = "KPD, nik 3507014503989001 hp 081200009700"
    row = village.refer()
    for kept in (row.reason or "", village.last(FIRST)):
        assert "3507014503989001" not in kept
        assert "081200009700" not in kept


def test_full_asks_the_next_and_everybody_hears_the_same_to_the_end(village: Village) -> None:
    row = village.refer()
    assert "dicatat" in village.press("full", row, FIRST)
    assert NAMES[B] in village.last(SECOND)
    assert NAMES[B] in village.last(MIDWIFE), "at the same moment as before"
    village.press("ready", row, SECOND)
    for phone in (MIDWIFE, CADRE, DRIVER, SECOND):
        assert f"{NAMES[B]} SIAP menerima" in village.last(phone)
    assert f"Bu, {NAMES[B]} siap menerima Ibu" in village.last(HER)
    assert village.buttons(HER) == ["Saya berangkat"]
    village.now += 5 * MINUTE
    village.press("left", row, HER)
    for phone in (MIDWIFE, CADRE, DRIVER, SECOND):
        assert f"dalam perjalanan ke {NAMES[B]}" in village.last(phone)
    village.now += 40 * MINUTE
    village.press("arrived", row, SECOND)
    for phone in (MIDWIFE, CADRE, DRIVER, SECOND):
        assert f"sudah sampai di {NAMES[B]}" in village.last(phone)
    assert (row.status, row.arrived_at) == ("arrived", NOW + 45 * MINUTE)
    village.press("delivered", row, SECOND)
    assert (row.status, row.outcome, row.next_step_at) == ("closed", "delivered", None)


def test_time_counts_from_the_alert_that_was_open(village: Village) -> None:
    speaker = factories.speaker_of(village.session, HER)
    alert = alerts.raise_alert(village.session, speaker, "danger_sign", ["fits"], NOW - 10 * MINUTE, None)
    assert village.refer().alert_id == alert.id


def test_two_parts_in_one_hand_get_the_same_words_once(village: Village) -> None:
    village.codes = ("pkm-donomulyo",)
    row = village.refer()  # the midwife refers to her own puskesmas
    village.press("ready", row, MIDWIFE)
    texts_told = [message.text for message in village.to(MIDWIFE)]
    assert len(texts_told) == len(set(texts_told))


def test_facility_without_a_phone_is_called_by_dinkes_who_notes_the_answer(village: Village) -> None:
    village.codes = ("rsud-lawang",)
    row = village.refer()
    assert "tidak punya nomor petugas di sini" in village.last(DINKES)
    village.press("come", row, DINKES)
    assert (row.status, row.facility) == ("come", 0)
    assert "LANGSUNG DATANG" in village.last(MIDWIFE)


def test_without_a_facility_named_the_hospitals_nearby_are_asked(village: Village) -> None:
    village.codes = ()
    row = village.refer()
    assert row.facilities
    assert row.status == "asked"


def test_nowhere_left_dinkes_names_one_and_it_is_asked(village: Village) -> None:
    village.codes = (A,)
    row = village.refer()
    village.press("full", row, FIRST)
    assert row.status == "full"
    assert "mencarikan" in village.last(MIDWIFE)
    assert "tulis: rujuk" in village.last(DINKES)
    assert referrals.name_facility(village.session, row, B, village.now, None)
    assert (row.status, NAMES[B] in village.last(SECOND)) == ("asked", True)
    assert not referrals.name_facility(village.session, row, B, village.now, None)


def test_facility_that_is_no_longer_needed_is_stood_down(village: Village) -> None:
    row = village.refer()
    referrals.name_facility(village.session, row, B, village.now, None)
    village.press("ready", row, FIRST)
    assert f"tidak jadi ke {NAMES[B]}" in village.last(SECOND)
    assert (row.status, row.facility) == ("ready", 0)
    village.press("left", row, MIDWIFE)
    assert row.facility == 0


def test_one_mother_has_one_referral_at_a_time(village: Village) -> None:
    assert village.refer().id == village.refer(CADRE).id


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("verb", ["ready", "come", "full"])
@pytest.mark.parametrize("who", [HER, MIDWIFE, CADRE, DRIVER, SECOND, OTHER, "+6281200009798"])
def test_only_the_facility_that_was_asked_answers(village: Village, who: str, verb: str) -> None:
    row = village.refer()
    assert village.press(verb, row, who) == TOO_LATE
    assert row.status == "asked"


@pytest.mark.parametrize("who", [HER, MIDWIFE, CADRE, DRIVER, FIRST, DINKES])
def test_whoever_is_with_her_or_receives_her_tells_where_she_is(village: Village, who: str) -> None:
    row = village.refer()
    assert "diteruskan" in village.press("left", row, who)
    assert "diteruskan" in village.press("arrived", row, who)


@pytest.mark.parametrize("who", [OTHER, SECOND, "+6281200009798"], ids=["other area", "not asked", "stranger"])
@pytest.mark.parametrize("verb", ["left", "arrived", "admitted", "delivered", "home"])
def test_nobody_else_does(village: Village, who: str, verb: str) -> None:
    row = village.refer()
    assert village.press(verb, row, who) == TOO_LATE
    assert row.status == "asked"


@pytest.mark.parametrize("who", [HER, DRIVER])
def test_how_it_ended_is_for_those_who_treat_her_to_say(village: Village, who: str) -> None:
    assert village.press("delivered", village.refer(), who) == TOO_LATE


@pytest.mark.parametrize("number", [0, 10**9])
def test_a_number_that_is_no_referral_is_too_late(village: Village, number: int) -> None:
    speaker = factories.speaker_of(village.session, FIRST)
    (said,) = presses.act(village.session, speaker, Press("referral_ready", number), NOW, None)
    assert said.text == TOO_LATE


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("penuh bu", "referral_full"), ("siap menerima", "referral_ready"), ("langsung datang saja", "referral_come"),
        ("iya siap", "referral_ready"), ("kamar penuh", "referral_full"),
        ("jadwal imunisasi kapan ya", None), ("siap nerima gak ya?", None),
    ],
)  # fmt: skip
def test_facility_answers_in_its_own_words(village: Village, said: str, verb: str | None) -> None:
    row = village.refer()
    assert village.spoken(said, FIRST) == (None if verb is None else (verb, row.id))


# ---------------------------------------------------------------- the clock


def test_silence_is_told_to_dinkes_and_asked_again_in_other_words(village: Village) -> None:
    village.refer()
    village.wait(NOW + 11 * MINUTE)
    assert f"{NAMES[A]} belum menjawab, sudah 10 menit" in village.last(DINKES)
    assert village.last(FIRST) != village.to(FIRST)[0].text
    assert village.buttons(FIRST) == ["Siap menerima", "Langsung datang", "Penuh"]


@pytest.mark.parametrize("left_to", ["asked", "ready", "on_the_way", "arrived", "requested"])
def test_forgotten_referral_does_not_ring_for_weeks_and_never_says_the_same_at_once(
    village: Village, left_to: str
) -> None:
    row = village.refer()
    if left_to == "requested":
        row.facilities, row.asked, row.status, row.facility = [], [], "requested", None
    elif left_to != "asked":
        village.press("ready", row, FIRST)
    if left_to == "on_the_way":
        village.press("left", row, MIDWIFE)
    elif left_to == "arrived":
        village.press("arrived", row, MIDWIFE)
    village.session.flush()
    village.wait(NOW + 60 * DAY)
    for phone in (MIDWIFE, DINKES, FIRST, HER, CADRE, DRIVER):
        got = [(message.text, message.due_at) for message in village.to(phone)]
        assert len(got) < 60, phone
        for text, at in got:
            near = [one for one, when in got if one == text and abs(when - at) < 10 * MINUTE]
            assert len(near) == 1, text
    assert row.status == left_to


def test_night_holds_up_nothing_but_the_question_how_it_ended(village: Village) -> None:
    village.now = NIGHT
    row = village.refer()
    village.press("ready", row, FIRST)
    village.press("arrived", row, MIDWIFE)
    everything = list(village.session.scalars(select(OutboxMessage)))
    assert {message.due_at for message in everything} == {NIGHT}
    assert {message.priority for message in everything} == {messages.DANGER}
    village.wait(NIGHT + DAY + HOUR)
    asked = village.to(FIRST)[-1]
    assert "bagaimana hasilnya" in asked.text
    assert asked.due_at.astimezone(clock.JAKARTA).hour == 6


# ---------------------------------------------------------------- whatever happens

EVENT = st.one_of(
    st.tuples(st.sampled_from(["ready", "come", "full"]), st.sampled_from([FIRST, SECOND, DINKES])),
    st.tuples(st.sampled_from(["left", "arrived"]), st.sampled_from([MIDWIFE, HER, FIRST])),
    st.tuples(st.just("name"), st.sampled_from([A, B])),
    st.tuples(st.just("wait"), st.sampled_from(["3", "15", "100", "3000"])),
    st.tuples(st.just("admitted"), st.just(FIRST)),
)


def event_of(row: Referral, verb: str, who: str, before: rules.Referral) -> rules.Event | None:
    """What the machine would be told; None when this person may not say it."""
    asked = {one.facility for one in before.asked}
    own = {FIRST: row.facilities.index(A), SECOND: row.facilities.index(B)}
    if verb in ("ready", "come", "full"):
        number = before.asked[-1].facility if who == DINKES and before.asked else own.get(who)
        return rules.Answered(number, rules.Answer(verb)) if number in asked and number is not None else None
    if who == FIRST and own[FIRST] not in asked:
        return None
    moves: dict[str, rules.Event] = {
        "left": rules.Left(), "arrived": rules.Arrived(), "admitted": rules.Closed(rules.Outcome.ADMITTED),
    }  # fmt: skip
    return moves[verb]


def play(village: Village, events: list[tuple[str, str]]) -> None:
    village.now = NOW
    row = village.refer()
    state = rules.start((0, 1), NOW).case
    for verb, who in events:
        if verb == "wait":
            village.now += timedelta(minutes=int(who))
            referrals.run(village.session, village.now)
            state = rules.step(state, TimePassed(), village.now).case
        elif verb == "name":
            referrals.name_facility(village.session, row, who, village.now, None)
            state = rules.step(state, rules.FacilityNamed((A, B).index(who)), village.now).case
        else:
            event = event_of(row, verb, who, state)
            said = village.press(verb, row, who)
            decision = rules.step(state, event, village.now) if event is not None else None
            assert (said == TOO_LATE) == (decision is None or not decision.accepted)
            state = decision.case if decision is not None else state
        assert referrals._state(row) == state
        assert row.next_step_at == rules.due_at(state)


@given(events=st.lists(EVENT, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_row_is_what_the_machine_says_whatever_happens(village: Village, events: list[tuple[str, str]]) -> None:
    with village.session.begin_nested() as savepoint:
        play(village, events)
        savepoint.rollback()
    village.session.expire_all()


def test_erasure_leaves_a_referral_without_her(village: Village) -> None:
    village.reason = "KPD, ibu Kasiyem Wulansari takut"
    row = village.refer()
    number = row.id
    erasure.erase(village.session, village.mother, NOW)
    kept = village.session.get_one(Referral, number)
    assert kept.person_id is None
    assert "Kasiyem" not in (kept.reason or "")
    for phone in (FIRST, SECOND, MIDWIFE, DINKES, CADRE):
        assert not any("Kasiyem" in message.text for message in village.to(phone)), phone
    village.press("ready", kept, FIRST)
    assert kept.status == "ready"
    assert "belum terdaftar" in village.last(MIDWIFE)


@pytest.mark.parametrize(
    ("said", "who", "state", "verb"),
    [
        pytest.param("sudah berangkat bu", MIDWIFE, "asked", "referral_left", id="whoever refers, that she left"),
        pytest.param("pasien sudah datang", FIRST, "asked", "referral_arrived", id="the hospital, that she is there"),
        pytest.param("bed penuh", FIRST, "ready", "referral_full", id="the hospital, that it is full after all"),
        pytest.param("sudah berangkat", OTHER, "asked", None, id="nobody who takes no part"),
        pytest.param("sudah berangkat", HER, "asked", None, id="nothing from her own phone"),
        pytest.param("sudah berangkat", MIDWIFE, "arrived", None, id="nothing that is over"),
    ],
)
def test_words_without_a_name_are_about_the_one_open_referral(
    village: Village, said: str, who: str, state: str, verb: str | None
) -> None:
    row = village.refer()
    if state != "asked":
        village.press(state, row, FIRST)
    speaker = factories.speaker_of(village.session, who)
    expected = None if verb is None else (verb, row.id)
    assert referrals.spoken(village.session, speaker, said, village.now) == expected


def test_words_that_may_be_about_two_referrals_are_asked_about(village: Village) -> None:
    village.refer()
    other = factories.person(village.session, phone="+6281200000979", name="Painem Dua")
    speaker = factories.speaker_of(village.session, MIDWIFE)
    referrals.refer(village.session, speaker, other, (A,), "HPP", village.now, None)
    assert referrals.spoken(village.session, speaker, "sudah berangkat", village.now) is None
