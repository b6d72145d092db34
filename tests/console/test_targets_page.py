"""Targets: set by Dinkes alone, with a source, and kept with what held before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from registry.figures import targets
from registry.figures.indicators import Scope
from registry.models import Target
from tests.console.conftest import Browser, Console
from tests.factories import BANJAREJO, DONOMULYO, KETAWANG, SUMBEROTO

FIELD = f"pregnant:{SUMBEROTO}"


def send(browser: Browser, **fields: str) -> Any:
    browser.get("/sasaran")
    return browser.post("/sasaran", {"kec": DONOMULYO, "tahun": "2026", "source": "SK Dinkes"} | fields)


def known(console: Console, year: int = 2026) -> dict[str, dict[str, int]]:
    with console.database.read() as session:
        return targets.of_year(session, Scope(), year)


def rows(console: Console) -> int:
    with console.database.read() as session:
        return session.scalar(select(func.count(Target.id))) or 0


def test_target_is_kept_and_shown_again(console: Console) -> None:
    browser = console.dinkes()
    answer = send(browser, **{FIELD: "120"})
    assert "pesan=sasaran_disimpan" in answer.headers["location"]
    assert known(console) == {SUMBEROTO: {"pregnant": 120}}
    page = browser.get(f"/sasaran?kec={DONOMULYO}").text
    assert f'name="{FIELD}" value="120"' in page
    assert "SK Dinkes" in page


def test_later_word_holds_and_the_earlier_stays_on_record(console: Console) -> None:
    browser = console.dinkes()
    for number in ("120", "120", "130"):
        send(browser, **{FIELD: number})
    assert known(console) == {SUMBEROTO: {"pregnant": 130}}
    assert rows(console) == 2


def test_target_of_another_year_is_another(console: Console) -> None:
    send(console.dinkes(), tahun="2027", **{FIELD: "9"})
    assert (known(console), known(console, 2027)) == ({}, {SUMBEROTO: {"pregnant": 9}})


@pytest.mark.parametrize("number", ["-1", "1.5", "seribu", "20001", "9" * 40, "٣"])
def test_number_that_is_none_is_refused(console: Console, number: str) -> None:
    answer = send(console.dinkes(), **{FIELD: number})
    assert (answer.status_code, "Isi angka bulat" in answer.text, rows(console)) == (400, True, 0)


def test_source_is_needed(console: Console) -> None:
    answer = send(console.dinkes(), source=" ", **{FIELD: "1"})
    assert (answer.status_code, "Tulis dulu sumbernya" in answer.text, rows(console)) == (400, True, 0)


def test_village_of_another_kecamatan_is_left_alone(console: Console) -> None:
    send(console.dinkes(), **{FIELD: "1", f"pregnant:{KETAWANG}": "5"})
    assert known(console) == {SUMBEROTO: {"pregnant": 1}}


@pytest.mark.parametrize(
    "fields", [{"kec": "35.99.01"}, {"tahun": "1999"}, {"tahun": "x"}], ids=["place", "year", "word"]
)
def test_place_or_year_that_is_not_there_is_not_found(console: Console, fields: dict[str, str]) -> None:
    assert send(console.dinkes(), **fields).status_code == 404


def test_puskesmas_finds_no_such_page(console: Console) -> None:
    browser = console.midwife()
    assert browser.get("/sasaran").status_code == 404
    browser.get("/angka")
    assert browser.post("/sasaran", {"kec": DONOMULYO, "source": "x", FIELD: "1"}).status_code == 404
    assert rows(console) == 0


def test_form_of_another_site_is_not_kept(console: Console) -> None:
    browser = console.dinkes()
    assert browser.post("/sasaran", {"kec": DONOMULYO, "source": "x", FIELD: "1"}, token="x").status_code == 403
    assert rows(console) == 0


def test_half_a_target_is_none() -> None:
    expected = {SUMBEROTO: {"pregnant": 10, "births": 9}, BANJAREJO: {"pregnant": 5}}
    assert targets.summed(expected, [SUMBEROTO, BANJAREJO]) == {"pregnant": 15}
    assert targets.summed(expected, [SUMBEROTO, KETAWANG]) == {}
    assert targets.summed({}, []) == {}
