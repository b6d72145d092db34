"""A console that runs over a database of a test's own, the officers who get in, and what is asked of every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pyotp
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, StorageState, ViewportSize, expect
from sqlalchemy import select

from registry import sealing
from registry.db import Database, connect
from registry.models import Staff, StaffAccount
from registry.persons import invitations
from registry.persons.invitations import Area, Role
from tests.conftest import KEY, NOW, SqliteBackend
from tests.console.conftest import PASSWORD
from tests.console.serving import served_console
from tests.factories import DONOMULYO

NARROW: ViewportSize = {"width": 360, "height": 740}
WIDE: ViewportSize = {"width": 1280, "height": 800}
WAIT_MS = 30_000
OFFICERS: dict[Role, tuple[str, str]] = {
    "midwife": ("+628120009001", "Ana Lestari"),
    "dinkes": ("+628120009002", "Budi Santosa"),
    "officer": ("+628120009003", "Rudi Hartono"),
}
"""Number and name of each kind; those of the puskesmas serve Donomulyo."""


@dataclass(frozen=True)
class Served:
    """The address of a console that runs, its database, and who is signed in already."""

    url: str
    database: Database
    states: dict[Role, StorageState] = field(default_factory=dict)

    def invite(self, role: Role) -> str:
        """A code, as `kawal invite` makes it."""
        phone, name = OFFICERS[role]
        area = Area() if role == "dinkes" else Area(districts=(DONOMULYO,), facility="Puskesmas Donomulyo")
        with self.database.write() as session:
            return invitations.invite(session, role, name, phone, NOW, area=area)

    def totp(self, role: Role = "dinkes") -> pyotp.TOTP:
        """Her authenticator."""
        index = sealing.index("phone", OFFICERS[role][0])
        rows = select(StaffAccount.totp).join(Staff, Staff.id == StaffAccount.staff_id)
        with self.database.read() as session:
            return pyotp.TOTP(session.scalars(rows.where(Staff.phone_index == index)).one() or "")


@contextmanager
def serving(sqlite: SqliteBackend, fill: Callable[[Database], object]) -> Iterator[Served]:
    """A console over a new database with this in it."""
    url = sqlite.copy()
    database = connect(url, KEY)
    fill(database)
    with served_console(database) as address:
        yield Served(f"{address}/console", database)
    database.close()
    sqlite.drop(url)


def start(page: Page, served: Served, role: Role = "midwife") -> None:
    """First access through the pages, until the day's work is shown; Dinkes with the second factor."""
    page.set_default_timeout(WAIT_MS)
    code = served.invite(role)
    page.goto(f"{served.url}/mulai")
    for label, value in (("Nomor HP", OFFICERS[role][0]), ("Kode undangan", code), ("Kata sandi baru", PASSWORD)):
        page.get_by_label(label).fill(value)
    page.get_by_label("Kata sandi sekali lagi").fill(PASSWORD)
    page.get_by_role("button", name="Buat akun").click()
    if role == "dinkes":
        expect(page.get_by_role("img", name="Kode QR")).to_be_visible()
        page.get_by_label("Kode 6 angka").fill(served.totp(role).now())
        page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("heading", name="Hari ini")).to_be_visible()


def overflow(page: Page) -> int:
    """How many pixels of the page lie beside the window."""
    width: int = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return width


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds wrong: each rule with the elements that break it."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:140] for node in one["nodes"]]) for one in found]
