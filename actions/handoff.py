"""When a person must answer, and when the bot did not understand."""

from __future__ import annotations

from typing import Any

from rasa_sdk.events import SlotSet

from actions.turn import Events, RegistryAction, Turn
from registry import texts
from registry.casework import talks

OFFERED = 2
SAID = {"ask_pregnancy_health": "utter_handed_over_health"}


class ActionHandOver(RegistryAction):
    """Opens a talk for staff and says so."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_hand_over"

    def act(self, turn: Turn) -> Events:
        """The intent is the reason."""
        talks.open_handoff(turn.session, turn.speaker, turn.intent, turn.now, turn.message_id)
        turn.say(SAID.get(turn.intent, "utter_handed_over"))
        return []


class ActionOfferReadings(RegistryAction):
    """Not understood: the two best readings as buttons; the second time in a row a person is called."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_offer_readings"

    def act(self, turn: Turn) -> Events:
        """Offer, or hand over."""
        if turn.slot("waiting_for") == "reading" and _misread_before(turn):
            talks.open_handoff(turn.session, turn.speaker, "not_understood", turn.now, turn.message_id)
            turn.say("utter_handed_over_not_understood")
            return [SlotSet("waiting_for", None)]
        buttons = [{"title": title, "payload": f"/{intent}"} for intent, title in readings(turn)]
        buttons.append({"title": texts.phrase("utter_title_else"), "payload": "/talk_to_human"})
        turn.dispatcher.utter_message(response="utter_offer_readings", buttons=buttons)
        return [SlotSet("waiting_for", "reading")]


def _misread_before(turn: Turn) -> bool:
    """Whether her message before this one was not understood either."""
    earlier = [event for event in turn.tracker.events if event.get("event") == "user" and not _is_of(turn, event)]
    parse = (earlier[-1].get("parse_data") or {}) if earlier else {}
    return bool((parse.get("intent") or {}).get("name") == "nlu_fallback")


def _is_of(turn: Turn, event: dict[str, Any]) -> bool:
    """A message that is tried again stands there twice."""
    return (event.get("metadata") or {}).get("message_id") == turn.message_id


def readings(turn: Turn) -> list[tuple[str, str]]:
    """The best readings that have a name to show, best first."""
    ranking = (turn.tracker.latest_message or {}).get("intent_ranking") or []
    named = [(r["name"], texts.phrase(f"utter_title_{r['name']}")) for r in ranking]
    return [(intent, title) for intent, title in named if title][:OFFERED]
