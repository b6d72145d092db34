"""Help with the cost of a ride, when the programme gives it (setting ``vouchers_in_force``, off by default).

Asked by the driver after the ride, approved or refused by an officer of the area, paid from a list by another one. The
driver hears how it ends. What is found and listed for officers stands in ``registry.transport.voucher_lists``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import access, audit, clock, days, programme, texts
from registry.acts import Act, Do
from registry.errors import RegistryError
from registry.messaging import messages, outbox
from registry.messaging.messages import Draft
from registry.models import Ride, Staff, Voucher
from registry.persons.people import Speaker
from registry.rules import quiet
from registry.transport import ride_words, voucher_photos
from registry.transport.ride_words import Occasion

OFFERED_RUPIAH = (0, 50_000, 100_000)
THOUSAND = 1000
PAIR = 1_000_000  # the number of a typed sum: ride * PAIR + rupiah
NOTHING, SUM, AGAIN = "voucher_0", "voucher_sum", "voucher_again"
PAIRED = frozenset({SUM})
LONGEST_REASON = 300


class VoucherError(RegistryError):
    """It cannot be asked for, decided or paid; ``code`` is one of: amount, asked, decided, reason, date, own, area."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def in_force(session: Session, now: datetime) -> bool:
    """Whether the programme gives vouchers today."""
    return bool(programme.value(session, "vouchers_in_force", clock.today(now)))


def rupiah(amount: int) -> str:
    """ "Rp150.000"."""
    return f"Rp{amount:,}".replace(",", ".")


# ---------------------------------------------------------------- the driver asks


def ask(occasion: Occasion) -> None:
    """Ask the driver of a ride that has ended what it cost, once, while vouchers are in force."""
    session, ride = occasion.session, occasion.ride
    if not in_force(session, occasion.now) or _of(session, ride) is not None:
        return
    most = programme.value(session, "voucher_most_rupiah", clock.today(occasion.now))
    words = texts.say("voucher_ask", **ride_words.values(session, ride) | {"most": rupiah(most)})
    _tell(session, ride, words, "ask", occasion.now, occasion.inbox_id)


def _of(session: Session, ride: Ride) -> Voucher | None:
    return session.scalar(select(Voucher).where(Voucher.ride_id == ride.id).limit(1))


def _tell(session: Session, ride: Ride, draft: Draft, what: str, now: datetime, inbox_id: int | None = None) -> bool:
    """The driver reads it by his channel, once, not in the quiet hours: it is only about money."""
    contact = ride_words.driver_contact(session, ride.driver_id)
    if contact is None:
        return False
    due_at = quiet.next_allowed(now, outbox.quiet_hours(session, now))
    return messages.queue(
        session, contact, draft, kind="confirmation", priority=messages.ANSWER, now=now, due_at=due_at,
        key=f"voucher:{ride.id}:{what}", inbox_id=inbox_id,
    )  # fmt: skip


def request(session: Session, ride: Ride, amount: int, now: datetime) -> Voucher:
    """Ask for the cost of a ride that was driven, in rupiah.

    Raises:
        VoucherError: ``amount``: not in force, or more than is given; ``asked``: not driven, or asked before.
    """
    most = programme.value(session, "voucher_most_rupiah", clock.today(now))
    if not in_force(session, now) or not 0 < amount <= most:
        raise VoucherError("amount")
    session.refresh(ride, with_for_update=True)  # he may press two buttons at one moment
    if ride.arrived_at is None or ride.driver_id is None or _of(session, ride) is not None:
        raise VoucherError("asked")
    voucher = Voucher(ride_id=ride.id, amount=amount, at=now)
    session.add(voucher)
    session.flush()
    audit.note(session, now, "voucher_asked", subject=f"voucher:{voucher.id}", amount=amount)
    return voucher


# ---------------------------------------------------------------- officers decide and pay


def decide(
    session: Session, speaker: Speaker, voucher: Voucher, now: datetime, *, approved: bool, reason: str = ""
) -> None:
    """An officer approves, or refuses with a reason, which the driver reads.

    Raises:
        VoucherError: ``area``: not hers; ``reason``: none, or too long; ``decided``: it was decided before.
    """
    staff, ride = _officer(session, speaker, voucher)
    if not approved and not 0 < len(reason) <= LONGEST_REASON:
        raise VoucherError("reason")
    if voucher.status != "asked":
        raise VoucherError("decided")
    voucher.status, voucher.reason = ("approved", None) if approved else ("refused", reason)
    voucher.decided_by, voucher.decided_at = staff.id, now
    session.flush()
    audit.note(session, now, f"voucher_{voucher.status}", subject=f"voucher:{voucher.id}", by=f"staff:{staff.id}")
    if not approved:
        voucher_photos.keep_until(session, voucher, now + voucher_photos.AFTER_THE_END)
    _tell_outcome(session, voucher, ride, now)


def pay(session: Session, speaker: Speaker, voucher: Voucher, paid_on: date, now: datetime) -> None:
    """The money was handed over on a day.

    Raises:
        VoucherError: ``area``: not hers; ``decided``: not approved, or paid already; ``own``: she approved it herself;
            ``date``: before the approval, or not yet.
    """
    staff, ride = _officer(session, speaker, voucher)
    if voucher.status != "approved" or voucher.decided_at is None:
        raise VoucherError("decided")
    if not access.may_pay(staff, voucher.decided_by):
        raise VoucherError("own")
    if not clock.today(voucher.decided_at) <= paid_on <= clock.today(now):
        raise VoucherError("date")
    voucher.status, voucher.paid_on, voucher.paid_by = "paid", paid_on, staff.id
    session.flush()
    audit.note(
        session, now, "voucher_paid", subject=f"voucher:{voucher.id}", by=f"staff:{staff.id}", on=paid_on.isoformat()
    )
    voucher_photos.keep_until(session, voucher, now + voucher_photos.AFTER_THE_END)
    _tell_outcome(session, voucher, ride, now)


def _officer(session: Session, speaker: Speaker, voucher: Voucher) -> tuple[Staff, Ride]:
    """Who acts on which ride; the voucher is as it stands now, and nobody else's until we are done."""
    ride = session.get_one(Ride, voucher.ride_id)
    if speaker.staff is None or not access.may_settle_at(session, speaker, ride.village_code):
        raise VoucherError("area")
    session.refresh(voucher, with_for_update=True)
    return speaker.staff, ride


def _tell_outcome(session: Session, voucher: Voucher, ride: Ride, now: datetime) -> None:
    told = {"amount": rupiah(voucher.amount), "when": ride_words.when(ride), "reason": voucher.reason or ""}
    told["paid_on"] = days.in_short(voucher.paid_on) if voucher.paid_on else ""
    _tell(session, ride, texts.say(f"voucher_{voucher.status}", **told), voucher.status, now)


# ---------------------------------------------------------------- buttons


def sum_of(ride: Ride, amount: int) -> int:
    """The number of a press for this sum; one that no setting allows is as good as the largest."""
    return ride.id * PAIR + min(amount, PAIR - 1)


def _press(amount: int) -> Do:
    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        return _ask_for(session, speaker, number, amount, now)

    return do


def _ask_for(session: Session, speaker: Speaker, number: int, amount: int, now: datetime) -> Sequence[Draft]:
    ride = session.get(Ride, number)
    if ride is None or speaker.driver is None or ride.driver_id != speaker.driver.id:
        return ()
    if amount == 0:
        return (texts.say("voucher_none"),)
    try:
        request(session, ride, amount, now)
    except VoucherError as error:
        return _again(session, speaker, number, now, None) if error.code == "amount" else ()
    return (texts.say("voucher_asked", amount=rupiah(amount)),)


def _sum(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """A sum that he wrote himself."""
    ride, amount = divmod(number, PAIR)
    return _ask_for(session, speaker, ride, amount, now)


def _again(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """He said yes, or more than is given: the question stays."""
    ride = session.get(Ride, number)
    asks = ride is not None and speaker.driver is not None and ride.driver_id == speaker.driver.id
    if ride is None or not asks or not in_force(session, now) or _of(session, ride) is not None:
        return ()
    most = programme.value(session, "voucher_most_rupiah", clock.today(now))
    return (texts.say("voucher_ask_again", ride=ride.id, most=rupiah(most)),)


PRESSES: dict[str, Act] = {
    **{f"voucher_{amount // THOUSAND}": Act(_press(amount), "inform") for amount in OFFERED_RUPIAH},
    SUM: Act(_sum, "inform"),
    AGAIN: Act(_again, "inform"),
}
