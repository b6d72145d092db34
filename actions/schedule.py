"""When the next check-up is: hers when she is known, of the mother a cadre names, else the national plan."""

from __future__ import annotations

from actions import which_mother
from actions.turn import Events, RegistryAction, Turn
from registry import texts, voices
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import named_mothers, people, shared_phones
from registry.pregnancies import schedule, visit_reports


class ActionTellSchedule(RegistryAction):
    """Her week today, the next check-up with day and place, and how many are done."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_tell_schedule"

    def act(self, turn: Turn) -> Events:
        """Say it."""
        hers = _answer(turn)
        if hers is None:
            turn.say("utter_antenatal_schedule")
        else:
            buttons = [{"title": title, "payload": payload} for title, payload in hers.buttons]
            turn.dispatcher.utter_message(text=hers.text, buttons=buttons)
        return []


def _answer(turn: Turn) -> Draft | None:
    """None: she is not known, or nobody is named."""
    if turn.speaker.role in ("cadre", "staff"):
        return _of_helper(turn)
    if shared_phones.must_ask(turn.session, turn.speaker.contact):
        return shared_phones.question(turn.session, turn.speaker.contact)
    return _of(turn, turn.speaker.person) if turn.speaker.person is not None else None


def _of_helper(turn: Turn) -> Draft | None:
    named = which_mother.named_in(turn)
    if not named:
        return _of(turn, turn.speaker.person) if turn.speaker.person is not None else None
    found = named_mothers.find(turn.session, turn.speaker, code=named.code, nik=named.nik, names=named.names)
    if not found:
        return texts.say("which_none")
    if len(found) == 1:
        return _of(turn, found[0]) or texts.say("visit_no_pregnancy_helper", mother=voices.label(found[0]))
    shown = enumerate(found[: named_mothers.MOST_SHOWN], start=1)
    lines = [named_mothers.choice(turn.session, number, person).line for number, person in shown]
    return texts.say("schedule_several", list="\n".join(lines))


def _of(turn: Turn, person: Person) -> Draft | None:
    """Her own words for it; nothing when she has no pregnancy on record."""
    pregnancy = people.latest_pregnancy(turn.session, person)
    over = visit_reports.over(pregnancy)
    if over == "after_loss":
        return voices.say(turn.speaker, person, "schedule_over")
    if pregnancy is None or over is not None:
        return None
    view = schedule.of(turn.session, pregnancy, turn.now)
    following = schedule.next_in_words(turn.session, person, view)
    if view.course.has_delivered:
        return voices.say(turn.speaker, person, "schedule_after_birth", next=following)
    if view.weeks is None:
        place = schedule.place_of(turn.session, person)
        return voices.say(turn.speaker, person, "schedule_undated", place=place, done=view.done, total=view.total)
    return voices.say(
        turn.speaker, person, "schedule_hers", weeks=view.weeks, next=following, done=view.done, total=view.total
    )
