"""How soon 200 mothers in danger are answered, and their helpers called, while 20,000 broadcasts are going out.

The product's inbox with its danger gate and its outbox, in one process; Rasa is away and the provider takes 50 ms.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from bench.databases import add_contacts, fill_outbox, opened, postgres_url, sqlite_url
from bench.figures import Figures, quantile, show
from bot.channel import Channel, Delivery, Inbound, Outbound
from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.understanding import NotUnderstoodError, Rasa, Understanding
from registry import places, sealing
from registry.db import Database
from registry.models import Alert, Cadre, CadreArea, OutboxMessage, Person, Staff, StaffDistrict, Village
from registry.persons import people

MOTHERS, WITHIN_S = 200, 20.0  # three times as many a second as promised
BEHIND, READERS = 20_000, 4000
RATE, DELAY_S = 80.0, 0.05
PLACES = 20  # villages with a cadre and a midwife each
BULK = 2  # behaves as a broadcast in the bucket, and the quiet hours leave it alone: the figure holds at night too
PATIENCE_S = 30.0
CHANNEL = "whatsapp"
ANSWERED = {"sqlite": "alerts.sqlite_answered_p99_s", "postgres": "alerts.postgres_answered_p99_s"}
SAID = "tolong bu keluar darah banyak dari jalan lahir"


@dataclass(frozen=True)
class Times:
    """Seconds from the moment a mother wrote: until her answer was out, and until a helper's alert was."""

    answered: list[float]
    routed: list[float]


class NoRasa(Rasa):
    """Away, as on a bad day."""

    def __init__(self) -> None:
        super().__init__(httpx.AsyncClient(), "http://127.0.0.1:9", "", 0.1)

    async def understand(self, sender: str, text: str, metadata: dict[str, object]) -> Understanding:
        """Never."""
        raise NotUnderstoodError("away")


class Phones(Channel):
    """Takes every message after a while and writes down when the first one to each phone was there."""

    name = CHANNEL

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self.came: list[tuple[str, str, float]] = []

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Nobody posts here."""
        return False

    def receive(self, body: bytes) -> list[Inbound]:
        """Nobody posts here."""
        return []

    async def send(self, message: Outbound) -> Delivery:
        """Take it."""
        await asyncio.sleep(self._delay_s)
        self.came.append((message.to, message.text, time.perf_counter()))
        return Delivery((f"x{len(self.came)}",))


def measure(
    mothers: int = MOTHERS, behind: int = BEHIND, readers: int = READERS, within_s: float = WITHIN_S
) -> Figures:
    """The worse of both kinds of database counts."""
    figures: Figures = {}
    worst: list[Times] = []
    for name, open_url in (("sqlite", sqlite_url), ("postgres", postgres_url)):
        with open_url() as url, opened(url) as database:
            written = fill(database, mothers, behind, readers)
            times = asyncio.run(alarm(database, written, within_s))
        worst.append(times)
        figures[ANSWERED[name]] = quantile(times.answered, 0.99)
    figures["alerts.answered_p99_s"] = max(quantile(times.answered, 0.99) for times in worst)
    figures["alerts.routed_p99_s"] = max(quantile(times.routed, 0.99) for times in worst)
    return figures


def fill(database: Database, mothers: int, behind: int, readers: int) -> list[str]:
    """Mothers with their helpers, and the broadcasts that wait; the phones of the mothers."""
    now = datetime.now(UTC)
    with database.write() as session:
        places.load(session)
        villages = list(session.scalars(select(Village).order_by(Village.code).limit(PLACES)))
        for number, village in enumerate(villages):
            _helpers(session, village, number, now)
        rows = [_mother(number, villages[number % len(villages)], now) for number in range(mothers)]
        session.execute(insert(Person), rows)
    fill_outbox(database, add_contacts(database, readers, now, CHANNEL), behind, now, CHANNEL, BULK)
    return [str(row["phone"]) for row in rows]


def _helpers(session: Session, village: Village, number: int, now: datetime) -> None:
    cadre, midwife = f"+62897{number:07d}", f"+62896{number:07d}"
    session.add(
        Cadre(
            name="Kader", phone=cadre, phone_index=sealing.index("phone", cadre),
            areas=[CadreArea(village_code=village.code)],
        )
    )  # fmt: skip
    session.add(
        Staff(
            name="Bidan", phone=midwife, phone_index=sealing.index("phone", midwife), unit="puskesmas",
            districts=[StaffDistrict(district_code=village.district_code)],
        )
    )  # fmt: skip
    for phone in (cadre, midwife):
        people.keep_contact(session, CHANNEL, phone, phone, now).last_wrote_at = now


def _mother(number: int, village: Village, now: datetime) -> dict[str, object]:
    phone = f"+62898{number:07d}"
    return {
        "name": f"Ibu {number}", "phone": phone, "phone_index": sealing.index("phone", phone),
        "village_code": village.code, "consent": "given", "registered": True, "created_at": now,
    }  # fmt: skip


async def alarm(database: Database, written: list[str], within_s: float) -> Times:
    """Everybody writes, evenly spread over the time; when every answer and every alert is out.

    Raises:
        RuntimeError: somebody was not answered, or nobody was called to help her.
    """
    phones = Phones(DELAY_S)
    outbox = Outbox(database, lambda _row: phones, {CHANNEL: RATE})
    inbox = Inbox(database, NoRasa(), outbox.wake.set)
    began: dict[str, float] = {}
    working = [asyncio.ensure_future(work) for work in (inbox.run(), outbox.run())]
    try:
        for number, phone in enumerate(written):
            await asyncio.sleep(within_s / len(written))
            began[phone] = time.perf_counter()
            await inbox.store([Inbound(CHANNEL, f"alarm-{number}", phone, datetime.now(UTC), text=SAID, phone=phone)])
        await _all_out(database, phones, began)
    finally:
        for work in working:
            work.cancel()
        await asyncio.gather(*working, return_exceptions=True)
    return _times(database, phones, began)


async def _all_out(database: Database, phones: Phones, began: Mapping[str, float]) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        waiting = set(began) - {phone for phone, _, _ in phones.came}
        if not waiting and not await asyncio.to_thread(_is_left, database):
            return
        await asyncio.sleep(0.1)


def _is_left(database: Database) -> bool:
    """Whether an alert still waits to be sent."""
    with database.read() as session:
        rows = select(OutboxMessage.id).where(OutboxMessage.kind == "alert", OutboxMessage.status != "sent")
        return session.scalar(rows.limit(1)) is not None


def _times(database: Database, phones: Phones, began: Mapping[str, float]) -> Times:
    first: dict[str, float] = {}
    for phone, _, at in phones.came:
        first.setdefault(phone, at)
    with database.read() as session:
        alerts = list(session.scalars(select(Alert).options(selectinload(Alert.recipients))))
    called = {alert.phone: [one.phone for one in alert.recipients] for alert in alerts}
    missing = [phone for phone in began if phone not in first or not called.get(phone)]
    if missing or len(alerts) != len(began):
        raise RuntimeError(f"{len(missing)} of {len(began)} not answered or not routed, {len(alerts)} alerts")
    routed = []
    for number, helpers in ((str(phone), phones_called) for phone, phones_called in called.items()):
        told = [at for to, text, at in phones.came if to in helpers and number in text]
        if len(told) < len(helpers):
            raise RuntimeError("an alert did not reach a helper")
        routed.append(max(told) - began[number])
    return Times([first[phone] - at for phone, at in began.items()], routed)


if __name__ == "__main__":
    show(measure())
