"""Help with the cost of a ride: off by default, asked once, decided by an officer, paid from a list."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import programme
from registry.models import Ride, Voucher
from registry.transport import vouchers
from registry.transport.vouchers import VoucherError
from tests.conftest import NOW
from tests.registry.transport.ride_tools import Scene, scene


@pytest.fixture
def village(session: Session) -> Scene:
    return scene(session)


def driven(village: Scene) -> Ride:
    """A ride that has arrived."""
    ride = village.order(NOW + timedelta(minutes=10)).ride
    village.accept(ride, village.drivers[0])
    village.press(village.drivers[0], "ride_arrived", ride.id)
    return ride


def allow(village: Scene) -> None:
    programme.decide(village.session, "vouchers_in_force", True, NOW.date() - timedelta(days=1), "test")


def test_nobody_is_asked_while_vouchers_are_not_in_force(village: Scene) -> None:
    ride = driven(village)

    assert village.rows("biaya") == []
    with pytest.raises(VoucherError):
        vouchers.request(village.session, ride, 50_000, NOW)


def test_driver_asks_with_a_button_and_an_officer_decides(village: Scene) -> None:
    allow(village)
    ride = driven(village)
    assert "Rp150.000" in village.sent(village.drivers[0])[-1]
    assert "Rp50.000" in village.press(village.drivers[0], "voucher_50", ride.id)[0].text
    assert vouchers.list_for_payment(village.session) == []
    voucher = village.session.scalars(select(Voucher)).one()
    vouchers.decide(village.session, voucher, village.midwife, NOW, approved=True)

    assert [(line.amount, line.driver) for line in vouchers.list_for_payment(village.session)] == [
        (50_000, village.drivers[0].name)
    ]
    vouchers.pay(village.session, voucher, village.midwife, NOW)
    assert vouchers.list_for_payment(village.session) == []
    with pytest.raises(VoucherError):
        vouchers.pay(village.session, voucher, village.midwife, NOW)


@pytest.mark.parametrize("amount", [0, -5, 150_001])
def test_amount_outside_the_limits_is_refused(village: Scene, amount: int) -> None:
    allow(village)
    ride = driven(village)

    with pytest.raises(VoucherError):
        vouchers.request(village.session, ride, amount, NOW)


def test_cost_is_asked_for_once_and_only_by_the_driver(village: Scene) -> None:
    allow(village)
    ride = driven(village)
    village.press(village.drivers[1], "voucher_100", ride.id)
    village.press(village.mother, "voucher_100", ride.id)
    village.press(village.drivers[0], "voucher_100", ride.id)
    village.press(village.drivers[0], "voucher_50", ride.id)

    assert village.session.scalars(select(Voucher.amount)).all() == [100_000]


def test_refused_voucher_is_never_paid(village: Scene) -> None:
    allow(village)
    voucher = vouchers.request(village.session, driven(village), 40_000, NOW)
    vouchers.decide(village.session, voucher, village.midwife, NOW, approved=False)

    assert vouchers.list_for_payment(village.session) == []
    for act in (vouchers.pay,):
        with pytest.raises(VoucherError):
            act(village.session, voucher, village.midwife, NOW)
    with pytest.raises(VoucherError):
        vouchers.decide(village.session, voucher, village.midwife, NOW, approved=True)
