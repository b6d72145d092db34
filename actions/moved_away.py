"""A mother tells that she has moved out of Malang Raya: asked back once, then nothing more is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.answers import yes_or_no
from actions.task import Step, ask, done, say
from actions.turn import Turn
from registry import texts, voices
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import people
from registry.pregnancies import losses, tidings

LEAVES, OUTSIDE = "update_leaves", "outside"


def with_way_out(turn: Turn, person: Person, question: Draft, asked: str) -> Draft:
    """The question for her village with a button for a place that no list of ours has."""
    if not voices.is_hers(turn.speaker, person):
        return question
    return replace(question, buttons=((texts.phrase("update_title_outside"), f"/inform:{asked}:{OUTSIDE}"),))


def question(data: Mapping[str, Any]) -> Step:
    """What it means, and whether she wants it."""
    return ask(LEAVES, say("update_ask_leaves"), data)


def answered(turn: Turn, person: Person) -> Step | None:
    """Her pregnancy is closed as moved and her helpers hear of it; or everything stays. "Stop" is a yes here."""
    answer = True if turn.intent == "stop_messages" else yes_or_no(turn, LEAVES)
    if answer is None:
        return None
    pregnancy = people.active_pregnancy(turn.session, person) if answer else None
    if pregnancy is None or not losses.close(turn.session, turn.speaker, pregnancy, "moved", turn.now, turn.message_id):
        return done(say("update_stays"))
    draft = texts.say("moved_told", mother=voices.label(person))
    tidings.tell(
        turn.session, turn.speaker, person, draft, f"moved_told:{pregnancy.id}:{turn.now:%Y%m%d%H%M}", turn.now,
        turn.message_id,
    )  # fmt: skip
    return done(say("update_leaves_done"))
