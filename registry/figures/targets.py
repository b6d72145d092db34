"""The targets (sasaran) of a year, by village: pregnant women, births, newborns.

They are estimates that Dinkes decides on (domain.md 2.4); the register's own list stands beside them, never in their
place. A village without a target has none: nothing is computed for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.figures.indicators import Scope
from registry.models import Staff, Target, Village

KINDS = ("pregnant", "births", "newborns")
MOST = 20_000  # of one village in one year; more is a slip of the hand
YEARS = range(2020, 2100)
Counts = dict[str, int]


class TargetError(Exception):
    """It cannot be a target; the message is a code: year, count, kind, village or source."""


def of_year(session: Session, scope: Scope, year: int) -> dict[str, Counts]:
    """What was set, by village and kind; the last word counts."""
    rows = (
        select(Target.village_code, Target.kind, Target.count)
        .join(Village, Village.code == Target.village_code)
        .where(Target.year == year, scope.condition())
        .order_by(Target.id)
    )
    found: dict[str, Counts] = {}
    for village, kind, count in session.execute(rows):
        found.setdefault(village, {})[kind] = count
    return found


def summed(targets: Mapping[str, Counts], codes: Iterable[str]) -> Counts:
    """Over some villages. A kind that one of them lacks is left out: half a target is none."""
    rows = [targets.get(code, {}) for code in codes]
    return {kind: sum(row[kind] for row in rows) for kind in KINDS if rows and all(kind in row for row in rows)}


def decide(
    session: Session, officer: Staff, year: int, wanted: Mapping[tuple[str, str], int], source: str, now: datetime
) -> int:
    """Set targets by (village, kind); returns how many changed. What held before stays on record.

    Raises:
        TargetError: a number, kind, village, year or source that makes no sense.
    """
    _check(session, year, wanted, source)
    before = of_year(session, Scope(frozenset(village for village, _ in wanted)), year)
    changed = {key: count for key, count in wanted.items() if before.get(key[0], {}).get(key[1]) != count}
    for (village, kind), count in changed.items():
        session.add(
            Target(
                year=year, village_code=village, kind=kind, count=count, source=source.strip(), staff_id=officer.id,
                at=now,
            )
        )  # fmt: skip
    if changed:
        audit.note(session, now, "targets_set", subject=f"targets:{year}", by=f"staff:{officer.id}", count=len(changed))
    session.flush()
    return len(changed)


def _check(session: Session, year: int, wanted: Mapping[tuple[str, str], int], source: str) -> None:
    if year not in YEARS:
        raise TargetError("year")
    if not source.strip():
        raise TargetError("source")
    if any(kind not in KINDS for _, kind in wanted):
        raise TargetError("kind")
    if any(not 0 <= count <= MOST for count in wanted.values()):
        raise TargetError("count")
    villages = {village for village, _ in wanted}
    known = set(session.scalars(select(Village.code).where(Village.code.in_(villages))))
    if villages != known:
        raise TargetError("village")


def sources(session: Session, scope: Scope, year: int) -> list[str]:
    """What the targets of a year rest on, each once."""
    rows = select(Target.source).join(Village, Village.code == Target.village_code)
    return sorted(set(session.scalars(rows.where(Target.year == year, scope.condition()))))
