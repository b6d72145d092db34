"""A danger sign or labour that Rasa recognised: alert, call, and say what to do now."""

from __future__ import annotations

from actions.turn import Events, RegistryAction, Turn
from registry.emergencies import triage
from registry.emergencies.alerts import AlertKind


class ActionRaiseAlert(RegistryAction):
    """What the bot's own gate does, for signs that only the classifier sees.

    When the pipeline is not sure, nothing is said here: the bot asks "is it happening now?".
    """

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_raise_alert"

    def act(self, turn: Turn) -> Events:
        """One alert for one emergency, and the safe answer."""
        danger = (turn.tracker.latest_message or {}).get("danger") or {}
        if danger.get("certainty") == "ask":
            return []
        kind: AlertKind = "labour" if turn.intent == "report_labour" else "danger_sign"
        signs = tuple(danger.get("codes") or ())
        for answer in triage.answer_danger(turn.session, turn.speaker, kind, signs, turn.now, turn.message_id):
            _utter(turn, answer)
        return []


def _utter(turn: Turn, answer: triage.Answer) -> None:
    """A sentence of domain.yml by its name, one of the registry's in full; both with what may be pressed."""
    buttons = [{"title": title, "payload": payload} for title, payload in answer.draft().buttons]
    if answer.response.startswith("utter_"):
        turn.dispatcher.utter_message(response=answer.response, buttons=buttons or None, **answer.values)
    else:
        turn.dispatcher.utter_message(text=answer.draft().text, buttons=buttons or None)
