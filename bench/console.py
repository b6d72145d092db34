"""How long the console's pages take with a year of the whole kabupaten behind them, and how many statements each asks.

The real application over its ASGI interface and a real PostgreSQL; an officer of Dinkes sees everything, a midwife one
kecamatan. Nothing else runs beside it.
"""

from __future__ import annotations

import asyncio
import gc
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import pyotp
from sqlalchemy import event, func, select
from starlette.applications import Starlette

from bench import kabupaten
from bench.databases import opened, postgres_url
from bench.figures import Figures, quantile, show
from console.app import create_app, settle
from registry import clock, sealing
from registry.db import Database
from registry.figures import kept_months
from registry.figures.indicators import Month, months_until
from registry.models import Broadcast, Complaint, Handoff, Person, Pregnancy, Staff, StaffAccount, Village, Visit
from registry.persons import invitations
from registry.persons.invitations import Area

NOW = datetime.now(UTC)  # the pages ask the same clock, and no simulator may hold it: else no month is kept
ASKS = 30  # of each address; two officers ask most pages
REPORTED_EVERY = 10  # rounds: in a tenth of the looks the figures are new, and so are their drawings
DISTRICT = "35.07.01"
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
PAGES: Mapping[str, tuple[str, ...]] = {
    "console.today_p95_ms": ("/",),
    "console.mothers_p95_ms": (
        "/ibu", "/ibu?hal=9", "/ibu?umur=near&risiko=1", "/ibu?jalur=PROGRAMME_SKTM", "/ibu?desa={village}",
        "/ibu?berikut=7", "/ibu?terjangkau=belum",
    ),
    "console.mothers_search_p95_ms": ("/ibu?cari=siti", "/ibu?cari=siti+aminah", "/ibu?cari=khusn", "/ibu?cari={code}"),
    "console.mother_p95_ms": ("/ibu/{person}",),
    "console.talks_p95_ms": ("/percakapan",),
    "console.talk_p95_ms": ("/percakapan/{contact}",),
    "console.broadcasts_p95_ms": ("/siaran", "/siaran/baru"),
    "console.broadcast_p95_ms": ("/siaran/{broadcast}",),
    "console.broadcast_preview_p95_ms": ("/siaran/{draft}",),
    "console.figures_p95_ms": ("/angka", "/angka?kec={district}", "/angka?bulan={month}"),
    "console.figures_puskesmas_p95_ms": ("/angka?per=puskesmas", "/angka?per=puskesmas&bulan={older}"),
    "console.report_p95_ms": ("/laporan", "/laporan?kec={district}"),
    "console.targets_p95_ms": ("/sasaran", "/sasaran?kec={district}"),
    "console.complaints_p95_ms": ("/keluhan", "/keluhan?keadaan=closed&hal=3"),
    "console.complaint_p95_ms": ("/keluhan/{complaint}",),
    "console.rules_p95_ms": ("/aturan", "/aturan/fasilitas", "/aturan/teks"),
}  # fmt: skip
FILES: Mapping[str, tuple[str, ...]] = {
    "console.mothers_xlsx_p95_ms": ("/ibu.xlsx?desa={village}",),
    "console.figures_xlsx_p95_ms": ("/angka.xlsx", "/angka.xlsx?per=puskesmas"),
}
DINKES_ALONE = ("console.targets_p95_ms", "console.complaints_p95_ms", "console.complaint_p95_ms")


@dataclass
class Page:
    """One address as one officer sees it: seconds of each answer, and the statements of the last one."""

    name: str
    client: httpx.AsyncClient
    path: str
    spent: list[float] = field(default_factory=list)
    statements: int = 0


def measure(
    asks: int = ASKS, pregnancies: int = kabupaten.PREGNANCIES, messages: int = kabupaten.MESSAGES
) -> Figures:  # fmt: skip
    """console.*"""
    with postgres_url() as url, opened(url) as database:
        kabupaten.fill(database, NOW, pregnancies, messages)
        return asyncio.run(asked(database, asks))


async def asked(database: Database, asks: int) -> Figures:
    """Every page so many times, in rounds, so that no page stays warm by itself."""
    app = create_app(database)
    async with _browser(app) as dinkes, _browser(app) as midwife:
        await _sign_in(database, dinkes, "dinkes", "+628190000001")
        await _sign_in(database, midwife, "midwife", "+628190000002", DISTRICT)
        pages = [
            *_pages(dinkes, await _places(database, dinkes, ""), ()),
            *_pages(midwife, await _places(database, midwife, DISTRICT), DINKES_ALONE),
        ]
        with _counted(database) as statements:
            for number in range(asks + 1):
                if number % REPORTED_EVERY == 0:
                    _report(database, number)
                for page in pages:
                    await _ask(page, statements, is_kept=number > 0)
                if number == 0:
                    settle()
    return figures_of(pages)


def _report(database: Database, number: int) -> None:
    """New check-ups, and the clock counts again what is kept: the pages show other numbers than before."""
    with database.write() as session:
        for pregnancy in session.scalars(select(Pregnancy).offset(number * 300).limit(300)):
            kind = select(Visit).where(Visit.pregnancy_id == pregnancy.id, Visit.kind == "K6")
            if session.scalar(kind) is None:
                session.add(Visit(pregnancy_id=pregnancy.id, kind="K6", on=NOW.date(), status="reported"))
    later = datetime.now(UTC) + number // REPORTED_EVERY * kept_months.OFTEN
    while True:
        with database.write() as session:
            if not kept_months.is_due(session, later):
                break
            kept_months.run(session, later)
    gc.collect()  # the clock counts in a process of its own: what it leaves is not for a page to sweep up


def figures_of(pages: list[Page]) -> Figures:
    """The slower of the officers and addresses speaks for a page; files are told apart."""
    slowest: Figures = {}
    for page in pages:
        slowest[page.name] = max(slowest.get(page.name, 0.0), quantile(page.spent, 0.95) * 1000)
    return {
        "console.p95_ms": max(slowest[name] for name in PAGES),
        "console.max_queries": max(page.statements for page in pages if page.name in PAGES),
        **slowest,
    }


def _browser(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench/console")


async def _ask(page: Page, statements: list[str], *, is_kept: bool) -> None:
    """One look.

    Raises:
        httpx.HTTPStatusError: it is no page that this officer sees.
    """
    statements.clear()
    began = time.perf_counter()
    answer = await page.client.get(page.path)
    spent = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{page.path} answered {answer.status_code}")
    page.statements = len(statements)
    if is_kept:
        page.spent.append(spent)


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    """Every statement of this database, as it is sent."""
    found: list[str] = []

    def note(*sent: object) -> None:
        found.append(str(sent[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    yield found
    event.remove(database.engine, "before_cursor_execute", note)


def _pages(client: httpx.AsyncClient, places: Mapping[str, object], without: tuple[str, ...]) -> list[Page]:
    return [
        Page(name, client, path.format(**places))
        for name, paths in {**PAGES, **FILES}.items()
        if name not in without
        for path in paths
    ]


async def _sign_in(
    database: Database, client: httpx.AsyncClient, role: invitations.Role, phone: str, *districts: str
) -> None:
    """As an officer does it: the code of an invitation, a password and, for Dinkes, the second factor."""
    with database.write() as session:
        area = Area(districts=districts, facility="Puskesmas Donomulyo" if districts else None)
        code = invitations.invite(session, role, "Ana Lestari", phone, NOW, area=area)
    form = {"phone": phone, "code": code, "password": "padi menguning di sawah", "again": "padi menguning di sawah"}
    answer = await _post(client, "/mulai", "/mulai", form)
    if answer.headers["location"].endswith("/kunci"):
        with database.read() as session:
            rows = select(StaffAccount).join(Staff).where(Staff.phone_index == sealing.index("phone", phone))
            secret = session.scalars(rows).one().totp or ""
        await _post(client, "/kunci", "/kunci", {"code": pyotp.TOTP(secret).now()})


async def _post(client: httpx.AsyncClient, shown: str, path: str, form: Mapping[str, str]) -> httpx.Response:
    """Send a form with the token of the page it stands on.

    Raises:
        RuntimeError: the form was not taken.
    """
    found = CSRF.search((await client.get(shown)).text)
    answer = await client.post(path, data={**form, "csrf": found[1] if found else ""})
    if answer.status_code != 303:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return answer


async def _places(database: Database, client: httpx.AsyncClient, district: str) -> dict[str, object]:
    """What stands in the addresses: somebody and something of the officer's area, and a draft of her own."""
    draft = await _post(
        client, "/siaran/baru", "/siaran/baru", {"who": "mothers", "text": "Halo Ibu, ada kelas ibu hamil."}
    )
    with database.read() as session:
        here = Village.code.startswith(f"{district or DISTRICT}.")
        found = (
            select(Person, Village, Handoff.contact_id)
            .join(Pregnancy, Pregnancy.person_id == Person.id)
            .join(Village, Village.code == Person.village_code)
            .join(Handoff, Handoff.contact_id == Person.id)
            .where(Pregnancy.status == "active", here)
        )
        person, village, contact = session.execute(found.order_by(Person.id).limit(1)).one()
        seen = select(func.max(Broadcast.id)).where(Broadcast.status == "done")
        return {
            "person": person.id, "code": person.code, "village": village.code, "contact": contact, "district": DISTRICT,
            "complaint": session.scalar(select(func.max(Complaint.id))),
            "month": _months_ago(2), "older": _months_ago(5),
            "draft": draft.headers["location"].rpartition("/")[2],
            "broadcast": session.scalar(seen) if not district else draft.headers["location"].rpartition("/")[2],
        }  # fmt: skip


def _months_ago(number: int) -> str:
    return str(months_until(Month(clock.today(NOW).replace(day=1)), number + 1)[0].first)[:7]


if __name__ == "__main__":
    show(measure())
