"""A stranger who guesses NIK, birth dates or names is stopped, and an unproved NIK tells nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from actions.eligibility import ActionTellEligibility
from actions.identity_form import ValidateEligibilityForm
from registry import sealing
from registry.models import EligibilityAnswer
from registry.persons import identity
from registry.persons.identity import GUESSES, NIKS_A_DAY, NIKS_AN_HOUR, PAUSE, TRIES
from registry.pregnancies import entitlement
from tests import factories
from tests.actions.conftest import Heard, Talk
from tests.conftest import NOW

HOUR = timedelta(hours=1)


def niks(count: int) -> list[str]:
    return [factories.make_nik() for _ in range(count)]


# ---------------------------------------------------------------- one NIK after the other


def test_contact_that_tries_many_niks_is_paused(session: Session) -> None:
    contact = factories.contact(session)
    for nik in niks(NIKS_AN_HOUR):
        assert identity.begin(session, contact, nik, NOW).outcome == "unknown"
    hers = factories.make_nik()
    factories.civil_record(session, hers)
    assert identity.begin(session, contact, hers, NOW).outcome == "paused"


def test_the_same_nik_again_is_no_other_one(session: Session) -> None:
    contact, nik = factories.contact(session), factories.make_nik()
    factories.civil_record(session, nik)
    for _ in range(3 * NIKS_AN_HOUR):
        assert identity.begin(session, contact, nik, NOW).outcome == "ask_birth_date"


def test_patient_guesser_is_paused_for_the_day(session: Session) -> None:
    contact = factories.contact(session)
    outcomes = [
        identity.begin(session, contact, nik, NOW + number * HOUR / 2).outcome
        for number, nik in enumerate(niks(NIKS_A_DAY + 1))
    ]
    assert outcomes[-2:] == ["unknown", "paused"]


def test_numbers_of_men_and_families_count_too(session: Session) -> None:
    contact = factories.contact(session)
    for _ in range(NIKS_AN_HOUR):
        nik = factories.make_nik(woman=False)
        factories.civil_record(session, nik, sex="M")
        assert identity.begin(session, contact, nik, NOW).outcome == "man"
    assert identity.begin(session, contact, factories.make_nik(), NOW).outcome == "paused"


def test_her_own_phone_is_believed_after_many_other_niks(session: Session) -> None:
    mother = factories.person(session)
    contact = factories.contact(session, mother.phone)
    for nik in niks(NIKS_AN_HOUR):
        identity.begin(session, contact, nik, NOW)
    assert mother.nik is not None
    assert identity.begin(session, contact, mother.nik, NOW).outcome == "proved"


# ---------------------------------------------------------------- many phones at one NIK


def guess(session: Session, nik: str, times: int) -> None:
    contact = factories.contact(session)
    claim = identity.begin(session, contact, nik, NOW).claim_id
    for _ in range(times):
        identity.prove_birth_date(session, contact, claim or 0, date(1990, 1, 1), NOW)


def test_nik_that_many_phones_guessed_at_is_closed_to_the_next(session: Session) -> None:
    nik = factories.make_nik()
    factories.civil_record(session, nik)
    for _ in range(GUESSES // TRIES):
        guess(session, nik, TRIES)
    contact = factories.contact(session)
    claim = identity.begin(session, contact, nik, NOW).claim_id or 0
    assert identity.prove_birth_date(session, contact, claim, factories.BORN_ON, NOW).outcome == "paused"
    later = NOW + identity.MEMORY + PAUSE
    claim = identity.begin(session, contact, nik, later).claim_id or 0
    assert identity.prove_birth_date(session, contact, claim, factories.BORN_ON, later).outcome == "proved"


def test_name_cannot_be_guessed_from_many_phones(session: Session) -> None:
    mother = factories.person(session)
    assert mother.nik is not None
    for _ in range(GUESSES // TRIES):
        guess(session, mother.nik, TRIES)
    contact = factories.contact(session)
    claim = identity.begin(session, contact, mother.nik, NOW).claim_id or 0
    assert identity.prove_birth_date(session, contact, claim, factories.BORN_ON, NOW).outcome == "paused"


# ---------------------------------------------------------------- what is told of an unproved NIK


def ask(talk: Talk, text: str, intent: str) -> Heard:
    message = talk.write(text)
    talk.again(ValidateEligibilityForm(), message, intent)
    assert talk.slots["requested_slot"] is None
    return talk.again(ActionTellEligibility(), message, intent)


@pytest.mark.parametrize("cadre", [False, True], ids=["stranger", "cadre"])
def test_card_of_a_nik_without_a_birth_date_on_file_is_not_told(session: Session, cadre: bool) -> None:
    """JKN knows the NIK, the population register does not: nothing can be proved, so nothing is told."""
    nik = factories.make_nik()
    factories.jkn_record(session, nik, segment="PBI_JK", active=True, ward_class=3)
    phone = factories.cadre(session).phone if cadre else factories.make_phone()
    heard = ask(Talk(session, factories.contact(session, phone)), f"cek kartu {nik}", "check_jkn")
    assert heard.responses[:2] == ["utter_jkn_unknown", "utter_path_UNKNOWN_identity"]
    kept = session.query(EligibilityAnswer).filter(EligibilityAnswer.nik_index == sealing.index("nik", nik))
    assert [(row.path, row.status) for row in kept] == [("UNKNOWN", "unknown")]


def test_same_nik_is_answered_once_it_is_proved(session: Session) -> None:
    nik = factories.make_nik()
    factories.jkn_record(session, nik, segment="PBI_JK", active=True, ward_class=3)
    assert entitlement.decide(session, nik, NOW).paths[0].path.value == "JKN_ACTIVE"
    assert entitlement.decide(session, nik, NOW, proved=False).paths[0].path.value == "UNKNOWN"


@pytest.mark.parametrize("status", ["open", "half", "failed", "man", "family_card"])
def test_claim_that_was_never_proved_is_not_answered(session: Session, status: str) -> None:
    """A claim left in the conversation by a form that broke off must not pass for a proof."""
    nik = factories.make_nik()
    factories.civil_record(session, nik)
    contact = factories.contact(session)
    claim = identity.keep(session, contact, nik, status, NOW)
    heard = Talk(session, contact, {"identity_claim": claim}).do(ActionTellEligibility(), "cek")
    assert heard.responses == ["utter_handed_over"]
    assert session.query(EligibilityAnswer).count() == 0


def test_somebody_elses_claim_is_not_answered(session: Session) -> None:
    nik = factories.make_nik()
    factories.civil_record(session, nik)
    claim = identity.keep(session, factories.contact(session), nik, "proved", NOW)
    heard = Talk(session, factories.contact(session), {"identity_claim": claim}).do(ActionTellEligibility(), "cek")
    assert heard.responses == ["utter_handed_over"]


def test_proof_of_yesterday_is_not_answered_today(session: Session) -> None:
    nik = factories.make_nik()
    factories.civil_record(session, nik)
    contact = factories.contact(session)
    claim = identity.keep(session, contact, nik, "proved", NOW - timedelta(hours=25))
    heard = Talk(session, contact, {"identity_claim": claim}).do(ActionTellEligibility(), "cek")
    assert heard.responses == ["utter_handed_over"]
