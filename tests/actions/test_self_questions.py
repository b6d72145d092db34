"""How a mother's answers are read, question by question."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.self_questions import READERS, read_all
from registry.pregnancies.entries import Entry
from tests.conftest import NOW
from tests.factories import make_nik

NIK = make_nik(serial=1)
MANS = make_nik(woman=False, serial=2)


@pytest.mark.parametrize(
    ("asked", "text", "told"),
    [
        ("name", "siti aminah", {"name": "Siti Aminah"}),
        ("name", "nama saya Dewi Lestari bu", {"name": "Dewi Lestari"}),
        ("born_on", "5 maret 1998", {"born_on": "1998-03-05"}),
        ("born_on", "05-03-98", {"born_on": "1998-03-05"}),
        ("dating", "3 juli 2026", {"hpht": "2026-07-03", "dated_by": "lmp"}),
        ("dating", "haid terakhir tgl 3 juli", {"hpht": "2026-07-03", "dated_by": "lmp"}),
        ("dating", "20 minggu", {"hpht": "2026-07-04", "dated_by": "weeks"}),
        ("dating", "hpl 2 februari 2027", {"hpl": "2027-02-02", "dated_by": "hpl"}),
        ("dating", "20 mgg 3 hari", {"hpht": "2026-07-01", "dated_by": "weeks"}),
        ("weeks", "20", {"hpht": "2026-07-04", "dated_by": "weeks"}),
        ("hpl", "2 februari", {"hpl": "2027-02-02", "dated_by": "hpl"}),
        ("hpl", "2 februari 2027", {"hpl": "2027-02-02", "dated_by": "hpl"}),
        ("nik", NIK, {"nik": NIK}),
        ("nik", f"nik saya {NIK[:4]} {NIK[4:8]} {NIK[8:12]} {NIK[12:]} ya", {"nik": NIK}),
        ("phone_owner", "hp suami", {"phone_owner": "husband"}),
        ("gravida", "kedua", {"gravida": 2}),
        ("gravida", "hamil pertama", {"gravida": 1, "para": 0, "abortus": 0}),
        ("gravida", "G3P1A1", {"gravida": 3, "para": 1, "abortus": 1}),
        ("losses", "belum pernah", {"abortus": 0}),
        ("losses", "pernah 1 kali", {"abortus": 1}),
        ("losses", "keguguran 2x", {"abortus": 2}),
        ("jkn", "kis gratis", {"jkn_told": "pbi"}),
        ("jkn", "mandiri", {"jkn_told": "mandiri"}),
        ("jkn", "gak punya", {"jkn_told": "none"}),
        ("jkn", "punya", {"jkn_told": "yes"}),
        ("jkn", "bpjs saya mati", {"jkn_told": "inactive"}),
        ("kia_book", "sudah bu", {"kia_book": True}),
        ("kia_book", "durung", {"kia_book": False}),
        ("companion", "bojoku", {"companion": "bojoku"}),
    ],
)  # fmt: skip
def test_answer_is_read(asked: str, text: str, told: dict[str, Any]) -> None:
    answer = READERS[asked](text, NOW)
    assert answer is not None
    assert (answer.problem, answer.entry.as_json()) == (None, told)


@pytest.mark.parametrize(
    ("asked", "text", "problem"),
    [
        ("born_on", "31 februari 2001", "impossible"),
        ("born_on", "5 maret 2020", "age"),
        ("dating", "4 bulan", "months"),
        ("dating", "awal juli", "unclear"),
        ("dating", "3 maret 2024", "impossible"),
        ("weeks", "60 minggu", "impossible"),
        ("hpl", "2 februari 2029", "impossible"),
        ("nik", NIK[:15], "length"),
        ("nik", "123456789", "length"),
        ("nik", NIK.replace("0", "O"), "letters"),
        ("nik", MANS, "not_hers"),
        ("nik", "0001234567891", "card"),
        ("gravida", "ke 40", "impossible"),
    ],
)
def test_wrong_answer_says_what_is_wrong(asked: str, text: str, problem: str) -> None:
    answer = READERS[asked](text, NOW)
    assert answer is not None
    assert (answer.problem, answer.entry) == (problem, Entry())


@pytest.mark.parametrize(
    ("asked", "text"),
    [("name", "?"), ("born_on", "di puskesmas"), ("dating", "apa itu hpht"), ("nik", "buat apa"), ("jkn", "apa itu"),
     ("kia_book", "buku apa"), ("gravida", "hmm"), ("phone_owner", "samsung")],
)  # fmt: skip
def test_what_is_no_answer_is_left_to_others(asked: str, text: str) -> None:
    assert READERS[asked](text, NOW) is None


def test_age_alone_stands_for_a_birth_date_that_she_does_not_know() -> None:
    answer = READERS["born_on"]("27 tahun", NOW)
    assert answer is not None
    assert answer.skipped
    assert answer.entry == Entry(age=27)


def test_ktp_that_is_not_there_yet_leaves_the_nik_open() -> None:
    answer = READERS["nik"]("ktp belum jadi", NOW)
    assert answer is not None
    assert answer.skipped


def test_message_that_tells_everything_is_read_whole() -> None:
    text = f"saya Siti Aminah, lahir 5 maret 1998, desa Sumberoto, HPHT 12 mei 2026, NIK {NIK}, hamil ke 2, kis pbi"
    entry, villages = read_all(text, NOW)
    assert villages == ("35.07.01.2008",)
    assert entry.as_json() == {
        "name": "Siti Aminah", "born_on": "1998-03-05", "nik": NIK, "hpht": "2026-05-12", "dated_by": "lmp",
        "gravida": 2, "jkn_told": "pbi",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["saya mau daftar", "mau daftar bu", "bu saya hamil, daftar ya", "kulo bade ndaftar"])
def test_wish_alone_tells_nothing(text: str) -> None:
    assert read_all(text, NOW) == (Entry(), ())


def test_mans_nik_and_impossible_dates_are_not_taken_from_a_message() -> None:
    entry, _ = read_all(f"nama Siti Aminah, nik {MANS}, lahir 5 maret 2021", NOW)
    assert (entry.nik, entry.born_on) == (None, None)


@given(st.sampled_from(sorted(READERS)), st.text(max_size=80))
def test_any_answer_is_read_without_a_fault(asked: str, text: str) -> None:
    answer = READERS[asked](text, NOW)
    if answer is not None and answer.entry.hpht is not None:
        assert 0 <= (date(2026, 11, 21) - answer.entry.hpht).days <= 308
