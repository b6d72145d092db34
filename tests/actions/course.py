"""A cadre, a midwife and two mothers for tests of what they report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from registry.models import Cadre, Person, Pregnancy, Staff
from registry.reminding import plan
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.conftest import NOW


@dataclass
class People:
    """Rina Wati (M-4F7Q) and Rina Sari (M-4F7R), both 27 weeks, of Sumberoto; everybody can be reached."""

    session: Session
    cadre: Cadre
    midwife: Staff
    rina: Person
    sari: Person
    pregnancy: Pregnancy
    other: Pregnancy

    def talk(self, who: Person | Cadre | Staff) -> TaskTalk:
        """She writes from her phone."""
        return TaskTalk(Talk(self.session, factories.contact(self.session, who.phone)))


def people_of(session: Session) -> People:
    """Everybody, planned."""
    cadre, midwife = factories.cadre(session), factories.staff(session)
    rina = factories.person(session, name="Rina Wati", code="M-4F7Q")
    sari = factories.person(session, name="Rina Sari", code="M-4F7R")
    long_ago = NOW - timedelta(days=100)
    pregnancies = [factories.pregnancy(session, one, opened_at=long_ago) for one in (rina, sari)]
    factories.reachable(session, cadre, midwife, rina, sari)
    for pregnancy in pregnancies:
        plan.replan(session, pregnancy, NOW)
    return People(session, cadre, midwife, rina, sari, *pregnancies)
