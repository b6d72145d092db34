"""Buttons under messages that nobody had asked for (a reminder, an alert, the offer of a ride), and words that say the
same. They name an act and a number, need no understanding, and work while Rasa is away.

A payload is ``/press:<verb>:<number>``. Whoever presses must be the one the message was for: each act looks for
itself, for a payload can be typed by anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.case_reply import read_case_reply
from nlu.language.emergency_replies import only_agrees
from nlu.language.replies import read_consent, read_relayed_consent, read_yes_no
from registry import drafts, texts
from registry.acts import Act
from registry.casework import companions, complaint_questions, complaints, referrals
from registry.emergencies import alert_presses, writer_presses
from registry.messaging import broadcast_presses
from registry.messaging.messages import Draft
from registry.models import OutboxMessage
from registry.persons import consents, named_mothers, phone_numbers, proxies, shared_phones, stopping
from registry.persons.people import Speaker
from registry.pregnancies import departures, losses, visit_answers
from registry.transport import (
    birth_plan_words,
    birth_plans,
    ride_presses,
    ride_replies,
    voucher_photos,
    voucher_replies,
    vouchers,
)

PREFIX = "/press:"
PAIRED = birth_plans.PAIRED | vouchers.PAIRED
MOST_DIGITS = 9  # of a number in a payload: PostgreSQL's integers hold no more, and a longer one is none of ours
INTERRUPTED = frozenset({"visit", "list_my_mothers", "birth", "loss"})
"""Tasks in which "bu Rina pindah ke Surabaya" is no answer, though it names a mother."""
OF_RIDES = frozenset({"ride", "ride_cancel", "move"})
"""Tasks to which "sudah di mobil" is no answer."""
OF_LOSS = re.compile(
    r"(?i)\b(?:k?e?gugur\w*|meninggal\w*|wafat|sedo|seda|duka|lapor\w*|kabar\w*|(?:masih|isih|sik|tasih) \w+)\b"
)
FRESH = timedelta(hours=48)  # so long a bare yes answers the last message that asked something


@dataclass(frozen=True)
class Press:
    """What was pressed: the act and the number of what it is about; ``intent`` is what the trace tells of it."""

    verb: str
    number: int
    intent: str = "affirm"


def _thanked(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """A helper's "ok" to news that asks nothing: no menu for mothers."""
    return (texts.say("helper_thanks"),)


THANKED = "helper_thanked"
ACTS: dict[str, Act] = {
    THANKED: Act(_thanked),
    **alert_presses.PRESSES,
    **birth_plans.PRESSES,
    **broadcast_presses.PRESSES,
    **companions.PRESSES,
    **complaints.PRESSES,
    **complaint_questions.PRESSES,
    **consents.PRESSES,
    **departures.PRESSES,
    **losses.PRESSES,
    **phone_numbers.PRESSES,
    **proxies.PRESSES,
    **referrals.PRESSES,
    **ride_presses.PRESSES,
    **writer_presses.PRESSES,
    **stopping.PRESSES,
    **visit_answers.PRESSES,
    **voucher_photos.PRESSES,
    **vouchers.PRESSES,
}


def of_button(payload: object) -> Press | None:
    """The press that a button's payload names; None when it is none of ours."""
    verb, _, number = str(payload or "").removeprefix(PREFIX).partition(":")
    if not str(payload or "").startswith(PREFIX) or verb not in ACTS or not number.isdecimal():
        return None
    return Press(verb, int(number), ACTS[verb].intent) if len(number) <= _most_digits(verb) else None


def _most_digits(verb: str) -> int:
    return birth_plans.MOST_DIGITS if verb in PAIRED else MOST_DIGITS


def spoken(
    session: Session, speaker: Speaker, said: str, now: datetime, content: Mapping[str, Any] | None = None
) -> Press | None:  # fmt: skip
    """Words in place of a button: a bare yes or no to the last message, when that one asked without being asked.

    Also words that take back a loss told by mistake: whoever told it, at any time; and of a driver the picture in the
    ``content`` of a message that shows what a ride cost.
    """
    cost = voucher_photos.shown(session, speaker, content or {}, now)
    if cost is not None:
        return Press("voucher_photo", cost, ACTS["voucher_photo"].intent)
    loss = losses.taken_back(session, speaker, said, now)
    if loss is not None and _is_about_loss(session, speaker, loss, said, now):
        return Press("loss_undo", loss, ACTS["loss_undo"].intent)
    last = _last_message(session, speaker, now)
    asked_back = of_button(alert_presses.said_back(last, said))
    if asked_back is not None:
        return asked_back
    draft = drafts.current(session, speaker.contact, now)
    if draft is not None and not _asks_yes(last) and not _interrupts(session, speaker, last, said, now):
        return _beside_a_task(session, speaker, draft.task, said, now)
    return (
        _from_a_wrong_number(session, speaker, said)
        or _who_writes(session, speaker, last, said)
        or _about_a_broadcast(session, speaker, said)
        or _about_a_cost(session, speaker, last, said, now)
        or _answer_to_last(speaker, last, said)
        or _about_a_birth_plan(last, said)
        or _for_a_phoneless(last, said)
        or _about_her_leave(session, speaker, said)
        or _about_a_visit(session, speaker, last, said, now)
        or _about_an_alert(session, speaker, said, now)
        or _about_a_referral(session, speaker, said, now)
        or _about_a_ride(session, speaker, said, now)
        or _about_a_departure(session, speaker, said)
        or _about_a_complaint(session, speaker, said, now)
        or _agreed_to_a_broadcast(session, speaker, said)
        or _thanks(speaker, last, said)
    )


def _beside_a_task(session: Session, speaker: Speaker, task: str, said: str, now: datetime) -> Press | None:
    """What is no answer to the open task: a mother has moved away, or news of a car that came meanwhile."""
    wrong = _from_a_wrong_number(session, speaker, said)
    if wrong is not None and shared_phones.must_ask(session, speaker.contact):
        return wrong  # on a number that was only told, until she has said that it is she
    if task in OF_RIDES and ride_replies.is_news(said):
        return _about_a_ride(session, speaker, said, now)
    return _about_a_departure(session, speaker, said) if task in INTERRUPTED else None


def _is_about_loss(session: Session, speaker: Speaker, loss: int, said: str, now: datetime) -> bool:
    """Whether "salah tulis" is about the loss: not while another task is answered, nor beside another mother's name."""
    names = named_mothers.called_in(session, speaker, said) if speaker.role in ("cadre", "staff") else ()
    if names:
        return losses.is_of(session, loss, names)
    draft = drafts.current(session, speaker.contact, now)
    return draft is None or draft.task == "loss" or bool(OF_LOSS.search(said))


def _about_a_broadcast(session: Session, speaker: Speaker, said: str) -> Press | None:
    """An officer says what is to become of one."""
    found = broadcast_presses.spoken(session, speaker, said)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _agreed_to_a_broadcast(session: Session, speaker: Speaker, said: str) -> Press | None:
    """ "Setuju" alone, when nothing else that was asked means it."""
    found = broadcast_presses.agreed(session, speaker, said)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _from_a_wrong_number(session: Session, speaker: Speaker, said: str) -> Press | None:
    """The number has a new owner, who says so."""
    found = phone_numbers.spoken(session, speaker, said)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _who_writes(session: Session, speaker: Speaker, last: OutboxMessage | None, said: str) -> Press | None:
    """One of several mothers on this phone says which she is; or a yes to "is this her new number?"."""
    found = shared_phones.spoken(session, speaker.contact, said) if speaker.role == "mother" else None
    if found is not None:
        return Press(*found, ACTS[found[0]].intent)
    answer = read_consent(said) if shared_phones.asks_of_one(_payloads(last)) else None
    return next((of_button(payload) for payload in _meant(last, answer)), None) if last and answer else None


def reported(session: Session, speaker: Speaker, said: str, codes: Sequence[str], now: datetime) -> Press | None:
    """What a helper answers to an alert she was sent, naming its sign again; a new sign is a new emergency."""
    press = _about_an_alert(session, speaker, said, now)
    if (
        press is None
        or press.verb in alert_presses.BARE
        or not set(codes) <= alert_presses.signs_of_answered(session, speaker, press.number)
    ):
        return None
    return press


def _about_an_alert(session: Session, speaker: Speaker, said: str, now: datetime) -> Press | None:
    """Words of a midwife or a cadre who was called."""
    found = alert_presses.spoken(session, speaker, said, now)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _about_a_referral(session: Session, speaker: Speaker, said: str, now: datetime) -> Press | None:
    """Words of whoever refers, or of the hospital."""
    found = referrals.spoken(session, speaker, said, now)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _about_a_ride(session: Session, speaker: Speaker, said: str, now: datetime) -> Press | None:
    """Words of a driver, or of those who wait for a car."""
    found = ride_replies.spoken(session, speaker, said, now)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _thanks(speaker: Speaker, last: OutboxMessage | None, said: str) -> Press | None:
    """A helper's bare "ok" or thanks to what was pushed to her, when it asked nothing that a yes could answer."""
    if speaker.role not in ("cadre", "staff") or last is None or not only_agrees(said):
        return None
    asks = last.kind == "reply" and ("?" in last.text or _payloads(last))
    return None if asks else Press(THANKED, 0, ACTS[THANKED].intent)


def _about_a_visit(
    session: Session, speaker: Speaker, last: OutboxMessage | None, said: str, now: datetime
) -> Press | None:  # fmt: skip
    """More words than a bare no to the question after a check-up; or one that was told by mistake."""
    asked = visit_answers.meant(_payloads(last), said, now) if last is not None and last.kind != "reply" else None
    found = visit_answers.spoken(session, speaker, said, now) if asked is None else None
    return of_button(asked) if found is None else Press(*found, ACTS[found[0]].intent)


def _about_a_cost(
    session: Session, speaker: Speaker, last: OutboxMessage | None, said: str, now: datetime
) -> Press | None:  # fmt: skip
    """A driver writes what a ride cost, or that he wants nothing for it."""
    payloads = _payloads(last) if last is not None else []
    found = voucher_replies.spoken(session, speaker, payloads, said, now)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _about_a_birth_plan(last: OutboxMessage | None, said: str) -> Press | None:
    """Words in answer to a question of the birth plan."""
    buttons = (last.extras or {}).get("buttons", ()) if last is not None else ()
    return of_button(birth_plan_words.meant([(title, payload) for title, payload in buttons], said))


def _about_a_departure(session: Session, speaker: Speaker, said: str) -> Press | None:
    """A helper tells that a mother has moved away."""
    found = departures.spoken(session, speaker, said)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _about_a_complaint(session: Session, speaker: Speaker, said: str, now: datetime) -> Press | None:
    """An officer names the complaint that he answers; whoever complained asks what became of it."""
    found = complaints.spoken(session, speaker, said, now) or complaint_questions.spoken(session, speaker, said, now)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _last_message(session: Session, speaker: Speaker, now: datetime) -> OutboxMessage | None:
    """What she was told last, however it came about."""
    return session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.contact_id == speaker.contact.id, OutboxMessage.sent_at >= now - FRESH)
        .order_by(OutboxMessage.sent_at.desc(), OutboxMessage.id.desc())
        .limit(1)
    )


def _interrupts(session: Session, speaker: Speaker, last: OutboxMessage | None, said: str, now: datetime) -> bool:
    """Whether a helper answers an alert that came into the middle of a task; "saya tangani" answers nothing else."""
    if speaker.role not in ("cadre", "staff"):
        return False
    if alert_presses.is_of_alert(last) or read_case_reply(said) == "take":
        return True
    return alert_presses.names_her(session, speaker, said, now)


def _answer_to_last(speaker: Speaker, last: OutboxMessage | None, said: str) -> Press | None:
    agreed = read_consent(said)
    answer = read_yes_no(said)
    if answer is None and agreed is None and speaker.staff is None and not alert_presses.may_be_news(said):
        return None
    if last is None or (last.kind == "reply" and not _asks_yes(last)):
        return None
    answer = agreed if agreed is not None and _asks_leave(last) else answer  # "gak apa-apa" gives leave
    if answer is None:
        return of_button(
            alert_presses.answer_meant(_payloads(last), said) or referrals.answer_meant(_payloads(last), said)
        )
    pressed = next((of_button(payload) for payload in _meant(last, answer)), None)
    if pressed is not None and pressed.verb in alert_presses.OUTCOMES and alert_presses.is_of_alert(last):
        return None  # "iya" to "please visit her" is not "I have visited her"
    if pressed is not None and pressed.verb in ride_presses.PRESSES and "?" not in last.text:
        return None  # "ok" to the news that a car comes is not "she sits in it"
    if pressed is not None and pressed.verb in broadcast_presses.NEVER_BY_A_BARE_WORD:
        return Press(broadcast_presses.SURE, pressed.number)
    return pressed


def asks_since(session: Session, speaker: Speaker, message_id: int, now: datetime) -> bool:
    """Whether the last thing said to her asks for a yes and is no answer to this message: then a yes is for that."""
    last = _last_message(session, speaker, now)
    return last is not None and last.inbox_id != message_id and _has_yes(last)


def _asks_yes(message: OutboxMessage | None) -> bool:
    """Whether its first button is a yes to one of our acts: "Benar sudah pindah?", though it answered something."""
    return message is not None and _has_yes(message) and of_button(_payloads(message)[0]) is not None


def _has_yes(message: OutboxMessage) -> bool:
    titles = [title for title, _ in (message.extras or {}).get("buttons", ())]
    return bool(titles) and read_consent(titles[0].split(" ")[0]) == "yes"


def _about_her_leave(session: Session, speaker: Speaker, said: str) -> Press | None:
    """A mother whom a helper registered says yes or no, some messages after she was asked."""
    found = consents.spoken(session, speaker, said)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _for_a_phoneless(last: OutboxMessage | None, said: str) -> Press | None:
    """ "Beliau mau": what a mother without a telephone answered to the helper who was told to ask her."""
    verbs = {"yes": "proxy_yes", "no": "proxy_no"}
    verb = verbs.get(read_relayed_consent(said) or "") if last is not None else None
    presses = (of_button(payload) for payload in _payloads(last)) if last is not None else ()
    return next((press for press in presses if press is not None and press.verb == verb), None)


def _asks_leave(message: OutboxMessage) -> bool:
    """Whether its first button is a yes: then "boleh" or "bisa bu" presses it, and "gak usah" the other one."""
    titles = [title for title, _ in (message.extras or {}).get("buttons", ())]
    return bool(titles) and read_consent(titles[0]) == "yes"


def _payloads(message: OutboxMessage | None) -> list[str]:
    extras = (message.extras if message is not None else None) or {}
    return [payload for _, payload in extras.get("buttons", ())]


def _meant(message: OutboxMessage, answer: str) -> list[str]:
    """The buttons that a yes or a no stands for: the first one is the yes, a no is one whose title says so."""
    buttons: list[tuple[str, str]] = [(title, payload) for title, payload in (message.extras or {}).get("buttons", ())]
    if answer == "yes":
        return [payload for _, payload in buttons[:1]]
    return [payload for title, payload in buttons if read_yes_no(title.split(" ")[0]) == "no"]


def act(session: Session, speaker: Speaker, press: Press, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """Do it; what is said to the one who pressed, never nothing."""
    if press.number >= 10 ** _most_digits(press.verb):
        return (texts.say("press_too_late"),)
    return ACTS[press.verb].do(session, speaker, press.number, now, inbox_id) or (texts.say("press_too_late"),)
