"""Whose NIK is it? Every way to ask, to prove, and to fail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import sealing
from registry.models import AuditEntry, Contact, IdentityClaim, Person
from registry.persons import identity
from registry.persons.identity import MEMORY, PAUSE
from tests import factories
from tests.conftest import NOW
from tests.factories import BORN_ON

NIK, OTHER_NIK = factories.make_nik(serial=1), factories.make_nik(serial=2)
OWN, STRANGE = "+6281200000701", "+6281200000702"
WRONG_DAY = BORN_ON + timedelta(days=1)
SECOND = timedelta(seconds=1)


def _begin(session: Session, contact: Contact, nik: str = NIK) -> identity.Step:
    return identity.begin(session, contact, nik, NOW)


def _claim(session: Session, step: identity.Step) -> int:
    assert step.claim_id is not None
    return step.claim_id


def _audit(session: Session, contact: Contact) -> list[str]:
    rows = select(AuditEntry.action).where(AuditEntry.contact_id == contact.id).order_by(AuditEntry.id)
    return list(session.scalars(rows))


def _registered(session: Session, **values: object) -> Person:
    factories.civil_record(session, NIK)
    return factories.person(session, **{"nik": NIK, "phone": OWN, **values})


def test_her_own_nik_from_her_own_phone_is_proved_at_once(session: Session) -> None:
    _registered(session)
    contact = factories.contact(session, OWN)
    assert _begin(session, contact).outcome == "proved"
    assert identity.proved_nik(session, contact, NOW) == NIK


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(STRANGE, id="from another phone"),
        pytest.param(None, id="from a phone that is not proved"),
    ],
)
def test_a_registered_nik_is_not_proved_at_once(session: Session, who: str | None) -> None:
    _registered(session)
    contact = factories.contact(session, who) if who else factories.unproved(session, OWN)
    assert _begin(session, contact).outcome == "ask_birth_date"
    assert identity.proved_nik(session, contact, NOW) is None


def test_somebody_elses_nik_from_a_registered_phone_is_not_proved_at_once(session: Session) -> None:
    _registered(session)
    factories.civil_record(session, OTHER_NIK)
    assert _begin(session, factories.contact(session, OWN), OTHER_NIK).outcome == "ask_birth_date"


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        pytest.param({}, "proved", id="same name and birth date"),
        pytest.param({"name": "Siti Aminnah"}, "proved", id="name spelled a little differently"),
        pytest.param({"name": "SITI AMINAH"}, "proved", id="name in capitals"),
        pytest.param({"name": "Rini Wulandari"}, "ask_birth_date", id="another name"),
        pytest.param({"name": "Siti"}, "ask_birth_date", id="half the name"),
        pytest.param({"name": None}, "ask_birth_date", id="no name on file"),
        pytest.param({"born_on": WRONG_DAY}, "ask_birth_date", id="another birth date"),
        pytest.param({"born_on": None}, "ask_birth_date", id="no birth date on file"),
    ],
)
def test_a_mother_without_a_nik_on_file_gives_hers(session: Session, values: dict[str, object], outcome: str) -> None:
    mother = _registered(session, **{"nik": None, **values})
    contact = factories.contact(session, OWN)
    assert _begin(session, contact).outcome == outcome
    identity.remember(session, contact, NIK)
    assert mother.nik == (NIK if outcome == "proved" else None)
    assert mother.nik_index == (sealing.index("nik", NIK) if outcome == "proved" else None)


def test_the_right_birth_date_proves_an_unregistered_nik(session: Session) -> None:
    factories.civil_record(session, NIK)
    contact = factories.contact(session)
    claim = _claim(session, _begin(session, contact))
    assert identity.prove_birth_date(session, contact, claim, BORN_ON, NOW).outcome == "proved"
    assert identity.proved_nik(session, contact, NOW) == NIK
    assert _audit(session, contact) == []


def test_a_wrong_birth_date_proves_nothing_and_is_noted(session: Session) -> None:
    factories.civil_record(session, NIK)
    contact = factories.contact(session)
    claim = _claim(session, _begin(session, contact))
    assert identity.prove_birth_date(session, contact, claim, WRONG_DAY, NOW).outcome == "wrong"
    assert identity.proved_nik(session, contact, NOW) is None
    assert _audit(session, contact) == ["identity_wrong"]
    assert identity.prove_birth_date(session, contact, claim, BORN_ON, NOW).outcome == "proved"


def _fail(session: Session, contact: Contact) -> list[str]:
    claim = _claim(session, _begin(session, contact))
    return [identity.prove_birth_date(session, contact, claim, WRONG_DAY, NOW).outcome for _ in range(3)]


def test_after_three_wrong_answers_she_waits(session: Session) -> None:
    factories.civil_record(session, NIK)
    contact = factories.contact(session)
    assert _fail(session, contact) == ["wrong", "wrong", "paused"]
    assert _audit(session, contact) == ["identity_wrong"] * 3
    assert session.scalars(select(IdentityClaim.status)).all() == ["failed"]


@pytest.mark.parametrize(
    ("later", "outcome"),
    [
        pytest.param(SECOND, "paused", id="at once"),
        pytest.param(PAUSE, "paused", id="until the hour is over"),
        pytest.param(PAUSE + SECOND, "ask_birth_date", id="after it she may try again"),
    ],
)
def test_how_long_she_waits(session: Session, later: timedelta, outcome: str) -> None:
    factories.civil_record(session, NIK)
    contact = factories.contact(session)
    _fail(session, contact)
    assert identity.begin(session, contact, NIK, NOW + later).outcome == outcome
    assert identity.paused(session, contact, NOW + later) is (outcome == "paused")


def test_while_she_waits_the_right_answer_is_not_heard(session: Session) -> None:
    factories.civil_record(session, NIK)
    contact = factories.contact(session)
    _fail(session, contact)
    claim = session.scalars(select(IdentityClaim.id)).one()
    assert identity.prove_birth_date(session, contact, claim, BORN_ON, NOW).outcome == "paused"
    assert identity.prove_name(session, contact, claim, "Siti Aminah", NOW).outcome == "paused"
    assert identity.proved_nik(session, contact, NOW) is None


def test_wrong_answers_count_over_several_niks(session: Session) -> None:
    contact = factories.contact(session)
    outcomes = []
    for serial in range(3):
        nik = factories.make_nik(serial=100 + serial)
        factories.civil_record(session, nik)
        claim = _claim(session, _begin(session, contact, nik))
        outcomes.append(identity.prove_birth_date(session, contact, claim, WRONG_DAY, NOW).outcome)
    assert outcomes == ["wrong", "wrong", "paused"]


def test_one_contact_waiting_does_not_hold_up_another(session: Session) -> None:
    factories.civil_record(session, NIK)
    _fail(session, factories.contact(session))
    assert _begin(session, factories.contact(session)).outcome == "ask_birth_date"


def _asked_for_a_name(session: Session) -> tuple[Contact, int]:
    _registered(session)
    contact = factories.contact(session, STRANGE)
    claim = _claim(session, _begin(session, contact))
    assert identity.prove_birth_date(session, contact, claim, BORN_ON, NOW).outcome == "ask_name"
    assert identity.proved_nik(session, contact, NOW) is None
    return contact, claim


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        pytest.param("Siti Aminah", "proved", id="the name"),
        pytest.param(" siti aminah ", "proved", id="in small letters"),
        pytest.param("Siti Aminnah", "proved", id="with a slip"),
        pytest.param("Siti", "wrong", id="half the name"),
        pytest.param("Aminah", "wrong", id="the other half"),
        pytest.param("Rini Wulandari", "wrong", id="another name"),
        pytest.param("", "wrong", id="nothing"),
        pytest.param("si", "wrong", id="two letters"),
    ],
)
def test_from_another_phone_the_name_is_asked_as_well(session: Session, name: str, outcome: str) -> None:
    contact, claim = _asked_for_a_name(session)
    assert identity.prove_name(session, contact, claim, name, NOW).outcome == outcome
    assert identity.proved_nik(session, contact, NOW) == (NIK if outcome == "proved" else None)
    expected = ["identity_from_other_phone"] if outcome == "proved" else ["identity_wrong"]
    assert _audit(session, contact) == expected


def test_wrong_names_count_too(session: Session) -> None:
    contact, claim = _asked_for_a_name(session)
    outcomes = [identity.prove_name(session, contact, claim, "Rini", NOW).outcome for _ in range(3)]
    assert outcomes == ["wrong", "wrong", "paused"]


def test_a_name_without_the_birth_date_proves_nothing(session: Session) -> None:
    _registered(session)
    contact = factories.contact(session, STRANGE)
    claim = _claim(session, _begin(session, contact))
    assert identity.prove_name(session, contact, claim, "Siti Aminah", NOW).outcome == "ask_birth_date"
    assert identity.proved_nik(session, contact, NOW) is None


def test_a_proof_from_another_phone_puts_nothing_on_file(session: Session) -> None:
    contact, claim = _asked_for_a_name(session)
    identity.prove_name(session, contact, claim, "Siti Aminah", NOW)
    other = factories.person(session, nik=None, phone=STRANGE, name="Rini Wulandari", born_on=date(2000, 7, 21))
    identity.remember(session, contact, NIK)
    assert other.nik is None


def test_a_nik_that_somebody_has_is_not_put_on_a_second_file(session: Session) -> None:
    _registered(session, phone=STRANGE)
    twin = factories.person(session, nik=None, phone=OWN)
    identity.remember(session, factories.contact(session, OWN), NIK)
    assert twin.nik is None


def test_a_registered_mother_whose_phone_nobody_knows_proves_herself_by_birth_date(session: Session) -> None:
    _registered(session, phone=None)
    contact = factories.contact(session)
    claim = _claim(session, _begin(session, contact))
    assert identity.prove_birth_date(session, contact, claim, BORN_ON, NOW).outcome == "proved"


def test_sisters_who_share_a_phone_prove_themselves_by_birth_date(session: Session) -> None:
    _registered(session)
    factories.person(session, nik=OTHER_NIK, phone=OWN, name="Rini Wulandari")
    contact = factories.contact(session, OWN)
    step = _begin(session, contact, OTHER_NIK)
    assert step.outcome == "ask_birth_date"
    assert identity.prove_birth_date(session, contact, _claim(session, step), BORN_ON, NOW).outcome == "proved"


def test_a_registered_nik_that_no_register_has_can_be_proved(session: Session) -> None:
    factories.person(session, nik=NIK, phone=OWN)
    contact = factories.contact(session, STRANGE)
    claim = _claim(session, _begin(session, contact))
    assert identity.prove_birth_date(session, contact, claim, BORN_ON, NOW).outcome == "ask_name"
    assert identity.prove_name(session, contact, claim, "Siti Aminah", NOW).outcome == "proved"


def test_what_the_civil_register_lacks_is_taken_from_our_own(session: Session) -> None:
    factories.civil_record(session, NIK, born_on=None, name="")
    factories.person(session, nik=NIK, phone=OWN)
    contact = factories.contact(session, STRANGE)
    claim = _claim(session, _begin(session, contact))
    assert identity.prove_birth_date(session, contact, claim, BORN_ON, NOW).outcome == "ask_name"
    assert identity.prove_name(session, contact, claim, "Siti Aminah", NOW).outcome == "proved"


@pytest.mark.parametrize(
    ("kept", "outcome"),
    [
        pytest.param("nothing", "unknown", id="a NIK nobody has"),
        pytest.param("no birth date", "unknown", id="a NIK whose birth date nobody has"),
        pytest.param("man", "man", id="a man's NIK"),
        pytest.param("family card", "family_card", id="the number of a family card"),
        pytest.param("membership only", "unknown", id="a NIK only the insurance has"),
    ],
)
def test_a_nik_that_cannot_be_proved(session: Session, kept: str, outcome: str) -> None:
    if kept == "no birth date":
        factories.civil_record(session, NIK, born_on=None)
    if kept == "man":
        factories.civil_record(session, NIK, sex="M")
    if kept == "family card":
        factories.civil_record(session, OTHER_NIK, family_card_index=sealing.index("family_card", NIK))
    if kept == "membership only":
        factories.jkn_record(session, NIK)
    contact = factories.contact(session)
    step = _begin(session, contact)
    assert step.outcome == outcome
    assert identity.proved_nik(session, contact, NOW) is None
    assert (step.claim_id is not None) is (outcome == "unknown")
    if step.claim_id is not None:
        assert identity.prove_birth_date(session, contact, step.claim_id, BORN_ON, NOW).outcome == "wrong"


def test_a_claim_is_no_use_to_another_contact(session: Session) -> None:
    factories.civil_record(session, NIK)
    mother, thief = factories.contact(session), factories.contact(session)
    claim = _claim(session, _begin(session, mother))
    assert identity.prove_birth_date(session, thief, claim, BORN_ON, NOW).outcome == "paused"
    assert identity.prove_name(session, thief, claim, "Siti Aminah", NOW).outcome == "paused"
    assert identity.claimed_nik(session, thief, claim) is None
    assert identity.claimed_nik(session, mother, claim) == NIK
    assert identity.proved_nik(session, thief, NOW) is None
    identity.prove_birth_date(session, mother, claim, BORN_ON, NOW)
    assert identity.proved_nik(session, thief, NOW) is None


@pytest.mark.parametrize("claim", [0, -1, 987654])
def test_a_claim_that_is_none_is_refused(session: Session, claim: int) -> None:
    contact = factories.contact(session)
    assert identity.prove_birth_date(session, contact, claim, BORN_ON, NOW).outcome == "paused"
    assert identity.claimed_nik(session, contact, claim) is None


@pytest.mark.parametrize(
    ("later", "remembered"),
    [
        pytest.param(timedelta(0), True, id="in the same conversation"),
        pytest.param(MEMORY, True, id="a day later"),
        pytest.param(MEMORY + SECOND, False, id="longer than a day later"),
    ],
)
def test_how_long_a_proof_is_remembered(session: Session, later: timedelta, remembered: bool) -> None:
    factories.civil_record(session, NIK)
    contact = factories.contact(session)
    claim = _claim(session, _begin(session, contact))
    identity.prove_birth_date(session, contact, claim, BORN_ON, NOW)
    assert (identity.proved_nik(session, contact, NOW + later) == NIK) is remembered
    again = identity.prove_birth_date(session, contact, claim, BORN_ON, NOW + later)
    assert (again.outcome == "proved") is remembered


def test_the_last_proof_counts(session: Session) -> None:
    contact = factories.contact(session)
    for nik in (NIK, OTHER_NIK):
        factories.civil_record(session, nik)
        claim = _claim(session, _begin(session, contact, nik))
        identity.prove_birth_date(session, contact, claim, BORN_ON, NOW)
    assert identity.proved_nik(session, contact, NOW) == OTHER_NIK


def test_what_a_cadre_has_looked_at_is_not_her_own(session: Session) -> None:
    contact = factories.contact(session)
    claim = identity.keep(session, contact, NIK, "seen", NOW)
    assert identity.claimed_nik(session, contact, claim) == NIK
    assert identity.proved_nik(session, contact, NOW) is None


def test_the_trail_holds_numbers_of_claims_only(session: Session) -> None:
    factories.civil_record(session, NIK)
    contact = factories.contact(session)
    _fail(session, contact)
    for entry in session.scalars(select(AuditEntry)):
        assert entry.subject == f"claim:{session.scalars(select(IdentityClaim.id)).one()}"
        assert entry.detail is None
