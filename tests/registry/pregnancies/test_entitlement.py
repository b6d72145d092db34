"""From the registers to the facts, and what is kept of an answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import programme
from registry.models import EligibilityAnswer
from registry.pregnancies import entitlement
from registry.rules.eligibility import Facts, PaymentPath, Regency, Segment
from tests import factories
from tests.conftest import NOW
from tests.factories import SISIR, SUMBEROTO, TLOGOWARU

NIK = factories.make_nik(serial=11)
TODAY = NOW.date()


def test_of_a_nik_nobody_has_nothing_is_known(session: Session) -> None:
    assert entitlement.facts_of(session, NIK) == Facts()


def test_everything_the_registers_know_is_taken_over(session: Session) -> None:
    factories.civil_record(session, NIK)
    factories.jkn_record(
        session, NIK, segment="PBPU", active=False, ward_class=3, arrears_months=7,
        inactive_since=date(2026, 4, 1), checked_on=date(2026, 11, 12),
    )  # fmt: skip
    factories.welfare_record(session, NIK, listed=True, decile=6, dtks=False)
    mother = factories.person(session, nik=NIK)
    factories.pregnancy(session, mother, hpl=date(2027, 3, 27))
    assert entitlement.facts_of(session, NIK) == Facts(
        regency=Regency.KAB_MALANG,
        regency_name="Kabupaten Malang",
        identity_known=True,
        jkn_segment=Segment.PBPU,
        jkn_active=False,
        jkn_class=3,
        jkn_arrears_months=7,
        jkn_inactive_since=date(2026, 4, 1),
        jkn_checked_on=date(2026, 11, 12),
        dtsen_listed=True,
        decile=6,
        dtks=False,
        hpl=date(2027, 3, 27),
    )


def test_what_a_register_leaves_open_stays_open(session: Session) -> None:
    factories.civil_record(session, NIK, regency=None, village_code=None)
    factories.jkn_record(session, NIK, segment=None, active=None, ward_class=None, checked_on=None)
    factories.welfare_record(session, NIK, listed=None, decile=None, dtks=None)
    assert entitlement.facts_of(session, NIK) == Facts(identity_known=True)


def test_no_entry_in_the_registers_is_not_a_no(session: Session) -> None:
    factories.civil_record(session, NIK)
    facts = entitlement.facts_of(session, NIK)
    assert (facts.jkn_active, facts.dtsen_listed, facts.dtks) == (None, None, None)


def test_a_no_of_the_registers_is_a_no(session: Session) -> None:
    factories.jkn_record(session, NIK, segment="NONE", active=False)
    factories.welfare_record(session, NIK, listed=False, decile=None, dtks=False)
    facts = entitlement.facts_of(session, NIK)
    assert (facts.jkn_segment, facts.jkn_active, facts.dtsen_listed, facts.dtks) == (Segment.NONE, False, False, False)


def test_an_emergency_is_passed_on(session: Session) -> None:
    assert entitlement.facts_of(session, NIK, emergency=True).emergency


@pytest.mark.parametrize("status", ["delivered", "loss", "closed"])
def test_a_pregnancy_that_is_over_has_no_due_date(session: Session, status: str) -> None:
    factories.pregnancy(session, factories.person(session, nik=NIK), status=status)
    assert entitlement.facts_of(session, NIK).hpl is None


@pytest.mark.parametrize(
    ("word", "village", "regency"),
    [
        pytest.param("Kabupaten Malang", None, Regency.KAB_MALANG, id="Kabupaten Malang"),
        pytest.param("KAB. MALANG", None, Regency.KAB_MALANG, id="KAB. MALANG"),
        pytest.param("Kab.Malang", None, Regency.KAB_MALANG, id="Kab.Malang"),
        pytest.param("KAB_MALANG", None, Regency.KAB_MALANG, id="KAB_MALANG"),
        pytest.param("  kabupaten   malang ", None, Regency.KAB_MALANG, id="with spaces"),
        pytest.param("Kabupaten Malang, Jawa Timur", None, Regency.KAB_MALANG, id="with the province"),
        pytest.param("Kota Malang", None, Regency.KOTA_MALANG, id="Kota Malang"),
        pytest.param("Kota Malang", SUMBEROTO, Regency.KOTA_MALANG, id="the KTP counts, not where she lives"),
        pytest.param("Kota Batu", None, Regency.KOTA_BATU, id="Kota Batu"),
        pytest.param("Batu", None, Regency.KOTA_BATU, id="Batu"),
        pytest.param("Kabupaten Blitar", None, Regency.OTHER, id="another regency"),
        pytest.param("Kabupaten Blitar", SUMBEROTO, Regency.OTHER, id="another regency, living here"),
        pytest.param("Malang", SUMBEROTO, Regency.KAB_MALANG, id="Malang alone, a village of the Kabupaten"),
        pytest.param("Malang", TLOGOWARU, Regency.KOTA_MALANG, id="Malang alone, a kelurahan of the Kota"),
        pytest.param("MALANG", None, None, id="Malang alone, no village"),
        pytest.param(None, SUMBEROTO, Regency.KAB_MALANG, id="only a village of the Kabupaten"),
        pytest.param(None, SISIR, Regency.KOTA_BATU, id="only a kelurahan of Batu"),
        pytest.param("", SUMBEROTO, Regency.KAB_MALANG, id="an empty word and a village"),
        pytest.param(None, None, None, id="nothing"),
    ],
)
@pytest.mark.parametrize("source", ["civil register", "own record"])
def test_which_regency_is_hers(
    session: Session, source: str, word: str | None, village: str | None, regency: Regency | None
) -> None:
    if source == "civil register":
        factories.civil_record(session, NIK, regency=word, village_code=village)
    else:
        factories.person(session, nik=NIK, regency=word, village_code=village)
    facts = entitlement.facts_of(session, NIK)
    assert facts.regency == regency
    assert facts.regency_name == (word or None)


def test_the_civil_register_counts_before_our_own_record(session: Session) -> None:
    factories.civil_record(session, NIK, regency="Kota Malang", village_code=None)
    factories.person(session, nik=NIK, regency="Kabupaten Malang")
    assert entitlement.facts_of(session, NIK).regency == Regency.KOTA_MALANG


def test_an_answer_is_kept_with_the_rule_that_gave_it(session: Session) -> None:
    factories.civil_record(session, NIK)
    factories.jkn_record(session, NIK)
    mother = factories.person(session, nik=NIK)
    contact = factories.contact(session, mother.phone)
    decision = entitlement.answer(session, contact, NIK, NOW)
    row = session.scalars(select(EligibilityAnswer)).one()
    assert (row.path, row.status, row.rule) == ("JKN_ACTIVE", "likely", decision.rule_id)
    assert (row.nik, row.phone, row.person_id, row.contact_id) == (NIK, mother.phone, mother.id, contact.id)
    assert (row.at, row.reasons) == (NOW, list(decision.reasons))
    assert entitlement.latest_for(session, contact) is row


def _poor_without_insurance(session: Session) -> None:
    factories.civil_record(session, NIK)
    factories.jkn_record(session, NIK, segment="NONE", active=False)
    factories.welfare_record(session, NIK, decile=1)


def test_two_paths_are_two_rows(session: Session) -> None:
    _poor_without_insurance(session)
    contact = factories.contact(session)
    decision = entitlement.answer(session, contact, NIK, NOW)
    rows = session.scalars(select(EligibilityAnswer).order_by(EligibilityAnswer.id)).all()
    assert [row.path for row in rows] == [path.path.value for path in decision.paths]
    assert [row.path for row in rows] == ["PROGRAMME_SKTM", "PROPOSE_PBI"]
    assert {row.person_id for row in rows} == {None}


def test_deciding_keeps_nothing(session: Session) -> None:
    _poor_without_insurance(session)
    entitlement.decide(session, NIK, NOW)
    assert session.scalars(select(EligibilityAnswer)).all() == []


def test_an_office_that_closes_the_programme_changes_the_answer_from_that_day(session: Session) -> None:
    _poor_without_insurance(session)
    programme.decide(session, "programme_open", False, TODAY + timedelta(days=1), "Dinkes")
    paths = [entitlement.decide(session, NIK, NOW + timedelta(days=days)).paths for days in (0, 1)]
    assert paths[0][0].path is PaymentPath.PROGRAMME_SKTM
    assert PaymentPath.PROGRAMME_SKTM not in {path.path for path in paths[1]}


def test_the_day_of_an_answer_is_the_day_in_malang(session: Session) -> None:
    _poor_without_insurance(session)
    programme.decide(session, "programme_open", False, TODAY + timedelta(days=1), "Dinkes")
    late = NOW.replace(hour=17)  # past midnight in Malang
    assert PaymentPath.PROGRAMME_SKTM not in {path.path for path in entitlement.decide(session, NIK, late).paths}


def test_each_contact_has_its_own_last_answer(session: Session) -> None:
    _poor_without_insurance(session)
    one, other = factories.contact(session), factories.contact(session)
    entitlement.answer(session, one, NIK, NOW)
    assert entitlement.latest_for(session, other) is None
    assert entitlement.latest_for(session, one) is not None


def test_erasing_a_mother_erases_her_answers(session: Session) -> None:
    mother = factories.person(session, nik=NIK)
    entitlement.answer(session, factories.contact(session, mother.phone), NIK, NOW)
    session.delete(mother)
    session.flush()
    assert session.scalars(select(EligibilityAnswer.id)).all() == []
