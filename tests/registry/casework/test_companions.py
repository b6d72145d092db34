"""Somebody to go along: cadres of her village are asked, one of them wins, the office helps, she is told the truth."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, presses, texts
from registry.casework import companions
from registry.db import Database
from registry.models import Cadre, CompanionRequest, Contact, OutboxMessage, Person, Staff
from registry.persons import erasure
from registry.presses import Press
from tests import factories
from tests.conftest import NIGHT, NOW

HER, FIRST, SECOND, MIDWIFE, DINKES, ELSEWHERE, STRANGER = (f"+628120000098{digit}" for digit in range(7))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOO_LATE = texts.phrase("press_too_late")


@dataclass
class Village:
    """A mother of Sumberoto; who may help is up to the test."""

    session: Session
    mother: Person
    now: datetime = NOW

    def ask(self, phone: str = HER) -> str:
        speaker = factories.speaker_of(self.session, phone)
        return companions.ask(self.session, speaker, "antar kontrol besok", self.now, None)

    def press(self, verb: str, phone: str) -> str:
        number = self.session.scalars(select(CompanionRequest.id).order_by(CompanionRequest.id.desc())).first() or 0
        speaker = factories.speaker_of(self.session, phone)
        press = Press(f"companion_{verb}", number)
        return "\n".join(one.text for one in presses.act(self.session, speaker, press, self.now, None))

    def to(self, phone: str) -> list[OutboxMessage]:
        rows = select(OutboxMessage).join(Contact).order_by(OutboxMessage.id)
        return [row for row in self.session.scalars(rows) if row.contact.phone == phone]

    def row(self) -> CompanionRequest:
        return self.session.scalars(select(CompanionRequest).order_by(CompanionRequest.id.desc()).limit(1)).one()

    def wait(self, until: datetime) -> None:
        while (due := companions.next_at(self.session, self.now)) is not None and due <= until:
            self.now = due
            while companions.run(self.session, self.now):
                pass
        self.now = until


@pytest.fixture
def village(session: Session) -> Village:
    mother = factories.person(session, phone=HER, name="Kasiyem")
    factories.reachable(session, mother)
    return Village(session, mother)


def helper(session: Session, phone: str) -> Cadre | Staff:
    if phone in (MIDWIFE, DINKES):
        return factories.staff(session, unit="puskesmas" if phone == MIDWIFE else "dinkes", phone=phone)
    village = factories.KETAWANG if phone == ELSEWHERE else factories.SUMBEROTO
    return factories.cadre(session, village, phone=phone, name="Sri" if phone == FIRST else "Wiwik")


def helpers(village: Village, *phones: str) -> None:
    for phone in phones:
        factories.reachable(village.session, helper(village.session, phone))


def test_cadres_of_her_village_are_asked_and_nobody_else(village: Village) -> None:
    helpers(village, FIRST, SECOND, ELSEWHERE, MIDWIFE, DINKES)
    assert village.ask() == "cadres"
    for phone in (FIRST, SECOND):
        (asked,) = village.to(phone)
        assert "Kasiyem, Sumberoto" in asked.text
        assert "antar kontrol besok" in asked.text
    assert [village.to(phone) for phone in (ELSEWHERE, MIDWIFE, DINKES)] == [[], [], []]


def test_yes_is_told_to_both_with_the_others_number(village: Village) -> None:
    helpers(village, FIRST)
    village.ask()
    said = village.press("yes", FIRST)
    assert "Kasiyem" in said
    assert HER in said
    (told,) = village.to(HER)
    assert "Kader Sri bisa menemani" in told.text
    assert FIRST in told.text
    assert (village.row().status, village.row().next_step_at) == ("accepted", None)


def test_second_yes_is_too_late(village: Village) -> None:
    helpers(village, FIRST, SECOND)
    village.ask()
    village.press("yes", FIRST)
    assert village.press("yes", SECOND) == TOO_LATE
    assert len(village.to(HER)) == 1


def test_two_cadres_at_the_same_moment_one_wins(database: Database) -> None:
    with database.write() as session:
        village = Village(session, factories.person(session, phone=HER))
        factories.reachable(session, village.mother)
        helpers(village, FIRST, SECOND)
        village.ask()
        number = village.row().id
    gate = threading.Barrier(2)

    def accept(phone: str) -> str:
        gate.wait()
        with database.write() as session:
            speaker = factories.speaker_of(session, phone)
            (said,) = presses.act(session, speaker, Press("companion_yes", number), NOW, None)
            return said.text

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(accept, (FIRST, SECOND)))
    assert said.count(TOO_LATE) == 1
    with database.read() as session:
        told = [row for row in session.scalars(select(OutboxMessage)) if row.contact.phone == HER]
        assert len(told) == 1
        winner = (FIRST, SECOND)[1 - said.index(TOO_LATE)]
        assert winner in told[0].text


@pytest.mark.parametrize("who", [HER, ELSEWHERE, STRANGER], ids=["she", "cadre of another village", "stranger"])
@pytest.mark.parametrize("verb", ["yes", "no", "arranged"])
def test_who_may_not_answer(village: Village, who: str, verb: str) -> None:
    helpers(village, FIRST, ELSEWHERE)
    village.ask()
    assert village.press(verb, who) == TOO_LATE
    assert village.row().status == "open"


def test_only_cadre_cannot_so_the_puskesmas_is_asked_at_once(village: Village) -> None:
    helpers(village, FIRST, MIDWIFE)
    village.ask()
    assert "puskesmas" in village.press("no", FIRST)
    assert "minta ditemani" in village.to(MIDWIFE)[0].text
    assert "Kasiyem saya kabari" in village.press("arranged", MIDWIFE)
    assert "Petugas sudah mencarikan" in village.to(HER)[0].text


def test_one_of_two_cannot_and_the_other_still_may(village: Village) -> None:
    helpers(village, FIRST, SECOND, MIDWIFE)
    village.ask()
    assert "yang lain" in village.press("no", FIRST)
    assert village.to(MIDWIFE) == []
    village.press("yes", SECOND)
    assert village.row().status == "accepted"


def test_silence_goes_to_the_puskesmas_and_then_the_truth_to_her(village: Village) -> None:
    helpers(village, FIRST, MIDWIFE)
    village.ask()
    village.wait(NOW + 3 * HOUR)
    assert len(village.to(MIDWIFE)) == 1
    village.wait(NOW + 10 * DAY)
    assert [row.text.startswith("Maaf, Bu") for row in village.to(HER)] == [True]
    assert (len(village.to(MIDWIFE)), village.row().status) == (1, "closed")


@pytest.mark.parametrize(
    ("there", "asked", "told"),
    [
        pytest.param((MIDWIFE, DINKES), "office", MIDWIFE, id="no cadre: the puskesmas"),
        pytest.param((DINKES,), "office", DINKES, id="nobody of the district: Dinkes"),
        pytest.param((), "nobody", None, id="nobody at all"),
    ],
)
def test_who_is_asked_where_there_is_no_cadre(
    village: Village, there: tuple[str, ...], asked: str, told: str | None
) -> None:
    helpers(village, *there)
    assert village.ask() == asked
    if told is not None:
        assert "Sudah saya carikan" in dict((village.to(told)[0].extras or {})["buttons"])
    assert village.row().status == ("closed" if told is None else "open")


def test_stranger_of_an_unknown_place_is_passed_to_dinkes(village: Village) -> None:
    helpers(village, FIRST, MIDWIFE, DINKES)
    assert village.ask(STRANGER) == "office"
    assert "belum terdaftar" in village.to(DINKES)[0].text
    assert village.to(FIRST) == []


def test_wish_by_night_waits_and_silence_counts_from_the_morning(village: Village) -> None:
    helpers(village, FIRST, MIDWIFE)
    village.now = NIGHT
    village.ask()
    assert village.to(FIRST)[0].due_at.astimezone(clock.JAKARTA).hour == 6
    village.wait(NIGHT + 8 * HOUR)
    assert village.to(MIDWIFE) == []
    village.wait(NIGHT + 9 * HOUR)
    assert len(village.to(MIDWIFE)) == 1


def test_answer_by_night_reaches_her_in_the_morning_also_after_a_stop(village: Village) -> None:
    helpers(village, FIRST)
    village.ask()
    factories.contact(village.session, HER, stopped_at=NOW)
    village.now = NIGHT
    village.press("yes", FIRST)
    (told,) = village.to(HER)
    assert told.due_at.astimezone(clock.JAKARTA).hour == 6


def test_same_wish_again_asks_nobody_twice(village: Village) -> None:
    helpers(village, FIRST)
    assert [village.ask(), village.ask()] == ["cadres", "cadres"]
    assert len(village.to(FIRST)) == 1


def test_erasure_ends_it_without_a_trace(village: Village) -> None:
    helpers(village, FIRST)
    village.ask()
    erasure.erase(village.session, village.mother, NOW)
    assert village.session.scalars(select(CompanionRequest)).all() == []
    assert not any("Kasiyem" in row.text for row in village.to(FIRST))
    assert village.press("yes", FIRST) == TOO_LATE


def test_cadre_who_cannot_come_after_all_leaves_her_not_alone(village: Village) -> None:
    helpers(village, FIRST, SECOND)
    village.ask()
    village.press("yes", FIRST)
    assert village.press("back", SECOND) == TOO_LATE
    assert "saya carikan yang lain" in village.press("back", FIRST)
    assert "berhalangan" in village.to(HER)[-1].text
    assert (village.row().status, village.row().cadre_id) == ("open", None)
    assert len(village.to(SECOND)) == 2
    assert "diberi tahu" in village.press("yes", SECOND)


def test_only_cadre_who_cannot_come_after_all_passes_it_to_the_office(village: Village) -> None:
    helpers(village, FIRST, MIDWIFE)
    village.ask()
    village.press("yes", FIRST)
    village.press("back", FIRST)
    assert "belum ada kader" in village.to(MIDWIFE)[-1].text


def test_mother_who_needs_nobody_any_more_calls_it_off(village: Village) -> None:
    helpers(village, FIRST)
    village.ask()
    village.press("yes", FIRST)
    assert village.press("off", FIRST) == TOO_LATE
    assert "Kader saya kabari" in village.press("off", HER)
    assert "tidak jadi perlu" in village.to(FIRST)[-1].text
    assert village.row().status == "closed"
