"""Mothers of the area: whom to look for, the list, one record with what happened, and the list as a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from console import drawing, mother_form, mother_words, sheets
from console.pages import HOME, View, page
from registry.models import Person
from registry.pregnancies import entitlement, mother_filters, mother_record, mother_search, visit_rejections
from registry.pregnancies.mother_filters import NEXT
from registry.pregnancies.mother_search import MOST_EXPORTED, SPANS, Wanted, Weeks
from registry.rules.rows import PaymentPath

LIST = f"{HOME}ibu"
STATES = ("active", "delivered", "loss", "miscarriage", "closed")
LONGEST_TEXT = 80


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [page("/ibu", show_list), page("/ibu.xlsx", export), page("/ibu/{id}", show)]


def wanted_of(view: View) -> Wanted:
    """What the address asks for; what is none of its values means all."""
    query = view.query
    weeks, state, path = query.get("umur", ""), query.get("keadaan", ""), query.get("jalur", "")
    least, most = (
        mother_form.number_of(query.get(name, ""), mother_filters.LONGEST_WEEKS) for name in ("dari", "sampai")
    )
    following = query.get("berikut", "")
    return Wanted(
        text=query.get("cari", "").replace("\x00", "").strip()[:LONGEST_TEXT],
        village=query.get("desa", "")[:20],
        weeks=cast(Weeks, weeks if weeks in SPANS else ""),
        least=least,
        most=most,
        risk=query.get("risiko", "") == "1",
        following=following if following in NEXT else "",
        unreached=query.get("terjangkau", "") == "belum",
        path=path if path in set(PaymentPath) else "",
        state=state if state in STATES else "active",
    )


def _asked(wanted: Wanted) -> dict[str, Any]:
    """The same for the addresses of the other pages."""
    return {
        "cari": wanted.text,
        "desa": wanted.village,
        "umur": wanted.weeks,
        "dari": "" if wanted.least is None else str(wanted.least),
        "sampai": "" if wanted.most is None else str(wanted.most),
        "berikut": wanted.following,
        "terjangkau": "belum" if wanted.unreached else "",
        "risiko": "1" if wanted.risk else "",
        "jalur": wanted.path,
        "keadaan": "" if wanted.state == "active" else wanted.state,
    }


def show_list(view: View) -> Response:
    """Everybody who is looked for."""
    wanted = wanted_of(view)
    found = mother_search.search(view.session, view.speaker, wanted, view.page_number(), view.now)
    view.look(f"list:{found.total}", "list_seen")
    asked = _asked(wanted)
    return view.render(
        "mothers.html", found=found, wanted=wanted, asked=asked, address=LIST, states=STATES, spans=NEXT,
        villages=mother_search.villages_of(view.session, view.speaker), paths=[one.value for one in PaymentPath],
        narrowed=any(value for name, value in asked.items() if name != "cari"),
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
    header = [words[name] for name in words if name not in ("title", "all", "some")]
    above = [
        words["title"],
        view.officer.staff.facility or "",
        drawing.moment(view.now),
        _how_many(len(rows), found.total),
    ]
    view.look(f"list:{len(rows)}", "list_exported")
    return sheets.answer("ibu", [sheets.Sheet(words["title"], above, header, rows)])


def _how_many(shown: int, total: int) -> str:
    """A list that is cut off says so."""
    return drawing.word("sheet", "all" if shown == total else "some").format(
        shown=drawing.thousands(shown), total=drawing.thousands(total)
    )


def _plain(text: str | None) -> str | None:
    """Without the control characters that a spreadsheet cannot hold."""
    return None if text is None else "".join(letter for letter in text if letter.isprintable())


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def show(view: View) -> Response:
    """One mother."""
    person = person_of(view)
    view.look(f"person:{person.id}")
    return draw(view, person)


def draw(view: View, person: Person, problems: Mapping[str, str] | None = None) -> Response:
    """Her page; with ``problems`` the form they stand beside is open and holds what was typed."""
    record = mother_record.read(view.session, view.speaker, person, view.now)
    return view.render(
        "mother.html", 422 if problems else 200, record=record, person=person, kinds=mother_form.VISITS,
        whys=visit_rejections.WHYS, grounds=entitlement.WHYS, to_confirm=entitlement.TO_CONFIRM,
        problems=problems or {}, typed=view.form, changed=mother_words,
    )  # fmt: skip


def person_of(view: View) -> Person:
    """Whom the address names; 404 when she is not this officer's business."""
    found = mother_record.find(view.session, view.speaker, view.number())
    if found is None:
        raise HTTPException(404)
    return found


def back(view: View, person: Person, flash: str, part: str = "") -> Response:
    """To her page, which says that it is done; ``part`` is where to look."""
    answer = view.go(f"{LIST}/{person.id}", flash)
    return RedirectResponse(f"{answer.headers['location']}#{part}", status_code=303) if part else answer
