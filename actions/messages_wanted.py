"""STOP and START: whether she wants to be written to at all."""

from __future__ import annotations

from actions.turn import Events, RegistryAction, Turn
from nlu.language.message_wishes import refuses_messages, wants_only_reminders
from registry.messaging import messages
from registry.persons import stopping


class ActionStopMessages(RegistryAction):
    """No more messages but answers, staff replies and emergencies."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_stop_messages"

    def act(self, turn: Turn) -> Events:
        """It holds at once; then, once, she may say why."""
        stop(turn)
        return []


def stop(turn: Turn) -> None:
    """She wants no more messages."""
    if wants_only_reminders(turn.text):
        _only_reminders(turn)
        return
    news = stopping.stop(turn.session, turn.speaker, turn.now)
    turn.say("utter_stopped")
    if news:
        _utter(turn, stopping.question(turn.speaker.contact))


def _only_reminders(turn: Turn) -> None:
    """She named both: announcements off, reminders on."""
    for sentence in stopping.stop_broadcasts(turn.session, turn.speaker, turn.now):
        _utter(turn, sentence)


class ActionStartMessages(RegistryAction):
    """Messages again."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_start_messages"

    def act(self, turn: Turn) -> Events:
        """Undo a stop; a consent that she took back is asked for. Words that refuse stop, whatever was understood."""
        if refuses_messages(turn.text):
            stop(turn)
            return []
        if wants_only_reminders(turn.text):
            _only_reminders(turn)
            return []
        stopping.start(turn.session, turn.speaker, turn.now)
        consent = stopping.needs_consent(turn.session, turn.speaker)
        if consent is None:
            turn.say("utter_started")
        else:
            _utter(turn, consent)
        return []


def _utter(turn: Turn, draft: messages.Draft) -> None:
    buttons = [{"title": title, "payload": payload} for title, payload in draft.buttons]
    turn.dispatcher.utter_message(text=draft.text, buttons=buttons)
