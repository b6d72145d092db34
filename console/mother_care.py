"""What an officer does on a mother's page itself: check-ups, the entitlement, her papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import mother_form, mothers
from console.mother_form import VISITS
from console.pages import View, page
from registry import clock
from registry.models import EligibilityAnswer, Person, Pregnancy, Visit
from registry.persons import people
from registry.pregnancies import entitlement, papers, schedule, visit_reports, visits
from registry.pregnancies import visit_rejections as rejections
from registry.rules import visit_days

OLDEST_VISIT = timedelta(days=400)
LONGEST_PLACE, LONGEST_NOTE = 80, 200


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        page("/ibu/{id}/kunjungan/{visit}", verify, methods=["POST"]),
        page("/ibu/{id}/kunjungan/{visit}/tolak", reject, methods=["POST"]),
        page("/ibu/{id}/kunjungan", note_visit, methods=["POST"]),
        page("/ibu/{id}/hak/{answer}", confirm, methods=["POST"]),
        page("/ibu/{id}/hak/{answer}/batal", unconfirm, methods=["POST"]),
        page("/ibu/{id}/berkas", keep_papers, methods=["POST"]),
    ]


def _visit(view: View) -> tuple[Person, Pregnancy, Visit]:
    person = mothers.person_of(view)
    row = view.session.get(Visit, view.number("visit"))
    pregnancy = view.session.get(Pregnancy, row.pregnancy_id) if row is not None else None
    if row is None or pregnancy is None or pregnancy.person_id != person.id:
        raise HTTPException(404)
    return person, pregnancy, row


def verify(view: View) -> Response:
    """A check-up that was told is true."""
    person, pregnancy, row = _visit(view)
    visits.note(view.session, view.speaker, pregnancy, row.kind, row.on, view.now)
    view.note("console_visit_verified", f"person:{person.id}", visit=row.kind)
    return mothers.back(view, person, "diverifikasi", "periksa")


def reject(view: View) -> Response:
    """A check-up that was told did not take place, or not so."""
    person, pregnancy, row = _visit(view)
    why = view.form.get("why", "")
    if why not in rejections.WHYS:
        return mothers.draw(view, person, {f"why_{row.id}": "choose"})
    kind = row.kind
    rejections.reject(view.session, view.speaker, pregnancy, row, cast(rejections.Why, why), view.now)
    view.note("console_visit_rejected", f"person:{person.id}", visit=kind, why=why)
    return mothers.back(view, person, "kunjungan_ditolak", "periksa")


def note_visit(view: View) -> Response:
    """A check-up that the officer did or puts right; it is verified by that."""
    person, form = mothers.person_of(view), view.form
    pregnancy = people.latest_pregnancy(view.session, person)
    kind, on, place = form.get("kind", ""), mother_form.day_of(form.get("on", "")), form.get("place", "")
    problems = {} if kind in VISITS else {"visit_kind": "choose"}
    if pregnancy is None or visit_reports.over(pregnancy) is not None:
        problems["visit_kind"] = "visit_over"
    elif kind in VISITS:
        problems.update(_wrong_day(view, pregnancy, kind, on))
    if len(place) > LONGEST_PLACE:
        problems["visit_place"] = "too_long"
    if problems or pregnancy is None or on is None:
        return mothers.draw(view, person, problems)
    told = " ".join(place.split()) or None
    visits.note(view.session, view.speaker, pregnancy, kind, on, view.now, place=told, correct=True)
    view.note("console_visit_entered", f"person:{person.id}", visit=kind)
    return mothers.back(view, person, "kunjungan_dicatat", "periksa")


def _wrong_day(view: View, pregnancy: Pregnancy, kind: str, on: date | None) -> Mapping[str, str]:
    if on is None:
        return {"visit_on": "date_odd"}
    today = clock.today(view.now)
    if on < today - OLDEST_VISIT:
        return {"visit_on": "visit_before_pregnancy"}
    problem = visit_days.problem_of(schedule.of(view.session, pregnancy, view.now).course, kind, on, today)
    return {"visit_on": f"visit_{problem}"} if problem else {}


def _answer(view: View) -> tuple[Person, EligibilityAnswer]:
    person = mothers.person_of(view)
    row = view.session.get(EligibilityAnswer, view.number("answer"))
    if row is None or row.person_id != person.id:
        raise HTTPException(404)
    return person, row


def confirm(view: View) -> Response:
    """By what she knows it the officer says; then the mother is entitled."""
    person, row = _answer(view)
    why, note = view.form.get("why", ""), " ".join(view.form.get("note", "").split())
    problems: dict[str, Any] = {}
    if why not in entitlement.WHYS:
        problems[f"confirm_{row.id}"] = "choose"
    if len(note) > LONGEST_NOTE:
        problems[f"note_{row.id}"] = "too_long"
    if problems:
        return mothers.draw(view, person, problems)
    staff = view.officer.staff.id
    done = entitlement.confirm(view.session, row, staff, view.now, why=why, note=note or None)
    return mothers.back(view, person, "dikonfirmasi" if done else "ditolak", "hak")


def unconfirm(view: View) -> Response:
    """It was confirmed by mistake."""
    person, row = _answer(view)
    done = entitlement.unconfirm(view.session, row, view.officer.staff.id, view.now)
    return mothers.back(view, person, "konfirmasi_dibatalkan" if done else "ditolak", "hak")


def keep_papers(view: View) -> Response:
    """Which papers she has."""
    person, staff = mothers.person_of(view), view.officer.staff.id
    papers.keep(view.session, view.speaker, person, staff, view.lists.get("paper", []), view.now)
    return mothers.back(view, person, "berkas", "berkas")
