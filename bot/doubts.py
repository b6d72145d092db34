"""A message that Rasa could not read while something may be wrong: one question, or that help has been called."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.understanding import Reply, Understanding
from registry import drafts
from registry.emergencies import triage
from registry.persons.people import Speaker

GUESSED = "nlu_fallback"


def settled(session: Session, speaker: Speaker, found: Understanding, now: datetime) -> tuple[tuple[Reply, ...], bool]:
    """What is to be said, and whether to ask if it happens now.

    Of guesses ("Maksud Ibu yang mana?") and the question about danger only the second is put: two are one too many.
    Soon after an alert of hers neither: help has been called.
    """
    if found.intent != GUESSED:
        return found.replies, found.asks_whether_now
    stays = triage.stays(session, speaker, now)
    if stays is not None:
        return (Reply(stays.text),), False
    if not found.asks_whether_now or drafts.current(session, speaker.contact, now) is not None:
        return found.replies, found.asks_whether_now
    return tuple(reply for reply in found.replies if not reply.buttons), True
