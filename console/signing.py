"""Getting in and out: first access with an invitation, number and password, second factor, sign-out."""

from __future__ import annotations

import segno
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import auth, security, sessions, tries
from console.auth import Entry
from console.pages import AFTER_PASSWORD, HOME, SIGN_IN, View, page, set_cookie
from nlu.language.identifiers import parse_phone

REFUSED = 422


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        page("/masuk", show_sign_in, is_open=True),
        page("/masuk", sign_in, methods=["POST"], is_open=True),
        page("/mulai", show_start, is_open=True),
        page("/mulai", start, methods=["POST"], is_open=True),
        page("/kode", show_code, stages=("code",)),
        page("/kode", give_code, methods=["POST"], stages=("code",)),
        page("/kunci", show_key, stages=("key",)),
        page("/kunci", give_code, methods=["POST"], stages=("key",)),
        page("/keluar", sign_out, methods=["POST"], stages=("full", "code", "key")),
    ]


def show_sign_in(view: View) -> Response:
    """The form; whoever is in already goes on."""
    if view.signed_in is not None:
        return view.go(AFTER_PASSWORD.get(view.signed_in.stage, HOME))
    return view.render("sign_in.html", error=None, phone="")


def sign_in(view: View) -> Response:
    """Number and password."""
    written = view.form.get("phone", "")
    phone = parse_phone(written) or written[:40]
    keys = tries.keys_of(phone, security.address_of(view.request))
    entry = auth.sign_in(view.session, phone, view.form.get("password", ""), keys, view.now, view.wall)
    if entry.problem is not None:
        return view.render("sign_in.html", REFUSED, error=entry.problem, phone=written[:40])
    return _enter(view, entry)


def show_start(view: View) -> Response:
    """The form of whoever was invited."""
    return view.render("start.html", error=None, phone="", code=view.query.get("kode", "")[:20])


def start(view: View) -> Response:
    """Code and a password of her own."""
    written, code = view.form.get("phone", ""), view.form.get("code", "")
    phone, password = parse_phone(written), view.form.get("password", "")
    problem = auth.problem_with(password, view.form.get("again", ""), phone or "")
    if problem is None:
        known = phone or written[:40]
        keys = tries.keys_of(known, security.address_of(view.request))
        tidy = "".join(letter for letter in code.upper() if letter.isalnum())[:20]
        entry = auth.open_account(view.session, known, tidy, password, keys, view.now, view.wall)
        if entry.problem is None:
            return _enter(view, entry)
        problem = entry.problem
    return view.render("start.html", REFUSED, error=problem, phone=written[:40], code=code[:20])


def show_code(view: View) -> Response:
    """Asks for the second factor."""
    return view.render("code.html", error=None)


def show_key(view: View) -> Response:
    """The second factor is set up: a picture to be scanned, the same in letters, and a first code."""
    return _show_key(view, None, 200)


def _show_key(view: View, error: str | None, status: int) -> Response:
    secret, address = auth.key_of(view.session, view.officer.staff)
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3, dark="#10201e", light="#ffffff")
    return view.render("key.html", status, error=error, picture=picture, groups=groups)


def give_code(view: View) -> Response:
    """A code of the second factor, the first one or a later one."""
    officer = view.officer
    keys = tries.keys_of(officer.staff.phone, security.address_of(view.request))
    code = view.form.get("code", "")
    entry = auth.second_factor(view.session, officer.staff, code, keys, view.now, view.wall)
    if entry.problem is None:
        sessions.end(view.session, officer.session_id, view.wall)
        return _enter(view, entry)
    if officer.stage == "key":
        return _show_key(view, entry.problem, REFUSED)
    return view.render("code.html", REFUSED, error=entry.problem)


def sign_out(view: View) -> Response:
    """The token is worth nothing from now on."""
    sessions.end(view.session, view.officer.session_id, view.wall)
    view.note("console_signed_out", view.officer.ref)
    answer = view.go(SIGN_IN, "keluar")
    set_cookie(answer, view.request, sessions.new_token())
    return answer


def _enter(view: View, entry: Entry) -> Response:
    answer = view.go(AFTER_PASSWORD.get(entry.stage, HOME))
    set_cookie(answer, view.request, entry.token)
    return answer
