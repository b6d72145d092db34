"""Who is on call: the week of a puskesmas and of Dinkes, shifts, and the order of a village's drivers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import or_, select
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import staff_page
from console.pages import View, page
from registry import access, clock
from registry.errors import NotAllowedError
from registry.models import District, Driver, Shift, Staff, StaffDistrict
from registry.persons import shifts, workforce
from registry.persons.shifts import ShiftError, Wish
from registry.rules import shifts as rules

ADDRESS = f"{staff_page.ADDRESS}/jaga"
DAYS = 7
LAST_PLACE = 99
LONGEST_HOUR = 5  # 07:30


def routes() -> list[BaseRoute]:
    """They stand before the pages of one helper, whose addresses look alike."""
    return [
        page("/petugas/jaga", show),
        page("/petugas/jaga/{id}/akhiri", end, methods=["POST"]),
        page("/petugas/{kind}/{id}/jaga", plan, methods=["POST"]),
        page("/petugas/urutan/{village}", show_order),
        page("/petugas/urutan/{village}", put_in_order, methods=["POST"]),
    ]


@dataclass(frozen=True)
class Watch:
    """Somebody on call on a day."""

    staff: Staff
    starts: time
    ends: time


def show(view: View) -> Response:
    """The coming seven days of one kecamatan, or of Dinkes."""
    districts, asked = staff_page.districts_for(view), view.query.get("kec", "")
    chosen = next((one for one in districts if one.code == asked), districts[0] if districts else None)
    of_dinkes = asked == "dinkes" or chosen is None
    staff = _staff(view, None if of_dinkes else chosen)
    called = shifts.on_call(view.session, staff, view.now)
    return view.render(
        "roster.html", districts=districts, district=None if of_dinkes else chosen, of_dinkes=of_dinkes,
        week=_week(view, staff), staff=staff, called=[one for one in staff if one.id in called],
        always=[one for one in staff if one.on_call], may_plan=bool(access.roles_to_give(view.speaker)),
        villages=[] if of_dinkes or chosen is None else staff_page.villages_of(view, chosen.code),
    )  # fmt: skip


def _staff(view: View, district: District | None) -> list[Staff]:
    rows = select(Staff).where(Staff.active)
    if district is None:
        rows = rows.where(Staff.unit == "dinkes")
    else:
        here = Staff.districts.any(StaffDistrict.district_code == district.code)
        rows = rows.where(or_(Staff.unit == "puskesmas", Staff.unit == "hospital"), here)
    return list(view.session.scalars(rows.order_by(Staff.id)))


def _week(view: View, staff: list[Staff]) -> list[tuple[date, list[Watch]]]:
    planned, today = shifts.of_all(view.session, staff), clock.today(view.now)
    found: list[tuple[date, list[Watch]]] = []
    for day in (today + timedelta(days=later) for later in range(DAYS)):
        watches = [
            Watch(one, row.starts, row.ends)
            for one in staff
            for row in planned.get(one.id, [])
            if shifts.value_of(row).begins_on(day)
        ]
        found.append((day, sorted(watches, key=lambda watch: (watch.starts, watch.staff.id))))
    return found


def plan(view: View) -> Response:
    """A shift for an officer or a driver."""
    helper = staff_page.one_of(view)
    if not isinstance(helper, Staff | Driver) or not helper.active or not access.may_plan(view.speaker, helper):
        raise HTTPException(404)
    try:
        shifts.plan(view.session, helper, _wish(view), view.officer.ref, view.now)
    except ShiftError as error:
        return staff_page.drawn(view, helper, f"shift_{error.problem}", 400)
    return view.go(staff_page.address_of(helper), "jaga_disimpan")


def _wish(view: View) -> Wish:
    typed = [one for one in view.lists.get("weekday", []) if one.isascii() and one.isdigit() and len(one) == 1]
    last = view.form.get("last_on", "")
    return Wish(
        frozenset(map(int, typed)) or (rules.EVERY_DAY if not view.lists.get("weekday") else frozenset()),
        _day(view.form.get("first_on", "")),
        _day(last) or date.min if last else None,
        _hour(view.form.get("starts", "")),
        _hour(view.form.get("ends", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _hour(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if len(text) <= LONGEST_HOUR else None
    except ValueError:
        return None


def end(view: View) -> Response:
    """A shift holds no more."""
    row = view.session.get(Shift, view.number())
    helper = _helper_of(view, row) if row is not None else None
    if row is None or helper is None or not access.may_plan(view.speaker, helper):
        raise HTTPException(404)
    done = shifts.end(view.session, row, view.officer.ref, view.now)
    return view.go(staff_page.address_of(helper), "jaga_diakhiri" if done else "ditolak")


def _helper_of(view: View, row: Shift) -> Staff | Driver | None:
    return view.session.get(Staff, row.staff_id) if row.staff_id else view.session.get(Driver, row.driver_id)


def _village(view: View) -> str:
    return str(view.request.path_params["village"])


def show_order(view: View) -> Response:
    """The drivers of a village as they are asked."""
    return _order_drawn(view)


def _order_drawn(view: View, problem: str = "", status: int = 200) -> Response:
    code = _village(view)
    name = staff_page.village_name(view, code)
    rows = workforce.drivers_of(view.session, code)
    resting = shifts.off_duty(view.session, [driver for driver, _ in rows], view.now)
    return view.render(
        "driver_order.html", status, code=code, village=name, rows=rows, resting=resting, problem=problem,
        may_change=access.may_appoint(view.speaker, "driver", access.districts_around([code])), form=view.form,
        masked=workforce.masked, last=LAST_PLACE,
    )  # fmt: skip


def put_in_order(view: View) -> Response:
    """Another order."""
    code = _village(view)
    staff_page.village_name(view, code)
    typed = {name.removeprefix("urut:"): text for name, text in view.form.items() if name.startswith("urut:")}
    if not all(_is_number(key, 9) and _is_number(text, 2) and int(text) >= 1 for key, text in typed.items()):
        return _order_drawn(view, "order_number", 400)
    places = {int(key): int(text) for key, text in typed.items()}
    try:
        workforce.put_in_order(view.session, view.speaker, code, places, view.now)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    return view.go(f"{staff_page.ADDRESS}/urutan/{code}", "urutan_disimpan")


def _is_number(text: str, longest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= longest
