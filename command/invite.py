"""Invitations from the command line: who is to become what, the code, and the links that carry it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlu.language.identifiers import parse_phone
from registry import places
from registry.models import District, Village
from registry.persons import invitations
from registry.persons.invitations import Area, InvitationError, Role
from settings import Settings


@dataclass(frozen=True)
class Wish:
    """What was typed behind ``kawal invite``."""

    role: Role | None
    name: str
    phone: str
    villages: Sequence[str] = field(default_factory=list)
    districts: Sequence[str] = field(default_factory=list)
    facility: str | None = None
    vehicle: str | None = None
    plate: str | None = None


def make(session: Session, wish: Wish, settings: Settings, now: datetime) -> list[str]:
    """Invite; returns the lines to print. The code is shown here and never again.

    Raises:
        InvitationError: something is missing or unknown.
    """
    if wish.role is None or not wish.name.strip() or not wish.phone:
        raise InvitationError("say --role, --name and --phone (or --revoke PHONE)")
    area = Area(
        tuple(_village(session, name) for name in wish.villages),
        tuple(_district(session, name) for name in wish.districts),
        wish.facility,
        wish.vehicle,
        wish.plate,
    )
    code = invitations.invite(session, wish.role, wish.name.strip(), _phone(wish.phone), now, area=area)
    days = invitations.VALID.days
    return [f"kode undangan: {code} ({days} hari, satu kali, hanya untuk nomor itu)", *links(code, settings)]


def links(code: str, settings: Settings) -> list[str]:
    """Where the code can be opened by a tap, on each channel that is configured."""
    return invitations.links(code, settings.telegram_name, settings.whatsapp_number)


def end(session: Session, phone: str, now: datetime) -> list[str]:
    """Take all roles from a number; returns the line to print.

    Raises:
        InvitationError: this is no mobile number.
    """
    return [f"{invitations.revoke(session, _phone(phone), now)} peran diakhiri (roles ended)"]


def _phone(written: str) -> str:
    phone = parse_phone(written)
    if phone is None:
        raise InvitationError(f"{written!r} is no Indonesian mobile number")
    return phone


def _village(session: Session, written: str) -> str:
    """A code, or "Sumberoto/Donomulyo"; the kecamatan only where two villages have one name."""
    if session.get(Village, written) is not None:
        return written
    name, _, district = written.partition("/")
    found = places.find_village(session, name.strip(), district.strip() or None)
    if found is None:
        raise InvitationError(f"village {written!r} is unknown or not the only one; write Desa/Kecamatan")
    return found.code


def _district(session: Session, written: str) -> str:
    if session.get(District, written) is not None:
        return written
    rows = select(District.code).where(func.lower(District.name) == written.strip().lower())
    code = session.scalar(rows.order_by(District.code).limit(1))
    if code is None:
        raise InvitationError(f"district {written!r} is unknown")
    return code
