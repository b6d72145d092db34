"""Rules and texts: what holds, since when, by whose word, and whether an office has signed it.

Settings are changed here, dated and checked; rules are shown. Facilities and texts have pages of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache

import yaml
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import setting_fields
from console.drawing import HERE
from console.figure_words import said
from console.pages import View, page
from registry import clock, setting_changes
from registry.pregnancies import entitlement
from registry.rules.rows import SettingVersion
from registry.setting_changes import ChangeError, State

ADDRESS = "/console/aturan"
CHANGERS: tuple[tuple[str, ...], tuple[str, ...]] = (("dinkes",), ("admin",))


def routes() -> list[BaseRoute]:
    """Everybody signed in may read; Dinkes and admins change."""
    units, duties = CHANGERS
    return [
        page("/aturan", show),
        page("/aturan/setelan/{name}", show_setting),
        page("/aturan/setelan/{name}", change, methods=["POST"], units=units, duties=duties),
    ]


@cache
def setting_words() -> Mapping[str, Mapping[str, str]]:
    """What the settings are called, and how one types them."""
    found: dict[str, dict[str, str]] = yaml.safe_load((HERE / "setting_words.yml").read_text(encoding="utf-8"))
    return found


@cache
def rule_words() -> Mapping[str, Mapping[str, str]]:
    """What the figures and rows of the rulebook are called."""
    found: dict[str, dict[str, str]] = yaml.safe_load((HERE / "rule_words.yml").read_text(encoding="utf-8"))
    return found


def _may_change(view: View) -> bool:
    return view.officer.is_dinkes or view.officer.is_admin


def show(view: View) -> Response:
    """The settings of the programme and the rules of entitlement that hold today."""
    today = clock.today(view.now)
    rules = entitlement.rulebook(view.session, today)
    settings = [row for row in rules.contents.settings if row.origin.in_force(today)]
    return view.render(
        "rules.html", states=setting_changes.states(view.session, today), may_change=_may_change(view),
        settings=[(row, _value(row, rules.overrides), row.id in rules.overrides) for row in settings],
        rules=[row for row in rules.contents.rules if row.origin.in_force(today)],
        sources=rules.sources, called=setting_words(), as_text=setting_changes.as_text, said=said,
        named=rule_words(),
    )  # fmt: skip


def _value(row: SettingVersion, overrides: object) -> object:
    """The value that really holds: an office's word in the database goes before the file."""
    return overrides.get(row.id, row.value) if isinstance(overrides, dict) else row.value


def show_setting(view: View) -> Response:
    """One setting with its history, and a form for those who may."""
    return _drawn(view, _state(view))


def _state(view: View) -> State:
    found = setting_changes.state(view.session, str(view.request.path_params["name"]), clock.today(view.now))
    if found is None:
        raise HTTPException(404)
    return found


def _drawn(view: View, state: State, problem: str = "", status: int = 200) -> Response:
    shape = setting_fields.shape_of(state.default)
    return view.render(
        "rule_setting.html", status, state=state, may_change=_may_change(view), problem=problem, form=view.form,
        called=setting_words()[state.name], as_text=setting_changes.as_text, shape=shape,
        known=setting_fields.fields(shape, state.value),
    )  # fmt: skip


def change(view: View) -> Response:
    """A new value from a day on; what makes no sense is said and not kept."""
    state = _state(view)
    day = _day(view.form.get("day", ""))
    value = setting_fields.typed(setting_fields.shape_of(state.default), view.form)
    try:
        if day is None:
            raise ChangeError("date")
        setting_changes.change(
            view.session, view.officer.staff, state.name, value, day, view.form.get("source", ""), view.now
        )
    except ChangeError as error:
        return _drawn(view, state, f"setting_{error.problem}", 400)
    return view.go(f"{ADDRESS}/setelan/{state.name}", "aturan_disimpan")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
