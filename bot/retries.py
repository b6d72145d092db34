"""What follows from a try that failed: when to try again, in which form, or no more (pure).

Source of the pauses: WhatsApp Cloud API error codes; Bot API, "Making requests"; ``docs/channels.md`` tells them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.channel import ChannelError, Pause, Throttled, Unreachable, WindowClosed
from registry.messaging.messages import DANGER

TRIES = 6
PICTURE_TRIES = 3  # then the words go alone
THROTTLED_TRIES = 30  # too fast is no fault of the message's
DANGER_S = 2 * 3600.0  # an emergency is tried so long
FALL_BACK_AFTER = 4  # tries of an emergency, about a quarter of a minute
_FIRST_S, _GROWTH, _LONGEST_S = 5.0, 3.7, 900.0
_URGENT_FIRST_S, _URGENT_LONGEST_S = 2.0, 60.0
Chance = Callable[[float, float], float]


class Then(StrEnum):
    """What becomes of the message."""

    AGAIN = "again"  # after ``pause_s``
    TEMPLATE = "template"  # at once, as its template
    WORDS = "words"  # at once, without its picture
    DOUBT = "doubt"  # nobody knows whether it arrived: wait for a report
    KEEP = "keep"  # the channel is stopped, the message waits with it
    DEAD = "dead"


@dataclass(frozen=True)
class Tried:
    """What counts of a message at the end of a try."""

    priority: int
    attempts: int  # this one included
    doubts: int  # tries before this one whose end nobody knows
    age_s: float
    can_change_form: bool = False  # it has a template and has not gone out as one
    is_reported: bool = False  # the provider will tell what became of it
    can_go_bare: bool = False  # it has a picture, and words that say something without it


@dataclass(frozen=True)
class Verdict:
    """The answer; ``is_counted`` says whether the try counts towards the last one."""

    then: Then
    pause_s: float = 0.0
    is_counted: bool = True


def verdict(error: ChannelError, tried: Tried, chance: Chance) -> Verdict:
    """Decide; ``chance`` draws evenly between two numbers, so that not everybody comes back at once."""
    if isinstance(error, WindowClosed):
        return Verdict(Then.TEMPLATE if tried.can_change_form else Then.DEAD)
    if error.pauses is Pause.CHANNEL:
        return Verdict(Then.KEEP, is_counted=False)
    if isinstance(error, Unreachable) and error.of_picture and tried.attempts >= PICTURE_TRIES:
        return Verdict(Then.WORDS if tried.can_go_bare else Then.DEAD)
    if not error.retry or _is_over(error, tried):
        return Verdict(Then.DEAD)
    if isinstance(error, Throttled):
        return Verdict(Then.AGAIN, max(error.retry_after, chance(1.0, 2.0)))
    if isinstance(error, Unreachable) and error.unknown_outcome:
        return _after_doubt(tried, chance)
    return Verdict(Then.AGAIN, pause_s(tried, chance))


def _is_over(error: ChannelError, tried: Tried) -> bool:
    if tried.priority == DANGER:
        return tried.age_s >= DANGER_S
    return tried.attempts >= (THROTTLED_TRIES if isinstance(error, Throttled) else TRIES)


def _after_doubt(tried: Tried, chance: Chance) -> Verdict:
    """Where nobody will ever tell, a danger alert may come twice; of the rest one more try is all."""
    if tried.is_reported:
        return Verdict(Then.DOUBT)
    if tried.doubts and tried.priority != DANGER:
        return Verdict(Then.DEAD)
    return Verdict(Then.AGAIN, pause_s(tried, chance))


def pause_s(tried: Tried, chance: Chance) -> float:
    """5 s to a quarter of an hour; an emergency 2 s to a minute."""
    exponent = min(tried.attempts, 30) - 1
    if tried.priority == DANGER:
        pause = min(_URGENT_LONGEST_S, _URGENT_FIRST_S * 2.0**exponent)
    else:
        pause = min(_LONGEST_S, _FIRST_S * _GROWTH**exponent)
    return pause * chance(0.75, 1.25)
