"""How long it takes to find a NIK among all mothers' register entries and to decide what pays for her delivery."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

from sqlalchemy import insert

from bench.databases import PORTION, opened, sqlite_url
from bench.figures import Figures, quantile, show
from registry import places, sealing
from registry.db import Database
from registry.models import CivilRecord, JknRecord, WelfareRecord
from registry.pregnancies import entitlement

ENTRIES, LOOKUPS = 40_000, 2000  # about one year's pregnancies in the kabupaten
SEGMENTS = ("PBI_JK", "PBPU_PEMDA", "PBPU", "PPU", "NONE")


def measure(entries: int = ENTRIES, lookups: int = LOOKUPS) -> Figures:
    """A new session for each question, as an action has it."""
    with sqlite_url() as url, opened(url) as database:
        fill(database, entries)
        now = datetime.now(UTC)
        spent = [timed(database, nik(number * 7919 % entries), now) for number in range(lookups)]
    return {"lookup.p50_ms": quantile(spent, 0.5) * 1000, "lookup.p99_ms": quantile(spent, 0.99) * 1000}


def timed(database: Database, number: str, now: datetime) -> float:
    """Seconds of one decision.

    Raises:
        RuntimeError: it found nobody, so it did not do the work.
    """
    began = time.perf_counter()
    with database.read() as session:
        decision = entitlement.decide(session, number, now)
    spent = time.perf_counter() - began
    if "identity_not_found" in decision.reasons:
        raise RuntimeError("the NIK was not found")
    return spent


def nik(number: int) -> str:
    """A synthetic NIK of a woman born on 5 January 1990 or later, in the order of the numbers."""
    day, serial = divmod(number, 9999)
    return f"350701{45 + day % 27:02d}0190{serial + 1:04d}"


def fill(database: Database, entries: int) -> None:
    """So many women in the civil, the insurance and the welfare register."""
    with database.write() as session:
        places.load(session)
    for start in range(0, entries, PORTION):
        numbers = range(start, min(start + PORTION, entries))
        with database.write() as session:
            for table, rows in _registers(numbers):
                session.execute(insert(table), rows)


def _registers(numbers: range) -> Iterator[tuple[type, list[dict[str, object]]]]:
    keys = {number: sealing.index("nik", nik(number)) for number in numbers}
    born, checked = date(1990, 1, 5), datetime.now(UTC).date()
    yield CivilRecord, [
        {
            "nik_index": key, "nik": nik(number), "name": f"Ibu {number}", "sex": "F", "born_on": born,
            "regency": "Kabupaten Malang",
        }
        for number, key in keys.items()
    ]  # fmt: skip
    yield (
        JknRecord,
        [
            {"nik_index": key, "segment": SEGMENTS[number % 5], "active": number % 2 == 0, "checked_on": checked}
            for number, key in keys.items()
        ],
    )
    yield (
        WelfareRecord,
        [
            {"nik_index": key, "listed": True, "decile": number % 10 + 1, "dtks": number % 3 == 0}
            for number, key in keys.items()
        ],
    )


if __name__ == "__main__":
    show(measure())
