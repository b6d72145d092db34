"""Help with the cost of a ride, when the programme gives it (setting ``vouchers_in_force``, off by default).

Asked by the driver after the ride, approved or refused by an officer, paid from a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock, programme, texts
from registry.acts import Act, Do
from registry.errors import RegistryError
from registry.messaging.messages import Draft
from registry.models import Driver, Ride, Staff, Voucher
from registry.persons.people import Speaker
from registry.transport import ride_words
from registry.transport.ride_words import Occasion

OFFERED_RUPIAH = (0, 50_000, 100_000)
THOUSAND = 1000


class VoucherError(RegistryError):
    """A voucher that cannot be asked for or decided: not in force, too much, asked or decided before."""


@dataclass(frozen=True)
class Payment:
    """One line of the list for payment."""

    voucher_id: int
    ride_id: int
    driver: str
    phone: str
    amount: int
    at: datetime


def in_force(session: Session, now: datetime) -> bool:
    """Whether the programme gives vouchers today."""
    return bool(programme.value(session, "vouchers_in_force", clock.today(now)))


def ask(occasion: Occasion) -> None:
    """Ask the driver of a ride that has ended what it cost, once, while vouchers are in force."""
    session, ride = occasion.session, occasion.ride
    driver = ride_words.driver_contact(session, ride.driver_id)
    if driver is None or not in_force(session, occasion.now) or _of(session, ride) is not None:
        return
    most = programme.value(session, "voucher_most_rupiah", clock.today(occasion.now))
    ride_words.push(
        occasion, driver, texts.say("voucher_ask", **ride_words.values(session, ride) | {"most": rupiah(most)})
    )


def rupiah(amount: int) -> str:
    """ "Rp150.000"."""
    return f"Rp{amount:,}".replace(",", ".")


def _of(session: Session, ride: Ride) -> Voucher | None:
    return session.scalar(select(Voucher).where(Voucher.ride_id == ride.id).limit(1))


def request(session: Session, ride: Ride, amount: int, now: datetime, evidence: str | None = None) -> Voucher:
    """Ask for the cost of a ride that was driven, in rupiah; ``evidence`` is the provider's id of a photo.

    Raises:
        VoucherError: not in force, more than the programme gives, not driven, or asked for already.
    """
    most = programme.value(session, "voucher_most_rupiah", clock.today(now))
    if not in_force(session, now) or not 0 < amount <= most:
        raise VoucherError(f"{amount} rupiah are not given; vouchers in force: {in_force(session, now)}, most {most}")
    if ride.arrived_at is None or ride.driver_id is None or _of(session, ride) is not None:
        raise VoucherError("the ride has not ended, or its cost was asked for already")
    voucher = Voucher(ride_id=ride.id, amount=amount, evidence=evidence, at=now)
    session.add(voucher)
    session.flush()
    audit.note(session, now, "voucher_asked", subject=f"voucher:{voucher.id}", amount=amount)
    return voucher


def decide(session: Session, voucher: Voucher, staff: Staff, now: datetime, *, approved: bool) -> None:
    """An officer approves or refuses.

    Raises:
        VoucherError: it was decided before.
    """
    if voucher.status != "asked":
        raise VoucherError(f"voucher {voucher.id} is {voucher.status}")
    voucher.status, voucher.decided_by = "approved" if approved else "refused", staff.id
    session.flush()
    audit.note(session, now, f"voucher_{voucher.status}", subject=f"voucher:{voucher.id}", staff=staff.id)


def list_for_payment(session: Session) -> list[Payment]:
    """What is approved and not yet paid, oldest first."""
    rows = session.execute(
        select(Voucher, Driver)
        .join(Ride, Ride.id == Voucher.ride_id)
        .join(Driver, Driver.id == Ride.driver_id)
        .where(Voucher.status == "approved")
        .order_by(Voucher.id)
    )
    return [Payment(v.id, v.ride_id, driver.name, driver.phone, v.amount, v.at) for v, driver in rows]


def pay(session: Session, voucher: Voucher, staff: Staff, now: datetime) -> None:
    """The money was handed over.

    Raises:
        VoucherError: it is not approved, or paid already.
    """
    if voucher.status != "approved":
        raise VoucherError(f"voucher {voucher.id} is {voucher.status}")
    voucher.status = "paid"
    session.flush()
    audit.note(session, now, "voucher_paid", subject=f"voucher:{voucher.id}", staff=staff.id)


def _press(amount: int) -> Do:
    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        ride = session.get(Ride, number)
        if ride is None or speaker.driver is None or ride.driver_id != speaker.driver.id:
            return ()
        if amount == 0:
            return (texts.say("voucher_none"),)
        try:
            request(session, ride, amount, now)
        except VoucherError:
            return ()
        return (texts.say("voucher_asked", amount=rupiah(amount)),)

    return do


PRESSES: dict[str, Act] = {f"voucher_{amount // THOUSAND}": Act(_press(amount), "inform") for amount in OFFERED_RUPIAH}
