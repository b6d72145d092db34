"""The end of a pregnancy as an officer knows it, by the same acts as in the chat; and back again where that can be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import mother_form, mothers
from console.pages import View, page
from nlu.language import birth_weight
from registry.models import Loss, Pregnancy
from registry.persons import people
from registry.pregnancies import births, losses
from registry.pregnancies.births import Report

ENDS: Mapping[str, tuple[str, ...]] = {  # what may be told of a pregnancy, by where it stands
    "active": ("birth", "miscarriage", "stillbirth", "mother_died", "moved", "lost_to_follow_up", "wrong_entry"),
    "delivered": ("birth", "baby_died", "mother_died", "moved", "lost_to_follow_up", "wrong_entry"),
    "loss": ("mother_died",),
    "miscarriage": ("mother_died",),
    "closed": ("mother_died",),
}
LOSSES = ("miscarriage", "stillbirth", "baby_died", "mother_died")
PLACES = ("puskesmas", "hospital", "midwife", "clinic", "home", "on_the_way")
HELPERS = ("midwife", "doctor", "dukun", "family", "nobody")
SEXES = ("F", "M")
OF_BIRTH = ("on", "time", "place_kind", "place", "helper", "sex", "weight", "twins")
LONGEST_PLACE = 80


def routes() -> list[BaseRoute]:
    """The pages of this module."""
    return [
        page("/ibu/{id}/tutup", show),
        page("/ibu/{id}/tutup", send, methods=["POST"]),
        page("/ibu/{id}/kehilangan/{loss}/batal", undo, methods=["POST"]),
        page("/ibu/{id}/buka", reopen, methods=["POST"]),
    ]


def show(view: View) -> Response:
    """What has become of the pregnancy."""
    pregnancy = _pregnancy(view)
    view.look(f"person:{view.number()}")
    return _form(view, pregnancy, {"how": view.query.get("akhir", "")}, {})


def _pregnancy(view: View) -> Pregnancy:
    pregnancy = people.latest_pregnancy(view.session, mothers.person_of(view))
    if pregnancy is None:
        raise HTTPException(404)
    return pregnancy


def _form(view: View, pregnancy: Pregnancy, values: Mapping[str, str], problems: Mapping[str, str]) -> Response:
    empty = dict.fromkeys(("how", *OF_BIRTH), "")
    return view.render(
        "mother_close.html", 422 if problems else 200, person=mothers.person_of(view), pregnancy=pregnancy,
        ends=ENDS.get(pregnancy.status, ()), values={**empty, **values}, problems=problems, places=PLACES,
        helpers=HELPERS, sexes=SEXES, born=births.of(view.session, pregnancy),
    )  # fmt: skip


def send(view: View) -> Response:
    """Told, shown once more with all that follows from it, then kept."""
    pregnancy, step = _pregnancy(view), view.form.get("step", "")
    if step == "back":
        return _form(view, pregnancy, view.form, {})
    how, problems = view.form.get("how", ""), {}
    if how not in ENDS.get(pregnancy.status, ()):
        problems["how"] = "choose"
    report, odd = _read_birth(view, pregnancy) if how == "birth" else (None, {})
    problems.update(odd)
    if problems:
        return _form(view, pregnancy, view.form, problems)
    if step != "keep":
        return view.render(
            "mother_close_check.html", person=mothers.person_of(view), pregnancy=pregnancy, how=how, report=report,
            hidden=[(name, view.form[name]) for name in ("how", *OF_BIRTH) if view.form.get(name)],
        )  # fmt: skip
    return _keep(view, pregnancy, how, report)


def _keep(view: View, pregnancy: Pregnancy, how: str, report: Report | None) -> Response:
    person, session, speaker, now = mothers.person_of(view), view.session, view.speaker, view.now
    if report is not None:
        kept = bool(births.note(session, speaker, pregnancy, report, now, None))
    elif how in LOSSES:
        kept = losses.report(session, speaker, pregnancy, how, now, None).fresh
    else:
        reason: Any = how
        kept = losses.close(session, speaker, pregnancy, reason, now)
    if not kept:
        return mothers.back(view, person, "ditolak")
    view.note("console_pregnancy_ended", f"pregnancy:{pregnancy.id}", how=how)
    return mothers.back(view, person, f"akhir_{'kehilangan' if how in LOSSES else how}")


def undo(view: View) -> Response:
    """A loss was told by mistake."""
    person = mothers.person_of(view)
    row = view.session.get(Loss, view.number("loss"))
    pregnancy = view.session.get(Pregnancy, row.pregnancy_id) if row is not None else None
    if row is None or pregnancy is None or pregnancy.person_id != person.id:
        raise HTTPException(404)
    if not losses.undo(view.session, view.speaker, row, view.now, None):
        return mothers.back(view, person, "ditolak")
    view.note("console_loss_undone", f"pregnancy:{pregnancy.id}")
    return mothers.back(view, person, "dibuka")


def reopen(view: View) -> Response:
    """She is back, was found, or was no mistake after all."""
    person, pregnancy = mothers.person_of(view), _pregnancy(view)
    if not losses.reopen(view.session, view.speaker, pregnancy, view.now):
        return mothers.back(view, person, "ditolak")
    view.note("console_pregnancy_reopened", f"pregnancy:{pregnancy.id}")
    return mothers.back(view, person, "dibuka")


def _read_birth(view: View, pregnancy: Pregnancy) -> tuple[Report | None, dict[str, str]]:
    """The birth as typed; or what cannot be."""
    form, problems = view.form, {}
    on = mother_form.day_of(form.get("on", ""))
    if on is None:
        problems["on"] = "date_odd"
    elif (wrong := births.problem_of(pregnancy, on, view.now)) is not None:
        problems["on"] = f"birth_{wrong}"
    hour, weight = _time(form.get("time", "")), mother_form.number_of(form.get("weight", ""), birth_weight.MOST)
    if form.get("time") and hour is None:
        problems["time"] = "time_odd"
    if form.get("weight") and (weight is None or weight < birth_weight.LEAST):
        problems["weight"] = "weight_odd"
    for name, known in (("place_kind", PLACES), ("helper", HELPERS), ("sex", SEXES)):
        if form.get(name) and form[name] not in known:
            problems[name] = "choose"
    if len(form.get("place", "")) > LONGEST_PLACE:
        problems["place"] = "too_long"
    if problems or on is None:
        return None, problems
    return _report(form, on, hour, weight), {}


def _report(form: Mapping[str, str], on: date, hour: time | None, weight: int | None) -> Report:
    return Report(
        on=on,
        time=hour,
        place=" ".join(form.get("place", "").split()) or None,
        place_kind=form.get("place_kind") or None,
        helper=form.get("helper") or None,
        sex=form.get("sex") or None,
        weight_g=weight,
        twins=form.get("twins") == "1",
    )


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text.replace(".", ":")) if text else None
    except ValueError:
        return None
