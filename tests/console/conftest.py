"""The console over its ASGI interface, with officers who can sign in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import select

from console.app import create_app
from registry import clock, sealing
from registry.db import Database
from registry.models import Staff, StaffAccount
from registry.persons import invitations
from registry.persons.invitations import Area, Role
from tests.conftest import NOW
from tests.factories import DONOMULYO

PASSWORD = "padi menguning di sawah"
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
MIDWIFE, OFFICER_OF_DINKES = "+628120009001", "+628120009002"


@dataclass
class Browser:
    """One browser: keeps its cookie, fills the hidden field of forms by itself, follows nothing unless told."""

    app: Any
    host: str = "http://testserver"
    cookies: dict[str, str] = field(default_factory=dict)
    seen: httpx.Response | None = None

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open a page."""
        return self._send("GET", path, headers=headers)

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, *, token: str | None = None, **headers: str
    ) -> httpx.Response:  # fmt: skip
        """Send a form with the token of the page seen last, or another one."""
        found = CSRF.search(self.seen.text) if self.seen is not None else None
        shown = token if token is not None else found[1] if found else ""
        return self._send("POST", path, data={"csrf": shown, **(data or {})}, headers=headers)

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url=self.host, cookies=self.cookies) as client:
                return await client.request(method, f"/console{path}", **more)

        answer = asyncio.run(ask())
        for name, value in answer.cookies.items():
            self.cookies[name] = value
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.seen = answer
        return answer


@dataclass(frozen=True)
class Console:
    """The application and the database under it."""

    app: Any
    database: Database

    def invite(self, role: Role, phone: str, *districts: str, name: str = "Ana Lestari") -> str:
        """A code, as `kawal invite` makes it."""
        with self.database.write() as session:
            area = Area(districts=districts, facility="Puskesmas Donomulyo" if districts else None)
            return invitations.invite(session, role, name, phone, NOW, area=area)

    def browser(self) -> Browser:
        """A browser that has never been here."""
        return Browser(self.app)

    def start(self, role: Role, phone: str, *districts: str, name: str = "Ana Lestari") -> Browser:
        """Somebody invited, with an account, signed in as far as the password goes."""
        browser = self.browser()
        browser.get("/mulai")
        code = self.invite(role, phone, *districts, name=name)
        form = {"phone": phone, "code": code, "password": PASSWORD, "again": PASSWORD}
        answer = browser.post("/mulai", form)
        assert answer.status_code == 303, answer.text
        return browser

    def midwife(self, phone: str = MIDWIFE, district: str = DONOMULYO) -> Browser:
        """A midwife of a puskesmas, signed in."""
        return self.start("midwife", phone, district)

    def dinkes(self, phone: str = OFFICER_OF_DINKES) -> Browser:
        """An officer of Dinkes, signed in with the second factor."""
        browser = self.start("dinkes", phone, name="Budi Santosa")
        browser.get("/kunci")
        assert browser.post("/kunci", {"code": self.code_of(phone)}).headers["location"] == "/console/"
        return browser

    def code_of(self, phone: str) -> str:
        """What her authenticator shows now."""
        with self.database.read() as session:
            index = sealing.index("phone", phone)
            rows = select(StaffAccount).join(Staff, Staff.id == StaffAccount.staff_id).where(Staff.phone_index == index)
            return pyotp.TOTP(session.scalars(rows).one().totp or "").now()


@pytest.fixture
def console(database: Database) -> Iterator[Console]:
    """An empty console at NOW."""
    with database.write() as session:
        clock.stop_at(session, NOW)
    yield Console(create_app(database), database)
