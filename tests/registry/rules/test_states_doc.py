"""docs/states.md draws what the tables of the machines hold: the same lines, none more and none less."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from registry.rules import alert, complaint, course, referral, ride, talk
from registry.rules.alert_pace import PACES, PLANNED_RIDE, Kind, Pace
from registry.rules.course_values import Consent, Pregnancy, Registration
from registry.rules.machine import Arrow, Table, arrows, ends
from registry.rules.ride_values import Status as RideStatus

PAGE = (Path(__file__).parents[3] / "docs" / "states.md").read_text(encoding="utf-8")
EDGE = "[*]"
DRAWN: dict[str, tuple[Table, type[StrEnum], tuple[StrEnum, ...]]] = {
    "## Ride": (ride.TRANSITIONS, RideStatus, ride.STARTS),
    "## Alert": (alert.TRANSITIONS, alert.Status, alert.STARTS),
    "## Referral": (referral.TRANSITIONS, referral.Status, referral.STARTS),
    "## Complaint": (complaint.TRANSITIONS, complaint.Status, complaint.STARTS),
    "## Talk": (talk.TRANSITIONS, talk.Status, talk.STARTS),
    "### Registration": (course.REGISTRATION_TRANSITIONS, Registration, (Registration.NONE,)),
    "### Consent": (course.CONSENT_TRANSITIONS, Consent, (Consent.NONE,)),
    "### Pregnancy": (course.PREGNANCY_TRANSITIONS, Pregnancy, (Pregnancy.NONE,)),
}
machines = pytest.mark.parametrize("heading", DRAWN)


def section(heading: str) -> str:
    return PAGE.split(f"\n{heading}\n", 1)[1].split("\n#", 1)[0]


def lines(heading: str) -> list[tuple[str, str, str]]:
    """The lines of the diagram under a heading: from, to, label."""
    block = re.search(r"```mermaid\nstateDiagram-v2\n(.*?)```", section(heading), re.DOTALL)
    assert block, f"{heading} has no diagram"
    found = [re.fullmatch(r" {4}(\S+) --> ([^\s:]+)(?:: (.+))?", line) for line in block[1].splitlines()]
    assert all(found)
    return [(line[1], line[2], line[3] or "") for line in found if line]


def drawn(heading: str) -> list[Arrow]:
    return [
        Arrow(before, event, after)
        for before, after, label in lines(heading)
        if EDGE not in (before, after)
        for event in label.split(", ")
    ]


@machines
def test_diagram_has_exactly_the_lines_of_the_code(heading: str) -> None:
    table, _, _ = DRAWN[heading]

    assert sorted(drawn(heading)) == sorted(arrows(table))


@machines
def test_diagram_begins_and_ends_where_the_code_does(heading: str) -> None:
    table, states, starts = DRAWN[heading]

    assert {after for before, after, _ in lines(heading) if before == EDGE} == {str(one) for one in starts}
    assert {before for before, after, _ in lines(heading) if after == EDGE} == ends(table, states)


@machines
def test_every_state_of_the_code_is_drawn_and_reached(heading: str) -> None:
    _, states, _ = DRAWN[heading]

    assert {after for _, after, _ in lines(heading)} - {EDGE} == {str(one) for one in states}


def spoken(span: timedelta) -> str:
    """A time as the page writes it."""
    if span >= timedelta(days=1):
        return f"{span.days} day{'s' if span.days > 1 else ''}"
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes >= 120 else f"{minutes} min"


def row(pace: Pace) -> list[str]:
    def who(roles: Iterable[StrEnum]) -> str:
        return ", ".join("Dinkes" if one == "dinkes" else str(one) for one in roles)

    first, *later = pace.rungs
    climbs = ", ".join(f"{spoken(rung.after)} {who(rung.roles)}" for rung in later)
    repeats = "never: weekly list" if pace.repeat is None else spoken(pace.repeat)
    follow_ups = " and ".join(str(span.days) for span in pace.follow_ups)
    return [
        who(first.roles), climbs, repeats, spoken(pace.outcome_after),
        f"{follow_ups} days" if follow_ups else "none",
    ]  # fmt: skip


def test_table_of_paces_is_the_code() -> None:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in section("## Alert").splitlines()[1:]]
    rows = {one[0]: [cell.removesuffix(" after it was taken") for cell in one[1:]] for one in cells if "`" in one[0]}
    rows = {name: cells for name, cells in rows.items() if len(cells) == 5}

    assert rows == {
        "`danger_sign`, `labour`": row(PACES[Kind.DANGER_SIGN]),
        "`no_driver`, urgent ride": row(PACES[Kind.NO_DRIVER]),
        "`no_driver`, another day": row(PLANNED_RIDE),
        "`missed_visit`": row(PACES[Kind.MISSED_VISIT]),
        "`minor_mother`": row(PACES[Kind.MINOR_MOTHER]),
        "`high_risk`": row(PACES[Kind.HIGH_RISK]),
    }
    assert PACES[Kind.DANGER_SIGN] == PACES[Kind.LABOUR]
