"""Complaints, for the Dinas Kesehatan alone: the list, one of them, and the answer she gets.

Who complains is shown nowhere: the answer reaches her through the registry.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.pages import View, page
from registry.casework import complaint_words, complaints
from registry.models import AuditEntry, Complaint

PAGE = 25
STATES = ("open", "answered", "closed")
ADDRESS = "/console/keluhan"
FLASHES = {"sent": "keluhan_dijawab", "not_reached": "keluhan_tak_sampai"}


def routes() -> list[BaseRoute]:
    """All of them are closed to other offices."""
    return [
        page("/keluhan", show_list, units=("dinkes",)),
        page("/keluhan/{id}", show, units=("dinkes",)),
        page("/keluhan/{id}/jawab", answer, methods=["POST"], units=("dinkes",)),
    ]


def show_list(view: View) -> Response:
    """Those that wait for an answer first, the longest waiting on top."""
    state = view.query.get("keadaan", "")
    if state and state not in STATES:
        raise HTTPException(404)
    chosen = select(Complaint).where(Complaint.status == state) if state else select(Complaint)
    waiting_first = chosen.order_by(Complaint.status != "open", Complaint.at, Complaint.id)
    rows = [row for row in view.session.scalars(waiting_first) if complaints.may_read(view.speaker, row)]
    number = view.page_number()
    by_status = view.session.execute(
        select(Complaint.status, func.count().label("how_many")).group_by(Complaint.status)
    )
    counted = {row.status: row.how_many for row in by_status}
    return view.render(
        "complaints.html", rows=[(row, _words(view, row)) for row in rows[(number - 1) * PAGE : number * PAGE]],
        number=number, last=-(-len(rows) // PAGE) or 1, state=state, states=STATES, counted=counted,
    )  # fmt: skip


def _words(view: View, row: Complaint) -> dict[str, object]:
    return complaint_words.in_words(row, view.now)


def show(view: View) -> Response:
    """One of them with its history; the look is on record."""
    row = _found(view)
    view.look(f"complaint:{row.id}")
    return _drawn(view, row)


def _drawn(view: View, row: Complaint, problem: str = "", status: int = 200) -> Response:
    return view.render(
        "complaint.html", status, row=row, told=_words(view, row), history=_history(view, row), problem=problem,
        longest=complaints.LONGEST_ANSWER, text=view.form.get("answer", ""),
    )  # fmt: skip


def _history(view: View, row: Complaint) -> Sequence[AuditEntry]:
    rows = select(AuditEntry).where(AuditEntry.subject == f"complaint:{row.id}", AuditEntry.action != "record_seen")
    return view.session.scalars(rows.order_by(AuditEntry.at, AuditEntry.id)).all()


def answer(view: View) -> Response:
    """Send what was written; she is asked whether that settles it."""
    row = _found(view)
    text = view.form.get("answer", "")
    if not text:
        return _drawn(view, row, "empty", 400)
    outcome = complaints.answer(view.session, view.speaker, row.id, text, view.now, None)
    if outcome not in FLASHES:
        return view.go(f"{ADDRESS}/{row.id}", "ditolak")
    view.note("complaint_act", f"complaint:{row.id}", outcome=outcome)
    return view.go(f"{ADDRESS}/{row.id}", FLASHES[outcome])


def _found(view: View) -> Complaint:
    row = complaints.for_officer(view.session, view.speaker, view.number())
    if row is None:
        raise HTTPException(404)
    return row
