"""Invitations by an office: whom to invite to what, the code that is shown once, and those that are still open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import staff_page
from console.pages import View, page
from nlu.language.identifiers import parse_phone
from registry import access
from registry.errors import NotAllowedError
from registry.persons import invitations, workforce
from registry.persons.invitations import IN_DISTRICTS, IN_VILLAGES, Area, InvitationError, Role
from registry.persons.workforce import TakenError

ADDRESS = f"{staff_page.ADDRESS}/undangan"
LONGEST_NAME = 80
REFUSED = 400


def routes() -> list[BaseRoute]:
    """They stand before the pages of one helper, whose addresses look alike."""
    return [
        page("/petugas/undang", show_form),
        page("/petugas/undang", invite, methods=["POST"]),
        page("/petugas/undangan", show_open),
        page("/petugas/undangan/{id}/cabut", withdraw, methods=["POST"]),
    ]


def _roles(view: View) -> list[str]:
    """What the officer may make others, in the order of the registry; 404 for who may not invite."""
    given = access.roles_to_give(view.speaker)
    if not given:
        raise HTTPException(404)
    return [role for role in get_args(Role) if role in given]


def show_form(view: View) -> Response:
    """What is to be filled in for one role."""
    return _form(view, view.query)


def _form(view: View, told: Any, problem: str = "", status: int = 200) -> Response:
    roles, districts = _roles(view), staff_page.districts_for(view)
    role = told.get("peran", "")
    district = told.get("kec", "")
    chosen = district if any(one.code == district for one in districts) else districts[0].code if districts else ""
    asked = role if role in roles else roles[0]
    return view.render(
        "invite.html", status, roles=roles, role=asked, districts=districts, district=chosen, problem=problem,
        form=view.form, areas=view.lists.get("area", []), in_villages=asked in IN_VILLAGES,
        in_districts=asked in IN_DISTRICTS, villages=staff_page.villages_of(view, chosen), is_driver=asked == "driver",
        longest=LONGEST_NAME,
    )  # fmt: skip


def invite(view: View) -> Response:
    """The code, once: it stands in this answer and nowhere else."""
    role, name = view.form.get("peran", ""), " ".join(view.form.get("name", "").split())
    phone = parse_phone(view.form.get("phone", ""))
    if role not in _roles(view):
        raise HTTPException(404)
    problem = "invite_name" if not 0 < len(name) <= LONGEST_NAME else "invite_phone" if phone is None else ""
    if problem or phone is None:
        return _form(view, view.form, problem, REFUSED)
    try:
        code = workforce.invite(view.session, view.speaker, cast(Role, role), name, phone, _area(view, role), view.now)
    except TakenError:
        return _form(view, view.form, "invite_taken", REFUSED)
    except NotAllowedError:
        return _form(view, view.form, "invite_area", REFUSED)
    except InvitationError:
        return _form(view, view.form, "invite_area", REFUSED)
    return _shown(view, role, name, phone, code)


def _area(view: View, role: str) -> Area:
    chosen = tuple(view.lists.get("area", []))
    text = {name: view.form.get(name, "")[:LONGEST_NAME] or None for name in ("facility", "vehicle", "plate")}
    if role in IN_VILLAGES:
        driven = role == "driver"
        return Area(
            villages=chosen, vehicle=text["vehicle"] if driven else None, plate=text["plate"] if driven else None
        )
    return Area(districts=chosen if role in IN_DISTRICTS else (), facility=text["facility"])


def _shown(view: View, role: str, name: str, phone: str, code: str) -> Response:
    links: Callable[[str], list[str]] = view.request.app.state.links
    until: datetime = view.now + invitations.VALID
    return view.render(
        "invited.html", role=role, name=name, phone=workforce.masked(phone), code=code, until=until,
        links=links(code) if role in IN_VILLAGES else [], in_console=role not in IN_VILLAGES,
    )  # fmt: skip


def show_open(view: View) -> Response:
    """Those that can still be used."""
    _roles(view)
    return view.render(
        "invitations.html", rows=workforce.invited(view.session, view.speaker, view.now), masked=workforce.masked,
        names=staff_page.officers(view), districts={one.code: one.name for one in staff_page.districts_for(view)},
        villages=_villages(view),
    )  # fmt: skip


def _villages(view: View) -> dict[str, str]:
    codes = [one.code for one in staff_page.districts_for(view)]
    return {one.code: one.name for one in staff_page.villages_of(view, *codes)}


def withdraw(view: View) -> Response:
    """One is taken back."""
    try:
        done = workforce.withdraw(view.session, view.speaker, view.number(), view.now)
    except NotAllowedError as error:
        raise HTTPException(404) from error
    return view.go(ADDRESS, "undangan_dicabut" if done else "ditolak")
