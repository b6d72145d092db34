"""Who may appoint, manage, plan, decide and sign: the whole table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry import access
from registry.models import Cadre, Driver, Staff
from registry.persons.people import Speaker
from tests import factories
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

PHONE = "+6281200000601"
SPEAKERS: dict[str, Callable[[Session], Any]] = {
    "a mother": lambda s: factories.person(s, phone=PHONE),
    "a cadre": lambda s: factories.cadre(s, phone=PHONE),
    "a driver": lambda s: factories.driver(s, phone=PHONE),
    "a midwife": lambda s: factories.staff(s, phone=PHONE, duty="midwife"),
    "an officer": lambda s: factories.staff(s, phone=PHONE, duty="officer"),
    "an officer of a hospital": lambda s: factories.staff(s, phone=PHONE, unit="hospital", duty="officer"),
    "Dinkes": lambda s: factories.staff(s, phone=PHONE, unit="dinkes", duty="officer"),
    "an admin": lambda s: factories.staff(s, phone=PHONE, unit="dinkes", duty="admin"),
}
PEOPLE: dict[str, Callable[[Session], Cadre | Driver | Staff]] = {
    "cadre": lambda s: factories.cadre(s, SUMBEROTO),
    "cadre elsewhere": lambda s: factories.cadre(s, KETAWANG),
    "cadre of both": lambda s: factories.cadre(s, SUMBEROTO, KETAWANG),
    "driver": lambda s: factories.driver(s, SUMBEROTO),
    "midwife": lambda s: factories.staff(s, duty="midwife"),
    "midwife of both": lambda s: factories.staff(s, DONOMULYO, GONDANGLEGI, duty="midwife"),
    "officer": lambda s: factories.staff(s, duty="officer"),
    "Dinkes": lambda s: factories.staff(s, unit="dinkes", duty="officer"),
    "admin": lambda s: factories.staff(s, unit="dinkes", duty="admin"),
}
MANAGES: dict[str, set[str]] = {
    "an officer": {"cadre", "driver", "midwife"},
    "Dinkes": set(PEOPLE) - {"Dinkes", "admin"},
    "an admin": set(PEOPLE),
}
PLANS: dict[str, set[str]] = {
    "an officer": {"driver", "midwife", "officer"},
    "Dinkes": set(PEOPLE) - {"cadre", "cadre elsewhere", "cadre of both"},
    "an admin": set(PEOPLE) - {"cadre", "cadre elsewhere", "cadre of both"},
}
SEES: dict[str, set[str]] = {
    "a midwife": set(PEOPLE) - {"cadre elsewhere", "Dinkes", "admin"},
    "an officer": set(PEOPLE) - {"cadre elsewhere", "Dinkes", "admin"},
    "Dinkes": set(PEOPLE),
    "an admin": set(PEOPLE),
}


def speaker_of(session: Session, who: str) -> Speaker:
    SPEAKERS[who](session)
    return factories.speaker_of(session, PHONE)


@pytest.mark.parametrize("who", SPEAKERS)
def test_who_manages_plans_and_sees_whom(session: Session, who: str) -> None:
    speaker = speaker_of(session, who)
    made = {name: make(session) for name, make in PEOPLE.items()}
    assert {name for name, one in made.items() if access.may_manage(speaker, one)} == MANAGES.get(who, set())
    planned = {name: one for name, one in made.items() if not isinstance(one, Cadre)}
    assert {name for name, one in planned.items() if access.may_plan(speaker, one)} == PLANS.get(who, set())
    seen = {name for name, one in made.items() if access.may_see_helper(speaker, one)}
    assert seen == SEES.get(who, set())


@pytest.mark.parametrize("who", ["an officer", "Dinkes", "an admin"])
def test_nobody_manages_herself_and_everybody_here_plans_herself(session: Session, who: str) -> None:
    speaker = speaker_of(session, who)
    assert speaker.staff is not None
    assert not access.may_manage(speaker, speaker.staff)
    assert access.may_plan(speaker, speaker.staff)


@pytest.mark.parametrize("who", SPEAKERS)
def test_former_officer_may_nothing(session: Session, who: str) -> None:
    speaker = speaker_of(session, who)
    if speaker.staff is not None:
        speaker.staff.active = False
        assert not access.may_decide(speaker.staff)
        assert not access.may_sign(speaker.staff, None)
    assert access.roles_to_give(speaker) == frozenset() or speaker.staff is None


@pytest.mark.parametrize(
    ("who", "decides", "signs"),
    [("a midwife", False, False), ("an officer", False, False), ("Dinkes", True, True), ("an admin", True, False)],
)
def test_who_decides_and_who_signs(session: Session, who: str, decides: bool, signs: bool) -> None:
    staff = speaker_of(session, who).staff
    assert staff is not None
    assert (access.may_decide(staff), access.may_sign(staff, None)) == (decides, signs)
    assert not access.may_sign(staff, staff.id)
    assert access.may_sign(staff, staff.id + 1) is signs
