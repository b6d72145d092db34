"""A ride as it is told over several messages: what is known so far, and how an answer adds to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from actions.turn import Turn
from nlu.language.dates import JAKARTA, format_date, read_date
from nlu.language.entities import gazetteer
from nlu.language.long_numbers import hide
from nlu.language.places import PlaceMatch
from nlu.language.ride_request import RideRequest, read_ride
from registry import clock, texts
from registry.models import Person
from registry.transport import ride_words, rides
from registry.transport.rides import URGENT_PURPOSES, Purpose, Wish

NOT_PRESSING = ("home", "other")
MORNING_HOURS = (7, 8, 9)
AHEAD = timedelta(minutes=30)
LONGEST_PLACE = 200  # characters; what is longer is a story


@dataclass(frozen=True)
class Told:
    """What is known; moments and days as ISO texts, for it is kept as JSON. ``problem``: why there is no time."""

    person: int | None = None
    at: str | None = None
    day: str | None = None
    now: bool = False
    purpose: str | None = None
    goal: str | None = None
    goal_codes: tuple[str, ...] = ()
    pickup: str | None = None
    village: str | None = None
    villages: tuple[str, ...] = ()  # those it may be
    problem: str | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Told:
        """From what a task kept."""
        told = dict(data.get("told") or {})
        for name in ("goal_codes", "villages"):
            told[name] = tuple(told.get(name) or ())
        return cls(**told)

    def kept(self) -> dict[str, Any]:
        """As a task keeps it."""
        return {"told": asdict(self)}

    @property
    def is_pressing(self) -> bool:
        """Birth or danger, now: there is no time for questions."""
        return self.now and self.purpose in URGENT_PURPOSES

    @property
    def has_time(self) -> bool:
        """Whether it is known when."""
        return self.now or self.at is not None


def read(turn: Turn, told: Told, *, of_day: bool = False) -> Told:
    """What a message adds. ``of_day``: only the hour was asked, the day is known."""
    text = turn.text
    if of_day and told.day is not None and read_date(text, "visit_date", turn.now).status != "found":
        said = texts.say("ride_title_hour", hour=text).text if text.strip(" .").isdecimal() else text
        text = f"{format_date(date.fromisoformat(told.day))} {said}"
    return _with_place(turn, _with_time(told, read_ride(text, turn.now)))


def _with_time(told: Told, heard: RideRequest) -> Told:
    told = replace(
        told,
        problem=heard.problem,
        purpose=heard.purpose or told.purpose,
        goal=as_shown(heard.destination) or told.goal,
        goal_codes=heard.destination_codes or told.goal_codes,
        pickup=as_shown(heard.pickup_landmark) or told.pickup,
        villages=_villages(heard.pickup_place) or told.villages,
    )
    if heard.when == "now":
        return replace(told, now=True, at=None, day=None)
    if heard.at is not None:
        return replace(told, now=False, at=heard.at.isoformat(), day=heard.at.date().isoformat())
    if heard.day is not None:
        return replace(told, now=False, at=None, day=heard.day.isoformat())
    return told


def as_shown(place: str | None) -> str | None:
    """Her words for a place as drivers and cadres may read them."""
    return hide(place)[:LONGEST_PLACE] if place else None


def _villages(place: PlaceMatch | None) -> tuple[str, ...]:
    return tuple(one.code for one in place.candidates if one.level == "village") if place else ()


def read_village(turn: Turn, told: Told) -> Told:
    """The village that was asked for, and anything else in the answer."""
    found = [match for match in gazetteer().find(turn.text, expect_place=True) if match.level == "village"]
    codes = _villages(found[0]) if found else ()
    return _with_place(turn, replace(told, villages=codes) if codes else read(turn, told))


def with_pin(turn: Turn, told: Told) -> Told:
    """The point she sent from her phone."""
    try:
        north, east = float(str(turn.media.get("lat"))), float(str(turn.media.get("lon")))
    except ValueError:
        return told
    return replace(told, pickup=ride_words.pin(north, east))


def is_pin(turn: Turn) -> bool:
    """Whether a place was sent."""
    return turn.media.get("kind") == "location"


def _with_place(turn: Turn, told: Told) -> Told:
    """One village it may be is it; of several the one she lives in."""
    home = home_of(turn, told)
    if home in told.villages or len(told.villages) == 1:
        village = home if home in told.villages else told.villages[0]
        return replace(told, village=village, villages=())
    return replace(told, village=told.village or home) if not told.villages else told


def home_of(turn: Turn, told: Told) -> str | None:
    """Her village, as far as it is known."""
    person = turn.session.get(Person, told.person) if told.person is not None else None
    contact = turn.speaker.contact if turn.speaker.role in ("mother", "stranger") else None
    return (person.village_code if person else None) or (contact.village_code if contact else None)


def choose_time(turn: Turn, told: Told, value: str) -> Told:
    """A button under the question when: now, tomorrow, or an hour of the day that is known."""
    today = clock.today(turn.now)
    if value == "now":
        return replace(told, now=True, at=None, day=None, problem=None)
    if value == "tomorrow":
        return replace(told, now=False, at=None, day=(today + timedelta(days=1)).isoformat(), problem=None)
    if value in map(str, MORNING_HOURS) and told.day is not None:
        at = datetime.combine(date.fromisoformat(told.day), time(int(value)), JAKARTA)
        return replace(told, at=at.isoformat(), problem=None if at > turn.now else "past")
    return told


def hours_of(turn: Turn, day: date) -> list[int]:
    """The hours that are offered for a day: those that still lie ahead."""
    moments = [(hour, datetime.combine(day, time(hour), JAKARTA)) for hour in MORNING_HOURS]
    return [hour for hour, at in moments if at > turn.now + AHEAD]


def wish_of(turn: Turn, told: Told) -> Wish:
    """The wish that is ready; now is urgent, but for a way home or an errand."""
    purpose = _purpose(told)
    at = turn.now if told.now or told.at is None else datetime.fromisoformat(told.at).astimezone(UTC)
    goal = rides.destination_named(turn.session, told.village, purpose, told.goal, told.goal_codes)
    soon = purpose in URGENT_PURPOSES and at - turn.now <= timedelta(hours=1)
    urgent = (told.now and purpose not in NOT_PRESSING) or soon
    return Wish(max(at, turn.now), urgent, purpose, told.village, told.person, told.pickup, goal)


def _purpose(told: Told) -> Purpose:
    known: dict[str, Purpose] = {"birth": "birth", "emergency": "emergency", "home": "home", "other": "other"}
    return known.get(told.purpose or "", "visit")
