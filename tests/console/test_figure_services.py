"""What the service did, by kecamatan, puskesmas, desa and month: a small world counted by hand."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from console import figure_services
from console.figure_words import said
from registry.models import Alert, EligibilityAnswer, Reminder, Ride, RideOffer
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import Console
from tests.factories import BANJAREJO, DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
OCTOBER = NOW - 30 * DAY
BY_HAND: dict[str, dict[str, str]] = {
    # column: what stands in the cells of Sumberoto, Banjarejo, the kecamatan Donomulyo, and the kabupaten, in November
    "jkn_known": {"Sumberoto": "2 100%", "Banjarejo": "0 0%", "Donomulyo": "2 66,7%", "Kabupaten Malang": "2 50%"},
    "jkn_active": {"Sumberoto": "1 50%", "Banjarejo": "0", "Donomulyo": "1 50%", "Kabupaten Malang": "1 50%"},
    "rides": {"Sumberoto": "3", "Banjarejo": "1", "Donomulyo": "4", "Kabupaten Malang": "5"},
    "rides_done": {"Sumberoto": "2", "Banjarejo": "1", "Donomulyo": "3", "Kabupaten Malang": "4"},
    "rides_refused": {"Sumberoto": "3", "Banjarejo": "0", "Donomulyo": "3", "Kabupaten Malang": "3"},
    "rides_escalated": {"Sumberoto": "1", "Banjarejo": "0", "Donomulyo": "1", "Kabupaten Malang": "1"},
    "ride_confirmed": {"Sumberoto": "6", "Banjarejo": "20", "Donomulyo": "8", "Kabupaten Malang": "14"},
    "ride_arrived": {"Sumberoto": "45", "Banjarejo": "–", "Donomulyo": "45", "Kabupaten Malang": "55"},
    "alerts": {"Sumberoto": "2", "Banjarejo": "0", "Donomulyo": "2", "Kabupaten Malang": "3"},
    "alerts_closed": {"Sumberoto": "1", "Banjarejo": "0", "Donomulyo": "1", "Kabupaten Malang": "1"},
    "alert_taken": {"Sumberoto": "5", "Banjarejo": "–", "Donomulyo": "5", "Kabupaten Malang": "7"},
    "missed_visits": {"Sumberoto": "1", "Banjarejo": "0", "Donomulyo": "1", "Kabupaten Malang": "1"},
    "reminders": {"Sumberoto": "3", "Banjarejo": "1", "Donomulyo": "4", "Kabupaten Malang": "4"},
    "reminders_reached": {
        "Sumberoto": "2 66,7%", "Banjarejo": "0 0%", "Donomulyo": "2 50%", "Kabupaten Malang": "2 50%",
    },
    "reminders_read": {"Sumberoto": "1 33,3%", "Banjarejo": "0 0%", "Donomulyo": "1 25%", "Kabupaten Malang": "1 25%"},
    "complaints": {"Sumberoto": "0", "Banjarejo": "0", "Donomulyo": "0", "Kabupaten Malang": "0"},
    "path_JKN_ACTIVE": {"Sumberoto": "1", "Banjarejo": "0", "Donomulyo": "1", "Kabupaten Malang": "2"},
    "path_SELF_PAY": {"Sumberoto": "1", "Banjarejo": "1", "Donomulyo": "2", "Kabupaten Malang": "2"},
    "path_UNKNOWN": {"Sumberoto": "0", "Banjarejo": "0", "Donomulyo": "0", "Kabupaten Malang": "0"},
}  # fmt: skip


def a_ride(
    session: Session, village: str, *, takes: int | None, arrives: int | None = None, urgent: bool = False,
    refused: int = 0, in_hand: int = 0, status: str = "done", at: datetime = NOW - DAY,
) -> None:  # fmt: skip
    ride = Ride(
        purpose="birth" if urgent else "visit", urgent=urgent, at=at + 2 * DAY, asked_at=at, village_code=village,
        status=status, confirmed_at=at + takes * MINUTE if takes is not None else None,
        arrived_at=at + arrives * MINUTE if arrives is not None else None,
    )  # fmt: skip
    session.add(ride)
    session.flush()
    driver = factories.driver(session, village)
    for answer in ("declined",) * refused + ("accepted",) * (takes is not None) + ("stood_down",):
        session.add(RideOffer(ride_id=ride.id, driver_id=driver.id, status=answer, at=at, until=at))
    for _ in range(in_hand):
        session.add(Alert(kind="no_driver", about=f"ride:{ride.id}", signs=[], village_code=village, at=at))


def an_alert(session: Session, village: str, kind: str, taken: int | None, status: str = "open") -> None:
    at = NOW - DAY
    taken_at = at + taken * MINUTE if taken is not None else None
    session.add(Alert(kind=kind, signs=[], village_code=village, at=at, taken_at=taken_at, status=status))


def a_woman(session: Session, village: str, *, path: str, card: bool | None, told: tuple[str, ...] = ()) -> None:
    mother = factories.person(session, village_code=village)
    pregnancy = factories.pregnancy(session, mother, opened_at=OCTOBER - 60 * DAY)
    if card is not None:
        factories.jkn_record(session, mother.nik or "", active=card)
    for _ in range(2):  # she asked twice, and is one woman
        answer = {"rule": "r", "path": path, "status": "likely", "reasons": []}
        session.add(EligibilityAnswer(person_id=mother.id, at=NOW - DAY, **answer))
    for number, delivery in enumerate(told):
        message = factories.outbox_message(session, factories.contact(session, mother.phone))
        message.delivery = delivery
        session.add(
            Reminder(
                pregnancy_id=pregnancy.id, kind="anc", visit="K4", about=NOW.date(), last_on=NOW.date(), text="t",
                recipient="mother", key=f"{pregnancy.id}:{number}", due_at=NOW, status="sent", sent_at=NOW - DAY,
                outbox_id=message.id,
            )
        )  # fmt: skip


@pytest.fixture
def counted(console: Console) -> Console:
    with console.database.write() as session:
        a_ride(session, SUMBEROTO, takes=4, arrives=45, urgent=True, refused=2)
        a_ride(session, SUMBEROTO, takes=8, arrives=2900, refused=1)
        a_ride(session, SUMBEROTO, takes=None, in_hand=2, status="cancelled")
        a_ride(session, BANJAREJO, takes=20, arrives=3000)
        a_ride(session, KETAWANG, takes=30, arrives=65, urgent=True)
        a_ride(session, SUMBEROTO, takes=50, arrives=90, urgent=True, at=OCTOBER)
        an_alert(session, SUMBEROTO, "danger_sign", 5, "closed")
        an_alert(session, SUMBEROTO, "labour", None)
        an_alert(session, SUMBEROTO, "missed_visit", 4000)
        an_alert(session, SUMBEROTO, "high_risk", 5000)
        an_alert(session, KETAWANG, "labour", 9)
        a_woman(session, SUMBEROTO, path="JKN_ACTIVE", card=True, told=("read", "delivered", "failed"))
        a_woman(session, SUMBEROTO, path="SELF_PAY", card=False)
        a_woman(session, BANJAREJO, path="SELF_PAY", card=None, told=("sent",))
        a_woman(session, KETAWANG, path="JKN_ACTIVE", card=None)
    return console


def cells(html: str, table: str) -> dict[str, dict[str, str]]:
    """A table by its column titles: what stands in each row."""
    part = html[html.index(f'aria-label="{table}') :]
    part = part[: part.index("</table>")]
    titles = re.findall(r'<th scope="col" class="amount">(.*?)</th>', part)
    found: dict[str, dict[str, str]] = {title: {} for title in titles}
    for name, row in re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', part, re.DOTALL):
        values = [re.sub(r"</?small>", " ", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for title, value in zip(titles, values, strict=True):
            found[title][name] = value
    return found


def both_tables(html: str) -> dict[str, dict[str, str]]:
    return {**cells(html, "Layanan per"), **cells(html, "Jalur pembiayaan yang dijelaskan per")}


def test_every_figure_is_what_one_counts_by_hand(counted: Console) -> None:
    browser = counted.dinkes()
    queries = ("", f"?kec={DONOMULYO}", "?per=puskesmas")
    whole, inside, by_puskesmas = (both_tables(browser.get(f"/angka{query}").text) for query in queries)
    shown = {}
    for name in BY_HAND:
        title = figure_services.title(name)
        shown[name] = {row: whole[title][row] for row in ("Donomulyo", "Kabupaten Malang")}
        shown[name] |= {row: inside[title][row] for row in ("Sumberoto", "Banjarejo")}
        assert inside[title]["Kecamatan Donomulyo"] == shown[name]["Donomulyo"], name
        assert by_puskesmas[title]["Puskesmas Donomulyo"] == shown[name]["Donomulyo"], name
    assert shown == BY_HAND


def test_every_column_is_counted_by_hand() -> None:
    left = {*figure_services.COLUMNS, *figure_services.PATH_COLUMNS} - set(BY_HAND)
    assert {name[:5] for name in left} == {"path_"}


def test_another_month_has_its_own(counted: Console) -> None:
    found = both_tables(counted.dinkes().get("/angka?bulan=2026-10").text)
    shown = {name: found[figure_services.title(name)]["Donomulyo"] for name in ("rides", "ride_arrived", "alerts")}
    assert shown == {"rides": "1", "ride_arrived": "90", "alerts": "0"}


def test_report_takes_the_median_of_all_waits_of_three_months(counted: Console) -> None:
    """45 and 65 in November, 90 in October: 65, and not the middle of two medians."""
    html = counted.dinkes().get("/laporan").text
    found = cells(html, "Layanan per wilayah")
    titles = {name: figure_services.title(name) for name in figure_services.COLUMNS}
    assert (found[titles["rides"]]["Donomulyo"], found[titles["ride_arrived"]]["Donomulyo"]) == ("5", "67,5")
    assert found[titles["jkn_known"]]["Donomulyo"] == "2 66,7%"
    assert "bila gawat sampai tiba 65 menit" in html


def test_complaints_are_not_a_puskesmas_business(counted: Console) -> None:
    browser = counted.midwife()
    assert figure_services.title("complaints") not in both_tables(browser.get("/angka").text)
    assert "Keluhan" not in [cell.value for cell in _sheet(browser.get("/angka.xlsx").content)[4]]


def test_sheet_has_the_same_numbers_as_numbers(counted: Console) -> None:
    sheet = _sheet(counted.dinkes().get(f"/angka.xlsx?kec={DONOMULYO}").content)
    rows = list(sheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == "Wilayah")
    named = {row[0]: dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]}
    total, village = named["Jumlah"], named["Sumberoto"]
    title = figure_services.title
    assert (total[title("rides")], total[title("ride_confirmed")]) == (4, 8)
    assert (village[title("rides_refused")], village[title("alert_taken")]) == (3, 5)
    assert village[said("sheet", "percent_of", name=title("reminders_reached"))] == pytest.approx(66.667, abs=0.01)
    assert named["Banjarejo"][title("ride_arrived")] is None


def _sheet(content: bytes) -> Worksheet:
    found: Worksheet = load_workbook(BytesIO(content))["Layanan"]
    return found


@pytest.mark.parametrize("query", ["", "?per=puskesmas", f"?kec={GONDANGLEGI}"])
def test_page_with_all_tables_is_still_light(counted: Console, query: str) -> None:
    assert len(counted.dinkes().get(f"/angka{query}").text.encode()) < 100_000
