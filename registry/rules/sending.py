"""The moment of sending: whether a reminder that is due may still go out, and what goes as one message (pure).

A plan is made on every change, so a reminder that may not go should not be there; here it is looked at once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from registry.rules import antenatal
from registry.rules.plan import CADRE, nothing_because
from registry.rules.plan_values import Course, ReminderSettings, Wishes
from registry.rules.planned import ESCALATION, Planned, is_stale, message_of_the_day

Refusal = Literal["closed", "consent", "stopped", "no_phone", "no_dates", "done", "stale"]
BEFORE_BIRTH = frozenset({"anc", "due_date", "papers"})
AFTER_BIRTH = frozenset({"postnatal", "newborn_jkn"})
BABY_LESSON = "b"  # first letter of the code of a lesson after the birth
ALONE = frozenset({"reminder_due_40w", "reminder_due_41w", ESCALATION})  # a question of its own, with words of danger
TOGETHER = "reminder_kf_kn"  # mother and baby are checked on one walk
TOPICS = 2  # of one message


def refusal(
    one: Planned, course: Course, wishes: Wishes, settings: ReminderSettings, today: date
) -> Refusal | None:  # fmt: skip
    """Why this may not go out today; the record goes before her wishes, and those before the clock."""
    nothing = nothing_because(course, wishes)
    if nothing is not None:
        return nothing
    if _is_about_pregnancy(one) == course.has_delivered:
        return "closed"
    if course.dates is None and one.kind in ("due_date", "papers"):
        return "no_dates"
    if _is_done(one, course, settings):
        return "done"
    if one.kind == "education" and not (wishes.education_agreed and wishes.has_phone):
        return "no_phone" if wishes.education_agreed else "consent"
    return "stale" if is_stale(one, today) else None


def _is_about_pregnancy(one: Planned) -> bool:
    if one.kind == "education":
        return not one.visit.startswith(BABY_LESSON)
    return one.kind in BEFORE_BIRTH


def _is_done(one: Planned, course: Course, settings: ReminderSettings) -> bool:
    if one.kind == "anc":
        hpht = course.dates[0] if course.dates else None
        return one.visit in antenatal.done_visits(course.visits, antenatal.table(settings), hpht)
    if one.kind == "newborn_jkn":
        return course.birth is not None and course.birth.newborn_jkn_done
    return one.kind == "postnatal" and any(visit.kind == one.visit for visit in course.visits)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message speaks of: one reminder, or the check-ups of mother and baby that are one walk."""

    text: str
    about: tuple[Planned, ...]

    @property
    def is_visit(self) -> bool:
        """Whether it is a check-up whose day may be moved."""
        return self.about[0].kind in ("anc", "postnatal") and self.about[0].visit != "dates"


def topics_of_today(due: Sequence[Planned]) -> tuple[Topic, ...]:
    """The topics of the one message of today, the first leads; what is in none of them waits for tomorrow."""
    bundle = message_of_the_day(due)
    if bundle is None:
        return ()
    topics = _topics((bundle.lead, *bundle.along))
    alone = next((one for one in topics if one.text in ALONE), None)
    return (alone,) if alone else tuple(topics[:TOPICS])


def _topics(rows: Sequence[Planned]) -> list[Topic]:
    found: list[Topic] = []
    done: set[str] = set()
    for one in rows:
        if one.key in done:
            continue
        pair = next((other for other in rows if other.key not in done and _is_same_walk(one, other)), None)
        about = (one,) if pair is None else (one, pair)
        done.update(each.key for each in about)
        found.append(Topic(base(one.text) if pair is None else TOGETHER, about))
    return found


def _is_same_walk(one: Planned, other: Planned) -> bool:
    return {one.visit[:2], other.visit[:2]} == {"KF", "KN"} and one.visit[2:] == other.visit[2:]


def base(text: str) -> str:
    """The name of the text to the mother."""
    return text.removesuffix(CADRE)


def text_for(topics: Sequence[Topic], *, to_cadre: bool) -> str:
    """The name of the text that says these topics."""
    if len(topics) == 1:
        name = topics[0].text
    else:
        name = "reminder_merged" if any(one.is_visit for one in topics) else "reminder_merged_plain"
    return name if not to_cadre or name == ESCALATION else f"{name}{CADRE}"
