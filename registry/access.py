"""Who may see what: decided here and nowhere else.

A mother sees herself; a cadre the mothers of her villages; an officer of a puskesmas those of her districts; Dinkes
all of the kabupaten; a driver and a stranger nobody. A former cadre is a stranger.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import ColumnElement, String, and_, or_, select, true
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from registry.models import Alert, District, Person, Village
from registry.persons.people import Speaker


def may_see_place(session: Session, speaker: Speaker, village_code: str | None) -> bool:
    """Whether people of this village are the speaker's business; an unknown village is nobody's but Dinkes'."""
    if speaker.staff is not None and speaker.staff.unit == "dinkes":
        return True
    village = session.get(Village, village_code) if village_code else None
    if village is None:
        return False
    if speaker.staff is not None:
        return village.district_code in speaker.districts
    return speaker.cadre is not None and village.code in speaker.villages


def may_see(session: Session, speaker: Speaker, person: Person) -> bool:
    """Whether this speaker may be told about this person."""
    if speaker.person is not None and speaker.person.id == person.id:
        return True
    return may_see_place(session, speaker, person.village_code)


def may_send_to(session: Session, speaker: Speaker, code: str) -> bool:
    """Whether an officer may write to everybody of a district or village; the code says which it is."""
    if speaker.staff is None:
        return False
    if speaker.staff.unit == "dinkes":
        return session.get(Village, code) is not None or session.get(District, code) is not None
    return code in speaker.districts or may_see_place(session, speaker, code)


def in_area(speaker: Speaker, village_code: Any) -> ColumnElement[bool]:
    """``may_see_place`` as a condition on a column of village codes, for lists."""
    if speaker.staff is not None and speaker.staff.unit == "dinkes":
        return true()
    if speaker.staff is not None:
        inside = select(Village.code).where(Village.district_code.in_(speaker.districts)).correlate(None)
        return cast(ColumnElement[bool], village_code.in_(inside))
    return cast(ColumnElement[bool], village_code.in_(speaker.villages))


def may_look_after(session: Session, speaker: Speaker, person: Person) -> bool:
    """Whether she herself speaks, or a helper whose business she is and who may know of her.

    Who has not agreed to be seen is seen while an emergency of hers is open (UU PDP art. 20: vital interest).
    """
    if speaker.person is not None and speaker.person.id == person.id:
        return True
    if not may_see(session, speaker, person):
        return False
    return agreed_to_be_seen(person) or is_in_danger(session, person)


def is_in_danger(session: Session, person: Person) -> bool:
    """Whether an emergency of hers is open."""
    urgent = select(Alert.id).where(
        Alert.person_id == person.id, Alert.status == "open", Alert.kind.in_(("danger_sign", "labour"))
    )
    return session.scalar(urgent.limit(1)) is not None


def agreed_to_be_seen(person: Person) -> bool:
    """Whether helpers may see her: who agreed purpose by purpose may have left that one out (UU PDP art. 20)."""
    if person.consent in ("refused", "withdrawn"):
        return False
    return person.consent != "given" or not person.agreed or "sharing" in person.agreed


def are_agreed_to_be_seen() -> ColumnElement[bool]:
    """``agreed_to_be_seen`` as a condition on ``Person``, for lists."""
    agreed = as_type(Person.agreed, String)
    shares = or_(Person.consent != "given", agreed == "[]", agreed.like('%"sharing"%'))
    return and_(Person.consent.not_in(("refused", "withdrawn")), shares)
