"""The figures page and its sheet: the registry's numbers, within the officer's area, with both denominators named."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from sqlalchemy import select

from console import figure_course
from registry.figures import figure_months, indicators, targets
from registry.figures.indicators import Month, Scope
from registry.models import AuditEntry, Pregnancy, Staff
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import Browser, Console
from tests.console.figure_world import populate, woman
from tests.factories import BANJAREJO, DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

NOVEMBER = Month(date(2026, 11, 1))
LARGEST_PAGE = 100_000


@pytest.fixture
def filled(console: Console) -> Console:
    """The console over the little world."""
    with console.database.write() as session:
        populate(session)
    return console


def cell(html: str, row: str, column: int) -> str:
    """A cell of the table of areas: the row by its name, the column from 1 (Ibu hamil)."""
    table = html[html.index('class="table-box tight"') :]
    found = re.search(rf'<tr><th scope="row">(?:<a[^>]*>)?{re.escape(row)}(?:</a>)?</th>(.*?)</tr>', table, re.DOTALL)
    assert found is not None, row
    return str(re.findall(r"<td>(.*?)</td>", found[1])[column - 1])


def book(browser: Browser, query: str = "") -> Workbook:
    answer = browser.get(f"/angka.xlsx{query}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="pws-kia-2026-11.xlsx"'
    return load_workbook(BytesIO(answer.content))


def set_targets(console: Console, wanted: dict[tuple[str, str], int]) -> None:
    with console.database.write() as session:
        officer = session.scalars(select(Staff).where(Staff.unit == "dinkes")).first()
        assert officer is not None
        targets.decide(session, officer, 2026, wanted, "SK Dinkes", NOW)


def test_page_shows_what_the_registry_counts(filled: Console) -> None:
    html = filled.dinkes().get("/angka").text
    with filled.database.read() as session:
        total = figure_months.of_month(session, Scope(), NOVEMBER).total()
    for row, column, name in (("Kabupaten Malang", 1, "pregnant"), ("Kabupaten Malang", 6, "births")):
        assert cell(html, row, column) == str(total[name])
    assert (cell(html, "Donomulyo", 2), cell(html, "Gondanglegi", 2), cell(html, "Pagak", 2)) == ("1", "1", "0")


def test_puskesmas_sees_its_own_villages_alone(filled: Console) -> None:
    html = filled.midwife().get("/angka").text
    assert cell(html, "Sumberoto", 2) == "1"
    assert "Ketawang" not in html
    assert "Gondanglegi" not in html


@pytest.mark.parametrize("path", ["/angka", "/angka.xlsx", "/laporan"])
def test_area_of_another_puskesmas_is_not_found(filled: Console, path: str) -> None:
    assert filled.midwife().get(f"{path}?kec={GONDANGLEGI}").status_code == 404


@pytest.mark.parametrize(
    "asked",
    ["bulan=2026-13", "bulan=november", "bulan=2031-01", "bulan=1999-01", "bulan=2026-12", "kec=35.99.01", "kec=%27"],
    ids=["no month", "a word", "far ahead", "long ago", "next month", "no kecamatan", "a quote"],
)
def test_address_that_makes_no_sense_is_not_found(filled: Console, asked: str) -> None:
    assert filled.dinkes().get(f"/angka?{asked}").status_code == 404


@pytest.mark.parametrize("path", ["/angka", "/angka.xlsx"])
def test_figures_are_for_those_signed_in(filled: Console, path: str) -> None:
    assert filled.browser().get(path).headers["location"] == "/console/masuk"


def test_kecamatan_opens_into_its_villages(filled: Console) -> None:
    html = filled.dinkes().get(f"/angka?kec={GONDANGLEGI}").text
    assert (cell(html, "Ketawang", 2), cell(html, "Kecamatan Gondanglegi", 2)) == ("1", "1")
    assert "Sumberoto" not in html


def test_two_puskesmas_of_one_kecamatan_stand_together(filled: Console) -> None:
    html = filled.dinkes().get("/angka?per=puskesmas").text
    assert cell(html, "Puskesmas Gondanglegi + Puskesmas Ketawang", 2) == "1"
    assert cell(html, "Puskesmas Donomulyo", 2) == "1"


def test_earlier_month_is_another_month(filled: Console) -> None:
    html = filled.dinkes().get("/angka?bulan=2026-09").text
    assert (cell(html, "Donomulyo", 2), cell(html, "Gondanglegi", 2)) == ("1", "0")


def test_woman_who_lives_elsewhere_has_a_row_of_her_own(filled: Console) -> None:
    with filled.database.write() as session:
        factories.pregnancy(session, factories.person(session, village_code=factories.TLOGOWARU))
    html = filled.dinkes().get("/angka").text
    assert cell(html, "Alamat di luar Kabupaten Malang", 1) == "1"
    assert cell(html, "Kabupaten Malang", 1) == "4"


def test_both_denominators_are_named(filled: Console) -> None:
    browser = filled.dinkes()
    without = browser.get("/angka").text
    assert "dari 3 ibu hamil di daftar" in without
    assert "sasaran belum ditetapkan" in without
    set_targets(filled, {(SUMBEROTO, kind): 40 for kind in targets.KINDS} | {(BANJAREJO, "pregnant"): 10})
    html = browser.get(f"/angka?kec={DONOMULYO}").text
    assert "<small>5%</small>" in cell(html, "Sumberoto", 2)  # two of forty since January
    assert "dari 2 ibu hamil di daftar" in html
    assert "sasaran belum ditetapkan" in html  # of the kecamatan: not every desa has one
    assert "SK Dinkes" in html


def test_complaints_are_for_dinkes_alone(filled: Console) -> None:
    assert "Keluhan" in filled.dinkes().get("/angka").text
    assert "keluhan" not in filled.midwife().get("/angka").text.split("<main")[1].casefold()


def test_page_is_light_and_its_drawings_obey_the_policy(filled: Console) -> None:
    html = filled.dinkes().get("/angka").text
    assert len(html.encode()) < LARGEST_PAGE
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(drawings) == len(figure_course.CHARTS)
    for drawing in drawings:
        assert re.search(
            r'role="img" aria-labelledby="(c\d+t) (c\d+d)"><title id="\1">.+</title><desc id="\2">.+</desc>', drawing
        )
        assert not re.search(r"<script|<style|style=|href|url\(|id=\"chart", drawing)
    assert len(set(re.findall(r'<title id="(c\d+t)"', html))) == len(drawings)


def test_number_of_statements_is_fixed(filled: Console) -> None:
    """One for each thing that is counted, whatever the number of villages and months."""
    from sqlalchemy import event

    browser = filled.dinkes()
    asked: list[str] = []

    def keep(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(filled.database.engine, "before_cursor_execute", keep)
    browser.get("/angka?bulan=2026-11")
    event.remove(filled.database.engine, "before_cursor_execute", keep)
    assert len(asked) <= 24


def test_sheet_has_the_rows_and_numbers_of_the_page(filled: Console) -> None:
    found = book(filled.midwife())
    assert found.sheetnames == ["Bulan ini", "Kumulatif", "Persen sasaran", "Layanan", "Keterangan"]
    rows = {row[0]: row for row in found["Bulan ini"].iter_rows(values_only=True)}
    header = next(row for row in rows.values() if row[0] == "Wilayah")
    with filled.database.read() as session:
        scope = Scope(districts=frozenset({DONOMULYO}))
        counts = figure_months.of_month(session, scope, NOVEMBER).total()
        since = figure_months.over(session, scope, indicators.of_year_until(NOVEMBER))
    by_name = dict(zip(header, rows["Jumlah"], strict=True))
    assert (by_name["K4"], by_name["Ibu hamil di daftar"]) == (counts["k4"], counts["pregnant"])
    total = list(found["Kumulatif"].iter_rows(values_only=True))[-1]
    assert total[1] == sum(month.total()["registered"] for month in since)
    assert "Ketawang" not in rows


def test_percent_of_target_is_a_number_or_empty(filled: Console) -> None:
    browser = filled.dinkes()
    set_targets(filled, {(KETAWANG, kind): 8 for kind in targets.KINDS})
    sheet = book(browser, f"?kec={GONDANGLEGI}")["Persen sasaran"]
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["Ketawang"][1] == 12.5
    assert set(rows["Jumlah"][1:]) == {None}


def test_taking_the_sheet_along_is_on_record(filled: Console) -> None:
    filled_by = filled.midwife()
    book(filled_by)
    with filled.database.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "figures_taken")).one()
    assert entry.subject == "figures:2026-11"


def test_wrong_entry_is_in_no_cell_and_told_beside_them(filled: Console) -> None:
    browser = filled.dinkes()
    before = cells_of(book(browser))
    with filled.database.write() as session:
        mother = woman(session, SUMBEROTO, NOW)
        row = session.scalars(select(Pregnancy).where(Pregnancy.person_id == mother.id)).one()
        row.status, row.close_reason, row.closed_at = "closed", "wrong_entry", NOW
    html = browser.get("/angka").text
    assert (cell(html, "Kabupaten Malang", 1), cell(html, "Donomulyo", 2)) == ("3", "1")
    assert "terdaftar dua kali: 1 kehamilan" in html
    after = cells_of(book(browser))
    changed = {name: values for name, values in after.items() if before[name] != values}
    assert set(changed) == {"Keterangan", "Layanan"}, "what happened is counted among the services alone"
    assert any("terdaftar dua kali: 1 kehamilan" in str(value) for value in changed["Keterangan"])


def cells_of(found: Workbook) -> dict[str, list[object]]:
    return {sheet.title: [cell.value for row in sheet.iter_rows() for cell in row] for sheet in found}
