"""The softer kinds of alerts, what an alert tells those who go, and helpers who tell of a mother."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from registry.emergencies import alerts
from registry.messaging import messages
from registry.models import Alert, BirthPlan, OutboxMessage
from registry.rules.alert_pace import Outcome
from tests import factories
from tests.conftest import NIGHT, NOW
from tests.factories import SUMBEROTO
from tests.registry.emergencies.alert_cases import (
    CADRE,
    MIDWIFE,
    MINUTE,
    MOTHER,
    OFFICER,
    last_id,
    one_of,
    raised,
    run,
    sent,
    to,
)

# ---------------------------------------------------------------- the softer kinds


SOFT = [
    pytest.param("missed_visit", "K4", {CADRE}, "belum periksa hamil (K4)", id="a missed visit: the cadre"),
    pytest.param("missed_visit", "not_reached", {CADRE}, "tidak sampai", id="messages that do not arrive: the cadre"),
    pytest.param("no_driver", "ride:9", {CADRE, MIDWIFE, OFFICER}, "BELUM ADA SOPIR", id="no driver: cadre and office"),
    pytest.param("minor_mother", None, {MIDWIFE}, "di bawah 18 tahun", id="a minor: the midwife"),
    pytest.param("high_risk", "twins", {MIDWIFE, CADRE}, "PERLU PERHATIAN", id="a high risk: midwife and cadre"),
]


@pytest.mark.parametrize(("kind", "about", "called", "words"), SOFT)
@pytest.mark.usefixtures("helpers")
def test_who_is_called_for_what(
    session: Session, kind: alerts.SoftKind, about: str | None, called: set[str], words: str
) -> None:
    person = factories.person(session, phone=MOTHER)
    alert = alerts.open_alert(
        session, kind, person=person, contact=None, about=about, village_code=None, now=NOW, inbox_id=None
    )  # fmt: skip
    assert {phone for phone, _ in sent(session)} == called == {one.phone for one in alert.recipients}
    assert all(words in text and "Siti Aminah" in text for _, text in sent(session))
    assert alert.phone == MOTHER
    rows = list(session.scalars(select(OutboxMessage)))
    assert {row.kind for row in rows} == {"alert"}
    assert all((row.extras or {})["buttons"] for row in rows)


@pytest.mark.parametrize(
    ("kind", "urgent", "at_once"),
    [("missed_visit", True, False), ("no_driver", True, True), ("no_driver", False, False)],
    ids=["a missed visit waits", "an urgent ride does not", "a ride of another day waits"],
)
@pytest.mark.usefixtures("helpers")
def test_what_goes_out_at_night(session: Session, kind: alerts.SoftKind, urgent: bool, at_once: bool) -> None:
    person = factories.person(session)
    alerts.open_alert(
        session, kind, person=person, contact=None, about=None, village_code=None, now=NIGHT, inbox_id=None,
        urgent=urgent,
    )  # fmt: skip
    assert bool(messages.claim_outbox(session, NIGHT)) is at_once


@pytest.mark.usefixtures("helpers")
def test_the_same_is_not_opened_twice_and_something_else_is(session: Session) -> None:
    person = factories.person(session)

    def open_for(about: str) -> Alert:
        return alerts.open_alert(
            session, "missed_visit", person=person, contact=None, about=about, village_code=None, now=NOW,
            inbox_id=None,
        )  # fmt: skip

    first = open_for("K4")
    assert open_for("K4") is first
    assert open_for("K5") is not first
    first.status = "closed"
    assert open_for("K4") is not first


@pytest.mark.usefixtures("helpers")
def test_whoever_caused_it_is_not_called_herself(session: Session) -> None:
    person = factories.person(session)
    contact = factories.contact(session, CADRE)
    alerts.open_alert(
        session, "high_risk", person=person, contact=contact, about=None, village_code=None, now=NOW, inbox_id=None
    )  # fmt: skip
    assert {phone for phone, _ in sent(session)} == {MIDWIFE}


@pytest.mark.usefixtures("helpers")
def test_a_missed_visit_the_cadre_cannot_find_goes_to_the_midwife(session: Session) -> None:
    person = factories.person(session)
    alert = alerts.open_alert(
        session, "missed_visit", person=person, contact=None, about="K4", village_code=None, now=NOW, inbox_id=None
    )  # fmt: skip
    before = last_id(session)
    alerts.conclude(session, alert, Outcome.UNREACHABLE, one_of(alert, CADRE), NOW, None)
    assert [phone for phone, _ in sent(session, before)] == [MIDWIFE]
    assert alert.status == "open"


# ---------------------------------------------------------------- what helps those who go


@pytest.mark.usefixtures("helpers")
def test_risks_that_staff_recorded_are_shown_to_helpers_and_not_to_her(session: Session) -> None:
    mother = factories.person(session, phone=MOTHER)
    factories.pregnancy(session, mother, risks=["twins", "previous_caesarean"])
    alerts.raise_alert(session, factories.speaker_of(session, MOTHER), "labour", ["waters"], NOW, None)
    assert "risiko tercatat: hamil kembar, pernah operasi sesar" in to(session, MIDWIFE)[0]
    assert "Catatan: risiko" in to(session, MIDWIFE)[0]
    assert to(session, MOTHER) == []


@pytest.mark.usefixtures("helpers")
def test_the_birth_plan_is_shown_to_helpers(session: Session) -> None:
    pregnancy = factories.pregnancy(session, factories.person(session, phone=MOTHER))
    driver = factories.driver(session)
    session.add(BirthPlan(pregnancy_id=pregnancy.id, driver_id=driver.id, driver_agreed=True, donors=4, at=NOW))
    session.flush()
    alerts.raise_alert(session, factories.speaker_of(session, MOTHER), "labour", ["waters"], NOW, None)
    (text,) = to(session, MIDWIFE)
    assert "rencana lahir: " in text
    assert driver.phone in text


@pytest.mark.usefixtures("helpers")
def test_a_place_her_phone_shows_goes_to_those_who_were_called(session: Session) -> None:
    alert = raised(session)
    before = last_id(session)
    speaker = factories.speaker_of(session, MOTHER)
    assert alerts.note_pin(session, speaker, -8.3012345, "112.41", NOW + MINUTE, None)
    assert alert.pin == "-8.30123,112.41"
    assert {phone for phone, _ in sent(session, before)} == {MIDWIFE, CADRE}
    assert "q=-8.30123,112.41 " in to(session, MIDWIFE, before)[0]
    run(session, NOW + 5 * MINUTE)
    assert "-8.30123,112.41" in to(session, OFFICER)[0]


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(None, None), ("x", "y"), (91, 0), (0, 181), ("nan", 0)],
    ids=["none", "words", "lat", "lon", "nan"],
)
@pytest.mark.usefixtures("helpers")
def test_what_is_no_place_on_earth_is_not_told(session: Session, lat: object, lon: object) -> None:
    raised(session)
    assert not alerts.note_pin(session, factories.speaker_of(session, MOTHER), lat, lon, NOW, None)


def test_a_place_without_an_emergency_is_nobodys_business(session: Session) -> None:
    assert not alerts.note_pin(session, factories.speaker_of(session, MOTHER), -8.3, 112.4, NOW, None)


@pytest.mark.usefixtures("helpers")
def test_she_is_elsewhere_now_and_those_there_are_called(session: Session) -> None:
    midwife = factories.staff(session, factories.GONDANGLEGI, name="Wati Sulastri")
    factories.reachable(session, midwife)
    alert = raised(session)
    before = last_id(session)
    assert alerts.note_place(session, factories.speaker_of(session, MOTHER), factories.KETAWANG, NOW + MINUTE, None)
    assert alert.village_code == factories.KETAWANG
    assert "TANDA BAHAYA" in to(session, midwife.phone, before)[0]
    assert all("Ketawang" in text for _, text in sent(session, before))
    assert {phone for phone, _ in sent(session, before)} == {midwife.phone, MIDWIFE, CADRE}
    assert run(session, NOW + 7 * MINUTE, NOW + MINUTE) == [(5, {midwife.phone})]


# ---------------------------------------------------------------- a helper who tells of a mother


@pytest.mark.parametrize("way", ["by name", "by code", "by NIK"])
@pytest.mark.usefixtures("helpers")
def test_an_alert_of_a_cadre_carries_the_mother_she_names(session: Session, way: str) -> None:
    mother = factories.person(session, phone=MOTHER, name="Rina Wati", code="M-4F7Q")
    said = {"by name": "bu rina wati pendarahan", "by code": "M-4F7Q kejang", "by NIK": f"{mother.nik} kejang"}[way]
    speaker = factories.speaker_of(session, CADRE)
    message = factories.inbox_message(session, speaker.contact, said)
    alert = alerts.raise_alert(session, speaker, "danger_sign", ["bleeding"], NOW, message.id)
    assert (alert.person_id, alert.village_code, alert.phone) == (mother.id, SUMBEROTO, CADRE)
    assert f"nomor ibu {MOTHER}" in to(session, MIDWIFE)[0]


@pytest.mark.usefixtures("helpers")
def test_a_mother_of_another_area_is_not_told_of(session: Session) -> None:
    factories.person(session, name="Rina Wati", village_code=factories.KETAWANG, code="M-4F7Q")
    speaker = factories.speaker_of(session, CADRE)
    message = factories.inbox_message(session, speaker.contact, "M-4F7Q kejang")
    assert alerts.raise_alert(session, speaker, "danger_sign", ["fits"], NOW, message.id).person_id is None


@pytest.mark.usefixtures("helpers")
def test_two_mothers_of_one_cadre_are_two_emergencies_and_each_is_one(session: Session) -> None:
    factories.person(session, phone=MOTHER, name="Rina Wati")
    factories.person(session, name="Tuminah Lestari")
    speaker = factories.speaker_of(session, CADRE)

    def tell(said: str, minutes: int = 0) -> Alert:
        message = factories.inbox_message(session, speaker.contact, said)
        return alerts.raise_alert(session, speaker, "danger_sign", ["fits"], NOW + minutes * MINUTE, message.id)

    first, second = tell("bu rina wati kejang"), tell("bu tuminah lestari kejang", 1)
    assert first is not second
    assert tell("bu rina wati kejang lagi", 30) is first
    hers = alerts.raise_alert(session, factories.speaker_of(session, MOTHER), "danger_sign", ["fits"], NOW, None)
    assert hers is first


# ---------------------------------------------------------------- load and order


@pytest.mark.usefixtures("helpers")
def test_an_alert_takes_few_questions_to_the_database(session: Session) -> None:
    factories.pregnancy(session, factories.person(session, phone=MOTHER))
    speaker = factories.speaker_of(session, MOTHER)
    session.flush()
    session.expire_all()
    asked: list[str] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    alerts.raise_alert(session, speaker, "danger_sign", ["bleeding"], NOW, None)
    event.remove(connection, "before_cursor_execute", note)
    assert len(asked) <= 24, "\n".join(asked)
