"""Facilities: what is known of each, since when and by whose word; completed and signed by those who may."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import rules_page, staff_page
from console.pages import View, page
from registry import access, facility_changes
from registry.errors import NotAllowedError
from registry.facility_changes import FLAGS, FacilityError
from registry.models import District, Facility

ADDRESS = f"{rules_page.ADDRESS}/fasilitas"
PAGE = 40
LONGEST_SEARCH = 80
REFUSED = 400


def routes() -> list[BaseRoute]:
    """Everybody signed in may read; who may change or sign is asked of ``registry.access``."""
    return [
        page("/aturan/fasilitas", show),
        page("/aturan/fasilitas/{code}", show_one),
        page("/aturan/fasilitas/{code}", change, methods=["POST"]),
        page("/aturan/fasilitas/{code}/setujui", sign, methods=["POST"]),
    ]


def show(view: View) -> Response:
    """The register, and which of it somebody has confirmed."""
    number, unsigned = view.page_number(), view.query.get("belum") == "1"
    asked = view.query.get("cari", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    rows = select(Facility, District.name).join(District, District.code == Facility.district_code, isouter=True)
    if unsigned:
        rows = rows.where(Facility.approved.is_(False))
    if asked:
        rows = rows.where(
            Facility.name.icontains(asked, autoescape=True) | District.name.icontains(asked, autoescape=True)
        )
    count = view.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
    rows = rows.order_by(Facility.kind.desc(), Facility.name, Facility.code)
    found = view.session.execute(rows.offset((number - 1) * PAGE).limit(PAGE)).all()
    waiting = view.session.scalar(select(func.count(Facility.code)).where(Facility.approved.is_(False))) or 0
    return view.render(
        "rule_facilities.html", rows=found, number=number, last=-(-count // PAGE) or 1, unsigned=unsigned,
        waiting=waiting, total=count, asked=asked,
    )  # fmt: skip


def _facility(view: View) -> Facility:
    found = view.session.get(Facility, str(view.request.path_params["code"]))
    if found is None:
        raise HTTPException(404)
    return found


def show_one(view: View) -> Response:
    """One facility with its history, and forms for those who may."""
    return _drawn(view, _facility(view))


def _drawn(view: View, facility: Facility, problem: str = "", status: int = 200) -> Response:
    district = view.session.get(District, facility.district_code) if facility.district_code else None
    staff, history = view.officer.staff, facility_changes.history(view.session, facility)
    names = staff_page.names_by_number(view)
    return view.render(
        "facility.html", status, facility=facility, district=district, problem=problem,
        form=view.form or _filled(facility),
        history=history, names=names, flags=FLAGS, may_change=access.may_decide(staff),
        may_sign=access.may_sign(staff, facility_changes.author_of(view.session, facility)),
        version=facility_changes.version_of(view.session, facility), may_unsign=access.may_sign(staff, None),
        address=f"{ADDRESS}/{facility.code}",
    )  # fmt: skip


def _filled(facility: Facility) -> dict[str, str]:
    """The fields of the form as the register has them."""
    found: dict[str, str] = {"phone": facility.phone or "", "address": facility.address or ""}
    for name in FLAGS:
        value: Any = getattr(facility, name)
        found[name] = "" if value is None else "ya" if value else "tidak"
    for day, span in enumerate(facility.hours or []):
        if span:
            found[f"opens:{day}"], found[f"closes:{day}"] = span
    return found


def change(view: View) -> Response:
    """What was found out, from a day on."""
    facility = _facility(view)
    try:
        day = _day(view.form.get("day", ""))
        facility_changes.change(
            view.session, view.officer.staff, facility, view.form, day, view.form.get("source", ""), view.now
        )
    except FacilityError as error:
        return _drawn(view, facility, f"facility_{error.problem}", REFUSED)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    return view.go(f"{ADDRESS}/{facility.code}", "fasilitas_disimpan")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FacilityError("date") from error


def sign(view: View) -> Response:
    """Stand by the facts that were shown, or no longer."""
    facility, given = _facility(view), view.form.get("setuju") == "1"
    try:
        facility_changes.sign(
            view.session, view.officer.staff, facility, view.form.get("dilihat", ""), view.form.get("source", ""),
            view.now, given=given,
        )  # fmt: skip
    except FacilityError as error:
        return _drawn(view, facility, f"facility_{error.problem}", REFUSED)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    return view.go(f"{ADDRESS}/{facility.code}", "fasilitas_disahkan" if given else "fasilitas_ditarik")
