"""Rides on the real stack: asked, offered, confirmed by three, driven; and what happens when nobody drives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, DRIVER, MIDWIFE, NIGHT, NOW, STRANGER, world
from tests.stack import RunningStack

SECOND_DRIVER = "+6281299000042"
AREA = {"district": "Donomulyo", "village": "Sumberoto"}


def fleet(*drivers: str) -> dict[str, Any]:
    """The world of the journeys with these drivers in their order."""
    names = {DRIVER: "Jokowaluyo Sopir", SECOND_DRIVER: "Wiryono Sopir"}
    rows = [
        {"name": names[phone], "phone": phone, "areas": [AREA], "order": order, "vehicle": "Avanza", "plate": "N 1 XY"}
        for order, phone in enumerate(drivers, start=1)
    ]
    return {**world(), "drivers": rows}


def received(stack: RunningStack, phone: str) -> str:
    return "\n\n".join(message["text"] for message in stack.received(phone))


def status(stack: RunningStack) -> list[tuple[str, str | None]]:
    return [(row["status"], row["driver"]) for row in stack.records("ride")]


def ask(stack: RunningStack, text: str = "besok jam 7 minta diantar ke pkm") -> None:
    """She asks and says that it is right."""
    answer = stack.say(ACTIVE.phone, text)
    assert "pukul 07.00" in answer.text, answer.text
    answer = stack.say(ACTIVE.phone, button=answer.buttons["Benar"])
    assert "belum pasti" in answer.text


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_ride_from_the_wish_to_the_arrival(stack: RunningStack, channel: str) -> None:
    stack.reset(fleet(DRIVER, SECOND_DRIVER), NOW, channel=channel)
    ask(stack)
    assert "Bisa menjemput" in received(stack, DRIVER)
    assert ACTIVE.phone not in received(stack, DRIVER)
    assert "sudah pasti" not in received(stack, ACTIVE.phone)

    stack.say(DRIVER, "bisa bu")
    assert status(stack) == [("confirmed", DRIVER)]
    for phone in (ACTIVE.phone, CADRE, DRIVER):
        for fact in (
            "Minggu, 22 November 2026 pukul 07.00",
            "Sumberoto",
            "Puskesmas Donomulyo",
            "Jokowaluyo",
            "N 1 XY",
        ):
            assert fact in received(stack, phone), (phone, fact)
    assert "sudah pasti" in stack.say(ACTIVE.phone, "jemputan saya gimana bu, jadi?").text

    stack.advance("2026-11-21T18:00:00+07:00")
    assert "engingat jemputan" in received(stack, ACTIVE.phone)
    stack.advance("2026-11-22T07:05:00+07:00")
    stack.say(DRIVER, "ibunya sudah saya jemput")
    assert status(stack) == [("on_the_way", DRIVER)]
    stack.say(ACTIVE.phone, "alhamdulillah sudah sampai")
    assert status(stack) == [("arrived", DRIVER)]


def test_silence_passes_it_on_and_then_people_take_it(stack: RunningStack) -> None:
    stack.reset(fleet(DRIVER, SECOND_DRIVER), NOW)
    ask(stack)
    stack.advance("2026-11-21T09:10:00+07:00")
    assert "Bisa menjemput" in received(stack, SECOND_DRIVER)
    stack.advance("2026-11-21T09:21:00+07:00")

    assert status(stack) == [("escalated", None)]
    assert "Belum ada sopir" in received(stack, ACTIVE.phone)
    assert "119" in received(stack, ACTIVE.phone)
    (alert,) = stack.records("alert", kind="no_driver")
    assert MIDWIFE in alert["to"]


def test_both_drivers_of_an_urgent_ride_answer_and_one_comes(stack: RunningStack) -> None:
    stack.reset(fleet(DRIVER, SECOND_DRIVER), NIGHT)
    answer = stack.say(STRANGER, "tolong butuh mobil sekarang di sumberoto donomulyo, mau ke rs")
    if "Benar" in answer.buttons:
        answer = stack.say(STRANGER, button=answer.buttons["Benar"])
    first, second = ([m for m in stack.received(phone) if m["buttons"]] for phone in (DRIVER, SECOND_DRIVER))
    assert "MENDESAK" in first[0]["text"]
    stack.say(SECOND_DRIVER, button=second[0]["buttons"][0]["payload"])
    late = stack.say(DRIVER, button=first[0]["buttons"][0]["payload"])

    assert "sudah diambil sopir lain" in late.text
    assert status(stack) == [("confirmed", SECOND_DRIVER)]


def test_ride_is_called_off_in_words_and_the_driver_knows(stack: RunningStack) -> None:
    stack.reset(fleet(DRIVER), NOW)
    ask(stack)
    stack.say(DRIVER, "siap")
    assert "dibatalkan" in stack.say(ACTIVE.phone, "batal jemput, sudah diantar suami").text

    assert status(stack) == [("cancelled", DRIVER)]
    assert "tidak perlu menjemput" in received(stack, DRIVER)


def test_driver_who_falls_out_is_replaced(stack: RunningStack) -> None:
    stack.reset(fleet(DRIVER, SECOND_DRIVER), NOW)
    ask(stack)
    stack.say(DRIVER, "bisa")
    stack.say(DRIVER, "maaf mobil saya mogok")

    assert "belum pasti lagi" in received(stack, ACTIVE.phone)
    assert "Bisa menjemput" in received(stack, SECOND_DRIVER)
    assert status(stack) == [("requested", None)]
