"""A tracker store that does not grow: slots, the open form and the last turns, sealed, one row a conversation.

Rasa's own stores keep every event for ever and replay them at each turn, so a long conversation becomes slow. Rules
look back a turn or two; everything older is folded into the slot values it left behind.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any, Iterable, List, Optional, Text

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker

from registry.sealing import Sealer

KEPT_TURNS = 3
TABLE = sa.Table(
    "conversation",
    sa.MetaData(),
    sa.Column("sender", sa.String, primary_key=True),
    sa.Column("tracker", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False),
)


class CompactTrackerStore(TrackerStore):
    """Reads and writes the table ``conversation`` in a database of its own, sealed with a key of its own."""

    def __init__(
        self,
        domain: Optional[Domain] = None,
        event_broker: Optional[EventBroker] = None,
        host: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self.sealer = Sealer(bytes.fromhex(os.environ["KAWAL_CONVERSATIONS_KEY"]))
        self.engine = _open(os.environ["KAWAL_CONVERSATIONS_URL"])
        TABLE.create(self.engine, checkfirst=True)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep what the next turn needs."""
        await self.stream_events(tracker)
        dialogue = [event.as_dict() for event in compact(tracker, self.domain)]
        sealed = self.sealer.seal(json.dumps(dialogue, ensure_ascii=False))
        await asyncio.get_running_loop().run_in_executor(None, self._write, tracker.sender_id, sealed)

    async def retrieve(self, sender_id: Text) -> Optional[DialogueStateTracker]:
        """The conversation as far as it is kept."""
        sealed = await asyncio.get_running_loop().run_in_executor(None, self._read, sender_id)
        if sealed is None:
            return None
        events = deserialise_events(json.loads(self.sealer.open(bytes(sealed))))
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain)

    async def retrieve_full_tracker(self, conversation_id: Text) -> Optional[DialogueStateTracker]:
        """The same: there is no more than that."""
        return await self.retrieve(conversation_id)

    async def keys(self) -> Iterable[Text]:
        """All conversations."""
        with self.engine.connect() as connection:
            return [row[0] for row in connection.execute(sa.select(TABLE.c.sender))]

    def _read(self, sender: Text) -> Optional[bytes]:
        with self.engine.connect() as connection:
            return connection.execute(sa.select(TABLE.c.tracker).where(TABLE.c.sender == sender)).scalar()

    def _write(self, sender: Text, sealed: bytes) -> None:
        values = {"tracker": sealed, "updated_at": time.time()}
        with self.engine.begin() as connection:
            changed = connection.execute(sa.update(TABLE).where(TABLE.c.sender == sender).values(**values))
            if changed.rowcount == 0:
                connection.execute(sa.insert(TABLE).values(sender=sender, **values))


def compact(tracker: DialogueStateTracker, domain: Domain) -> List[Event]:
    """The events of the last turns, behind the slot values and the form that the dropped ones had left."""
    events = list(tracker.events)
    turns = [number for number, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= KEPT_TURNS:
        return events
    cut = turns[-KEPT_TURNS]
    before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut], domain.slots, domain=domain)
    folded: List[Event] = [
        SlotSet(name, slot.value) for name, slot in before.slots.items() if slot.value != slot.initial_value
    ]
    if before.active_loop_name:
        folded.append(ActiveLoop(before.active_loop_name))
    return [*folded, ActionExecuted("action_listen"), *events[cut:]]


def _open(url: Text) -> sa.engine.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url.replace("postgresql+psycopg:", "postgresql+psycopg2:"), pool_pre_ping=True)
    return sa.create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
