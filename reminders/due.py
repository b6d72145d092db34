"""Reminders whose moment has come: one message a mother and day, after a last look at the record and her wishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from registry import clock
from registry.emergencies import alerts
from registry.messaging import messages
from registry.models import Contact, Reminder
from registry.reminding import hours, reminders
from registry.reminding.plan_facts import settings_on
from registry.reminding.reminder_texts import Words
from registry.reminding.reminders import AddressBook, Owed
from registry.rules import quiet, sending
from registry.rules.plan_values import ReminderSettings
from registry.rules.planned import ESCALATION
from registry.rules.sending import Topic
from reminders.duty import Duty

BUSY = timedelta(minutes=15)  # another mother on the same phone goes first


def next_at(session: Session, after: datetime) -> datetime | None:
    """When the next one falls due; what fell due in the quiet hours waits for their end."""
    hours = settings_on(session, after).quiet_hours
    if quiet.is_quiet(after, hours) and reminders.are_overdue(session, after):
        return quiet.next_allowed(after, hours)
    return reminders.next_due(session, after)


def run(session: Session, now: datetime) -> int:
    """One batch of mothers; returns how many reminders were sent, closed or put off."""
    settings = settings_on(session, now)
    if quiet.is_quiet(now, settings.quiet_hours):
        return 0
    owed = reminders.claim(session, now)
    if not owed:
        return 0
    batch = _Batch(session, settings, owed, now)
    for one in owed:
        batch.settle(one)
    session.flush()
    hours.learn(session, [(one.pregnancy, one.person) for one in owed], settings, now)
    return sum(len(one.rows) for one in owed)


class _Batch:
    """One look at the clock."""

    def __init__(self, session: Session, settings: ReminderSettings, owed: Sequence[Owed], now: datetime) -> None:
        self.session, self.settings, self.now = session, settings, now
        self.today = clock.today(now)
        self.words = Words(session, settings, self.today)
        self.book = AddressBook(session, owed, now)
        self.told: set[str] = set()  # phones of mothers written to in this batch

    def settle(self, owed: Owed) -> None:
        """Each row of hers is sent, closed with a reason, or gets a later moment."""
        rows = [row for row in owed.rows if self._may_go(owed, row)]
        for row in [row for row in rows if row.text == ESCALATION]:
            rows.remove(row)
            self._escalate(owed, row)
        if rows and owed.had_today:
            self._put_off(rows)
        elif rows and self._is_busy(owed):
            for row in rows:
                row.due_at = self.now + BUSY
        elif rows:
            self._send(owed, rows)

    def _may_go(self, owed: Owed, row: Reminder) -> bool:
        one = reminders.as_planned(row)
        why = sending.refusal(one, owed.course, owed.wishes, self.settings, self.today)
        if why is not None:
            reminders.close(row, why)
        return why is None

    def _is_busy(self, owed: Owed) -> bool:
        return owed.waits or (owed.person.phone_index or "") in self.told

    def _put_off(self, rows: Sequence[Reminder]) -> None:
        for row in rows:
            reminders.wait_till_tomorrow(row, self.now)

    def _send(self, owed: Owed, rows: Sequence[Reminder]) -> None:
        by_key = {row.key: row for row in rows}
        topics = sending.topics_of_today([reminders.as_planned(row) for row in rows])
        chosen = [by_key[one.key] for topic in topics for one in topic.about]
        self._put_off([row for row in rows if row not in chosen])
        to_cadre = not owed.wishes.has_phone
        contact = self.book.cadre(owed) if to_cadre else self.book.mother(owed.person)
        if contact is None:
            for row in chosen:
                reminders.close(row, "no_address")
        else:
            self._queue(owed, topics, chosen, contact, to_cadre=to_cadre)

    def _queue(
        self, owed: Owed, topics: Sequence[Topic], chosen: Sequence[Reminder], contact: Contact, *, to_cadre: bool
    ) -> None:  # fmt: skip
        key = chosen[0].key
        with self.session.no_autoflush:  # what was settled before is written together, when the batch is done
            draft = self.words.say(owed, topics, {row.key: row.id for row in chosen}, to_cadre=to_cadre)
            outbox_id = messages.put(
                self.session, contact, draft, kind="reminder", priority=messages.REMINDER, now=self.now, key=key
            ) or reminders.outbox_id_of(self.session, key)
        if outbox_id is None:
            for row in chosen:
                reminders.close(row, "stopped")
            return
        recipient = "cadre" if to_cadre else "mother"
        reminders.mark_sent(chosen, self.now, to=contact.phone, recipient=recipient, outbox_id=outbox_id)
        if not to_cadre and owed.person.phone_index:
            self.told.add(owed.person.phone_index)

    def _escalate(self, owed: Owed, row: Reminder) -> None:
        """Somebody goes and sees: a piece of work, not a message of the day."""
        person = owed.person
        alert = alerts.open_alert(
            self.session, "missed_visit", person=person, contact=None, about=row.visit,
            village_code=person.village_code, now=self.now, inbox_id=None,
        )  # fmt: skip
        to = alert.recipients[0].phone if alert.recipients else None
        reminders.mark_sent([row], self.now, to=to, recipient="cadre", outbox_id=None)


DUE = Duty("reminders", next_at, run)
