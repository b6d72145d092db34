"""The targets of a year (sasaran), set by Dinkes desa by desa; the figures show what was reached of them."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute

from console.figure_words import said
from console.pages import View, page
from registry import clock
from registry.figures import service_areas, targets
from registry.figures.indicators import Scope
from registry.figures.service_areas import Area
from registry.figures.targets import KINDS, TargetError

ADDRESS = "/console/sasaran"


def routes() -> list[BaseRoute]:
    """Closed to other offices."""
    return [page("/sasaran", show, units=("dinkes",)), page("/sasaran", decide, methods=["POST"], units=("dinkes",))]


def show(view: View) -> Response:
    """One kecamatan in one year."""
    return _drawn(view, _district(view, view.query.get("kec", "")), _year(view, view.query.get("tahun", "")))


def _district(view: View, code: str) -> Area:
    districts = service_areas.districts(view.session, Scope())
    found = next((area for area in districts if area.code == (code or districts[0].code)), None)
    if found is None:
        raise HTTPException(404)
    return found


def _year(view: View, asked: str) -> int:
    this_year = clock.today(view.now).year
    if asked and asked not in (str(year) for year in _years(this_year)):
        raise HTTPException(404)
    return int(asked) if asked else this_year


def _years(this_year: int) -> range:
    return range(this_year - 2, this_year + 2)


def _drawn(view: View, district: Area, year: int, problem: str = "", status: int = 200) -> Response:
    scope = Scope(districts=frozenset({district.code}))
    return view.render(
        "targets.html", status, district=district, year=year, years=_years(clock.today(view.now).year), kinds=KINDS,
        districts=service_areas.districts(view.session, Scope()), problem=problem, form=view.form, said=said,
        villages=service_areas.villages(view.session, scope, district.code),
        known=targets.of_year(view.session, scope, year), sources=targets.sources(view.session, scope, year),
    )  # fmt: skip


def decide(view: View) -> Response:
    """Keep what was filled in; an empty field changes nothing."""
    district, year = _district(view, view.form.get("kec", "")), _year(view, view.form.get("tahun", ""))
    typed = {(village, kind): view.form.get(f"{kind}:{village}", "") for village in district.villages for kind in KINDS}
    filled = {key: text for key, text in typed.items() if text}
    if not all(text.isascii() and text.isdigit() and len(text) < 7 for text in filled.values()):
        return _drawn(view, district, year, "target_count", 400)
    try:
        wanted = {key: int(text) for key, text in filled.items()}
        targets.decide(view.session, view.officer.staff, year, wanted, view.form.get("source", ""), view.now)
    except TargetError as error:
        return _drawn(view, district, year, f"target_{error}", 400)
    return view.go(ADDRESS, "sasaran_disimpan", kec=district.code, tahun=str(year))
