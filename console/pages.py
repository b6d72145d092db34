"""What a page of the console is: who looks, at what moment, with which database, and how it is drawn.

A page is a function that takes a ``View`` and gives an answer. Looking runs in a reading session; what a look leaves
behind (audit rows, "last seen") is written afterwards, and when that fails nothing is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from console import drawing, security, sessions
from registry import audit, clock
from registry.db import Database
from registry.models import ConsoleSession, Contact, Staff
from registry.persons.people import Speaker
from registry.transport import voucher_lists

HOME = f"{security.PATH}/"
SIGN_IN = f"{security.PATH}/masuk"
AFTER_PASSWORD = {"code": f"{security.PATH}/kode", "key": f"{security.PATH}/kunci"}
LARGEST_FORM = 256 * 1024
LARGEST_BODY = 2 * 1024 * 1024
NUMBER, LONGEST_NUMBER = 2**31, 10


def number_in(written: str) -> int | None:
    """A number as an address or a hidden field gives it; None for what the database could not hold."""
    if not (written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER):
        return None
    return int(written) if int(written) < NUMBER else None


@dataclass(frozen=True)
class Officer:
    """Who is signed in. ``speaker`` is how the registry's functions know her; her contact is in no table."""

    staff: Staff
    session_id: int
    stage: str
    speaker: Speaker

    @property
    def ref(self) -> str:
        """Her name in the audit."""
        return f"staff:{self.staff.id}"

    @property
    def is_dinkes(self) -> bool:
        """Whether she sees all of the kabupaten."""
        return self.staff.unit == "dinkes"

    @property
    def is_admin(self) -> bool:
        """Whether she may change settings and people."""
        return self.staff.duty == "admin"


@dataclass
class View:
    """One look at one page."""

    request: Request
    session: Session
    now: datetime  # of the service, which the simulator may stop
    wall: datetime
    token: str = ""
    signed_in: Officer | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[str]] = field(default_factory=dict)  # fields that came several times
    files: Mapping[str, UploadFile] = field(default_factory=dict)
    looked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def officer(self) -> Officer:
        """Whoever is signed in; pages that are not ``open`` have one."""
        if self.signed_in is None:
            raise HTTPException(403)
        return self.signed_in

    @property
    def speaker(self) -> Speaker:
        """The officer for the registry's functions."""
        return self.officer.speaker

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark."""
        return {name: value.replace("\x00", "") for name, value in self.request.query_params.items()}

    def number(self, name: str = "id") -> int:
        """A number in the address; 404 for anything that is none."""
        found = number_in(str(self.request.path_params.get(name, "")))
        if found is None:
            raise HTTPException(404)
        return found

    def page_number(self, name: str = "hal") -> int:
        """Which page of a list, from 1."""
        asked = self.query.get(name, "")
        return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1

    @cached_property
    def has_vouchers(self) -> bool:
        """Whether the menu leads to what rides cost."""
        return voucher_lists.are_shown(self.session, self.speaker, self.now)

    def note(self, action: str, subject: str | None, **detail: Any) -> None:
        """An audit row for what the officer does; in a page that only looks use ``look``."""
        audit.note(self.session, self.now, action, subject=subject, by=self.officer.ref, channel="console", **detail)

    def look(self, subject: str, action: str = "record_seen") -> None:
        """She sees somebody's record: an audit row, written when the page is ready."""
        self.looked.append((action, subject))

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page; ``error`` and ``flash`` are codes whose words stand in words.yml."""
        common = {
            "view": self,
            "officer": self.signed_in if self.signed_in and self.signed_in.stage == "full" else None,
            "csrf": security.csrf_of(self.token),
            "path": self.request.url.path,
            "flash": self.query.get("pesan", ""),
            "now": self.now,
            "today": clock.today(self.now),
        }
        return HTMLResponse(drawing.draw(template, {**common, **values}), status_code=status)

    def go(self, path: str, flash: str = "", **query: str) -> Response:
        """To another page after a post; ``path`` is one of ours."""
        asked = urlencode({**query, **({"pesan": flash} if flash else {})})
        return RedirectResponse(f"{path}?{asked}" if asked else path, status_code=303)


Handler = Callable[[View], Response]


@dataclass(frozen=True)
class Rule:
    """Who may open a page."""

    is_open: bool = False  # also without being signed in
    stages: tuple[str, ...] = ("full",)
    units: tuple[str, ...] = ()  # of these only
    duties: tuple[str, ...] = ()  # or of these

    def allows(self, officer: Officer) -> bool:
        """Whether this officer may."""
        if not self.units and not self.duties:
            return True
        return officer.staff.unit in self.units or officer.staff.duty in self.duties


def page(
    path: str, handler: Handler, *, methods: Iterable[str] = ("GET",), is_open: bool = False,
    stages: tuple[str, ...] = ("full",), units: tuple[str, ...] = (), duties: tuple[str, ...] = (),
    writes: bool = False,
) -> Route:  # fmt: skip
    """A route of the console below /console. A GET reads unless it ``writes``; a POST writes and must show its token;
    ``units`` and ``duties`` name who may open it when not everybody may.
    """
    rule = Rule(is_open, stages, units, duties)

    async def endpoint(request: Request) -> Response:
        if any("\x00" in str(value) for value in request.path_params.values()):
            raise HTTPException(404)  # no text of a database holds one
        form = await _form(request)
        return await run_in_threadpool(_answer, request, handler, rule, form, writes or request.method == "POST")

    name = f"{handler.__module__}.{handler.__name__}"
    return Route(f"{security.PATH}{path}", endpoint, methods=list(methods), name=name)


@dataclass(frozen=True)
class _Form:
    values: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, UploadFile] = field(default_factory=dict)


async def _form(request: Request) -> _Form:
    if request.method != "POST":
        return _Form()
    told = request.headers.get("content-length", "")
    if not (told.isascii() and told.isdigit()):
        raise HTTPException(400)
    if len(told) > LONGEST_NUMBER or int(told) > LARGEST_BODY:
        raise HTTPException(413)
    found = await request.form(max_files=2, max_fields=500, max_part_size=LARGEST_FORM)
    form = _Form()
    for name, value in found.multi_items():
        if isinstance(value, str):
            form.values[name] = value.encode(errors="replace").decode().replace("\x00", "").strip()
            form.lists.setdefault(name, []).append(form.values[name])
        else:
            form.files[name] = value
    return form


def _answer(request: Request, handler: Handler, rule: Rule, form: _Form, writes: bool) -> Response:
    database: Database = request.app.state.database
    wall = datetime.now(UTC)
    token = request.cookies.get(security.COOKIE, "")
    if request.method == "POST" and security.is_forged(request, token, form.values.get("csrf", "")):
        raise HTTPException(403)
    fresh = "" if token else sessions.new_token()
    with database.write() if writes else database.read() as session:
        row = sessions.find(session, token, wall) if token else None
        officer = officer_of(row) if row is not None else None
        view = View(
            request, session, clock.now(session), wall, token or fresh, officer, form.values, form.lists, form.files
        )
        elsewhere = _elsewhere(officer, rule)
        answer = RedirectResponse(elsewhere, status_code=303) if elsewhere else handler(view)
    if row is not None and (view.looked or wall - row.last_seen_at > sessions.TOUCH):
        _leave_traces(database, view, row.id)
    if fresh:
        set_cookie(answer, request, fresh)
    return answer


def _elsewhere(officer: Officer | None, rule: Rule) -> str | None:
    """Where to go instead; None: the page is for her."""
    if officer is None:
        return None if rule.is_open else SIGN_IN
    if officer.stage not in rule.stages and not rule.is_open:
        return AFTER_PASSWORD.get(officer.stage, HOME)
    if not rule.allows(officer):
        raise HTTPException(404)
    return None


def _leave_traces(database: Database, view: View, session_id: int) -> None:
    with database.write() as session:
        for action, subject in view.looked:
            audit.note(session, view.now, action, subject=subject, by=view.officer.ref, channel="console")
        sessions.touch(session, session_id, view.wall)


def officer_of(row: ConsoleSession) -> Officer:
    """The officer of a session, as the registry's functions want her."""
    staff = row.staff
    contact = Contact(channel="console", phone=staff.phone, phone_index=staff.phone_index)
    districts = frozenset(one.district_code for one in staff.districts)
    return Officer(staff, row.id, row.stage, Speaker(contact, "staff", staff=staff, districts=districts))


def set_cookie(answer: Response, request: Request, token: str) -> None:
    """The browser keeps the token; no script reads it, no other site sends it along with a post."""
    answer.set_cookie(
        security.COOKIE, token, max_age=int(sessions.LASTS.total_seconds()), path=security.PATH, httponly=True,
        samesite="lax", secure=security.is_secure(request),
    )  # fmt: skip
