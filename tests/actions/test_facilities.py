"""Where to go: for the village she names, lives in, or is asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.facilities import ActionFindFacility, ActionTakeInformation
from registry.emergencies import alerts
from registry.models import Alert
from registry.persons import people
from tests import factories
from tests.actions.conftest import Talk
from tests.conftest import NOW
from tests.factories import SUMBEROTO

FIND, TAKE = ActionFindFacility(), ActionTakeInformation()
WAITING = {"waiting_for": "facility_village"}


def stranger(session: Session, **slots: str) -> Talk:
    return Talk(session, factories.contact(session), dict(slots))


@pytest.mark.parametrize(
    ("text", "asked", "sentence", "says"),
    [
        pytest.param("puskesmas terdekat dari desa Sumberoto", False, "utter_facility", "Sumberoto", id="village"),
        pytest.param("puskesmas di kecamatan Donomulyo mana", False, "utter_facility", "Donomulyo", id="district"),
        pytest.param("Sumberoto, Donomulyo", True, "utter_facility", "Sumberoto", id="village when asked"),
        pytest.param("puskesmas desa Banjarejo", False, "utter_ask_which_village", "Donomulyo", id="name of several"),
        pytest.param("Banjarejo Donomulyo", True, "utter_facility", "Banjarejo", id="name of several with district"),
        pytest.param("puskesmas terdekat mana", False, "utter_ask_village", "desa apa", id="no village"),
        pytest.param("Qwertyuiop", True, "utter_village_not_found", "belum saya temukan", id="unknown when asked"),
    ],
)
def test_place_in_the_message_decides(session: Session, text: str, asked: bool, sentence: str, says: str) -> None:
    talk = stranger(session, **(WAITING if asked else {}))
    heard = talk.do(FIND, text, "ask_facility")
    assert heard.responses == [sentence]
    assert says in heard.text
    assert talk.slots["waiting_for"] == (None if sentence == "utter_facility" else "facility_village")


def test_village_on_file_is_used_when_none_is_named(session: Session) -> None:
    mother = factories.person(session)
    talk = Talk(session, factories.contact(session, mother.phone))
    heard = talk.do(FIND, "puskesmas terdekat", "ask_facility")
    assert "Sumberoto, Kec. Donomulyo" in heard.text


def test_village_is_remembered_for_the_next_question(session: Session) -> None:
    talk = stranger(session)
    talk.do(FIND, "puskesmas dekat desa Sumberoto", "ask_facility")
    assert talk.contact.village_code == SUMBEROTO
    assert "Sumberoto" in talk.do(FIND, "rumah sakitnya mana", "ask_facility").text


def test_button_without_words_asks_for_the_village(session: Session) -> None:
    assert stranger(session).do(FIND, None, "ask_facility").responses == ["utter_ask_village"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("Sumberoto, Donomulyo", "utter_facility"), ("umur saya 25", "utter_information_alone")],
    ids=["a village", "something else"],
)
def test_bare_data_is_used_or_asked_about(session: Session, text: str, sentence: str) -> None:
    assert stranger(session).do(TAKE, text).responses == [sentence]


def test_bare_nik_opens_the_form(session: Session) -> None:
    heard = stranger(session).do(TAKE, f"nik {factories.make_nik()}")
    assert [event["name"] for event in heard.events if event["event"] == "followup"] == ["eligibility_form"]
    assert heard.messages == []


def test_place_is_passed_on_when_an_emergency_is_open(session: Session) -> None:
    midwife = factories.staff(session)
    factories.reachable(session, midwife)
    talk = stranger(session)
    alerts.raise_alert(session, people.speaker(session, talk.contact), "danger_sign", ["bleeding"], NOW, None)
    assert talk.do(TAKE, "Sumberoto, Donomulyo").responses == ["utter_place_noted"]
    alert = session.scalars(select(Alert)).one()
    assert (alert.village_code, [recipient.phone for recipient in alert.recipients]) == (SUMBEROTO, [midwife.phone])
