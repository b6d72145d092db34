"""Who helps in one's area: cadres, officers and drivers, what each does, and the end or change of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.pages import HOME, View, page
from registry import access, places
from registry.errors import NotAllowedError
from registry.figures.service_areas import KABUPATEN
from registry.models import AuditEntry, District, Driver, Staff, Village
from registry.persons import shifts, workforce
from registry.persons.invitations import InvitationError
from registry.persons.workforce import TABLES, Helper, Kind

ADDRESS = f"{HOME}petugas"
PAGE = 40
LATEST = 30  # lines of somebody's history


def routes() -> list[BaseRoute]:
    """Everybody signed in may look; who may change what is asked of ``registry.access``."""
    return [
        page("/petugas", show),
        page("/petugas/{kind}/{id}", show_one),
        page("/petugas/{kind}/{id}/akhiri", end, methods=["POST"]),
        page("/petugas/{kind}/{id}/wilayah", move, methods=["POST"]),
        page("/petugas/driver/{id}/tugas", set_duty, methods=["POST"]),
    ]


def districts_for(view: View) -> list[District]:
    """The kecamatan an officer has to do with: her own, or all of the kabupaten."""
    mine = District.regency_code == KABUPATEN if view.officer.is_dinkes else District.code.in_(view.speaker.districts)
    return list(view.session.scalars(select(District).where(mine).order_by(District.name, District.code)))


def villages_of(view: View, *districts: str) -> list[Village]:
    """The desa of some kecamatan, by name."""
    rows = select(Village).where(Village.district_code.in_(districts))
    return list(view.session.scalars(rows.order_by(Village.name, Village.code)))


def show(view: View) -> Response:
    """One kind of helpers, those who work or those who did."""
    asked, district = view.query.get("jenis", "staff"), view.query.get("kec", "")
    kind = cast(Kind, asked if asked in TABLES else "staff")
    districts, former, number = districts_for(view), view.query.get("bekas") == "1", view.page_number()
    chosen = district if any(one.code == district for one in districts) else ""
    found = workforce.listed(
        view.session, view.speaker, kind, district=chosen, former=former, start=(number - 1) * PAGE, most=PAGE
    )
    view.look(f"helpers:{kind}", "helpers_seen")
    return view.render(
        "staff.html", kind=kind, kinds=tuple(TABLES), found=found, number=number, last=-(-found.total // PAGE) or 1,
        districts=districts, district=chosen, former=former, labels=_labels(view, found.helpers),
        called=_called(view, found.helpers), masked=workforce.masked, role_of=access.role_of,
        may_invite=bool(access.roles_to_give(view.speaker)),
    )  # fmt: skip


def _labels(view: View, helpers: list[Helper]) -> dict[str, str]:
    """The names of all places these work in, by their codes."""
    codes = {code for helper in helpers for code in workforce.areas_of(helper)}
    villages = view.session.execute(select(Village.code, Village.name).where(Village.code.in_(codes)))
    districts = view.session.execute(select(District.code, District.name).where(District.code.in_(codes)))
    return {code: name for rows in (villages, districts) for code, name in rows}


def _called(view: View, helpers: list[Helper]) -> set[int]:
    """Those of a list of officers who are on call now."""
    return shifts.on_call(view.session, [one for one in helpers if isinstance(one, Staff)], view.now)


def one_of(view: View) -> Helper:
    """The helper of the address; 404 for one who is none of the officer's business."""
    found = workforce.find(view.session, view.speaker, str(view.request.path_params.get("kind", "")), view.number())
    if found is None:
        raise HTTPException(404)
    return found


def address_of(helper: Helper) -> str:
    """Her page."""
    return f"{ADDRESS}/{helper.__tablename__}/{helper.id}"


def show_one(view: View) -> Response:
    """One helper, with what may be done."""
    return drawn(view, one_of(view))


def drawn(view: View, helper: Helper, problem: str = "", status: int = 200) -> Response:
    """Her page, with what was wrong in the form that was sent."""
    plannable = helper if isinstance(helper, Staff | Driver) else None
    if view.request.method == "GET":
        view.look(f"{helper.__tablename__}:{helper.id}", "helper_seen")
    return view.render(
        "staff_member.html", status, helper=helper, kind=helper.__tablename__, role=access.role_of(helper),
        problem=problem, form=view.form, phone=workforce.masked(helper.phone), labels=_labels(view, [helper]),
        mine=workforce.areas_of(helper), choices=_choices(view, helper),
        may_manage=helper.active and access.may_manage(view.speaker, helper),
        may_plan=helper.active and plannable is not None and access.may_plan(view.speaker, plannable),
        shifts=shifts.of(view.session, plannable) if plannable is not None else [],
        is_called=helper.id in _called(view, [helper]), history=_history(view, helper), names=officers(view),
        districts=districts_for(view), here=address_of(helper),
    )  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A place that can be ticked."""

    code: str
    name: str


def _choices(view: View, helper: Helper) -> list[Choice]:
    """The places she can be given: kecamatan of an officer, desa of everybody else."""
    if isinstance(helper, Staff):
        offered = districts_for(view) if helper.unit == "puskesmas" else []
        return [Choice(one.code, one.name) for one in offered]
    near = access.districts_of(helper)
    also = view.query.get("kec", "")
    known = {one.code: one.name for one in districts_for(view)}
    inside = sorted((near | {also}) & set(known)) or sorted(known)[:1]
    several = len(inside) > 1
    return [
        Choice(one.code, f"{one.name}, {known[one.district_code]}" if several else one.name)
        for one in villages_of(view, *inside)
    ]


def _history(view: View, helper: Helper) -> list[AuditEntry]:
    """What was done with her, the latest first."""
    acts = ("role_revoked", "area_changed", "driver_duty", "shift_planned", "shift_ended")
    subject = f"{helper.__tablename__}:{helper.id}"
    rows = select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.action.in_(acts))
    return list(view.session.scalars(rows.order_by(AuditEntry.id.desc()).limit(LATEST)))


def officers(view: View) -> dict[str, str]:
    """The names of officers as the audit calls them (staff:7)."""
    return {f"staff:{number}": name for number, name in names_by_number(view).items()}


def names_by_number(view: View) -> dict[int | None, str]:
    """The names of all who are or were officers."""
    found: dict[int | None, str] = {}
    found.update((row.id, row.name) for row in view.session.execute(select(Staff.id, Staff.name)))
    return found


def end(view: View) -> Response:
    """Her work ends now; asked with a tick, for it cannot be undone but by a new invitation."""
    helper = one_of(view)
    if view.form.get("yakin") != "1":
        return drawn(view, helper, "staff_sure", 400)
    try:
        workforce.end(view.session, view.speaker, helper, view.now)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    return view.go(address_of(helper), "petugas_diakhiri")


def move(view: View) -> Response:
    """Other villages or districts."""
    helper = one_of(view)
    try:
        workforce.move(view.session, view.speaker, helper, view.lists.get("area", []), view.now)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    except InvitationError:
        return drawn(view, helper, "staff_area", 400)
    return view.go(address_of(helper), "petugas_wilayah")


def set_duty(view: View) -> Response:
    """A driver is asked for rides, or is not."""
    driver = workforce.find(view.session, view.speaker, "driver", view.number())
    if not isinstance(driver, Driver):
        raise HTTPException(404)
    try:
        workforce.set_duty(view.session, view.speaker, driver, view.form.get("tugas") == "1", view.now)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    return view.go(address_of(driver), "petugas_tugas")


def village_name(view: View, code: str) -> str:
    """A desa as one says it; 404 for a place that is none of the officer's."""
    name = places.village_label(view.session, code)
    if name is None or not access.may_see_place(view.session, view.speaker, code):
        raise HTTPException(404)
    return name
