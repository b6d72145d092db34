"""Petugas: who helps is listed, invited, moved and ended by those who may; who is on call is planned and called."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from console.app import create_app
from registry.models import Cadre, ConsoleSession, Driver, Invitation, Shift, Staff
from registry.persons import invitations, people, rosters
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import MIDWIFE, Browser, Console
from tests.console.office import OFFICER, acts, added, admin, officer, staff_id
from tests.factories import BANJAREJO, DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

CADRE = "+6281200000077"
CODE = re.compile(r'class="big-code code">([A-Z0-9]{8})<')
TODAY = date(2026, 11, 21)  # a Saturday


def invite(browser: Browser, role: str = "cadre", area: Any = SUMBEROTO, **values: Any) -> Any:
    browser.get(f"/petugas/undang?peran={role}")
    form = {"peran": role, "name": "Sri Rahayu", "phone": "0812 0000 0077", "area": area}
    return browser.post("/petugas/undang", form | values)


def shift(browser: Browser, address: str, **values: Any) -> Any:
    browser.get(address)
    form = {"weekday": ["5", "6"], "starts": "07:30", "ends": "14:00", "first_on": str(TODAY), "last_on": ""}
    return browser.post(f"{address}/jaga", form | values)


# ------------------------------------------------------------------ the list


def test_list_shows_those_of_the_area_with_masked_numbers(console: Console) -> None:
    added(console, factories.cadre, name="Sri Hartini", phone=CADRE)
    added(console, factories.cadre, KETAWANG, name="Lain Kecamatan")
    browser = console.midwife()
    page = browser.get("/petugas?jenis=cadre").text
    assert "Sri Hartini" in page
    assert "Sumberoto" in page
    assert "0812 ••• 077" in page
    assert "Lain Kecamatan" not in page
    assert CADRE not in page
    assert "0812 0000 0077" not in page
    assert len(page.encode()) < 100_000
    (entry,) = acts(console, "helpers_seen")
    assert entry.subject == "helpers:cadre"


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("jenis=cadre", {"Sri Satu", "Sri Dua"}),
        (f"jenis=cadre&kec={GONDANGLEGI}", {"Sri Dua"}),
        ("jenis=cadre&bekas=1", {"Sri Bekas"}),
        ("jenis=driver", {"Joko Sopir"}),
        ("jenis=staff", {"Ana Bidan", "Budi Santosa"}),
        ("jenis=orang", {"Ana Bidan", "Budi Santosa"}),
        ("jenis=cadre&kec=99.99", {"Sri Satu", "Sri Dua"}),
    ],
)
def test_list_is_narrowed_by_kind_district_and_state(console: Console, asked: str, names: set[str]) -> None:
    added(console, factories.cadre, name="Sri Satu")
    added(console, factories.cadre, KETAWANG, name="Sri Dua")
    added(console, factories.cadre, name="Sri Bekas", active=False)
    added(console, factories.driver, name="Joko Sopir")
    added(console, factories.staff, name="Ana Bidan")
    page = console.dinkes().get(f"/petugas?{asked}").text
    table = page[page.find("<tbody>") :]
    every = {"Sri Satu", "Sri Dua", "Sri Bekas", "Joko Sopir", "Ana Bidan", "Budi Santosa"}
    assert {name for name in every if name in table} == names


# ------------------------------------------------------------------ invitations


def test_code_is_shown_once_and_makes_a_cadre(console: Console) -> None:
    browser = officer(console)
    answer = invite(browser)
    (code,) = CODE.findall(answer.text)
    assert answer.headers["cache-control"] == "no-store"
    assert code not in browser.get("/petugas/undangan").text
    with console.database.write() as session:
        contact = factories.contact(session, CADRE)
        assert invitations.claim(session, contact, code, NOW) == "claimed"
        assert people.speaker(session, contact).villages == {SUMBEROTO}
    assert acts(console, "invited")[-1].detail == {"by": f"staff:{staff_id(console, OFFICER)}"}


def test_links_of_the_channels_stand_beside_the_code(console: Console) -> None:
    browser = officer(console)
    browser.app = create_app(console.database, "@KawalBot", "+6281299000001")
    page = invite(browser).text
    (code,) = CODE.findall(page)
    assert f"https://t.me/KawalBot?start={code}" in page
    assert f"https://wa.me/6281299000001?text=kode%20undangan%20{code}" in page


def test_invited_officer_is_told_the_console(console: Console) -> None:
    page = invite(officer(console), "midwife", DONOMULYO, facility="Puskesmas Donomulyo").text
    assert "/console/mulai" in page
    with console.database.read() as session:
        row = session.scalars(select(Invitation).order_by(Invitation.id.desc())).first()
    assert row is not None
    assert (row.role, row.districts, row.facility) == ("midwife", [DONOMULYO], "Puskesmas Donomulyo")


def test_drivers_car_is_kept(console: Console) -> None:
    invite(officer(console), "driver", [SUMBEROTO, BANJAREJO], vehicle="mobil siaga", plate="N 1 ZZ")
    with console.database.read() as session:
        row = session.scalars(select(Invitation).where(Invitation.role == "driver")).one()
    assert (row.villages, row.vehicle, row.plate) == ([SUMBEROTO, BANJAREJO], "mobil siaga", "N 1 ZZ")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": "  "}, "Tulis dulu namanya"),
        ({"name": "x" * 81}, "Tulis dulu namanya"),
        ({"phone": "0341 123456"}, "Nomor HP itu tidak bisa dipakai"),
        ({"area": []}, "Pilih paling sedikit satu wilayah"),
        ({"area": "35.07.99.9999"}, "Pilih paling sedikit satu wilayah"),
        ({"area": KETAWANG}, "Pilih paling sedikit satu wilayah"),
    ],
    ids=["no name", "endless name", "a house's telephone", "no village", "no such village", "another district"],
)
def test_what_is_wrong_is_said_and_the_rest_stays(console: Console, values: dict[str, Any], said: str) -> None:
    browser = officer(console)
    before = len(acts(console, "invited"))
    answer = invite(browser, **values)
    assert (answer.status_code, said in answer.text) == (400, True)
    assert "0812 0000 0077" in answer.text or "phone" in values
    assert len(acts(console, "invited")) == before


def test_open_invitations_are_listed_and_taken_back(console: Console) -> None:
    browser = officer(console)
    code = CODE.findall(invite(browser).text)[0]
    page = browser.get("/petugas/undangan").text
    assert "Sri Rahayu" in page
    assert "Rudi Hartono" in page
    (number,) = re.findall(r"/petugas/undangan/(\d+)/cabut", page)
    assert browser.post(f"/petugas/undangan/{number}/cabut").headers["location"].endswith("undangan_dicabut")
    assert browser.post(f"/petugas/undangan/{number}/cabut").headers["location"].endswith("ditolak")
    assert "Sri Rahayu" not in browser.get("/petugas/undangan").text
    with console.database.write() as session:
        assert invitations.claim(session, factories.contact(session, CADRE), code, NOW) == "expired"
    assert [one.subject for one in acts(console, "invitation_withdrawn")] == [f"invitation:{number}"]


ROLES = {
    "midwife": set(),
    "officer": {"cadre", "driver", "midwife"},
    "dinkes": {"cadre", "driver", "midwife", "officer"},
    "admin": {"cadre", "driver", "midwife", "officer", "dinkes", "admin"},
}


@pytest.mark.parametrize(("who", "roles"), ROLES.items(), ids=ROLES)
def test_each_may_invite_what_she_is_trusted_with(console: Console, who: str, roles: set[str]) -> None:
    makers = {"midwife": console.midwife, "dinkes": console.dinkes}
    browser = makers[who]() if who in makers else officer(console) if who == "officer" else admin(console)
    page = browser.get("/petugas/undang")
    assert page.status_code == (200 if roles else 404)
    offered = page.text.partition('name="peran">')[2].partition("</select>")[0]
    assert set(re.findall(r'value="(\w+)"', offered)) == roles
    assert ("Undang orang baru" in browser.get("/petugas").text) == bool(roles)


# ------------------------------------------------------------------ the end, and other places


def test_ended_cadre_sees_nothing_from_that_moment(console: Console) -> None:
    number = added(console, factories.cadre, phone=CADRE)
    browser = officer(console)
    browser.get(f"/petugas/cadre/{number}")
    answer = browser.post(f"/petugas/cadre/{number}/akhiri", {"yakin": "1"})
    assert answer.headers["location"].endswith("pesan=petugas_diakhiri")
    with console.database.write() as session:
        assert people.speaker(session, factories.contact(session, CADRE)).role == "stranger"
    assert [one.subject for one in acts(console, "role_revoked")] == [f"cadre:{number}"]
    page = browser.get(f"/petugas/cadre/{number}").text
    assert "Tugas diakhiri" in page
    assert "Rudi Hartono" in page
    assert "Ya, tugasnya selesai" not in page


def test_ended_officers_browser_is_out_and_stays_out_when_she_returns(console: Console) -> None:
    hers, mine = console.midwife(), officer(console)
    assert hers.get("/petugas").status_code == 200
    number = staff_id(console, MIDWIFE)
    mine.get(f"/petugas/staff/{number}")
    mine.post(f"/petugas/staff/{number}/akhiri", {"yakin": "1"})
    assert hers.get("/petugas").headers["location"] == "/console/masuk"
    with console.database.write() as session:
        session.get_one(Staff, number).active = True
    assert hers.get("/petugas").headers["location"] == "/console/masuk"
    with console.database.read() as session:
        rows = select(ConsoleSession).where(ConsoleSession.staff_id == number)
        assert all(row.revoked_at is not None for row in session.scalars(rows))


def test_end_is_asked_twice(console: Console) -> None:
    number = added(console, factories.cadre)
    browser = officer(console)
    browser.get(f"/petugas/cadre/{number}")
    answer = browser.post(f"/petugas/cadre/{number}/akhiri", {})
    assert (answer.status_code, "Centang dulu" in answer.text) == (400, True)
    assert acts(console, "role_revoked") == []


def test_what_she_was_invited_to_ends_with_her_work(console: Console) -> None:
    number = added(console, factories.cadre, phone=CADRE)
    browser = officer(console)
    code = CODE.findall(invite(browser, area=BANJAREJO).text)[0]
    browser.get(f"/petugas/cadre/{number}")
    browser.post(f"/petugas/cadre/{number}/akhiri", {"yakin": "1"})
    with console.database.write() as session:
        assert invitations.claim(session, factories.contact(session, CADRE), code, NOW) == "expired"


def test_last_admin_cannot_be_ended(console: Console) -> None:
    browser = admin(console)
    page = browser.get(f"/petugas/staff/{staff_id(console, '+628120009004')}").text
    assert "Ya, tugasnya selesai" not in page
    other = added(console, factories.staff, unit="dinkes", duty="admin")
    browser.get(f"/petugas/staff/{other}")
    assert browser.post(f"/petugas/staff/{other}/akhiri", {"yakin": "1"}).status_code == 303


def test_villages_are_changed_and_the_change_is_kept(console: Console) -> None:
    number = added(console, factories.cadre, SUMBEROTO, phone=CADRE)
    browser = officer(console)
    browser.get(f"/petugas/cadre/{number}")
    answer = browser.post(f"/petugas/cadre/{number}/wilayah", {"area": [BANJAREJO]})
    assert answer.headers["location"].endswith("petugas_wilayah")
    with console.database.write() as session:
        assert people.speaker(session, factories.contact(session, CADRE)).villages == {BANJAREJO}
    (entry,) = acts(console, "area_changed")
    assert entry.detail == {"by": f"staff:{staff_id(console, OFFICER)}", "added": [BANJAREJO], "gone": [SUMBEROTO]}
    assert "Wilayah diubah" in browser.get(f"/petugas/cadre/{number}").text


def test_districts_of_an_officer_are_changed_by_dinkes(console: Console) -> None:
    console.midwife()
    number, browser = staff_id(console, MIDWIFE), console.dinkes()
    browser.get(f"/petugas/staff/{number}")
    browser.post(f"/petugas/staff/{number}/wilayah", {"area": [DONOMULYO, GONDANGLEGI]})
    with console.database.read() as session:
        assert {one.district_code for one in session.get_one(Staff, number).districts} == {DONOMULYO, GONDANGLEGI}


@pytest.mark.parametrize("area", [[], ["35.07.01.9999"], [SUMBEROTO, "x"]], ids=["none", "unknown", "half unknown"])
def test_places_that_make_no_sense_change_nothing(console: Console, area: list[str]) -> None:
    number = added(console, factories.cadre)
    browser = officer(console)
    browser.get(f"/petugas/cadre/{number}")
    assert browser.post(f"/petugas/cadre/{number}/wilayah", {"area": area}).status_code in (400, 404)
    with console.database.read() as session:
        assert [one.village_code for one in session.get_one(Cadre, number).areas] == [SUMBEROTO]


# ------------------------------------------------------------------ on call


def test_planned_shift_is_called_first_and_shown(console: Console) -> None:
    first, second = (added(console, factories.staff, name=name, duty="midwife") for name in ("Ana Jaga", "Dwi Libur"))
    with console.database.write() as session:
        factories.reachable(session, *(session.get_one(Staff, number) for number in (first, second)))
    browser = officer(console)
    answer = shift(browser, f"/petugas/staff/{first}")
    assert answer.headers["location"].endswith("jaga_disimpan")
    with console.database.read() as session:
        now, later = (rosters.roster_of(session, SUMBEROTO, now=moment) for moment in (NOW, NOW + timedelta(hours=5)))
    assert [one.name for one in now.midwives] == ["Ana Jaga"]
    assert {one.name for one in later.midwives} == {"Ana Jaga", "Dwi Libur"}
    page = browser.get("/petugas/jaga").text
    assert "Ana Jaga" in page.partition("Tujuh hari")[0]
    assert "07.30–14.00" in page
    assert "kosong" in page
    (entry,) = acts(console, "shift_planned")
    assert entry.subject == f"staff:{first}"


def test_ended_shift_is_called_no_more_and_stays_on_record(console: Console) -> None:
    number = added(console, factories.staff)
    browser = officer(console)
    shift(browser, f"/petugas/staff/{number}")
    page = browser.get(f"/petugas/staff/{number}").text
    (row,) = re.findall(r"/petugas/jaga/(\d+)/akhiri", page)
    assert browser.post(f"/petugas/jaga/{row}/akhiri").headers["location"].endswith("jaga_diakhiri")
    assert browser.post(f"/petugas/jaga/{row}/akhiri").headers["location"].endswith("ditolak")
    with console.database.read() as session:
        kept = session.get_one(Shift, int(row))
    assert (kept.ended_at, kept.ended_by) == (NOW, f"staff:{staff_id(console, OFFICER)}")
    assert "Jadwal jaga dihapus" in browser.get(f"/petugas/staff/{number}").text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"first_on": str(TODAY - timedelta(days=1))}, "Mulai paling awal hari ini"),
        ({"first_on": "besok"}, "Mulai paling awal hari ini"),
        ({"first_on": "2036-01-01"}, "Mulai paling awal hari ini"),
        ({"last_on": str(TODAY - timedelta(days=1))}, "Mulai paling awal hari ini"),
        ({"last_on": "nanti"}, "Mulai paling awal hari ini"),
        ({"weekday": ["0"], "last_on": str(TODAY)}, "tidak ada di antara"),
        ({"weekday": ["9"]}, "tidak ada di antara"),
        ({"weekday": ["senin"]}, "tidak ada di antara"),
        ({"starts": "pagi"}, "Isi jam"),
        ({"ends": ""}, "Isi jam"),
        ({"ends": "25:00"}, "Isi jam"),
        ({"ends": "07:30+07:00"}, "Isi jam"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_shift_that_makes_no_sense_is_refused(console: Console, values: dict[str, Any], said: str) -> None:
    number = added(console, factories.staff)
    answer = shift(officer(console), f"/petugas/staff/{number}", **values)
    assert (answer.status_code, said in answer.text) == (400, True)
    assert acts(console, "shift_planned") == []


def test_no_weekday_means_every_day(console: Console) -> None:
    number = added(console, factories.staff)
    shift(officer(console), f"/petugas/staff/{number}", weekday=[], last_on=str(TODAY + timedelta(days=3)))
    with console.database.read() as session:
        row = session.scalars(select(Shift)).one()
    assert (row.weekdays, row.starts, row.last_on) == (list(range(7)), time(7, 30), TODAY + timedelta(days=3))


def test_nobody_has_shifts_without_end(console: Console) -> None:
    number = added(console, factories.staff)
    browser = officer(console)
    for _ in range(30):
        assert shift(browser, f"/petugas/staff/{number}").status_code == 303
    assert "sudah terlalu banyak" in shift(browser, f"/petugas/staff/{number}").text
    with console.database.read() as session:
        assert session.scalar(select(func.count(Shift.id))) == 30


def test_roster_of_dinkes_is_planned_by_dinkes(console: Console) -> None:
    browser = console.dinkes()
    number = staff_id(console, "+628120009002")
    assert shift(browser, f"/petugas/staff/{number}").status_code == 303
    page = browser.get("/petugas/jaga?kec=dinkes").text
    assert "Budi Santosa" in page.partition("Tujuh hari")[0]


# ------------------------------------------------------------------ drivers


def test_driver_is_sent_home_and_called_back(console: Console) -> None:
    number = added(console, factories.driver)
    browser = officer(console)
    for value, expected in (("0", False), ("1", True)):
        browser.get(f"/petugas/driver/{number}")
        browser.post(f"/petugas/driver/{number}/tugas", {"tugas": value})
        with console.database.read() as session:
            assert session.get_one(Driver, number).on_duty is expected
    assert [one.detail and one.detail["on_duty"] for one in acts(console, "driver_duty")] == [False, True]


def test_order_of_a_villages_drivers_is_its_own(console: Console) -> None:
    first = added(console, factories.driver, SUMBEROTO, BANJAREJO, name="Joko Satu", place_in_order=1)
    second = added(console, factories.driver, SUMBEROTO, name="Joko Dua", place_in_order=2)
    browser = officer(console)
    browser.get(f"/petugas/urutan/{SUMBEROTO}")
    answer = browser.post(f"/petugas/urutan/{SUMBEROTO}", {f"urut:{first}": "5", f"urut:{second}": "1"})
    assert answer.headers["location"].endswith("urutan_disimpan")
    page = browser.get(f"/petugas/urutan/{SUMBEROTO}").text
    assert page.index("Joko Dua") < page.index("Joko Satu")
    with console.database.read() as session:
        places = {one.village_code: one.place_in_order for one in session.get_one(Driver, first).areas}
    assert places == {SUMBEROTO: 5, BANJAREJO: None}
    (entry,) = acts(console, "drivers_ordered")
    assert entry.subject == f"village:{SUMBEROTO}"


@pytest.mark.parametrize("typed", ["0", "satu", "-1", "100", ""])
def test_place_that_is_no_number_is_refused(console: Console, typed: str) -> None:
    number = added(console, factories.driver)
    browser = officer(console)
    browser.get(f"/petugas/urutan/{SUMBEROTO}")
    answer = browser.post(f"/petugas/urutan/{SUMBEROTO}", {f"urut:{number}": typed})
    assert (answer.status_code, "angka 1 sampai 99" in answer.text) == (400, True)
