"""Where to go: the facilities of a village, however it is named."""

from __future__ import annotations

import pytest

from tests.journeys.worlds import ACTIVE, NOW, STRANGER, world
from tests.stack import RunningStack


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_facilities_are_told_when_village_is_in_the_question(stack: RunningStack, channel: str) -> None:
    stack.reset(world(), NOW, channel=channel)
    answer = stack.say(STRANGER, "puskesmas terdekat dari desa sumberoto dimana ya")
    assert "Puskesmas Donomulyo" in answer.text
    assert "119" in answer.text


def test_facilities_of_her_village_are_told_when_she_is_registered(stack: RunningStack) -> None:
    assert "Sumberoto, Kec. Donomulyo" in stack.say(ACTIVE.phone, "puskesmas terdekat dimana ya").text


def test_village_is_asked_when_nobody_knows_it(stack: RunningStack) -> None:
    assert "desa apa" in stack.say(STRANGER, "puskesmas terdekat dimana ya").text
    assert "Puskesmas Gondanglegi" in stack.say(STRANGER, "ketawang").text


def test_district_is_asked_when_several_villages_have_the_name(stack: RunningStack) -> None:
    stack.say(STRANGER, "puskesmas terdekat dimana ya")
    answer = stack.say(STRANGER, "banjarejo")
    assert "beberapa kecamatan" in answer.text
    assert all(district in answer.text for district in ("Donomulyo", "Pakis", "Ngantang", "Pagelaran"))
    assert "Puskesmas Pakis" in stack.say(STRANGER, "pakis").text


def test_facilities_are_told_when_only_the_district_is_named(stack: RunningStack) -> None:
    assert "Kec. Wajak" in stack.say(STRANGER, "rumah sakit dan puskesmas di kecamatan wajak mana ya").text


def test_village_is_asked_again_when_there_is_no_such_village(stack: RunningStack) -> None:
    stack.say(STRANGER, "puskesmas terdekat dimana ya")
    assert "belum saya temukan" in stack.say(STRANGER, "desa antah berantah").text
    assert "Puskesmas Wajak" in stack.say(STRANGER, "wajak").text


def test_facilities_are_told_when_the_button_is_pressed(stack: RunningStack) -> None:
    buttons = stack.say(STRANGER, "halo").buttons
    assert buttons
    assert "desa apa" in stack.say(STRANGER, button="/ask_facility").text
