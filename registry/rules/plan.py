"""The reminder plan of one pregnancy, put together: what is due, who gets it, when, and why something is not (pure).

The plan is a function of the facts: planning twice gives the same keys, so a plan may be made anew on every change.
The mother gets at most one routine message a day: reminders of one day share a message, papers step aside when they
can, a lesson always does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Literal

from registry.rules import antenatal, education, postnatal, preparation
from registry.rules.plan_days import free_day, send_hour
from registry.rules.plan_values import Course, Kind, ReminderSettings, Step, Wishes
from registry.rules.planned import ESCALATION, Draft, Plan, Planned, Reason, Recipient, Why, key_of, last_on

CADRE = "_cadre"  # behind the name of a text: the same in words for her cadre
SAME_VISIT_DAYS = 14  # a visit whose day shifts by less was reminded of already
_SHIFTS = {
    "education": tuple(timedelta(days=days) for days in range(4)),
    "papers": tuple(timedelta(days=days) for days in (0, -1, -2, -3, 1, 2, 3)),
}
_DAY = timedelta(days=1)


def plan(course: Course, wishes: Wishes, settings: ReminderSettings, today: date) -> Plan:
    """All reminders that are still to go out from ``today`` on, and a reason for every visit and step without one.

    Nothing is planned before today: what was due earlier and is still fresh is due today, the rest is past.
    """
    why = nothing_because(course, wishes)
    if why is not None:
        return Plan((), tuple(_refuse(course, settings, why)))
    return _Planner(course, wishes, settings, today).plan()


def nothing_because(course: Course, wishes: Wishes) -> Literal["closed", "consent", "stopped", "no_phone"] | None:
    """Why nobody may be reminded of anything: the record goes before her wishes."""
    if course.is_over:
        return "closed"
    if not wishes.reminders_agreed:
        return "consent"
    if wishes.stopped:
        return "stopped"
    return None if wishes.has_phone or wishes.has_cadre else "no_phone"


def _refuse(course: Course, settings: ReminderSettings, why: Why) -> Iterator[Reason]:
    """A reason for each visit; what was done stays done."""
    yield from _refuse_antenatal(course, settings, why)
    if course.has_delivered:
        reported = {one.kind for one in course.visits}
        for window in postnatal.WINDOWS:
            yield Reason("postnatal", window.visit, "done" if window.visit in reported else why)


def _refuse_antenatal(course: Course, settings: ReminderSettings, why: Why) -> Iterator[Reason]:
    slots = antenatal.table(settings)
    done = antenatal.done_visits(course.visits, slots, course.dates[0] if course.dates else None)
    for slot in slots:
        yield Reason("anc", slot.visit, "done" if slot.visit in done else why)


class _Planner:
    """One planning: collects drafts and reasons, then gives each draft its day."""

    def __init__(self, course: Course, wishes: Wishes, settings: ReminderSettings, today: date) -> None:
        self.course, self.wishes, self.settings, self.today = course, wishes, settings, today
        self.hour = send_hour(settings.default_hour if wishes.hour is None else wishes.hour, settings.quiet_hours)
        self.earliest = max(today, course.start)
        self.recipient: Recipient = "mother" if wishes.has_phone else "cadre"
        self.reasons: list[Reason] = []
        self.planned: list[Planned] = []
        self.taken = {one.on for one in course.sent}
        self.told: dict[tuple[Kind, str, Step], list[date]] = {}
        for one in course.sent:
            self.told.setdefault((one.kind, one.visit, one.step), []).append(one.about)

    def plan(self) -> Plan:
        """Reminders with a day of their own first, then papers, then lessons on what is left free."""
        for draft in self._after_birth() if self.course.has_delivered else self._before_birth():
            self._put(draft)
        return Plan(tuple(sorted(self.planned, key=_by_day)), tuple(self.reasons))

    def _before_birth(self) -> Iterable[Draft]:
        course, settings = self.course, self.settings
        if course.dates is None:
            self.reasons.extend(_refuse_antenatal(course, settings, "no_dates"))
            return antenatal.undated_drafts(course)
        hpht, due = course.dates
        found = antenatal.check_ups(course, settings)
        self.reasons.extend(Reason("anc", one.visit, one.state) for one in found if one.state != "due")
        return chain(
            antenatal.visit_drafts(found, settings),
            preparation.due_date_drafts(due, course.start, course.high_risk),
            self._unchecked(preparation.papers_drafts(course, due)),
            self._lessons(education.pregnancy_lessons(hpht, settings.lessons.weeks, self.earliest - 2 * _DAY)),
        )

    def _after_birth(self) -> Iterable[Draft]:
        course = self.course
        self.reasons.extend(_refuse_antenatal(course, self.settings, "closed"))
        birth = course.birth
        if birth is None:
            self.reasons.extend(Reason("postnatal", one.visit, "no_dates") for one in postnatal.WINDOWS)
            return ()
        return chain(
            self._undone(postnatal.check_drafts(birth, self.hour, course.chosen_days)),
            self._undone(postnatal.jkn_drafts(birth, course.jkn_segment), birth.newborn_jkn_done),
            self._lessons(education.baby_lessons(birth.on, self.settings.lessons.days, self.earliest - 2 * _DAY)),
        )

    def _undone(self, drafts: Iterable[Draft], all_done: bool = False) -> Iterator[Draft]:
        reported = {one.kind for one in self.course.visits}
        for draft in drafts:
            if all_done or draft.visit in reported:
                self._say(draft, "done")
            else:
                yield draft

    def _unchecked(self, drafts: Iterable[Draft]) -> Iterator[Draft]:
        for draft in drafts:
            if preparation.is_checked(self.course, draft):
                self._say(draft, "done")
            else:
                yield draft

    def _lessons(self, drafts: Iterable[Draft]) -> Iterable[Draft]:
        if self.wishes.education_agreed and self.wishes.has_phone:
            return drafts
        self.reasons.append(Reason("education", "", "no_phone" if self.wishes.education_agreed else "consent"))
        return ()

    def _say(self, draft: Draft, why: Why) -> None:
        """A question after a visit has no reason of its own: the visit's stands for both."""
        if draft.step != "after":
            self.reasons.append(Reason(draft.kind, draft.visit, why))

    def _put(self, draft: Draft) -> None:
        """Give the draft its day, or a reason."""
        last = last_on(draft)
        if self.recipient == "cadre" and draft.kind == "anc" and draft.step == "after":
            return  # her cadre is asked once, when the days of grace are over
        if self._was_told(draft):
            self._say(draft, "sent")
        elif last < self.earliest or self._missed_before_start(draft):
            self._say(draft, "past")
        else:
            self._settle(draft, last)

    def _was_told(self, draft: Draft) -> bool:
        days = self.told.get((draft.kind, draft.visit, draft.step))
        if days is None:
            return False
        if draft.kind == "education":
            return True
        if draft.visit in self.course.chosen_days:
            return draft.about in days
        return any(abs((draft.about - day).days) <= SAME_VISIT_DAYS for day in days)

    def _missed_before_start(self, draft: Draft) -> bool:
        """A step around the due date that was not caught up with; whatever else is late has a window of its own."""
        return draft.kind in ("due_date", "papers") and draft.due_on < self.course.start

    def _settle(self, draft: Draft, last: date) -> None:
        day = self._day(draft)
        if day is None:
            self._say(draft, "crowded")
            return
        recipient, hour, text = self._address(draft)
        if recipient == "mother":
            self.taken.add(day)
        self.planned.append(
            Planned(
                draft.kind,
                draft.visit,
                draft.step,
                draft.about,
                day,
                hour,
                text,
                recipient,
                key_of(self.course.pregnancy_id, draft),
                recipient == "mother" and draft.kind != "education",
                draft.with_doctor,
                max(last, day),
            )
        )

    def _address(self, draft: Draft) -> tuple[Recipient, int, str]:
        """Who gets it, at which hour, in which words: a mother without a phone is reminded by her cadre."""
        if self.recipient == "mother" and draft.text != ESCALATION:
            return "mother", self.hour, draft.text
        hour = send_hour(self.settings.default_hour, self.settings.quiet_hours)
        return "cadre", hour, draft.text if draft.text == ESCALATION else f"{draft.text}{CADRE}"

    def _day(self, draft: Draft) -> date | None:
        """The day it falls due; papers and lessons step aside for what has that day already."""
        due_on = draft.due_on if draft.due_on > self.earliest else self.earliest
        shifts = _SHIFTS.get(draft.kind)
        if shifts is None:
            return self._not_twice_today(draft, due_on)
        if due_on == draft.due_on and due_on not in self.taken:
            return due_on
        free = free_day((draft.due_on + shift for shift in shifts), self.taken, self.earliest)
        return free if free or draft.kind == "education" else self._not_twice_today(draft, due_on)

    def _not_twice_today(self, draft: Draft, due_on: date) -> date:
        """Tomorrow, when she had a message today and tomorrow still makes sense."""
        if due_on != self.today or last_on(draft) <= due_on:
            return due_on
        return due_on + _DAY if any(one.on == due_on for one in self.course.sent) else due_on


def _by_day(planned: Planned) -> tuple[date, str]:
    return planned.due_on, planned.key
