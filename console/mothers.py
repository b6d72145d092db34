"""Mothers of the area: the list, one record with what happened, and what an officer may put right in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import drawing, sheets
from console.pages import HOME, View, page
from registry import clock
from registry.models import EligibilityAnswer, Person, Pregnancy, Visit
from registry.persons import changes, people
from registry.pregnancies import entitlement, mother_record, mother_search, visits
from registry.pregnancies.mother_record import RISKS, Record
from registry.pregnancies.mother_search import MOST_EXPORTED, SPANS, Wanted, Weeks
from registry.reminding import plan
from registry.rules.rows import PaymentPath

LIST = f"{HOME}ibu"
STATES = ("active", "delivered", "loss", "miscarriage", "closed")
VISITS = ("K1", "K2", "K3", "K4", "K5", "K6", "KF1", "KF2", "KF3", "KF4", "KN1", "KN2", "KN3")
LONGEST_TEXT = 80
OLDEST_VISIT = timedelta(days=400)


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        page("/ibu", show_list),
        page("/ibu.xlsx", export),
        page("/ibu/{id}", show),
        page("/ibu/{id}/kunjungan/{visit}", verify, methods=["POST"]),
        page("/ibu/{id}/kunjungan", note_visit, methods=["POST"]),
        page("/ibu/{id}/hak/{answer}", confirm, methods=["POST"]),
        page("/ibu/{id}/risiko", keep_risks, methods=["POST"]),
    ]


def wanted_of(view: View) -> Wanted:
    """What the address asks for; what is none of its values means all."""
    query = view.query
    weeks, state, path = query.get("umur", ""), query.get("keadaan", ""), query.get("jalur", "")
    return Wanted(
        text=query.get("cari", "").replace("\x00", "").strip()[:LONGEST_TEXT],
        village=query.get("desa", "")[:20],
        weeks=cast(Weeks, weeks if weeks in SPANS else ""),
        risk=query.get("risiko", "") == "1",
        path=path if path in set(PaymentPath) else "",
        state=state if state in STATES else "active",
    )


def _asked(wanted: Wanted) -> dict[str, Any]:
    """The same for the addresses of the other pages."""
    return {
        "cari": wanted.text,
        "desa": wanted.village,
        "umur": wanted.weeks,
        "risiko": "1" if wanted.risk else "",
        "jalur": wanted.path,
        "keadaan": "" if wanted.state == "active" else wanted.state,
    }


def show_list(view: View) -> Response:
    """Everybody who is looked for."""
    wanted = wanted_of(view)
    found = mother_search.search(view.session, view.speaker, wanted, view.page_number(), view.now)
    view.look(f"list:{found.total}", "list_seen")
    return view.render(
        "mothers.html", found=found, wanted=wanted, asked=_asked(wanted), address=LIST, states=STATES,
        villages=mother_search.villages_of(view.session, view.speaker), paths=[one.value for one in PaymentPath],
    )  # fmt: skip


def export(view: View) -> Response:
    """The same list as a spreadsheet: no NIK, and no text becomes a formula."""
    wanted = wanted_of(view)
    found = mother_search.search(view.session, view.speaker, wanted, 1, view.now, MOST_EXPORTED)
    rows = [
        [
            line.entry.person.code, sheets.safe(_plain(line.entry.person.name)), line.village, line.district,
            drawing.phone(line.entry.person.phone), line.entry.weeks, _iso(line.entry.hpl), line.entry.visit,
            _iso(line.entry.on), drawing.word("yes", line.entry.high_risk),
            drawing.path(line.path) if line.path else None,
        ]
        for line in found.lines
    ]  # fmt: skip
    words = drawing.words()["sheet"]
    header = [words[name] for name in words if name != "title"]
    above = [words["title"], view.officer.staff.facility or "", drawing.moment(view.now)]
    view.look(f"list:{len(rows)}", "list_exported")
    return sheets.answer("ibu", [sheets.Sheet(words["title"], above, header, rows)])


def _plain(text: str | None) -> str | None:
    """Without the control characters that a spreadsheet cannot hold."""
    return None if text is None else "".join(letter for letter in text if letter.isprintable())


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def show(view: View) -> Response:
    """One mother."""
    person = _person(view)
    view.look(f"person:{person.id}")
    return _draw(view, mother_record.read(view.session, view.speaker, person, view.now))


def _draw(view: View, record: Record) -> Response:
    return view.render("mother.html", record=record, person=record.person, risks=RISKS, kinds=VISITS)


def _person(view: View) -> Person:
    found = mother_record.find(view.session, view.speaker, view.number())
    if found is None:
        raise HTTPException(404)
    return found


def _back(view: View, person: Person, flash: str) -> Response:
    return view.go(f"{LIST}/{person.id}", flash)


def verify(view: View) -> Response:
    """A check-up that was told is true."""
    person = _person(view)
    row = view.session.get(Visit, view.number("visit"))
    pregnancy = view.session.get(Pregnancy, row.pregnancy_id) if row is not None else None
    if row is None or pregnancy is None or pregnancy.person_id != person.id:
        raise HTTPException(404)
    visits.note(view.session, view.speaker, pregnancy, row.kind, row.on, view.now)
    view.note("console_visit_verified", f"person:{person.id}", visit=row.kind)
    return _back(view, person, "diverifikasi")


def note_visit(view: View) -> Response:
    """A check-up that the officer enters or puts right; it is verified by that."""
    person, kind, on = _person(view), view.form.get("kind", ""), _day(view.form.get("on", ""))
    pregnancy, today = people.latest_pregnancy(view.session, person), clock.today(view.now)
    if pregnancy is None or kind not in VISITS or on is None or not today - OLDEST_VISIT <= on <= today:
        return _back(view, person, "ditolak")
    visits.note(view.session, view.speaker, pregnancy, kind, on, view.now, correct=True)
    view.note("console_visit_entered", f"person:{person.id}", visit=kind)
    return _back(view, person, "diverifikasi")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def confirm(view: View) -> Response:
    """The papers were seen: she is entitled."""
    person = _person(view)
    row = view.session.get(EligibilityAnswer, view.number("answer"))
    if row is None or row.person_id != person.id:
        raise HTTPException(404)
    entitlement.confirm(view.session, row, view.officer.ref, view.now)
    return _back(view, person, "dikonfirmasi")


def keep_risks(view: View) -> Response:
    """What staff found; the plan of reminders follows."""
    person = _person(view)
    pregnancy = people.active_pregnancy(view.session, person)
    if pregnancy is None:
        return _back(view, person, "ditolak")
    told = set(view.lists.get("risk", []))
    known = [risk for risk in pregnancy.risks if risk not in RISKS]  # an older record's words stay
    found = [*(risk for risk in RISKS if risk in told), *known]
    if found != pregnancy.risks:
        old, pregnancy.risks = pregnancy.risks, found
        changes.note(
            view.session, view.speaker, person, "risks", ", ".join(old), ", ".join(found), view.now, pregnancy=pregnancy
        )
        view.note("record_changed", f"person:{person.id}", field="risks")
        plan.replan(view.session, pregnancy, view.now)
    return _back(view, person, "risiko")
