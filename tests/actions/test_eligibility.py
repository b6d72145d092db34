"""The answer for every way to pay, in full words with every value in place; papers and cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.eligibility import (
    FORM_SLOTS,
    ActionExplainJknInactive,
    ActionTellDocuments,
    ActionTellEligibility,
)
from registry import programme
from registry.models import EligibilityAnswer, Handoff, Person
from registry.persons import identity
from tests import factories
from tests.actions.conftest import Talk
from tests.conftest import NOW

TELL = ActionTellEligibility()
TODAY = NOW.date()
NONE: dict[str, Any] = {"segment": "NONE", "active": False}
FRESH, OLD = TODAY - timedelta(days=7), TODAY - timedelta(days=200)

# what the registers hold: card, welfare, settings, regency -> the sentences about the paths
WAYS: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None, dict[str, Any], str, list[str]]] = {
    "card is active": ({"checked_on": FRESH}, {}, {}, "Kabupaten Malang", ["utter_path_JKN_ACTIVE"]),
    "card was active long ago": ({"checked_on": OLD}, {}, {}, "Kabupaten Malang", ["utter_path_JKN_ACTIVE_check"]),
    "free card was switched off": (
        {"active": False, "inactive_since": TODAY - timedelta(days=60)}, {}, {}, "Kabupaten Malang",
        ["utter_path_PBI_REACTIVATION"],
    ),
    "contributions are owed": (
        {"segment": "PBPU", "active": False, "arrears_months": 7}, {"decile": 6}, {}, "Kabupaten Malang",
        ["utter_path_PBPU_ARREARS"],
    ),
    "no card and poor": (
        NONE, {"decile": 1}, {}, "Kabupaten Malang", ["utter_path_PROGRAMME_SKTM", "utter_path_PROPOSE_PBI"],
    ),
    "no card, poor, programme closed": (
        NONE, {"decile": 1}, {"programme_open": False}, "Kabupaten Malang", ["utter_path_PROPOSE_PBI_alone"],
    ),
    "no card and not in the register": (
        NONE, {"listed": False, "decile": None}, {}, "Kabupaten Malang",
        ["utter_path_PROGRAMME_SKTM_check", "utter_path_PROPOSE_PBI"],
    ),
    "no card and not poor": (NONE, {"decile": 9}, {}, "Kabupaten Malang", ["utter_path_SELF_PAY"]),
    "card of another town": (NONE, {"decile": 1}, {}, "Kota Malang", ["utter_path_OTHER_REGENCY"]),
    "nothing known of her card": (None, None, {}, "Kabupaten Malang", ["utter_path_UNKNOWN"]),
}  # fmt: skip


def known(
    session: Session, card: dict[str, Any] | None, welfare: dict[str, Any] | None, regency: str = "Kabupaten Malang"
) -> Talk:
    """A registered mother who writes, with what the registers hold of her."""
    mother = factories.person(session, regency=regency)
    factories.civil_record(session, str(mother.nik), regency=regency)
    if card is not None:
        factories.jkn_record(session, str(mother.nik), **card)
    if welfare is not None:
        factories.welfare_record(session, str(mother.nik), **welfare)
    return Talk(session, factories.contact(session, mother.phone))


def decide(session: Session, settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        programme.decide(session, name, value, TODAY, "test")


@pytest.mark.parametrize(("card", "welfare", "settings", "regency", "sentences"), WAYS.values(), ids=WAYS)
def test_answer_is_told_in_full_words(
    session: Session, card: dict[str, Any] | None, welfare: dict[str, Any] | None, settings: dict[str, Any],
    regency: str, sentences: list[str],
) -> None:  # fmt: skip
    talk = known(session, card, welfare, regency)
    decide(session, settings)
    heard = talk.do(TELL, "gratis tidak", "check_eligibility")
    assert [name for name in heard.responses if "_path_" in name] == sentences
    assert heard.responses[-1] == "utter_eligibility_closing"
    assert all(len(part) <= 4096 for part in heard.text.split("\n\n"))
    kept = session.scalars(select(EligibilityAnswer.path)).all()
    assert len(kept) == len(sentences)


@pytest.mark.parametrize(
    ("card", "first"),
    [
        pytest.param({"checked_on": FRESH}, "utter_jkn_active", id="active"),
        pytest.param({"active": True, "ward_class": None, "checked_on": None}, "utter_jkn_active", id="little known"),
        pytest.param({"active": False}, "utter_jkn_not_active", id="not active"),
        pytest.param(NONE, "utter_jkn_none", id="no card"),
        pytest.param(None, "utter_jkn_unknown", id="unknown"),
        pytest.param({"active": None}, "utter_jkn_unknown", id="state unknown"),
    ],
)
def test_card_is_told_first_when_she_asked_for_it(session: Session, card: dict[str, Any] | None, first: str) -> None:
    talk = known(session, card, {})
    heard = talk.do(TELL, "kartu saya aktif tidak", "check_jkn")
    assert heard.responses[0] == first
    assert heard.text
    again = Talk(session, talk.contact, {"topic": "jkn"}).do(TELL, "5 maret 1998", "inform")
    assert again.responses[0] == first


@pytest.mark.parametrize(
    ("weeks_left", "sentence"),
    [(20, "utter_eligibility_deadline"), (1, "utter_eligibility_late"), (None, None)],
    ids=["in time", "late", "no due date"],
)
def test_time_that_is_left_is_told(session: Session, weeks_left: int | None, sentence: str | None) -> None:
    talk = known(session, NONE, {"decile": 1})
    mother = session.scalars(select(Person)).one()
    if weeks_left is not None:
        factories.pregnancy(session, mother, hpl=TODAY + timedelta(weeks=weeks_left))
    told = [name for name in talk.do(TELL, "cek", "check_eligibility").responses if name.startswith("utter_elig")]
    assert told == ([sentence] if sentence else []) + ["utter_eligibility_closing"]


def test_nobody_is_told_a_nik_a_card_number_or_a_decile(session: Session) -> None:
    heard = known(session, NONE, {"decile": 1}).do(TELL, "cek", "check_jkn")
    assert str(session.scalars(select(Person)).one().nik) not in str(heard.messages)
    assert "desil 1" not in heard.text.lower()


def test_form_is_emptied_when_the_answer_is_given(session: Session) -> None:
    heard = known(session, NONE, {}).do(TELL, "cek", "check_eligibility")
    assert heard.slots == dict.fromkeys(FORM_SLOTS)


@pytest.mark.parametrize(
    ("outcome", "sentence", "handed_over"),
    [
        pytest.param("paused", "utter_identity_paused", True, id="guessed too often"),
        pytest.param("no_nik", "utter_identity_no_nik", False, id="no NIK"),
        pytest.param("not_your_area", "utter_not_your_area", False, id="not her area"),
        pytest.param(None, "utter_handed_over", True, id="the proof has grown old"),
    ],
)
def test_reason_is_told_when_there_is_no_answer(
    session: Session, outcome: str | None, sentence: str, handed_over: bool
) -> None:
    talk = Talk(session, factories.contact(session), {"identity_outcome": outcome})
    assert talk.do(TELL, "cek", "check_eligibility").responses == [sentence]
    assert bool(session.scalars(select(Handoff)).all()) is handed_over


def test_claim_of_another_contact_opens_nothing(session: Session) -> None:
    owner = known(session, {"checked_on": FRESH}, {})
    nik = str(session.scalars(select(Person)).one().nik)
    claim = identity.keep(session, owner.contact, nik, "proved", NOW)
    thief = Talk(session, factories.contact(session), {"identity_claim": claim})
    assert thief.do(TELL, "cek", "check_eligibility").responses == ["utter_handed_over"]


def test_papers_are_hers_when_she_was_answered_before(session: Session) -> None:
    talk = known(session, NONE, {"decile": 1})
    assert talk.do(ActionTellDocuments(), "surat apa", "ask_documents").responses == ["utter_documents"]
    talk.do(TELL, "cek", "check_eligibility")
    heard = talk.do(ActionTellDocuments(), "surat apa", "ask_documents")
    assert heard.responses == ["utter_documents_for_her"]
    assert "• " in heard.text


def test_papers_are_everybodys_when_a_cadre_asks(session: Session) -> None:
    talk = Talk(session, factories.contact(session, factories.cadre(session).phone))
    assert talk.do(ActionTellDocuments(), "surat apa", "ask_documents").responses == ["utter_documents"]


def test_inactive_card_is_explained_for_her_own_case_when_she_is_known(session: Session) -> None:
    heard = known(session, {"active": False}, {}).do(ActionExplainJknInactive(), "bpjs mati", "ask_jkn_inactive")
    assert "utter_path_PBI_REACTIVATION" in heard.responses
    stranger = Talk(session, factories.contact(session))
    said = stranger.do(ActionExplainJknInactive(), "bpjs mati", "ask_jkn_inactive").responses
    assert said == ["utter_jkn_inactive"]
