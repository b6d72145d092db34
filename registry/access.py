"""Who may see what: decided here and nowhere else.

A mother sees herself; a cadre the mothers of her villages; an officer of a puskesmas those of her districts; Dinkes
all of the kabupaten; a driver and a stranger nobody. A former cadre is a stranger.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import ColumnElement, String, and_, or_, select, true
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from registry.models import Alert, Cadre, District, Driver, Person, Staff, Village
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


# ---------------------------------------------------------------- those who help, and what offices decide

APPOINTED_BY_PUSKESMAS = frozenset({"cadre", "driver", "midwife"})
APPOINTED_BY_DINKES = APPOINTED_BY_PUSKESMAS | {"officer"}
APPOINTED_BY_ADMIN = APPOINTED_BY_DINKES | {"dinkes", "admin"}


def role_of(helper: Cadre | Staff | Driver) -> str:
    """What somebody was invited to be, as an invitation names it."""
    if isinstance(helper, Staff):
        if helper.unit == "dinkes":
            return "admin" if helper.duty == "admin" else "dinkes"
        return "midwife" if helper.duty == "midwife" else "officer"
    return "cadre" if isinstance(helper, Cadre) else "driver"


def districts_of(helper: Cadre | Staff | Driver) -> frozenset[str]:
    """The districts somebody works in; a village's code begins with that of its district."""
    if isinstance(helper, Staff):
        return frozenset(one.district_code for one in helper.districts)
    return districts_around(one.village_code for one in helper.areas)


def districts_around(villages: Iterable[str]) -> frozenset[str]:
    """The districts of villages, all by their codes (35.07.01.2008 lies in 35.07.01)."""
    return frozenset(code.rpartition(".")[0] for code in villages)


def roles_to_give(speaker: Speaker) -> frozenset[str]:
    """What this speaker may make others: nobody makes an equal but an admin."""
    staff = speaker.staff
    if staff is None or not staff.active:
        return frozenset()
    if staff.duty == "admin":
        return APPOINTED_BY_ADMIN
    if staff.unit == "dinkes":
        return APPOINTED_BY_DINKES
    return APPOINTED_BY_PUSKESMAS if staff.unit == "puskesmas" and staff.duty == "officer" else frozenset()


def may_appoint(speaker: Speaker, role: str, districts: Iterable[str]) -> bool:
    """Whether the speaker may make somebody this, in these districts: a puskesmas in its own only."""
    return role in roles_to_give(speaker) and _is_within(speaker, frozenset(districts))


def may_manage(speaker: Speaker, helper: Cadre | Staff | Driver) -> bool:
    """Whether the speaker may end somebody's work or change her area: whom one may appoint, and never oneself."""
    if isinstance(helper, Staff) and speaker.staff is not None and helper.id == speaker.staff.id:
        return False
    return may_appoint(speaker, role_of(helper), districts_of(helper))


def may_plan(speaker: Speaker, helper: Staff | Driver) -> bool:
    """Whether the speaker may say when somebody is on call: of her whole office, herself too."""
    if not roles_to_give(speaker):
        return False
    if speaker.staff is not None and speaker.staff.unit == "dinkes":
        return True
    is_hers = not isinstance(helper, Staff) or helper.unit == "puskesmas"
    return is_hers and _is_within(speaker, districts_of(helper))


def _is_within(speaker: Speaker, districts: frozenset[str]) -> bool:
    if speaker.staff is not None and speaker.staff.unit == "dinkes":
        return True
    return bool(districts) and districts <= speaker.districts


def may_see_helper(speaker: Speaker, helper: Cadre | Staff | Driver) -> bool:
    """Whether an officer sees somebody in the lists: Dinkes everybody, a puskesmas those of its districts."""
    if speaker.staff is None:
        return False
    return speaker.staff.unit == "dinkes" or bool(districts_of(helper) & speaker.districts)


def may_decide(staff: Staff) -> bool:
    """Whether an officer may change settings, facilities and texts."""
    return staff.active and (staff.unit == "dinkes" or staff.duty == "admin")


def may_sign(staff: Staff, author_id: int | None) -> bool:
    """Whether an officer may stand by words or facts in the name of Dinkes; never by what she has written herself.

    An admin looks after the machine: what is right for mothers is not his to say.
    """
    return staff.active and staff.unit == "dinkes" and staff.duty != "admin" and staff.id != author_id


# ---------------------------------------------------------------- what rides cost


def may_settle(speaker: Speaker) -> bool:
    """Whether somebody has to do with what rides cost: officers of a puskesmas and of Dinkes.

    A midwife looks after mothers, an admin after the machine: money is neither's.
    """
    staff = speaker.staff
    if staff is None or not staff.active:
        return False
    return staff.duty != "admin" if staff.unit == "dinkes" else staff.unit == "puskesmas" and staff.duty == "officer"


def may_settle_at(session: Session, speaker: Speaker, village_code: str | None) -> bool:
    """The same for a ride from this village."""
    return may_settle(speaker) and may_see_place(session, speaker, village_code)


def may_pay(staff: Staff, approved_by: int | None) -> bool:
    """Whether an officer may write down that money was handed over: never what she approved herself."""
    return staff.id != approved_by
