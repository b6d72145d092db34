"""The three-month report: the registry's numbers in its sentences, the gaps, and nobody's name."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from registry.figures import figure_months, gaps
from registry.figures.indicators import Month, Scope, months_until
from registry.models import Alert, Cadre, Facility, Ride
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import Console
from tests.console.figure_world import populate
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

NOVEMBER = Month(NOW.date().replace(day=1))
LARGEST_PAGE = 100_000


@pytest.fixture
def filled(console: Console) -> Console:
    """The console over the little world."""
    with console.database.write() as session:
        populate(session)
    return console


def plain(html: str) -> str:
    """The words of a page."""
    body = re.sub(r"<svg.*?</svg>", "", html.split('<article class="report">')[1], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def row(words: str, title: str) -> str:
    """What stands behind a title in a table, up to the next letters."""
    return words.split(title)[1].strip()[:40]


def test_summary_is_made_of_the_registrys_numbers(filled: Console) -> None:
    words = plain(filled.dinkes().get("/laporan").text)
    with filled.database.read() as session:
        totals = [figure_months.of_month(session, Scope(), month).total() for month in months_until(NOVEMBER, 3)]
    assert f"ada {totals[-1]['pregnant']} ibu hamil" in words
    assert f"ada {sum(total['registered'] for total in totals)} pendaftaran baru" in words
    assert f"Dari {sum(total['births'] for total in totals)} persalinan" in words
    assert "setengahnya dipegang petugas dalam 8 menit" in words
    assert "median waktu sampai ada sopir 4 menit, bila gawat sampai tiba 40 menit" in words
    assert "September 2026 sampai November 2026" in words


def test_sentences_have_no_holes_where_nothing_was_measured(console: Console) -> None:
    with console.database.write() as session:
        session.add(Alert(kind="danger_sign", signs=[], village_code=SUMBEROTO, at=NOW))
        session.add(Ride(purpose="visit", village_code=SUMBEROTO, at=NOW, asked_at=NOW))
    summary = plain(console.dinkes().get("/laporan").text).split("2. Pelayanan")[0]
    assert "belum ada yang tercatat dipegang petugas" in summary
    assert "selesai 0 kali." in summary
    assert "–" not in summary


def test_indicator_stands_month_by_month(filled: Console) -> None:
    words = plain(filled.dinkes().get("/laporan").text)
    assert row(words, "K1 murni (sampai 12 minggu)").startswith("1 0 2 3 66,7% dari 3 ibu hamil di daftar")


def test_report_of_a_puskesmas_is_of_its_own_villages(filled: Console) -> None:
    words = plain(filled.midwife().get("/laporan").text)
    assert "ada 2 ibu hamil" in words
    assert "Gondanglegi" not in words
    assert "Keluhan" not in words


def test_report_of_a_kecamatan_is_found_by_dinkes_alone(filled: Console) -> None:
    assert "ada 1 ibu hamil" in plain(filled.dinkes().get(f"/laporan?kec={GONDANGLEGI}").text)
    assert filled.midwife().get(f"/laporan?kec={GONDANGLEGI}").status_code == 404


def test_report_names_nobody(filled: Console) -> None:
    html = filled.dinkes().get("/laporan").text
    assert "Siti Aminah" not in html
    assert "diminta bayar" not in html
    assert "+62812" not in html


def test_report_of_an_empty_kabupaten_says_so(console: Console) -> None:
    words = plain(console.dinkes().get("/laporan").text)
    for sentence in ("Belum ada persalinan", "Belum ada permintaan antar-jemput", "Belum ada jawaban jaminan"):
        assert sentence in words
    assert not re.search(r"\b(None|nan|inf)\b|\{|\}", words)


def test_report_is_light(filled: Console) -> None:
    assert len(filled.dinkes().get("/laporan").text.encode()) < LARGEST_PAGE


def test_village_is_a_gap_until_somebody_serves_it(filled: Console) -> None:
    browser = filled.dinkes()
    assert "Sumberoto" in row(
        plain(browser.get(f"/laporan?kec={DONOMULYO}").text), "Desa tanpa kader Donomulyo"
    ) + plain(browser.get(f"/laporan?kec={DONOMULYO}").text)
    with filled.database.write() as session:
        factories.cadre(session, SUMBEROTO)
        factories.driver(session, SUMBEROTO)
    scope = Scope(districts=frozenset({DONOMULYO}))
    with filled.database.read() as session:
        found = gaps.of(session, scope, [NOVEMBER])
    assert (found.villages, len(found.without_cadre), len(found.without_driver)) == (10, 9, 9)
    assert ("Donomulyo", "Sumberoto") not in found.without_cadre


def test_former_cadre_leaves_a_gap(filled: Console) -> None:
    with filled.database.write() as session:
        former: Cadre = factories.cadre(session, KETAWANG, active=False)
        assert former.active is False
        found = gaps.of(session, Scope(villages=frozenset({KETAWANG})), [NOVEMBER])
    assert found.without_cadre == (("Gondanglegi", "Ketawang"),)


def test_people_who_cannot_be_reached_are_counted(filled: Console) -> None:
    with filled.database.write() as session:
        for values in ({"phone": None}, {}, {"consent": "pending"}):
            mother = factories.person(session, **values)
            factories.pregnancy(session, mother, hpl=None)
        found = gaps.of(session, Scope(), [NOVEMBER])
    assert (found.pregnant, found.without_phone, found.never_reached) == (6, 1, 2)
    assert (found.not_agreed, found.without_dates) == (1, 3)


def test_facility_is_a_gap_until_it_is_approved(filled: Console) -> None:
    with filled.database.write() as session:
        before = gaps.of(session, Scope(), [NOVEMBER])
        session.get_one(Facility, "pkm-donomulyo").approved = True
        session.flush()
        after = gaps.of(session, Scope(), [NOVEMBER])
    assert before.facilities_unapproved - after.facilities_unapproved == 1
    assert 0 < after.texts_unsigned < after.texts


@pytest.mark.parametrize(
    ("reason", "opened", "closed", "aside"),
    [
        ("wrong_entry", 70, 10, 1),
        ("wrong_entry", 200, 80, 1),
        ("wrong_entry", 300, 200, 0),
        ("moved", 70, 10, 0),
    ],
    ids=["within the three months", "closed in the first of them", "long over", "she has moved"],
)
def test_wrong_entry_is_set_aside_and_told_among_the_gaps(
    filled: Console, reason: str, opened: int, closed: int, aside: int
) -> None:  # fmt: skip
    before = plain(filled.dinkes().get("/laporan").text)
    with filled.database.write() as session:
        factories.pregnancy(
            session, factories.person(session), status="closed", close_reason=reason,
            opened_at=NOW - timedelta(days=opened), closed_at=NOW - timedelta(days=closed),
        )  # fmt: skip
    words = plain(filled.dinkes("+628120009077").get("/laporan").text)
    told = "(tidak dihitung di angka mana pun)"
    assert row(before, told).startswith("0 ")
    assert row(words, told).startswith(f"{aside} ")
    if reason == "wrong_entry":
        assert words.split("6. Yang masih kurang")[0] == before.split("6. Yang masih kurang")[0]
