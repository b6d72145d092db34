"""A village in which one of everything is open, and the people outside who try to reach it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.complaint import Complaint as Told
from registry.casework import companions, complaints, referrals
from registry.db import Base
from registry.emergencies import alerts
from registry.models import (
    CompanionRequest,
    Contact,
    Person,
    Pregnancy,
    Reminder,
    Ride,
    RideOffer,
)
from registry.persons import people
from registry.persons.people import Speaker
from registry.pregnancies import losses
from registry.transport import birth_plans, rides
from registry.transport.rides import Wish
from tests import factories
from tests.conftest import NOW

HER = "+6281200097701"
NAME = "Wagiyem Kusumawardani"
CODE = "M-7W9K"
ADDRESS = "RT 03 RW 01 belakang musala Al Huda"
BEREAVED, SILENT = "+6281200097702", "+6281200097703"
PLACES = {"regency", "district", "village", "facility", "facility_area", "alembic_version"}


@dataclass
class Village:
    """Whom it is about, and the numbers that stand in the buttons of everything that is open."""

    session: Session
    mother: Person
    pregnancy: Pregnancy
    numbers: tuple[int, ...]

    def secrets(self) -> tuple[str, ...]:
        """What nobody outside may read."""
        nik = self.mother.nik or "-"
        return (nik, nik[6:], "Wagiyem", "Kusumawardani", CODE, ADDRESS, "musala", HER, HER.removeprefix("+62"))


def build(session: Session) -> Village:
    """One of everything."""
    mother = factories.person(session, name=NAME, phone=HER, code=CODE, address=ADDRESS, nik=factories.make_nik())
    pregnancy = factories.pregnancy(session, mother, hpl=NOW.date() + timedelta(weeks=7))
    cadre, midwife = factories.cadre(session), factories.staff(session)
    hospital = factories.staff(session, unit="hospital", facility="RSUD Kanjuruhan")
    dinkes, driver = factories.staff(session, unit="dinkes"), factories.driver(session)
    factories.reachable(session, mother, cadre, midwife, hospital, dinkes, driver)
    speaker = factories.speaker_of(session, HER)
    silent = factories.person(session, name="Diam Seribu", phone=SILENT, consent="pending", nik=factories.make_nik())
    bereaved = factories.person(session, name="Duka Lara", phone=BEREAVED, nik=factories.make_nik())
    factories.reachable(session, silent, bereaved)
    lost = losses.report(
        session, factories.speaker_of(session, BEREAVED), factories.pregnancy(session, bereaved), None, NOW, None
    )
    assert lost.loss is not None
    alert = alerts.raise_alert(session, speaker, "danger_sign", ("bleeding",), NOW, None)
    wish = Wish(NOW + timedelta(hours=21), False, "visit", factories.SUMBEROTO, mother.id)
    ride = rides.order(session, speaker.contact, wish, NOW, None).ride
    companions.ask(session, speaker, "antar periksa", NOW, None)
    filed = complaints.file(session, speaker, "disuruh bayar di puskesmas", Told("illegal_fee"), NOW, None)
    midwife_speaks = factories.speaker_of(session, midwife.phone)
    referral = referrals.refer(session, midwife_speaks, mother, ["rsud-kanjuruhan"], "perdarahan", NOW, None)
    plan = birth_plans.plan_of(session, pregnancy, NOW)
    plan.driver_id = driver.id
    session.add(_reminder(pregnancy))
    session.flush()
    found = [
        mother.id,
        silent.id,
        bereaved.id,
        pregnancy.id,
        lost.loss.id,
        alert.id,
        ride.id,
        filed.row.id,
        referral.id,
    ]
    found += [pregnancy.id * birth_plans.PAIR + driver.id, pregnancy.id * birth_plans.PAIR, driver.id]
    found += [
        number for table in (RideOffer, CompanionRequest, Reminder) for number in session.scalars(select(table.id))
    ]
    return Village(session, mother, pregnancy, tuple(dict.fromkeys(found)))


def _reminder(pregnancy: Pregnancy) -> Reminder:
    return Reminder(
        pregnancy_id=pregnancy.id, kind="anc", visit="K4", step="after", about=NOW.date(), last_on=NOW.date(),
        text="reminder_after", recipient="mother", key="uji:k4", due_at=NOW, status="sent", sent_at=NOW, sent_to=HER,
    )  # fmt: skip


# ---------------------------------------------------------------- who is outside


def unproved(session: Session) -> Speaker:
    """On Telegram, without a number."""
    return people.speaker(session, factories.unproved(session, "tg-97701"))


def stranger(session: Session) -> Speaker:
    """Nobody we know."""
    return factories.speaker_of(session, "+6281200097710")


def other_mother(session: Session) -> Speaker:
    """A mother of the same village with her own phone."""
    other = factories.person(session, name="Tetangga Sebelah", phone="+6281200097711")
    factories.pregnancy(session, other)
    return factories.speaker_of(session, "+6281200097711")


def former_cadre(session: Session) -> Speaker:
    """Was a cadre of the village."""
    return factories.speaker_of(session, factories.cadre(session, active=False).phone)


def former_midwife(session: Session) -> Speaker:
    """Was a midwife of the puskesmas."""
    return factories.speaker_of(session, factories.staff(session, active=False).phone)


def former_officer(session: Session) -> Speaker:
    """Was at Dinkes."""
    return factories.speaker_of(session, factories.staff(session, unit="dinkes", active=False).phone)


def former_driver(session: Session) -> Speaker:
    """Drove once."""
    return factories.speaker_of(session, factories.driver(session, active=False).phone)


def cadre_elsewhere(session: Session) -> Speaker:
    """A cadre of another village of the same district."""
    return factories.speaker_of(session, factories.cadre(session, factories.BANJAREJO).phone)


def midwife_elsewhere(session: Session) -> Speaker:
    """A midwife of another puskesmas."""
    return factories.speaker_of(session, factories.staff(session, factories.GONDANGLEGI, facility="Puskesmas X").phone)


def driver_elsewhere(session: Session) -> Speaker:
    """A driver of another village."""
    return factories.speaker_of(session, factories.driver(session, factories.KETAWANG).phone)


def mother_and_cadre_elsewhere(session: Session) -> Speaker:
    """A cadre of another village who lives in this one and expects a child herself."""
    cadre = factories.cadre(session, factories.BANJAREJO)
    factories.pregnancy(session, factories.person(session, name="Kader Hamil", phone=cadre.phone))
    return factories.speaker_of(session, cadre.phone)


OUTSIDERS: dict[str, Callable[[Session], Speaker]] = {
    maker.__name__: maker
    for maker in (
        unproved, stranger, other_mother, former_cadre, former_midwife, former_officer, former_driver,
        cadre_elsewhere, midwife_elsewhere, driver_elsewhere, mother_and_cadre_elsewhere,
    )
}  # fmt: skip


# ---------------------------------------------------------------- what has changed


def state_of(session: Session, *without: str) -> dict[str, list[Any]]:
    """Every row of every table but places, the trail and what is named."""
    session.flush()
    session.expire_all()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in {*PLACES, "audit", *without}]
    return {table.name: sorted(map(repr, session.execute(select(table)).all())) for table in tables}


def ride_of(village: Village) -> Ride:
    """Her ride."""
    return village.session.scalars(select(Ride).where(Ride.person_id == village.mother.id)).one()


def contact_of(village: Village) -> Contact:
    """Her address."""
    found = people.contact_for_phone(village.session, HER)
    assert found is not None
    return found
