"""Facilities: completed with a source, signed by another, in force on their day, and used when minutes count."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry import clock, places
from registry.models import Facility
from reminders.facilities import FACILITIES
from tests.conftest import NIGHT, NOW
from tests.console.conftest import Browser, Console
from tests.console.office import acts, officer
from tests.factories import SUMBEROTO

TODAY = date(2026, 11, 21)
LETTER = "Surat Dinkes 440/12/2026"
SECOND_OF_DINKES = "+628120009012"


def second(console: Console) -> Browser:
    """Another officer of Dinkes than ``console.dinkes``."""
    return console.dinkes(SECOND_OF_DINKES)


PKM = "pkm-donomulyo"
FACTS = {"phone": "0341 881234", "address": "Jl. Raya Donomulyo 1", "delivery_care": "ya", "open_24h": "tidak"}
HOURS = {f"opens:{day}": "07:30" for day in range(6)} | {f"closes:{day}": "14:00" for day in range(6)}


def complete(browser: Browser, **values: Any) -> Any:
    browser.get(f"/aturan/fasilitas/{PKM}")
    form = {**FACTS, **HOURS, "day": str(TODAY), "source": LETTER}
    return browser.post(f"/aturan/fasilitas/{PKM}", form | values)


def sign_facility(browser: Browser, version: str = "", given: str = "1", source: str = LETTER) -> Any:
    page = browser.get(f"/aturan/fasilitas/{PKM}").text
    found = re.findall(r'name="dilihat" value="(\d+)"', page)
    seen = version or (found[0] if found else "0")
    return browser.post(f"/aturan/fasilitas/{PKM}/setujui", {"dilihat": seen, "setuju": given, "source": source})


def facility(console: Console) -> Facility:
    with console.database.read() as session:
        return session.get_one(Facility, PKM)


def test_facility_is_completed_and_signed_by_another(console: Console) -> None:
    author, other = console.dinkes(), second(console)
    assert complete(author).headers["location"].endswith("fasilitas_disimpan")
    found = facility(console)
    assert (found.phone, found.delivery_care, found.open_24h, found.bpjs) == ("0341 881234", True, False, None)
    assert found.hours == [["07:30", "14:00"]] * 6 + [[]]
    assert (found.source, found.source_on, found.approved) == (LETTER, "2026-11", False)
    assert sign_facility(author).status_code == 404
    assert sign_facility(other).headers["location"].endswith("fasilitas_disahkan")
    assert facility(console).approved
    complete(author, phone="0341 889999")
    assert not facility(console).approved
    page = author.get(f"/aturan/fasilitas/{PKM}").text
    for expected in ("Disahkan", "Diubah: telepon", "Budi Santosa", LETTER):
        assert expected in page
    assert [one.action for one in acts(console, "facility_signed")] == ["facility_signed"]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"phone": "telepon saja"}, "Nomor telepon itu"),
        ({"phone": "1" * 30}, "Nomor telepon itu"),
        ({"address": "x" * 201}, "Alamatnya terlalu panjang"),
        ({"delivery_care": "mungkin"}, "Pilih ya"),
        ({"closes:0": ""}, "Isi jam buka"),
        ({"closes:0": "06:00"}, "Isi jam buka"),
        ({"opens:0": "pagi"}, "Isi jam buka"),
        ({"opens:0": "07:30+07:00"}, "Isi jam buka"),
        ({"day": "2020-01-01"}, "paling awal hari ini"),
        ({"day": ""}, "paling awal hari ini"),
        ({"source": ""}, "Tulis dulu sumbernya"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_facts_that_make_no_sense_are_refused(console: Console, values: dict[str, str], why: str) -> None:
    answer = complete(console.dinkes(), **values)
    assert (answer.status_code, why in answer.text) == (400, True)
    assert facility(console).phone is None


def test_nothing_new_is_no_change(console: Console) -> None:
    browser = console.dinkes()
    complete(browser)
    assert "Tidak ada yang berubah" in complete(browser).text


def test_puskesmas_reads_and_changes_nothing(console: Console) -> None:
    browser = officer(console)
    page = browser.get(f"/aturan/fasilitas/{PKM}").text
    assert "Lengkapi atau ubah" not in page
    assert complete(browser).status_code == 404
    assert sign_facility(browser).status_code == 404
    assert browser.get("/aturan/fasilitas/nihil").status_code == 404
    assert facility(console).phone is None


def test_facts_that_changed_meanwhile_are_not_signed(console: Console) -> None:
    author, other = console.dinkes(), second(console)
    complete(author)
    page = other.get(f"/aturan/fasilitas/{PKM}").text
    (seen,) = re.findall(r'name="dilihat" value="(\d+)"', page)
    complete(author, phone="0341 889999")
    answer = sign_facility(other, seen)
    assert (answer.status_code, "sudah berubah" in answer.text, facility(console).approved) == (400, True, False)


def test_unsigned_facilities_stand_alone(console: Console) -> None:
    browser = console.dinkes()
    before = re.findall(r"([\d.]+) dari semuanya belum", browser.get("/aturan/fasilitas").text)
    sign_facility(browser)
    page = browser.get("/aturan/fasilitas?belum=1").text
    assert int(re.findall(r"([\d.]+) dari semuanya belum", page)[0]) == int(before[0]) - 1
    assert ">disahkan<" not in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("donomul", {"Puskesmas Donomulyo"}, id="part of a name"),
        pytest.param("GONDANGLEGI", {"Puskesmas Gondanglegi", "Puskesmas Ketawang"}, id="a kecamatan"),
        pytest.param("%", set(), id="a sign that databases read"),
        pytest.param("zzzz", set(), id="nothing"),
    ],
)
def test_facility_is_found_by_part_of_its_name(console: Console, asked: str, found: set[str]) -> None:
    page = console.midwife().get(f"/aturan/fasilitas?cari={asked.replace('%', '%25')}").text
    names = set(re.findall(r'href="/console/aturan/fasilitas/[\w-]+">([^<]+)</a>', page))
    assert found <= names
    assert len(names) < 10
    assert ("Tidak ada fasilitas yang cocok" in page) == (not found)


CARE = {"delivery_care": True, "open_24h": None, "hours": [["07:30", "14:00"]] * 6 + [[]]}


@pytest.mark.parametrize(
    ("facts", "moment", "expected"),
    [
        pytest.param({}, NOW, True, id="within its hours"),
        pytest.param({}, NIGHT, False, id="by night"),
        pytest.param({}, NOW + timedelta(days=1), False, id="on a day it is shut"),
        pytest.param({"open_24h": True}, NIGHT, True, id="by night, open day and night"),
        pytest.param({"hours": None}, NIGHT, True, id="by night, nobody knows"),
        pytest.param({"hours": None, "open_24h": False}, NIGHT, False, id="by night, shut"),
        pytest.param({"delivery_care": False}, NOW, False, id="no births there"),
    ],
)
def test_mother_in_danger_is_sent_where_it_is_open(
    session: Session, facts: dict[str, Any], moment: datetime, expected: bool
) -> None:
    place = session.get_one(Facility, PKM)
    for name, value in (CARE | facts).items():
        setattr(place, name, value)
    session.flush()
    found = places.for_emergency(session, SUMBEROTO, by_day=moment == NOW, now=moment)
    assert (place in found.puskesmas) is expected


def test_later_change_comes_on_its_day_by_the_clock(console: Console) -> None:
    later = TODAY + timedelta(days=3)
    complete(console.dinkes(), day=str(later))
    assert facility(console).phone is None
    with console.database.read() as session:
        moment = FACILITIES.next_at(session, NOW)
    assert moment is not None
    assert clock.today(moment) == later
    with console.database.write() as session:
        assert FACILITIES.run(session, moment - timedelta(minutes=1)) == 0
        assert FACILITIES.run(session, moment) == 1
        assert FACILITIES.run(session, moment) == 0
        assert FACILITIES.next_at(session, NOW) is None
    assert facility(console).phone == "0341 881234"


def test_what_was_found_out_survives_a_new_list(console: Console) -> None:
    complete(console.dinkes())
    sign_facility(second(console))
    with console.database.write() as session:
        places.load(session)
    found = facility(console)
    assert (found.phone, found.approved) == ("0341 881234", True)
