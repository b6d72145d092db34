"""Before the birth: the due date's own messages, the papers counted back from it, and the look at the JKN (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from registry.rules.plan_values import Course, Kind
from registry.rules.planned import ESCALATION, Draft
from registry.rules.rows import PaymentPath

Steps = Sequence[tuple[str, int, str]]

# Days after the due date: birth plan, bag and papers, the day itself, "has the baby come?", and somebody goes to see.
DUE_DATE: Steps = (
    ("36w", -28, "reminder_birth_plan"),
    ("38w", -14, "reminder_birth_bag"),
    ("40w", 0, "reminder_due_40w"),
    ("41w", 7, "reminder_due_41w"),
)
OVERDUE: Steps = (("42w", 14, ESCALATION),)
SKTM: Steps = (  # village, kecamatan and Dinas Sosial (domain.md section 1.4)
    ("p-42", -42, "reminder_papers_42"),
    ("p-28", -28, "reminder_papers_28"),
    ("p-14", -14, "reminder_papers_14"),
)
PAPERS: Steps = (  # any other way: what to do stands in the answer to her question
    ("p-42", -42, "reminder_papers_other_42"),
    ("p-28", -28, "reminder_papers_other_28"),
    ("p-14", -14, "reminder_papers_14"),
)
JKN_AGAIN: Steps = (
    ("jkn-30", -30, "reminder_jkn_recheck_30"),
    ("jkn-7", -7, "reminder_jkn_recheck_7"),
)
PATHS_WITH_PAPERS = frozenset(
    {
        PaymentPath.PBI_REACTIVATION,
        PaymentPath.PBPU_ARREARS,
        PaymentPath.PROGRAMME_SKTM,
        PaymentPath.PROPOSE_PBI,
        PaymentPath.OTHER_REGENCY,
    }
)
CHECK_HOLDS_DAYS = 7  # a look at the JKN this close before a step stands for it (domain.md section 1.1)


def due_date_drafts(due: date, start: date, high_risk: bool) -> Iterator[Draft]:
    """What is said around the due date. At 42 weeks the cadre is told to go and see.

    With a high risk (staff's word) the cadre is told also the day after the question of week 41.
    """
    yield from _count_from("due_date", DUE_DATE, due, start)
    yield from _count_from("due_date", OVERDUE, due, start)
    week_41 = due + timedelta(days=7)
    if high_risk and start < due + timedelta(days=14):
        yield Draft("due_date", "41w", "after", week_41, max(week_41 + timedelta(days=1), start), ESCALATION)


def papers_drafts(course: Course, due: date) -> Iterator[Draft]:
    """The steps of a way to pay that needs papers, and the look whether a JKN that was active still is.

    Who never asked how she pays, and has no JKN that works, is led to the question in time.
    """
    unasked = course.papers is None and course.jkn_active is False
    if unasked or course.papers in PATHS_WITH_PAPERS:
        steps = SKTM if course.papers is PaymentPath.PROGRAMME_SKTM else PAPERS
        yield from _count_from("papers", steps, due, course.start)
    if course.papers is PaymentPath.JKN_ACTIVE or course.jkn_active:
        yield from _count_from("papers", JKN_AGAIN, due, course.start)


def is_checked(course: Course, draft: Draft) -> bool:
    """Whether the JKN was looked at so lately that this step has nothing to ask."""
    checked = course.jkn_checked_on
    return checked is not None and draft.visit.startswith("jkn") and (draft.about - checked).days <= CHECK_HOLDS_DAYS


def _count_from(kind: Kind, steps: Steps, due: date, start: date) -> Iterator[Draft]:
    """Each step on its day. Of those that were due before ``start`` only the last is caught up with, until the birth is
    due; a step that asks whether the baby has come is never too late."""
    days = [(visit, due + timedelta(days=days), text) for visit, days, text in steps]
    newest_missed = max((on for _, on, _ in days if on < start), default=None)
    for visit, on, text in days:
        late = on == newest_missed and (start <= due or on > due)
        yield Draft(kind, visit, "once", on, start if late else on, text)
