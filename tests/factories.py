"""Rows that are valid by default, one plain function each; a test says only what it is about.

Everybody here is invented: NIK serials begin with 90, phones with +62812000.
"""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from registry import sealing
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import (
    Cadre,
    CadreArea,
    CivilRecord,
    Contact,
    Driver,
    DriverArea,
    InboxMessage,
    JknRecord,
    OutboxMessage,
    Person,
    Pregnancy,
    Staff,
    StaffDistrict,
    WelfareRecord,
)
from registry.persons import people
from registry.persons.people import Speaker
from tests.conftest import NOW

Row = TypeVar("Row")

SUMBEROTO = "35.07.01.2008"
"""A desa of Kecamatan Donomulyo."""
BANJAREJO = "35.07.01.2002"
"""Another desa of Donomulyo; three other districts have one of this name."""
KETAWANG = "35.07.10.2011"
"""A desa of Kecamatan Gondanglegi."""
DONOMULYO, GONDANGLEGI = "35.07.01", "35.07.10"
TLOGOWARU = "35.73.03.1012"
"""A kelurahan of Kota Malang."""
SISIR = "35.79.01.1004"
"""A kelurahan of Kota Batu."""
BORN_ON = date(1998, 3, 5)
_numbers = itertools.count(1)


def make_nik(born_on: date = BORN_ON, *, woman: bool = True, serial: int | None = None) -> str:
    """A NIK of the right form that nobody has."""
    day = born_on.day + (40 if woman else 0)
    number = next(_numbers) % 1000 if serial is None else serial
    return f"350701{day:02}{born_on:%m%y}9{number:03}"


def make_phone() -> str:
    """A number that nobody has."""
    return f"+62812000{next(_numbers):05}"


def contact(session: Session, phone: str | None = None, *, channel: str = "whatsapp", **values: Any) -> Contact:
    """An address whose phone the channel has proved."""
    number = phone or make_phone()
    found = people.keep_contact(session, channel, number, number, NOW)
    for name, value in values.items():
        setattr(found, name, value)
    session.flush()
    return found


def unproved(session: Session, address: str = "tg-901") -> Contact:
    """An address on Telegram of someone who has not shared her number."""
    return people.keep_contact(session, "telegram", address, None, NOW)


def person(session: Session, **values: Any) -> Person:
    """A registered mother of Sumberoto with consent."""
    columns: dict[str, Any] = {
        "nik": make_nik(values.get("born_on") or BORN_ON),
        "name": "Siti Aminah",
        "born_on": BORN_ON,
        "phone": make_phone(),
        "village_code": SUMBEROTO,
        "village_name": "Sumberoto",
        "regency": "Kabupaten Malang",
        "consent": "given",
        "created_at": NOW,
    } | values
    for name in ("nik", "phone", "family_card"):
        if columns.get(name):
            columns[f"{name}_index"] = sealing.index(name, columns[name])
    return _kept(session, Person(**columns))


def pregnancy(session: Session, mother: Person, **values: Any) -> Pregnancy:
    """Her active pregnancy of 27 weeks."""
    columns: dict[str, Any] = {
        "hpht": NOW.date() - timedelta(weeks=27),
        "hpl": NOW.date() + timedelta(weeks=13),
        "gpa": "G2P1A0",
        "opened_at": NOW,
    } | values
    return _kept(session, Pregnancy(person_id=mother.id, **columns))


def cadre(session: Session, *villages: str, **values: Any) -> Cadre:
    """An active cadre of Sumberoto, or of the villages given."""
    made = Cadre(**_helper("Sri Hartini", values))
    made.areas = [CadreArea(village_code=code) for code in villages or (SUMBEROTO,)]
    return _kept(session, made)


def staff(session: Session, *districts: str, unit: str = "puskesmas", **values: Any) -> Staff:
    """A midwife of Puskesmas Donomulyo, or an officer of Dinkes."""
    name = "Ana Lestari" if unit == "puskesmas" else "Budi Santosa"
    made = Staff(**_helper(name, values), unit=unit)
    if unit == "puskesmas":
        made.districts = [StaffDistrict(district_code=code) for code in districts or (DONOMULYO,)]
    return _kept(session, made)


def driver(session: Session, *villages: str, **values: Any) -> Driver:
    """A driver on duty who serves Sumberoto."""
    made = Driver(**_helper("Joko Susilo", values))
    made.areas = [DriverArea(village_code=code) for code in villages or (SUMBEROTO,)]
    return _kept(session, made)


def _helper(name: str, values: dict[str, Any]) -> dict[str, Any]:
    columns = {"name": name, "phone": make_phone()} | values
    return columns | {"phone_index": sealing.index("phone", columns["phone"])}


def reachable(session: Session, *helpers: Cadre | Staff | Driver | Person) -> None:
    """Let these have written to the bot before, so that it can write to them."""
    for helper in helpers:
        contact(session, helper.phone)


def civil_record(session: Session, nik: str, **values: Any) -> CivilRecord:
    """What Dukcapil has of a woman of Sumberoto."""
    columns: dict[str, Any] = {
        "name": "Siti Aminah",
        "sex": "F",
        "born_on": BORN_ON,
        "village_code": SUMBEROTO,
        "regency": "Kabupaten Malang",
    } | values
    return _kept(session, CivilRecord(nik=nik, nik_index=sealing.index("nik", nik), **columns))


def jkn_record(session: Session, nik: str, **values: Any) -> JknRecord:
    """An active membership paid by the state, checked a week ago."""
    columns: dict[str, Any] = {
        "segment": "PBI_JK",
        "active": True,
        "ward_class": 3,
        "checked_on": NOW.date() - timedelta(days=7),
    } | values
    return _kept(session, JknRecord(nik_index=sealing.index("nik", nik), **columns))


def welfare_record(session: Session, nik: str, **values: Any) -> WelfareRecord:
    """A family in decile 2 of DTSEN."""
    columns: dict[str, Any] = {"listed": True, "decile": 2} | values
    return _kept(session, WelfareRecord(nik_index=sealing.index("nik", nik), **columns))


def inbox_message(
    session: Session, sender: Contact, text: str = "halo", *, external_id: str | None = None, priority: int = 1,
    now: datetime = NOW,
) -> InboxMessage:  # fmt: skip
    """A message that waits to be understood."""
    row = messages.receive(
        session,
        sender,
        external_id=external_id or f"in-{next(_numbers)}",
        content={"kind": "message", "text": text},
        priority=priority,
        now=now,
        wall=now,
    )
    if row is None:
        raise ValueError("this external id was received before")
    return row


def outbox_message(
    session: Session, to: Contact, text: str = "baik, bu", *, kind: messages.Kind = "reply",
    priority: int = messages.ANSWER, now: datetime = NOW, **more: Any,
) -> OutboxMessage:  # fmt: skip
    """A message that waits to be sent."""
    if not messages.queue(session, to, Draft(text), kind=kind, priority=priority, now=now, **more):
        raise ValueError("the queue refused it")
    return session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1).one()


def speaker_of(session: Session, phone: str) -> Speaker:
    """Whoever writes from this phone."""
    return people.speaker(session, contact(session, phone))


def _kept(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
