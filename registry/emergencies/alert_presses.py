"""Buttons under alerts, and words that say the same: taken, how it ended, how she is; each checks who presses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from nlu.language.case_reply import CaseReply, read_case_reply
from nlu.language.danger_denial import denies_danger
from nlu.language.emergency_replies import declines, is_mistake, only_agrees, read_mistake_answer, read_wellbeing
from nlu.language.names import read_person_names
from nlu.language.replies import read_yes_no
from registry import access, texts
from registry.acts import Act, Do
from registry.emergencies import alert_texts, alert_words, alerts, triage
from registry.emergencies.alert_duties import Work, tell_all
from registry.messaging.messages import Draft
from registry.models import Alert, AlertRecipient, OutboxMessage, Person
from registry.persons import named_mothers, people
from registry.persons.people import Speaker
from registry.pregnancies import losses
from registry.rules.alert import Alert as State
from registry.rules.alert import Refusal
from registry.rules.alert_pace import Kind, Outcome, pace_of
from registry.rules.machine import Decision
from registry.transport import ride_outcomes

FRESH = timedelta(hours=1)  # so long an emergency nobody has taken is what a bare "ok" is held against
SPOKEN_FOR = timedelta(hours=24)  # so long a helper's words are taken for an answer to an alert
YOURS = {
    "danger_sign": "alert_yours",
    "labour": "alert_yours",
    "missed_visit": "alert_yours_visit",
    "no_driver": "alert_yours_ride",
}
WELL, UNWELL = "alert_well", "alert_unwell"
MISTAKEN, MEANT = "alert_mistake_yes", "alert_mistake_no"
HEARD, TAKE, CANNOT = "alert_heard", "alert_take", "alert_cannot"
BARE = (HEARD, CANNOT)  # no answer that could stand beside a sign
CALLED = "alert:"  # so begins the key of every message of an alert


def _taken(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    row, by = _addressed(session, speaker, number)
    if row is None or by is None:
        return ()
    decision = alerts.take(session, row, by, now, inbox_id)
    return (_yours(session, row) if decision.accepted else _refused(session, row, decision),)


def _yours(session: Session, row: Alert) -> Draft:
    about, phone = alert_texts.label(session, row), row.phone or texts.phrase("phrase_phone_unknown")
    return texts.say(YOURS.get(row.kind, "alert_yours_care"), about=about, phone=phone, id=row.id)


def _ended(outcome: Outcome, name: str = "alert_thanks") -> Do:
    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        row, by = _addressed(session, speaker, number)
        if row is None or by is None:
            return ()
        decision = alerts.conclude(session, row, outcome, by, now, inbox_id)
        if not decision.accepted:
            return (_refused(session, row, decision),)
        ride_outcomes.follow(session, row, speaker.contact, now, inbox_id)
        said = texts.phrase(f"alert_outcome_{outcome.value}")
        return (texts.say(name, about=alert_texts.label(session, row), outcome=said),)

    return do


def _unreachable(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:
    row, _ = _addressed(session, speaker, number)
    name = "alert_tried_visit" if row is not None and row.kind == "missed_visit" else "alert_tried"
    return _ended(Outcome.UNREACHABLE, name)(session, speaker, number, now, inbox_id)


def _moved(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """She lives elsewhere now: nothing more is sent to her, nobody looks for her here."""
    row, _ = _addressed(session, speaker, number)
    said = _ended(Outcome.MOVED)(session, speaker, number, now, inbox_id)
    person = session.get(Person, row.person_id) if row is not None and row.person_id else None
    pregnancy = people.active_pregnancy(session, person) if person is not None else None
    if row is not None and row.outcome == Outcome.MOVED and pregnancy is not None:
        losses.close(session, speaker, pregnancy, "moved", now, inbox_id)
    return said


def _ask_outcome(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:
    """ "Selesai" says that it is over, not how."""
    row, by = _addressed(session, speaker, number)
    if row is None or by is None or row.status == "closed":
        return ()
    name = "alert_ask_outcome" if row.kind in alerts.EMERGENCY_KINDS else f"alert_ask_{row.kind}"
    return (texts.say(name, about=alert_texts.label(session, row), id=row.id),)


def _heard(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """ "Ok bu" under an alert says that it was read, not that anybody goes: she is asked what she does."""
    row, by = _addressed(session, speaker, number)
    if row is None or by is None:
        return ()
    about = alert_texts.label(session, row)
    if row.status == "closed":
        return (texts.say("alert_over", about=about, outcome=texts.phrase(f"alert_outcome_{row.outcome or ''}")),)
    if row.taken_by is not None and row.taken_by != by.phone:
        return (texts.say("alert_has_taker", about=about, taker=alert_texts.taker_name(session, row)),)
    if row.taken_by is None and TAKE in _verbs_under(row):
        return (texts.say("alert_ask_take", about=about, id=row.id),)
    return _ask_outcome(session, speaker, number, now, inbox_id)


def _cannot(
    session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None
) -> Sequence[Draft]:  # fmt: skip
    """She cannot go: if she had taken it everybody is called again, else the others have it anyway."""
    row, by = _addressed(session, speaker, number)
    if row is None or by is None or row.status == "closed":
        return ()
    if row.taken_by == by.phone:
        alerts.give_back(session, row, by, now, inbox_id)
    return (texts.say("alert_cannot_kept", about=alert_texts.label(session, row)),)


def _verbs_under(row: Alert) -> set[str]:
    """What can be pressed under the call of this kind."""
    return {payload.split(":")[1] for _, payload in texts.sentences()[f"alert_{row.kind}"].buttons}


def _addressed(session: Session, speaker: Speaker, number: int) -> tuple[Alert | None, AlertRecipient | None]:
    """The alert, and this helper among those it calls; who raised it, or an officer of the place, may step in too."""
    row = session.get(Alert, number)
    if row is None or speaker.role not in ("cadre", "staff"):
        return None, None
    known = alerts.recipient_of(row, speaker)
    if known is None and speaker.cadre is not None and row.contact_id == speaker.contact.id:
        known = AlertRecipient(phone=speaker.cadre.phone, phone_index=speaker.cadre.phone_index, role="cadre")
        row.recipients.append(known)
        session.flush()
    if known is None and speaker.staff is not None and access.may_see_place(session, speaker, row.village_code):
        role = "dinkes" if speaker.staff.unit == "dinkes" else "puskesmas"
        known = AlertRecipient(phone=speaker.staff.phone, phone_index=speaker.staff.phone_index, role=role)
        row.recipients.append(known)
        session.flush()
    return row, known


def _refused(session: Session, row: Alert, decision: Decision[State]) -> Draft:
    about = alert_texts.label(session, row)
    if decision.refused is Refusal.OVER:
        outcome = texts.phrase(f"alert_outcome_{row.outcome or ''}")
        return texts.say("alert_over", about=about, outcome=outcome)
    if decision.refused is Refusal.TAKEN_BY_OTHER:
        return texts.say("alert_has_taker", about=about, taker=alert_texts.taker_name(session, row))
    if decision.refused is Refusal.REPEATED:
        return texts.say("alert_already_yours", about=about)
    return texts.say("alert_other_outcome", about=about)


def _hers(session: Session, speaker: Speaker, number: int) -> Alert | None:
    """The alert, when it is about this sender or was raised by her."""
    row = session.get(Alert, number)
    if row is None:
        return None
    if row.contact_id == speaker.contact.id:
        return row
    person = session.get(Person, row.person_id) if row.person_id else None
    index = speaker.contact.phone_index
    return row if person is not None and index is not None and person.phone_index == index else None


def _mistake(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    row = _hers(session, speaker, number)
    return () if row is None or row.status == "closed" else (texts.say("alert_ask_mistake", id=row.id),)


def _mistaken(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    row = _hers(session, speaker, number)
    if row is None or not alerts.end_by_her(session, row, now, inbox_id):
        return ()
    return (texts.say("alert_mistake_kept"),)


def _stays(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    row = _hers(session, speaker, number)
    if row is None or row.status == "closed":
        return ()
    return (texts.say("alert_stay", place=triage.place_to_go(session, row, now)),)


def _well(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    row = _hers(session, speaker, number)
    if row is None:
        return ()
    if row.status != "closed":
        concern = alert_texts.concern_of(session, row, now)
        work = Work(session, row, concern, now, inbox_id, without=speaker.contact.phone_index)
        tell_all(work, texts.say("alert_she_is_well", about=alert_texts.label(session, row), id=row.id), "well")
        session.flush()
    return (texts.say("alert_glad"),)


def _unwell(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """Still ill: the emergency is there again."""
    row = _hers(session, speaker, number)
    if row is None:
        return ()
    answers = triage.answer_danger(session, speaker, "danger_sign", tuple(row.signs), now, inbox_id)
    return tuple(answer.draft() for answer in answers)


def _with(companion: str) -> Do:
    def do(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
        row = _hers(session, speaker, number)
        if row is None or row.status == "closed":
            return ()
        return (triage.keep_companion(session, speaker, row, companion, now, inbox_id),)

    return do


PRESSES: dict[str, Act] = {
    TAKE: Act(_taken),
    "alert_at_facility": Act(_ended(Outcome.AT_FACILITY)),
    "alert_home_safe": Act(_ended(Outcome.AT_HOME_SAFE)),
    "alert_false": Act(_ended(Outcome.FALSE_ALARM)),
    "alert_delivered": Act(_ended(Outcome.DELIVERED)),
    "alert_referred": Act(_ended(Outcome.REFERRED)),
    "alert_unreachable": Act(_unreachable, "inform"),
    "alert_outcome": Act(_ask_outcome, "inform"),
    "alert_transport": Act(_ended(Outcome.TRANSPORT_FOUND)),
    "alert_not_needed": Act(_ended(Outcome.NOT_NEEDED)),
    "alert_guardian": Act(_ended(Outcome.GUARDIAN_TOLD)),
    "alert_seen": Act(_ended(Outcome.SEEN)),
    "work_done": Act(_ended(Outcome.VISIT_DONE)),
    "work_not_found": Act(_unreachable, "inform"),
    "work_moved": Act(_moved),
    "alert_mistake": Act(_mistake, "inform"),
    MISTAKEN: Act(_mistaken),
    MEANT: Act(_stays, "deny"),
    HEARD: Act(_heard),
    CANNOT: Act(_cannot, "deny"),
    WELL: Act(_well),
    UNWELL: Act(_unwell, "report_danger_sign"),
    "alert_alone": Act(_with("alone"), "inform"),
    "alert_family": Act(_with("family"), "inform"),
    "alert_neighbour": Act(_with("neighbour"), "inform"),
}
SAID: dict[CaseReply, tuple[str, ...]] = {  # the first verb whose outcome the kind of the alert knows
    "take": (TAKE,),
    "at_facility": ("alert_at_facility", "work_done", "alert_seen"),
    "arrived_home": ("alert_home_safe", "work_done", "alert_seen"),
    "unreachable": ("alert_unreachable",),
    "false_alarm": ("alert_false",),
    "visited": ("work_done", "alert_seen", "alert_home_safe"),
    "moved_away": ("work_moved",),
    "closed": ("alert_outcome",),
}
OUTCOMES = {
    "alert_at_facility": Outcome.AT_FACILITY, "alert_home_safe": Outcome.AT_HOME_SAFE, "work_done": Outcome.VISIT_DONE,
    "alert_seen": Outcome.SEEN, "work_moved": Outcome.MOVED, "alert_false": Outcome.FALSE_ALARM,
}  # fmt: skip


def spoken(session: Session, speaker: Speaker, said: str, now: datetime) -> tuple[str, int] | None:
    """What a helper's words mean for an alert that was sent to her within a day: the verb and which alert.

    Of the one who raised it only that it was a mistake; she is asked once more before it counts.
    """
    if speaker.role not in ("cadre", "staff"):
        raised = alerts.current_alert(session, speaker, now) if is_mistake(said) or denies_danger(said) else None
        return ("alert_mistake", raised.id) if raised is not None else None
    reply = read_case_reply(said)
    verbs = SAID.get(reply) if reply is not None else None
    if verbs is None:
        return _short_answer(session, speaker, said, now)
    for row in _meant(session, speaker, said, now, is_take=reply == "take"):
        allowed = pace_of(Kind(row.kind), row.urgent).outcomes
        for verb in verbs:
            if verb not in OUTCOMES or OUTCOMES[verb] in allowed:
                return verb, row.id
    return None


def said_back(last: OutboxMessage | None, said: str) -> str | None:
    """The button that words stand for, when the last thing asked is whether it was a mistake, or who takes it."""
    payloads = [str(payload) for _, payload in (last.extras or {}).get("buttons", ())] if last is not None else []
    wanted = {"yes": MISTAKEN, "no": MEANT}.get(read_mistake_answer(said) or "")
    if last is not None and "?" in last.text and read_yes_no(said) == "yes" and f":{TAKE}:" in "".join(payloads[:1]):
        return payloads[0]
    return next((payload for payload in payloads if wanted and f":{wanted}:" in payload), None)


def is_of_alert(message: OutboxMessage | None) -> bool:
    """Whether it came because of an alert."""
    return message is not None and (message.key or "").startswith(CALLED)


def _short_answer(session: Session, speaker: Speaker, said: str, now: datetime) -> tuple[str, int] | None:
    """A bare yes or thanks, or "I cannot", right after a message of an alert; the yes also while one still waits."""
    cannot = declines(said)
    if not cannot and not only_agrees(said):
        return None
    sent = (OutboxMessage.sent_at >= now - SPOKEN_FOR, OutboxMessage.contact_id == speaker.contact.id)
    rows = select(OutboxMessage).where(*sent).order_by(OutboxMessage.sent_at.desc(), OutboxMessage.id.desc())
    last = session.scalar(rows.limit(1))
    number = (last.key or "").split(":")[1] if last is not None and is_of_alert(last) else ""
    if number.isdecimal():
        return (CANNOT if cannot else HEARD), int(number)
    if last is not None and "?" in last.text:
        return None
    called = _meant(session, speaker, said, now, is_take=not cannot)
    if cannot:
        return next(((CANNOT, row.id) for row in called if row.taken_by in _phones(speaker)), None)
    return next(((HEARD, row.id) for row in called if _waits(row, now)), None)


def _phones(speaker: Speaker) -> set[str]:
    """As those who take an alert are kept."""
    return {one.phone for one in (speaker.staff, speaker.cadre) if one is not None}


def _waits(row: Alert, now: datetime) -> bool:
    return row.kind in alerts.EMERGENCY_KINDS and row.taken_by is None and row.at >= now - FRESH


def names_her(session: Session, speaker: Speaker, said: str, now: datetime) -> bool:
    """Whether a helper says how the emergency ended that she has taken, with the mother's name."""
    if read_case_reply(said) in (None, "take"):
        return False
    mine = _phones(speaker)
    taken = [row for row in _meant(session, speaker, said, now, is_take=False) if row.taken_by in mine]
    return any(_is_named(session, row, said) for row in taken)


def _is_named(session: Session, row: Alert, said: str) -> bool:
    """Whether the mother of this alert is named, by any part of her name; one nobody knows as she was called then."""
    person = session.get(Person, row.person_id) if row.person_id else None
    name = (person.name or "") if person is not None else " ".join(alert_words.named(session, row))
    parts = {part for part in name.casefold().split() if len(part) > 2}
    return not parts.isdisjoint(re.findall(r"[^\W\d_]+", said.casefold()))


def signs_of_answered(session: Session, speaker: Speaker, number: int) -> frozenset[str]:
    """The signs of the alert that was sent to her and is answered: to repeat them is no new emergency."""
    row = session.get(Alert, number)
    was_sent = row is not None and alerts.recipient_of(row, speaker) is not None
    return frozenset(row.signs) if row is not None and was_sent else frozenset()


def _meant(session: Session, speaker: Speaker, said: str, now: datetime, *, is_take: bool) -> list[Alert]:
    """Open alerts sent to her: of the mother named, else when she takes what nobody has, when she reports her own.

    Also one that she raised herself, unless what she says names somebody else.
    """
    sent = Alert.recipients.any(AlertRecipient.phone_index == speaker.contact.phone_index)
    raised = and_(Alert.contact_id == speaker.contact.id, Alert.kind.in_(alerts.EMERGENCY_KINDS))
    rows = (
        select(Alert)
        .where(or_(sent, raised), Alert.status == "open")
        .where(or_(Alert.called_at >= now - SPOKEN_FOR, Alert.at >= now - SPOKEN_FOR))
        .options(selectinload(Alert.recipients))
        .order_by(Alert.id.desc())
    )
    is_of_somebody = any(span.role == "person" for span in read_person_names(said))
    found = [
        row
        for row in session.scalars(rows)
        if not named_mothers.is_another(session.get(Person, row.person_id or 0), said)
        and (alerts.recipient_of(row, speaker) is not None or not is_of_somebody or _is_named(session, row, said))
    ]
    mine = speaker.staff.phone if speaker.staff else speaker.cadre.phone if speaker.cadre else None
    unnamed = {row.id: not _is_named(session, row, said) for row in found}
    if is_take:
        return sorted(found, key=lambda row: (unnamed[row.id], row.taken_by is not None))
    return sorted(found, key=lambda row: (unnamed[row.id], row.taken_by != mine, row.taken_by is not None))


def may_be_news(said: str) -> bool:
    """Whether a few words could answer the question how she is."""
    return read_wellbeing(said) is not None


def answer_meant(payloads: Sequence[str], said: str) -> str | None:
    """The button of a question how she is that a few words stand for."""
    if not any(f":{WELL}:" in payload for payload in payloads):
        return None
    news = read_wellbeing(said)
    wanted = {"well": WELL, "unwell": UNWELL}.get(news or "")
    return next((payload for payload in payloads if wanted and f":{wanted}:" in payload), None)
