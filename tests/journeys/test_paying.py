"""Is it free for me? Every way to pay, for mothers the bot knows and for those who write for the first time."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tests.journeys.worlds import (
    ACTIVE,
    FROM_BLITAR,
    FROM_TOWN,
    IN_DEBT,
    LONG_UNCHECKED,
    NOW,
    POOR,
    SWITCHED_OFF,
    UNLISTED,
    WELL_OFF,
    Mother,
    nik_of,
    world,
)
from tests.stack import Answer, RunningStack

QUESTION = "apakah saya bisa lahiran gratis?"
EMERGENCY = "Kalau darurat"


@dataclass(frozen=True)
class Case:
    """A mother, what is in force, the answer that is kept, and words that are and are not in what she reads."""

    mother: Mother
    rows: dict[str, str]
    has: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    settings: dict[str, object] = field(default_factory=dict)


CASES = {
    "active card": Case(ACTIVE, {"JKN_ACTIVE": "likely"}, ("*aktif*", "KTP"), ("tidak aktif", "SKTM", "Dinas Sosial")),
    "free card switched off": Case(
        SWITCHED_OFF, {"PBI_REACTIVATION": "likely"}, ("*tidak aktif*", "surat dari puskesmas", "Dinas Sosial")
    ),
    "arrears": Case(IN_DEBT, {"PBPU_ARREARS": "likely"}, ("*tidak aktif*", "tunggakan", "165"), ("SKTM", "7 bulan")),
    "no card, poor": Case(
        POOR, {"PROGRAMME_SKTM": "likely", "PROPOSE_PBI": "likely"}, ("SKTM", "PBI", "kantor desa"), ("desil", "decile")
    ),
    "no card, in no list": Case(
        UNLISTED,
        {"PROGRAMME_SKTM": "needs_verification", "PROPOSE_PBI": "needs_verification"},
        ("SKTM", "Kalau keluarga kurang mampu", "DTSEN"),
        ("tidak berhak",),
    ),
    "KTP of Kota Malang": Case(FROM_TOWN, {"OTHER_REGENCY": "not_eligible"}, ("Kota Malang", "112"), ("SKTM",)),
    "KTP of Blitar": Case(FROM_BLITAR, {"OTHER_REGENCY": "not_eligible"}, ("Kabupaten Blitar",), ("Kota Malang",)),
    "no card, decile 8": Case(WELL_OFF, {"SELF_PAY": "not_eligible"}, ("Rp 35.000", "kantor desa"), ("SKTM", "desil")),
    "card checked long ago": Case(
        LONG_UNCHECKED, {"JKN_ACTIVE": "needs_verification"}, ("sudah lama", "165"), ("Kabar baik",)
    ),
    "programme closed": Case(
        POOR, {"PROPOSE_PBI": "needs_verification"}, ("tidak dibuka", "PBI"), ("SKTM di kantor desa",),
        {"programme_open": False},
    ),
}  # fmt: skip
every_case = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def check(stack: RunningStack, case: Case, answer: Answer) -> None:
    kept = stack.records("eligibility", phone=case.mother.phone)
    assert {row["path"]: row["status"] for row in kept} == case.rows
    assert all(row["nik"] == case.mother.nik for row in kept)
    assert [word for word in case.has if word not in answer.text] == []
    assert [word for word in case.lacks if word in answer.text] == []
    assert EMERGENCY in answer.text
    assert case.mother.nik not in answer.text


@every_case
def test_registered_mother_is_told_how_she_pays_when_she_asks(stack: RunningStack, case: Case) -> None:
    stack.reset(world(**case.settings), NOW)
    answer = stack.say(case.mother.phone, QUESTION)
    check(stack, case, answer)
    assert "NIK Ibu?" not in answer.text


@every_case
def test_unknown_mother_is_told_how_she_pays_when_nik_and_birth_date_are_right(stack: RunningStack, case: Case) -> None:
    mother = case.mother.new()
    stack.reset(world(mother, **case.settings), NOW, channel="telegram")
    assert "NIK" in stack.say(mother.phone, QUESTION).text
    assert "tanggal lahir" in stack.say(mother.phone, mother.nik).text
    assert stack.records("eligibility") == []
    check(stack, case, stack.say(mother.phone, mother.spoken_birthday))


@pytest.mark.parametrize("said", ["15 desember 1995", "15/12/1995", "lahir 15-12-95", "tgl 15 des 95"])
def test_birth_date_is_read_however_she_writes_it(stack: RunningStack, said: str) -> None:
    mother = IN_DEBT.new()
    stack.reset(world(mother), NOW)
    stack.say(mother.phone, QUESTION)
    stack.say(mother.phone, mother.nik)
    assert "*tidak aktif*" in stack.say(mother.phone, said).text


def test_everything_in_one_message_is_answered_at_once(stack: RunningStack) -> None:
    mother = POOR.new()
    stack.reset(world(mother), NOW)
    answer = stack.say(mother.phone, f"{QUESTION} nik {mother.nik} lahir 2 agustus 2001")
    assert "SKTM" in answer.text
    assert {row["path"] for row in stack.records("eligibility")} == {"PROGRAMME_SKTM", "PROPOSE_PBI"}


def test_nik_that_nobody_has_is_not_called_a_no(stack: RunningStack) -> None:
    unknown = nik_of("350701", POOR.born, "9077")
    stack.say("+6281299000077", QUESTION)
    answer = stack.say("+6281299000077", unknown)
    assert "belum ada di data kami" in answer.text
    assert "*bukan* berarti Ibu tidak berhak" in answer.text
    assert [(row["path"], row["status"]) for row in stack.records("eligibility")] == [("UNKNOWN", "unknown")]


def test_card_is_told_with_kind_and_day_when_she_asks_for_it(stack: RunningStack) -> None:
    answer = stack.say(ACTIVE.phone, "kartu bpjs saya masih aktif gak?")
    assert "*aktif*" in answer.text
    assert "KIS gratis/PBI" in answer.text
    assert "15 November 2026" in answer.text


@pytest.mark.parametrize("mother", [SWITCHED_OFF, IN_DEBT], ids=["free card", "own card"])
def test_known_mother_is_told_her_own_way_when_her_card_is_dead(stack: RunningStack, mother: Mother) -> None:
    answer = stack.say(mother.phone, "bpjs saya mati gimana bu")
    assert "*tidak aktif*" in answer.text
    assert len(stack.records("eligibility", nik=mother.nik)) == 1


def test_stranger_is_told_all_ways_when_her_card_is_dead(stack: RunningStack) -> None:
    answer = stack.say("+6281299000077", "bpjs saya mati gimana bu")
    assert "tunggakan" in answer.text
    assert "SKTM" in answer.text
    assert stack.records("eligibility") == []


def test_papers_are_general_before_a_check_and_her_own_afterwards(stack: RunningStack) -> None:
    before = stack.say(SWITCHED_OFF.phone, "surat apa saja yang harus dibawa?").text
    assert "Buku KIA" in before
    assert "surat keterangan desil" not in before
    stack.say(SWITCHED_OFF.phone, QUESTION)
    after = stack.say(SWITCHED_OFF.phone, "surat apa saja yang harus dibawa?").text
    assert "surat keterangan desil" in after


def test_check_is_decided_anew_when_the_clock_has_moved(stack: RunningStack) -> None:
    assert "Kabar baik" in stack.say(ACTIVE.phone, QUESTION).text
    stack.advance("2026-12-20T09:00:00+07:00")
    assert "sudah lama" in stack.say(ACTIVE.phone, QUESTION).text
    assert [row["status"] for row in stack.records("eligibility")] == ["likely", "needs_verification"]
