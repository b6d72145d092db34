"""The form in which a broadcast is written: what may be chosen, and what was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.pages import View
from registry import access, clock, texts
from registry.figures import indicators, service_areas
from registry.messaging import audience_conditions, broadcast_words, broadcasts
from registry.messaging.audience_conditions import Who
from registry.messaging.audiences import MOST_WEEKS, Audience
from registry.messaging.broadcasts import REPEATS, BroadcastError
from registry.models import Broadcast

AT_ONCE = datetime.min.replace(tzinfo=clock.JAKARTA)
NUMBER_OF_MOST = 2  # letters of a number of weeks
LEVEL_OF_VILLAGE = 3  # dots in the code of a village


def show(view: View, row: Broadcast | None) -> Response:
    """An empty form, or one that begins with what was written before."""
    if row is None:
        return draw(view, Audience(), "")
    later = row.due_at > row.at and row.due_at > view.now
    due = row.due_at.astimezone(clock.JAKARTA).strftime("%Y-%m-%dT%H:%M") if later else ""
    return draw(view, Audience.from_json(row.audience), row.text, due=due, repeat=row.repeat or "")


def draw(
    view: View, audience: Audience, text: str, problem: str = "", status: int = 200, *, due: str = "", repeat: str = ""
) -> Response:
    """The form; ``problem`` is the name of a text."""
    scope = indicators.scope_of(view.speaker)
    districts = service_areas.districts(view.session, scope) if scope else []
    code = view.query.get("kec", "") or (districts[0].code if len(districts) == 1 else _district_of(audience))
    chosen = next((area for area in districts if area.code == code), None)
    if code and chosen is None:
        raise HTTPException(404)
    areas = service_areas.villages(view.session, scope, chosen.code) if scope and chosen else districts
    return view.render(
        "broadcast_form.html", status, audience=audience, text=text, districts=districts, chosen=chosen, areas=areas,
        choices=choices(), repeats=tuple(REPEATS), longest=broadcasts.LONGEST, most_weeks=MOST_WEEKS,
        problem=texts.phrase(problem), due=view.form.get("due", due), repeat=view.form.get("repeat", repeat),
        earlier=view.query.get("dari", "") or view.form.get("earlier", ""),
    )  # fmt: skip


def _district_of(audience: Audience) -> str:
    """The kecamatan whose desa were chosen, when they lie in one."""
    found = {code.rpartition(".")[0] for code in audience.areas if code.count(".") == LEVEL_OF_VILLAGE}
    return found.pop() if len(found) == 1 else ""


def choices() -> dict[str, list[tuple[str, str]]]:
    """What may be chosen of each kind: code and words."""
    return {
        "only": [(code, texts.phrase(f"phrase_only_{code}")) for code in audience_conditions.ONLY],
        "unvisited": [(code, code) for code in audience_conditions.UNVISITED],
        "jkn": [(code, broadcast_words.jkn(code)) for code in audience_conditions.JKN],
        "paths": [(code, broadcast_words.path(code)) for code in audience_conditions.PATHS],
    }


def read(view: View) -> Audience:
    """What the form chose; an area that is not hers is not found, a code that does not exist is none.

    Raises:
        BroadcastError: a day or a number of weeks that cannot be read.
    """
    areas = tuple(dict.fromkeys(view.lists.get("areas", [])))
    if not areas and view.form.get("district"):
        areas = (view.form["district"],)
    if not all(access.may_send_to(view.session, view.speaker, code) for code in areas):
        raise HTTPException(404)
    who: Who = next((code for code in audience_conditions.WHO if code == view.form.get("who")), "mothers")
    if who == "cadres":
        return Audience(who, areas)
    trimester = view.form.get("trimester", "")
    chosen = replace(
        Audience(who, areas),
        trimester=int(trimester) if trimester in ("1", "2", "3") else None,
        unvisited=next((code for code in audience_conditions.UNVISITED if code == view.form.get("unvisited")), None),
        only=tuple(code for code in audience_conditions.ONLY if code in view.lists.get("only", [])),
        jkn=tuple(code for code in audience_conditions.JKN if code in view.lists.get("jkn", [])),
        paths=tuple(code for code in audience_conditions.PATHS if code in view.lists.get("paths", [])),
    )
    return replace(chosen, **_due(view)) if who == "mothers" else chosen


def _due(view: View) -> dict[str, Any]:
    weeks = view.form.get("due_weeks", "")
    if weeks and not (weeks.isascii() and weeks.isdigit() and len(weeks) <= NUMBER_OF_MOST):
        raise BroadcastError("broadcast_due_odd")
    try:
        days = {
            name: date.fromisoformat(view.form[name]) for name in ("due_from", "due_until") if view.form.get(name)
        }  # fmt: skip
    except ValueError as error:
        raise BroadcastError("broadcast_due_odd") from error
    return {**days, "due_weeks": int(weeks) if weeks else None}


def moment(text: str) -> datetime | None:
    """Local time as the browser's field gives it; nothing means now, None cannot be read."""
    if not text:
        return AT_ONCE
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=clock.JAKARTA) if found.tzinfo is None else None
