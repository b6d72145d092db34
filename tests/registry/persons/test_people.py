"""Contacts, who speaks through them, and whom to call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry.models import Cadre, Contact, Driver, Person, Staff
from registry.persons import people
from tests import factories
from tests.conftest import NOW
from tests.factories import BANJAREJO, DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO, TLOGOWARU

PHONE = "+6281200000501"
Helper = Cadre | Staff | Driver


def test_a_contact_is_made_once(session: Session) -> None:
    one = people.keep_contact(session, "whatsapp", "6281200000501", PHONE, NOW)
    assert people.keep_contact(session, "whatsapp", "6281200000501", PHONE, NOW).id == one.id
    assert people.keep_contact(session, "telegram", "6281200000501", PHONE, NOW).id != one.id


def test_a_contact_keeps_its_opaque_name(session: Session) -> None:
    one = people.keep_contact(session, "whatsapp", "a", PHONE, NOW)
    other = people.keep_contact(session, "whatsapp", "b", PHONE, NOW)
    assert people.contact_by_uid(session, one.uid) is one
    assert one.uid != other.uid
    assert PHONE.removeprefix("+") not in one.uid


def test_a_phone_that_is_proved_later_is_kept(session: Session) -> None:
    contact = people.keep_contact(session, "telegram", "901", None, NOW)
    assert contact.phone_index is None
    assert people.keep_contact(session, "telegram", "901", PHONE, NOW).phone == PHONE
    assert people.keep_contact(session, "telegram", "901", None, NOW).phone == PHONE
    assert people.contact_for_phone(session, PHONE) is contact


def test_an_unknown_address_is_nobody(session: Session) -> None:
    assert people.find_contact(session, "whatsapp", "+6289999999999") is None
    assert people.contact_for_phone(session, "+6289999999999") is None
    assert people.contact_by_uid(session, "nobody") is None


@pytest.mark.parametrize(
    ("whatsapp", "telegram", "chosen"),
    [
        pytest.param(1, 2, "telegram", id="where she wrote last"),
        pytest.param(2, 1, "whatsapp", id="where she wrote last, the other way"),
        pytest.param(1, None, "whatsapp", id="where she has written at all"),
        pytest.param(None, None, "telegram", id="else the newest address"),
    ],
)
def test_the_address_to_write_to(session: Session, whatsapp: int | None, telegram: int | None, chosen: str) -> None:
    for channel, hours in (("whatsapp", whatsapp), ("telegram", telegram)):
        wrote_at = NOW + timedelta(hours=hours) if hours is not None else None
        factories.contact(session, PHONE, channel=channel, last_wrote_at=wrote_at)
    found = people.contact_for_phone(session, PHONE)
    assert found is not None
    assert found.channel == chosen


def test_an_address_that_blocked_the_bot_is_not_written_to(session: Session) -> None:
    factories.contact(session, PHONE, blocked=True)
    assert people.contact_for_phone(session, PHONE) is None


MAKERS: dict[str, Callable[[Session], Helper | Person]] = {
    "mother": lambda session: factories.person(session, phone=PHONE),
    "person of an outside register": lambda session: factories.person(session, phone=PHONE, registered=False),
    "cadre": lambda session: factories.cadre(session, phone=PHONE),
    "former cadre": lambda session: factories.cadre(session, phone=PHONE, active=False),
    "midwife": lambda session: factories.staff(session, phone=PHONE),
    "former midwife": lambda session: factories.staff(session, phone=PHONE, active=False),
    "dinkes": lambda session: factories.staff(session, phone=PHONE, unit="dinkes"),
    "driver": lambda session: factories.driver(session, phone=PHONE),
    "driver off duty": lambda session: factories.driver(session, phone=PHONE, on_duty=False),
}


@pytest.mark.parametrize(
    ("hats", "role"),
    [
        pytest.param(["mother"], "mother", id="a registered mother"),
        pytest.param(["person of an outside register"], "stranger", id="an unregistered person is a stranger"),
        pytest.param(["cadre"], "cadre", id="a cadre"),
        pytest.param(["former cadre"], "stranger", id="a former cadre is a stranger"),
        pytest.param(["former cadre", "mother"], "mother", id="a former cadre who is a mother"),
        pytest.param(["midwife"], "staff", id="a midwife"),
        pytest.param(["former midwife"], "stranger", id="a former midwife is a stranger"),
        pytest.param(["dinkes"], "staff", id="an officer of Dinkes"),
        pytest.param(["driver"], "driver", id="a driver"),
        pytest.param(["driver off duty"], "driver", id="a driver off duty"),
        pytest.param(["mother", "cadre"], "cadre", id="a cadre who is a mother"),
        pytest.param(["mother", "driver"], "driver", id="a driver who is registered"),
        pytest.param(["cadre", "midwife"], "staff", id="staff before cadre"),
        pytest.param(["driver", "cadre"], "cadre", id="cadre before driver"),
        pytest.param([], "stranger", id="nobody"),
    ],
)
def test_who_speaks(session: Session, hats: list[str], role: str) -> None:
    for hat in hats:
        MAKERS[hat](session)
    speaker = factories.speaker_of(session, PHONE)
    assert speaker.role == role
    assert (speaker.person is not None) is ("mother" in hats)


@pytest.mark.parametrize("hat", ["mother", "cadre", "midwife", "dinkes", "driver"])
def test_who_has_not_proved_a_phone_is_a_stranger(session: Session, hat: str) -> None:
    MAKERS[hat](session)
    speaker = people.speaker(session, factories.unproved(session, PHONE))
    assert (speaker.role, speaker.person, speaker.cadre, speaker.staff) == ("stranger", None, None, None)


def test_a_former_cadre_looks_after_no_village(session: Session) -> None:
    factories.cadre(session, SUMBEROTO, phone=PHONE, active=False)
    assert factories.speaker_of(session, PHONE).villages == frozenset()


def test_a_cadre_looks_after_her_villages(session: Session) -> None:
    factories.cadre(session, SUMBEROTO, KETAWANG, phone=PHONE)
    speaker = factories.speaker_of(session, PHONE)
    assert (set(speaker.villages), set(speaker.districts)) == ({SUMBEROTO, KETAWANG}, set())


def test_a_midwife_is_responsible_for_her_districts(session: Session) -> None:
    factories.staff(session, DONOMULYO, GONDANGLEGI, phone=PHONE)
    speaker = factories.speaker_of(session, PHONE)
    assert (set(speaker.villages), set(speaker.districts)) == (set(), {DONOMULYO, GONDANGLEGI})


def test_the_pregnancy_that_counts(session: Session) -> None:
    mother = factories.person(session)
    assert people.active_pregnancy(session, mother) is None
    assert people.latest_pregnancy(session, mother) is None
    older = factories.pregnancy(session, mother, status="delivered", opened_at=NOW - timedelta(days=900))
    newer = factories.pregnancy(session, mother, status="loss", opened_at=NOW - timedelta(days=300))
    assert people.active_pregnancy(session, mother) is None
    assert people.latest_pregnancy(session, mother) is newer
    older.status = "active"
    assert people.active_pregnancy(session, mother) is older
    assert people.latest_pregnancy(session, mother) is older


@pytest.mark.parametrize(
    ("asker", "name", "found"),
    [
        pytest.param("cadre", "rina", ["Rina Wati"], id="a cadre by first name"),
        pytest.param("cadre", "WATI rina", ["Rina Wati"], id="a cadre in any order and case"),
        pytest.param("cadre", "riana", [], id="not by a similar name"),
        pytest.param("cadre", "dewi", [], id="not in another village"),
        pytest.param("midwife", "dewi", ["Dewi Ayu"], id="a midwife in her district"),
        pytest.param("midwife", "wulan", [], id="not in another district"),
        pytest.param("dinkes", "wulan", ["Wulan Sari"], id="Dinkes everywhere"),
        pytest.param("dinkes", "mega", ["Mega Putri"], id="Dinkes also where the village is unknown"),
        pytest.param("midwife", "mega", [], id="not where the village is unknown"),
        pytest.param("cadre", "tini", [], id="not who is not registered"),
        pytest.param("driver", "rina", [], id="a driver nobody"),
        pytest.param("former cadre", "rina", [], id="a former cadre nobody"),
        pytest.param("mother", "rina", [], id="a mother nobody"),
    ],
)
def test_mothers_are_found_by_name(session: Session, asker: str, name: str, found: list[str]) -> None:
    MAKERS[asker](session)
    for mother, village, registered in (
        ("Rina Wati", SUMBEROTO, True),
        ("Dewi Ayu", BANJAREJO, True),
        ("Wulan Sari", KETAWANG, True),
        ("Mega Putri", None, True),
        ("Tini", SUMBEROTO, False),
    ):
        factories.person(session, name=mother, village_code=village, registered=registered)
    speaker = factories.speaker_of(session, PHONE)
    assert [person.name for person in people.find_mothers(session, speaker, name)] == found


def test_the_best_name_comes_first(session: Session) -> None:
    factories.cadre(session, phone=PHONE)
    for name in ("Siti Rahayu Ningsih", "Siti Rahayu"):
        factories.person(session, name=name)
    found = people.find_mothers(session, factories.speaker_of(session, PHONE), "siti rahayu")
    assert {person.name for person in found} == {"Siti Rahayu", "Siti Rahayu Ningsih"}


@pytest.mark.parametrize(
    ("village", "there", "called"),
    [
        pytest.param(SUMBEROTO, ["cadre", "midwife", "dinkes"], ["midwife", "cadre"], id="the nearest ones"),
        pytest.param(SUMBEROTO, ["midwife", "dinkes"], ["midwife"], id="no cadre: the midwife"),
        pytest.param(SUMBEROTO, ["cadre", "dinkes"], ["cadre", "dinkes"], id="no midwife: the cadre and Dinkes"),
        pytest.param(SUMBEROTO, ["dinkes"], ["dinkes"], id="nobody near: Dinkes"),
        pytest.param(SUMBEROTO, ["former cadre", "former midwife", "dinkes"], ["dinkes"], id="not who has left"),
        pytest.param(KETAWANG, ["cadre", "midwife", "dinkes"], ["dinkes"], id="not those of another district"),
        pytest.param(BANJAREJO, ["cadre", "midwife", "dinkes"], ["midwife"], id="not the cadre of another village"),
        pytest.param(TLOGOWARU, ["cadre", "midwife", "dinkes"], ["dinkes"], id="in the Kota: Dinkes"),
        pytest.param(None, ["cadre", "midwife", "dinkes"], ["dinkes"], id="unknown place: Dinkes"),
        pytest.param("99.99.99.9999", ["cadre", "midwife", "dinkes"], ["dinkes"], id="a village that is none: Dinkes"),
        pytest.param(SUMBEROTO, [], [], id="nobody at all"),
        pytest.param(SUMBEROTO, ["driver", "midwife"], ["midwife"], id="not the driver"),
    ],
)
def test_whom_to_call(session: Session, village: str | None, there: list[str], called: list[str]) -> None:
    makers: dict[str, Callable[[], Helper]] = {
        "cadre": lambda: factories.cadre(session),
        "former cadre": lambda: factories.cadre(session, active=False),
        "midwife": lambda: factories.staff(session),
        "former midwife": lambda: factories.staff(session, active=False),
        "dinkes": lambda: factories.staff(session, unit="dinkes"),
        "driver": lambda: factories.driver(session),
    }
    for helper in there:
        makers[helper]()
    assert [helper.role for helper in people.helpers_for(session, village)] == called


def test_all_cadres_of_a_village_are_called(session: Session) -> None:
    phones = [factories.cadre(session, SUMBEROTO, BANJAREJO).phone for _ in range(3)]
    assert [helper.phone for helper in people.helpers_for(session, BANJAREJO)] == phones


def test_a_contact_that_is_held_is_still_there(session: Session) -> None:
    contact = factories.contact(session)
    people.hold(session, contact)
    assert session.get(Contact, contact.id) is contact
