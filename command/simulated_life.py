"""What the made-up mothers do, told to the real registry: registering, visits, births, losses, STOP, new numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from command.simulated_mothers import Event, Mother
from registry import sealing
from registry.models import Cadre, CadreArea, Person, Pregnancy, Staff, StaffDistrict, Village
from registry.persons import codes, consents, people, phone_numbers, rosters, stopping
from registry.persons.people import Speaker
from registry.pregnancies import births, losses, visits
from registry.reminding import plan
from registry.rules import visit_days

MOTHERS_OF_A_CADRE = 25
ALL_PURPOSES = plan.ALL_PURPOSES


class Life:
    """Writes into the database what happens, and keeps beside it what is true."""

    def __init__(self, mothers: Sequence[Mother], villages: Sequence[Village]) -> None:
        self._villages = villages
        self._numbers = len(mothers)
        self._acts: dict[Event, Callable[[Session, Mother, datetime], None]] = {
            "refuse": self._refuse,
            "visit": self._visit,
            "visit_after": self._visit_after,
            "stop": self._stop,
            "start": self._start,
            "lose": self._lose,
            "bear": self._bear,
            "move_number": self._move_number,
        }

    def hire(self, session: Session, now: datetime) -> None:
        """A cadre for every few mothers, a midwife for every kecamatan."""
        for number, village in enumerate(self._villages):
            phone = f"+6281300{number:06}"
            cadre = Cadre(name=f"Kader {number}", phone=phone, phone_index=sealing.index("phone", phone))
            cadre.areas = [CadreArea(village_code=village.code)]
            session.add(cadre)
            people.keep_contact(session, "whatsapp", phone, phone, now)
        for number, district in enumerate(sorted({village.district_code for village in self._villages})):
            phone = f"+6281400{number:06}"
            officer = Staff(
                name=f"Bidan {number}", phone=phone, phone_index=sealing.index("phone", phone), unit="puskesmas"
            )
            officer.districts = [StaffDistrict(district_code=district)]
            session.add(officer)
            people.keep_contact(session, "whatsapp", phone, phone, now)

    def register(self, session: Session, newcomers: Sequence[Mother], now: datetime) -> None:
        """Many at once, each with consent and a plan."""
        cadres = {area.village_code: area.cadre_id for area in session.query(CadreArea)}
        pregnancies = []
        for one in newcomers:
            village = self._villages[one.number % len(self._villages)]
            person = self._person(session, one, village, now)
            pregnancy = Pregnancy(
                person_id=person.id, hpht=one.hpht, hpl=one.hpht + timedelta(days=280), opened_at=now,
                cadre_id=cadres[village.code],
            )  # fmt: skip
            session.add(pregnancy)
            pregnancies.append(pregnancy)
            one.registered_at = now
        session.flush()
        plan.replan_all(session, now, pregnancies)

    def _person(self, session: Session, one: Mother, village: Village, now: datetime) -> Person:
        one.phone = f"+62815{one.number:08}" if one.has_phone else ""
        one.code = codes.new_short_code(session)
        index = sealing.index("phone", one.phone) if one.phone else None
        person = Person(
            name=f"Ibu Rekaan {one.number}", code=one.code, phone=one.phone or None, phone_index=index,
            village_code=village.code, consent="given", agreed=list(ALL_PURPOSES), created_at=now,
        )  # fmt: skip
        session.add(person)
        session.flush()
        one.person_id = person.id
        if one.phone:
            people.keep_contact(session, "whatsapp", one.phone, one.phone, now)
        return person

    def happen(self, session: Session, one: Mother, event: Event, now: datetime) -> None:
        """One event; nothing happens to who is not registered."""
        if one.registered_at is not None and event in self._acts:
            self._acts[event](session, one, now)

    def _speaker(self, session: Session, one: Mother) -> Speaker:
        """She herself, or whoever of her village tells of her."""
        person = session.get_one(Person, one.person_id)
        phone = one.phone or rosters.roster_of(session, person.village_code).cadres[0].phone
        contact = people.contact_for_phone(session, phone)
        if contact is None:
            raise LookupError(f"mother {one.number} cannot write")
        return people.speaker(session, contact)

    def _pregnancy(self, session: Session, one: Mother) -> Pregnancy:
        found = people.latest_pregnancy(session, session.get_one(Person, one.person_id))
        if found is None:
            raise LookupError(f"mother {one.number} has no pregnancy")
        return found

    def _refuse(self, session: Session, one: Mother, now: datetime) -> None:
        consents.withdraw(session, session.get_one(Person, one.person_id), "whatsapp", now)
        one.refused = True

    def _visit(self, session: Session, one: Mother, now: datetime) -> None:
        self._note(session, one, now, after_birth=False)

    def _visit_after(self, session: Session, one: Mother, now: datetime) -> None:
        self._note(session, one, now, after_birth=True)

    def _note(self, session: Session, one: Mother, now: datetime, *, after_birth: bool) -> None:
        if one.lost_at is not None or one.refused or after_birth is (one.born_at is None):
            return
        pregnancy = self._pregnancy(session, one)
        course = plan.course_of(session, pregnancy, session.get_one(Person, one.person_id), ())
        today = _day(now)
        settings = plan.settings_on(session, now)
        meant = visit_days.meant(course, settings, today)
        kinds = (
            visit_days.meant_after_birth(course, today, mother=True, baby=True)
            if after_birth
            else ((meant,) if meant else ())
        )
        for kind in kinds:
            visits.note(session, self._speaker(session, one), pregnancy, kind, today, now)

    def _stop(self, session: Session, one: Mother, now: datetime) -> None:
        if one.phone:
            stopping.stop(session, self._speaker(session, one), now)
            one.stopped_at = now

    def _start(self, session: Session, one: Mother, now: datetime) -> None:
        if one.stopped_at is not None:
            stopping.start(session, self._speaker(session, one), now)
            one.stopped_at = None

    def _lose(self, session: Session, one: Mother, now: datetime) -> None:
        if losses.report(session, self._speaker(session, one), self._pregnancy(session, one), None, now, None).fresh:
            one.lost_at = now

    def _bear(self, session: Session, one: Mother, now: datetime) -> None:
        told = births.Report(on=_day(now), place_kind="puskesmas")
        if births.note(session, self._speaker(session, one), self._pregnancy(session, one), told, now, None):
            one.born_at = now

    def _move_number(self, session: Session, one: Mother, now: datetime) -> None:
        """A new number; nothing may go to the old one any more."""
        if not one.phone or one.stopped_at is not None or one.refused:
            return
        speaker, person = self._speaker(session, one), session.get_one(Person, one.person_id)
        one.phone = f"+62816{one.number:08}"
        phone_numbers.change(session, speaker, person, one.phone, now, None)


def _day(now: datetime) -> date:
    """The local day of a local moment."""
    return now.date()
