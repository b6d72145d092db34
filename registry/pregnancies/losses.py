"""A miscarriage, a stillbirth, the death of mother or baby: one act that ends all the bot sends, and its undoing.

What may follow from what is decided by ``registry.rules.course``. Cadre and midwife are told with care, once. Also the
endings without a loss: moved away, lost to follow-up, entered by mistake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.loss_taken_back import takes_back_loss
from registry import audit, clock, texts, voices
from registry.acts import Act
from registry.figures import kept_months, set_aside
from registry.messaging.messages import Draft
from registry.models import AuditEntry, Birth, Loss, Person, Pregnancy
from registry.persons import consents, named_mothers, people
from registry.persons.people import Speaker
from registry.pregnancies import births, endings, schedule, tidings
from registry.reminding import plan
from registry.rules import course, course_values, dating
from registry.rules.course_values import Course, Ending, LossKind
from registry.rules.ride_values import CancelReason
from registry.transport import rides

CloseReason = Literal["moved", "lost_to_follow_up", "wrong_entry"]
VIABLE_WEEKS = 20  # a pregnancy that ends earlier is a miscarriage, later a stillbirth
TAKEN_BACK_WITHIN = timedelta(days=14)


@dataclass(frozen=True)
class Lost:
    """What became of a report: ``fresh`` when it was not on record before. No loss: it cannot be of this pregnancy."""

    loss: Loss | None
    fresh: bool = False


def standing(session: Session, pregnancy: Pregnancy) -> Loss | None:
    """The loss on record that was not undone; the last one."""
    rows = select(Loss).where(Loss.pregnancy_id == pregnancy.id, Loss.undone_at.is_(None))
    return session.scalar(rows.order_by(Loss.id.desc()).limit(1))


def kind_for(pregnancy: Pregnancy, told: str | None, now: datetime) -> LossKind:
    """The kind as the course has it: who was born alive died as a baby; who was not, by the weeks."""
    if told == "mother_died":
        return LossKind.MOTHER_DIED
    if pregnancy.status == "delivered":
        return LossKind.BABY_DIED
    if told in ("miscarriage", "stillbirth"):
        return LossKind(told)
    dates = dating.reconcile(pregnancy.hpht, pregnancy.hpl)
    weeks = dating.weeks_on(dates[0], clock.today(now)) if dates else VIABLE_WEEKS
    return LossKind.MISCARRIAGE if weeks < VIABLE_WEEKS else LossKind.STILLBIRTH


def report(
    session: Session, speaker: Speaker, pregnancy: Pregnancy, told: str | None, now: datetime, inbox_id: int | None
) -> Lost:
    """The one act: status, plan, what waits to be sent, rides; a person is told. Told again it changes nothing."""
    schedule.hold(session, pregnancy)
    person = schedule.person_of(session, pregnancy)
    kind = kind_for(pregnancy, told, now)
    decision = course.step(consents.course_of(session, person, clock.today(now)), course_values.Loss(kind))
    if not decision.accepted:
        return Lost(standing(session, pregnancy))
    loss = Loss(pregnancy_id=pregnancy.id, kind=kind.value, status_before=pregnancy.status, at=now)
    session.add(loss)
    _mark(session, pregnancy, decision.case, kind, now)
    session.flush()
    plan.replan(session, pregnancy, now)
    endings.end_messages(session, pregnancy, person, now)
    rides.cancel_all(session, person, CancelReason.LOSS, now, inbox_id)
    if kind is LossKind.MOTHER_DIED:
        _silence(session, person, now)
    audit.note(
        session, now, "loss_reported", contact_id=speaker.contact.id, subject=f"loss:{loss.id}", kind=kind.value,
        pregnancy=pregnancy.id, by=voices.role_of(speaker, person),
    )  # fmt: skip
    _tell_helpers(session, speaker, person, loss, "loss_told", now, inbox_id)
    return Lost(loss, fresh=True)


def _mark(session: Session, pregnancy: Pregnancy, after: Course, kind: LossKind, now: datetime) -> None:
    """A birth keeps the day and reason of its own closing; the loss stands beside it."""
    if pregnancy.status == "active":
        pregnancy.closed_at, pregnancy.close_reason = now, kind.value
    pregnancy.status = after.pregnancy.value
    if kind is LossKind.BABY_DIED:
        for birth in births.of(session, pregnancy):
            birth.baby_alive = False


def _silence(session: Session, person: Person, now: datetime) -> None:
    """Nothing is ever sent to her phone of our own accord."""
    for contact in endings.own_contacts(session, person):
        contact.stopped_at = contact.stopped_at or now


def undo(session: Session, speaker: Speaker, loss: Loss, now: datetime, inbox_id: int | None) -> bool:
    """It was told by mistake: what was before holds again, and the plan is made anew. False: too late for that."""
    pregnancy = session.get_one(Pregnancy, loss.pregnancy_id)
    schedule.hold(session, pregnancy)
    session.refresh(loss)
    latest = standing(session, pregnancy)
    person = schedule.person_of(session, pregnancy)
    if loss.undone_at is not None or latest is None or latest.id != loss.id or _is_pregnant_again(session, loss):
        return False
    before = course_values.Pregnancy(loss.status_before)
    stands = consents.course_of(session, person, clock.today(now))
    stands = replace(stands, ending=Ending(before, loss=True))
    decision = course.step(stands, course_values.UndoLoss())
    if not decision.accepted:
        return False
    loss.undone_at = now
    _restore(session, pregnancy, person, loss)
    plan.replan(session, pregnancy, now)
    audit.note(
        session, now, "loss_undone", contact_id=speaker.contact.id, subject=f"loss:{loss.id}", pregnancy=pregnancy.id,
        by=voices.role_of(speaker, person),
    )  # fmt: skip
    _tell_helpers(session, speaker, person, loss, "loss_undone_told", now, inbox_id)
    return True


def _is_pregnant_again(session: Session, loss: Loss) -> bool:
    """One pregnancy at a time: a new one stands in the way of an old one coming back."""
    owner = select(Pregnancy.person_id).where(Pregnancy.id == loss.pregnancy_id).scalar_subquery()
    other = select(Pregnancy.id).where(
        Pregnancy.person_id == owner, Pregnancy.id != loss.pregnancy_id, Pregnancy.status == "active"
    )
    return session.scalar(other.limit(1)) is not None


def _restore(session: Session, pregnancy: Pregnancy, person: Person, loss: Loss) -> None:
    pregnancy.status = loss.status_before
    if pregnancy.status == "active":
        pregnancy.closed_at = pregnancy.close_reason = None
    if loss.kind == LossKind.BABY_DIED:
        for birth in births.of(session, pregnancy):
            birth.baby_alive = True
    for contact in people.contacts_of_phone(session, person.phone_index):
        if contact.stopped_at == loss.at:
            contact.stopped_at = None
    session.flush()


def _tell_helpers(
    session: Session, speaker: Speaker, person: Person, loss: Loss, name: str, now: datetime, inbox_id: int | None
) -> None:
    rows = select(Birth.id).where(Birth.pregnancy_id == loss.pregnancy_id, Birth.baby_alive)
    lives = loss.kind == LossKind.MOTHER_DIED and session.scalar(rows.limit(1)) is not None
    what = "phrase_loss_mother_died_baby_lives" if lives else f"phrase_loss_{loss.kind}"
    draft = texts.say(name, mother=voices.label(person), kind=texts.phrase(what))
    tidings.tell(session, speaker, person, draft, f"{name}:{loss.id}", now, inbox_id)


def _undo_pressed(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:  # fmt: skip
    loss = session.get(Loss, number)
    if loss is None:
        return ()
    pregnancy = session.get_one(Pregnancy, loss.pregnancy_id)
    person = schedule.person_of(session, pregnancy)
    if not voices.may_tell_of(session, speaker, person) or not undo(session, speaker, loss, now, inbox_id):
        return ()
    return (voices.say(speaker, person, "loss_undone"),)


PRESSES: dict[str, Act] = {"loss_undo": Act(_undo_pressed, "report_loss")}


def taken_back(session: Session, speaker: Speaker, said: str, now: datetime) -> int | None:
    """The number of the loss that these words take back: her own, or the last one this helper told of."""
    if not takes_back_loss(said):
        return None
    loss = _of_hers(session, speaker) or _told_by(session, speaker, now)
    return None if loss is None or loss.undone_at is not None else loss.id


def is_of(session: Session, number: int, names: Sequence[str]) -> bool:
    """Whether one of these names is that of the mother whose loss it is."""
    loss = session.get_one(Loss, number)
    person = schedule.person_of(session, session.get_one(Pregnancy, loss.pregnancy_id))
    return named_mothers.is_named(person, names)


def _of_hers(session: Session, speaker: Speaker) -> Loss | None:
    if speaker.role != "mother" or speaker.person is None:
        return None
    pregnancy = people.latest_pregnancy(session, speaker.person)
    return standing(session, pregnancy) if pregnancy is not None else None


def _told_by(session: Session, speaker: Speaker, now: datetime) -> Loss | None:
    entries = select(AuditEntry.subject).where(
        AuditEntry.contact_id == speaker.contact.id,
        AuditEntry.action == "loss_reported",
        AuditEntry.at >= now - TAKEN_BACK_WITHIN,
    )
    subject = session.scalar(entries.order_by(AuditEntry.id.desc()).limit(1))
    return session.get(Loss, int(subject.partition(":")[2])) if subject else None


def close(
    session: Session, speaker: Speaker, pregnancy: Pregnancy, reason: CloseReason, now: datetime,
    inbox_id: int | None = None,
) -> bool:  # fmt: skip
    """She moved away, cannot be found, or was entered by mistake: nothing is sent any more. False: it was over."""
    schedule.hold(session, pregnancy)
    person = schedule.person_of(session, pregnancy)
    event = course_values.LostToFollowUp() if reason == "lost_to_follow_up" else course_values.Moved()
    if not course.step(consents.course_of(session, person, clock.today(now)), event).accepted:
        return False
    before = pregnancy.status
    pregnancy.status, pregnancy.close_reason, pregnancy.closed_at = "closed", reason, now
    audit.note(
        session, now, "pregnancy_closed", contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}",
        reason=reason, before=before,
    )  # fmt: skip
    if reason in set_aside.REASONS:
        kept_months.changed(session, pregnancy, now)
    plan.replan(session, pregnancy, now)
    endings.end_messages(session, pregnancy, person, now)
    rides.cancel_all(session, person, CancelReason.NOT_NEEDED, now, inbox_id)
    return True


def reopen(session: Session, speaker: Speaker, pregnancy: Pregnancy, now: datetime) -> bool:
    """She is back or was found: the pregnancy goes on where it was. False: not closed, a new one began, or she died."""
    schedule.hold(session, pregnancy)
    person = schedule.person_of(session, pregnancy)
    taken = people.active_pregnancy(session, person) is not None or standing(session, pregnancy) is not None
    if pregnancy.status != "closed" or taken:
        return False
    if pregnancy.close_reason in set_aside.REASONS:
        kept_months.changed(session, pregnancy, now)
    born_at = session.scalar(select(Birth.reported_at).where(Birth.pregnancy_id == pregnancy.id).limit(1))
    pregnancy.status = "active" if born_at is None else "delivered"
    pregnancy.close_reason = None if born_at is None else "birth"
    pregnancy.closed_at = born_at
    audit.note(
        session, now, "pregnancy_reopened", contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}"
    )  # fmt: skip
    plan.replan(session, pregnancy, now)
    return True
