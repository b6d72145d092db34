"""Visits, births, losses, their undoing, moves and closings in any order: what must hold after every step.

Never a planned reminder after a loss; one living reminder of each kind for each visit; no visit kept twice.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from registry.db import Database
from registry.models import Birth, Loss, Pregnancy, Reminder, Visit
from registry.pregnancies import births, losses, moves, schedule, visits
from registry.pregnancies.births import Report
from registry.reminding import plan
from registry.rules import visit_days
from tests import factories
from tests.conftest import NOW, rolled_back

OVER = ("loss", "miscarriage", "closed")


class CourseOfAPregnancy(RuleBasedStateMachine):
    """One mother, her cadre and her midwife; the clock only goes forward."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.opened = rolled_back(self.database)
        self.session = self.opened.__enter__()
        self.now: datetime = NOW
        mother = factories.person(self.session)
        self.pregnancy: Pregnancy = factories.pregnancy(
            self.session, mother, hpht=NOW.date() - timedelta(weeks=20), hpl=NOW.date() + timedelta(weeks=20)
        )
        self.speakers = [
            factories.speaker_of(self.session, str(mother.phone)),
            factories.speaker_of(self.session, factories.cadre(self.session).phone),
            factories.speaker_of(self.session, factories.staff(self.session).phone),
        ]
        plan.replan(self.session, self.pregnancy, self.now)

    def teardown(self) -> None:
        """Nothing stays."""
        self.opened.__exit__(None, None, None)

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        plan.replan(self.session, self.pregnancy, self.now)

    @rule(
        who=st.integers(0, 2),
        kind=st.sampled_from(["K2", "K3", "K4", "K5", "KF1", "KN1", "KF2"]),
        ago=st.integers(0, 20),
        correct=st.booleans(),
    )
    def a_visit_is_told(self, who: int, kind: str, ago: int, correct: bool) -> None:
        on = self.now.date() - timedelta(days=ago)
        view = schedule.of(self.session, self.pregnancy, self.now)
        if self.pregnancy.status in OVER or visit_days.problem_of(view.course, kind, on, view.today):
            return
        visits.note(self.session, self.speakers[who], self.pregnancy, kind, on, self.now, correct=correct)

    @rule(who=st.integers(0, 2), ahead=st.integers(0, 60))
    def a_visit_is_moved(self, who: int, ahead: int) -> None:
        move = moves.movable(self.session, self.pregnancy, self.now)
        on = self.now.date() + timedelta(days=ahead)
        if move is None or moves.check(self.session, self.pregnancy, move, on, self.now) is not None:
            return
        moves.choose(self.session, self.speakers[who], self.pregnancy, move.visits, on, self.now)

    @rule(who=st.integers(0, 2), twins=st.booleans())
    def a_birth_is_told(self, who: int, twins: bool) -> None:
        told = Report(self.now.date(), twins=twins)
        births.note(self.session, self.speakers[who], self.pregnancy, told, self.now, None)

    @rule(who=st.integers(0, 2), kind=st.sampled_from(["miscarriage", "stillbirth", "baby_died", "mother_died", None]))
    def a_loss_is_told(self, who: int, kind: str | None) -> None:
        losses.report(self.session, self.speakers[who], self.pregnancy, kind, self.now, None)

    @rule(who=st.integers(0, 2))
    def a_loss_is_undone(self, who: int) -> None:
        loss = losses.standing(self.session, self.pregnancy)
        if loss is not None:
            assert losses.undo(self.session, self.speakers[who], loss, self.now, None)
            assert self.pregnancy.status == loss.status_before

    @precondition(lambda self: self.pregnancy.status not in OVER)
    @rule(reason=st.sampled_from(["moved", "lost_to_follow_up", "wrong_entry"]))
    def she_is_gone(self, reason: Any) -> None:
        assert losses.close(self.session, self.speakers[1], self.pregnancy, reason, self.now)

    @rule()
    def she_is_back(self) -> None:
        losses.reopen(self.session, self.speakers[1], self.pregnancy, self.now)

    def planned(self) -> list[Reminder]:
        """The living rows."""
        rows = select(Reminder).where(Reminder.pregnancy_id == self.pregnancy.id, Reminder.status == "planned")
        return list(self.session.scalars(rows))

    @invariant()
    def nothing_is_planned_when_it_is_over(self) -> None:
        if self.pregnancy.status in OVER or losses.standing(self.session, self.pregnancy) is not None:
            assert self.planned() == []

    @invariant()
    def one_living_reminder_for_each_visit_and_step(self) -> None:
        counted = Counter((row.kind, row.visit, row.step) for row in self.planned())
        assert [key for key, number in counted.items() if number > 1] == []

    @invariant()
    def nobody_is_reminded_of_what_is_done(self) -> None:
        done = set(self.session.scalars(select(Visit.kind).where(Visit.pregnancy_id == self.pregnancy.id)))
        assert done.isdisjoint(row.visit for row in self.planned())

    @invariant()
    def no_visit_of_pregnancy_is_planned_after_the_birth(self) -> None:
        if self.pregnancy.status == "delivered":
            assert {row.kind for row in self.planned()}.isdisjoint({"anc", "due_date", "papers"})

    @invariant()
    def a_birth_is_kept_once(self) -> None:
        rows = self.session.scalars(select(Birth).where(Birth.pregnancy_id == self.pregnancy.id)).all()
        assert len({row.on for row in rows}) <= 1
        assert len(rows) <= 2

    @invariant()
    def status_and_losses_agree(self) -> None:
        standing = self.session.scalars(
            select(Loss).where(Loss.pregnancy_id == self.pregnancy.id, Loss.undone_at.is_(None))
        ).all()
        if self.pregnancy.status in ("loss", "miscarriage"):
            assert standing
        if self.pregnancy.status in ("active", "delivered"):
            assert not standing


def test_any_order_of_a_course(shared_database: Database) -> None:
    machine = type("Machine", (CourseOfAPregnancy,), {"database": shared_database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
        ),
    )
