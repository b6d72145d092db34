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
from nlu.language.replies import read_consent, read_yes_no
from registry import drafts, texts
from registry.acts import Act
from registry.casework import companions, complaints, referrals
from registry.emergencies import alert_presses
from registry.messaging import broadcast_presses
from registry.messaging.messages import Draft
from registry.models import OutboxMessage
from registry.persons import consents, named_mothers, phone_numbers, proxies, shared_phones, stopping
from registry.persons.people import Speaker
from registry.pregnancies import departures, losses, visit_answers
from registry.transport import birth_plans, ride_presses, ride_replies, voucher_photos, vouchers

PREFIX = "/press:"
MOST_DIGITS = 9  # of a number in a payload: PostgreSQL's integers hold no more, and a longer one is none of ours
INTERRUPTED = frozenset({"visit", "list_my_mothers", "birth", "loss"})
"""Tasks in which "bu Rina pindah ke Surabaya" is no answer, though it names a mother."""
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
    **consents.PRESSES,
    **departures.PRESSES,
    **losses.PRESSES,
    **phone_numbers.PRESSES,
    **proxies.PRESSES,
    **referrals.PRESSES,
    **ride_presses.PRESSES,
    **shared_phones.PRESSES,
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
    return birth_plans.MOST_DIGITS if verb in birth_plans.PAIRED else MOST_DIGITS


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
    if draft is not None and not _interrupts(session, speaker, last, said, now):
        return _about_a_departure(session, speaker, said) if draft.task in INTERRUPTED else None
    return (
        _from_a_wrong_number(session, speaker, said)
        or _who_writes(session, speaker, said)
        or _about_a_broadcast(session, speaker, said)
        or _answer_to_last(speaker, last, said)
        or _about_a_visit(session, speaker, last, said, now)
        or _about_an_alert(session, speaker, said, now)
        or _about_a_referral(session, speaker, said, now)
        or _about_a_ride(session, speaker, said, now)
        or _about_a_departure(session, speaker, said)
        or _about_a_complaint(session, speaker, said, now)
        or _agreed_to_a_broadcast(session, speaker, said)
        or _thanks(speaker, last, said)
    )


def _is_about_loss(session: Session, speaker: Speaker, loss: int, said: str, now: datetime) -> bool:
    """Whether "salah tulis" is about the loss: not while another task is answered, nor beside another mother's name."""
    draft = drafts.current(session, speaker.contact, now)
    if draft is not None and draft.task != "loss" and not OF_LOSS.search(said):
        return False
    names = named_mothers.called_in(session, speaker, said) if speaker.role in ("cadre", "staff") else ()
    return not names or losses.is_of(session, loss, names)


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


def _who_writes(session: Session, speaker: Speaker, said: str) -> Press | None:
    """One of several mothers on this phone says which she is."""
    found = shared_phones.spoken(session, speaker.contact, said) if speaker.role == "mother" else None
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def reported(session: Session, speaker: Speaker, said: str, codes: Sequence[str], now: datetime) -> Press | None:
    """What a helper answers to an alert she was sent, naming its sign again; a new sign is a new emergency."""
    press = _about_an_alert(session, speaker, said, now)
    if (
        press is None
        or press.verb in alert_presses.BARE
        or not set(codes) <= alert_presses.signs_of_answered(session, press.number)
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


def _about_a_departure(session: Session, speaker: Speaker, said: str) -> Press | None:
    """A helper tells that a mother has moved away."""
    found = departures.spoken(session, speaker, said)
    return None if found is None else Press(*found, ACTS[found[0]].intent)


def _about_a_complaint(session: Session, speaker: Speaker, said: str, now: datetime) -> Press | None:
    """An officer names the complaint that he answers."""
    found = complaints.spoken(session, speaker, said, now)
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
    if last is None or last.kind == "reply":
        return None
    answer = answer or (agreed if _asks_leave(last) else None)
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


def _asks_leave(message: OutboxMessage) -> bool:
    """Whether its first button is a yes: then "boleh" or "bisa bu" presses it, and "gak usah" the other one."""
    titles = [title for title, _ in (message.extras or {}).get("buttons", ())]
    return bool(titles) and read_consent(titles[0]) == "yes"


def _payloads(message: OutboxMessage) -> list[str]:
    return [payload for _, payload in (message.extras or {}).get("buttons", ())]


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
