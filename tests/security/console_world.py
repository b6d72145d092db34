"""The console as an attacker finds it: every route of the table, a village where one of everything is open, browsers.

Routes, path values, fields and questions are read from the console itself, so that a new page is attacked unasked.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.routing import Route

from console import security
from console.routes import routes
from registry import programme
from registry.casework import talks
from registry.db import Base, Database
from registry.messaging import broadcasts
from registry.messaging.audiences import Audience
from registry.models import (
    Cadre,
    Complaint,
    Contact,
    Driver,
    EligibilityAnswer,
    Handoff,
    Person,
    Ride,
    Shift,
    Staff,
    Visit,
    Voucher,
    VoucherPhoto,
)
from registry.persons import invitations, people
from registry.persons.invitations import Area
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import Browser
from tests.factories import GONDANGLEGI, SUMBEROTO
from tests.security import village

ROOM = Path(__file__).resolve().parents[2] / "console"
SCRIPT = "<script>alert(1)</script>"
PREFIX = "/console"
ALL = 12  # ids of every table of this world lie below
NUMBERS = frozenset({"id", "visit", "answer", "loss"})
WORDS: dict[str, tuple[str, ...]] = {
    "kind": ("cadre", "staff", "driver"),
    "name": ("quiet_hours", "reminder_before", "broadcast_notice"),
    "code": ("rsud-kanjuruhan",),
    "village": (SUMBEROTO,),
}
LIVE = "/alir"
OPEN = {"/masuk", "/mulai"}
DOOR = "/console/masuk"
REFUSED = (403, 404)
HOSTILE_FORM = {
    "text": "x",
    "outcome": "died",
    "kind": "K2",
    "on": "2026-11-01",
    "yakin": "1",
    "setuju": "1",
    "note": "x",
}


@dataclass(frozen=True)
class Way:
    """One route and one method of it."""

    method: str
    path: str  # below /console, with its holes
    module: str = ""  # of the console, without its package

    @property
    def holes(self) -> list[str]:
        """The names of the values in the address."""
        return re.findall(r"\{(\w+)\}", self.path)

    def filled(self, **values: object) -> str:
        """The address with these values; ``1`` and the first word for what is not said."""
        given = {hole: values.get(hole, WORDS[hole][0] if hole in WORDS else 1) for hole in self.holes}
        return self.path.format(**given)

    def every(self) -> Iterator[str]:
        """The address with every number that stands in a table, and every word."""
        most = ALL if len(self.holes) < 2 else 4
        choices = [WORDS[hole] if hole in WORDS else range(1, most + 1) for hole in self.holes]
        for values in itertools.product(*choices):
            yield self.path.format(**dict(zip(self.holes, values, strict=True)))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def ways(*methods: str) -> list[Way]:
    """All of them, as the console has them now."""
    found = [
        Way(method, route.path.removeprefix(PREFIX), route.name.split(".")[1] if "." in route.name else "")
        for route in routes()
        if isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    return [way for way in found if way.method in (methods or ("GET", "POST"))]


def pages() -> list[Way]:
    """What can be looked at to its end."""
    return [way for way in ways("GET") if not way.path.endswith(LIVE)]


def names_of(what: str, module: str = "*") -> list[str]:
    """The fields of forms (``form``) or the questions in addresses (``query``) that any page reads, or one module's."""
    found: set[str] = set()
    for path in ROOM.glob(f"{module or '*'}.py"):
        found |= set(re.findall(rf'{what}(?:\.get\(|\[)"(\w+)"', path.read_text(encoding="utf-8")))
    return sorted(found)


def fields() -> list[str]:
    """Everything a form may send but its token."""
    return sorted({*names_of("form"), *names_of("lists")} - {"csrf"})


def build(database: Database) -> tuple[str, ...]:
    """A village of Donomulyo with one of everything; what nobody elsewhere may read."""
    with database.write() as session:
        made = village.build(session)
        mother = made.mother
        session.add_all(
            [
                Visit(pregnancy_id=made.pregnancy.id, kind="K1", on=NOW.date() - timedelta(days=90), status="reported"),
                EligibilityAnswer(
                    person_id=mother.id, at=NOW, rule="R1", path="JKN_ACTIVE", status="likely", reasons=[]
                ),
            ]
        )
        contact = people.contact_for_phone(session, village.HER)
        assert contact is not None
        contact.last_wrote_at = NOW
        factories.inbox_message(session, contact, "darah saya banyak sekali bu bidan")
        talks.open_handoff(session, people.speaker(session, contact), "talk_to_human", NOW, None)
        _help(session)
        return (*made.secrets(), "darah saya banyak", "Rahasia", "posyandu rahasia")


def _help(session: Session) -> None:
    """Helpers with names of their own, a shift each, a broadcast, an invitation, a decision."""
    for number, helper in enumerate([*session.scalars(select(Cadre)), *session.scalars(select(Driver))]):
        helper.name = f"Rahasia Penolong {number}"
    staff = session.scalars(select(Staff).where(Staff.unit == "puskesmas")).all()
    for officer in staff:
        officer.name = "Rahasia Bidan"
    driver = session.scalars(select(Driver)).first()
    hours: dict[str, Any] = {
        "weekdays": [0, 1, 2, 3, 4, 5, 6], "first_on": NOW.date(), "starts": time(7), "ends": time(19),
        "made_by": f"staff:{staff[0].id}", "made_at": NOW,
    }  # fmt: skip
    session.add_all([Shift(staff_id=staff[0].id, **hours), Shift(driver_id=driver.id if driver else None, **hours)])
    row, _ = broadcasts.prepare(
        session, staff[0], staff[0].phone, Audience(), "posyandu rahasia", NOW, due_at=NOW + timedelta(days=1)
    )
    broadcasts.confirm(session, row, NOW)
    invitations.invite(
        session, "cadre", "Rahasia Undangan", factories.make_phone(), NOW, area=Area(villages=(SUMBEROTO,))
    )
    programme.decide(session, "reminder_hour", 8, NOW.date(), "SK Kepala Dinas")
    _cost(session, driver)


def _cost(session: Session, driver: Driver | None) -> None:
    """A ride that was driven, what it cost, a photo of that."""
    programme.decide(session, "vouchers_in_force", True, NOW.date(), "SK Kepala Dinas")
    ride = Ride(
        purpose="visit", at=NOW, asked_at=NOW, village_code=SUMBEROTO, status="done", arrived_at=NOW,
        driver_id=driver.id if driver else None,
    )  # fmt: skip
    session.add(ride)
    session.flush()
    voucher = Voucher(ride_id=ride.id, amount=60_000, at=NOW)
    session.add(voucher)
    session.flush()
    image = {"image": b"\xff\xd8Rahasia", "at": NOW, "erase_at": NOW + timedelta(days=9)}
    session.add(VoucherPhoto(voucher_id=voucher.id, channel="whatsapp", **image))


def poison(database: Database, words: str) -> None:
    """Put these words wherever a person may have put words."""
    with database.write() as session:
        tables: tuple[type[Person | Staff | Cadre | Driver], ...] = (Person, Staff, Cadre, Driver)
        for table in tables:
            session.execute(update(table).values(name=words))
        for person in session.scalars(select(Person)):
            person.address = person.village_name = words
        for officer in session.scalars(select(Staff)):
            officer.facility = words
        for driver in session.scalars(select(Driver)):
            driver.vehicle = driver.plate = words
        for complaint in session.scalars(select(Complaint)):
            complaint.text = complaint.facility = words
        for talk in session.scalars(select(Handoff)):
            talk.note = words
        for voucher in session.scalars(select(Voucher)):
            voucher.status, voucher.reason, voucher.decided_at = "approved", words, NOW
        contact = people.contact_for_phone(session, village.HER)
        assert contact is not None
        factories.inbox_message(session, contact, words)
        factories.outbox_message(session, contact, words, kind="staff")
        programme.decide(session, "reminder_hour", 7, NOW.date(), words)
        invitations.invite(session, "midwife", words, factories.make_phone(), NOW, area=Area((), (GONDANGLEGI,), words))
        sender = session.scalars(select(Staff).where(Staff.unit == "puskesmas")).first()
        assert sender is not None
        row, _ = broadcasts.prepare(session, sender, sender.phone, Audience(), words, NOW)
        broadcasts.confirm(session, row, NOW)


def state_of(database: Database) -> dict[str, list[str]]:
    """Every row of every table but places, the trail, and what signing in leaves behind."""
    without = {*village.PLACES, "audit", "console_session", "sign_in_try", "staff_account", "kept_month"}
    with database.read() as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in without
        }


def contacts(database: Database) -> int:
    """How many addresses there are."""
    with database.read() as session:
        return len(session.scalars(select(Contact.id)).all())


def send(browser: Browser, method: str, path: str, **more: Any) -> httpx.Response:
    """A request of any kind, with the browser's cookie."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(browser.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=browser.host, cookies=browser.cookies) as client:
            return await client.request(method, f"/console{path}", **more)

    return asyncio.run(ask())


def attack(browser: Browser, way: Way, path: str, **form: Any) -> httpx.Response:
    """As a form of our own would do it: with the right token."""
    if way.method != "POST":
        return send(browser, way.method, path)
    token = security.csrf_of(browser.cookies[security.COOKIE])
    return send(browser, "POST", path, data={"csrf": token, **form})
