"""A conversation with the task form: what she writes goes through it as Rasa would send it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from actions.task_form import SLOT, ValidateTaskForm
from registry import drafts
from registry.models import Draft
from tests.actions.conftest import Heard, Talk


@dataclass
class Said:
    """What the form answers."""

    heard: Heard

    @property
    def text(self) -> str:
        """All its sentences."""
        return "\n\n".join(str(message["text"]) for message in self.heard.messages)

    @property
    def buttons(self) -> dict[str, str]:
        """Payloads by title."""
        found: dict[str, str] = {}
        for message in self.heard.messages:
            found |= {button["title"]: button["payload"] for button in message.get("buttons") or []}
        return found

    @property
    def is_answered(self) -> bool:
        """Whether the form took the message for an answer."""
        return bool(self.heard.events)


@dataclass
class TaskTalk:
    """One contact in the form; the slot that Rasa keeps is kept here."""

    talk: Talk
    form: ValidateTaskForm = field(default_factory=ValidateTaskForm)

    def say(self, text: str, intent: str = "inform", confidence: float = 0.9) -> Said:
        """She writes."""
        return self._send(self.talk.write(text), intent, confidence)

    def press(self, payload: str) -> Said:
        """She presses a button."""
        message = self.talk.write(None, button=payload)
        return self._send(message, payload.partition(":")[0].removeprefix("/"), 1.0)

    def _send(self, message: Any, intent: str, confidence: float) -> Said:
        heard = self.talk.again(self.form, message, intent, intent_ranking=[])
        return Said(heard)

    @property
    def draft(self) -> Draft | None:
        """What the form remembers of her."""
        return drafts.current(self.talk.session, self.talk.contact, self.talk.now)

    @property
    def is_open(self) -> bool:
        """Whether something is asked."""
        return self.talk.slots.get("requested_slot") == SLOT
