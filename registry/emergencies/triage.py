"""What happens when a danger sign or labour is told: an alert, helpers called, and the safe answer to the sender.

Both ways in use it: the gate in the bot, which works when everything else is down, and Rasa's action.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.emergency_replies import only_agrees, read_companion
from nlu.language.normalise import words
from nlu.language.ride_request import wants_car
from registry import drafts, holidays, places, programme, texts
from registry.clock import today
from registry.emergencies import alert_words, alerts, concerns, shared_alarms
from registry.emergencies.alerts import AlertKind
from registry.messaging.messages import Draft
from registry.models import Alert, InboxMessage, OutboxMessage
from registry.persons import people
from registry.persons.people import Speaker
from registry.rules.office_hours import is_open
from registry.rules.ride_values import Status
from registry.transport import ride_words, rides

NEWBORN = "nb_"
STAYS_FOR = timedelta(minutes=30)  # so long a bare yes is heard as an answer to the alert
LONGEST_PLACE = 10  # words: "saya di rumah mertua dusun krajan desa sumberoto kecamatan donomulyo bu"
TOLD = {"report_danger_sign", "report_labour"}
CALLED = (
    ({"midwife", "cadre"}, "utter_helpers_called"),
    ({"midwife"}, "utter_helpers_midwife"),
    ({"cadre"}, "utter_helpers_cadre"),
    ({"puskesmas"}, "utter_helpers_midwife"),
    ({"dinkes"}, "utter_helpers_dinkes"),
)


@dataclass(frozen=True)
class Answer:
    """A sentence to say by its name, with its values and what may be pressed under it."""

    response: str
    values: dict[str, str] = field(default_factory=dict)
    buttons: tuple[tuple[str, str], ...] = ()

    def draft(self) -> Draft:
        """As it is queued."""
        draft = texts.say(self.response, **self.values)
        return replace(draft, buttons=self.buttons or draft.buttons)


def answer_danger(
    session: Session, speaker: Speaker, kind: AlertKind, signs: tuple[str, ...], now: datetime, inbox_id: int | None
) -> list[Answer]:
    """Raise the alert and say what to do now; one question at most: where she is, or who is with her."""
    people.hold(session, speaker.contact)
    told = concerns.told_village(alert_words.said(session, inbox_id))
    known = alerts.current_alert(session, speaker, now, inbox_id)
    before = None if known is None else set(known.signs)
    alert = alerts.raise_alert(session, speaker, kind, signs or ("unspecified",), now, inbox_id)
    if alert.village_code is None and told is not None:
        alerts.note_place(session, speaker, told, now, inbox_id)
    place = place_to_go(session, alert, now)
    buttons = _buttons(alert)
    if before is not None and set(alert.signs) <= before:
        return [Answer("utter_danger_again", {"place": place}, buttons)]
    answers = [Answer(_response(kind, signs), _values(alert, kind, signs, place), buttons)]
    car = _car(session, speaker, alert, now, inbox_id)
    answers += [car] if car is not None else []
    asks = alert.village_code is None or speaker.role in ("mother", "stranger")
    if before is None and asks and (car is None or alert.person_id is None):
        answers.append(_question(session, alert, speaker))
    return answers


def _car(session: Session, speaker: Speaker, alert: Alert, now: datetime, inbox_id: int | None) -> Answer | None:
    """Who asks for a car in the same words need not press for it; drivers are asked at once."""
    if alert.village_code is None or not wants_car(alert_words.said(session, inbox_id)):
        return None
    outcome = rides.order_for_alert(session, alert, now, inbox_id, speaker.contact)
    if outcome.refused is not None:
        return None
    side = "mother" if speaker.role in ("mother", "stranger") else "cadre"
    name = "ride_asked" if outcome.ride.status == Status.REQUESTED else "ride_tell_nobody"
    return Answer(f"{name}_{side}", ride_words.values(session, outcome.ride))


def place_to_go(session: Session, alert: Alert, now: datetime) -> str:
    """The nearest facilities with delivery care that are open, for the place of an alert, in words."""
    hours = programme.office_hours(session, today(now), holidays.around(today(now)))
    nearby = places.for_emergency(session, alert.village_code, by_day=is_open(hours, now), now=now)
    return nearby.names or texts.phrase("utter_nearest_facility")


def words_after(
    session: Session, speaker: Speaker, said: str, now: datetime, inbox_id: int | None, *, is_owned: bool = False
) -> tuple[Draft, ...]:  # fmt: skip
    """A bare yes, thanks, or who is with her, soon after an alert of hers; nothing when it is anything else.

    While an officer has the talk (``is_owned``) only what the bot itself has asked is answered: who is with her.
    """
    companion, place = read_companion(said), concerns.told_village(said)
    if companion is None and place is None and (is_owned or not only_agrees(said)):
        return ()
    alert = _talked_about(session, speaker, now)
    if alert is None:
        return ()
    if place is not None and alert.village_code is None and _only_tells_where(said):
        alerts.note_place(session, speaker, place, now, inbox_id)
        noted = texts.say("utter_place_noted", village=places.village_label(session, place) or "")
        return (noted,) if companion is None else (keep_companion(session, speaker, alert, companion, now, inbox_id),)
    if companion is not None:
        return (keep_companion(session, speaker, alert, companion, now, inbox_id),)
    return () if place is not None else (texts.say("alert_stay", place=place_to_go(session, alert, now)),)


def stays(session: Session, speaker: Speaker, now: datetime) -> Draft | None:
    """What is said soon after her alert to words that nobody understands: help is called, go, tell what is new."""
    alert = _talked_about(session, speaker, now)
    return None if alert is None else texts.say("alert_stay", place=place_to_go(session, alert, now))


def _talked_about(session: Session, speaker: Speaker, now: datetime) -> Alert | None:
    """Her alert of a moment ago, when nothing else was said to her since and no later task waits for an answer."""
    alert = alerts.current_alert(session, speaker, now)
    if alert is None or alert.at < now - STAYS_FOR or speaker.role in ("cadre", "staff"):
        return None
    task = drafts.current(session, speaker.contact, now)
    if (task is not None and task.at > alert.at) or not _was_about_it(session, speaker):
        return None
    return alert


def _only_tells_where(said: str) -> bool:
    """An answer to "where are you?", not a wish of its own."""
    return len(words(said)) <= LONGEST_PLACE and "?" not in said and not wants_car(said)


def _was_about_it(session: Session, speaker: Speaker) -> bool:
    """Whether the last thing she was told was about her emergency: else a yes answers something else."""
    last = session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.contact_id == speaker.contact.id, OutboxMessage.status != "cancelled")
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    if last is None or (last.key or "").startswith("alert:"):
        return last is not None
    answered = session.get(InboxMessage, last.inbox_id) if last.inbox_id else None
    trace = (answered.trace if answered is not None else None) or {}
    return bool(trace.get("danger")) or trace.get("handled_by") == "alert" or trace.get("intent") in TOLD


def keep_companion(
    session: Session, speaker: Speaker, alert: Alert, companion: str, now: datetime, inbox_id: int | None
) -> Draft:
    """Who is with her, told to those who were called; what is said to her."""
    alerts.note_companion(session, speaker, alert, companion, now, inbox_id)
    name = "alert_alone_noted" if companion == "alone" else "alert_companion_noted"
    return texts.say(name, place=place_to_go(session, alert, now))


def _question(session: Session, alert: Alert, speaker: Speaker) -> Answer:
    if alert.village_code is None:
        return Answer("alert_ask_where" if speaker.role in ("cadre", "staff") else "utter_ask_where_are_you")
    if alert.person_id is None and shared_alarms.mothers_of(session, speaker.contact):
        names, buttons = shared_alarms.choices(session, speaker.contact)
        return Answer("alert_ask_who", {"names": names}, buttons)
    asked = texts.say("alert_ask_companion", id=alert.id)
    return Answer("alert_ask_companion", {"id": str(alert.id)}, asked.buttons)


def _buttons(alert: Alert) -> tuple[tuple[str, str], ...]:
    """A ride with one touch; and a way back, which asks once more."""
    return texts.say("alert_her_buttons", id=alert.id).buttons


def _response(kind: AlertKind, signs: tuple[str, ...]) -> str:
    if kind == "labour":
        return "utter_labour"
    return "utter_danger_newborn" if signs and all(sign.startswith(NEWBORN) for sign in signs) else "utter_danger"


def _values(alert: Alert, kind: AlertKind, signs: tuple[str, ...], place: str) -> dict[str, str]:
    roles = {recipient.role for recipient in alert.recipients}
    called = next((name for role, name in CALLED if role <= roles), "utter_helpers_none")
    values = {"place": place, "called": texts.phrase(called)}
    return values if kind == "labour" else {**values, "safe": _safe_line(signs)}


def _safe_line(signs: tuple[str, ...]) -> str:
    for sign in signs:
        name = "newborn" if sign.startswith(NEWBORN) else sign
        line = texts.phrase(f"utter_safe_{name}")
        if line:
            return line
    return ""
