"""The end of a pregnancy told by an officer: each ending, what follows, what cannot be, and back again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.models import (
    Birth,
    Loss,
    Pregnancy,
    Reminder,
    Ride,
)
from tests import factories as make
from tests.conftest import NOW
from tests.console.conftest import Browser, Console
from tests.console.mother_forms import every, one
from tests.console.people import add
from tests.factories import SUMBEROTO

TODAY = NOW.date()


def end(browser: Browser, ids: dict[str, int], **form: Any) -> tuple[int, str]:
    path = f"/ibu/{ids['person']}/tutup"
    browser.get(path)
    shown = browser.post(path, {**form, "step": "check"})
    if shown.status_code != 200:
        return shown.status_code, shown.text
    kept = browser.post(path, {**form, "step": "keep"})
    return kept.status_code, kept.headers.get("location", kept.text)


@pytest.mark.parametrize(("how", "status", "reason"), [
    ("miscarriage", "miscarriage", "miscarriage"),
    ("stillbirth", "loss", "stillbirth"),
    ("mother_died", "loss", "mother_died"),
    ("moved", "closed", "moved"),
    ("lost_to_follow_up", "closed", "lost_to_follow_up"),
    ("wrong_entry", "closed", "wrong_entry"),
])  # fmt: skip
def test_ending_stops_all_that_was_planned_and_can_be_taken_back(
    console: Console, how: str, status: str, reason: str
) -> None:
    ids, browser = add(console), console.midwife()
    with console.database.write() as session:
        session.add(
            Ride(
                person_id=ids["person"], purpose="visit", at=NOW + timedelta(days=2), asked_at=NOW, status="requested",
                village_code=SUMBEROTO,
            )
        )  # fmt: skip
    assert end(browser, ids, how=how)[0] == 303
    row = one(console, Pregnancy, ids["pregnancy"])
    assert (row.status, row.close_reason) == (status, reason)
    assert every(console, select(Reminder).where(Reminder.status == "planned")) == []
    assert [ride.status for ride in every(console, select(Ride))] == ["cancelled"]
    losses = every(console, select(Loss))
    back = f"/kehilangan/{losses[0].id}/batal" if losses else "/buka"
    text = browser.get(f"/ibu/{ids['person']}").text
    assert back in text
    assert browser.post(f"/ibu/{ids['person']}{back}").headers["location"].endswith("dibuka")
    assert one(console, Pregnancy, ids["pregnancy"]).status == "active"
    assert every(console, select(Reminder).where(Reminder.status == "planned")) != []
    assert browser.post(f"/ibu/{ids['person']}{back}").headers["location"].endswith("ditolak")


def test_birth_is_kept_with_what_is_known_and_completed_later(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    form = {"how": "birth", "on": str(TODAY), "time": "05:30", "place_kind": "puskesmas", "helper": "midwife"}
    assert end(browser, ids, **form) == (303, f"/console/ibu/{ids['person']}?pesan=akhir_birth")
    row = every(console, select(Birth))[0]
    assert (row.on, row.time.hour, row.place_kind, row.helper, row.sex) == (TODAY, 5, "puskesmas", "midwife", None)
    assert one(console, Pregnancy, ids["pregnancy"]).status == "delivered"
    assert every(console, select(Reminder).where(Reminder.kind == "postnatal", Reminder.status == "planned"))
    end(browser, ids, how="birth", on=str(TODAY), sex="F", weight="3100", place_kind="home")
    row = every(console, select(Birth))[0]
    assert (row.sex, row.weight_g, row.place_kind) == ("F", 3100, "puskesmas")


def test_twins_are_two(console: Console) -> None:
    ids = add(console)
    end(console.midwife(), ids, how="birth", on=str(TODAY), twins="1")
    assert len(every(console, select(Birth))) == 2


def test_ending_is_told_before_it_is_kept(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    browser.get(f"/ibu/{ids['person']}/tutup")
    text = browser.post(f"/ibu/{ids['person']}/tutup", {"how": "moved", "step": "check"}).text
    assert "Semua pengingat dan siaran berhenti" in text
    assert one(console, Pregnancy, ids["pregnancy"]).status == "active"
    back = browser.post(f"/ibu/{ids['person']}/tutup", {"how": "moved", "step": "back"}).text
    assert re.search(r'value="moved" checked', back)


@pytest.mark.parametrize(("form", "words"), [
    pytest.param({}, "Pilih salah satu", id="nothing"),
    pytest.param({"how": "vanished"}, "Pilih salah satu", id="ending that is none"),
    pytest.param({"how": "baby_died"}, "Pilih salah satu", id="baby that is not born"),
    pytest.param({"how": "birth"}, "Tanggalnya belum jelas", id="birth without a day"),
    pytest.param({"how": "birth", "on": "2027-01-01"}, "belum tiba", id="birth to come"),
    pytest.param({"how": "birth", "on": "2025-01-01"}, "sebelum kehamilan", id="birth before the pregnancy"),
    pytest.param({"how": "birth", "on": "2026-11-20", "time": "pagi"}, "Jamnya belum jelas", id="odd hour"),
    pytest.param({"how": "birth", "on": "2026-11-20", "weight": "31000"}, "Isi gram", id="heavy"),
    pytest.param({"how": "birth", "on": "2026-11-20", "weight": "3"}, "Isi gram", id="light"),
    pytest.param({"how": "birth", "on": "2026-11-20", "helper": "x"}, "Pilih salah satu", id="helper that is none"),
    pytest.param({"how": "birth", "on": "2026-11-20", "place": "x" * 99}, "Terlalu panjang", id="long place"),
])  # fmt: skip
def test_ending_that_cannot_be_is_refused_beside_its_field(console: Console, form: dict[str, str], words: str) -> None:
    ids = add(console)
    status, text = end(console.midwife(), ids, **{"place": "Polindes", **form})
    assert status == 422
    assert words in text
    assert one(console, Pregnancy, ids["pregnancy"]).status == "active"


def test_nothing_can_be_told_of_who_has_no_pregnancy(console: Console) -> None:
    with console.database.write() as session:
        number = make.person(session).id
    browser = console.midwife()
    assert browser.get(f"/ibu/{number}").status_code == 200
    assert browser.get(f"/ibu/{number}/ubah").status_code == 200
    assert browser.get(f"/ibu/{number}/tutup").status_code == 404
    browser.get(f"/ibu/{number}")
    assert browser.post(f"/ibu/{number}/kunjungan", {"kind": "K1", "on": str(TODAY)}).status_code == 422
