"""Months that were counted are kept: the same figures, counted again in time, and never used when they are too old."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Select, event, func, select
from sqlalchemy.orm import Session

from registry import clock
from registry.figures import figure_months, kept_months
from registry.figures.indicators import NAMES, PLACE, Month, Scope, months_until
from registry.models import Birth, KeptMonth, Pregnancy
from registry.pregnancies import losses
from tests import factories
from tests.conftest import NOW
from tests.factories import BANJAREJO, DONOMULYO

NOVEMBER = Month(date(2026, 11, 1))
MONTHS = months_until(NOVEMBER, 6)
SCOPES = {"the whole kabupaten": Scope(), "one district": Scope(districts=frozenset({DONOMULYO}))}


@pytest.fixture
def kept(populated: Session) -> Session:
    """Half a year that was counted a minute ago."""
    for month in MONTHS:
        kept_months.keep(populated, month, NOW - timedelta(minutes=1))
    return populated


def a_birth(session: Session) -> None:
    pregnancy = session.scalars(select(Pregnancy)).first()
    assert pregnancy is not None
    session.add(Birth(pregnancy_id=pregnancy.id, on=NOW.date(), reported_at=NOW))
    session.flush()


def births(session: Session, now: datetime = NOW, scope: Scope | None = None) -> int:
    return kept_months.over(session, scope or Scope(), [NOVEMBER], now)[0].total()["births"]


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
def test_kept_months_say_what_was_counted(kept: Session, scope: Scope) -> None:
    counted = figure_months.over(kept, scope, MONTHS)
    found = kept_months.over(kept, scope, MONTHS, NOW)
    assert [one.total() for one in found] == [one.total() for one in counted]
    assert [one.villages for one in found] == [one.villages for one in counted]
    for name in figure_months.WAITS:
        assert [one.median(name) for one in found] == [one.median(name) for one in counted]
    assert {one.counted_at for one in found} == {NOW - timedelta(minutes=1)}


def test_look_at_kept_months_is_one_statement(kept: Session) -> None:
    asked: list[str] = []
    event.listen(kept.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))
    kept_months.over(kept, Scope(), MONTHS, NOW)
    assert len(asked) == 1


def test_month_that_is_not_kept_is_counted_beside_the_others(kept: Session) -> None:
    seven = months_until(NOVEMBER, 7)
    found = kept_months.over(kept, Scope(), seven, NOW)
    assert [one.counted_at is None for one in found] == [True, *([False] * 6)]
    assert [one.month for one in found] == seven
    assert found[0].total() == figure_months.of_month(kept, Scope(), seven[0]).total()


def test_news_are_in_the_figures_when_they_were_counted_again(kept: Session) -> None:
    before = births(kept)
    a_birth(kept)
    assert births(kept) == before
    kept_months.keep(kept, NOVEMBER, NOW)
    assert births(kept) == before + 1


@pytest.mark.parametrize(
    ("scope", "now", "sees"),
    [
        (Scope(villages=frozenset({BANJAREJO})), NOW, True),
        (Scope(), NOW + kept_months.OFTEN + kept_months.LATE - timedelta(minutes=2), False),
        (Scope(), NOW + kept_months.OFTEN + kept_months.LATE, True),
    ],
    ids=["single villages are counted", "the clock is a little late", "the clock stands"],
)
def test_what_is_kept_is_used_while_it_holds(kept: Session, scope: Scope, now: datetime, sees: bool) -> None:
    before = figure_months.of_month(kept, scope, NOVEMBER).total()["births"]
    for pregnancy in kept.scalars(select(Pregnancy)):
        kept.add(Birth(pregnancy_id=pregnancy.id, on=NOW.date(), reported_at=NOW))
    kept.flush()
    assert (births(kept, now, scope) > before) is sees


def test_names_of_an_earlier_version_keep_their_meaning(kept: Session) -> None:
    for row in kept.scalars(select(KeptMonth)):
        row.counts = {
            "names": [*reversed(NAMES[1:]), "forgotten"],
            "villages": {village: [*reversed(counts[1:]), 7] for village, counts in row.counts["villages"].items()},
        }
    kept.flush()
    wanted = figure_months.of_month(kept, Scope(), NOVEMBER).total()
    assert kept_months.over(kept, Scope(), [NOVEMBER], NOW)[0].total() == {**wanted, NAMES[0]: 0}
    assert PLACE[NAMES[0]] == 0


def test_few_women_are_counted_at_each_look(populated: Session) -> None:
    assert not kept_months.is_due(populated, NOW)
    kept_months.run(populated, NOW)
    assert populated.scalar(select(func.count()).select_from(KeptMonth)) == 0


def test_nothing_is_kept_while_the_simulator_holds_the_clock(
    populated: Session, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Its clock would stop every quarter of an hour of sixty days."""
    monkeypatch.setattr(kept_months, "MANY", 1)
    kept_months.keep(populated, NOVEMBER, NOW)
    clock.stop_at(populated, NOW)
    assert kept_months.next_at(populated, NOW) is None
    assert not kept_months.is_due(populated, NOW + timedelta(days=1))


def test_one_month_is_counted_at_a_time_the_latest_first(
    populated: Session, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(kept_months, "MANY", 1)
    monkeypatch.setattr(kept_months, "SHOWN_BACK", 3)
    firsts = []
    while kept_months.is_due(populated, NOW):
        assert kept_months.run(populated, NOW) == 0
        known = set(populated.scalars(select(KeptMonth.month)))
        firsts.append(min(known))
    assert firsts == [date(2026, 11, 1), date(2026, 10, 1), date(2026, 9, 1)]


@pytest.mark.parametrize(
    ("month", "due_at"),
    [
        (Month(date(2026, 11, 1)), NOW + timedelta(minutes=15)),
        (Month(date(2026, 10, 1)), NOW + timedelta(minutes=15)),
        (Month(date(2026, 9, 1)), datetime(2026, 11, 21, 18, tzinfo=UTC)),  # one o'clock at night in Malang
    ],
    ids=["this month", "the last one", "an older one"],
)
def test_month_is_counted_again(
    populated: Session, monkeypatch: pytest.MonkeyPatch, month: Month, due_at: datetime
) -> None:  # fmt: skip
    monkeypatch.setattr(kept_months, "MANY", 1)
    monkeypatch.setattr(kept_months, "_wanted", lambda now: months_until(NOVEMBER, 3))
    for one in months_until(NOVEMBER, 3):
        kept_months.keep(populated, one, NOW if one == month else NOW + timedelta(days=1))
    assert kept_months.next_at(populated, NOW) == due_at
    assert [kept_months.is_due(populated, due_at - timedelta(seconds=1)), kept_months.is_due(populated, due_at)] == [
        False,
        True,
    ]


def test_kecamatan_without_anybody_is_kept_too(kept: Session) -> None:
    empty = Scope(districts=frozenset({"35.07.33"}))
    found = kept_months.over(kept, empty, MONTHS, NOW)
    assert [(one.villages, one.counted_at is None) for one in found] == [({}, False)] * 6


def test_wrong_entry_of_an_old_month_is_out_of_what_was_kept_at_the_next_looks_of_the_clock(
    kept: Session, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(kept_months, "MANY", 1)
    monkeypatch.setattr(kept_months, "SHOWN_BACK", 6)
    july = months_until(NOVEMBER, 5)[0]
    mother = factories.person(kept)
    pregnancy = factories.pregnancy(kept, mother, opened_at=datetime(2026, 7, 10, tzinfo=UTC), hpht=date(2026, 7, 1))
    officer = factories.speaker_of(kept, factories.staff(kept).phone)
    for month in MONTHS:
        kept_months.keep(kept, month, NOW)
    assert not kept_months.is_due(kept, NOW)
    losses.close(kept, officer, pregnancy, "wrong_entry", NOW)
    counted = _recounted(kept)
    assert counted == MONTHS[:0:-1], "June cannot have counted her"
    wanted = [figure_months.of_month(kept, Scope(), month).total() for month in MONTHS]
    assert [one.total() for one in kept_months.over(kept, Scope(), MONTHS, NOW)] == wanted
    assert wanted[MONTHS.index(july)]["set_aside"] > 0
    losses.reopen(kept, officer, pregnancy, NOW)
    assert _recounted(kept) == MONTHS[:0:-1]


def _recounted(session: Session) -> list[Month]:
    """What the clock counts again, in its order."""
    counted = []
    while kept_months.is_due(session, NOW):
        before = set(session.scalars(_due()))
        kept_months.run(session, NOW)
        counted += [Month(first) for first in before - set(session.scalars(_due()))]
    return counted


def _due() -> Select[date]:
    return select(KeptMonth.month).where(KeptMonth.due_at <= NOW)
