"""The bounds of what lists are narrowed to: completed weeks, and the days until the next check-up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry.models import Alert, Reminder
from registry.pregnancies import mother_search
from registry.pregnancies.mother_search import Wanted
from tests import factories
from tests.conftest import NOW

TODAY = NOW.date()


def is_found(session: Session, wanted: Wanted) -> bool:
    speaker = factories.speaker_of(session, factories.staff(session).phone)
    return mother_search.search(session, speaker, wanted, 1, NOW).total == 1


@pytest.mark.parametrize(("days", "found"), [(69, False), (70, True), (146, True), (147, False)])
def test_weeks_are_completed_weeks_with_both_ends(session: Session, days: int, found: bool) -> None:
    factories.pregnancy(session, factories.person(session), hpht=TODAY - timedelta(days=days))
    assert is_found(session, Wanted(least=10, most=20)) is found


@pytest.mark.parametrize(("least", "most"), [(20, None), (None, 20), (20, 20), (0, 44)])
def test_side_that_is_open_holds_nobody_back(session: Session, least: int | None, most: int | None) -> None:
    factories.pregnancy(session, factories.person(session), hpht=TODAY - timedelta(weeks=20, days=3))
    assert is_found(session, Wanted(least=least, most=most))


def test_range_that_runs_backwards_holds_nobody(session: Session) -> None:
    factories.pregnancy(session, factories.person(session), hpht=TODAY - timedelta(weeks=20))
    assert not is_found(session, Wanted(least=30, most=10))


@pytest.mark.parametrize(("following", "days", "found"), [
    ("today", 0, True), ("today", 1, False), ("7", 6, True), ("7", 7, False), ("7", -1, False), ("14", 13, True),
    ("14", 14, False), ("30", 29, True), ("30", 30, False),
])  # fmt: skip
def test_days_to_the_next_check_up_count_from_today(session: Session, following: str, days: int, found: bool) -> None:
    pregnancy = factories.pregnancy(session, factories.person(session))
    about = TODAY + timedelta(days=days)
    session.add(
        Reminder(
            pregnancy_id=pregnancy.id, kind="anc", visit="K5", step="before", about=about, last_on=about, text="x",
            recipient="mother", key="k", due_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    assert is_found(session, Wanted(following=following)) is found


@pytest.mark.parametrize(("about", "status", "found"), [
    ("K4", "open", True), ("K4", "closed", False), ("not_reached", "open", False),
])  # fmt: skip
def test_late_is_who_is_looked_for_because_of_a_check_up(
    session: Session, about: str, status: str, found: bool
) -> None:
    person = factories.person(session)
    factories.pregnancy(session, person)
    session.add(Alert(kind="missed_visit", about=about, status=status, person_id=person.id, signs=[], at=NOW))
    session.flush()
    assert is_found(session, Wanted(following="late")) is found
