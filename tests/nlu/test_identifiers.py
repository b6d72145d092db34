from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.identifiers import (
    PROVINCES,
    NikCheck,
    check_nik,
    contains_identifier,
    find_identifiers,
    mask,
    mask_nik,
    mask_phone,
    parse_phone,
    unmask_value,
)
from tests.nlu.tables import messages

TODAY = date(2026, 3, 10)
NIK = "3507125205960001"
PIECES = f"{NIK} 081234567890 +62 812-3456-7890 0001234567890 3507 1252 0596 0001 12-05-1996 Rp 1.500.000 24 th nik, ."
digits = st.text("0123456789", min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param(f"NIK {NIK}", "NIK xnik1", id="nik"),
        pytest.param("NIK:3507 1252 0596 0001 ya", "NIK:xnik1 ya", id="nik with spaces"),
        pytest.param("no.3507.1252.0596.0001.", "no. xnik1.", id="nik with dots"),
        pytest.param("35 07 12 52 05 96 0001", "xnik1", id="nik by its parts"),
        pytest.param("3 5 0 7 1 2 5 2 0 5 9 6 0 0 0 1", "xnik1", id="nik dictated"),
        pytest.param(f"nik{NIK}hp081234567890", "nik xnik1 hp xhp1", id="stuck to letters"),
        pytest.param("35O7125205960001", "xnik1", id="O for 0"),
        pytest.param("3507l25205960001", "xnik1", id="l for 1"),
        pytest.param("350712520596000", "xnik1", id="15 digits"),
        pytest.param("35071252059600011", "xnik1", id="17 digits"),
        pytest.param("3507 1252 0596 001", "xnik1", id="15 digits with spaces"),
        pytest.param("kartu 0001234567890", "kartu xkartu1", id="card"),
        pytest.param("hp 081234567890", "hp xhp1", id="phone"),
        pytest.param("+62 812-3456-7890", "xhp1", id="phone with country code"),
        pytest.param("62812345678", "xhp1", id="phone without plus"),
        pytest.param("8123456789", "xhp1", id="phone without zero"),
        pytest.param("081234567890 085678901234", "xhp1 xhp2", id="two phones"),
        pytest.param("081234567890085678901234", "xhp1 xhp2", id="two phones glued"),
        pytest.param(f"{NIK} 081234567890", "xnik1 xhp1", id="nik and phone"),
        pytest.param("0812 3456 7890 3507 1252 0596 0001", "xhp1 xnik1", id="phone and nik, all in pieces"),
        pytest.param(f"{NIK},081234567890", "xnik1, xhp1", id="comma without space"),
        pytest.param(f"umur 24 {NIK} 24 th", "umur 24 xnik1 24 th", id="small numbers around"),
        pytest.param(f"siti {NIK} 12-05-1996", "siti xnik1 12-05-1996", id="a date behind"),
        pytest.param("12-05-1996 081234567890", "12-05-1996 xhp1", id="a date before"),
        pytest.param("rt 03 rw 04 081234567890", "rt 03 rw 04 xhp1", id="rt and rw before"),
        pytest.param("bayar Rp 1.500.000 081234567890", "bayar Rp 1.500.000 xhp1", id="money before"),
        pytest.param("3507125205960001000", "xnik1", id="19 digits"),
        pytest.param("a 081234567890\nb 085678901234", "a xhp1\nb xhp2", id="two lines"),
    ],
)
def test_identifier_is_masked(text: str, masked: str) -> None:
    assert mask(text).text == masked
    assert contains_identifier(text)


@pytest.mark.parametrize(
    "text",
    [
        "03-03-1998",
        "lahir 03 03 1998",
        "030326",
        "03032026",
        "Rp 1.500.000",
        "Rp 1.500.000.000",
        "1.500.000.000",
        "120/80 55 kg",
        "RT 03/RW 04",
        "24 2 1 0 55 155 120 80 23 11",
        "20 mgg 12 12 2025 10 10 2026",
        "0341 395041",
        "G2P1A0",
        "jam 07.30",
        "hallooooo",
        "lol",
        "",
    ],
)
def test_nothing_is_masked_when_there_is_no_identifier(text: str) -> None:
    assert mask(text).text == text
    assert not contains_identifier(text)


def test_masked_digits_are_given_back_by_their_placeholder() -> None:
    masked = mask(f"nik {NIK} hp 081234567890 dan 085678901234")
    assert unmask_value(masked, "xnik1") == NIK
    assert unmask_value(masked, "xhp2") == "085678901234"


@pytest.mark.parametrize("placeholder", ["xnik2", "xnik0", "xnik", "xkartu1", "siti", "xnik-1", ""])
def test_nothing_is_given_back_when_there_is_no_such_placeholder(placeholder: str) -> None:
    assert unmask_value(mask(f"nik {NIK}"), placeholder) is None


@given(text=messages(PIECES))
def test_no_long_number_is_left_whatever_the_text(text: str) -> None:
    masked = mask(text)
    assert NIK not in masked.text and "081234567890" not in masked.text
    assert mask(masked.text).text == masked.text


@given(text=messages(PIECES))
def test_identifiers_stand_in_the_text_in_order(text: str) -> None:
    found = find_identifiers(text)
    assert all(before.end <= after.start for before, after in pairwise(found))
    for one in found:
        assert [c for c in text[one.start : one.end] if c.isdigit()] == [c for c in one.digits if c.isdigit()]


@pytest.mark.parametrize("unit", ["1 ", "1", "1a", "08", f"{NIK} ", "12-05-1996 ", "O", "+", "9 9"])
def test_whole_message_is_masked_when_it_is_very_long(unit: str) -> None:
    masked = mask(f"{unit * (100_000 // len(unit))} x {NIK}")
    assert NIK not in masked.text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(NIK, NikCheck(NIK, None, date(1996, 5, 12), "F", "3507"), id="woman"),
        pytest.param(" 3507.1252-0596 0001 ", NikCheck(NIK, None, date(1996, 5, 12), "F", "3507"), id="separators"),
        pytest.param(
            "3507121205960001",
            NikCheck("3507121205960001", None, date(1996, 5, 12), "M", "3507", ("maybe_family_card",)),
            id="man or family card",
        ),
        pytest.param(
            "6471124101050002", NikCheck("6471124101050002", None, date(2005, 1, 1), "F", "6471"), id="other region"
        ),
        pytest.param(
            "3507125205120001", NikCheck("3507125205120001", None, date(2012, 5, 12), "F", "3507"), id="aged 13"
        ),
        pytest.param(
            "3507125205300001", NikCheck("3507125205300001", None, date(1930, 5, 12), "F", "3507"), id="aged 95"
        ),
        pytest.param(
            "3507125205200001", NikCheck("3507125205200001", None, date(2020, 5, 12), "F", "3507"), id="aged 5"
        ),
        pytest.param("350712520596000", NikCheck(problem="length"), id="15 digits"),
        pytest.param("35071252059600011", NikCheck(problem="length"), id="17 digits"),
        pytest.param("", NikCheck(problem="length"), id="nothing"),
        pytest.param("belum ada", NikCheck(problem="length"), id="words"),
        pytest.param("35O7125205960001", NikCheck(problem="letters"), id="letter O"),
        pytest.param("9907125205960001", NikCheck(problem="region", region="9907"), id="unknown province"),
        pytest.param("3500125205960001", NikCheck(problem="region", region="3500"), id="regency 00"),
        pytest.param("3507123502960001", NikCheck(problem="date", region="3507"), id="day 35"),
        pytest.param("3507127102960001", NikCheck(problem="date", region="3507"), id="31 February"),
        pytest.param("3507125213960001", NikCheck(problem="date", region="3507"), id="month 13"),
        pytest.param("3507124002960001", NikCheck(problem="date", region="3507"), id="day 40"),
        pytest.param("3507125205960000", NikCheck(problem="serial", region="3507"), id="serial 0000"),
    ],
)
def test_nik_is_checked(raw: str, expected: NikCheck) -> None:
    assert check_nik(raw, TODAY) == expected


@given(
    province=st.sampled_from(sorted(PROVINCES)),
    days=st.integers(10 * 366, 60 * 365),
    serial=st.integers(1, 9999),
    woman=st.booleans(),
)
def test_birth_date_and_sex_are_read_back_when_the_age_is_10_to_60(
    province: str, days: int, serial: int, woman: bool
) -> None:
    born = TODAY - timedelta(days=days)
    nik = f"{province}0712{born.day + 40 * woman:02}{born:%m%y}{serial:04}"
    check = check_nik(nik, TODAY)
    assert (check.nik, check.born_on, check.sex) == (nik, born, "F" if woman else "M")


@given(raw=st.one_of(st.text(max_size=30), digits), today=st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_check_gives_a_nik_or_a_problem_whatever_the_text(raw: str, today: date) -> None:
    check = check_nik(raw, today)
    assert (check.nik is None) == (check.problem is not None)
    assert check.born_on is None or check.born_on <= today


def test_provinces_are_38() -> None:
    assert len(PROVINCES) == 38


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("081234567890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("(0812) 3456 7890", "+6281234567890"),
        ("8123456789", "+628123456789"),
        ("0812345678", "+62812345678"),
        ("0812345678901", "+62812345678901"),
        ("081234567", None),
        ("08123456789012", None),
        ("0341395041", None),
        ("080123456789", None),
        ("+15551234567", None),
        ("hp saya", None),
        ("", None),
    ],
)
def test_phone_is_an_indonesian_mobile_or_none(raw: str, expected: str | None) -> None:
    assert parse_phone(raw) == expected


@pytest.mark.parametrize(("nik", "shown"), [(NIK, "3507********0001"), ("3507", "****"), ("", "")])
def test_nik_is_shown_masked(nik: str, shown: str) -> None:
    assert mask_nik(nik) == shown


@pytest.mark.parametrize(("phone", "shown"), [("+6281234567890", "+6281****7890"), ("0812", "****")])
def test_phone_is_shown_masked(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown
