from __future__ import annotations

import json
import re
import time
import unicodedata
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.language.dates import JAKARTA
from nlu.language.registration import Registration, is_registration, read_registrations
from tests.nlu.tables import rows_of

MONDAY = datetime(2026, 6, 15, 9, 0, tzinfo=JAKARTA)
NOTES = Path(__file__).with_name("development") / "registrations.tsv"
LEAST_F1, LEAST_FIELD_F1, LEAST_EXACT = 0.97, 0.95, 0.90

WORDS = (
    "bumil daftar reg # #BUMIL nama : an. a/n ibu bu mbak ny suami suaminya bojone kader saya siti aminah Siti Aminah "
    "umur 27 th 27th tahun nik 3507015003020001 350701500302000 hp 081334567812 +62 812-3456-7001 (suami) desa ds dsn "
    "Sumberoto Gedangan kec rt 3 rw 4 hpht hpl tp 3-3-26 3 maret eh salah bukan tapi uk 20 mgg minggu 20w3d hamil ke 2 "
    "anak g2p1a0 GII P1001 Ab000 keguguran bpjs kis pbi mandiri nunggak mati , , ; / . - ( ) 1. 2. dan | § "
    "rong puluh pitu telu nol delapan satu dua tiga empat lima enam tujuh xnik1 xhp1 td 110/70 bb 50"
)


def one(note: str) -> Registration:
    """The only mother of a note."""
    (read,) = read_registrations(note, MONDAY)
    return read


def notes() -> list[tuple[str, list[dict[str, Any]]]]:
    """The development set: a note and what a careful person would write down for each mother in it."""
    lines = NOTES.read_text(encoding="utf-8").splitlines()[1:]
    pairs = [(text, json.loads(note)) for text, note in (line.split("\t") for line in lines)]
    return [(text, told if isinstance(told, list) else [told]) for text, told in pairs]


def scores() -> tuple[dict[str, Counter[str]], int]:
    """Hits, inventions and misses by field, and how many notes were read without a slip."""
    by_field: dict[str, Counter[str]] = {}
    exact = 0
    for text, told in notes():
        read = [registration.as_note() for registration in read_registrations(text, MONDAY)]
        exact += read == told
        wanted = {(at, *pair) for at, mother in enumerate(told) for pair in mother.items()}
        found = {(at, *pair) for at, mother in enumerate(read) for pair in mother.items()}
        for outcome, triples in (("hit", wanted & found), ("invented", found - wanted), ("missed", wanted - found)):
            for _, field, _ in triples:
                by_field.setdefault(field, Counter())[outcome] += 1
    return by_field, exact


def f1(count: Counter[str]) -> float:
    return 2 * count["hit"] / (2 * count["hit"] + count["invented"] + count["missed"])


def test_fields_of_the_development_set_are_read_well() -> None:
    by_field, exact = scores()
    assert f1(sum(by_field.values(), Counter())) >= LEAST_F1
    assert {field: f1(count) for field, count in by_field.items() if f1(count) < LEAST_FIELD_F1} == {}
    assert exact >= LEAST_EXACT * len(notes())


@pytest.mark.parametrize(
    ("note", "field", "value"),
    [
        pytest.param("bumil Siti, suami Budi 30 th, 24 th", "age", 24, id="age of the husband comes first"),
        pytest.param(
            "nama siti umur 24 suaminya budi umur 30 desa bantur hpht 3 maret", "age", 24, id="run-on husband"
        ),
        pytest.param("bumil Siti anak pertama umur 4 tahun, umur ibu 29", "age", 29, id="age of a child"),
        pytest.param("bumil Siti umur 26 maksudku 27", "age", 27, id="age corrected"),
        pytest.param("bumil Siti umur bukan 24 tapi 26", "age", 26, id="age denied and corrected"),
        pytest.param("bumil Siti umur rong puluh pitu", "age", 27, id="Javanese number"),
        pytest.param("bumil Siti uk rong puluh patang minggu", "gestational_weeks", 24, id="joined Javanese number"),
        pytest.param("bumil Siti umur tigang dasa gangsal", "age", 35, id="krama number"),
        pytest.param("bumil Siti, hp suami 081334567812", "phone", None, id="telephone of the husband"),
        pytest.param("bumil Siti, hp 081334567812 (suami)", "phone", None, id="owner named behind the number"),
        pytest.param("saya kader Sri 081334567812. bumil Siti 27 th", "phone", None, id="telephone of the cadre"),
        pytest.param("bumil Siti hp +62 813-3456-7812", "phone", "6281334567812", id="digits as typed"),
        pytest.param("nama saya Siti, nomor saya 081334567812", "phone", "081334567812", id="her own telephone"),
        pytest.param("istri saya Siti, nomor saya 081334567812", "phone", None, id="the husband writes"),
        pytest.param("bumil Siti KK 3507011203080001", "nik", None, id="family card"),
        pytest.param("Siti nik 3507015003020001 nik suami 3507011003020001", "nik", "3507015003020001", id="two NIK"),
        pytest.param("bumil Siti td 120/80 bb 55 tb 150 lila 23 hb 11", "age", None, id="measures"),
        pytest.param("bumil Siti rt 3 rw 27 no 31", "age", None, id="address numbers"),
        pytest.param("bumil Siti Posyandu Melati 3 puskesmas Gedangan", "village", None, id="posyandu and puskesmas"),
        pytest.param("bumil Siti dusun Gedangan desa Ngebruk", "village", "Ngebruk", id="hamlet named like a village"),
        pytest.param("bumil Siti rumah mertua di Kemantren", "village", "Kemantren", id="house of the mother-in-law"),
        pytest.param("bumil Siti kec Pakis", "village", None, id="kecamatan alone"),
        pytest.param("bumil Siti, hamil 5 bulan", "gestational_weeks", None, id="months"),
        pytest.param("bumil Siti, uk 20-21 mgg", "gestational_weeks", None, id="range"),
        pytest.param("bumil Siti, uk 20w3d", "gestational_weeks", 20, id="weeks and days"),
        pytest.param("#BUMIL Siti#27#Bantur#UK 16", "gestational_weeks", 16, id="bare weeks in a code"),
        pytest.param("Siti 27 th periksa tgl 3-3-26", "hpht", None, id="date of a visit"),
        pytest.param("Siti, lahir 3-3-1999, 27 th", "hpl", None, id="birth date"),
        pytest.param("Siti hpht/hpl 1-3-26 / 6-12-26", "hpl", date(2026, 12, 6), id="both dates under one label"),
        pytest.param("Siti hpht 20-5-26 eh salah 20-4-26", "hpht", date(2026, 4, 20), id="date corrected"),
        pytest.param(
            "Siti\n27\nBantur\n10 maret 2026\nG2P1A0", "hpht", date(2026, 3, 10), id="bare past date in a list"
        ),
        pytest.param("bumil Siti hamil anak nomer loro", "gravida", 2, id="Javanese ordinal"),
        pytest.param("bumil Siti GIV P2102 Ab000", "para", 3, id="births at and before term"),
        pytest.param("bumil Siti G3P1A1", "abortus", 1, id="formula"),
        pytest.param("bumil Siti blm pernah keguguran", "abortus", 0, id="never lost one"),
        pytest.param("bumil Siti pernah keguguran", "abortus", None, id="lost, not told how often"),
        pytest.param("bumil Siti GPA 3-1-1", "gravida", 3, id="formula without letters"),
        pytest.param("Nama : SITI AMINAH\nUmur : 27", "name", "Siti Aminah", id="capitals"),
        pytest.param("Nama Suami: Budi\nNama: Siti", "name", "Siti", id="husband named first"),
        pytest.param("bu ini jenenge mbak siti aminah umur 27", "name", "Siti Aminah", id="small letters"),
        pytest.param("(1) Dina Marlina 20 th uk 10 mgg", "name", "Dina Marlina", id="a name like a word for day"),
    ],
)
def test_field_is_hers_or_left_out_when_others_are_told_of(note: str, field: str, value: object) -> None:
    assert getattr(one(note), field) == value


@pytest.mark.parametrize(
    ("said", "jkn"),
    [
        ("KIS gratis", "pbi"), ("bpjs nya pbi", "pbi"), ("PBID", "pbi"), ("jamkesmas", "pbi"), ("kis daerah", "pbi"),
        ("bpjs mandiri", "mandiri"), ("bpjs bayar sendiri", "mandiri"), ("bpjs kelas 3 mandiri", "mandiri"),
        ("bpjs kantor", "ppu"), ("bpjs pabrik suami", "ppu"), ("bpjs ppu", "ppu"), ("bpjs suami kerja di pt", "ppu"),
        ("kis mati", "inactive"), ("pbi nonaktif", "inactive"), ("bpjs mandiri nunggak", "inactive"),
        ("bpjs diblokir", "inactive"), ("bpjs tidak aktif", "inactive"), ("bpjs gak dibayar", "inactive"),
        ("belum punya bpjs", "none"), ("gak duwe kis", "none"), ("bpjs: tidak ada", "none"), ("jkn -", "none"),
        ("bpjs ada", "yes"), ("punya bpjs", "yes"), ("kis aktif", "yes"), ("no bpjs 0001234567891", "yes"),
        ("kis desa Bantur", "yes"), ("periksa di bidan mandiri", None), ("umur 27", None),
    ],
)  # fmt: skip
def test_insurance_is_read_when_named_in_any_words(said: str, jkn: str | None) -> None:
    assert one(f"bumil Siti Aminah 27 th, {said}").jkn == jkn


@pytest.mark.parametrize(
    ("note", "problem"),
    [
        pytest.param("Siti 27 th nik 350701500302001", ("nik", "length"), id="a digit is missing"),
        pytest.param("Siti 27 th nik 35070150O3020001", ("nik", "letters"), id="a letter for a digit"),
        pytest.param("Siti 27 th nik 3507011003020001", ("nik", "maybe_not_hers"), id="a man's number"),
        pytest.param("Siti 27 th hamil 5 bulan", ("gestational_weeks", "months"), id="months"),
        pytest.param("Siti 27 th uk 20-21 mgg", ("gestational_weeks", "week_range"), id="range"),
        pytest.param("Siti 27 th hpht 30 februari 2026", ("hpht", "no_such_day"), id="no such day"),
        pytest.param("Siti 27 th hpht 3 maret 2024", ("hpht", "too_old"), id="too long ago"),
        pytest.param("Siti 27 th hpht 1-3-26 hpl 1-9-26", ("hpl", "conflict"), id="dates that do not agree"),
        pytest.param("Siti umur 7", ("age", "out_of_range"), id="a child"),
        pytest.param("Siti 27 th G1P2A0", ("gravida", "conflict"), id="more births than pregnancies"),
        pytest.param("Siti 27 th tau keguguran", ("abortus", "ask_back"), id="losses without number"),
        pytest.param("Siti 27 th desa Wonorejo", ("village", "ambiguous"), id="four villages of one name"),
        pytest.param("Siti 27 th desa Tanahabang", ("village", "unknown_place"), id="a village elsewhere"),
    ],
)
def test_problem_is_told_when_something_must_be_asked_back(note: str, problem: tuple[str, str]) -> None:
    assert problem in one(note).problems


@pytest.mark.parametrize(
    "note",
    [
        pytest.param("1. Siti Aminah 20 th uk 9 mgg\n2. Mulyani 33 th uk 31 mgg", id="numbered"),
        pytest.param(
            "nomer 1 bu Siti Aminah 20 th uk 9 mgg nomer 2 bu Mulyani 33 th uk 31 mgg", id="numbered in words"
        ),
        pytest.param("Siti Aminah 20 th hamil 9 mgg dan Mulyani 33 th hamil 31 mgg", id="joined by dan"),
        pytest.param("Nama: Siti Aminah\nUmur: 20\nUK: 9 mgg\n\nNama: Mulyani\nUmur: 33\nUK: 31 mgg", id="two forms"),
        pytest.param("Siti Aminah 20 th uk 9 mgg\nMulyani 33 th uk 31 mgg", id="a line each"),
        pytest.param(
            "yang pertama Siti Aminah umur 20 uk 9 mgg, yang kedua Mulyani umur 33 hamil 31 mgg", id="counted in words"
        ),
        pytest.param("Siti Aminah 20 th uk 9 mgg, terus Mulyani 33 th uk 31 mgg", id="joined by terus"),
        pytest.param("bu Siti Aminah 20 th, bu Mulyani 33 th. Siti hamil 9 mgg, Mulyani hamil 31 mgg", id="told later"),
    ],
)
def test_each_mother_is_read_when_a_message_tells_of_two(note: str) -> None:
    read = [(each.name, each.age, each.gestational_weeks) for each in read_registrations(note, MONDAY)]
    assert read == [("Siti Aminah", 20, 9), ("Mulyani", 33, 31)]


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("Ika Wahyuni 19 th, kata bidan 16 minggu", {"name": "Ika Wahyuni", "age": 19, "gestational_weeks": 16}),
        ("ada ibu hamil baru bu bidan namanya suprapti umurnya 37", {"name": "Suprapti", "age": 37}),
        ("Nama lengkap sesuai KTP: Dwi Novi Lestari, umur 26", {"name": "Dwi Novi Lestari", "age": 26}),
        ("tambah 1 lagi bu. Sri Rahayu. 36. desa pagelaran", {"name": "Sri Rahayu", "age": 36, "village": "Pagelaran"}),
        ("Reg; Anik Wati; 29; 2-1-0", {"name": "Anik Wati", "age": 29, "gravida": 2, "para": 1, "abortus": 0}),
        ("asmanipun Bu Marsiti, yuswa 31, putra kaping tiga", {"name": "Marsiti", "age": 31, "gravida": 3}),
        ("Kasiati 32 th, p2, kis mati", {"name": "Kasiati", "age": 32, "para": 2, "jkn": "inactive"}),
    ],
    ids=["kata bidan", "bu bidan is spoken to", "sesuai ktp", "one more", "bare formula", "kaping", "p2"],
)
def test_note_is_read_as_a_careful_person_would(note: str, told: dict[str, Any]) -> None:
    assert one(note).as_note() == told


def test_village_of_the_heading_counts_for_all_when_they_have_none() -> None:
    read = read_registrations("BUMIL DESA SUKOPURO\n1) Siti 28 th uk 15 mg\n2) Riska 19 th uk 9 mg", MONDAY)
    assert [each.village for each in read] == ["Sukopuro", "Sukopuro"]


def test_note_holds_only_what_was_found() -> None:
    note = one("#BUMIL Siti Aminah#27#Sumberoto#HPHT 3-3-26#G2P1A0#PBI").as_note()
    assert note == {
        "name": "Siti Aminah", "age": 27, "village": "Sumberoto", "hpht": "2026-03-03",
        "gravida": 2, "para": 1, "abortus": 0, "jkn": "pbi",
    }  # fmt: skip


def test_candidates_are_told_apart_when_the_kecamatan_is_named() -> None:
    assert one("Siti 27 th desa Wonorejo kec Bantur").village_candidates == ("35.07.03.2004",)
    assert len(one("Siti 27 th desa Wonorejo").village_candidates) > 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#BUMIL Siti#27", True),
        ("reg Siti", True),
        ("daftarkan ibu Siti", True),
        ("bumil Siti Aminah 27 th ds Bantur", True),
        ("pendaftaran buka hari apa?", False),
        ("daftar ibu hamil binaan saya", False),
        ("mohon rujukan ibu Wiwik 36 minggu ke RSUD", False),
        ("bu saya pusing", False),
        ("hamil 20 minggu", False),
        ("", False),
    ],
)
def test_registration_is_recognised_by_its_fields(text: str, expected: bool) -> None:
    assert is_registration(text, MONDAY) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2. Ponirah, uk 20 mgg, desa Kedungsalam", {"name": "Ponirah", "gestational_weeks": 20}),
        ("1. tukinem hml 5 bln, kalipare", {"name": "Tukinem"}),
        ("sari g1 12 mgg", {"name": "Sari", "gravida": 1}),
        ("Ny Warti alias Bu Ti, 36 th", {"name": "Warti", "age": 36}),
        ("Rumiyati 34 th, anak ke 4, BPJS lupa", {"name": "Rumiyati", "jkn": None}),
        ("Yayuk 30 th hamil anak ketiga, dua anaknya sehat", {"gravida": 3, "para": 2}),
        ("Wahyu Ningtyas | 14w | ke-1", {"gravida": 1}),
        ("Nama: Lilik\nHamil brp minggu: 9", {"gestational_weeks": 9}),
        ("keknya 11 minggu deh", {"name": None, "gestational_weeks": 11}),
    ],
)
def test_notebook_habits_are_read(text: str, expected: dict[str, object]) -> None:
    (read,) = read_registrations(text, MONDAY)
    assert {name: getattr(read, name) for name in expected} == expected


messages = st.one_of(st.text(max_size=120), rows_of(WORDS), st.lists(rows_of(WORDS), max_size=3).map("\n".join))


@settings(deadline=None)
@given(messages)
def test_any_text_is_read_without_an_invented_number(text: str) -> None:
    plain = unicodedata.normalize("NFKC", text)
    digits = "".join(str(unicodedata.decimal(each)) for each in plain if each.isdecimal())
    words = "nol satu dua tiga telu empat lima enam tujuh pitu puluh".split()
    spoken = any(word in plain.casefold() for word in words)
    for read in read_registrations(text, MONDAY):
        for number in (read.nik, read.phone, *(str(each) for each in (read.age, read.gestational_weeks) if each)):
            assert number is None or spoken or number in digits
        assert read.nik is None or len(read.nik) == 16
        assert read.age is None or 10 <= read.age <= 60
        assert read.name is None or read.name.split()[0].casefold() in text.casefold()
        assert not {"xnik", "xhp", "§"} & set(re.findall(r"xnik|xhp|§", f"{read.name} {read.village}"))


@settings(deadline=None)
@given(messages)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read_registrations(text, MONDAY) == read_registrations(text, MONDAY)
    assert is_registration(text, MONDAY) in (True, False)


@pytest.mark.parametrize(
    "piece",
    ["siti aminah 27 th ", "nama: ", "suami ", "(", "1. Siti 20 th uk 9 mgg\n", "3-3-26 ", "a", "dua puluh ", "kader "],
)
def test_endless_text_is_read_in_bounded_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started = time.perf_counter()
    read_registrations(text, MONDAY)
    assert time.perf_counter() - started < 5


def test_name_that_begins_like_a_title_still_begins_a_mother() -> None:
    note = "1. Anik umur 25 hpht 3 juni\n2. Bunga Lestari umur 30 hamil 20 minggu\n3. Nyamiati, 31 th, hpht 3 februari"
    assert [one.name for one in read_registrations(note, datetime(2026, 11, 21, 10, tzinfo=JAKARTA))] == [
        "Anik",
        "Bunga Lestari",
        "Nyamiati",
    ]
