"""Putting a mother's record right: the form, old and new side by side, and then it is kept. Nothing typed is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import mother_form, mother_words, mothers
from console.mother_form import Typed
from console.pages import View, page
from registry import access, clock
from registry.models import District, Person, Pregnancy, Village
from registry.persons import people
from registry.pregnancies import corrections
from registry.pregnancies.corrections import JKN, RISKS, Difference
from registry.rules import dating

FIELD_OF = {
    "address": "village",
    "hpht": "day",
    "hpl": "day",
    "weeks": "weeks",
    "gpa": "gravida",
    "jkn_told": "jkn",
}  # of the form, by that of the record
WHY_NOT = {"impossible": "impossible", "taken": "phone_taken", "not_pregnant": "not_pregnant"}
HIDDEN = (
    "name", "born_on", "village", "house", "phone", "companion", "jkn", "gravida", "para", "abortus", "with_risks",
    "how", "day", "weeks", "days", "source",
)  # fmt: skip


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [page("/ibu/{id}/ubah", show), page("/ibu/{id}/ubah", send, methods=["POST"])]


def show(view: View) -> Response:
    """The form as the record stands."""
    person = mothers.person_of(view)
    pregnancy = people.latest_pregnancy(view.session, person)
    view.look(f"person:{person.id}")
    return _form(view, person, pregnancy, mother_form.standing(person, pregnancy))


def send(view: View) -> Response:
    """Read, judged, shown, and kept when that was seen."""
    person = mothers.person_of(view)
    pregnancy = people.latest_pregnancy(view.session, person)
    typed = mother_form.read(view.form, view.lists.get("risk", []), person, pregnancy, view.now)
    step = view.form.get("step", "")
    if step == "back":
        return _form(view, person, pregnancy, Typed(typed.values, typed.risks))
    found = corrections.compare(view.session, view.speaker, person, typed.wishes, view.now)
    typed.problems.update(_refused(view, typed, found))
    if typed.problems or not found:
        return _form(view, person, pregnancy, typed, status=422)
    if step != "keep" or view.form.get("seen") != _digest(found) or any(one.verdict != "ok" for one in found):
        return _check(view, person, typed, found, again=step == "keep")
    kept = corrections.keep(view.session, view.speaker, person, typed.wishes, view.now)
    view.note("console_record_corrected", f"person:{person.id}", fields=kept)
    if not access.may_look_after(view.session, view.speaker, person):
        return view.go(mothers.LIST, "pindah_wilayah")
    return mothers.back(view, person, "dibetulkan")


def _refused(view: View, typed: Typed, found: Sequence[Difference]) -> dict[str, str]:
    """What the rules do not allow, beside the field it was typed in; a village must be one that is known."""
    problems = {_field(one.field, typed): WHY_NOT[one.verdict] for one in found if one.verdict in WHY_NOT}
    if problems.get("born_on") == "impossible":
        problems["born_on"] = "impossible_born_on"
    village = typed.values.get("village", "")
    if village and view.session.get(Village, village) is None:
        problems["village"] = "choose"
    return problems


def _field(name: str, typed: Typed) -> str:
    if FIELD_OF.get(name) == "day" and typed.values.get("how", "").endswith("weeks"):
        return "weeks"
    return FIELD_OF.get(name, name)


def _digest(found: Sequence[Difference]) -> str:
    """Of what was seen: when the record has changed meanwhile it is shown again."""
    seen = repr([(one.field, one.old, one.new) for one in found])
    return hashlib.sha256(seen.encode()).hexdigest()[:24]


def _form(
    view: View, person: Person, pregnancy: Pregnancy | None, typed: Typed, *, status: int = 200
) -> Response:  # fmt: skip
    return view.render(
        "mother_change.html", status, person=person, pregnancy=pregnancy, values=_filled(person, pregnancy, typed),
        risks=RISKS, ticked=set(typed.risks), jkn=JKN, hows=mother_form.HOWS, sources=mother_form.SOURCES,
        problems=typed.problems, nothing=status == 422 and not typed.problems, places=_places(view),
    )  # fmt: skip


def _filled(person: Person, pregnancy: Pregnancy | None, typed: Typed) -> Mapping[str, str]:
    """What was typed; of a field that was not sent, what stands there."""
    empty = dict.fromkeys(HIDDEN, "") | {"source": mother_form.SOURCES[0]}
    return {**empty, **mother_form.standing(person, pregnancy).values, **typed.values}


def _places(view: View) -> list[tuple[str, list[tuple[str, str]]]]:
    """Kecamatan with their villages."""
    rows = select(District.name, Village.code, Village.name).join(Village, Village.district_code == District.code)
    found: dict[str, list[tuple[str, str]]] = {}
    for district, code, village in view.session.execute(rows.order_by(District.name, Village.name)):
        found.setdefault(district, []).append((code, village))
    return list(found.items())


def _check(
    view: View, person: Person, typed: Typed, found: Sequence[Difference], *, again: bool
) -> Response:  # fmt: skip
    moves = next((one.new for one in found if one.field == "address"), None)
    away = moves is not None and not access.may_see_place(view.session, view.speaker, moves)
    return view.render(
        "mother_change_check.html", person=person, lines=_lines(view, found), digest=_digest(found), again=again,
        weaker=any(one.verdict == "weaker" for one in found), away=away, weeks=_weeks(view, found),
        hidden=[(name, typed.values[name]) for name in HIDDEN if name in typed.values], risks=typed.risks,
        to_phone=any(one.field == "phone" and one.new for one in found),
        no_phone=any(one.field == "phone" and not one.new for one in found),
    )  # fmt: skip


def _lines(view: View, found: Sequence[Difference]) -> list[dict[str, Any]]:
    codes = {code for one in found if one.field == "address" for code in (one.old, one.new) if code}
    rows = select(Village.code, Village.name).where(Village.code.in_(codes))
    villages = {row[0]: row[1] for row in view.session.execute(rows)} if codes else {}
    return [
        {
            "label": mother_words.label(one.field),
            "old": mother_words.shown(one.field, one.old, villages),
            "new": mother_words.shown(one.field, one.new, villages),
        }
        for one in found
    ]


def _weeks(view: View, found: Sequence[Difference]) -> int | None:
    """How far she will be by the new dates."""
    new = {one.field: one.new for one in found if one.field in ("hpht", "hpl") and one.new}
    if not new:
        return None
    hpht = new.get("hpht")
    first = mother_form.day_of(hpht) if hpht else dating.first_day(mother_form.day_of(new["hpl"]) or view.now.date())
    return dating.weeks_on(first, clock.today(view.now)) if first else None
