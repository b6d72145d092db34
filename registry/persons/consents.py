"""What a mother agreed to: asked in plain words, purpose by purpose, kept with wording, time and channel.

UU PDP 27/2022 art. 20-25: help by chat, reminders and sharing are separate purposes; whom a cadre registered is asked
herself; a child's consent is her guardian's. What may follow from what is decided by ``registry.rules.course``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from nlu.language.replies import refuses_record, says_consent
from registry import audit, clock, texts
from registry.acts import Act
from registry.casework import talks
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Cadre, Consent, Contact, Loss, OutboxMessage, Person, Pregnancy, RecordChange
from registry.persons import minors, people
from registry.persons.people import Speaker
from registry.pregnancies.registration import TEXT_VERSION
from registry.reminding import plan
from registry.rules import course, course_values
from registry.rules.course import Allowance
from registry.rules.course_values import Channel as Wish
from registry.rules.course_values import Course, Giver, Purpose, Registration
from registry.rules.machine import Decision

By = Literal["mother", "guardian", "cadre"]
CHAT = "chat"
PURPOSES = (CHAT, "reminders", "sharing")
FORGOTTEN = (
    "family_card", "family_card_index", "born_on", "told_age", "address", "jkn_told", "kia_book", "companion",
    "guardian", "reminder_hour", "code",
)  # fmt: skip
"""What goes when she refuses. Her name, number, NIK and village stay, or she would be registered and asked again."""


def agreed(person: Person) -> tuple[str, ...]:
    """The purposes she agreed to; who agreed before purposes were told apart agreed to all."""
    if person.consent != "given":
        return ()
    return tuple(purpose for purpose in PURPOSES if purpose in person.agreed) or PURPOSES


def course_of(session: Session, person: Person, today: date) -> Course:
    """Where she stands, as the rules see it."""
    pregnancy = people.latest_pregnancy(session, person)
    return Course(
        registration=_registration(person),
        consent=course_values.Consent(person.consent),
        purposes=frozenset(Purpose(name) for name in agreed(person) if name != CHAT),
        pregnancy=course_values.Pregnancy(pregnancy.status if pregnancy else "none"),
        minor=minors.is_under_age(person, today),
        own_phone=person.phone_index is not None,
        stopped=_stopped(person),
        died=pregnancy is not None and _died(session, pregnancy),
    )


def allowed(session: Session, person: Person, today: date) -> Allowance:
    """What the bot may do of its own accord for her now."""
    return course.allowed(course_of(session, person, today))


def _registration(person: Person) -> Registration:
    if not person.registered:
        return Registration.NONE
    by_herself = person.registered_by in (None, person.phone)
    return Registration.SELF if by_herself else Registration.CADRE


def _stopped(person: Person) -> frozenset[Wish]:
    wishes = ((Wish.REMINDERS, person.messages), (Wish.BROADCASTS, person.broadcasts))
    return frozenset(wish for wish, state in wishes if state == "stopped")


def _died(session: Session, pregnancy: Pregnancy) -> bool:
    deaths = select(Loss.id).where(
        Loss.pregnancy_id == pregnancy.id, Loss.kind == "mother_died", Loss.undone_at.is_(None)
    )
    return session.scalar(deaths.limit(1)) is not None


def give(
    session: Session, person: Person, purposes: Collection[str], by: By, channel: str, now: datetime
) -> Decision[Course]:
    """She, or who may speak for her, agrees for these purposes. Of a child it waits for the guardian (pending)."""
    told = frozenset(Purpose(name) for name in purposes if name != CHAT)
    decision = _take(session, person, course_values.ConsentGiven(Giver(by), told), now)
    if decision.accepted:
        given = decision.case.consent is course_values.Consent.GIVEN
        person.agreed = [purpose for purpose in PURPOSES if given and (purpose == CHAT or purpose in purposes)]
        _note(session, person, by, channel, now, person.agreed)
        if given:
            _hush(session, person, now, hushed=False)
        resume(session, person, now)
    return decision


def refuse(session: Session, person: Person, channel: str, now: datetime, by: By = "mother") -> Decision[Course]:
    """She says no: nothing is kept but her no and what is needed to honour it. After a yes it is a withdrawal."""
    decision = _take(session, person, course_values.ConsentRefused(), now)
    if decision.accepted:
        person.agreed = []
        _note(session, person, by, channel, now, [])
        if person.consent == "refused":
            _forget(session, person)
        _hush(session, person, now, hushed=True)
    return decision


def withdraw(session: Session, person: Person, channel: str, now: datetime) -> Decision[Course]:
    """She takes back what she gave; the record stays until she asks to erase it (art. 40: stop within 3 x 24 hours)."""
    decision = _take(session, person, course_values.Withdrawn(), now)
    if decision.accepted:
        person.agreed = []
        _note(session, person, "mother", channel, now, [])
        _hush(session, person, now, hushed=True)
        replan(session, person, now)
    return decision


def replan(session: Session, person: Person, now: datetime) -> None:
    """Her reminders follow what she wants, at once."""
    pregnancy = people.latest_pregnancy(session, person)
    if pregnancy is not None:
        plan.replan(session, pregnancy, now)


def resume(session: Session, person: Person, now: datetime) -> None:
    """As ``replan``, when she may be reminded again after she had not been."""
    pregnancy = people.latest_pregnancy(session, person)
    if pregnancy is not None:
        plan.resume(session, pregnancy, person, now)


def _take(session: Session, person: Person, event: course_values.Event, now: datetime) -> Decision[Course]:
    decision = course.step(course_of(session, person, clock.today(now)), event)
    if decision.accepted:
        person.consent = decision.case.consent.value
    return decision


def _note(
    session: Session, person: Person, by: By, channel: str, now: datetime, purposes: Sequence[str]
) -> None:  # fmt: skip
    row = Consent(
        person_id=person.id, status=person.consent, by=by, at=now, channel=channel, text_version=TEXT_VERSION,
        purposes=list(purposes),
    )  # fmt: skip
    session.add(row)
    audit.note(
        session, now, f"consent_{person.consent}", subject=f"person:{person.id}", by=by, channel=channel,
        version=TEXT_VERSION, purposes=list(purposes),
    )  # fmt: skip
    session.flush()


def _forget(session: Session, person: Person) -> None:
    for name in FORGOTTEN:
        setattr(person, name, None)
    person.registered = False
    session.execute(delete(RecordChange).where(RecordChange.person_id == person.id))
    session.execute(delete(Pregnancy).where(Pregnancy.person_id == person.id))
    session.flush()


def _hush(session: Session, person: Person, now: datetime, *, hushed: bool) -> None:
    """Nothing is pushed to her phone any more, or again; a phone that another mother shares is left alone."""
    contacts = people.contacts_of_phone(session, person.phone_index)
    shared = [other for other in people.persons_with(session, person.phone_index) if other.id != person.id]
    if shared or person.messages == "stopped":
        return
    for contact in contacts:
        contact.stopped_at = now if hushed else None
        if hushed:
            drop_queued(session, contact)


def drop_queued(session: Session, contact: Contact) -> None:
    """What waits to be pushed to this contact is not sent."""
    waiting = (
        OutboxMessage.contact_id == contact.id, OutboxMessage.status == "queued",
        OutboxMessage.priority >= messages.REMINDER, OutboxMessage.kind.in_(("reminder", "broadcast", "confirmation")),
    )  # fmt: skip
    session.execute(update(OutboxMessage).where(*waiting).values(status="cancelled"))


def ask_mother(session: Session, person: Person, helper: Speaker, now: datetime, inbox_id: int | None) -> bool:
    """One message to whom a helper has registered: by whom, why, and whether she agrees. False: nothing reaches her."""
    if person.phone is None or person.consent not in ("none", "pending"):
        return False
    person.consent = "pending"
    contact = people.reach(session, person.phone, now)
    draft = texts.say("consent_ask_mother", cadre=_named(helper), name=person.name or "", id=person.id)
    return messages.queue(
        session, contact, draft, kind="confirmation", priority=messages.REMINDER, now=now,
        key=f"consent:{person.id}", inbox_id=inbox_id,
    )  # fmt: skip


def _named(helper: Speaker) -> str:
    """Who registered her, as she knows him: by his office and name."""
    if helper.staff is None:
        return texts.say("consent_by_cadre", name=helper.cadre.name if helper.cadre else "").text
    office = "midwife" if helper.staff.duty == "midwife" and helper.staff.unit == "puskesmas" else "officer"
    return texts.say(f"consent_by_{office}", name=helper.staff.name).text


def spoken(session: Session, speaker: Speaker, said: str) -> tuple[str, int] | None:
    """A yes or no of a mother who has not answered yet, after she asked or was told something in between."""
    person = speaker.person if speaker.role == "mother" else None
    if person is None or person.consent != "pending" or not person.registered:
        return None
    asked = session.scalar(select(OutboxMessage.id).where(OutboxMessage.key == f"consent:{person.id}").limit(1))
    if asked is None or not says_consent(said):
        return None
    return ("consent_no" if refuses_record(said) else "consent_again", person.id)


def _again(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _pressed_by_her(session, speaker, number)
    return () if person is None else (texts.say("consent_ask_still", id=person.id),)


def _pressed_by_her(session: Session, speaker: Speaker, number: int) -> Person | None:
    """The person asked about, when it is her own phone that was pressed."""
    person = session.get(Person, number)
    if person is None or person.phone_index is None:
        return None
    return person if person.phone_index == speaker.contact.phone_index else None


def _yes(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _pressed_by_her(session, speaker, number)
    if person is None:
        return ()
    if not person.registered:
        return (texts.say("consent_come_back"),)
    return _agree(session, speaker, person, PURPOSES, now, inbox_id)


def _agree(
    session: Session, speaker: Speaker, person: Person, purposes: Sequence[str], now: datetime, inbox_id: int | None
) -> Sequence[Draft]:
    decision = give(session, person, purposes, "mother", speaker.contact.channel, now)
    if decision.case.minor and decision.case.consent is course_values.Consent.PENDING:
        talks.open_handoff(session, speaker, "minor", now, inbox_id)
        return (texts.say("consent_needs_guardian", id=person.id),)
    if decision.accepted:
        _tell_cadre(session, person, _cadre(session, person), "consent_cadre_given", now, inbox_id)
    return (texts.say("consent_given", name=person.name or ""),)


def _guardian(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _pressed_by_her(session, speaker, number)
    if person is None or not person.registered or not minors.is_under_age(person, clock.today(now)):
        return ()
    decision = give(session, person, PURPOSES, "guardian", speaker.contact.channel, now)
    if decision.accepted:
        _tell_cadre(session, person, _cadre(session, person), "consent_cadre_given", now, inbox_id)
    return (texts.say("consent_given", name=person.name or ""),)


def _no(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _pressed_by_her(session, speaker, number)
    if person is None:
        return ()
    cadre = _cadre(session, person)
    if refuse(session, person, speaker.contact.channel, now).accepted:
        _tell_cadre(session, person, cadre, "consent_cadre_refused", now, inbox_id)
    return (texts.say("consent_refused"),)


def _choose(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    person = _pressed_by_her(session, speaker, number)
    if person is None:
        return ()
    asked = "consent_ask_reminders" if person.registered else "consent_come_back"
    return (texts.say(asked, id=person.id),)


def _reminders(*, wanted: bool) -> Act:
    def do(
        session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
    ) -> Sequence[Draft]:  # fmt: skip
        person = _pressed_by_her(session, speaker, number)
        if person is None or not person.registered:
            return ()
        give(session, person, (CHAT, *(("reminders",) if wanted else ())), "mother", speaker.contact.channel, now)
        return (texts.say("consent_ask_sharing", id=person.id),)

    return Act(do, "affirm" if wanted else "deny")


def _sharing(*, wanted: bool) -> Act:
    def do(
        session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
    ) -> Sequence[Draft]:  # fmt: skip
        person = _pressed_by_her(session, speaker, number)
        if person is None or not person.registered:
            return ()
        before = [name for name in agreed(person) if name != "sharing"] or [CHAT]
        return _agree(session, speaker, person, (*before, *(("sharing",) if wanted else ())), now, inbox_id)

    return Act(do, "affirm" if wanted else "deny")


def _cadre(session: Session, person: Person) -> Cadre | None:
    """The cadre who registered her."""
    pregnancy = people.latest_pregnancy(session, person)
    return session.get(Cadre, pregnancy.cadre_id) if pregnancy is not None and pregnancy.cadre_id else None


def _tell_cadre(
    session: Session, person: Person, cadre: Cadre | None, name: str, now: datetime, inbox_id: int | None
) -> None:
    contact = people.contact_for_phone(session, cadre.phone) if cadre is not None and cadre.active else None
    if contact is None:
        return
    draft = texts.say(name, name=person.name or texts.phrase("phrase_unknown"))
    messages.queue(
        session, contact, draft, kind="confirmation", priority=messages.REMINDER, now=now,
        key=f"{name}:{person.id}:{now:%Y%m%d%H%M}", inbox_id=inbox_id,
    )  # fmt: skip


PRESSES: dict[str, Act] = {
    "consent_yes": Act(_yes),
    "consent_no": Act(_no, "deny"),
    "consent_again": Act(_again),
    "consent_choose": Act(_choose, "inform"),
    "consent_guardian": Act(_guardian),
    "consent_remind_yes": _reminders(wanted=True),
    "consent_remind_no": _reminders(wanted=False),
    "consent_share_yes": _sharing(wanted=True),
    "consent_share_no": _sharing(wanted=False),
}
