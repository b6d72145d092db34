"""Rides against a fast clock: drivers who are quick, slow, refuse or vanish, and what must hold whatever they do.

It drives the functions of the product over a SQLite file of its own and looks after every step that no ride is without
an owner, nobody is promised a car that is not confirmed, and one driver has one ride at a time.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import places, programme, sealing
from registry.db import Database, connect
from registry.figures import ride_figures
from registry.migrations import upgrade
from registry.models import Cadre, CadreArea, Contact, Driver, DriverArea, OutboxMessage, Person, Ride, RideOffer
from registry.persons import people
from registry.rules.ride_values import Accepted, Cancelled, CancelReason, Party
from registry.transport import ride_offers, ride_presses, rides, rides_due
from registry.transport.rides import Wish

BEGIN = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # Monday, 07:00 in Malang
VILLAGES = ("35.07.01.2008", "35.07.01.2002", "35.07.10.2011")
DRIVERS_OF_A_VILLAGE = 4
MOTHERS_OF_A_VILLAGE = 30
KEY = bytes(range(32))
QUICK, SLOW, REFUSING, VANISHING = "quick", "slow", "refusing", "vanishing"
TEMPERS = (QUICK, SLOW, REFUSING, VANISHING)
ANSWERS_AFTER_MINUTES = {QUICK: (0.2, 2.5), SLOW: (2, 16), REFUSING: (0.5, 8)}
Act = Callable[[Session, datetime], object]
Thing = TypeVar("Thing")


class Chance:
    """Numbers that look like chance and are the same for the same seed; nothing secret is drawn from it."""

    def __init__(self, seed: int) -> None:
        self._seed, self._count = seed, itertools.count()

    def random(self) -> float:
        """From 0 to below 1."""
        drawn = hashlib.sha256(f"{self._seed}:{next(self._count)}".encode()).digest()
        return int.from_bytes(drawn[:6], "big") / 2**48

    def uniform(self, least: float, most: float) -> float:
        """Anything between the two."""
        return least + (most - least) * self.random()

    def choice(self, things: Sequence[Thing]) -> Thing:
        """One of them."""
        return things[int(self.random() * len(things))]


class BrokenPromiseError(AssertionError):
    """Something happened that must never happen."""


@dataclass
class Fleet:
    """Everybody, and what they are going to do."""

    database: Database
    chance: Chance
    now: datetime = BEGIN
    tempers: dict[int, str] = field(default_factory=dict)
    mothers: list[tuple[int, int, str]] = field(default_factory=list)  # person, contact, village
    plans: list[tuple[datetime, int, Act]] = field(default_factory=list)
    seen_offer: int = 0
    seen_message: int = 0
    steps: int = 0
    numbers: Any = field(default_factory=itertools.count)

    def plan(self, minutes: float, act: Act) -> None:
        """Somebody is going to do this in so many minutes."""
        heapq.heappush(self.plans, (self.now + timedelta(minutes=minutes), next(self.numbers), act))


def run(count: int, seed: int) -> dict[str, Any]:
    """So many rides; returns the figures.

    Raises:
        BrokenPromiseError: what must always hold did not.
    """
    with tempfile.TemporaryDirectory(prefix="kawal-rides-") as folder:
        url = f"sqlite:///{Path(folder) / 'rides.db'}"
        upgrade(url)
        database = connect(url, KEY)
        try:
            fleet = Fleet(database, Chance(seed))
            _populate(fleet)
            _plan_wishes(fleet, count)
            while _go_on(fleet):
                pass
            return _figures(fleet, seed)
        finally:
            database.close()


def _populate(fleet: Fleet) -> None:
    with fleet.database.write() as session:
        places.load(session)
        numbers = itertools.count(1)
        for village in VILLAGES:
            cadre = Cadre(**_named(session, "Kader", next(numbers)), areas=[CadreArea(village_code=village)])
            session.add(cadre)
            for order in range(1, DRIVERS_OF_A_VILLAGE + 1):
                driver = Driver(**_named(session, "Sopir", next(numbers)), place_in_order=order)
                driver.areas = [DriverArea(village_code=village)]
                session.add(driver)
                session.flush()
                fleet.tempers[driver.id] = fleet.chance.choice(TEMPERS)
            for _ in range(MOTHERS_OF_A_VILLAGE):
                named = _named(session, "Ibu", next(numbers))
                person = Person(**named, village_code=village, consent="given", created_at=BEGIN)
                session.add(person)
                session.flush()
                contact = people.contact_for_phone(session, named["phone"])
                if contact is not None:
                    fleet.mothers.append((person.id, contact.id, village))


def _named(session: Session, kind: str, number: int) -> dict[str, str]:
    phone = f"+62812000{number:05}"
    people.keep_contact(session, "whatsapp", phone, phone, BEGIN)
    return {"name": f"{kind} {number}", "phone": phone, "phone_index": sealing.index("phone", phone)}


def _plan_wishes(fleet: Fleet, count: int) -> None:
    for _ in range(count):
        fleet.plan(fleet.chance.uniform(0, 60 * 24 * max(1, count // 40)), lambda s, now: _wish(fleet, s, now))


def _wish(fleet: Fleet, session: Session, now: datetime) -> None:
    person, contact, village = fleet.chance.choice(fleet.mothers)
    urgent = fleet.chance.random() < 0.3
    at = now if urgent else now + timedelta(minutes=fleet.chance.uniform(20, 36 * 60))
    wish = Wish(at, urgent, "birth" if urgent else "visit", village, person)
    outcome = rides.order(session, session.get(Contact, contact), wish, now, None)
    ride = outcome.ride.id
    if fleet.chance.random() < 0.08:
        event = Cancelled(Party.MOTHER, CancelReason.NOT_NEEDED)
        fleet.plan(fleet.chance.uniform(1, 120), lambda s, moment: rides.happen(s, ride, event, moment))


def _go_on(fleet: Fleet) -> bool:
    """The next thing that somebody does or that falls due; False when nothing is left."""
    with fleet.database.read() as session:
        due = rides_due.next_at(session, fleet.now)
    planned = fleet.plans[0][0] if fleet.plans else None
    moments = [moment for moment in (due, planned) if moment is not None]
    if not moments:
        return False
    fleet.now = max(fleet.now, min(moments))
    with fleet.database.write() as session:
        if planned is not None and planned <= fleet.now:
            heapq.heappop(fleet.plans)[2](session, fleet.now)
        else:
            rides_due.run(session, fleet.now)
    fleet.steps += 1
    with fleet.database.read() as session:
        _check(fleet, session)
        _react(fleet, session)
    return True


def _react(fleet: Fleet, session: Session) -> None:
    """Drivers read the offers that have come."""
    for offer in session.scalars(select(RideOffer).where(RideOffer.id > fleet.seen_offer).order_by(RideOffer.id)):
        fleet.seen_offer = offer.id
        temper = fleet.tempers[offer.driver_id]
        if offer.status != "offered" or (temper == VANISHING and fleet.chance.random() < 0.5):
            continue
        verb = "ride_decline" if temper == REFUSING and fleet.chance.random() < 0.8 else "ride_accept"
        least, most = ANSWERS_AFTER_MINUTES.get(temper, (1, 9))
        fleet.plan(fleet.chance.uniform(least, most), _answering(fleet, offer.id, offer.driver_id, verb))


def _answering(fleet: Fleet, offer: int, driver: int, verb: str) -> Act:
    def act(session: Session, now: datetime) -> None:
        _press(session, driver, verb, offer, now)
        row = session.get_one(RideOffer, offer)
        if row.status == Accepted.__name__.lower():
            _plan_journey(fleet, session.get_one(Ride, row.ride_id), driver)

    return act


def _press(session: Session, driver: int, verb: str, number: int, now: datetime) -> None:
    contact = people.contact_for_phone(session, session.get_one(Driver, driver).phone)
    if contact is not None:
        ride_presses.PRESSES[verb].do(session, people.speaker(session, contact), number, now, None)


def _plan_journey(fleet: Fleet, ride: Ride, driver: int) -> None:
    """What the driver who has it is going to do: come and tell, fall out, or be heard of no more."""
    wait = max(0.0, (ride.at - fleet.now).total_seconds() / 60)
    chance, number = fleet.chance.random(), ride.id
    if fleet.tempers[driver] == VANISHING:
        return
    if chance < 0.1:
        fleet.plan(fleet.chance.uniform(0, wait), lambda s, now: _press(s, driver, "ride_cannot", number, now))
        return
    late = fleet.chance.uniform(0, 25)
    fleet.plan(wait + late, lambda s, now: _press(s, driver, "ride_picked_up", number, now))
    fleet.plan(wait + late + 35, lambda s, now: _press(s, driver, "ride_arrived", number, now))


def _check(fleet: Fleet, session: Session) -> None:
    """What must always hold."""
    held: dict[int, list[Ride]] = {}
    for ride in session.scalars(select(Ride).where(Ride.status.in_(("requested", "confirmed", "on_the_way")))):
        offers = [offer.status for offer in ride_offers.current_offers(ride)]
        _must(ride.status != "requested" or "offered" in offers, f"ride {ride.id} has no owner")
        _must(ride.status != "confirmed" or offers.count("accepted") == 1, f"ride {ride.id} has no driver")
        _must(ride.next_step_at is not None, f"nobody looks after ride {ride.id}")
        if ride.driver_id is not None:
            held.setdefault(ride.driver_id, []).append(ride)
    for driver, driven in held.items():
        slots = [slot for ride in driven if (slot := ride_offers.value_of(ride).slot)]
        overlap = any(one.overlaps(other) for one, other in itertools.combinations(slots, 2))
        _must(not overlap, f"driver {driver} has two rides at a time")
    rows = select(OutboxMessage).where(OutboxMessage.id > fleet.seen_message).order_by(OutboxMessage.id)
    for row in session.scalars(rows):
        fleet.seen_message = row.id
        if row.template == "ride_tell_confirmed_mother":
            number = int(str(row.key).split(":")[1])
            _must(session.get_one(Ride, number).confirmed_at is not None, f"ride {number} was promised")


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BrokenPromiseError(otherwise)


def _figures(fleet: Fleet, seed: int) -> dict[str, Any]:
    with fleet.database.read() as session:
        by_status = Counter(session.scalars(select(Ride.status)))
        by_answer = Counter(session.scalars(select(RideOffer.status)))
        figures = ride_figures.of_rides(session, BEGIN - timedelta(days=1), fleet.now + timedelta(days=1))
        sent = session.scalar(select(func.count(OutboxMessage.id)))
        quick = [one.minutes_to_acceptance for one in figures if one.minutes_to_acceptance is not None]
        confirm = programme.value(session, "driver_confirm_minutes", BEGIN.date())
    return {
        "seed": seed, "rides": sum(by_status.values()), "steps": fleet.steps, "messages": sent,
        "days": round((fleet.now - BEGIN) / timedelta(days=1), 1), "drivers": dict(Counter(fleet.tempers.values())),
        "status": dict(by_status), "offers": dict(by_answer), "answer_within_minutes": confirm,
        "refused": sum(one.refused for one in figures), "escalated": sum(one.escalated for one in figures),
        "minutes_to_acceptance": round(sum(quick) / len(quick), 1) if quick else None,
    }  # fmt: skip


def simulate_rides(
    count: Annotated[int, typer.Option("--rides", min=1, max=5000, help="How many rides are asked for.")] = 200,
    seed: Annotated[int, typer.Option(help="The same seed gives the same days.")] = 1,
) -> None:
    """Play rides with drivers who are slow, refuse or vanish, and check that every promise holds."""
    found = run(count, seed)
    table = Table(title="kawal simulate --rides")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in {**found, "wrong": 0}.items():  # a broken promise has ended the run before
        table.add_row(name, str(value))
    Console().print(table)
