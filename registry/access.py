"""Who may see what: decided here and nowhere else.

A mother sees herself; a cadre the mothers of her villages; an officer of a puskesmas those of her districts; Dinkes
all of the kabupaten; a driver and a stranger nobody. A former cadre is a stranger.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from registry.models import Person, Village
from registry.people import Speaker


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
