"""A ride as a value: its state, whom it was offered to, what may happen to it, and what then must be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    """Where a ride stands (contracts.md, 4); ``on_the_way`` is from pick-up to arrival, with her in the car."""

    REQUESTED = "requested"  # offers are out
    CONFIRMED = "confirmed"  # a driver accepted
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    DONE = "done"
    ESCALATED = "escalated"  # people must find a way: nobody accepted, or no news
    CANCELLED = "cancelled"


class OfferState(StrEnum):
    """What became of asking one driver."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"
    STOOD_DOWN = "stood_down"


class Party(StrEnum):
    """Whoever takes part in a ride."""

    MOTHER = "mother"
    DRIVER = "driver"
    CADRE = "cadre"
    STAFF = "staff"  # puskesmas on duty


class CancelReason(StrEnum):
    """Why a ride, or a driver's word, was taken back."""

    NOT_NEEDED = "not_needed"
    OTHER_TRANSPORT = "other_transport"
    VISIT_MOVED = "visit_moved"
    BIRTH = "birth"
    LOSS = "loss"
    VEHICLE = "vehicle"
    DRIVER_UNABLE = "driver_unable"
    WRONG = "wrong"
    OTHER = "other"


class Task(StrEnum):
    """What a step of a ride asks to be done."""

    OFFER = "offer"  # to a driver, with the buttons
    STAND_DOWN = "stand_down"  # he need not come
    TELL_CONFIRMED = "tell_confirmed"  # the same facts to all three
    TELL_SEARCHING = "tell_searching"  # the confirmed car is gone, another is being asked
    TELL_NOBODY = "tell_nobody"  # no car yet: people are looking, and the number 119
    RAISE_NO_DRIVER = "raise_no_driver"  # the alert of that kind
    RAISE_NO_NEWS = "raise_no_news"  # confirmed or under way, and nobody answers
    TELL_TIME = "tell_time"  # the time was changed, the driver is asked again
    TELL_PICKED_UP = "tell_picked_up"
    TELL_ARRIVED = "tell_arrived"
    TELL_DONE = "tell_done"
    TELL_CANCELLED = "tell_cancelled"
    ASK_NEWS = "ask_news"  # picked up? arrived?


class Refusal(StrEnum):
    """Why an event changes nothing; the sender is told."""

    ALREADY_TAKEN = "already_taken"  # another driver was first
    REPEATED = "repeated"  # known already
    NOT_ASKED = "not_asked"  # this driver was never offered the ride
    NOT_YOURS = "not_yours"  # the ride is another driver's
    BUSY = "busy"  # he has a ride around that time: count it as declined
    TIME_CHANGED = "time_changed"  # he answers an offer for the old time
    TOO_EARLY = "too_early"  # news of a ride that is not yet due
    TOO_LATE = "too_late"  # the time of the ride is over, or she is already in a car
    OVER = "over"  # done or cancelled


PLANNED_WINDOW = timedelta(minutes=90)
URGENT_WINDOW = timedelta(minutes=60)


@dataclass(frozen=True)
class Slot:
    """The time a ride takes from its driver: from the window before ``at`` to the window after it."""

    at: datetime
    urgent: bool = False

    @property
    def window(self) -> timedelta:
        """Half the length: 90 minutes, 60 for an urgent ride."""
        return URGENT_WINDOW if self.urgent else PLANNED_WINDOW

    def overlaps(self, other: Slot) -> bool:
        """Whether one car cannot do both: one pick-up lies within the other's window."""
        return abs(self.at - other.at) < max(self.window, other.window)


@dataclass(frozen=True)
class Driver:
    """A driver as the choice needs him; ``booked``: his other accepted rides, ``asked``: other offers he has."""

    id: int
    villages: frozenset[str]
    on_duty: bool = True
    order: int = 1
    booked: tuple[Slot, ...] = ()
    asked: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Offer:
    """One driver was asked; his answer is awaited until ``answer_by``."""

    driver: int
    answer_by: datetime
    state: OfferState = OfferState.OFFERED


@dataclass(frozen=True)
class Terms:
    """The settings that steer a ride: minutes to answer, and when planned rides may not ring a driver's phone."""

    confirm_minutes: int = 10  # programme setting driver_confirm_minutes
    urgent_minutes: int = 3
    quiet_hours: tuple[str, str] = ("21:00", "06:00")


@dataclass(frozen=True)
class Ride:
    """One ride. All moments are aware."""

    village: str
    at: datetime  # when she is to be picked up
    urgent: bool
    round_at: datetime  # when the search that runs, or ran last, began
    status: Status = Status.REQUESTED
    driver: int | None = None
    offers: tuple[Offer, ...] = ()
    expected_at: datetime | None = None  # when the accepted car is expected; not before it was accepted
    picked_up_at: datetime | None = None
    arrived_at: datetime | None = None
    asked_at: datetime | None = None  # when news were asked for last, in the present state
    reason: CancelReason | None = None

    @property
    def open_offers(self) -> tuple[Offer, ...]:
        """The offers that wait for an answer."""
        return tuple(offer for offer in self.offers if offer.state is OfferState.OFFERED)

    def offer_to(self, driver: int) -> Offer | None:
        """The offer this driver got in the search that runs, or ran last."""
        return next((offer for offer in self.offers if offer.driver == driver), None)

    @property
    def slot(self) -> Slot | None:
        """The time this ride holds its driver; None without one, or when it is over."""
        if self.driver is None or self.status in (Status.DONE, Status.CANCELLED):
            return None
        return Slot(self.expected_at or self.at, self.urgent)


@dataclass(frozen=True)
class Accepted:
    """A driver says he can; ``at`` is the pick-up time his offer named (None: not known, the present one)."""

    driver: int
    at: datetime | None = None


@dataclass(frozen=True)
class Declined:
    """A driver says he cannot, before or after he confirmed."""

    driver: int
    reason: CancelReason = CancelReason.DRIVER_UNABLE


@dataclass(frozen=True)
class Assigned:
    """A cadre or officer has spoken with a driver, and he comes."""

    driver: int


@dataclass(frozen=True)
class TimeChanged:
    """She is to be picked up at another time."""

    at: datetime


@dataclass(frozen=True)
class Cancelled:
    """The ride is not wanted any more; a driver who cannot come says ``Declined``."""

    by: Party
    reason: CancelReason


@dataclass(frozen=True)
class PickedUp:
    """She sits in the car, says one of the three; ``driver`` when a driver says so."""

    by: Party
    driver: int | None = None


@dataclass(frozen=True)
class Arrived:
    """She is there, says one of the three."""

    by: Party
    driver: int | None = None


@dataclass(frozen=True)
class Done:
    """The ride is finished, also the way back if there was one."""

    by: Party
    driver: int | None = None
