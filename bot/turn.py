"""What is done with one message before Rasa is asked, and after: two short transactions around one network call.

The danger gate stands here, in front of everything: it answers in the middle of a form, while an officer owns the
talk, and when Rasa is down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot import doubts, helpers, masking, plain_wishes
from bot.understanding import Understanding, joined
from nlu.language import danger
from nlu.language.danger import Finding
from nlu.language.danger_denial import denies_danger
from nlu.language.normalise import MAX_LENGTH, clean
from nlu.language.replies import read_yes_no
from registry import drafts, presses, texts
from registry.casework import talk_history, talks
from registry.emergencies import alerts, concerns, triage
from registry.emergencies.alerts import AlertKind
from registry.messaging import messages
from registry.models import InboxMessage
from registry.persons import invitations, people
from registry.persons.people import Speaker
from registry.presses import Press
from registry.transport import ride_pins

COMMANDS = {
    "/start": "/greet",
    "/bantuan": "/ask_help",
    "/help": "/ask_help",
    "/stop": "/stop_messages",
    "/mulai": "/start_messages",
    "/bidan": "/talk_to_human",
    "/cek": "/check_eligibility",
}
WORDS = {  # what our own texts tell her to type must never be misread
    **dict.fromkeys(("stop", "berhenti", "unsub", "unsubscribe"), "/stop_messages"),
    **dict.fromkeys(("mulai", "start"), "/start_messages"),
    "bidan": "/talk_to_human",
}
READ_BY_RASA = 1500  # characters; the gate reads more
QUESTION_HOLDS = timedelta(minutes=30)
UNREADABLE = {"voice", "photo", "video", "document"}
ALERT_KIND: dict[str, AlertKind] = {"danger": "danger_sign", "labour": "labour"}
ALARM_BUTTONS: dict[str, AlertKind] = {"/report_danger_sign": "danger_sign", "/report_labour": "labour"}
UNNAMED = "unspecified"
ABOUT_MANY = frozenset({"list_my_mothers", "ask_recap", "send_broadcast"})  # "siapa yang mau lahiran bulan ini"
QUESTION_BUTTONS = {"/danger_yes": "yes", "/danger_no": "no"}


@dataclass(frozen=True)
class ForRasa:
    """What Rasa is to be asked: masked text (or a button's payload), an opaque sender, and what is known of her."""

    sender: str
    text: str
    metadata: dict[str, Any]
    too_long: bool = False


@dataclass(frozen=True)
class Settled:
    """The message is answered (or needs no answer); this is what happened to it."""

    trace: dict[str, Any]


def words_of(content: dict[str, Any]) -> str:
    """What was said: the text, or what stands under a picture."""
    return clean(_written(content))


def heard_of(content: dict[str, Any]) -> str:
    """What the gate reads: all of it, for the sign may stand at the end of a long story."""
    text = _written(content)
    return " ".join(clean(text[at : at + MAX_LENGTH]) for at in range(0, len(text), MAX_LENGTH))


def _written(content: dict[str, Any]) -> str:
    return str(content.get("text") or (content.get("media") or {}).get("caption") or "")


def masked(said: str) -> str:
    """A cleaned text as Rasa may see it: no number that names a person, and nothing it would take for a command."""
    return masking.masked(said, READ_BY_RASA)


def priority_of(content: dict[str, Any], *, asked: bool = False) -> int:
    """Whether a message may overtake others: a danger sign, and the answer when ``asked`` whether there is one."""
    said, button = words_of(content), content.get("button")
    if button in ALARM_BUTTONS or button in QUESTION_BUTTONS or (asked and read_yes_no(said) is not None):
        return messages.DANGER
    finding = danger.assess(heard_of(content)) if said else None
    return messages.DANGER if finding is not None and finding.certainty == "alarm" else messages.ANSWER


def prepare(session: Session, message: InboxMessage, now: datetime) -> ForRasa | Settled:
    """Everything that needs no understanding: danger, open questions, buttons, media, silence while staff talks."""
    contact, content = message.contact, message.content
    if content.get("kind") == "group":
        return _without_words(session, message, now)
    speaker = people.speaker(session, contact)
    said = words_of(content)
    age = _gestation_days(session, speaker, now)
    refers = plain_wishes.refers(session, speaker, said, now)
    finding = danger.assess(heard_of(content), gestation_days=age) if said and not refers else None
    if finding is not None and finding.certainty == "alarm":
        report = presses.reported(session, speaker, said, finding.codes, now)
        if report is not None:
            return _pressed(session, speaker, message, report, now)
        return _alarm(session, speaker, message, ALERT_KIND[finding.kind], finding.codes, now)
    if content.get("button") in ALARM_BUTTONS:
        return _alarm(session, speaker, message, ALARM_BUTTONS[content["button"]], ("unspecified",), now)
    answer = _answer_to_question(session, speaker, content, said, now)
    if answer is not None:
        return _settle_question(session, speaker, message, answer, now)
    pressed = presses.of_button(content.get("button")) or presses.spoken(session, speaker, said, now, content)
    if pressed is not None:
        return _pressed(session, speaker, message, pressed, now)
    invited = () if content.get("button") else invitations.answer(session, contact, said, now)
    if invited:
        return _invited(session, message, invited, now)
    if _shows_emergency(session, speaker, message, now):
        return Settled(trace_of("alert", intent="inform", confidence=1.0))
    is_owned = talks.hear(session, contact, talk_history.said(content), now, message.id)
    stays = (
        () if content.get("button") else triage.words_after(session, speaker, said, now, message.id, is_owned=is_owned)
    )
    if stays:
        return _stay(session, message, stays, now)
    if is_owned:
        return Settled(trace_of("staff"))
    if denies_danger(said) and drafts.current(session, contact, now) is None:
        return _denied(session, message, now)
    if not said and _payload(content, said) is None and not _shows_place(session, message, now):
        return _without_words(session, message, now)
    return _for_rasa(session, speaker, message, said, now)


def _pressed(session: Session, speaker: Speaker, message: InboxMessage, press: Press, now: datetime) -> Settled:
    """A button under a message that nobody had asked for, or words that say the same: needs no understanding."""
    for number, draft in enumerate(presses.act(session, speaker, press, now, message.id)):
        _queue(session, message, draft, now, f"press{number}")
    return Settled(trace_of("press", intent=press.intent, confidence=1.0))


def _invited(session: Session, message: InboxMessage, answers: Sequence[messages.Draft], now: datetime) -> Settled:
    """An invitation code is no wish: nobody needs to understand it, and Rasa never sees it."""
    for number, draft in enumerate(answers):
        _queue(session, message, draft, now, f"invitation{number}")
    return Settled(trace_of("invitation", intent="inform", confidence=1.0))


def _shows_emergency(session: Session, speaker: Speaker, message: InboxMessage, now: datetime) -> bool:
    """Her phone says where it is while an emergency of hers is open; an open task reads the place as well."""
    media = message.content.get("media") or {}
    if media.get("kind") != "location":
        return False
    if not alerts.note_pin(session, speaker, media.get("lat"), media.get("lon"), now, message.id):
        return False
    if drafts.current(session, message.contact, now) is not None:
        return False
    _shows_driver(session, message, now, is_emergency=True)
    return _queue(session, message, texts.say("alert_pin_noted"), now, "pin")


def _shows_driver(session: Session, message: InboxMessage, now: datetime, *, is_emergency: bool) -> bool:
    """The place on the map of whoever waits for a car."""
    media = message.content.get("media") or {}
    speaker, lat, lon = people.speaker(session, message.contact), media.get("lat"), media.get("lon")
    return ride_pins.note_pin(session, speaker, lat, lon, now, message.id, is_emergency=is_emergency)


def _stay(session: Session, message: InboxMessage, answers: Sequence[messages.Draft], now: datetime) -> Settled:
    """A bare yes or thanks after an alert is no small talk."""
    for number, draft in enumerate(answers):
        _queue(session, message, draft, now, f"stay{number}")
    return Settled(trace_of("alert", intent="affirm", confidence=1.0))


def _denied(session: Session, message: InboxMessage, now: datetime) -> Settled:
    """ "Tidak pendarahan kok" needs no question whether it is so."""
    message.contact.open_question = None
    _queue(session, message, texts.say("utter_danger_denied"), now, "denied")
    return Settled(trace_of("danger_gate", intent="deny", confidence=1.0))


def _shows_place(session: Session, message: InboxMessage, now: datetime) -> bool:
    """A location while a task is open: it may be the answer."""
    media = message.content.get("media") or {}
    return media.get("kind") == "location" and drafts.current(session, message.contact, now) is not None


def _alarm(
    session: Session, speaker: Speaker, message: InboxMessage, kind: AlertKind, signs: tuple[str, ...], now: datetime
) -> Settled:
    _say_danger(session, speaker, kind, signs, now, message)
    speaker.contact.open_question = None
    intent = "report_labour" if kind == "labour" else "report_danger_sign"
    return Settled(trace_of("danger_gate", intent=intent, confidence=1.0, danger=list(signs)))


def _say_danger(
    session: Session, speaker: Speaker, kind: AlertKind, signs: tuple[str, ...], now: datetime, message: InboxMessage
) -> None:
    for number, answer in enumerate(triage.answer_danger(session, speaker, kind, signs, now, message.id)):
        _queue(session, message, answer.draft(), now, f"danger{number}", priority=messages.DANGER)


def _answer_to_question(
    session: Session, speaker: Speaker, content: dict[str, Any], said: str, now: datetime
) -> str | None:
    """A bare yes or no, while nothing else that a yes answers was asked since."""
    button, question = content.get("button"), speaker.contact.open_question
    if button in QUESTION_BUTTONS:
        return QUESTION_BUTTONS[button]
    if question is None or button:
        return None
    asked = session.get(InboxMessage, int(question))
    if asked is None or asked.received_at < now - QUESTION_HOLDS:
        return None
    return None if presses.asks_since(session, speaker, asked.id, now) else read_yes_no(said)


def _settle_question(session: Session, speaker: Speaker, message: InboxMessage, answer: str, now: datetime) -> Settled:
    contact = speaker.contact
    asked = session.get(InboxMessage, int(contact.open_question)) if contact.open_question else None
    about = (asked.trace or {}) if asked else {}
    finding = _finding_in(session, speaker, asked, now)
    contact.open_question = None
    if answer == "yes":
        labour = finding.kind == "labour" if finding else about.get("intent") == "report_labour"
        kind: AlertKind = "labour" if labour else "danger_sign"
        signs = tuple(about.get("danger") or ("unspecified",))
        _say_danger(session, speaker, kind, signs, now, message)
        return Settled(trace_of("danger_question", intent="affirm", confidence=1.0, danger=list(signs)))
    said = "utter_danger_past" if finding is not None and finding.when == "past" else "utter_danger_denied"
    _queue(session, message, texts.say(said), now, "denied")
    return Settled(trace_of("danger_question", intent="deny", confidence=1.0))


def _finding_in(session: Session, speaker: Speaker, asked: InboxMessage | None, now: datetime) -> Finding | None:
    """What the gate reads in the message that was asked about."""
    if asked is None:
        return None
    return danger.assess(heard_of(asked.content), gestation_days=_gestation_days(session, speaker, now))


def _without_words(session: Session, message: InboxMessage, now: datetime) -> Settled:
    kind = message.content.get("kind", "message")
    media = (message.content.get("media") or {}).get("kind")
    names = {"contact": "utter_phone_kept", "refused_contact": "utter_phone_refused", "group": "utter_group"}
    if kind in names:
        _queue(session, message, texts.say(names[kind]), now, kind)
    elif media in UNREADABLE:
        message.contact.open_question = str(message.id)
        _queue(session, message, texts.say("utter_media_unreadable"), now, "media")
    elif media == "location":
        waits = _shows_driver(session, message, now, is_emergency=False)
        nothing = helpers.place_received(people.speaker(session, message.contact))
        _queue(session, message, texts.say("ride_pin_noted" if waits else nothing), now, "location")
    else:
        _queue(session, message, texts.say("utter_media_other"), now, "media")
    return Settled(trace_of("media" if media else kind))


def _for_rasa(session: Session, speaker: Speaker, message: InboxMessage, said: str, now: datetime) -> ForRasa:
    heard = heard_of(message.content)
    plain = not message.content.get("button")
    note = helpers.payload(session, speaker, _written(message.content), said, heard, now) if plain else None
    note = note or (plain_wishes.payload(session, speaker, said, now) if plain else None)
    payload = _payload(message.content, said) or note
    metadata = {
        "message_id": message.id,
        "role": speaker.role,
        "gestation_days": _gestation_days(session, speaker, now),
        "refers": plain_wishes.refers(session, speaker, said, now),
    }
    text = payload or (masked(said) if said else "/inform")
    return ForRasa(speaker.contact.uid, text, metadata, too_long=note is None and len(said) > READ_BY_RASA)


def _payload(content: dict[str, Any], said: str) -> str | None:
    """The intent that a button or one of our commands names; a payload that we never sent names nothing."""
    button = content.get("button")
    if button:
        wish = str(button).partition(":")[0]  # behind the colon stands what the action reads for itself
        return wish if wish[:1] == "/" and wish[1:] in texts.intents() else None
    return _command(said)


def _command(said: str) -> str | None:
    """A command of the menu, or a message that is nothing but one of the words we have told her."""
    first = said.split(" ")[0].lower()
    return COMMANDS.get(first) or WORDS.get(said.lower().strip(" .!,\"'"))


def conclude(session: Session, message: InboxMessage, found: Understanding, too_long: bool, now: datetime) -> Settled:
    """Queue what Rasa said; a sign it was not sure of is asked about last, so that the buttons stand below."""
    if too_long:
        _queue(session, message, texts.say("utter_too_long"), now, "long")
    speaker = people.speaker(session, message.contact)
    said, asks = doubts.settled(session, speaker, found, now)
    replies = tuple(helpers.reply_for(speaker, reply) for reply in said)
    for number, reply in enumerate(joined(replies)):
        draft = messages.Draft(reply.text, buttons=reply.buttons, image=reply.image)
        _queue(session, message, draft, now, str(number))
    codes = list(found.danger.get("codes", []))
    about_many = speaker.role in ("cadre", "staff") and found.intent in ABOUT_MANY
    if asks and not about_many and not _answered_a_task(session, message, codes, now):
        _ask_whether_now(session, message, now)
    if _should_ask_phone(session, message):
        _queue(session, message, replace(texts.say("utter_ask_phone"), ask_contact=True), now, "phone")
    entities = [{"entity": e["entity"], "value": e["value"]} for e in found.entities]
    return Settled(trace_of("rasa", intent=found.intent, confidence=found.confidence, entities=entities, danger=codes))


def _answered_a_task(session: Session, message: InboxMessage, codes: list[str], now: datetime) -> bool:
    """No sign was named, the classifier alone was in doubt, and the open task has taken the words for its answer."""
    draft = drafts.current(session, message.contact, now)
    return codes == [UNNAMED] and draft is not None and draft.read_message == message.id


def _should_ask_phone(session: Session, message: InboxMessage) -> bool:
    """On her first message where the channel does not tell her number: without it she is a stranger to the registry."""
    if message.contact.phone is not None or message.contact.channel != "telegram":
        return False
    return messages.is_first(session, message)


def _ask_whether_now(session: Session, message: InboxMessage, now: datetime) -> None:
    """Ask once about a message, also when it is understood only later: she may have answered meanwhile."""
    if _queue(session, message, texts.say("utter_danger_ask"), now, "ask"):
        message.contact.open_question = str(message.id)


def make_wait(session: Session, message: InboxMessage, now: datetime) -> Settled:
    """Rasa is not there: tell her once that it takes a moment; a sign the gate is unsure of is asked at once."""
    heard = heard_of(message.content)
    finding = danger.assess(heard) if heard else None
    if not message.told_to_wait:
        message.told_to_wait = True
        _queue(session, message, texts.say("utter_wait"), now, "wait")
        if finding is not None:
            _ask_whether_now(session, message, now)
    return Settled(trace_of("waiting", danger=list(finding.codes) if finding else []))


def give_up(session: Session, message: InboxMessage, now: datetime) -> Settled:
    """We fail at this one message again and again: a person must read it, and what she writes next must not wait."""
    talks.open_handoff(session, people.speaker(session, message.contact), "system", now, message.id)
    _queue(session, message, texts.say("utter_system_error"), now, "failed")
    return Settled(trace_of("failed"))


def trace_of(handled_by: str, **values: Any) -> dict[str, Any]:
    """What is told of a message afterwards: never its text."""
    return {"intent": None, "confidence": None, "entities": [], "danger": [], "handled_by": handled_by, **values}


def _gestation_days(session: Session, speaker: Speaker, now: datetime) -> int | None:
    if speaker.person is None or speaker.role in ("cadre", "staff"):
        return None
    return concerns.gestation_days(people.active_pregnancy(session, speaker.person), now)


def _queue(
    session: Session, message: InboxMessage, draft: messages.Draft, now: datetime, part: str,
    priority: int = messages.ANSWER,
) -> bool:  # fmt: skip
    return messages.queue(
        session, message.contact, draft, kind="reply", priority=priority, now=now,
        key=f"in:{message.id}:{part}", inbox_id=message.id,
    )  # fmt: skip
