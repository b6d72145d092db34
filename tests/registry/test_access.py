"""Who may see whom: the whole table."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from registry import access
from registry.persons import people
from tests import factories
from tests.factories import BANJAREJO, GONDANGLEGI, KETAWANG, SUMBEROTO

PHONE = "+6281200000601"
Maker = Callable[[Session], object]
SPEAKERS: dict[str, Maker] = {
    "another mother": lambda s: factories.person(s, phone=PHONE),
    "a cadre of the village": lambda s: factories.cadre(s, SUMBEROTO, phone=PHONE),
    "a cadre of the next village": lambda s: factories.cadre(s, BANJAREJO, phone=PHONE),
    "a former cadre of the village": lambda s: factories.cadre(s, SUMBEROTO, phone=PHONE, active=False),
    "a midwife of the district": lambda s: factories.staff(s, phone=PHONE),
    "a midwife of another district": lambda s: factories.staff(s, GONDANGLEGI, phone=PHONE),
    "a former midwife": lambda s: factories.staff(s, phone=PHONE, active=False),
    "a midwife without a district": lambda s: _without_district(s),
    "an officer of Dinkes": lambda s: factories.staff(s, unit="dinkes", phone=PHONE),
    "a driver of the village": lambda s: factories.driver(s, SUMBEROTO, phone=PHONE),
    "a stranger": lambda s: None,
}


def _without_district(session: Session) -> None:
    factories.staff(session, phone=PHONE).districts = []
    session.flush()


TABLE = {  # speaker: sees a mother of Sumberoto, of Ketawang, of a village nobody knows
    "another mother": (False, False, False),
    "a cadre of the village": (True, False, False),
    "a cadre of the next village": (False, False, False),
    "a former cadre of the village": (False, False, False),
    "a midwife of the district": (True, False, False),
    "a midwife of another district": (False, True, False),
    "a former midwife": (False, False, False),
    "a midwife without a district": (False, False, False),
    "an officer of Dinkes": (True, True, True),
    "a driver of the village": (False, False, False),
    "a stranger": (False, False, False),
}
ROWS = [
    pytest.param(speaker, village, sees, id=f"{speaker}, a mother of {name}")
    for speaker, row in TABLE.items()
    for (name, village), sees in zip(
        (("Sumberoto", SUMBEROTO), ("Ketawang", KETAWANG), ("an unknown village", None)), row, strict=True
    )
]


@pytest.mark.parametrize(("who", "village", "sees"), ROWS)
def test_who_sees_whom(session: Session, who: str, village: str | None, sees: bool) -> None:
    SPEAKERS[who](session)
    mother = factories.person(session, village_code=village)
    speaker = factories.speaker_of(session, PHONE)
    assert access.may_see(session, speaker, mother) is sees
    assert access.may_see_place(session, speaker, village) is sees


@pytest.mark.parametrize("who", SPEAKERS)
@pytest.mark.parametrize("village", [SUMBEROTO, KETAWANG, None], ids=["Sumberoto", "Ketawang", "an unknown village"])
def test_everybody_sees_herself(session: Session, who: str, village: str | None) -> None:
    SPEAKERS[who](session)
    herself = factories.speaker_of(session, PHONE).person
    if herself is None:
        herself = factories.person(session, phone=PHONE)
    herself.village_code = village
    session.flush()
    assert access.may_see(session, factories.speaker_of(session, PHONE), herself)


def test_who_has_not_proved_her_phone_does_not_even_see_herself(session: Session) -> None:
    mother = factories.person(session)
    assert not access.may_see(session, people.speaker(session, factories.unproved(session)), mother)


@pytest.mark.parametrize("code", ["", "35.07", "35.07.01", "99.99.99.9999", "' or 1=1 --"])
def test_a_place_that_is_no_village_is_nobodys(session: Session, code: str) -> None:
    factories.cadre(session, SUMBEROTO, phone=PHONE)
    assert not access.may_see_place(session, factories.speaker_of(session, PHONE), code)
