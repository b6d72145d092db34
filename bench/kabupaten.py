"""A year of the whole kabupaten on PostgreSQL: 40,000 pregnancies of invented women in the real villages.

Women, their addresses and helpers are made here, sealed one by one; what happened to them is made by the database
(kabupaten.sql), where rows of one kind share a sealed text: nobody reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.orm import Session

from registry import name_index, places, sealing
from registry.db import Database
from registry.figures.service_areas import KABUPATEN
from registry.models import (
    Cadre,
    CadreArea,
    Contact,
    Driver,
    DriverArea,
    JknRecord,
    Person,
    Pregnancy,
    Staff,
    StaffDistrict,
    Village,
)

PREGNANCIES, MESSAGES = 40_000, 2_000_000
PORTION = 4000
YEAR_S = 365 * 86_400
HERE = Path(__file__).resolve().parent
GIVEN = (
    "Siti", "Sri", "Dewi", "Nur", "Rina", "Ani", "Endang", "Wahyu", "Lestari", "Yuni", "Indah", "Ratna", "Fitri", "Eka",
    "Dwi", "Tri", "Umi", "Lilik", "Khusnul", "Binti", "Anis", "Mega", "Intan", "Putri", "Ayu", "Desi", "Erna", "Heni",
    "Ika", "Juwita", "Kartika", "Laila", "Maya", "Nanik", "Ovi", "Puji", "Retno", "Sulis", "Tutik", "Vina", "Wiwik",
)  # fmt: skip
FAMILY = (
    "Aminah", "Rahayu", "Wulandari", "Kusuma", "Handayani", "Susanti", "Astuti", "Lestari", "Puspita", "Hidayah",
    "Fatmawati", "Maulida", "Khoiriyah", "Rohmah", "Utami", "Pratiwi", "Setyowati", "Mulyani", "Safitri", "Anggraini",
    "Damayanti", "Kurniawati", "Permata", "Nurjanah", "Oktavia", "Purwanti", "Rosidah", "Suryani", "Zulaikha",
)  # fmt: skip


def fill(database: Database, now: datetime, pregnancies: int = PREGNANCIES, messages: int = MESSAGES) -> None:
    """Everything, as it is at ``now``."""
    with database.write() as session:
        places.load(session)
        inside = select(Village.code).where(Village.code.startswith(f"{KABUPATEN}."))
        villages = list(session.scalars(inside.order_by(Village.code)))
        _add_helpers(session, villages)
    for start in range(0, pregnancies, PORTION):
        with database.write() as session:
            for table, rows in _women(range(start, min(start + PORTION, pregnancies)), pregnancies, villages, now):
                session.execute(insert(table), rows)
    with database.engine.begin() as connection:
        _fill_year(connection, now, messages)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _add_helpers(session: Session, villages: list[str]) -> None:
    """Two cadres and a driver in each village, two midwives in each district, three officers of Dinkes."""
    for number, code in enumerate(villages):
        for place in range(2):
            cadre = Cadre(**_named(f"Kader {number}", 1_000_000 + number * 2 + place))
            cadre.areas = [CadreArea(village_code=code)]
            session.add(cadre)
        driver = Driver(**_named(f"Sopir {number}", 2_000_000 + number))
        driver.areas = [DriverArea(village_code=code)]
        session.add(driver)
    for number, district in enumerate(2 * sorted({session.get_one(Village, code).district_code for code in villages})):
        staff = Staff(**_named(f"Bidan {number}", 3_000_000 + number), unit="puskesmas")
        staff.districts = [StaffDistrict(district_code=district)]
        session.add(staff)
    session.add_all(Staff(**_named(f"Petugas {number}", 4_000_000 + number), unit="dinkes") for number in range(3))


def _named(name: str, number: int) -> dict[str, str]:
    phone = f"+62813{number:08}"
    return {"name": name, "phone": phone, "phone_index": sealing.index("phone", phone)}


def _women(
    numbers: range, of_all: int, villages: list[str], now: datetime
) -> Iterator[tuple[type, list[dict[str, Any]]]]:
    """Registered at an even pace over the year, six to sixteen weeks pregnant."""
    women = [_woman(number, now - timedelta(seconds=YEAR_S * (1 - number / of_all))) for number in numbers]
    yield (
        Person,
        [woman["person"] | {"village_code": villages[_spread(woman["number"], len(villages))]} for woman in women],
    )
    yield Contact, [woman["contact"] for woman in women]
    yield JknRecord, [woman["jkn"] for woman in women if woman["number"] % 8]
    yield Pregnancy, [_pregnancy(woman["number"], woman["person"]["created_at"], now) for woman in women]


def _spread(number: int, size: int) -> int:
    """Villages differ in size: the square makes the first ones twice as frequent as the last."""
    place = number * 7919 % 10_007 / 10_007
    return int(size * (0.6 * place + 0.4 * place * place))


def _woman(number: int, at: datetime) -> dict[str, Any]:
    phone, nik = f"+62812{number:08}", f"3507{number:012}"
    index = sealing.index("phone", phone)
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // 7 % len(FAMILY)]}"
    nik_index = sealing.index("nik", nik)
    return {
        "number": number,
        "person": {
            "id": number + 1, "code": f"M-{_letters(number)}", "nik": nik, "nik_index": nik_index, "name": name,
            "name_index": name_index.of(name), "phone": phone, "phone_index": index, "regency": "Kabupaten Malang",
            "created_at": at, "consent": "given", "agreed": ["chat", "reminders", "sharing"],
        },
        "contact": {
            "id": number + 1, "uid": f"bench{number:019}", "channel": "whatsapp", "address": phone, "phone": phone,
            "address_index": sealing.index("address", phone), "phone_index": index, "created_at": at,
            "last_wrote_at": at + timedelta(hours=number % 48),
        },
        "jkn": {"nik_index": nik_index, "segment": "PBI_JK", "active": number % 4 != 0, "checked_on": at.date()},
    }  # fmt: skip


def _letters(number: int) -> str:
    """A code of four signs that is nobody else's."""
    signs, found = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", ""
    for _ in range(4):
        number, place = divmod(number, len(signs))
        found = signs[place] + found
    return found


def _pregnancy(number: int, opened_at: datetime, now: datetime) -> dict[str, Any]:
    hpht = opened_at.date() - timedelta(days=42 + number * 31 % 70)
    born_at = opened_at + (hpht + timedelta(days=266 + number % 21) - opened_at.date())
    lost_at = opened_at + timedelta(days=30)
    status, closed_at = ("delivered", born_at) if born_at < now else ("active", None)
    if number % 33 == 0 and lost_at < now:
        status, closed_at = "miscarriage", lost_at
    return {
        "id": number + 1, "person_id": number + 1, "hpht": hpht, "hpl": hpht + timedelta(days=280), "status": status,
        "opened_at": opened_at, "closed_at": closed_at, "risks": ["anaemia"] if number % 6 == 0 else [],
        "dated_by": "lmp", "dated_from": "mother",
    }  # fmt: skip


def _fill_year(connection: Connection, now: datetime, messages: int) -> None:
    """What happened, without the indexes, which are built afterwards: that is much quicker."""
    for setting in (
        "synchronous_commit = off",
        "session_replication_role = replica",
        "work_mem = '128MB'",
        "maintenance_work_mem = '256MB'",
    ):
        connection.execute(text(f"SET LOCAL {setting}"))
    connection.execute(
        text(
            "CREATE TEMP TABLE woman AS SELECT p.id, p.village_code, p.created_at, c.id AS contact_id,"
            " g.id AS pregnancy_id, g.closed_at FROM person p JOIN contact c ON c.phone_index = p.phone_index"
            " JOIN pregnancy g ON g.person_id = p.id"
        )
    )
    indexes = _drop_indexes(connection)
    seal = sealing.current().seal
    values = {
        "now": now, "messages": messages, "sealed": seal("Halo Ibu, ini hanya ukuran kecepatan. " * 4),
        "phone": seal("+628130000001"),
        "sealed_json": seal(json.dumps({"kind": "message", "text": "nggih bu", "intent": "inform"})),
    }  # fmt: skip
    for statement in (HERE / "kabupaten.sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            asked = text(statement)
            connection.execute(asked, {name: values[name] for name in asked.compile().params})
    for statement in indexes:
        connection.exec_driver_sql(statement)


def _drop_indexes(connection: Connection) -> list[str]:
    """Those of the large tables that are no constraint; returns how to make them again."""
    rows = connection.execute(
        text(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i"
            " WHERE i.tablename IN ('outbox', 'inbox', 'reminder', 'visit', 'audit', 'broadcast_recipient')"
            " AND i.indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
    ).all()
    for name, _ in rows:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    return [definition for _, definition in rows]
