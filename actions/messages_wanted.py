"""STOP and START: whether she wants to be written to at all."""

from __future__ import annotations

from actions.turn import Events, RegistryAction, Turn
from registry import audit


class ActionStopMessages(RegistryAction):
    """No more messages but answers, staff replies and emergencies."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_stop_messages"

    def act(self, turn: Turn) -> Events:
        """Remember it for the address and, when she is registered, for the person."""
        stop(turn)
        return []


def stop(turn: Turn) -> None:
    """She wants no more messages."""
    turn.speaker.contact.stopped_at = turn.now
    if turn.speaker.person is not None:
        turn.speaker.person.messages = "stopped"
    audit.note(turn.session, turn.now, "messages_stopped", contact_id=turn.speaker.contact.id)
    turn.say("utter_stopped")


class ActionStartMessages(RegistryAction):
    """Messages again."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_start_messages"

    def act(self, turn: Turn) -> Events:
        """Undo a stop."""
        turn.speaker.contact.stopped_at = None
        if turn.speaker.person is not None:
            turn.speaker.person.messages = "on"
        audit.note(turn.session, turn.now, "messages_started", contact_id=turn.speaker.contact.id)
        turn.say("utter_started")
        return []
