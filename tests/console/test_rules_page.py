"""Rules and texts: shown with source and signature; a setting is changed by those who may, and only to what works."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console.rules_page import rule_words, setting_words
from registry import programme, setting_changes
from registry.models import AuditEntry, ProgrammeSetting, Staff
from registry.pregnancies import entitlement
from registry.rules.eligibility import Rulebook
from registry.rules.rows import RulebookError
from registry.setting_changes import ChangeError
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import Browser, Console

TODAY = date(2026, 11, 21)
TOMORROW = TODAY + timedelta(days=1)
LETTER = "Surat Dinkes 440/1/2026"


def change(browser: Browser, name: str, value: str, day: date | str = TOMORROW, source: str = LETTER) -> Any:
    browser.get(f"/aturan/setelan/{name}")
    return browser.post(f"/aturan/setelan/{name}", {"value": value, "day": str(day), "source": source})


def kept(console: Console) -> int:
    with console.database.read() as session:
        return session.scalar(select(func.count(ProgrammeSetting.id))) or 0


def test_every_setting_has_its_words() -> None:
    assert set(setting_words()) == set(programme.DEFAULTS)


def test_every_figure_and_row_of_the_rulebook_has_its_words() -> None:
    contents = Rulebook.load().contents
    assert set(rule_words()["setting"]) == {row.id for row in contents.settings}
    assert set(rule_words()["rule"]) == {row.id for row in contents.rules}


def test_page_shows_value_source_and_signature(console: Console) -> None:
    page = console.midwife().get("/aturan").text
    for expected in (
        "Program persalinan gratis dibuka",
        "belum ditetapkan kantor",
        "belum disahkan",
        "timesindonesia.co.id",
    ):
        assert expected in page
    assert len(page.encode()) < 100_000


def test_change_holds_from_its_day(console: Console) -> None:
    browser = console.dinkes()
    assert change(browser, "programme_open", "false").headers["location"].endswith("pesan=aturan_disimpan")
    with console.database.read() as session:
        assert programme.value(session, "programme_open", TODAY) is True
        assert programme.value(session, "programme_open", TOMORROW) is False
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "setting_changed")).one()
    assert entry.subject == "setting:programme_open"
    page = browser.get("/aturan/setelan/programme_open").text
    assert LETTER in page
    assert "akan berlaku" in page


GOOD = {
    "weeks": ("anc_weeks", "[12, 20, 26]", [12, 20, 26]),
    "scheme": ("anc_scheme", "who8", "who8"),
    "hours at night": ("quiet_hours", '["22:00", "05:30"]', ["22:00", "05:30"]),
    "minutes": ("driver_confirm_minutes", "15", 15),
}


@pytest.mark.parametrize(("name", "typed", "value"), GOOD.values(), ids=GOOD)
def test_value_of_its_kind_is_kept(console: Console, name: str, typed: str, value: Any) -> None:
    change(console.dinkes(), name, typed)
    with console.database.read() as session:
        assert programme.value(session, name, TOMORROW) == value


WEEK = {f"{name}:{day}": hour for day in range(5) for name, hour in (("opens", "07:30"), ("closes", "15:00"))}
FIELDS: dict[str, tuple[str, dict[str, str], Any]] = {
    "weeks with commas": ("anc_weeks", {"value": "12, 20, 26"}, [12, 20, 26]),
    "weeks with spaces": ("anc_weeks", {"value": "12 20 26"}, [12, 20, 26]),
    "two hours": ("quiet_hours", {"starts": "20:30", "ends": "05:30"}, ["20:30", "05:30"]),
    "a week of which two days are free": ("office_hours", WEEK, [*[["07:30", "15:00"]] * 5, [], []]),
}


@pytest.mark.parametrize(("name", "form", "value"), FIELDS.values(), ids=FIELDS)
def test_value_is_typed_without_brackets(console: Console, name: str, form: dict[str, str], value: Any) -> None:
    browser = console.dinkes()
    page = browser.get(f"/aturan/setelan/{name}").text
    assert [field for field in form if f'name="{field}"' not in page] == []
    browser.post(f"/aturan/setelan/{name}", {**form, "day": str(TOMORROW), "source": LETTER})
    with console.database.read() as session:
        assert programme.value(session, name, TOMORROW) == value
    assert "[" not in re.sub(r"<[^>]*>", "", browser.get(f"/aturan/setelan/{name}").text)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        pytest.param("quiet_hours", {"starts": "20:30"}, id="an hour is missing"),
        pytest.param("office_hours", {"opens:0": "07:30"}, id="a day without an end"),
        pytest.param("anc_weeks", {"value": "9" * 5000}, id="a number without end"),
        pytest.param("anc_weeks", {"value": ","}, id="no number"),
    ],
)
def test_fields_that_make_no_sense_are_refused(console: Console, name: str, form: dict[str, str]) -> None:
    browser = console.dinkes()
    browser.get(f"/aturan/setelan/{name}")
    answer = browser.post(f"/aturan/setelan/{name}", {**form, "day": str(TOMORROW), "source": LETTER})
    assert (answer.status_code, "Nilai itu tidak bisa dipakai" in answer.text, kept(console)) == (400, True, 0)
    assert all(f'value="{value}"' in answer.text for value in form.values())  # what was typed stays


BAD = {
    "a word for a number": ("driver_confirm_minutes", "sepuluh"),
    "below nothing": ("driver_confirm_minutes", "-1"),
    "longer than any wait": ("driver_confirm_minutes", "1e3"),
    "more minutes than a date can hold": ("driver_confirm_minutes", "9" * 30),
    "yes as a number": ("programme_open", "1"),
    "no value": ("anc_weeks", ""),
    "week 50": ("anc_weeks", "[50]"),
    "weeks out of order": ("anc_weeks", "[20, 10]"),
    "week as text": ("anc_weeks", '["10"]'),
    "a scheme nobody knows": ("anc_scheme", "3-2-1"),
    "no time left": ("quiet_hours", '["05:00", "22:00"]'),
    "one hour alone": ("quiet_hours", '["21:00"]'),
    "hour 24": ("reminder_hour", "24"),
    "not a number": ("reminder_hour", "NaN"),
    "nested without end": ("anc_weeks", "[" * 1900),
    "too long": ("anc_weeks", "[" + "1," * 1500 + "2]"),
}


@pytest.mark.parametrize(("name", "typed"), BAD.values(), ids=BAD)
def test_value_that_makes_no_sense_is_refused(console: Console, name: str, typed: str) -> None:
    answer = change(console.dinkes(), name, typed)
    assert (answer.status_code, "Nilai itu tidak bisa dipakai" in answer.text) == (400, True)
    assert kept(console) == 0


@pytest.mark.parametrize(
    "day", [TODAY - timedelta(days=1), date(2036, 1, 1), "besok", ""], ids=["past", "far", "word", "none"]
)
def test_day_must_lie_ahead(console: Console, day: Any) -> None:
    answer = change(console.dinkes(), "reminder_hour", "10", day)
    assert (answer.status_code, "Tanggal berlaku" in answer.text, kept(console)) == (400, True, 0)


@pytest.mark.parametrize("source", ["", "   ", "x" * 301], ids=["none", "blank", "endless"])
def test_source_is_needed(console: Console, source: str) -> None:
    assert "Tulis dulu sumbernya" in change(console.dinkes(), "reminder_hour", "10", source=source).text
    assert kept(console) == 0


def test_same_value_is_no_change(console: Console) -> None:
    assert "Nilainya sama" in change(console.dinkes(), "reminder_hour", "9").text


def test_puskesmas_may_read_and_not_change(console: Console) -> None:
    browser = console.midwife()
    page = browser.get("/aturan/setelan/reminder_hour").text
    assert "Tetapkan nilai baru" not in page
    assert change(browser, "reminder_hour", "10").status_code == 404
    assert kept(console) == 0


def test_change_of_another_site_is_not_kept(console: Console) -> None:
    browser = console.dinkes()
    form = {"value": "10", "day": str(TOMORROW), "source": LETTER}
    assert browser.post("/aturan/setelan/reminder_hour", form, token="x").status_code == 403
    assert kept(console) == 0


def test_setting_that_nobody_knows_is_not_found(console: Console) -> None:
    browser = console.dinkes()
    assert browser.get("/aturan/setelan/colour").status_code == 404
    browser.get("/aturan")
    form = {"value": "1", "day": str(TOMORROW), "source": LETTER}
    assert browser.post("/aturan/setelan/colour", form).status_code == 404


def test_source_is_shown_as_text(console: Console) -> None:
    browser = console.dinkes()
    change(browser, "reminder_hour", "10", TODAY, "<script>alert(1)</script>")
    for address in ("/aturan", "/aturan/setelan/reminder_hour"):
        page = browser.get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_texts_are_found_by_their_words(console: Console) -> None:
    browser = console.midwife()
    page = browser.get("/aturan/teks?cari=broadcast_notice").text
    assert "Kabar dari {unit} untuk Ibu" in page
    assert "broadcast_cancelled" not in page
    assert "Tidak ada teks yang cocok" in browser.get("/aturan/teks?cari=zzzz").text


def test_unsigned_texts_stand_alone(console: Console) -> None:
    browser = console.midwife()
    count = re.compile(r"([\d.]+) teks\.")
    pages = [browser.get(f"/aturan/teks{asked}").text for asked in ("", "?belum=1")]
    every, unsigned = (int(count.findall(page)[0].replace(".", "")) for page in pages)
    assert 0 < unsigned < every
    assert ">disahkan<" not in pages[1]


def test_facilities_say_what_nobody_has_confirmed(console: Console) -> None:
    page = console.midwife().get("/aturan/fasilitas").text
    assert "Puskesmas Donomulyo" in page
    assert "daftar kantor Kab. Malang" in page


def test_every_situation_is_answered_whatever_the_flags() -> None:
    rules = Rulebook.load()
    for name in programme.RULE_SETTINGS:
        for flag in (True, False):
            assert setting_changes.always_answers(rules.with_settings({name: flag}), TODAY) > 3000


def test_rules_that_do_not_hold_yet_are_refused() -> None:
    with pytest.raises(RulebookError):
        setting_changes.always_answers(Rulebook.load(), date(2020, 1, 1))


def test_setting_with_which_the_rules_fall_silent_is_not_kept(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer: Staff = factories.staff(session, unit="dinkes")

    def silent(_rules: Rulebook, _day: date) -> int:
        raise RulebookError("in some situation the rules have no answer")

    monkeypatch.setattr(setting_changes, "always_answers", silent)
    with pytest.raises(ChangeError) as refused:
        setting_changes.change(session, officer, "programme_open", "false", TOMORROW, LETTER, NOW)
    assert refused.value.problem == "rules"
    assert entitlement.rulebook(session, TOMORROW).on(TOMORROW).settings.programme_open is True
