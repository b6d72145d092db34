"""A check-up is moved: from a reminder's button or in words, to an open day within the visit's time."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from actions import which_mother
from actions.answers import chosen, is_other_button, yes_or_no
from actions.rides import RequestRide
from actions.rides import move as move_ride
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from actions.which_mother import Which
from nlu.language.reschedule import read_reschedule
from registry import clock, days, presses, voices
from registry.messaging.messages import Draft
from registry.models import Person, Pregnancy, Reminder, Ride
from registry.persons import named_mothers, people
from registry.pregnancies import moves, schedule, visit_reports
from registry.pregnancies.moves import Move, Refused
from registry.transport import rides

DAY = "move_day"
_HOUR = re.compile(r"\b(?:se|\d+ ?)?(?:jam|pukul|jame|setengah|menit)", re.IGNORECASE)
_CHECK_UP = re.compile(r"(?i)\b(?:p[er]*iks|kontrol|kntrl|posyandu|jadwal|usg|imunisasi)")
MOST_TRIES = 3


class MoveVisit(Task):
    """ "Besok gak iso, lusa ae", or Ganti hari under a reminder."""

    name = "move"
    openers = frozenset({"reschedule_visit"})

    def begin(self, turn: Turn) -> Step:
        """The visit of the button, else the next one of the mother who is meant."""
        read = read_reschedule(turn.text, turn.now)
        ride = _ride_at_another_hour(turn, names_day=bool(read.on or read.cannot))
        if ride is not None:
            return move_ride(turn, ride)
        data: dict[str, Any] = {
            "on": read.on.isoformat() if read.on else None,
            "cannot": [day.isoformat() for day in read.cannot],
            "reminder": None,
        }
        reminder = _pressed(turn)
        if reminder is None:
            return self._for(turn, which_mother.of_message(turn), data)
        pregnancy = turn.session.get_one(Pregnancy, reminder.pregnancy_id)
        person = schedule.person_of(turn.session, pregnancy)
        if not voices.may_tell_of(turn.session, turn.speaker, person):
            return done(say("press_too_late"))
        return self._ask_or_move(turn, person, {**data, "reminder": reminder.id, "person": person.id})

    def offer(self, turn: Turn, person: Person) -> Step:
        """Another day for the check-up she has not come to."""
        return self._ask_or_move(turn, person, {"on": None, "cannot": [], "reminder": None, "person": person.id})

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """The mother, or the day; or the new hour of a ride."""
        if "ride" in data:
            return RequestRide().go_on(turn, asked, data)
        if turn.intent in self.openers and turn.button is not None:
            return self.begin(turn)
        if asked == which_mother.ASKED:
            which = which_mother.of_answer(turn, data)
            return None if which is None else self._for(turn, which, data)
        person = named_mothers.visible(turn.session, turn.speaker, data["person"])
        return done(say("task_forgotten")) if person is None else self._day(turn, person, data)

    def _for(self, turn: Turn, which: Which, data: dict[str, Any]) -> Step:
        unsettled = which.unsettled(data)
        if unsettled is not None:
            return unsettled
        if which.person is None:
            return done(say("visit_no_pregnancy"))
        return self._ask_or_move(turn, which.person, {**data, "person": which.person.id})

    def _ask_or_move(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step:
        pregnancy = people.latest_pregnancy(turn.session, person)
        over = visit_reports.over(pregnancy)
        if over is not None or pregnancy is None:
            return done(voices.say(turn.speaker, person, f"visit_{over}"))
        move = _movable(turn, pregnancy, data)
        if move is None:
            return done(voices.say(turn.speaker, person, "move_nothing"))
        if data["on"]:
            return _try(turn, person, pregnancy, move, date.fromisoformat(data["on"]), data)
        return _ask(turn, person, move, data, "move_ask", visits=schedule.visit_names(move.visits))

    def _day(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
        if is_other_button(turn, DAY):
            return None
        pregnancy = people.latest_pregnancy(turn.session, person)
        move = _movable(turn, pregnancy, data) if pregnancy is not None else None
        if pregnancy is None or move is None:
            return done(voices.say(turn.speaker, person, "move_nothing"))
        on = _chosen_day(turn) or _agreed_day(turn, data)
        read = read_reschedule(turn.text, turn.now)
        ride = None if on or read.on else _ride_at_another_hour(turn, names_day=False)
        if ride is not None:
            return move_ride(turn, ride)
        if on is None and read.status == "impossible":
            return _ask(turn, person, move, data, "move_past")
        on = on or read.on
        if on is not None:
            return _try(turn, person, pregnancy, move, on, data)
        tries = int(data.get("day_tries") or 0) + 1
        if tries >= MOST_TRIES:
            return done(voices.say(turn.speaker, person, "move_left_open"))
        cannot = [*data["cannot"], *(day.isoformat() for day in read.cannot)]
        return _ask(turn, person, move, {**data, "day_tries": tries, "cannot": cannot}, "move_ask_again")


def _ride_at_another_hour(turn: Turn, *, names_day: bool) -> Ride | None:
    """ "Jamnya diganti setengah 9", "lusa jam 8 saja": an hour is not that of a check-up, when one car is to come."""
    if turn.button is not None or not _HOUR.search(turn.text) or (names_day and _CHECK_UP.search(turn.text)):
        return None
    found = rides.open_of(turn.session, turn.speaker, turn.now)
    return found[0] if len(found) == 1 and not found[0].urgent else None


def _pressed(turn: Turn) -> Reminder | None:
    """The reminder whose button it was."""
    number = turn.choice or ""
    is_ours = (turn.button or "").startswith("/reschedule_visit:")
    if not is_ours or not number.isdecimal() or len(number) > presses.MOST_DIGITS:
        return None
    return turn.session.get(Reminder, int(number))


def _chosen_day(turn: Turn) -> date | None:
    value = chosen(turn, DAY)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:  # a payload that was typed
        return None


def _agreed_day(turn: Turn, data: dict[str, Any]) -> date | None:
    """A bare yes to the one day that was offered instead of a closed one."""
    instead = data.get("instead")
    return date.fromisoformat(instead) if instead and yes_or_no(turn, DAY) else None


def _movable(turn: Turn, pregnancy: Pregnancy, data: dict[str, Any]) -> Move | None:
    reminder = turn.session.get(Reminder, data["reminder"]) if data["reminder"] else None
    cannot = [date.fromisoformat(day) for day in data["cannot"]]
    return moves.movable(turn.session, pregnancy, turn.now, reminder=reminder, cannot=cannot)


def _try(turn: Turn, person: Person, pregnancy: Pregnancy, move: Move, on: date, data: dict[str, Any]) -> Step:
    refused = moves.check(turn.session, pregnancy, move, on, turn.now)
    if refused is not None and refused.why != "same_day":
        return _refuse(turn, person, move, on, refused, data)
    if refused is None:
        moves.choose(turn.session, turn.speaker, pregnancy, move.visits, on, turn.now)
    return done(
        voices.say(
            turn.speaker,
            person,
            "move_done" if refused is None else "move_same_day",
            visits=schedule.visit_names(move.visits),
            date=days.in_words(on),
            place=schedule.place_of(turn.session, person),
        )
    )


def _refuse(turn: Turn, person: Person, move: Move, on: date, refused: Refused, data: dict[str, Any]) -> Step:
    """Why not, and what would do instead."""
    shown = {"date": days.in_words(on), "last": days.in_words(move.last), "visits": schedule.visit_names(move.visits)}
    if refused.why == "closed" and refused.instead is not None:
        question = voices.say(
            turn.speaker, person, "move_closed", date=shown["date"], instead=days.in_words(refused.instead)
        )
        first = _button(turn, refused.instead)
        others = tuple(_button(turn, day) for day in move.offered if day != refused.instead)
        asked = Draft(question.text, buttons=(first, *others[:2]))
        return ask(DAY, asked, {**data, "on": None, "instead": refused.instead.isoformat()})
    name = "move_closed_full" if refused.why == "closed" else f"move_{refused.why}"
    return _ask(turn, person, move, {**data, "on": None}, name, **shown)


def _ask(turn: Turn, person: Person, move: Move, data: dict[str, Any], name: str, **values: str) -> Step:
    question = voices.say(turn.speaker, person, name, **values)
    buttons = tuple(_button(turn, day) for day in move.offered)
    return ask(DAY, Draft(question.text, buttons=buttons), {**data, "on": None, "instead": None})


def _button(turn: Turn, day: date) -> tuple[str, str]:
    """ "Besok", "Lusa", else the day itself."""
    ahead = day - clock.today(turn.now)
    near = {timedelta(days=1): "title_tomorrow", timedelta(days=2): "title_day_after"}.get(ahead)
    title = say(near).text if near else days.in_short(day)
    return title, f"/inform:{DAY}:{day.isoformat()}"
