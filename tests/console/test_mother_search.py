"""Looking for mothers: every filter of the list, who is not reached, and the spreadsheet."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from registry.models import (
    Alert,
    Person,
    Pregnancy,
    Reminder,
)
from tests import factories as make
from tests.conftest import NOW
from tests.console.conftest import Console
from tests.console.people import add
from tests.factories import KETAWANG, SUMBEROTO

TODAY = NOW.date()


def far(console: Console, name: str, weeks: int, **values: Any) -> dict[str, int]:
    ids = add(console, name=name, **values)
    with console.database.write() as session:
        row = session.get_one(Pregnancy, ids["pregnancy"])
        row.hpht, row.hpl = TODAY - timedelta(weeks=weeks), TODAY + timedelta(weeks=40 - weeks)
        session.query(Reminder).delete()
    return ids


@pytest.mark.parametrize(("query", "found"), [
    ("?dari=10&sampai=20", {"Rina"}),
    ("?dari=21", {"Siti", "Dewi"}),
    ("?sampai=12", {"Rina"}),
    ("?dari=x&sampai=99999999999", {"Rina", "Siti", "Dewi"}),
    ("?berikut=7", {"Rina"}),
    ("?berikut=14", {"Rina", "Siti"}),
    ("?berikut=late", {"Dewi"}),
    ("?berikut=x", {"Rina", "Siti", "Dewi"}),
    ("?terjangkau=belum", {"Siti"}),
    ("?terjangkau=belum&berikut=7", set()),
])  # fmt: skip
def test_list_is_narrowed(console: Console, query: str, found: set[str]) -> None:
    rina, siti, dewi = far(console, "Rina", 12), far(console, "Siti", 24), far(console, "Dewi", 36)
    with console.database.write() as session:
        session.add_all([
            reminder(rina, 3, "before", "planned"), reminder(siti, 10, "before", "planned"),
            reminder(siti, -9, "after", "failed"),
        ])  # fmt: skip
        session.add(
            Alert(
                kind="missed_visit", about="K5", person_id=dewi["person"], signs=[], at=NOW, village_code=SUMBEROTO,
            )
        )  # fmt: skip
    text = console.midwife().get(f"/ibu{query}").text
    assert {name for name in ("Rina", "Siti", "Dewi") if f">{name}</a>" in text} == found


def reminder(ids: dict[str, int], days: int, step: str, status: str, **values: Any) -> Reminder:
    about = TODAY + timedelta(days=days)
    return Reminder(
        pregnancy_id=ids["pregnancy"], kind="anc", visit="K4", step=step, about=about, last_on=about, text="x",
        recipient="mother", key=f"{ids['pregnancy']}:{days}:{step}", due_at=NOW + timedelta(days=days), status=status,
        **values,
    )  # fmt: skip


@pytest.mark.parametrize(("made", "why"), [
    pytest.param({"status": "failed"}, "pesan gagal", id="failed"),
    pytest.param({"status": "sent", "sent_at": NOW - timedelta(days=4)}, "tidak menjawab", id="silent"),
    pytest.param({"status": "sent", "sent_at": NOW - timedelta(days=2)}, None, id="asked lately"),
    pytest.param({"status": "sent", "sent_at": NOW - timedelta(days=4), "answered": "done"}, None, id="answered"),
])  # fmt: skip
def test_who_is_not_reached_stands_on_today_and_is_found(
    console: Console, made: dict[str, Any], why: str | None
) -> None:
    ids = far(console, "Siti", 24)
    other = far(console, "Wahyuni", 24, village=KETAWANG)
    with console.database.write() as session:
        session.add_all([reminder(ids, -5, "after", **made), reminder(other, -5, "after", **made)])
    browser = console.midwife()
    text = browser.get("/").text
    part = text[text.index('id="belum-terjangkau"') : text.index('id="gagal"')]
    assert ("Siti" in part) is (why is not None)
    assert why is None or why in part
    assert "Wahyuni" not in part
    assert (">Siti</a>" in browser.get("/ibu?terjangkau=belum").text) is (why is not None)


def test_message_that_the_provider_lost_counts_as_not_reached(console: Console) -> None:
    ids = far(console, "Siti", 24)
    with console.database.write() as session:
        contact = make.contact(session, session.get_one(Person, ids["person"]).phone)
        lost = make.outbox_message(session, contact, "besok periksa")
        lost.status = "dead"
        session.add(reminder(ids, -5, "before", "sent", outbox_id=lost.id, sent_at=NOW - timedelta(days=5)))
    assert ">Siti</a>" in console.midwife().get("/ibu?terjangkau=belum").text


def test_who_does_not_share_is_in_no_list_of_the_unreached(console: Console) -> None:
    ids = far(console, "Siti", 24, agreed=["chat", "reminders"])
    with console.database.write() as session:
        session.add(reminder(ids, -5, "after", "failed"))
        session.get_one(Alert, ids["alert"]).status = "closed"
    browser = console.midwife()
    assert ">Siti</a>" not in browser.get("/ibu?terjangkau=belum").text
    text = browser.get("/").text
    assert "Siti" not in text[text.index('id="belum-terjangkau"') : text.index('id="gagal"')]


def test_what_the_list_is_narrowed_to_stands_above_it(console: Console) -> None:
    add(console)
    browser = console.midwife()
    assert "Hapus saringan" not in browser.get("/ibu").text
    page = browser.get(f"/ibu?desa={SUMBEROTO}&umur=3&risiko=1&dari=30&keadaan=delivered").text
    shown = re.findall(r'<span class="tag brand">([^<]+)</span>', page.partition("<details>")[0])
    assert shown == ["Sumberoto", "Trimester 3", "minggu 30 sampai 44", "sudah melahirkan", "risiko tinggi"]
    assert "Lihat semua ibu" in page


def test_spreadsheet_holds_what_the_list_holds_and_says_how_many(console: Console) -> None:
    far(console, "Rina", 12)
    far(console, "Dewi", 36)
    content = console.midwife().get("/ibu.xlsx?dari=30").content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert "Dewi" in cells
    assert "Rina" not in cells
    assert "1 ibu" in cells
