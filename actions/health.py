"""Health questions: an answer of the bank when it is surely the right one, else a midwife."""

from __future__ import annotations

from actions.turn import Events, RegistryAction, Turn
from registry import texts
from registry.casework import talks

SURE_FROM = 0.60  # nine in ten right on questions not seen before (nlu/README.md); below it a midwife is asked


class ActionAnswerHealth(RegistryAction):
    """No diagnosis, no dose: only what stands in nlu/health.yml."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_answer_health"

    def act(self, turn: Turn) -> Events:
        """Answer, or pass the question on."""
        topic = (turn.tracker.latest_message or {}).get("health_topic") or {}
        answer = texts.health_answers().get(str(topic.get("id")))
        sure = float(topic.get("confidence") or 0.0) >= SURE_FROM
        if answer is None or not sure or not (answer.approved or turn.sends_unsigned):
            talks.open_handoff(turn.session, turn.speaker, "ask_pregnancy_health", turn.now, turn.message_id)
            turn.say("utter_handed_over_health")
            return []
        turn.dispatcher.utter_message(text=answer.text)
        turn.say("utter_health_midwife" if answer.see_midwife else "utter_health_more")
        return []
