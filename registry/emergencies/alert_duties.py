"""Carrying out what a step of an alert asks for: whom to call, whom to tell what, with which urgency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import texts
from registry.emergencies import alert_rows, alert_texts
from registry.emergencies.concerns import Concern
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Alert, AlertRecipient, Contact, Loss, Person
from registry.persons import people, rosters
from registry.persons.rosters import OnDuty, Roster
from registry.rules import alert as rules
from registry.rules.alert import NobodyReached, Task
from registry.rules.alert_pace import Outcome, Role
from registry.rules.machine import Decision, Duty

CALM = {"refused", "withdrawn"}  # whoever took back her consent is not asked afterwards
UNASKED = {"minor_mother": (Role.CADRE,)}  # cadres are neighbours, and a child who is expecting is not their business
TAKER_TASKS = {
    Task.ASK_OUTCOME: "alert_ask_outcome",
    Task.START_REFERRAL: "alert_start_referral",
    Task.ASK_BIRTH: "alert_ask_birth",
    Task.ASK_LOSS: "alert_ask_loss",
}


@dataclass
class Work:
    """One alert being worked on in one transaction."""

    session: Session
    row: Alert
    concern: Concern
    now: datetime
    inbox_id: int | None = None
    without: str | None = None  # phone index of whoever caused it: not told what she has just said herself
    signs: list[str] | None = None
    state: str = "new"
    crowd: bool = False  # one of many strangers: behind those we know
    rosters: list[Roster] = field(default_factory=list)
    drafts: dict[bool, Draft] = field(default_factory=dict)  # the call: True as officers read it
    told: set[int] = field(default_factory=set)  # contacts that have got the alert itself just now

    @property
    def roster(self) -> Roster:
        """Who is on duty there; looked up once."""
        if not self.rosters:
            reporter = self.session.get(Contact, self.row.contact_id) if self.row.contact_id else None
            skip = self.without or (reporter.phone_index if reporter else None)
            again = alert_rows.was_called_to_the_top(self.row)  # who is on call did not answer: now everybody
            now = None if again else self.now
            self.rosters.append(rosters.roster_of(self.session, self.row.village_code, skip, now=now))
        return self.rosters[0]

    @property
    def priority(self) -> int:
        """Emergencies go out at any hour, as long as they are fresh; everything softer waits for the morning."""
        if not alert_rows.is_emergency(self.row) or self.now - self.row.at > alert_rows.FRESH:
            return messages.REMINDER
        return messages.ANSWER if self.crowd else messages.DANGER


def carry_out(work: Work, decision: Decision[rules.Alert]) -> None:
    """Keep the new state and do its duties; a rung on which nobody can be reached is passed at once."""
    while True:
        reached = _call(work, [duty for duty in decision.duties if duty.task is Task.CALL])
        alert_rows.keep(work.row, decision.case)
        _tell(work, decision.duties)
        is_call = any(duty.task is Task.CALL for duty in decision.duties)
        if not is_call or _is_enough(work, reached) or decision.case.rungs == len(decision.case.pace.rungs):
            break
        decision = rules.step(decision.case, NobodyReached(), work.now)
    work.session.flush()


def call_again(work: Work, roles: Iterable[str]) -> None:
    """The alert once more to those of a place who have not had it, and to nobody else."""
    known = {one.phone_index for one in work.row.recipients}
    for role in roles:
        for one in work.roster.of(role):
            if one.index not in known:
                _send_call(work, one, role)


def tell_all(work: Work, draft: Draft, reason: str, but: int | None = None) -> None:
    """One message to everybody who was called, except ``but``."""
    wanted = [one for one in work.row.recipients if one.id != but and one.phone_index != work.without]
    reached = people.contacts_by_phone(work.session, [one.phone_index for one in wanted])
    for one in wanted:
        if one.phone_index in reached and reached[one.phone_index].id not in work.told:
            push(work, reached[one.phone_index], draft, reason)


def push(work: Work, contact: Contact, draft: Draft, reason: str, priority: int | None = None) -> bool:
    """Queue one message of this alert; the same news is never told twice."""
    row = work.row
    news = f"{reason}:{row.kind}:{len(row.signs)}:{row.village_code}:{row.level}:{int(work.now.timestamp())}"
    return messages.queue(
        work.session, contact, draft, kind="alert", priority=work.priority if priority is None else priority,
        now=work.now, key=f"alert:{row.id}:{news}:{contact.id}", inbox_id=work.inbox_id,
    )  # fmt: skip


def her_contact(session: Session, row: Alert) -> Contact | None:
    """Where she herself is written to; else whoever told of her."""
    person = session.get(Person, row.person_id) if row.person_id else None
    found = people.contact_for_phone(session, person.phone) if person is not None and person.phone else None
    return found or (session.get(Contact, row.contact_id) if row.contact_id else None)


def ask_her(work: Work) -> bool:
    """How is she now? Asked of her, or of the helper who told of a mother nobody knows."""
    contact = her_contact(work.session, work.row)
    if contact is None or not _may_be_asked(work):
        return False
    person = work.concern.person
    of_her = person is not None and person.phone_index == contact.phone_index
    if not of_her and rosters.names_of(work.session, [contact.phone_index] if contact.phone_index else []):
        draft = texts.say("alert_follow_up_reporter", id=work.row.id)
    elif _is_about_baby(work):
        draft = texts.say("alert_follow_up_baby", id=work.row.id)
    else:
        draft = texts.say("alert_follow_up", id=work.row.id)
    return messages.queue(
        work.session, contact, draft, kind="reminder", priority=messages.REMINDER, now=work.now,
        key=f"alert:{work.row.id}:follow:{work.row.follow_ups}", inbox_id=work.inbox_id,
    )  # fmt: skip


def _may_be_asked(work: Work) -> bool:
    person = work.concern.person
    return person is None or (person.consent not in CALM and "mother_died" not in _losses(work))


def _is_about_baby(work: Work) -> bool:
    return all(sign.startswith("nb_") for sign in work.row.signs) and not _losses(work)


def _losses(work: Work) -> set[str]:
    person = work.concern.person
    pregnancy = people.latest_pregnancy(work.session, person) if person else None
    if pregnancy is None:
        return set()
    rows = select(Loss.kind).where(Loss.pregnancy_id == pregnancy.id, Loss.undone_at.is_(None))
    return set(work.session.scalars(rows))


def _call(work: Work, duties: list[Duty]) -> list[str]:
    """Returns the roles of those who were reached."""
    reached = []
    for duty in duties:
        if duty.to in UNASKED.get(work.row.kind, ()):
            continue
        for one in work.roster.of(duty.to):
            if one.contact.id not in work.told:
                _send_call(work, one, str(duty.to))
                reached.append(str(duty.to))
    return reached


def _send_call(work: Work, one: OnDuty, role: str) -> None:
    row = work.row
    if all(known.phone_index != one.index for known in row.recipients):
        row.recipients.append(AlertRecipient(phone=one.phone, phone_index=one.index, role=role))
    work.told.add(one.contact.id)
    push(work, one.contact, _call_for(work, role), "call")


def _call_for(work: Work, role: str) -> Draft:
    """The call as a cadre reads it, or an officer; written once each."""
    if not work.drafts:
        work.drafts = alert_texts.calls(work.session, work.row, work.concern, work.now, work.state, work.signs)
    return work.drafts[role != Role.CADRE]


def _is_enough(work: Work, reached: list[str]) -> bool:
    """In an emergency a cadre alone cannot help."""
    if work.row.kind in alert_rows.EMERGENCIES:
        return any(role != Role.CADRE for role in reached)
    return bool(reached)


def _tell(work: Work, duties: tuple[Duty, ...]) -> None:
    tasks = {duty.task: duty for duty in duties if duty.task is not Task.CALL}
    for task, duty in tasks.items():
        if task is Task.TELL_TAKEN:
            _tell_taken(work)
        elif task is Task.TELL_SIGN:
            _tell_sign(work, [one for one in duties if one.task is task])
        elif task is Task.TELL_CLOSED:
            _tell_closed(work)
        elif task is Task.FOLLOW_UP:
            _follow_up(work)
        else:
            _ask_taker(work, duty)


def _tell_taken(work: Work) -> None:
    owner = alert_rows.taker(work.row)
    about = alert_texts.label(work.session, work.row)
    draft = texts.say("alert_taken", about=about, taker=alert_texts.taker_name(work.session, work.row))
    tell_all(work, draft, f"taken:{owner.id if owner else 0}", but=owner.id if owner else None)
    reporter = work.session.get(Contact, work.row.contact_id) if work.row.contact_id else None
    if owner is None or reporter is None or work.row.kind not in alert_rows.EMERGENCIES:
        return
    if reporter.phone_index != owner.phone_index:
        role = texts.phrase(f"alert_role_{owner.role}")
        push(work, reporter, texts.say("alert_taken_her", role=role), f"taken_her:{owner.id}")


def _tell_sign(work: Work, duties: list[Duty]) -> None:
    draft = alert_texts.call(work.session, work.row, work.concern, work.now, "sign", work.signs)
    only = {duty.ref for duty in duties if duty.to == Role.TAKER}
    wanted = [one for one in work.row.recipients if not only or one.id in only]
    reached = people.contacts_by_phone(work.session, [one.phone_index for one in wanted])
    for one in wanted:
        if one.phone_index in reached and one.phone_index != work.without:
            push(work, reached[one.phone_index], draft, "sign")


def _tell_closed(work: Work) -> None:
    outcome = work.row.outcome or ""
    draft = texts.say(
        "alert_closed",
        about=alert_texts.label(work.session, work.row),
        outcome=texts.phrase(f"alert_outcome_{outcome}"),
    )
    tell_all(work, draft, "closed")
    reporter = her_contact(work.session, work.row)
    if outcome == Outcome.FALSE_ALARM and reporter is not None and reporter.phone_index != work.without:
        messages.queue(
            work.session, reporter, texts.say("alert_false_her"), kind="confirmation", priority=messages.REMINDER,
            now=work.now, key=f"alert:{work.row.id}:false", inbox_id=work.inbox_id,
        )  # fmt: skip


def _follow_up(work: Work) -> None:
    ask_her(work)
    about = alert_texts.label(work.session, work.row)
    cadres = [one for one in work.row.recipients if one.role == Role.CADRE]
    reached = people.contacts_by_phone(work.session, [one.phone_index for one in cadres])
    for contact in reached.values():
        draft = texts.say("alert_follow_up_cadre", about=about)
        push(work, contact, draft, f"follow:{work.row.follow_ups}", priority=messages.REMINDER)


def _ask_taker(work: Work, duty: Duty) -> None:
    one = next((one for one in work.row.recipients if one.id == duty.ref), None)
    contact = people.contact_for_phone(work.session, one.phone) if one is not None else None
    if contact is None:
        return
    name = TAKER_TASKS[Task(duty.task)]
    if name == "alert_ask_outcome" and work.row.kind not in alert_rows.EMERGENCIES:
        name = f"alert_ask_{work.row.kind}"
    push(
        work, contact, texts.say(name, about=alert_texts.label(work.session, work.row), id=work.row.id), str(duty.task)
    )
