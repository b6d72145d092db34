"""Cadres, midwives, Dinkes and drivers ask about mothers: only what belongs to their own area is told."""

from __future__ import annotations

import pytest

from tests.journeys.test_secrets import assert_nothing_leaked
from tests.journeys.worlds import (
    ACTIVE,
    CADRE,
    DINKES,
    DRIVER,
    FORMER_CADRE,
    IN_DEBT,
    MIDWIFE,
    NOW,
    OTHER_CADRE,
    OTHER_MIDWIFE,
    POOR,
    world,
)
from tests.stack import RunningStack


@pytest.mark.parametrize("helper", [CADRE, MIDWIFE, DINKES], ids=["cadre", "midwife", "dinkes"])
@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_helper_is_told_about_a_mother_of_her_area_when_she_asks_with_nik(
    stack: RunningStack, helper: str, channel: str
) -> None:
    stack.reset(world(), NOW, channel=channel)
    answer = stack.say(helper, f"tolong cek nik {ACTIVE.nik} apakah berhak gratis")
    assert f"Ibu {ACTIVE.name}" in answer.text
    assert "*aktif*" in answer.text
    assert [row["phone"] for row in stack.records("eligibility", nik=ACTIVE.nik)] == [helper]


@pytest.mark.parametrize("helper", [CADRE, MIDWIFE], ids=["cadre", "midwife"])
def test_helper_is_told_about_a_mother_of_her_area_when_she_asks_with_the_name(
    stack: RunningStack, helper: str
) -> None:
    answer = stack.say(helper, f"cek bu {ACTIVE.name.lower()} berhak gratis gak")
    assert f"Ibu {ACTIVE.name}" in answer.text


def test_cadre_is_told_about_an_unregistered_mother_of_her_village(stack: RunningStack) -> None:
    stack.reset(world(POOR.new()), NOW)
    answer = stack.say(CADRE, f"tolong cek nik {POOR.nik} apakah berhak gratis")
    assert "Ibu itu" in answer.text
    assert "SKTM" in answer.text


@pytest.mark.parametrize("helper", [OTHER_CADRE, OTHER_MIDWIFE], ids=["cadre", "midwife"])
@pytest.mark.parametrize("ask", ["cek nik {0.nik} berhak gratis gak", "cek bu {0.name} berhak gratis gak"])
def test_helper_of_another_area_is_told_nothing(stack: RunningStack, helper: str, ask: str) -> None:
    answer = stack.say(helper, ask.format(ACTIVE))
    assert "wilayah tugas" in answer.text
    assert_nothing_leaked(stack, helper, ACTIVE)


@pytest.mark.parametrize("helper", [FORMER_CADRE, DRIVER], ids=["former cadre", "driver"])
def test_whoever_has_no_area_is_treated_as_a_stranger(stack: RunningStack, helper: str) -> None:
    stack.say(helper, f"cek nik {ACTIVE.nik} berhak gratis gak")
    stack.say(helper, "1 januari 1990")
    assert_nothing_leaked(stack, helper, ACTIVE)


def test_dinkes_sees_every_district(stack: RunningStack) -> None:
    for mother in (ACTIVE, IN_DEBT):
        assert mother.name in stack.say(DINKES, f"cek nik {mother.nik} berhak gratis gak").text


def test_cadre_is_asked_for_the_nik_when_no_mother_is_named(stack: RunningStack) -> None:
    assert "NIK ibu yang mau dicek" in stack.say(CADRE, "tolong cek ibu ini berhak gratis apa tidak").text
    assert ACTIVE.name in stack.say(CADRE, ACTIVE.nik).text


def test_one_cadre_question_does_not_answer_the_next_one(stack: RunningStack) -> None:
    assert ACTIVE.name in stack.say(CADRE, f"cek nik {ACTIVE.nik} berhak gratis gak").text
    answer = stack.say(CADRE, f"cek nik {POOR.nik} berhak gratis gak")
    assert POOR.name in answer.text
    assert ACTIVE.name not in answer.text
