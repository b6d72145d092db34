"""Talks that a person must answer: asked for, promised, taken, answered, given back to the bot.

``registry.rules.talk`` decides; while an officer has the talk the bot is silent but for danger. The record calls it
``handoff``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlu.language.long_numbers import hide, hide_cards
from nlu.language.normalise import clean
from registry import audit, clock, days, holidays, programme, sealing, texts
from registry.emergencies import concerns
from registry.emergencies.concerns import Concern
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Contact, Handoff, Staff
from registry.persons import people, rosters
from registry.persons.people import Speaker
from registry.persons.rosters import OnDuty, Roster
from registry.places import village_label
from registry.rules import talk as rules
from registry.rules.alert_pace import Role as OnDutyRole
from registry.rules.machine import Decision, Duty, TimePassed
from registry.rules.office_hours import OfficeHours
from registry.rules.talk import Asked, Closed, Role, SheWrote, StaffWrote, Status, Taken, Talk, Task

AFTER_THE_ANSWER = 2  # priority: behind what answers her message, before everything that can wait
PATIENCE = timedelta(days=7)  # then she is told that nobody came; the talk stays open for officers
LONGEST_WORDS = 500  # of hers, in a push to the officer; the console has all of it
NOBODY = 0


def open_handoff(session: Session, speaker: Speaker, reason: str, now: datetime, inbox_id: int | None) -> Handoff:
    """Ask staff to answer this contact; one open talk at a time."""
    contact = speaker.contact
    people.hold(session, contact)
    row = current_handoff(session, contact)
    hours = _hours(session, now)
    if row is not None:
        _carry_out(session, row, rules.step(_state(session, row), Asked(), now, hours), now, inbox_id)
        return row
    row = Handoff(contact_id=contact.id, reason=reason, at=now)
    session.add(row)
    session.flush()
    _carry_out(session, row, rules.start(now, hours), now, inbox_id)
    audit.note(session, now, "talk_opened", contact_id=contact.id, subject=f"talk:{row.id}", reason=reason)
    return row


def current_handoff(session: Session, contact: Contact) -> Handoff | None:
    """The talk of this contact that is open or taken."""
    rows = select(Handoff).where(Handoff.contact_id == contact.id, Handoff.status != "closed")
    return session.scalar(rows.order_by(Handoff.id.desc()).limit(1))


def is_owned(session: Session, contact: Contact) -> bool:
    """Whether an officer is talking with her now, so that the bot must be silent."""
    row = current_handoff(session, contact)
    return row is not None and row.status == "taken"


def hear(session: Session, contact: Contact, text: str, now: datetime, inbox_id: int | None) -> bool:
    """She wrote: while an officer has the talk the words go there and the bot keeps silent (True)."""
    row = current_handoff(session, contact)
    if row is None or row.status != "taken":
        return False
    decision = rules.step(_state(session, row), SheWrote(), now, _hours(session, now))
    _carry_out(session, row, decision, now, inbox_id, words=text)
    return True


def take(session: Session, contact: Contact, owner: str, now: datetime) -> Decision[Talk] | None:
    """An officer takes the talk without a word yet; None when there is none."""
    row = current_handoff(session, contact)
    if row is None:
        return None
    decision = rules.step(_state(session, row), Taken(_ref(session, owner)), now, _hours(session, now))
    return _carry_out(session, row, decision, now, None, owner=owner)


def reply(session: Session, contact: Contact, owner: str, text: str, now: datetime) -> None:
    """An officer answers; this takes the talk over when nobody has."""
    row = current_handoff(session, contact)
    if row is None:
        row = Handoff(contact_id=contact.id, reason="staff", at=now)
        session.add(row)
        session.flush()
    text = hide_cards(text)
    draft = Draft(text, template="staff_reply", values=(text,))
    messages.queue(session, contact, draft, kind="staff", priority=messages.ANSWER, now=now)
    decision = rules.step(_state(session, row), StaffWrote(_ref(session, owner)), now, _hours(session, now))
    _carry_out(session, row, decision, now, None, owner=owner)


def close(session: Session, contact: Contact, now: datetime) -> None:
    """The officer is done; the bot answers again."""
    row = current_handoff(session, contact)
    if row is not None:
        decision = rules.step(_state(session, row), Closed(), now, _hours(session, now))
        _carry_out(session, row, decision, now, None, by_officer=True)


def look(session: Session, row: Handoff, now: datetime) -> None:
    """The clock: tell her when, remind the office, call Dinkes, give a silent talk back to the bot."""
    session.refresh(row, with_for_update=True)
    owner = row.owner
    if row.status == "open" and now >= (row.waiting_since or row.at) + PATIENCE:
        _give_up(session, row, now)
        return
    decision = rules.step(_state(session, row), TimePassed(), now, _hours(session, now))
    _carry_out(session, row, decision, now, None)
    if owner is not None and decision.case.status is not Status.TAKEN:
        contact = people.contact_for_phone(session, owner)
        if contact is not None:
            name = _names(session, row, now)["name"]
            _push(session, row, contact, texts.say("talk_back_owner", name=name), "back", now, None)


def due(session: Session, now: datetime, limit: int) -> list[Handoff]:
    """Talks that the clock must look at, the longest overdue first."""
    rows = select(Handoff).where(Handoff.next_step_at <= now).order_by(Handoff.next_step_at, Handoff.id).limit(limit)
    return list(session.scalars(rows))


def next_due(session: Session, after: datetime) -> datetime | None:
    """The first moment after ``after`` at which there is a talk to look at."""
    return session.scalar(select(func.min(Handoff.next_step_at)).where(Handoff.next_step_at > after))


def in_words(moment: datetime, now: datetime) -> str:
    """When somebody answers: "besok jam 07.30"."""
    at, today = moment.astimezone(clock.JAKARTA), clock.today(now)
    hour = days.hour(at.time())
    if at.date() == today:
        return texts.say("talk_today", hour=hour).text
    if at.date() == today + timedelta(days=1):
        return texts.say("talk_tomorrow", hour=hour).text
    return texts.say("talk_day", day=days.in_words(at.date()), hour=hour).text


def _hours(session: Session, now: datetime) -> OfficeHours:
    today = clock.today(now)
    return programme.office_hours(session, today, holidays.around(today))


def _state(session: Session, row: Handoff) -> Talk:
    status = Status(row.status or "open")
    return Talk(
        at=row.at,
        status=status,
        waiting_since=row.waiting_since,
        owner=_ref(session, row.owner) if row.owner and status is Status.TAKEN else None,
        answer_at=row.answer_at,
        tell_at=row.tell_at,
        to_dinkes_at=row.to_dinkes_at,
        last_word_at=row.last_reply_at,
        her_word=row.her_word if row.her_word is not None else True,
        closed_at=row.closed_at,
    )


def _ref(session: Session, phone: str) -> int:
    """The officer behind a phone as the rules know her; whoever is not on the roster is nobody in particular."""
    return session.scalar(select(Staff.id).where(Staff.phone_index == sealing.index("phone", phone))) or NOBODY


def _carry_out(
    session: Session, row: Handoff, decision: Decision[Talk], now: datetime, inbox_id: int | None, *,
    owner: str | None = None, words: str = "", by_officer: bool = False,
) -> Decision[Talk]:  # fmt: skip
    state = decision.case
    if state.status is Status.TAKEN and row.status != "taken":
        row.owner, row.taken_at = owner, now
    elif state.status is Status.OPEN:
        row.owner = None
    row.status, row.waiting_since, row.answer_at = state.status.value, state.waiting_since, state.answer_at
    row.tell_at, row.to_dinkes_at, row.her_word = state.tell_at, state.to_dinkes_at, state.her_word
    row.last_reply_at, row.closed_at = state.last_word_at, state.closed_at
    row.next_step_at = rules.due_at(state)
    for duty in decision.duties:
        _do(session, row, duty, now, inbox_id, words=words, by_officer=by_officer)
    session.flush()
    return decision


def _do(
    session: Session, row: Handoff, duty: Duty, now: datetime, inbox_id: int | None, *, words: str, by_officer: bool
) -> None:
    contact = session.get_one(Contact, row.contact_id)
    task = Task(duty.task)
    if task is Task.TELL_WHEN:
        when = in_words(row.answer_at or now, now)
        _tell_her(session, row, contact, "talk_when", now, inbox_id, when=when)
    elif task is Task.TELL_BACK:
        _tell_back(session, row, contact, now, by_officer=by_officer)
    elif task is Task.TELL_TAKEN and duty.to == Role.MOTHER:
        _tell_her(session, row, contact, "talk_taken_her", now, inbox_id)
    elif task is Task.TELL_TAKEN:
        _tell_office_taken(session, row, now, inbox_id)
    elif task is Task.HER_WORDS:
        _pass_on(session, row, words, now, inbox_id)
    else:
        _call_office(session, row, task, now, inbox_id)


def _tell_her(
    session: Session, row: Handoff, contact: Contact, name: str, now: datetime, inbox_id: int | None, **values: str
) -> None:
    key = f"talk:{row.id}:{name}:{int(now.timestamp())}:{inbox_id or ''}"
    messages.queue(
        session, contact, texts.say(name, **values), kind="reply", priority=AFTER_THE_ANSWER, now=now, key=key,
        inbox_id=inbox_id,
    )  # fmt: skip


def _tell_back(session: Session, row: Handoff, contact: Contact, now: datetime, *, by_officer: bool) -> None:
    """Closing is an officer's act and told at once; that it has become silent can wait for the morning."""
    messages.queue(
        session, contact, texts.say("talk_back"), kind="staff" if by_officer else "confirmation",
        priority=AFTER_THE_ANSWER if by_officer else messages.REMINDER, now=now,
        key=f"talk:{row.id}:back:{int(now.timestamp())}",
    )  # fmt: skip


def _tell_office_taken(session: Session, row: Handoff, now: datetime, inbox_id: int | None) -> None:
    index = sealing.index("phone", row.owner or "")
    name = rosters.names_of(session, [index]).get(index, texts.phrase("alert_role_puskesmas"))
    draft = texts.say("talk_taken", name=_names(session, row, now)["name"], owner=name)
    for one in _office(session, row, now):
        if one.index != index:
            _push(session, row, one.contact, draft, "taken", now, inbox_id)


def _pass_on(session: Session, row: Handoff, words: str, now: datetime, inbox_id: int | None) -> None:
    contact = people.contact_for_phone(session, row.owner or "")
    said = hide(clean(words))[:LONGEST_WORDS]
    if contact is not None and said:
        draft = texts.say("talk_her_words", name=_names(session, row, now)["name"], text=said)
        _push(session, row, contact, draft, f"words:{inbox_id or int(now.timestamp())}", now, inbox_id)


def _call_office(session: Session, row: Handoff, task: Task, now: datetime, inbox_id: int | None) -> None:
    name = {Task.REMIND: "talk_still_waiting", Task.ESCALATE: "talk_escalated"}.get(task, "handoff_waiting")
    facts = _names(session, row, now)
    since = in_words(row.waiting_since or row.at, now)
    draft = texts.say(name, **facts, since=since)
    wanted = _dinkes(session, row) if task is Task.ESCALATE else _office(session, row, now)
    for one in wanted:
        _push(session, row, one.contact, draft, task.value, now, inbox_id)


def _push(
    session: Session, row: Handoff, contact: Contact, draft: Draft, reason: str, now: datetime, inbox_id: int | None
) -> None:
    key = f"talk:{row.id}:{reason}:{int(now.timestamp())}:{contact.id}"
    messages.queue(
        session, contact, draft, kind="alert", priority=messages.REMINDER, now=now, key=key, inbox_id=inbox_id
    )


def _concern(session: Session, row: Handoff, now: datetime) -> Concern:
    return concerns.concern_of(session, people.speaker(session, session.get_one(Contact, row.contact_id)), now)


def _names(session: Session, row: Handoff, now: datetime) -> dict[str, str]:
    contact, concern = session.get_one(Contact, row.contact_id), _concern(session, row, now)
    return {
        "reason": texts.phrase(f"reason_{row.reason}", texts.phrase("reason_other")),
        "name": (concern.person.name if concern.person else None) or texts.phrase("phrase_not_registered"),
        "village": village_label(session, concern.village_code) or texts.phrase("phrase_village_unknown"),
        "phone": contact.phone or texts.phrase("phrase_phone_unknown"),
    }


def _roster(session: Session, row: Handoff, now: datetime) -> Roster:
    contact = session.get_one(Contact, row.contact_id)
    return rosters.roster_of(session, _concern(session, row, now).village_code, contact.phone_index, now=now)


def _office(session: Session, row: Handoff, now: datetime) -> Iterable[OnDuty]:
    """Her puskesmas; Dinkes when nobody there can be reached."""
    roster = _roster(session, row, now)
    return roster.puskesmas or roster.dinkes


def _dinkes(session: Session, row: Handoff) -> Iterable[OnDuty]:
    contact = session.get_one(Contact, row.contact_id)
    return rosters.roster_of(session, None, contact.phone_index).of(OnDutyRole.DINKES)


def _give_up(session: Session, row: Handoff, now: datetime) -> None:
    """Nobody has answered for a week: she is told so, Dinkes once more; officers may still answer."""
    contact = session.get_one(Contact, row.contact_id)
    _tell_her(session, row, contact, "talk_no_answer", now, None)
    _call_office(session, row, Task.ESCALATE, now, None)
    row.next_step_at = None
    session.flush()
