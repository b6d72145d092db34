"""How rides went, by village and month: asked, confirmed, refused, passed on to people, and how long it took."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import clock
from registry.models import Alert, Ride, RideOffer


@dataclass(frozen=True)
class Figures:
    """One village in one month (local time of asking). Minutes are medians, None when there was no such ride."""

    village_code: str | None
    month: str  # 2026-11
    asked: int
    urgent: int
    confirmed: int
    arrived: int
    cancelled: int
    refused: int  # offers that drivers declined
    silent: int  # offers that ran out
    escalated: int  # rides that people had to take in hand
    minutes_to_acceptance: float | None
    minutes_to_arrival: float | None  # from asking, urgent rides only: a planned one is asked days before


def of_rides(session: Session, since: datetime, until: datetime) -> list[Figures]:
    """Rides asked for from ``since`` until before ``until`` (aware), by village and month."""
    rows = session.scalars(select(Ride).where(Ride.asked_at >= since, Ride.asked_at < until).order_by(Ride.id)).all()
    groups: dict[tuple[str, str], list[Ride]] = {}
    for ride in rows:
        month = f"{ride.asked_at.astimezone(clock.JAKARTA):%Y-%m}"
        groups.setdefault((ride.village_code or "", month), []).append(ride)
    answers = _answers(session, since, until)
    raised = _raised(session, since)
    return [_figures(village, month, rides, answers, raised) for (village, month), rides in sorted(groups.items())]


def _answers(session: Session, since: datetime, until: datetime) -> dict[tuple[int, str], int]:
    rows = (
        select(RideOffer.ride_id, RideOffer.status, func.count(RideOffer.id))
        .join(Ride, Ride.id == RideOffer.ride_id)
        .where(Ride.asked_at >= since, Ride.asked_at < until)
        .group_by(RideOffer.ride_id, RideOffer.status)
    )
    return {(ride, status): count for ride, status, count in session.execute(rows)}


def _raised(session: Session, since: datetime) -> frozenset[str]:
    rows = select(Alert.about).where(Alert.kind == "no_driver", Alert.at >= since, Alert.about.is_not(None))
    return frozenset(about for about in session.scalars(rows) if about)


def _figures(
    village: str, month: str, rides: list[Ride], answers: dict[tuple[int, str], int], raised: frozenset[str]
) -> Figures:  # fmt: skip
    return Figures(
        village_code=village or None,
        month=month,
        asked=len(rides),
        urgent=sum(ride.urgent for ride in rides),
        confirmed=sum(ride.confirmed_at is not None for ride in rides),
        arrived=sum(ride.arrived_at is not None for ride in rides),
        cancelled=sum(ride.status == "cancelled" for ride in rides),
        refused=sum(answers.get((ride.id, "declined"), 0) for ride in rides),
        silent=sum(answers.get((ride.id, "silent"), 0) for ride in rides),
        escalated=sum(f"ride:{ride.id}" in raised for ride in rides),
        minutes_to_acceptance=_median(ride.confirmed_at - ride.asked_at for ride in rides if ride.confirmed_at),
        minutes_to_arrival=_median(
            ride.arrived_at - ride.asked_at for ride in rides if ride.arrived_at and ride.urgent
        ),
    )


def _median(spans: Iterable[timedelta]) -> float | None:
    minutes = [span.total_seconds() / 60 for span in spans]
    return round(median(minutes), 1) if minutes else None
