"""What is different when a cadre, an officer or a driver writes: short wishes that need no classifier, and answers to
small talk that are not a mother's menu."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from bot.understanding import Reply
from nlu.language import danger
from nlu.language.helper_wishes import asks_for_card, asks_for_list, puts_dates_right
from nlu.language.registration_gaps import read_newer, read_same
from nlu.language.registration_notes import is_note
from nlu.language.role_claims import asks_for_others
from nlu.language.visit_report import read_visit, speaks_of_visit
from registry import drafts, texts
from registry.persons import named_mothers
from registry.persons.people import Speaker

REGISTRATION = "registration"  # the task in which the next note belongs
SEVERAL = 2
_SENTENCE = re.compile(r"[.;\n]+")
HELPERS = frozenset({"cadre", "staff", "driver"})
SMALL_TALK = (
    "utter_greet", "utter_thank", "utter_ask_help", "utter_affirm_alone", "utter_deny_alone", "utter_cancelled",
    "utter_information_alone",
)  # fmt: skip


def payload(session: Session, speaker: Speaker, written: str, said: str, heard: str, now: datetime) -> str | None:
    """The wish of a helper's words where no classifier has to guess; None when Rasa should read them.

    A note of a mother is a registration: names and numbers are nothing a classifier could learn.
    """
    draft = drafts.current(session, speaker.contact, now)
    chosen = _chosen(draft.asked or "", said) if draft is not None and draft.task == REGISTRATION else None
    if chosen is not None and speaker.role in ("cadre", "staff"):
        return chosen
    if not said or danger.assess(heard) is not None or (draft is not None and draft.task != REGISTRATION):
        return None
    found = _wish(session, speaker, said, now) if draft is None else None
    if found is not None or speaker.role not in ("cadre", "staff"):
        return found
    return "/register_pregnancy" if is_note(written, now) else None


def place_received(speaker: Speaker) -> str:
    """What is said to a place on the map that nobody waits for: a helper's is none of a mother who is lost."""
    return "helper_location" if speaker.role in HELPERS else "utter_location_received"


def _wish(session: Session, speaker: Speaker, said: str, now: datetime) -> str | None:
    """The intent of a helper's short wish, as a payload; None when Rasa should read it."""
    if speaker.role not in ("cadre", "staff"):
        return "/list_my_mothers" if asks_for_others(said) else None
    if asks_for_list(said):
        return "/list_my_mothers"
    dates, visit = puts_dates_right(said, now), _reports_visit(session, speaker, said, now)
    if not (dates or visit or asks_for_card(said)) or not named_mothers.called_in(session, speaker, said):
        return None
    return "/update_data" if dates else "/report_antenatal_visit" if visit else "/list_my_mothers"


def _chosen(asked: str, said: str) -> str | None:
    """The answer to "is it the same mother?" and "the old or the new?", which are no everyday yes and no."""
    answer = read_same(said) if asked == "duplicate" else None
    if asked == "differ" and read_newer(said) is not None:
        answer = "yes" if read_newer(said) else "no"
    return {"yes": "/affirm", "no": "/deny"}.get(answer or "")


def _reports_visit(session: Session, speaker: Speaker, said: str, now: datetime) -> bool:
    """ "Bu Rina K4 kemarin", or who was seen today by name when they are several."""
    report = read_visit(said, now)
    if report.kinds and report.done is True:
        return True
    sentences = [part for part in _SENTENCE.split(said) if speaks_of_visit(part)]
    told = [part for part in sentences if read_visit(part, now).done is True]
    return any(len(named_mothers.called_in(session, speaker, part)) >= SEVERAL for part in told)


def reply_for(speaker: Speaker, reply: Reply) -> Reply:
    """What Rasa says to small talk, in the words for who is no mother."""
    if speaker.role not in HELPERS:
        return reply
    name = next((name for name in SMALL_TALK if texts.say(name).text.strip() == reply.text.strip()), None)
    if name is None:
        return reply
    own = texts.say(f"{name.removeprefix('utter_')}_{speaker.role}")
    return Reply(own.text, own.buttons)
