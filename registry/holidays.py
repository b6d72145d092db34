"""Indonesia's public holidays: on them puskesmas and posyandu are closed, so no check-up is planned."""

from __future__ import annotations

from datetime import date
from functools import cache

from holidays import country_holidays


@cache
def of_year(year: int) -> frozenset[date]:
    """The days of one year; those that follow the moon are estimates until the decree of that year."""
    return frozenset(country_holidays("ID", years=year))


def around(day: date) -> frozenset[date]:
    """Those of the years a pregnancy that is open on ``day`` can touch."""
    return _of_years(day.year - 1, day.year, day.year + 1)


@cache
def _of_years(*years: int) -> frozenset[date]:
    return frozenset().union(*(of_year(year) for year in years))
