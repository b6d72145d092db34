"""Messages to many: written, seen as they will look, sent on a yes, watched, held, stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.pages import Officer, View, number_in, page
from console.today import live
from registry import access, clock, texts
from registry.figures import indicators, service_areas
from registry.messaging import (
    broadcast_desk,
    broadcast_reach,
    broadcast_sending,
    broadcast_words,
    broadcasts,
    messages,
    senders,
)
from registry.messaging.audiences import Audience, Only
from registry.messaging.broadcast_desk import Progress
from registry.messaging.broadcasts import REPEATS, BroadcastError
from registry.models import Broadcast, Staff

PAGE = 25
UNITS = ("puskesmas", "dinkes")
MOVING = ("running", "scheduled")
LISTED = ("running", "paused", "done", "stopped")
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
        live("/siaran/{id}/alir", _print),
        *acts,
    ]


def show_list(view: View) -> Response:
    """Those she may see, the newest first."""
    _only_senders(view)
    number, count = view.page_number(), broadcast_desk.total(view.session, view.speaker)
    rows = broadcast_desk.newest(view.session, view.speaker, skip=(number - 1) * PAGE, most=PAGE)
    return view.render(
        "broadcasts.html", rows=[(row, _to(view, row)) for row in rows], number=number, last=-(-count // PAGE) or 1
    )


def _only_senders(view: View) -> None:
    """A hospital writes to nobody's villages."""
    if indicators.scope_of(view.speaker) is None or view.officer.staff.unit not in UNITS:
        raise HTTPException(404)


def _to(view: View, row: Broadcast) -> str:
    return broadcast_words.audience(view.session, Audience.from_json(row.audience))


def show_form(view: View) -> Response:
    """An empty form, or that of a draft that is to be changed."""
    _only_senders(view)
    row = _own_draft(view, view.query.get("dari", ""))
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
    row = _own_draft(view, view.form.get("earlier", ""), lock=True)
    if row is not None:
        broadcasts.stop(view.session, row, view.now)


def _own_draft(view: View, written: str, *, lock: bool = False) -> Broadcast | None:
    """What she wrote and has not sent."""
    number = number_in(written)
    row = broadcast_desk.find(view.session, view.speaker, number, lock=lock) if number is not None else None
    hers = row is not None and row.status == "draft" and row.staff_id == view.officer.staff.id
    return row if hers else None


def show(view: View) -> Response:
    """One of them: a preview while it is a draft, how far it has come afterwards."""
    row = _found(view)
    sender = view.session.get(Staff, row.staff_id) if row.staff_id else None
    common: dict[str, Any] = {
        "row": row,
        "audience": _to(view, row),
        "sample": broadcasts.message(sender, row.text, row.audience["who"]).text,
        "excluded": broadcast_words.left_out(row.excluded),
        "sender": sender,
        "mine": row.staff_id == view.officer.staff.id,
    }
    if row.status == "draft":
        return view.render("broadcast_preview.html", **(common | _reach(view, row, sender)))
    progress = broadcast_desk.progress(view.session, row)
    return view.render(
        "broadcast.html", **common, progress=progress, moves=row.status in MOVING or progress.queued > 0,
        may_approve=broadcasts.may_approve(view.session, row, view.officer.staff),
        waiting=_waiting(view, row, progress),
        done=max(0, row.recipients - progress.undecided) if row.status in LISTED else 0,
        ended_for=texts.phrase(f"phrase_{row.ended_for}") if row.ended_for else "",
    )  # fmt: skip


def _waiting(view: View, row: Broadcast, progress: Progress) -> str:
    """What a running one waits for, as the name of a word; empty when it goes on."""
    if row.status != "running" and not progress.queued:
        return ""
    if broadcast_reach.goes_at(view.session, view.now, view.now) > view.now:
        return "night"
    if row.status == "running" and messages.backlog(view.session) >= broadcast_sending.FULL:
        return "queue"
    sender = senders.find(view.session, "whatsapp")
    if sender is not None and sender.bulk_until is not None and sender.bulk_until > view.now:
        return "held"
    if row.status == "running" and progress.undecided and not broadcast_reach.room(view.session, view.now):
        return "tier"
    return ""


def _reach(view: View, row: Broadcast, sender: Staff | None) -> dict[str, Any]:
    """What WhatsApp makes of it: looked up anew, for a draft may be old."""
    audience = Audience.from_json(row.audience)
    seen = broadcast_reach.look(view.session, audience, sender, row.text, view.now, row.due_at)
    plan = broadcast_reach.plan(view.session, audience, seen, row.due_at, view.now)
    return {
        "count": len(seen.contacts),
        "excluded": broadcast_words.left_out(seen.excluded),
        "plan": plan,
        "template_words": broadcast_words.template(plan),
        "costs": broadcast_words.costs(plan.costs),
        "is_large": broadcast_sending.is_large(view.session, len(seen.contacts), view.now),
    }


def _print(session: Session, officer: Officer, now: datetime, number: int) -> object:
    """Differs when the broadcast has come further, or somebody held it."""
    row = broadcast_desk.find(session, officer.speaker, number)
    if row is None or row.status == "draft" or officer.staff.unit not in UNITS:
        return None
    return row.status, broadcast_desk.progress(session, row)


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
    return broadcasts.confirm(view.session, row, view.now) != "stopped"


def _approve(view: View, row: Broadcast) -> bool:
    return broadcasts.approve(view.session, row, view.officer.staff, view.now)


def _pause(view: View, row: Broadcast) -> bool:
    return broadcasts.pause(view.session, row, view.now)


def _resume(view: View, row: Broadcast) -> bool:
    return broadcasts.resume(view.session, row, view.now)


def _stop(view: View, row: Broadcast) -> bool:
    return broadcasts.stop(view.session, row, view.now)
