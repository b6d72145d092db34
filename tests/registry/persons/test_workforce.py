"""Those who help, as the offices look after them: lists that cost the same however long, and places that are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from registry.errors import NotAllowedError
from registry.models import Driver
from registry.persons import workforce
from registry.persons.people import Speaker
from registry.persons.workforce import Kind
from tests import factories
from tests.conftest import NOW
from tests.factories import BANJAREJO, KETAWANG, SUMBEROTO

PHONE = "+6281200000601"
MAKERS: dict[str, Callable[..., object]] = {
    "staff": factories.staff,
    "cadre": factories.cadre,
    "driver": factories.driver,
}


def officer(session: Session) -> Speaker:
    factories.staff(session, phone=PHONE, duty="officer")
    return factories.speaker_of(session, PHONE)


def queries_of(session: Session, speaker: Speaker, kind: Kind) -> int:
    counted: list[str] = []
    session.flush()
    event.listen(session.connection(), "before_cursor_execute", lambda *args: counted.append(args[2]))
    session.expunge_all()
    for one in workforce.listed(session, speaker, kind).helpers:
        workforce.areas_of(one)
    return len(counted)


@pytest.mark.parametrize("kind", ["staff", "cadre", "driver"])
def test_list_costs_the_same_for_one_and_for_ten(session: Session, kind: Kind) -> None:
    speaker = officer(session)
    MAKERS[kind](session)
    first = queries_of(session, speaker, kind)
    for _ in range(9):
        MAKERS[kind](session)
    assert queries_of(session, speaker, kind) <= 2 * first <= 6  # the first listener counts along


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("+6281234567890", "0812 ••• 890"), ("+628123", "0812 ••• 123")],
)
def test_number_is_shown_in_part(phone: str, shown: str) -> None:
    assert workforce.masked(phone) == shown


def test_driver_keeps_his_place_in_the_village_that_stays(session: Session) -> None:
    speaker = officer(session)
    driver: Driver = factories.driver(session, SUMBEROTO)
    workforce.put_in_order(session, speaker, SUMBEROTO, {driver.id: 7}, NOW)
    assert workforce.move(session, speaker, driver, [BANJAREJO, SUMBEROTO], NOW)
    assert {one.village_code: one.place_in_order for one in driver.areas} == {BANJAREJO: None, SUMBEROTO: 7}
    assert not workforce.move(session, speaker, driver, [SUMBEROTO, BANJAREJO], NOW)


@pytest.mark.parametrize("codes", [[KETAWANG], [SUMBEROTO, KETAWANG]], ids=["away", "beside"])
def test_nobody_is_moved_where_the_officer_has_nothing_to_say(session: Session, codes: list[str]) -> None:
    speaker = officer(session)
    cadre = factories.cadre(session)
    with pytest.raises(NotAllowedError):
        workforce.move(session, speaker, cadre, codes, NOW)
    assert workforce.areas_of(cadre) == [SUMBEROTO]


def test_former_cadre_is_not_moved_and_not_ended_twice(session: Session) -> None:
    speaker = officer(session)
    cadre = factories.cadre(session)
    assert workforce.end(session, speaker, cadre, NOW)
    assert not workforce.end(session, speaker, cadre, NOW)
    with pytest.raises(NotAllowedError):
        workforce.move(session, speaker, cadre, [BANJAREJO], NOW)
