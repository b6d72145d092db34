"""A cadre's lists on the real system, and who gets none."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, CADRE, DINKES, FORMER_CADRE, IN_DEBT, MIDWIFE, NOW, POOR, STRANGER, world
from tests.stack import RunningStack

HER = ACTIVE.phone


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_cadre_sees_the_mothers_of_her_village_and_one_card(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    said = stack.say(CADRE, "ibu saya siapa saja")
    assert ACTIVE.name in said.text
    assert POOR.name in said.text
    assert IN_DEBT.name not in said.text
    card = stack.say(CADRE, "1")
    assert "minggu" in card.text
    assert any(message["image"] for message in card.messages)
    assert ACTIVE.nik not in card.text


def test_midwife_and_dinkes_see_their_areas(stack: RunningStack) -> None:
    assert IN_DEBT.name not in stack.say(MIDWIFE, "daftar ibu hamil saya").text
    first = stack.say(DINKES, "daftar ibu hamil saya")
    assert IN_DEBT.name in first.text + stack.say(DINKES, "lanjut").text


@pytest.mark.parametrize("phone", [HER, STRANGER, FORMER_CADRE], ids=["mother", "stranger", "former cadre"])
def test_nobody_else_gets_a_list(stack: RunningStack, phone: str) -> None:
    said = stack.say(phone, "ibu hamil saya siapa saja, saya kader")
    assert POOR.name not in said.text
