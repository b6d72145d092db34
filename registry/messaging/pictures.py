"""Pictures by reference: a queued message names its picture, which is drawn from the registry when it is sent.

So no picture with a mother's data lies on a disk, and what is sent is true at that hour: when she was erased or her
pregnancy has ended meanwhile, there is no picture any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.dates import format_date
from registry import clock, places, programme, texts
from registry.models import ChosenDay, Person, Pregnancy, Visit
from registry.persons import people
from registry.pregnancies.card import Card, CardVisit, draw
from registry.pregnancies.card_pen import State
from registry.rules import antenatal, dating
from registry.rules.plan_values import Course, Done, ReminderSettings

_REFERENCE = re.compile(r"card:([0-9]{1,18})")
_SIGNS: tuple[State, ...] = ("done", "reported", "due", "missed", "later")


def reference(person: Person) -> str:
    """What an outbox message carries as ``image`` to show this mother's card."""
    return f"card:{person.id}"


def render(session: Session, name: str) -> bytes | None:
    """The PNG behind a reference, as things stand now; None when there is nothing to show (any more)."""
    named = _REFERENCE.fullmatch(name)
    person = session.get(Person, int(named[1])) if named else None
    card = card_of(session, person, clock.now(session)) if person else None
    return draw(card) if card else None


def card_of(session: Session, person: Person, now: datetime) -> Card | None:
    """The card of a mother at an aware moment; None when she is not pregnant: after a loss nothing counts weeks."""
    pregnancy = people.active_pregnancy(session, person)
    if pregnancy is None:
        return None
    today = clock.today(now)
    course = _course(session, pregnancy)
    weeks, weeks_line = _age(course, today)
    call_line, call_number = _whom_to_call(session, person)
    return Card(
        title=texts.phrase("card_title"),
        name_line=_name(person),
        weeks_label=texts.phrase("card_weeks_label"),
        weeks=weeks,
        weeks_line=weeks_line,
        hpl_label=texts.phrase("card_hpl_label"),
        hpl_line=format_date(course.dates[1]) if course.dates else texts.phrase("card_unknown"),
        visits_label=texts.phrase("card_visits_label"),
        visits=tuple(_visits(session, course, today)),
        legend={sign: texts.phrase(f"card_sign_{sign}") for sign in _SIGNS},
        where_label=texts.phrase("card_where_label"),
        where_line=_where(session, person),
        call_label=texts.phrase("card_call_label"),
        call_line=call_line,
        call_number=call_number,
        footer=texts.phrase("card_footer"),
    )


def _name(person: Person) -> str:
    """Her name; on a phone that is not hers alone only its first letters."""
    if not person.name:
        return texts.phrase("card_name_unknown")
    shared = person.phone_owner not in (None, "own")
    shown = " ".join(f"{word[0]}." for word in person.name.split()) if shared else person.name
    return texts.say("card_name", name=shown).text


def _age(course: Course, today: date) -> tuple[int | None, str]:
    """The completed weeks, and what stands beside them."""
    if course.dates is None or not dating.is_possible_first_day(course.dates[0], today):
        return None, texts.phrase("card_unknown")
    weeks, days = divmod((today - course.dates[0]).days, 7)
    return weeks, texts.say("card_weeks_days", days=days).text if days else texts.phrase("card_weeks")


def _course(session: Session, pregnancy: Pregnancy) -> Course:
    """The pregnancy as the rules of its visits see it."""
    of_hers = select(Visit).where(Visit.pregnancy_id == pregnancy.id).order_by(Visit.on, Visit.id)
    moved = select(ChosenDay).where(ChosenDay.pregnancy_id == pregnancy.id)
    return Course(
        pregnancy_id=pregnancy.id,
        status="active",
        opened_on=clock.today(pregnancy.opened_at),
        hpht=pregnancy.hpht,
        hpl=pregnancy.hpl,
        visits=tuple(Done(row.kind, row.on, row.status) for row in session.scalars(of_hers)),
        chosen_days={row.kind: row.on for row in session.scalars(moved)},
    )


def _visits(session: Session, course: Course, today: date) -> Iterator[CardVisit]:
    """Every visit of the programme in order; the first that still is to come, or was due in these days, is the next."""
    settings = ReminderSettings(
        anc_weeks=tuple(programme.value(session, "anc_weeks", today)),
        grace_days=programme.value(session, "missed_visit_grace_days", today),
    )
    known = {one.visit: one for one in antenatal.check_ups(course, settings)}
    slots = antenatal.table(settings)
    done = antenatal.done_visits(course.visits, slots, course.dates[0] if course.dates else None)
    late = {one.visit for one in antenatal.unreported(course, settings, today)}
    verified = {visit.on for visit in course.visits if visit.status == "verified"}
    next_is_known = False
    for slot in slots:
        check_up = known.get(slot.visit)
        if slot.visit in done:
            sign: State = "done" if done[slot.visit] in verified else "reported"
        else:
            sign = _sign_ahead(check_up, late=slot.visit in late, next_is_known=next_is_known)
        next_is_known = next_is_known or sign == "due"
        yield CardVisit(_label(slot), sign, _day(done.get(slot.visit) or _planned(check_up)))


def _sign_ahead(check_up: antenatal.CheckUp | None, *, late: bool, next_is_known: bool) -> State:
    """Of a visit nobody has told of; one that lay before we knew her is no fault of hers, and not marked as missed."""
    state = check_up.state if check_up else "due"
    if late:
        return "missed"
    return "later" if next_is_known or state != "due" else "due"


def _planned(check_up: antenatal.CheckUp | None) -> date | None:
    """The day she is asked to come, or was; none for a visit that she is not asked to any more."""
    return check_up.on if check_up is not None and check_up.state == "due" else None


def _label(slot: antenatal.Slot) -> str:
    """K1 to K6; a visit beyond is called by its week."""
    return slot.visit if slot.visit.startswith("K") else texts.say("card_visit_week", week=slot.week).text


def _day(day: date | None) -> str:
    """'14 Agu': the month as the language writes it, its first three letters."""
    if day is None:
        return ""
    number, month, _ = format_date(day).split()
    return f"{number} {month[:3]}"


def _where(session: Session, person: Person) -> str:
    near = places.nearby(session, person.village_code).puskesmas
    return near[0].name if near else texts.phrase("card_where_unknown")


def _whom_to_call(session: Session, person: Person) -> tuple[str, str]:
    helpers = people.helpers_for(session, person.village_code)
    if not helpers:
        return texts.phrase("card_call_nobody"), ""
    first = helpers[0]
    return texts.say(f"card_call_{first.role}", name=first.name).text, _dialled(first.phone)


def _dialled(phone: str) -> str:
    """A number as one dials it here, in groups of four: 0812-0000-0021."""
    digits = re.sub(r"^\+62", "0", phone)
    return "-".join(re.findall(r".{1,4}", digits))
