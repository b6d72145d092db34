"""What rides cost: asked by drivers, approved or refused with a reason, paid from a list; the photo that shows it.

Open to those whom ``registry.access.may_settle`` names, within their area; for everybody else it is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import drawing, sheets
from console.pages import View, number_in, page
from registry import access, clock
from registry.models import AuditEntry, Staff
from registry.transport import voucher_lists, voucher_photos, vouchers
from registry.transport.voucher_lists import Line, Payment
from registry.transport.vouchers import VoucherError

LIST = "/console/ongkos"
MOST_AT_ONCE = 200
DONE = ("voucher_asked", "voucher_photo_kept", "voucher_approved", "voucher_refused", "voucher_paid")


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        page("/ongkos", show_list),
        page("/ongkos.xlsx", export),
        page("/ongkos/bayar", pay, methods=["POST"]),
        page("/ongkos/{id}", show),
        page("/ongkos/{id}/foto", photo),
        page("/ongkos/{id}/setuju", approve, methods=["POST"]),
        page("/ongkos/{id}/tolak", refuse, methods=["POST"]),
    ]


def show_list(view: View) -> Response:
    """Those of her area; while the programme gives nothing the page says so."""
    _check(view)
    return _drawn_list(view)


def _check(view: View) -> None:
    if not access.may_settle(view.speaker):
        raise HTTPException(404)


def _drawn_list(view: View, problem: str = "") -> Response:
    state = view.query.get("keadaan", "approved" if problem else "")
    if state and state not in voucher_lists.STATES:
        raise HTTPException(404)
    number = view.page_number()
    counted = voucher_lists.counts(view.session, view.speaker)
    shown = counted.get(state, 0) if state else sum(counted.values())
    return view.render(
        "vouchers.html", 422 if problem else 200, rows=voucher_lists.lines(view.session, view.speaker, state, number),
        number=number, last=-(-shown // voucher_lists.PAGE) or 1, state=state, states=voucher_lists.STATES,
        counted=counted, in_force=vouchers.in_force(view.session, view.now), rupiah=vouchers.rupiah,
        is_kept=voucher_photos.is_kept, problem=problem, may_pay=_may_pay(view), may_set=access.may_decide(
            view.officer.staff), picked=view.lists.get("voucher", []), paid_on=_typed_day(view),
    )  # fmt: skip


def _may_pay(view: View) -> Any:
    return lambda row: access.may_pay(view.officer.staff, row.decided_by)


def _typed_day(view: View) -> str:
    return view.form.get("on", clock.today(view.now).isoformat())


def _found(view: View) -> Line:
    line = voucher_lists.find(view.session, view.speaker, view.number())
    if line is None:
        raise HTTPException(404)
    return line


def show(view: View) -> Response:
    """One of them with its history; the look is on record."""
    line = _found(view)
    view.look(f"voucher:{line.voucher.id}")
    return _drawn(view, line)


def _drawn(view: View, line: Line, problem: str = "") -> Response:
    row = line.voucher
    return view.render(
        "voucher.html", 422 if problem else 200, line=line, row=row, rupiah=vouchers.rupiah,
        has_photo=voucher_photos.is_kept(line.photo), history=_history(view, line), problem=problem,
        longest=vouchers.LONGEST_REASON, reason=view.form.get("reason", ""), paid_on=_typed_day(view),
        may_pay=access.may_pay(view.officer.staff, row.decided_by),
    )  # fmt: skip


def _history(view: View, line: Line) -> Sequence[tuple[AuditEntry, str]]:
    """What was done, and by whom."""
    rows = select(AuditEntry).where(AuditEntry.subject == f"voucher:{line.voucher.id}", AuditEntry.action.in_(DONE))
    entries = view.session.scalars(rows.order_by(AuditEntry.at, AuditEntry.id)).all()
    names = {f"staff:{one.id}": one.name for one in view.session.scalars(select(Staff).where(Staff.id.in_(_ids(line))))}
    return [(entry, names.get((entry.detail or {}).get("by", ""), "")) for entry in entries]


def _ids(line: Line) -> list[int]:
    return [number for number in (line.voucher.decided_by, line.voucher.paid_by) if number is not None]


def photo(view: View) -> Response:
    """The picture alone; each look at it is on record."""
    line = _found(view)
    image = voucher_photos.seen(view.session, line.voucher)
    if image is None:
        raise HTTPException(404)
    view.look(f"voucher:{line.voucher.id}", "voucher_photo_seen")
    return Response(image, media_type="image/jpeg", headers={"content-disposition": "inline"})


def approve(view: View) -> Response:
    """The cost is taken over; the driver hears of it."""
    return _decide(view, approved=True)


def refuse(view: View) -> Response:
    """It is not, for a reason the driver reads."""
    return _decide(view, approved=False)


def _decide(view: View, *, approved: bool) -> Response:
    line, reason = _found(view), view.form.get("reason", "")
    try:
        vouchers.decide(view.session, view.speaker, line.voucher, view.now, approved=approved, reason=reason)
    except VoucherError as error:
        return _drawn(view, line, f"voucher_{error.code}")
    return view.go(f"{LIST}/{line.voucher.id}", "ongkos_disetujui" if approved else "ongkos_ditolak")


def pay(view: View) -> Response:
    """Those that were ticked were paid on a day: all of them, or none when one cannot be."""
    _check(view)
    numbers = [number_in(value) for value in view.lists.get("voucher", [])][:MOST_AT_ONCE]
    paid_on = _day(view.form.get("on", ""))
    if not numbers:
        return _drawn_list(view, "voucher_none")
    if paid_on is None:
        return _drawn_list(view, "voucher_date")
    lines = [voucher_lists.find(view.session, view.speaker, number or 0) for number in dict.fromkeys(numbers)]
    if None in lines:
        raise HTTPException(404)
    try:
        with view.session.begin_nested():
            for line in lines:
                if line is not None:
                    vouchers.pay(view.session, view.speaker, line.voucher, paid_on, view.now)
    except VoucherError as error:
        return _drawn_list(view, f"voucher_{error.code}")
    return view.go(LIST, "ongkos_dibayar", keadaan="paid")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-22") else None
    except ValueError:
        return None


def export(view: View) -> Response:
    """What is approved and not yet paid, as a spreadsheet; taking it along is on record."""
    _check(view)
    payments = voucher_lists.for_payment(view.session, view.speaker)
    words = drawing.words()["voucher_sheet"]
    above = [words["title"], view.officer.staff.facility or "", drawing.moment(view.now)]
    rows = [_cells(one) for one in payments]
    rows.append([words["total"], *[None] * 5, voucher_lists.total(payments), None, None])
    view.look(f"vouchers:{len(payments)}", "vouchers_exported")
    header = [words[name] for name in words if name not in ("title", "total")]
    return sheets.answer("ongkos", [sheets.Sheet(words["title"], above, header, rows, has_total=True)])


def _cells(one: Payment) -> list[sheets.Cell]:
    return [
        sheets.plain(one.driver), drawing.phone(one.phone), sheets.plain(one.plate), one.voucher_id,
        clock.today(one.driven_at).isoformat(), _place(one), one.amount,
        clock.today(one.approved_at).isoformat() if one.approved_at else None, sheets.plain(one.approved_by),
    ]  # fmt: skip


def _place(one: Payment) -> str:
    return ", ".join(name for name in (one.village, one.district) if name)
