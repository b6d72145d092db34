"""How somebody becomes a cadre, an officer or a driver: a code bound to one telephone number, once, for seven days.

Only the blind index of a code is kept; the code itself is shown once, to the one who invites. A wrong code and a
code of another number are answered alike, so that guessing tells nothing; five wrong ones stop the guesser for an hour.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeVar
from urllib.parse import quote

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from nlu.language.short_codes import ALPHABET
from registry import audit, sealing, texts
from registry.errors import RegistryError
from registry.messaging.messages import Draft
from registry.models import (
    Cadre,
    CadreArea,
    ConsoleSession,
    Contact,
    District,
    Driver,
    DriverArea,
    Invitation,
    Staff,
    StaffDistrict,
    Village,
)
from registry.persons import codes, people

Role = Literal["cadre", "midwife", "officer", "dinkes", "admin", "driver"]
Outcome = Literal["claimed", "unproved", "wrong", "expired", "used", "paused"]

LENGTH = 8
VALID = timedelta(days=7)
TRIES, PAUSE = 5, timedelta(hours=1)
IN_VILLAGES: frozenset[str] = frozenset({"cadre", "driver"})
IN_DISTRICTS: frozenset[str] = frozenset({"midwife", "officer"})
_CODE = rf"(?P<code>[{ALPHABET}]{{{LENGTH}}}|[{ALPHABET}]{{4}}[ \-][{ALPHABET}]{{4}})"
_TYPED = re.compile(
    rf"\s*(?:/start|(?:ini\s+)?(?:kode|code)?\s*(?:undangan|undanganku|invite)(?:\s*(?:saya|kader|nya|kulo))?)"
    rf"\s*[:=]?\s+{_CODE}\W*",
    re.IGNORECASE,
)
_MISTYPED = re.compile(
    r"\s*(?:ini\s+)?(?:kode|code)\s*(?:undangan|undanganku)(?:\s*(?:saya|kader|nya|kulo))?\s*[:=]?\s+"
    r"[\w\- ]{0,20}\d[\w\- ]{0,20}\W*",
    re.IGNORECASE,
)
"""Said to be a code, but it can be none: a letter is missing or too many."""
_BARE = re.compile(rf"\s*(?=[A-Z\d]*\d)(?=[A-Z\d]*[A-Z])(?P<code>[{ALPHABET}]{{{LENGTH}}})\s*")


class InvitationError(RegistryError):
    """An invitation that cannot be given; the message says why."""


@dataclass(frozen=True)
class Area:
    """Where somebody will help: villages of a cadre or driver, districts of an officer, and her facility or car."""

    villages: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    facility: str | None = None
    vehicle: str | None = None
    plate: str | None = None


def invite(
    session: Session, role: Role, name: str, phone: str, now: datetime, *, area: Area | None = None,
    invited_by: str = "cli",
) -> str:  # fmt: skip
    """Make an invitation for the owner of ``phone`` (E.164); returns the code, which is nowhere else. A later one for
    the same number takes the place of an earlier one.

    Raises:
        InvitationError: no village or district where the role needs one, or one that does not exist.
    """
    where = area or Area()
    check(session, role, where)
    index = sealing.index("phone", phone)
    waiting = update(Invitation).where(Invitation.phone_index == index, Invitation.used_at.is_(None))
    session.execute(waiting.values(expires_at=now))
    code = codes.draw(LENGTH)
    session.add(
        Invitation(
            code_index=sealing.index("invitation", code),
            role=role,
            name=name,
            phone=phone,
            phone_index=index,
            villages=list(where.villages),
            districts=list(where.districts),
            facility=where.facility,
            vehicle=where.vehicle,
            plate=where.plate,
            invited_by=invited_by,
            expires_at=now + VALID,
            created_at=now,
        )
    )
    session.flush()
    audit.note(session, now, "invited", subject=f"role:{role}", by=invited_by)
    return code


def links(code: str, telegram: str | None, whatsapp: str | None) -> list[str]:
    """Where the code can be opened by a tap: with the name of the Telegram bot, and the number of WhatsApp."""
    found = []
    if telegram:
        found.append(f"https://t.me/{telegram.removeprefix('@')}?start={code}")
    if whatsapp:
        said = quote(texts.say("invitation_link_text", code=code).text)
        found.append(f"https://wa.me/{whatsapp.removeprefix('+')}?text={said}")
    return found


def withdraw(session: Session, invitation: Invitation, now: datetime, by: str) -> bool:
    """The code works no more; False when it was used or had expired."""
    if invitation.used_at is not None or invitation.expires_at <= now:
        return False
    invitation.expires_at = now
    session.flush()
    audit.note(session, now, "invitation_withdrawn", subject=f"invitation:{invitation.id}", by=by)
    return True


def check(session: Session, role: str, area: Area) -> None:
    """Whether the area fits the role.

    Raises:
        InvitationError: no village or district where the role needs one, or one that does not exist.
    """
    if role in IN_VILLAGES and not area.villages:
        raise InvitationError(f"a {role} needs a village")
    if role in IN_DISTRICTS and not area.districts:
        raise InvitationError(f"a {role} needs a district")
    for code in area.villages:
        if session.get(Village, code) is None:
            raise InvitationError(f"no village has the code {code}")
    for code in area.districts:
        if session.get(District, code) is None:
            raise InvitationError(f"no district has the code {code}")


def read_code(text: str, *, bare: bool = True) -> str | None:
    """The code in "kode undangan ABCD2345", "/start ABCD2345" or the bare code; None for any other message."""
    match = _TYPED.fullmatch(text) or (_BARE.fullmatch(text) if bare else None)
    return re.sub(r"[ \-]", "", match["code"]).upper() if match else None


def claim(session: Session, contact: Contact, code: str, now: datetime) -> Outcome:
    """The owner of a contact sends a code; makes her what it says when it is meant for her proved number."""
    if audit.count_since(session, contact.id, "invitation_wrong", now - PAUSE) >= TRIES:
        return "paused"
    if contact.phone_index is None:
        return "unproved"
    return _claim(session, contact.phone_index, code, now, contact.id)


def claim_with_phone(session: Session, phone: str, code: str, now: datetime) -> Outcome:
    """The same on the console's page, where no channel has proved the number: the code alone does. Whoever asks this
    counts the wrong ones; a cadre's or driver's code is for the chat and wrong here.
    """
    index, wanted = sealing.index("phone", phone), sealing.index("invitation", code)
    role = session.scalar(select(Invitation.role).where(Invitation.code_index == wanted))
    return "wrong" if role in IN_VILLAGES else _claim(session, index, code, now, None)


def _claim(session: Session, phone_index: str, code: str, now: datetime, contact_id: int | None) -> Outcome:
    rows = select(Invitation).where(Invitation.code_index == sealing.index("invitation", code)).with_for_update()
    found = session.scalar(rows)
    if found is None or found.phone_index != phone_index:
        audit.note(session, now, "invitation_wrong", contact_id=contact_id)
        session.flush()
        return "wrong"
    if found.used_at is not None:
        return "used"
    if found.expires_at <= now:
        return "expired"
    found.used_at = now
    _appoint(session, found)
    audit.note(session, now, "invitation_claimed", contact_id=contact_id, subject=f"invitation:{found.id}")
    session.flush()
    return "claimed"


def _appoint(session: Session, invitation: Invitation) -> None:
    if invitation.role == "cadre":
        cadre = _helper(session, Cadre, invitation)
        cadre.areas = [CadreArea(village_code=code) for code in invitation.villages]
    elif invitation.role == "driver":
        driver = _helper(session, Driver, invitation)
        driver.vehicle, driver.plate = invitation.vehicle, invitation.plate
        driver.areas = [DriverArea(village_code=code) for code in invitation.villages]
    else:
        staff = _helper(session, Staff, invitation)
        staff.unit = "puskesmas" if invitation.role in IN_DISTRICTS else "dinkes"
        staff.duty = invitation.role if invitation.role in ("midwife", "admin") else "officer"
        staff.facility = invitation.facility
        staff.districts = [StaffDistrict(district_code=code) for code in invitation.districts]


Helper = TypeVar("Helper", Cadre, Driver, Staff)


def _helper(session: Session, kind: type[Helper], invitation: Invitation) -> Helper:
    """The row of this number, made when there is none; a former helper is active again."""
    row = session.scalar(select(kind).where(kind.phone_index == invitation.phone_index))
    if row is None:
        row = kind(phone=invitation.phone, phone_index=invitation.phone_index)
        session.add(row)
    row.name, row.active = invitation.name, True
    return row


def revoke(session: Session, phone: str, now: datetime, *, by: str = "cli") -> int:
    """Whoever helps with this number helps no more, and no open invitation brings her back; returns how many roles."""
    index = sealing.index("phone", phone)
    ended = (
        _ended(session, Cadre, index, now, by)
        + _ended(session, Driver, index, now, by)
        + _ended(session, Staff, index, now, by)
    )
    waiting = update(Invitation).where(Invitation.phone_index == index, Invitation.used_at.is_(None))
    session.execute(waiting.values(expires_at=now))
    session.flush()
    return ended


def _ended(session: Session, kind: type[Helper], index: str, now: datetime, by: str) -> bool:
    row = session.scalar(select(kind).where(kind.phone_index == index, kind.active))
    if row is not None:
        end(session, row, now, by)
    return row is not None


def end(session: Session, helper: Cadre | Driver | Staff, now: datetime, by: str) -> None:
    """Somebody helps no more: from this moment she sees nothing, and a browser in which she is signed in is out."""
    helper.active = False
    if isinstance(helper, Staff):
        hers = (ConsoleSession.staff_id == helper.id, ConsoleSession.revoked_at.is_(None))
        session.execute(update(ConsoleSession).where(*hers).values(revoked_at=now))
    session.flush()
    audit.note(session, now, "role_revoked", subject=f"{helper.__tablename__}:{helper.id}", by=by)


def was_cadre(session: Session, contact: Contact) -> bool:
    """Whether this number was a cadre's once and is no longer."""
    if contact.phone_index is None:
        return False
    rows = select(Cadre.id).where(Cadre.phone_index == contact.phone_index, Cadre.active.is_(False))
    return session.scalar(rows) is not None


def answer(session: Session, contact: Contact, said: str, now: datetime) -> Sequence[Draft]:
    """What is said to a message that is an invitation code; nothing when it is none."""
    code = read_code(said)
    if code is None:
        return (texts.say("invitation_wrong"),) if _MISTYPED.fullmatch(said) else ()
    outcome = claim(session, contact, code, now)
    if outcome != "claimed":
        draft = texts.say(f"invitation_{outcome}")
        return (replace(draft, ask_contact=True) if outcome == "unproved" else draft,)
    speaker = people.speaker(session, contact)
    helper = speaker.staff or speaker.cadre or speaker.driver
    return (texts.say(f"invitation_welcome_{speaker.role}", name=helper.name if helper else ""),)
