"""What a reminder says: its text with day, place, week and the mother's name in place.

To herself no name and no finding stand in it, for the phone may be shared; to a cadre she is named with her code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from registry import days, texts, voices
from registry.messaging.messages import Draft
from registry.models import Person
from registry.pregnancies import schedule
from registry.reminding.reminders import Owed
from registry.rules import dating
from registry.rules.plan_days import open_day
from registry.rules.plan_values import ReminderSettings
from registry.rules.planned import Planned
from registry.rules.sending import Topic, text_for

NEWBORN_DAYS = 28  # by then a baby must be registered (domain.md section 1.8)
AGE_IN_DAYS = 28  # older babies are counted in weeks
AT_ONCE = ("KF1", "KN1")  # the midwife comes on any day


class Words:
    """Says reminders on one day; places are looked up once for each village."""

    def __init__(self, session: Session, settings: ReminderSettings, today: date) -> None:
        self._session, self._settings, self._today = session, settings, today
        self._places: dict[str | None, str] = {}

    def say(self, owed: Owed, topics: Sequence[Topic], ids: Mapping[str, int], *, to_cadre: bool) -> Draft:
        """One message for these topics; ``ids`` gives the number that a pressed button answers to, by key."""
        lead = next((one for one in topics if one.is_visit), topics[0])
        values = self._values(owed, topics[0]) | {"reminder": str(ids[lead.about[0].key])}
        if len(topics) > 1:
            names = ("first", "second")
            values |= {name: self._phrase(owed, one) for name, one in zip(names, topics, strict=True)}
        return texts.say(text_for(topics, to_cadre=to_cadre), **values)

    def _phrase(self, owed: Owed, topic: Topic) -> str:
        return texts.say(f"phrase_{topic.text}", **self._values(owed, topic)).text

    def _values(self, owed: Owed, topic: Topic) -> dict[str, str]:
        one, course, today = topic.about[0], owed.course, self._today
        found = {
            "name": voices.label(owed.person) if owed.person.name else texts.phrase("phrase_name_unknown"),
            "place": self._place(owed.person),
            "date": days.in_words(self._day(one)),
        }
        if topic.is_visit:
            found["visit"] = schedule.visit_names(tuple(each.visit for each in topic.about))
        if course.dates is not None:
            hpht, hpl = course.dates
            found |= {"hpl": days.in_words(hpl), "weeks": str(dating.weeks_on(hpht, today))}
            found["days"] = str(abs((hpl - today).days))
        if course.birth is not None:
            age = (today - course.birth.on).days
            left = course.birth.on + timedelta(days=NEWBORN_DAYS) - today
            found |= {"baby_age": _age(age), "days": str(max(0, left.days))}
        return found

    def _place(self, person: Person) -> str:
        village = person.village_code
        if village not in self._places:
            self._places[village] = schedule.place_of(self._session, person)
        return self._places[village]

    def _day(self, one: Planned) -> date:
        """Of a check-up after birth the first open day of what is left of its window."""
        if one.kind != "postnatal":
            return one.about
        first = max(one.about, self._today)
        found = first if one.visit in AT_ONCE else open_day(first, self._settings)
        return found if found <= one.last_on else first


def _age(days_old: int) -> str:
    if days_old < AGE_IN_DAYS:
        return texts.say("phrase_baby_days", days=days_old).text
    return texts.say("phrase_baby_weeks", weeks=days_old // 7).text
