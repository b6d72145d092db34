"""The sheets: every form of a message fills them, what is wrong is named, and nothing right is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from actions.cadre_sheets import Sheet, Told, filled, is_someone_else, meant, read
from registry.persons.people import Speaker
from registry.pregnancies.entries import Entry
from tests import factories
from tests.conftest import NOW
from tests.factories import BANJAREJO, KETAWANG, SUMBEROTO

NIK = "3507014503989001"  # born on 5 March 1998
WHOLE = {"name": "Siti Aminah", "hpht": date(2026, 8, 3), "phone": "+6281299000071", "village": SUMBEROTO}
EVERYTHING = ("name", "dating", "born", "phone", "nik")


def told(text: str, *missing: str, listed: int = 1) -> Told:
    """The only mother of a message."""
    (one,) = read(text, NOW, missing, listed)
    return one


@pytest.mark.parametrize(
    "note",
    [
        "bumil Siti Aminah 28 th desa Sumberoto hpht 3 agustus 2026 hp 081299000071",
        "#REG#Siti Aminah#28#Sumberoto#03-08-2026#081299000071",
        "Siti Aminah, 28 th, Sumberoto, hpht 3/8/26, 081299000071",
        "nama: Siti Aminah\numur: 28\ndesa: Sumberoto\nHPHT: 3 agustus 2026\nHP: 081299000071",
        "tolong daftarkan bu Siti Aminah umur 28 tahun desa Sumberoto hpht tanggal 3 bulan 8 nomernya 081299000071",
    ],
    ids=["one line", "codes", "commas", "lines", "run-on speech"],
)
def test_every_form_of_a_note_gives_the_same_mother(note: str) -> None:
    one = told(note)
    found = {"name": one.entry.name, "hpht": one.entry.hpht, "phone": one.entry.phone, "village": one.village_codes[0]}
    assert found == WHOLE
    assert one.entry.age == 28
    assert one.problems == ()


@pytest.mark.parametrize(
    ("text", "missing", "entry"),
    [
        ("siti aminah", EVERYTHING, Entry(name="Siti Aminah")),
        ("24", EVERYTHING, Entry(age=24)),
        ("24 th", EVERYTHING, Entry(age=24)),
        ("20", ("dating", "phone"), Entry(hpht=date(2026, 7, 4), dated_by="weeks")),
        ("20 minggu", EVERYTHING, Entry(hpht=date(2026, 7, 4), dated_by="weeks")),
        ("3 agustus 2026", EVERYTHING, Entry(hpht=date(2026, 8, 3), dated_by="lmp")),
        ("hpl 8 maret 2027", EVERYTHING, Entry(hpl=date(2027, 3, 8), dated_by="hpl")),
        ("hpl kata usg 8 maret 2027", EVERYTHING, Entry(hpl=date(2027, 3, 8), dated_by="ultrasound")),
        ("5 maret 1998", EVERYTHING, Entry(born_on=date(1998, 3, 5))),
        ("lahir 5-3-1998", EVERYTHING, Entry(born_on=date(1998, 3, 5))),
        ("081299000071", EVERYTHING, Entry(phone="+6281299000071")),
        ("081299000071 (suami)", EVERYTHING, Entry(phone="+6281299000071", phone_owner="husband")),
        (NIK, EVERYTHING, Entry(nik=NIK)),
        ("g2p1a0", EVERYTHING, Entry(gravida=2, para=1, abortus=0)),
    ],
)
def test_bare_answer_is_what_was_asked_for(text: str, missing: tuple[str, ...], entry: Entry) -> None:
    assert replace(told(text, *missing).entry, village_name=None) == entry


@pytest.mark.parametrize("text", ["mau daftar bumil", "terima kasih", "", "?", "apa saja syaratnya?"])
def test_message_about_nobody_tells_nothing(text: str) -> None:
    assert not [one for one in read(text, NOW) if one.is_of_someone]


@pytest.mark.parametrize("text", ["nanti dulu ya", "belum tahu namanya", "menyusul"])
def test_excuse_is_not_taken_for_a_name(text: str) -> None:
    assert not any(one.entry.name for one in read(text, NOW, EVERYTHING))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nik 350701450398900", ("nik", "length")),
        ("nik 3507 0145 0398 9OO1", ("nik", "letters")),
        ("nik 9907014503989001", ("nik", "region")),
        ("nik 3507017213989001", ("nik", "date")),
        ("nik 3507010503989001", ("nik", "maybe_not_hers")),
        ("hpht 3 maret 2027", ("hpht", "future")),
        ("hpht 31 februari 2026", ("hpht", "no_such_day")),
        ("hpl 8 maret 2029", ("hpl", "out_of_range")),
        ("hamil 5 bulan", ("gestational_weeks", "months")),
        ("umur 99", ("age", "out_of_range")),
        ("desa Antahberantah", ("village", "unknown_place")),
        ("g1p2a0", ("gravida", "conflict")),
    ],
)
def test_what_is_impossible_is_a_problem_and_no_value(text: str, problem: tuple[str, str]) -> None:
    one = told(text, *EVERYTHING)
    assert problem in one.problems
    assert replace(one.entry, village_name=None) == Entry()


def test_every_problem_of_a_message_is_found_at_once() -> None:
    one = told("Siti Aminah umur 99 hpht 31 februari 2026 nik 350701420801900 desa Sumberoto", *EVERYTHING)
    assert {name for name, _ in one.problems} == {"age", "hpht", "nik"}
    assert (one.entry.name, one.village_codes) == ("Siti Aminah", (SUMBEROTO,))


def test_several_mothers_are_read_line_by_line() -> None:
    note = "1. Siti Aminah 24 th sumberoto hpht 3/8/26\n2. Dewi Lestari 31 th sumberoto hpl 8 maret 2027"
    assert [one.entry.name for one in read(note, NOW)] == ["Siti Aminah", "Dewi Lestari"]


# ------------------------------------------------------------------ filling


@pytest.fixture
def speaker(session: Session) -> Speaker:
    """A cadre of Sumberoto and one of the four Banjarejo."""
    return factories.speaker_of(session, factories.cadre(session, SUMBEROTO, BANJAREJO).phone)


def fill(session: Session, speaker: Speaker, *texts: str) -> tuple[Sheet, Any]:
    sheet: Sheet = Sheet()
    problems: Any = ()
    for text in texts:
        for one in read(text, NOW, (*sheet.missing, *sheet.open)):
            sheet, problems = filled(sheet, one, session, speaker, NOW)
    return sheet, problems


@pytest.mark.parametrize(
    ("texts", "born_on", "age"),
    [
        ([f"nik {NIK}"], date(1998, 3, 5), None),
        ([f"umur 28 nik {NIK}"], date(1998, 3, 5), None),
        ([f"umur 24 nik {NIK}"], None, 24),
        ([f"nik {NIK}", "umur 24"], None, 24),
        ([f"nik {NIK}", "lahir 6-3-1998"], date(1998, 3, 6), None),
    ],
    ids=["NIK alone", "age agrees", "age differs", "another age later", "another birth date later"],
)
def test_nik_gives_the_birth_date_unless_something_else_is_said(
    session: Session, speaker: Speaker, texts: list[str], born_on: date | None, age: int | None
) -> None:
    sheet, problems = fill(session, speaker, "siti aminah", *texts)
    assert (sheet.entry.born_on, sheet.entry.age) == (born_on, age)
    assert (("age", "nik_differs") in problems) is (age is not None)


def test_sheet_fills_up_message_by_message(session: Session, speaker: Speaker) -> None:
    sheet, problems = fill(session, speaker, "siti aminah", "24", "sumberoto", "20 minggu", "tidak punya hp", NIK)
    assert problems == (("age", "nik_differs"),)
    assert sheet.missing == ()
    assert sheet.open == ()
    assert (sheet.entry.name, sheet.entry.age, sheet.entry.village_code) == ("Siti Aminah", 24, SUMBEROTO)
    assert (sheet.entry.nik, sheet.no_phone) == (NIK, True)


@pytest.mark.parametrize(
    ("village", "code", "problems"),
    [
        ("Banjarejo", BANJAREJO, ()),
        ("Sumberoto", SUMBEROTO, ()),
        ("Ketawang", None, (("village", "not_yours"),)),
        ("Kepanjen", None, (("village", "not_yours"),)),
    ],
    ids=["one of four is hers", "hers", "another district", "another town"],
)
def test_village_is_taken_only_from_her_area(
    session: Session, speaker: Speaker, village: str, code: str | None, problems: Any
) -> None:
    sheet, found = fill(session, speaker, f"Siti Aminah 24 th desa {village} hpht 3 agustus 2026")
    assert (sheet.entry.village_code, found) == (code, problems)
    assert sheet.entry.hpht == date(2026, 8, 3), "what was right stays"


def test_village_of_two_in_her_area_is_left_to_choose(session: Session) -> None:
    helper = factories.cadre(session, BANJAREJO, "35.07.18.2002")
    sheet, _ = fill(session, factories.speaker_of(session, helper.phone), "Siti Aminah desa Banjarejo")
    assert sheet.choices == (BANJAREJO, "35.07.18.2002")
    assert sheet.missing == ("village", "dating")


def test_her_own_number_is_not_the_mothers(session: Session, speaker: Speaker) -> None:
    sheet, problems = fill(session, speaker, f"Siti Aminah hp {speaker.contact.phone}")
    assert problems == (("phone", "yours"),)
    assert sheet.entry.phone is None


def test_telephone_told_later_ends_the_lack_of_one(session: Session, speaker: Speaker) -> None:
    sheet, _ = fill(session, speaker, "siti aminah", "tidak punya hp", "081299000071")
    assert (sheet.no_phone, sheet.entry.phone) == (False, "+6281299000071")


def test_dates_told_later_end_the_lack_of_them(session: Session, speaker: Speaker) -> None:
    sheet, _ = fill(session, speaker, "siti aminah", "belum tahu hpht")
    assert sheet.undated
    sheet, _ = fill(session, speaker, "siti aminah", "belum tahu hpht", "hpht 3 agustus 2026")
    assert not sheet.undated
    assert sheet.entry.is_dated


PIECES = ["Siti Aminah", "umur 28", "hpht 3 agustus 2026", "hp 081299000071", f"nik {NIK}", "desa Sumberoto", "g2p1a0"]
SLOW = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@SLOW
@given(st.permutations(PIECES), st.lists(st.integers(1, 3), min_size=7, max_size=7))
def test_order_and_cutting_of_what_is_told_do_not_matter(
    session: Session, speaker: Speaker, pieces: list[str], sizes: list[int]
) -> None:
    texts: list[str] = []
    while pieces:
        size = sizes.pop()
        texts.append(", ".join(pieces[:size]))
        pieces = pieces[size:]
    sheet, _ = fill(session, speaker, *texts)
    assert sheet.missing == ()
    assert (sheet.entry.name, sheet.entry.nik, sheet.entry.phone) == ("Siti Aminah", NIK, "+6281299000071"), texts
    assert (sheet.entry.hpht, sheet.entry.gpa, sheet.entry.village_code) == (date(2026, 8, 3), "G2P1A0", SUMBEROTO)


@given(st.text(max_size=200), st.sets(st.sampled_from(EVERYTHING)))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_without_a_fault(text: str, missing: set[str]) -> None:
    for one in read(text, NOW, missing):
        assert one.entry.phone is None or one.entry.phone.startswith("+62")


@given(
    st.builds(
        Sheet,
        entry=st.builds(Entry, name=st.none() | st.text(max_size=9), hpht=st.none() | st.dates()),
        choices=st.lists(st.just(SUMBEROTO), max_size=2).map(tuple),
        undated=st.booleans(),
        others=st.lists(st.integers(1, 9), max_size=3).map(tuple),
        dating_asked=st.integers(0, 3),
    )
)
def test_sheet_comes_back_unchanged_from_json(sheet: Sheet) -> None:
    assert Sheet.from_json(json.loads(json.dumps(sheet.as_json()))) == sheet


# ------------------------------------------------------------------ whose is it

LIST = [
    Sheet(Entry(name="Siti Aminah", village_code=SUMBEROTO, hpht=date(2026, 8, 3))),
    Sheet(Entry(name="Dewi Lestari", village_code=SUMBEROTO)),
    Sheet(Entry(name="Rina Wati", village_code=KETAWANG, hpht=date(2026, 8, 3))),
]


@pytest.mark.parametrize(
    ("text", "at"),
    [("2 hpht 3 maret", 1), ("3. umur 25", 2), ("no 1 hp 081299000071", 0), ("bu rina umur 25", 2),
     ("dewi 20 minggu", 1), ("hpht 1 juli 2026", 1), ("bumil Kasiyem 20 minggu", None)],
    ids=["number", "number and stop", "number with word", "first name", "name in front", "the only one lacking",
         "a new name"],
)  # fmt: skip
def test_message_finds_its_sheet(text: str, at: int | None) -> None:
    assert meant(LIST, told(text, listed=3)) == at


def test_message_without_a_name_finds_no_sheet_when_none_or_several_lack_something() -> None:
    assert meant([LIST[0], LIST[2]], told("umur 25")) is None
    assert meant([LIST[1], LIST[1]], told("hpht 1 juli 2026")) is None


@pytest.mark.parametrize(
    ("text", "other"),
    [("Dewi Lestari 31 th hpl 8 maret 2027", True), ("siti aminah umur 25", False), ("umur 25", False)],
)
def test_another_mother_is_told_apart_from_a_correction(text: str, other: bool) -> None:
    assert is_someone_else(LIST[0], told(text)) is other
