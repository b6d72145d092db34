"""Messages to many: written, seen as they will look, sent on a yes, watched, held, stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import broadcast_form
from console.pages import Officer, View, number_in, page
from console.today import live
from registry import texts
from registry.figures import indicators
from registry.messaging import (
    broadcast_approval,
    broadcast_desk,
    broadcast_reach,
    broadcast_sending,
    broadcast_words,
    broadcasts,
    messages,
    senders,
)
from registry.messaging.audiences import Audience
from registry.messaging.broadcast_desk import Progress
from registry.messaging.broadcasts import REPEATS, BroadcastError
from registry.models import Broadcast, Staff

PAGE = 25
UNITS = ("puskesmas", "dinkes")
MOVING = ("running", "scheduled")
LISTED = ("running", "paused", "done", "stopped")
ADDRESS = "/console/siaran"


def routes() -> list[BaseRoute]:
    """The list, writing one, one of them, and what can be done with it."""
    acts = [
        page(f"/siaran/{{id}}/{name}", _act(do), methods=["POST"])
        for name, do in (
            ("kirim", _confirm), ("setujui", _approve), ("tolak", _refuse), ("jeda", _pause), ("lanjut", _resume),
            ("hentikan", _stop),
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
    """An empty form, that of a draft that is to be changed, or one that begins with what she sent before."""
    _only_senders(view)
    return broadcast_form.show(view, _own(view, view.query.get("dari", "")))


def prepare(view: View) -> Response:
    """Keep a draft; its page says whom it would reach."""
    _only_senders(view)
    text, audience = view.form.get("text", ""), Audience()
    try:
        audience = broadcast_form.read(view)
        row = _kept(view, audience, text)
    except BroadcastError as error:
        return broadcast_form.draw(view, audience, text, str(error), 400)
    _drop_earlier(view)
    view.note("broadcast_prepared", f"broadcast:{row.id}", count=row.recipients)
    return view.go(f"{ADDRESS}/{row.id}")


def _kept(view: View, audience: Audience, text: str) -> Broadcast:
    due, repeat = broadcast_form.moment(view.form.get("due", "")), view.form.get("repeat", "")
    if due is None:
        raise BroadcastError("broadcast_bad_moment")
    staff = view.officer.staff
    row, _ = broadcasts.prepare(
        view.session, staff, staff.phone, audience, text, view.now, due_at=max(due, view.now),
        repeat=repeat if repeat in REPEATS else None,
    )  # fmt: skip
    return row


def _drop_earlier(view: View) -> None:
    """A draft that was changed is not kept beside the new one."""
    row = _own_draft(view, view.form.get("earlier", ""), lock=True)
    if row is not None:
        broadcasts.stop(view.session, row, view.now)


def _own_draft(view: View, written: str, *, lock: bool = False) -> Broadcast | None:
    """What she wrote and has not sent."""
    row = _own(view, written, lock=lock)
    return row if row is not None and row.status == "draft" else None


def _own(view: View, written: str, *, lock: bool = False) -> Broadcast | None:
    """What she wrote."""
    number = number_in(written)
    row = broadcast_desk.find(view.session, view.speaker, number, lock=lock) if number is not None else None
    return row if row is not None and row.staff_id == view.officer.staff.id else None


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
        may_approve=broadcasts.may_approve(row, view.officer.staff), second=_second(view, row),
        reasons=[broadcast_words.reason(code) for code in broadcast_words.REASONS],
        waiting=_waiting(view, row, progress),
        done=max(0, row.recipients - progress.undecided) if row.status in LISTED else 0,
        ended_for=texts.phrase(f"phrase_{row.ended_for}") if row.ended_for else "",
    )  # fmt: skip


def _second(view: View, row: Broadcast) -> str:
    """While it waits who may say yes; afterwards the name of whoever decided."""
    if row.status == "waiting_approval":
        return broadcast_approval.needed(view.session, row)
    number = row.refused_by or row.approved_by
    decider = view.session.get(Staff, number) if number else None
    return decider.name if decider is not None else ""


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
    is_large = broadcasts.is_large(view.session, len(seen.contacts), view.now)
    return {
        "count": len(seen.contacts),
        "excluded": broadcast_words.left_out(seen.excluded),
        "plan": plan,
        "template_words": broadcast_words.template(plan),
        "costs": broadcast_words.costs(plan.costs),
        "needed": broadcast_approval.needed(view.session, row) if is_large else "",
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
        said = "refused" if row.ended_for == "refused" else row.status
        return view.go(f"{ADDRESS}/{row.id}", f"siaran_{said}")

    return answer


def _confirm(view: View, row: Broadcast) -> bool:
    if row.status != "draft":
        return False
    return broadcasts.confirm(view.session, row, view.now) != "stopped"


def _approve(view: View, row: Broadcast) -> bool:
    return broadcasts.approve(view.session, row, view.officer.staff, view.now)


def _refuse(view: View, row: Broadcast) -> bool:
    return broadcasts.refuse(view.session, row, view.officer.staff, view.form.get("why", ""), view.now)


def _pause(view: View, row: Broadcast) -> bool:
    return broadcasts.pause(view.session, row, view.now)


def _resume(view: View, row: Broadcast) -> bool:
    return broadcasts.resume(view.session, row, view.now)


def _stop(view: View, row: Broadcast) -> bool:
    return broadcasts.stop(view.session, row, view.now)
