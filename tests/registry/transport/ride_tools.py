"""A village with drivers, a mother, a cadre and a midwife, and short ways to let things happen to a ride."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import presses
from registry.messaging.messages import Draft
from registry.models import Cadre, Contact, Driver, OutboxMessage, Person, Ride, RideOffer, Staff
from registry.persons import people
from registry.persons.people import Speaker
from registry.presses import Press
from registry.transport import rides, rides_due
from registry.transport.rides import Outcome, Wish
from tests import factories
from tests.conftest import NOW

TOMORROW = NOW + timedelta(hours=21)
"""Sunday 22 November 2026, 07:00 in Malang."""


Party = Person | Cadre | Staff | Driver


@dataclass
class Scene:
    """Everybody of one village, all of them reachable."""

    session: Session
    mother: Person
    cadre: Cadre
    midwife: Staff
    drivers: list[Driver]
    now: datetime = NOW
    inbox: list[int] = field(default_factory=list)

    def speaker(self, whom: Party) -> Speaker:
        assert whom.phone is not None
        return factories.speaker_of(self.session, whom.phone)

    def contact(self, whom: Party) -> Contact:
        assert whom.phone is not None
        found = people.contact_for_phone(self.session, whom.phone)
        assert found is not None
        return found

    def order(self, at: datetime = TOMORROW, *, urgent: bool = False, purpose: rides.Purpose = "visit") -> Outcome:
        """She asks for a car herself."""
        wish = Wish(at, urgent, purpose, factories.SUMBEROTO, self.mother.id)
        return rides.order(self.session, self.contact(self.mother), wish, self.now, None)

    def press(self, whom: Party, verb: str, number: int) -> list[Draft]:
        """Somebody presses a button."""
        return list(presses.act(self.session, self.speaker(whom), Press(verb, number), self.now, None))

    def says(self, whom: Party, text: str) -> list[Draft] | None:
        """Somebody writes; None when the words are no press."""
        press = presses.spoken(self.session, self.speaker(whom), text, self.now)
        return None if press is None else list(presses.act(self.session, self.speaker(whom), press, self.now, None))

    def offer(self, ride: Ride, driver: Driver) -> RideOffer:
        """The offer this driver has now."""
        rows = select(RideOffer).where(RideOffer.ride_id == ride.id, RideOffer.driver_id == driver.id)
        found = self.session.scalar(rows.where(RideOffer.past.is_(False)))
        assert found is not None
        return found

    def accept(self, ride: Ride, driver: Driver) -> list[Draft]:
        return self.press(driver, "ride_accept", self.offer(ride, driver).id)

    def decline(self, ride: Ride, driver: Driver) -> list[Draft]:
        return self.press(driver, "ride_decline", self.offer(ride, driver).id)

    def wait(self, until: datetime) -> None:
        """The clock goes from due moment to due moment."""
        while (moment := rides_due.next_at(self.session, self.now)) is not None and moment <= until:
            self.now = moment
            for _ in range(50):
                if not rides_due.run(self.session, self.now):
                    break
            else:
                raise AssertionError("a duty that never ends")
        self.now = until

    def sent(self, whom: Party) -> list[str]:
        """What was queued for somebody."""
        rows = select(OutboxMessage).where(OutboxMessage.contact_id == self.contact(whom).id)
        return [row.text or "" for row in self.session.scalars(rows.order_by(OutboxMessage.id))]

    def who(self, name: str) -> Party:
        """One of those whom any test may be about."""
        people: dict[str, Party] = {
            "mother": self.mother, "cadre": self.cadre, "midwife": self.midwife,
            **{f"driver{number}": driver for number, driver in enumerate(self.drivers)},
        }  # fmt: skip
        return people["driver0" if name == "driver" else name]

    def rows(self, words: str) -> list[OutboxMessage]:
        """Every queued message with these words; the texts are sealed, so they are looked at one by one."""
        found = self.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        return [row for row in found if words in (row.text or "")]

    def asked(self, ride: Ride) -> list[Driver]:
        """Whose answer is awaited."""
        rows = select(RideOffer.driver_id).where(RideOffer.ride_id == ride.id, RideOffer.status == "offered")
        waiting = set(self.session.scalars(rows))
        return [driver for driver in self.drivers if driver.id in waiting]


def scene(session: Session, drivers: int = 3) -> Scene:
    """A mother with her helpers and so many drivers in order."""
    mother = factories.person(session)
    factories.pregnancy(session, mother)
    cadre, midwife = factories.cadre(session), factories.staff(session)
    made = [
        factories.driver(
            session, name=f"Sopir{number} Waluyo", place_in_order=number, vehicle="Avanza", plate=f"N {number}234 XY"
        )
        for number in range(1, drivers + 1)
    ]
    factories.reachable(session, mother, cadre, midwife, *made)
    return Scene(session, mother, cadre, midwife, made)
