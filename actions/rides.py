"""A ride is asked for: everything may stand in the first message, else one thing is asked after the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions import ride_wishes, which_mother
from actions.answers import chosen, is_other_button, yes_or_no
from actions.ride_wishes import Told
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from actions.which_mother import Which
from nlu.language.reminder_hour import tells_part_of_day
from nlu.language.ride_request import read_cancel_reason, read_fetch_place
from registry import access, areas, clock, days, places, presses, voices
from registry.emergencies import alerts
from registry.messaging.messages import Draft
from registry.models import Alert, Person, Pregnancy, Reminder, Ride
from registry.persons import named_mothers
from registry.pregnancies import schedule
from registry.rules.ride_values import Party, TimeChanged
from registry.transport import ride_pins, ride_words, rides

WHEN, HOUR, VILLAGE, SOURCE, SURE = "when", "hour", "village", "source", "sure"
OPENER = "/request_transport:"
MOST_BUTTONS = 3
EMERGENCY_LASTS = timedelta(hours=3)  # so long a wish for a car without a time is about it
UNCLEAR = ("past", "morning_or_afternoon")


class RequestRide(Task):
    """ "Besok jam 7 minta diantar ke pkm", the button of a reminder, or the one of an alert."""

    name = "ride"
    openers = frozenset({"request_transport"})
    welcome = frozenset({"cancel_transport", "greet"})  # "isuk" is no greeting when it is asked at what hour

    def begin(self, turn: Turn) -> Step:
        """An emergency's button asks nothing; everything else is read first."""
        button = (turn.button or "").removeprefix(OPENER) if (turn.button or "").startswith(OPENER) else ""
        if button.startswith("alert:"):
            return _for_alert(turn, button.removeprefix("alert:"))
        if button.isdecimal() and len(button) <= presses.MOST_DIGITS:
            told = _of_reminder(turn, int(button))
            return _next(turn, told) if told is not None else self._for(turn, which_mother.of_message(turn), Told())
        changed = fetched_elsewhere(turn) or _moved(turn)
        if changed is not None:
            return changed
        told = ride_wishes.read(turn, Told())
        emergency = _of_emergency(turn, told)
        if emergency is not None:
            return emergency
        if told.is_pressing and turn.speaker.role not in ("cadre", "staff"):
            return _next(turn, _with(turn, told, turn.speaker.person))
        return self._for(turn, which_mother.of_message(turn), told)

    def _for(self, turn: Turn, which: Which, told: Told) -> Step:
        unsettled = which.unsettled(told.kept())
        return unsettled if unsettled is not None else _next(turn, _with(turn, told, which.person))

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """The mother, the time, the place, or whether all of it is right."""
        told = Told.of(data)
        if asked == which_mother.ASKED:
            which = which_mother.of_answer(turn, data)
            return None if which is None else self._for(turn, which, told)
        if "ride" in data:
            return _change(turn, data, told, asked)
        if turn.intent == "cancel_transport" and turn.button is None:
            found = rides.open_of(turn.session, turn.speaker, turn.now)
            return done(say("ride_request_dropped"), *(_state(turn, ride) for ride in found[:MOST_BUTTONS]))
        if told.person is not None and named_mothers.visible(turn.session, turn.speaker, told.person) is None:
            return done(say("task_forgotten"))
        if ride_wishes.is_pin(turn):
            return _next(turn, ride_wishes.with_pin(turn, told), say("ride_pickup_noted"))
        if asked == SURE:
            return _sure(turn, told)
        if asked == VILLAGE:
            return _village(turn, told)
        if asked == SOURCE:
            return _source(turn, told)
        return _time(turn, told, asked)


def _with(turn: Turn, told: Told, person: Person | None) -> Told:
    told = replace(told, person=person.id if person else None)
    if person is not None and told.purpose == "home" and told.pickup is None:
        told = replace(told, pickup=rides.taken_to(turn.session, person.id, turn.now))
    return replace(told, village=told.village or (None if told.villages else ride_wishes.home_of(turn, told)))


def _of_reminder(turn: Turn, number: int) -> Told | None:
    """The ride for the check-up of a reminder, when it is the speaker's business."""
    reminder = turn.session.get(Reminder, number)
    pregnancy = turn.session.get(Pregnancy, reminder.pregnancy_id) if reminder else None
    person = named_mothers.visible(turn.session, turn.speaker, pregnancy.person_id) if pregnancy else None
    if reminder is None or person is None:
        return None
    day = schedule.day_of(turn.session, reminder, turn.now)
    return _with(turn, Told(day=day.isoformat() if day else None, purpose="visit"), person)


def _for_alert(turn: Turn, number: str) -> Step:
    """A car at once: for her who is in danger, by herself or by whoever looks after her."""
    alert = turn.session.get(Alert, int(number)) if number.isdecimal() and len(number) <= presses.MOST_DIGITS else None
    contact = turn.speaker.contact
    hers = alert is not None and (
        alert.contact_id == contact.id
        or (turn.speaker.person is not None and alert.person_id == turn.speaker.person.id)
    )
    if alert is None or not (hers or access.may_see_place(turn.session, turn.speaker, alert.village_code)):
        return done(say("ride_unknown_alert"))
    outcome = rides.order_for_alert(turn.session, alert, turn.now, turn.message_id, contact)
    return done(*(outcome.answers or (_state(turn, outcome.ride),)))


def _of_emergency(turn: Turn, told: Told) -> Step | None:
    """ "Minta mobil" from whoever has just told of an emergency and its place: the car at once, without a question."""
    if turn.speaker.role in ("cadre", "staff") or told.at is not None or told.day is not None:
        return None
    alert = alerts.current_alert(turn.session, turn.speaker, turn.now)
    if alert is None or alert.village_code is None or turn.now - alert.at > EMERGENCY_LASTS:
        return None
    outcome = rides.order_for_alert(
        turn.session, alert, turn.now, turn.message_id, turn.speaker.contact, pickup=told.pickup
    )
    return done(*(outcome.answers or (_state(turn, outcome.ride),)))


def _state(turn: Turn, ride: Ride) -> Draft:
    party = rides.party_of(turn.session, turn.speaker, ride)
    return ride_words.status(turn.session, ride, of_mother=party is Party.MOTHER)


def _next(turn: Turn, told: Told, *says: Draft) -> Step:
    """The one thing that is missing, or what was understood, to be confirmed; in an emergency the car at once."""
    if not told.has_time or told.problem is not None:
        return _ask_time(turn, told, *says)
    if len(told.villages) > 1:
        return _ask_which_village(turn, told, *says)
    if told.village is None:
        return ask(VILLAGE, say("ride_ask_village"), told.kept(), *says)
    if told.is_pressing:
        return _order(turn, told)
    if told.purpose == "home" and told.pickup is None:
        return ask(SOURCE, say("ride_ask_source"), told.kept(), *says)
    return ask(SURE, _read_back(turn, told), told.kept(), *says)


def _ask_time(turn: Turn, told: Told, *says: Draft) -> Step:
    if told.problem is not None:
        name = f"ride_when_{told.problem}" if told.problem in UNCLEAR else "ride_when_unclear"
        says = (*says, say(name))
    told = replace(told, problem=None, at=None)
    if told.day is None:
        return ask(WHEN, say(f"ride_ask_when_{_side(turn, told)}"), told.kept(), *says)
    return ask(HOUR, _ask_hour(turn, date.fromisoformat(told.day)), told.kept(), *says)


def _ask_hour(turn: Turn, day: date) -> Draft:
    asked = say("ride_ask_hour", day=days.in_words(day))
    buttons = tuple(
        (say("ride_title_hour", hour=f"{hour:02}.00").text, f"/inform:{HOUR}:{hour}")
        for hour in ride_wishes.hours_of(turn, day)
    )
    return replace(asked, buttons=buttons)


def _ask_which_village(turn: Turn, told: Told, *says: Draft) -> Step:
    titles = areas.titles(turn.session, told.villages)
    buttons = tuple((title[:20], f"/inform:{VILLAGE}:{code}") for code, title in titles.items())
    name = places.village_label(turn.session, told.villages[0]) or ""
    asked = replace(say("ride_which_village", village=name.partition(",")[0]), buttons=buttons)
    return ask(VILLAGE, asked, told.kept(), *says)


def _side(turn: Turn, told: Told) -> Party:
    """Who reads: she herself, or somebody who asks for her."""
    person = turn.session.get(Person, told.person) if told.person is not None else None
    helps = turn.speaker.role in ("cadre", "staff")
    return Party.CADRE if helps and (person is None or not voices.is_hers(turn.speaker, person)) else Party.MOTHER


def _read_back(turn: Turn, told: Told) -> Draft:
    wish = ride_wishes.wish_of(turn, told)
    shown = Ride(
        person_id=wish.person_id, at=wish.at, village_code=wish.village_code, pickup=wish.pickup,
        destination=wish.destination, purpose=wish.purpose, urgent=wish.urgent,
    )  # fmt: skip
    values = ride_words.values(turn.session, shown)
    return say(f"ride_read_back_{_side(turn, told)}", **values)


def _time(turn: Turn, told: Told, asked: str) -> Step | None:
    value = chosen(turn, asked)
    if value is not None:
        if value == "other":
            return ask(WHEN, say("ride_ask_day"), told.kept())
        return _next(turn, ride_wishes.choose_time(turn, told, value))
    if is_other_button(turn, asked) or not turn.text:
        return None
    heard = ride_wishes.read(turn, told, of_day=asked == HOUR)
    if heard == told:
        known = turn.intent in ("inform", "nlu_fallback") or tells_part_of_day(turn.text)
        return _ask_time(turn, replace(told, problem="unclear")) if known else None
    return _next(turn, heard)


def _village(turn: Turn, told: Told) -> Step | None:
    value = chosen(turn, VILLAGE)
    if value is not None:
        return _next(turn, replace(told, village=value, villages=())) if value in told.villages else None
    if is_other_button(turn, VILLAGE) or not turn.text:
        return None
    heard = ride_wishes.read_village(turn, told)
    if heard == told:
        return ask(VILLAGE, say("ride_ask_village"), told.kept(), say("ride_village_unknown"))
    return _next(turn, heard)


def _source(turn: Turn, told: Told) -> Step | None:
    """Where she is, who wants to be brought home."""
    if is_other_button(turn, SOURCE) or not turn.text:
        return None
    heard = ride_wishes.read(turn, told)
    return _next(turn, replace(heard, pickup=heard.pickup or ride_wishes.as_shown(turn.text), goal=None, goal_codes=()))


def _sure(turn: Turn, told: Told) -> Step | None:
    if chosen(turn, SURE) == "time":
        return _ask_time(turn, replace(told, at=None, now=False, day=None if told.now else told.day))
    answer = yes_or_no(turn, SURE)
    if answer is True:
        return _order(turn, told)
    if is_other_button(turn, SURE) or not turn.text:
        return None
    if answer is False:
        return _ask_time(turn, replace(told, at=None, now=False, day=None))
    heard = ride_wishes.read(turn, told, of_day=True)
    return None if heard == told else _next(turn, heard)


def _order(turn: Turn, told: Told) -> Step:
    wish = ride_wishes.wish_of(turn, told)
    if told.at is not None and not told.now and wish.at <= turn.now:
        return _ask_time(turn, replace(told, problem="past", day=None))
    outcome = rides.order(turn.session, turn.speaker.contact, wish, turn.now, turn.message_id)
    if outcome.refused is not None:
        return done(say("ride_already_asked"), _state(turn, outcome.ride))
    return done(*outcome.answers)


# ---------------------------------------------------------------- another time for a ride that was asked for


def _moved(turn: Turn) -> Step | None:
    """ "Jemputnya diundur jam 9": the open ride gets another time instead of a second one."""
    if turn.button is not None or read_cancel_reason(turn.text) != "changed_time":
        return None
    found = [ride for ride in of_named(turn, rides.open_of(turn.session, turn.speaker, turn.now)) if not ride.urgent]
    return move(turn, found[0]) if len(found) == 1 else None


def of_named(turn: Turn, found: list[Ride]) -> list[Ride]:
    """Of a helper's rides those of the mothers named in the message; all of them when it names none."""
    names = which_mother.named_in(turn).names if turn.speaker.role in ("cadre", "staff") and not turn.button else ()
    persons = {ride.id: turn.session.get(Person, ride.person_id) for ride in found if ride.person_id}
    hers = [ride for ride in found if (one := persons.get(ride.id)) and named_mothers.is_named(one, names)]
    return hers or found


def fetched_elsewhere(turn: Turn) -> Step | None:
    """ "Jemputnya di balai desa saja": the open ride begins at another place, nothing else changes."""
    spot = None if turn.button else ride_wishes.as_shown(read_fetch_place(turn.text, turn.now))
    ride = ride_pins.note_words(turn.session, turn.speaker, spot, turn.now, turn.message_id) if spot else None
    if ride is None:
        return None
    party = rides.party_of(turn.session, turn.speaker, ride)
    side = Party.MOTHER if party is Party.MOTHER else Party.CADRE
    return done(say(f"ride_place_noted_{side}", **ride_words.values(turn.session, ride)))


def move(turn: Turn, ride: Ride) -> Step:
    """Another time for this ride: as told, else asked."""
    local = ride.at.astimezone(clock.JAKARTA)
    told = ride_wishes.read(turn, Told(day=local.date().isoformat(), person=ride.person_id), of_day=True)
    return _moved_to(turn, ride.id, told)


def _change(turn: Turn, data: dict[str, Any], told: Told, asked: str) -> Step | None:
    value = chosen(turn, asked)
    if value is not None:
        return _moved_to(turn, data["ride"], ride_wishes.choose_time(turn, told, value))
    if is_other_button(turn, asked) or not turn.text:
        return None
    heard = ride_wishes.read(turn, told, of_day=asked == HOUR)
    return None if heard == told else _moved_to(turn, data["ride"], heard)


def _moved_to(turn: Turn, number: int, told: Told) -> Step:
    if not told.has_time or told.problem is not None:
        step = _ask_time(turn, told)
        return replace(step, data={**step.data, "ride": number})
    at = ride_wishes.wish_of(turn, told).at
    ride = turn.session.get(Ride, number)
    if ride is None or rides.party_of(turn.session, turn.speaker, ride) is None:
        return done(say("press_too_late"))
    contact = turn.speaker.contact
    outcome = rides.happen(turn.session, number, TimeChanged(at), turn.now, sender=contact, inbox_id=turn.message_id)
    if outcome is None or outcome.refused is not None:
        return done(say(f"ride_refused_{outcome.refused}") if outcome else say("press_too_late"))
    return done(*(outcome.answers or (_state(turn, ride),)))
