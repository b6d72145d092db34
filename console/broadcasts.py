"""Messages to many: written, seen as they will look, sent on a yes, watched, held, stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.pages import View, page
from registry import access, clock, places, texts
from registry.figures import indicators, service_areas
from registry.messaging import audiences, broadcast_desk, broadcasts, messages
from registry.messaging.audiences import Audience, Only
from registry.messaging.broadcasts import REPEATS, BroadcastError
from registry.models import Broadcast, Staff

PAGE = 25
MOVING = ("running", "scheduled")
CONDITIONS = get_args(Only)
ADDRESS = "/console/siaran"


def routes() -> list[BaseRoute]:
    """The list, writing one, one of them, and what can be done with it."""
    acts = [
        page(f"/siaran/{{id}}/{name}", _act(do), methods=["POST"])
        for name, do in (
            ("kirim", _confirm), ("setujui", _approve), ("jeda", _pause), ("lanjut", _resume), ("hentikan", _stop),
        )
    ]  # fmt: skip
    return [
        page("/siaran", show_list),
        page("/siaran/baru", show_form),
        page("/siaran/baru", prepare, methods=["POST"]),
        page("/siaran/{id}", show),
        *acts,
    ]


def show_list(view: View) -> Response:
    """Those she may see, the newest first."""
    _only_senders(view)
    number, count = view.page_number(), broadcast_desk.total(view.session, view.speaker)
    rows = broadcast_desk.newest(view.session, view.speaker, skip=(number - 1) * PAGE, most=PAGE)
    return view.render(
        "broadcasts.html", rows=[(row, in_words(view, row)) for row in rows], number=number, last=-(-count // PAGE) or 1
    )


def _only_senders(view: View) -> None:
    """A hospital writes to nobody's villages."""
    if indicators.scope_of(view.speaker) is None or view.officer.staff.unit not in ("puskesmas", "dinkes"):
        raise HTTPException(404)


def in_words(view: View, row: Broadcast) -> str:
    """For whom: "ibu hamil, trimester 3, Kec. Donomulyo"."""
    audience = Audience.from_json(row.audience)
    parts = [texts.phrase(f"phrase_who_{audience.who}")]
    if audience.trimester is not None:
        parts.append(texts.say("phrase_trimester", number=audience.trimester).text)
    if audience.only is not None:
        parts.append(texts.phrase(f"phrase_only_{audience.only}"))
    parts += [places.area_label(view.session, code) for code in audience.areas]
    return ", ".join(parts)


def show_form(view: View) -> Response:
    """An empty form, or that of a draft that is to be changed."""
    _only_senders(view)
    earlier = view.query.get("dari", "")
    row = broadcast_desk.find(view.session, view.speaker, int(earlier)) if earlier.isdecimal() else None
    return _form(view, Audience.from_json(row.audience) if row else Audience(), row.text if row else "")


def _form(view: View, audience: Audience, text: str, problem: str = "", status: int = 200) -> Response:
    scope = indicators.scope_of(view.speaker)
    districts = service_areas.districts(view.session, scope) if scope else []
    code = view.query.get("kec", "") or (districts[0].code if len(districts) == 1 else "")
    chosen = next((area for area in districts if area.code == code), None)
    if code and chosen is None:
        raise HTTPException(404)
    areas = service_areas.villages(view.session, scope, chosen.code) if scope and chosen else districts
    return view.render(
        "broadcast_form.html", status, audience=audience, text=text, districts=districts, chosen=chosen, areas=areas,
        conditions=[(name, texts.phrase(f"phrase_only_{name}")) for name in CONDITIONS], repeats=tuple(REPEATS),
        longest=broadcasts.LONGEST, problem=texts.phrase(problem), due=view.form.get("due", ""),
        repeat=view.form.get("repeat", ""), earlier=view.query.get("dari", ""),
    )  # fmt: skip


def prepare(view: View) -> Response:
    """Keep a draft; its page says whom it would reach."""
    _only_senders(view)
    audience, text = _audience(view), view.form.get("text", "")
    due = _moment(view.form.get("due", ""))
    if due is None:
        return _form(view, audience, text, "broadcast_bad_moment", 400)
    staff = view.officer.staff
    repeat = view.form.get("repeat", "")
    try:
        row, _ = broadcasts.prepare(
            view.session, staff, staff.phone, audience, text, view.now, due_at=max(due, view.now),
            repeat=repeat if repeat in REPEATS else None,
        )  # fmt: skip
    except BroadcastError as error:
        return _form(view, audience, text, str(error), 400)
    _drop_earlier(view)
    view.note("broadcast_prepared", f"broadcast:{row.id}", count=row.recipients)
    return view.go(f"{ADDRESS}/{row.id}")


def _audience(view: View) -> Audience:
    """What the form chose; an area that is not hers is not found."""
    areas = tuple(dict.fromkeys(view.lists.get("areas", [])))
    if not areas and view.form.get("district"):
        areas = (view.form["district"],)
    if not all(access.may_send_to(view.session, view.speaker, code) for code in areas):
        raise HTTPException(404)
    trimester, only = view.form.get("trimester", ""), view.form.get("only", "")
    mothers = view.form.get("who") != "cadres"
    return Audience(
        "mothers" if mothers else "cadres",
        areas,
        int(trimester) if mothers and trimester in ("1", "2", "3") else None,
        next((name for name in CONDITIONS if mothers and name == only), None),
    )


def _moment(text: str) -> datetime | None:
    """Local time as the browser's field gives it; nothing means now, None cannot be read."""
    if not text:
        return datetime.min.replace(tzinfo=clock.JAKARTA)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=clock.JAKARTA) if found.tzinfo is None else None


def _drop_earlier(view: View) -> None:
    """A draft that was changed is not kept beside the new one."""
    earlier = view.form.get("earlier", "")
    row = broadcast_desk.find(view.session, view.speaker, int(earlier), lock=True) if earlier.isdecimal() else None
    if row is not None and row.status == "draft" and row.staff_id == view.officer.staff.id:
        broadcasts.stop(view.session, row, view.now)


def show(view: View) -> Response:
    """One of them: a preview while it is a draft, how far it has come afterwards."""
    row = _found(view)
    sender = view.session.get(Staff, row.staff_id) if row.staff_id else None
    officer = view.officer.staff
    common: dict[str, Any] = {
        "row": row,
        "audience": in_words(view, row),
        "sample": broadcasts.message(sender, row.text).text,
        "excluded": _excluded(row),
        "sender": sender,
        "mine": row.staff_id == officer.id,
        "may_approve": row.status == "waiting_approval" and row.staff_id != officer.id,
    }  # fmt: skip
    if row.status == "draft":
        return view.render("broadcast_preview.html", **common, **_reach(view, row, sender))
    return view.render(
        "broadcast.html", **common, done=broadcast_desk.handled(view.session, row), moves=row.status in MOVING,
        results=broadcasts.results(view.session, row), replied=broadcast_desk.replied(view.session, row),
    )  # fmt: skip


def _excluded(row: Broadcast) -> list[str]:
    return [texts.say(f"phrase_excluded_{why}", count=count).text for why, count in sorted(row.excluded.items())]


def _reach(view: View, row: Broadcast, sender: Staff | None) -> dict[str, int]:
    """How many need a template, and how many WhatsApp lets us write to today."""
    seen = audiences.preview(view.session, Audience.from_json(row.audience), sender, view.now)
    return {
        "templates": broadcast_desk.outside_window(view.session, seen.contacts, view.now),
        "room": messages.room_outside_window(view.session, view.now),
    }


def _found(view: View, *, lock: bool = False) -> Broadcast:
    _only_senders(view)
    row = broadcast_desk.find(view.session, view.speaker, view.number(), lock=lock)
    if row is None or (row.status == "draft" and row.staff_id != view.officer.staff.id):
        raise HTTPException(404)
    return row


Do = Callable[[View, Broadcast], bool]


def _act(do: Do) -> Callable[[View], Response]:
    """Do it if it still can be done; either way the page says how things stand."""

    def answer(view: View) -> Response:
        row = _found(view, lock=True)
        if not do(view, row):
            return view.go(f"{ADDRESS}/{row.id}", "ditolak")
        view.note("broadcast_act", f"broadcast:{row.id}", status=row.status)
        return view.go(f"{ADDRESS}/{row.id}", f"siaran_{row.status}")

    return answer


def _confirm(view: View, row: Broadcast) -> bool:
    if row.status != "draft":
        return False
    broadcasts.confirm(view.session, row, view.now)
    return True


def _approve(view: View, row: Broadcast) -> bool:
    return broadcasts.approve(view.session, row, view.officer.staff, view.now)


def _pause(view: View, row: Broadcast) -> bool:
    return broadcasts.pause(view.session, row, view.now)


def _resume(view: View, row: Broadcast) -> bool:
    return broadcasts.resume(view.session, row, view.now)


def _stop(view: View, row: Broadcast) -> bool:
    return broadcasts.stop(view.session, row, view.now)
