"""How a ride stands, and calling it off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.answers import chosen
from actions.rides import RequestRide, fetched_elsewhere, move, of_named
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from nlu.language.dates import JAKARTA
from nlu.language.ride_request import read_cancel_reason
from registry import days
from registry.messaging.messages import Draft
from registry.models import Ride
from registry.rules.ride_values import CancelReason, Party
from registry.transport import ride_presses, ride_words, rides

WHICH = "which_ride"
MOST_SHOWN = 8
REASONS = {
    "not_needed": CancelReason.NOT_NEEDED,
    "own_vehicle": CancelReason.OTHER_TRANSPORT,
    "changed_time": CancelReason.VISIT_MOVED,
    "other": CancelReason.OTHER,
}


class RideStatus(Task):
    """ "Jemputan saya gimana?" """

    name = "ride_status"
    openers = frozenset({"ask_transport_status"})

    def begin(self, turn: Turn) -> Step:
        """Every open ride, as it stands."""
        found = rides.open_of(turn.session, turn.speaker, turn.now)
        found = of_named(turn, found or rides.current_of(turn.session, turn.speaker, turn.now))
        if not found:
            return done(say(f"ride_status_none_{_side(turn)}"))
        return done(*(_state(turn, ride) for ride in found[:MOST_SHOWN]))

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """Nothing is ever asked."""
        return None


class CancelRide(Task):
    """ "Batal jemput, sudah diantar suami." """

    name = "ride_cancel"
    openers = frozenset({"cancel_transport"})

    def begin(self, turn: Turn) -> Step:
        """The one open ride is called off at once; of several it is asked which; another time or place moves it."""
        elsewhere = fetched_elsewhere(turn)
        if elsewhere is not None:
            return elsewhere
        found = of_named(turn, rides.open_of(turn.session, turn.speaker, turn.now))
        reason = read_cancel_reason(turn.text) or "not_needed"
        if not found:
            return done(say(f"ride_cancel_none_{_side(turn)}"))
        if len(found) == 1:
            return self._end(turn, found[0], reason)
        shown = found[:MOST_SHOWN]
        buttons = tuple((_title(ride), f"/inform:{WHICH}:{ride.id}") for ride in shown)
        lines = "\n".join(_state(turn, ride).text for ride in shown)
        asked = say("ride_cancel_which")
        question = replace(asked, text=f"{lines}\n\n{asked.text}", buttons=buttons)
        return ask(WHICH, question, {"reason": reason, "rides": [ride.id for ride in shown]})

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """Which of several; or the new time of one that is moved."""
        if "ride" in data:
            return RequestRide().go_on(turn, asked, data)
        value = chosen(turn, WHICH) or ""
        if value not in map(str, data["rides"]):
            return None
        ride = turn.session.get(Ride, int(value))
        return None if ride is None else self._end(turn, ride, data["reason"])

    def _end(self, turn: Turn, ride: Ride, reason: str) -> Step:
        if reason == "changed_time" and not ride.urgent and turn.button is None:
            return move(turn, ride)
        why = REASONS[reason]
        said = ride_presses.cancel(turn.session, turn.speaker, ride.id, why, turn.now, turn.message_id)
        return done(*(said or (say("press_too_late"),)))


def _side(turn: Turn) -> Party:
    return Party.CADRE if turn.speaker.role in ("cadre", "staff", "driver") else Party.MOTHER


def _state(turn: Turn, ride: Ride) -> Draft:
    party = rides.party_of(turn.session, turn.speaker, ride)
    return ride_words.status(turn.session, ride, of_mother=party is Party.MOTHER)


def _title(ride: Ride) -> str:
    """ "Senin, 23 Nov 07.00": fits on a button."""
    local = ride.at.astimezone(JAKARTA)
    title = say("ride_title_choice", day=days.in_short(local.date()), hour=days.hour(local.time())).text
    return title[:20]
