"""Help with the cost of a ride: off by default, asked once, decided by an officer, paid by another, from a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import programme
from registry.models import AuditEntry, OutboxMessage, Ride, Staff, Voucher
from registry.persons.people import Speaker
from registry.transport import voucher_lists, vouchers
from registry.transport.vouchers import VoucherError
from tests import factories
from tests.conftest import NOW
from tests.factories import GONDANGLEGI
from tests.registry.transport.ride_tools import Scene, scene

DAY = timedelta(days=1)
NIGHT = NOW.replace(hour=16)  # 23.00 in Malang


@pytest.fixture
def village(session: Session) -> Scene:
    return scene(session)


def driven(village: Scene, *, urgent: bool = False) -> Ride:
    """A ride that has arrived."""
    ride = village.order(NOW + timedelta(minutes=10), urgent=urgent, purpose="birth" if urgent else "visit").ride
    village.accept(ride, village.drivers[0])
    village.press(village.drivers[0], "ride_arrived", ride.id)
    return ride


def allow(village: Scene) -> None:
    programme.decide(village.session, "vouchers_in_force", True, NOW.date() - timedelta(days=1), "test")


def officer(village: Scene, *districts: str, **values: str) -> Speaker:
    """An officer of the puskesmas, or whoever is named."""
    made = factories.staff(village.session, *districts, **{"duty": "officer", **values})
    return factories.speaker_of(village.session, made.phone)


def asked(village: Scene, amount: int = 40_000) -> Voucher:
    allow(village)
    return vouchers.request(village.session, driven(village), amount, NOW)


def approved(village: Scene) -> Voucher:
    voucher = asked(village)
    vouchers.decide(village.session, officer(village), voucher, NOW, approved=True)
    return voucher


# ---------------------------------------------------------------- asking


def test_nobody_is_asked_while_vouchers_are_not_in_force(village: Scene) -> None:
    ride = driven(village)

    assert village.rows("biaya") == []
    with pytest.raises(VoucherError):
        vouchers.request(village.session, ride, 50_000, NOW)


def test_driver_asks_with_a_button_and_an_officer_decides(village: Scene) -> None:
    allow(village)
    first, second = officer(village), officer(village)
    ride = driven(village)
    assert "Rp150.000" in village.sent(village.drivers[0])[-1]
    assert "Rp50.000" in village.press(village.drivers[0], "voucher_50", ride.id)[0].text
    assert voucher_lists.for_payment(village.session, first) == []
    voucher = village.session.scalars(select(Voucher)).one()
    vouchers.decide(village.session, first, voucher, NOW, approved=True)

    assert [(line.amount, line.driver) for line in voucher_lists.for_payment(village.session, first)] == [
        (50_000, village.drivers[0].name)
    ]
    vouchers.pay(village.session, second, voucher, NOW.date(), NOW)
    assert voucher_lists.for_payment(village.session, first) == []
    with pytest.raises(VoucherError, match="decided"):
        vouchers.pay(village.session, second, voucher, NOW.date(), NOW)


def test_driver_is_asked_once_though_the_ride_arrives_and_ends(village: Scene) -> None:
    allow(village)
    ride = driven(village)
    village.now += timedelta(hours=1)
    village.press(village.drivers[0], "ride_done", ride.id)
    assert len(village.rows("Berapa biayanya")) == 1


def test_money_is_no_emergency(village: Scene) -> None:
    """The ride was urgent; the question what it cost waits for the morning."""
    allow(village)
    village.now = NIGHT
    driven(village, urgent=True)
    (question,) = village.rows("Berapa biayanya")
    assert (question.priority, question.due_at) == (1, datetime(2026, 11, 21, 23, tzinfo=NOW.tzinfo))


@pytest.mark.parametrize("amount", [0, -5, 150_001])
def test_amount_outside_the_limits_is_refused(village: Scene, amount: int) -> None:
    allow(village)
    ride = driven(village)

    with pytest.raises(VoucherError, match="amount"):
        vouchers.request(village.session, ride, amount, NOW)


def test_cost_is_asked_for_once_and_only_by_the_driver(village: Scene) -> None:
    allow(village)
    ride = driven(village)
    village.press(village.drivers[1], "voucher_100", ride.id)
    village.press(village.mother, "voucher_100", ride.id)
    village.press(village.drivers[0], "voucher_100", ride.id)
    village.press(village.drivers[0], "voucher_50", ride.id)

    assert village.session.scalars(select(Voucher.amount)).all() == [100_000]


SAID: dict[str, tuple[str, int | None, str]] = {
    "a sum in words": ("75 ribu", 75_000, "Rp75.000"),
    "with what it was for": ("bensin 40rb mas", 40_000, "Rp40.000"),
    "in Javanese": ("pitung puluh limo ewu", 75_000, "Rp75.000"),
    "a bare number": ("75", 75_000, "Rp75.000"),
    "yes and a sum": ("iya 60 ribu pak", 60_000, "Rp60.000"),
    "all that is given": ("Rp 150.000", 150_000, "Rp150.000"),
    "more than is given": ("200 ribu", None, "Paling banyak Rp150.000"),
    "far more": ("1,5 juta", None, "Paling banyak Rp150.000"),
    "a yes is no sum": ("iya", None, "Berapa biayanya?"),
    "nothing": ("gak usah mbak, ikhlas", None, "kebaikannya"),
    "for nothing": ("gratis", None, "kebaikannya"),
}


@pytest.mark.parametrize(("said", "amount", "answer"), SAID.values(), ids=SAID)
def test_driver_says_the_cost_in_words(village: Scene, said: str, amount: int | None, answer: str) -> None:
    allow(village)
    driven(village)
    (question,) = village.rows("Berapa biayanya")
    question.status, question.sent_at = "sent", NOW
    told = village.says(village.drivers[0], said) or []
    assert [answer in one.text for one in told] == [True]
    assert village.session.scalars(select(Voucher.amount)).all() == ([amount] if amount else [])


def test_sum_is_heard_when_something_else_was_said_between(village: Scene) -> None:
    allow(village)
    driven(village)
    assert village.says(village.drivers[0], "75 ribu") is not None
    assert village.session.scalars(select(Voucher.amount)).all() == [75_000]


def long_ago(village: Scene) -> None:
    allow(village)
    driven(village)
    village.now = NOW + 3 * DAY


NOT_ASKED: dict[str, Callable[[Scene], object]] = {
    "vouchers are not given": driven,
    "he drove nobody": allow,
    "he has said it": asked,
    "it was long ago": long_ago,
}


@pytest.mark.parametrize("make", NOT_ASKED.values(), ids=NOT_ASKED)
def test_sum_is_none_when_nobody_asked(village: Scene, make: Callable[[Scene], object]) -> None:
    make(village)
    before = village.session.scalars(select(Voucher.amount)).all()
    village.says(village.drivers[0], "75 ribu")
    assert village.session.scalars(select(Voucher.amount)).all() == before


@pytest.mark.parametrize("who", ["mother", "driver1"])
def test_typed_sum_of_somebody_else_asks_for_nothing(village: Scene, who: str) -> None:
    allow(village)
    ride = driven(village)
    village.says(village.who(who), "75 ribu")
    village.press(village.who(who), "voucher_sum", vouchers.sum_of(ride, 75_000))
    assert "Berapa" not in village.press(village.who(who), "voucher_again", ride.id)[0].text
    assert village.session.scalars(select(Voucher)).all() == []


# ---------------------------------------------------------------- deciding and paying


def test_refused_voucher_is_never_paid(village: Scene) -> None:
    voucher, by = asked(village), officer(village)
    vouchers.decide(village.session, by, voucher, NOW, approved=False, reason="Sudah dibayar desa")

    assert voucher_lists.for_payment(village.session, by) == []
    with pytest.raises(VoucherError, match="decided"):
        vouchers.pay(village.session, officer(village), voucher, NOW.date(), NOW)
    with pytest.raises(VoucherError, match="decided"):
        vouchers.decide(village.session, by, voucher, NOW, approved=True)
    assert "Sudah dibayar desa" in village.sent(village.drivers[0])[-1]


def test_each_outcome_is_told_once_and_is_on_record(village: Scene) -> None:
    voucher = approved(village)
    vouchers.pay(village.session, officer(village), voucher, NOW.date(), NOW)
    told = [text for text in village.sent(village.drivers[0]) if "Rp40.000" in text]
    assert ["disetujui" in told[0], "sudah dibayarkan pada" in told[1], len(told)] == [True, True, 2]
    rows = select(AuditEntry).where(AuditEntry.subject == f"voucher:{voucher.id}").order_by(AuditEntry.id)
    entries = village.session.scalars(rows).all()
    assert [entry.action for entry in entries] == ["voucher_asked", "voucher_approved", "voucher_paid"]
    assert len({(entry.detail or {}).get("by") for entry in entries[1:]}) == 2


@pytest.mark.parametrize("speaks", ["midwife", "elsewhere", "admin", "former", "mother", "driver", "cadre"])
def test_voucher_is_decided_by_an_officer_of_the_area_alone(village: Scene, speaks: str) -> None:
    voucher, paid = asked(village), approved_of_another_ride(village)
    speaker = {
        "midwife": lambda: officer(village, duty="midwife"),
        "elsewhere": lambda: officer(village, GONDANGLEGI),
        "admin": lambda: officer(village, unit="dinkes", duty="admin"),
        "former": lambda: former(village),
        "mother": lambda: village.speaker(village.mother),
        "driver": lambda: village.speaker(village.drivers[0]),
        "cadre": lambda: village.speaker(village.cadre),
    }[speaks]()
    with pytest.raises(VoucherError, match="area"):
        vouchers.decide(village.session, speaker, voucher, NOW, approved=True)
    with pytest.raises(VoucherError, match="area"):
        vouchers.pay(village.session, speaker, paid, NOW.date(), NOW)
    assert voucher_lists.find(village.session, speaker, voucher.id) is None
    assert not voucher_lists.are_shown(village.session, speaker, NOW) or speaks == "elsewhere"


def approved_of_another_ride(village: Scene) -> Voucher:
    ride = Ride(
        purpose="visit", at=NOW, asked_at=NOW, village_code=factories.SUMBEROTO, status="done", arrived_at=NOW,
        driver_id=village.drivers[1].id,
    )  # fmt: skip
    village.session.add(ride)
    village.session.flush()
    voucher = vouchers.request(village.session, ride, 10_000, NOW)
    vouchers.decide(village.session, officer(village), voucher, NOW, approved=True)
    return voucher


def former(village: Scene) -> Speaker:
    """Was an officer; her speaker was made before her work ended."""
    speaker = officer(village)
    assert isinstance(speaker.staff, Staff)
    speaker.staff.active = False
    village.session.flush()
    return speaker


@pytest.mark.parametrize(
    ("paid_on", "why"),
    [(NOW.date() - DAY, "date"), (NOW.date() + DAY, "date"), (NOW.date(), None)],
    ids=["before it was approved", "tomorrow", "today"],
)
def test_money_is_handed_over_on_a_day_that_can_be(village: Scene, paid_on: date, why: str | None) -> None:
    voucher = approved(village)
    if why is None:
        vouchers.pay(village.session, officer(village), voucher, paid_on, NOW)
        assert (voucher.status, voucher.paid_on) == ("paid", paid_on)
        return
    with pytest.raises(VoucherError, match=why):
        vouchers.pay(village.session, officer(village), voucher, paid_on, NOW)
    assert voucher.status == "approved"


def test_nobody_pays_what_she_approved_herself(village: Scene) -> None:
    voucher, by = asked(village), officer(village)
    vouchers.decide(village.session, by, voucher, NOW, approved=True)
    with pytest.raises(VoucherError, match="own"):
        vouchers.pay(village.session, by, voucher, NOW.date(), NOW)


def test_outcome_waits_for_the_morning(village: Scene) -> None:
    voucher = asked(village)
    vouchers.decide(village.session, officer(village), voucher, NIGHT, approved=True)
    rows = village.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert rows[-1].due_at == datetime(2026, 11, 21, 23, tzinfo=NOW.tzinfo)  # six o'clock in Malang
