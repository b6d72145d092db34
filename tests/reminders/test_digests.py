"""Lists to cadres on Mondays and to puskesmas each month: who is on them, once, and nothing when there is nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from registry.emergencies import alerts
from reminders import digests
from reminders.duty import Duty
from tests import factories
from tests.conftest import NOW
from tests.reminders.mothers import DAY, HPHT, TODAY, at, mother, person_of, sent

MONDAY = TODAY + 2 * DAY
K2_MONDAY = date(2026, 11, 30)  # of the week in which her second check-up is
FIRST = date(2026, 12, 1)


def look(session: Session, duty: Duty, day: date, hour: int) -> int:
    """Everything of one moment; how many were looked at."""
    duty.run(session, NOW)
    total = 0
    while count := duty.run(session, at(day, hour, 0)):
        total += count
    return total


def test_a_cadre_hears_on_monday_who_is_due(session: Session) -> None:
    helper = factories.cadre(session)
    factories.reachable(session, helper)
    mother(session, name="Ngatini", code="M-4F7Q", pregnancy={"cadre_id": helper.id})
    look(session, digests.CADRE_DIGESTS, K2_MONDAY, 7)
    (message,) = sent(session, helper.phone)
    assert "Waktunya periksa: Ngatini (M-4F7Q)." in message.text
    assert "Sudah lewat jadwal: tidak ada." in message.text
    assert message.template == "digest_cadre_weekly"
    assert look(session, digests.CADRE_DIGESTS, K2_MONDAY, 9) == 0
    assert len(sent(session)) == 1


@pytest.mark.parametrize("whose", ["nobody's", "of a cadre who left", "of another cadre"])
def test_a_mother_of_the_village_without_a_cadre_is_on_the_list(session: Session, whose: str) -> None:
    helper = factories.cadre(session)
    factories.reachable(session, helper)
    left = factories.cadre(session, phone="+6281299000499", active=whose == "of another cadre")
    mother(session, name="Ngatini", pregnancy={"cadre_id": None if whose == "nobody's" else left.id})
    look(session, digests.CADRE_DIGESTS, K2_MONDAY, 7)
    found = [message.text for message in sent(session, helper.phone)]
    assert any("Ngatini" in text for text in found) == (whose != "of another cadre")


def test_open_work_and_births_that_are_near_are_on_the_list(session: Session) -> None:
    helper = factories.cadre(session)
    factories.reachable(session, helper)
    near = mother(session, name="Dekati", hpht=TODAY - timedelta(weeks=38), pregnancy={"cadre_id": helper.id})
    for name, about in (("Lewati", "K2"), ("Hilangi", "not_reached")):
        person = person_of(session, mother(session, name=name, pregnancy={"cadre_id": helper.id}))
        alerts.open_alert(
            session, "missed_visit", person=person, contact=None, about=about, village_code=person.village_code,
            now=NOW, inbox_id=None,
        )  # fmt: skip
    look(session, digests.CADRE_DIGESTS, MONDAY, 7)
    text = sent(session, helper.phone)[-1].text
    assert near.status == "active"
    for line in ("Sudah lewat jadwal: Lewati", "Dekat hari lahir: Dekati", "Belum bisa dihubungi: Hilangi"):
        assert line in text


@pytest.mark.parametrize("status", ["loss", "miscarriage", "closed"])
def test_nobody_is_on_a_list_after_a_loss(session: Session, status: str) -> None:
    helper = factories.cadre(session)
    factories.reachable(session, helper)
    mother(session, pregnancy={"cadre_id": helper.id}).status = status
    mother(session, consent="withdrawn", pregnancy={"cadre_id": helper.id})
    session.flush()
    assert look(session, digests.CADRE_DIGESTS, K2_MONDAY, 7) > 0
    assert sent(session) == []


def test_a_cadre_without_mothers_and_one_who_left_hear_nothing(session: Session) -> None:
    stays, left = factories.cadre(session, factories.KETAWANG), factories.cadre(session, active=False)
    factories.reachable(session, stays, left)
    mother(session, pregnancy={"cadre_id": left.id})
    look(session, digests.CADRE_DIGESTS, K2_MONDAY, 7)
    assert sent(session) == []


def test_a_long_list_ends_with_a_number(session: Session) -> None:
    helper = factories.cadre(session)
    factories.reachable(session, helper)
    for number in range(11):
        mother(session, name=f"Ibu{number:02}", pregnancy={"cadre_id": helper.id})
    look(session, digests.CADRE_DIGESTS, K2_MONDAY, 7)
    (message,) = sent(session)
    assert "Ibu07" in message.text
    assert "Ibu08" not in message.text
    assert "dan 3 lagi" in message.text
    assert len(message.text) <= 1024


def test_a_puskesmas_hears_numbers_on_the_first_of_the_month(session: Session) -> None:
    officer = factories.staff(session, facility="Puskesmas Donomulyo")
    elsewhere = factories.staff(session, factories.GONDANGLEGI)
    factories.reachable(session, officer, elsewhere)
    for _ in range(3):
        mother(session)
    look(session, digests.PUSKESMAS_DIGESTS, FIRST, 8)
    (message,) = sent(session)
    assert message.contact.phone == officer.phone
    assert "Rekap Kawal Bunda untuk Puskesmas Donomulyo" in message.text
    assert "Waktunya periksa: 3." in message.text


def test_monday_at_seven_is_the_next_moment(session: Session) -> None:
    mother(session)
    assert HPHT < TODAY
    assert digests.CADRE_DIGESTS.next_at(session, NOW) == at(MONDAY, 7, 0)
    assert digests.PUSKESMAS_DIGESTS.next_at(session, NOW) == at(FIRST, 8, 0)
