"""Attacks on the pages of people and texts: more than one's own, others' districts, forged posts, names as scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from registry.models import Driver, FacilityChange, Invitation, Shift, Signature, Staff, Wording
from registry.persons import invitations
from registry.persons.invitations import Area, Role
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import MIDWIFE, OFFICER_OF_DINKES, Browser, Console, console
from tests.console.office import OFFICER, acts, added, admin, officer, staff_id
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

__all__ = ["console"]  # the fixture

SCRIPT = '<script>alert("x")</script>'
HUGE = ("2147483648", "99999999999999999999", "-1", "0x1", "1e3", "²", "satu", "%00")
TODAY = "2026-11-21"


def invite(browser: Browser, **values: Any) -> Any:
    browser.get("/petugas")
    form = {"peran": "cadre", "name": "Sri Rahayu", "phone": "081200000077", "area": SUMBEROTO}
    return browser.post("/petugas/undang", form | values)


def count(console: Console, table: Any) -> int:
    with console.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def post(browser: Browser, address: str, form: dict[str, Any]) -> Any:
    """With the token of a page that everybody may open."""
    browser.get("/petugas")
    return browser.post(address, form)


# ------------------------------------------------------------------ more than one is


ABOVE = {
    "an officer of Dinkes": {"peran": "dinkes", "area": []},
    "an admin": {"peran": "admin", "area": []},
    "an equal": {"peran": "officer", "area": DONOMULYO},
    "a midwife of another district": {"peran": "midwife", "area": GONDANGLEGI},
    "a midwife of her own and another district": {"peran": "midwife", "area": [DONOMULYO, GONDANGLEGI]},
    "a midwife of nowhere": {"peran": "midwife", "area": []},
    "a cadre of another district": {"area": KETAWANG},
    "a cadre of her own and another village": {"area": [SUMBEROTO, KETAWANG]},
    "a driver of another district": {"peran": "driver", "area": KETAWANG},
    "somebody there is no word for": {"peran": "root"},
}


@pytest.mark.parametrize("values", ABOVE.values(), ids=ABOVE)
def test_officer_of_a_puskesmas_invites_nobody_above_or_beside_her(console: Console, values: dict[str, Any]) -> None:
    browser = officer(console)
    before = count(console, Invitation)
    assert invite(browser, **values).status_code in (400, 404)
    assert count(console, Invitation) == before


@pytest.mark.parametrize("role", ["dinkes", "admin"])
def test_officer_of_dinkes_makes_no_equal_and_no_admin(console: Console, role: str) -> None:
    browser = console.dinkes()
    before = count(console, Invitation)
    assert invite(browser, peran=role, area=[]).status_code == 404
    assert count(console, Invitation) == before


def test_midwife_invites_and_changes_nobody(console: Console) -> None:
    number = added(console, factories.cadre)
    browser = console.midwife()
    assert invite(browser).status_code == 404
    assert post(browser, f"/petugas/cadre/{number}/akhiri", {"yakin": "1"}).status_code == 404
    assert post(browser, f"/petugas/cadre/{number}/wilayah", {"area": [SUMBEROTO]}).status_code == 404
    assert browser.get("/petugas/undangan").status_code == 404


@pytest.mark.parametrize("above", [{"unit": "dinkes"}, {"unit": "dinkes", "duty": "admin"}, {"duty": "officer"}])
def test_number_of_somebody_above_is_not_taken_over(console: Console, above: dict[str, str]) -> None:
    """Whoever accepts an invitation becomes what it says: her own code would lock the other out, or sign in as her."""
    added(console, factories.staff, phone="+6281200000077", **above)
    browser = officer(console)
    answer = invite(browser, peran="midwife", area=DONOMULYO)
    assert (answer.status_code, "sudah bertugas di tempat lain" in answer.text) == (400, True)
    with console.database.read() as session:
        assert session.scalar(select(func.count(Invitation.id)).where(Invitation.role == "midwife")) == 0


def test_invitation_of_somebody_above_is_not_replaced(console: Console) -> None:
    with console.database.write() as session:
        code = invitations.invite(session, "dinkes", "Tono Budi", "+6281200000077", NOW, area=Area())
    assert invite(officer(console)).status_code == 400
    with console.database.write() as session:
        assert invitations.claim(session, factories.contact(session, "+6281200000077"), code, NOW) == "claimed"


def test_officer_does_not_give_herself_a_district(console: Console) -> None:
    browser = officer(console)
    number = staff_id(console, OFFICER)
    wanted = {"area": [DONOMULYO, GONDANGLEGI]}
    assert post(browser, f"/petugas/staff/{number}/wilayah", wanted).status_code == 404
    assert invite(browser, peran="midwife", phone=OFFICER, area=DONOMULYO).status_code == 400
    with console.database.read() as session:
        assert [one.district_code for one in session.get_one(Staff, number).districts] == [DONOMULYO]


def test_midwife_is_not_given_a_district_that_is_not_the_officers(console: Console) -> None:
    number = added(console, factories.staff, duty="midwife")
    browser = officer(console)
    wanted = {"area": [DONOMULYO, GONDANGLEGI]}
    assert post(browser, f"/petugas/staff/{number}/wilayah", wanted).status_code == 404
    with console.database.read() as session:
        assert [one.district_code for one in session.get_one(Staff, number).districts] == [DONOMULYO]


def test_district_that_is_not_hers_is_not_taken_from_somebody(console: Console) -> None:
    number = added(console, factories.staff, DONOMULYO, GONDANGLEGI, duty="midwife")
    browser = officer(console)
    assert post(browser, f"/petugas/staff/{number}/wilayah", {"area": [DONOMULYO]}).status_code == 404
    assert post(browser, f"/petugas/staff/{number}/akhiri", {"yakin": "1"}).status_code == 404


def test_officer_ends_nobody_of_dinkes_and_not_herself(console: Console) -> None:
    console.dinkes()
    browser = officer(console)
    for phone in (OFFICER_OF_DINKES, OFFICER):
        number = staff_id(console, phone)
        assert post(browser, f"/petugas/staff/{number}/akhiri", {"yakin": "1"}).status_code == 404
    assert browser.get(f"/petugas/staff/{staff_id(console, OFFICER_OF_DINKES)}").status_code == 404
    assert acts(console, "role_revoked") == []


def test_dinkes_ends_no_admin_and_nobody_of_its_own(console: Console) -> None:
    admin(console)
    browser = console.dinkes()
    for number in (staff_id(console, "+628120009004"), added(console, factories.staff, unit="dinkes")):
        assert post(browser, f"/petugas/staff/{number}/akhiri", {"yakin": "1"}).status_code == 404


# ------------------------------------------------------------------ other districts


@pytest.mark.parametrize("kind", ["staff", "cadre", "driver"])
def test_people_of_another_district_are_not_there(console: Console, kind: str) -> None:
    makers: dict[str, Any] = {"staff": factories.staff, "cadre": factories.cadre, "driver": factories.driver}
    place = GONDANGLEGI if kind == "staff" else KETAWANG
    number = added(console, makers[kind], place, name="Rahasia Sekali")
    browser = officer(console)
    assert browser.get(f"/petugas/{kind}/{number}").status_code == 404
    for act, form in (("akhiri", {"yakin": "1"}), ("wilayah", {"area": [SUMBEROTO]}), ("jaga", {"weekday": ["1"]})):
        assert post(browser, f"/petugas/{kind}/{number}/{act}", form).status_code == 404
    for address in (f"/petugas?jenis={kind}", f"/petugas?jenis={kind}&kec={GONDANGLEGI}"):
        assert "Rahasia Sekali" not in browser.get(address).text


def test_roster_of_another_district_is_not_edited(console: Console) -> None:
    both = added(console, factories.staff, DONOMULYO, GONDANGLEGI, name="Dua Wilayah")
    other, browser = officer(console, "+628120009023", GONDANGLEGI), officer(console)
    form = {"weekday": ["5"], "starts": "07:00", "ends": "14:00", "first_on": TODAY, "last_on": ""}
    assert post(browser, f"/petugas/staff/{both}/jaga", form).status_code == 404
    own = staff_id(console, "+628120009023")
    assert post(other, f"/petugas/staff/{own}/jaga", form).status_code == 303
    with console.database.read() as session:
        number = session.scalars(select(Shift.id)).one()
    assert post(browser, f"/petugas/jaga/{number}/akhiri", {}).status_code == 404
    page = browser.get(f"/petugas/jaga?kec={GONDANGLEGI}").text
    assert "Gondanglegi" not in page.partition("<main")[2]
    console.dinkes()
    dinkes = staff_id(console, OFFICER_OF_DINKES)
    assert post(browser, f"/petugas/staff/{dinkes}/jaga", form).status_code == 404
    with console.database.read() as session:
        assert session.scalar(select(func.count(Shift.id)).where(Shift.ended_at.is_(None))) == 1


def test_drivers_of_another_village_keep_their_order_and_their_duty(console: Console) -> None:
    number = added(console, factories.driver, KETAWANG)
    browser = officer(console)
    assert browser.get(f"/petugas/urutan/{KETAWANG}").status_code == 404
    assert post(browser, f"/petugas/urutan/{KETAWANG}", {f"urut:{number}": "9"}).status_code == 404
    assert post(browser, f"/petugas/driver/{number}/tugas", {"tugas": "0"}).status_code == 404
    assert post(console.midwife(), f"/petugas/urutan/{SUMBEROTO}", {f"urut:{number}": "9"}).status_code == 404
    with console.database.read() as session:
        driver = session.get_one(Driver, number)
        assert (driver.on_duty, driver.areas[0].place_in_order) == (True, None)


def test_driver_of_elsewhere_is_not_ordered_by_a_number_in_the_form(console: Console) -> None:
    number = added(console, factories.driver, KETAWANG)
    assert post(officer(console), f"/petugas/urutan/{SUMBEROTO}", {f"urut:{number}": "9"}).status_code == 303
    with console.database.read() as session:
        assert session.get_one(Driver, number).areas[0].place_in_order is None


def test_invitations_of_others_are_neither_seen_nor_withdrawn(console: Console) -> None:
    with console.database.write() as session:
        wanted: tuple[tuple[Role, Area], ...] = (("dinkes", Area()), ("cadre", Area(villages=(KETAWANG,))))
        for role, area in wanted:
            phone = factories.make_phone()
            invitations.invite(session, role, "Rahasia Sekali", phone, NOW, area=area)
        numbers = list(session.scalars(select(Invitation.id)))
    browser = officer(console)
    assert "Rahasia Sekali" not in browser.get("/petugas/undangan").text
    for number in numbers:
        assert post(browser, f"/petugas/undangan/{number}/cabut", {}).status_code == 404
    assert acts(console, "invitation_withdrawn") == []


# ------------------------------------------------------------------ forged, former, huge

POSTS = (
    "/petugas/undang", "/petugas/undangan/1/cabut", "/petugas/staff/1/akhiri", "/petugas/staff/1/wilayah",
    "/petugas/staff/1/jaga", "/petugas/jaga/1/akhiri", "/petugas/driver/1/tugas", f"/petugas/urutan/{SUMBEROTO}",
    "/aturan/teks/utter_danger", "/aturan/teks/utter_danger/kembali", "/aturan/teks/utter_danger/setujui",
    "/aturan/fasilitas/pkm-donomulyo", "/aturan/fasilitas/pkm-donomulyo/setujui",
)  # fmt: skip


@pytest.mark.parametrize("address", POSTS)
def test_post_without_the_token_of_this_browser_does_nothing(console: Console, address: str) -> None:
    browser = console.dinkes()
    browser.get("/petugas")
    before = len(acts(console, "invited"))
    assert browser.post(address, {"yakin": "1"}, token="0" * 64).status_code == 403
    assert browser.post(address, {"yakin": "1"}, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert console.browser().post(address, {}, token="").status_code == 403
    assert len(acts(console, "invited")) == before
    assert [count(console, table) for table in (Shift, Wording, Signature, FacilityChange)] == [0, 0, 0, 0]


def test_former_officers_live_page_does_nothing_any_more(console: Console) -> None:
    number = added(console, factories.cadre)
    hers = officer(console)
    hers.get(f"/petugas/cadre/{number}")
    mine = console.dinkes()
    assert post(mine, f"/petugas/staff/{staff_id(console, OFFICER)}/akhiri", {"yakin": "1"}).status_code == 303
    answer = hers.post(f"/petugas/cadre/{number}/akhiri", {"yakin": "1"})
    assert answer.headers["location"] == "/console/masuk"
    assert hers.get("/petugas").headers["location"] == "/console/masuk"
    assert [one.subject for one in acts(console, "role_revoked")] == [f"staff:{staff_id(console, OFFICER)}"]


def test_officer_moved_elsewhere_sees_the_new_district_at_once(console: Console) -> None:
    added(console, factories.cadre, name="Kader Lama")
    added(console, factories.cadre, KETAWANG, name="Kader Baru")
    hers, mine = officer(console), console.dinkes()
    post(mine, f"/petugas/staff/{staff_id(console, OFFICER)}/wilayah", {"area": [GONDANGLEGI]})
    page = hers.get("/petugas?jenis=cadre").text
    assert ("Kader Lama" in page, "Kader Baru" in page) == (False, True)


@pytest.mark.parametrize("number", HUGE)
def test_number_the_database_cannot_hold_is_not_found(console: Console, number: str) -> None:
    browser = console.dinkes()
    for address in (f"/petugas/staff/{number}", f"/petugas/cadre/{number}", f"/petugas/orang/{number}"):
        assert browser.get(address).status_code == 404, address
    for address in (
        f"/petugas/staff/{number}/akhiri", f"/petugas/staff/{number}/jaga", f"/petugas/jaga/{number}/akhiri",
        f"/petugas/undangan/{number}/cabut", f"/petugas/driver/{number}/tugas",
    ):  # fmt: skip
        assert post(browser, address, {"yakin": "1"}).status_code == 404, address


@pytest.mark.parametrize("code", ["35.07.99.9999", "x" * 5000, "'; DROP TABLE driver; --", "35.07.01"])
def test_place_that_is_none_is_not_found(console: Console, code: str) -> None:
    browser = console.dinkes()
    assert browser.get(f"/petugas/urutan/{code}").status_code == 404
    assert post(browser, f"/petugas/urutan/{code}", {"urut:1": "1"}).status_code == 404


@pytest.mark.parametrize("field", ["urut:99999999999999999999", "urut:-1", "urut:x"])
def test_driver_that_is_no_number_is_refused(console: Console, field: str) -> None:
    assert post(officer(console), f"/petugas/urutan/{SUMBEROTO}", {field: "1"}).status_code == 400


# ------------------------------------------------------------------ names and texts as scripts


def test_names_cars_and_places_are_shown_as_text(console: Console) -> None:
    for make in (factories.cadre, factories.staff):
        added(console, make, name=SCRIPT)
    driver = added(console, factories.driver, name=SCRIPT, vehicle=SCRIPT, plate=SCRIPT)
    browser = officer(console)
    answer = invite(browser, name=SCRIPT, vehicle=SCRIPT)
    pages = [answer.text, browser.get("/petugas/undangan").text]
    pages += [browser.get(f"/petugas?jenis={kind}").text for kind in ("staff", "cadre", "driver")]
    pages += [browser.get(address).text for address in (f"/petugas/driver/{driver}", "/petugas/jaga",
                                                        f"/petugas/urutan/{SUMBEROTO}")]  # fmt: skip
    for page in pages:
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_words_of_a_form_come_back_as_text(console: Console) -> None:
    browser = console.dinkes()
    name = "reminder_dates_unknown"
    browser.get(f"/aturan/teks/{name}")
    form = {"text": SCRIPT, "title": [SCRIPT], "day": TODAY, "source": SCRIPT, "langkah": "lihat"}
    page = browser.post(f"/aturan/teks/{name}", form)
    assert page.status_code == 400
    assert "<script>alert" not in page.text
    browser.get("/aturan/fasilitas/pkm-donomulyo")
    facts = {"phone": "0341 881234", "address": SCRIPT, "day": TODAY, "source": SCRIPT}
    assert browser.post("/aturan/fasilitas/pkm-donomulyo", facts).status_code == 303
    for address in ("/aturan/fasilitas/pkm-donomulyo", "/aturan/fasilitas"):
        page = browser.get(address)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_code_and_numbers_of_people_are_in_no_audit_row(console: Console) -> None:
    browser = officer(console)
    code = re.findall(r'big-code code">(\w+)<', invite(browser).text)[0]
    number = added(console, factories.cadre, phone="+6281200000078", name="Sri Rahasia")
    post(browser, f"/petugas/cadre/{number}/akhiri", {"yakin": "1"})
    for action in ("invited", "role_revoked", "helpers_seen"):
        for entry in acts(console, action):
            told = f"{entry.subject} {entry.detail}"
            assert not [word for word in (code, "81200000077", "81200000078", "Sri") if word in told]
    assert MIDWIFE not in browser.get("/petugas").text
