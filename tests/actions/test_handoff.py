"""When a person must answer, and what is offered when the bot did not understand."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.handoff import SAID, ActionHandOver, ActionOfferReadings
from registry.casework import talks
from registry.models import Handoff
from tests import factories
from tests.actions.conftest import Talk
from tests.conftest import NOW

OFFER = ActionOfferReadings()
RANKING = [
    {"name": "nlu_fallback", "confidence": 0.5}, {"name": "ask_documents", "confidence": 0.3},
    {"name": "inform", "confidence": 0.2}, {"name": "ask_coverage", "confidence": 0.1},
    {"name": "check_jkn", "confidence": 0.1},
]  # fmt: skip


@pytest.fixture
def talk(session: Session) -> Talk:
    return Talk(session, factories.contact(session))


@pytest.mark.parametrize("intent", ["talk_to_human", "request_companion", *SAID])
def test_talk_is_opened_once_and_said_so(session: Session, talk: Talk, intent: str) -> None:
    for _ in range(2):
        heard = talk.do(ActionHandOver(), "tolong", intent)
        assert heard.responses == [SAID.get(intent, "utter_handed_over")]
        assert heard.text
    assert [(row.reason, row.status) for row in session.scalars(select(Handoff))] == [(intent, "open")]


def test_new_talk_is_opened_when_the_last_one_is_closed(session: Session, talk: Talk) -> None:
    talk.do(ActionHandOver(), "tolong", "talk_to_human")
    talks.close(session, talk.contact, NOW)
    talk.do(ActionHandOver(), "tolong", "talk_to_human")
    assert [row.status for row in session.scalars(select(Handoff).order_by(Handoff.id))] == ["closed", "open"]


def test_two_best_readings_with_a_name_are_offered(talk: Talk) -> None:
    heard = talk.do(OFFER, "hmm anu", "nlu_fallback", intent_ranking=RANKING)
    assert heard.responses == ["utter_offer_readings"]
    assert [button["payload"] for button in heard.messages[0]["buttons"]] == [
        "/ask_documents", "/ask_coverage", "/talk_to_human",
    ]  # fmt: skip
    assert all(0 < len(button["title"]) <= 20 for button in heard.messages[0]["buttons"])


def test_person_is_called_when_two_messages_in_a_row_are_not_understood(session: Session, talk: Talk) -> None:
    talk.do(OFFER, "hmm anu", "nlu_fallback", intent_ranking=RANKING)
    heard = talk.do(OFFER, "anu itu lho", "nlu_fallback", intent_ranking=RANKING)
    assert heard.responses == ["utter_handed_over_not_understood"]
    assert [row.reason for row in session.scalars(select(Handoff))] == ["not_understood"]
    third = talk.do(OFFER, "hmm", "nlu_fallback", intent_ranking=RANKING)
    assert third.responses == ["utter_offer_readings"]


def test_readings_are_offered_again_when_she_was_understood_in_between(session: Session, talk: Talk) -> None:
    talk.do(OFFER, "hmm anu", "nlu_fallback", intent_ranking=RANKING)
    talk.do(ActionHandOver(), "terima kasih", "thank")
    session.query(Handoff).delete()
    heard = talk.do(OFFER, "hmm", "nlu_fallback", intent_ranking=RANKING)
    assert heard.responses == ["utter_offer_readings"]


def test_readings_are_offered_when_the_same_message_is_tried_again(session: Session, talk: Talk) -> None:
    message = talk.write("hmm anu")
    for _ in range(2):
        heard = talk.again(OFFER, message, "nlu_fallback", intent_ranking=RANKING)
    assert heard.responses == ["utter_offer_readings"]
    assert session.scalars(select(Handoff)).all() == []
