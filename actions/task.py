"""A task: what a person and the bot do over several messages, from the opening wish to the last answer.

Rasa keeps one form open for whatever task it is (``task_form``); which task, what was told so far and what is asked
stand in the registry, sealed. A task reads a message and answers with a step: what is said, what is asked next.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.turn import Turn
from registry import texts
from registry.messaging import messages

SURE = 0.6  # from here another wish is taken for one, even while an answer is expected


@dataclass(frozen=True)
class Step:
    """What follows from a message: sentences, then one question; without a question the task is done."""

    says: tuple[messages.Draft, ...] = ()
    asks: messages.Draft | None = None
    asked: str | None = None  # name of the question, so that the answer is known for what it is
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        """Whether nothing is asked any more."""
        return self.asked is None


def done(*says: messages.Draft) -> Step:
    """The task ends with these words."""
    return Step(says)


def ask(asked: str, question: messages.Draft, data: Mapping[str, Any], *says: messages.Draft) -> Step:
    """Say this, ask that, and remember what was told so far."""
    return Step(says, question, asked, data)


class Task(ABC):
    """One kind of task. Instances keep nothing; what must be remembered goes into ``Step.data`` (JSON values only)."""

    name: str
    openers: frozenset[str] = frozenset()  # intents that begin it
    welcome: frozenset[str] = frozenset()  # intents that are answers within it though they could be other wishes
    is_brief: bool = True  # the task it came into the middle of goes on afterwards; not where it changes everything

    def is_meant_by(self, turn: Turn) -> bool:
        """Whether bare data without a wish, "M-4F7Q K2 12/11", can only mean this task."""
        return False

    @abstractmethod
    def begin(self, turn: Turn) -> Step:
        """The opening message: it may hold everything already."""

    @abstractmethod
    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """An answer to the question ``asked``; None: this is no answer, something else may handle it."""


def question_of(step: Step) -> dict[str, Any]:
    """The question as it is kept beside the data, to be asked again after something else was said."""
    if step.asks is None:
        return {}
    return {"text": step.asks.text, "buttons": [list(pair) for pair in step.asks.buttons], "image": step.asks.image}


def say(name: str, /, **values: object) -> messages.Draft:
    """A sentence of the text files with its values."""
    return texts.say(name, **values)
