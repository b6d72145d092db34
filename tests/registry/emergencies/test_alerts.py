"""Alerts: one per emergency, to those who can help, without delay."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.emergencies import alerts
from registry.emergencies.alerts import SAME_EMERGENCY, AlertKind
from registry.messaging import messages
from registry.messaging.messages import DANGER
from registry.models import Alert, AuditEntry, Contact, OutboxMessage, Person
from registry.persons import people
from registry.persons.people import Speaker
from tests import factories
from tests.conftest import NIGHT, NOW
from tests.factories import BANJAREJO, KETAWANG, SUMBEROTO

MIDWIFE, CADRE, DINKES, MOTHER = "+6281200000801", "+6281200000802", "+6281200000803", "+6281200000804"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def helpers(session: Session) -> None:
    """A midwife and a cadre for Sumberoto, and Dinkes; the bot can reach them all."""
    found = (
        factories.staff(session, phone=MIDWIFE),
        factories.cadre(session, SUMBEROTO, phone=CADRE),
        factories.staff(session, unit="dinkes", phone=DINKES),
    )
    factories.reachable(session, *found)


@pytest.fixture
def mother(session: Session, helpers: None) -> Speaker:
    """A registered mother of Sumberoto in her 28th week."""
    factories.pregnancy(session, factories.person(session, phone=MOTHER))
    return factories.speaker_of(session, MOTHER)


def _raise(session: Session, who: Speaker, *signs: str, kind: AlertKind = "danger_sign", now: datetime = NOW) -> Alert:
    return alerts.raise_alert(session, who, kind, signs, now, None)


def _told(session: Session) -> dict[str, list[str]]:
    """The phones that got something, with what they got."""
    found: dict[str, list[str]] = {}
    rows = select(OutboxMessage, Contact.phone).join(Contact).order_by(OutboxMessage.id)
    for row, phone in session.execute(rows):
        found.setdefault(phone or "", []).append(row.text)
    return found


def _recipients(alert: Alert) -> list[str]:
    return [recipient.phone for recipient in alert.recipients]


def test_an_alert_of_a_registered_mother_holds_what_is_known(session: Session, mother: Speaker) -> None:
    alert = _raise(session, mother, "bleeding", "fever")
    assert mother.person is not None
    assert (alert.kind, alert.status, alert.signs) == ("danger_sign", "open", ["bleeding", "fever"])
    assert (alert.person_id, alert.phone, alert.village_code) == (mother.person.id, MOTHER, SUMBEROTO)
    assert _recipients(alert) == [MIDWIFE, CADRE]


def test_the_helpers_are_told_what_they_must_know(session: Session, mother: Speaker) -> None:
    _raise(session, mother, "bleeding")
    told = _told(session)
    assert set(told) == {MIDWIFE, CADRE}
    for words in ("TANDA BAHAYA", "keluar darah", "Siti Aminah", "Sumberoto, Kec. Donomulyo", "27", MOTHER):
        assert words in told[MIDWIFE][0]


def test_a_call_for_help_leaves_at_once_and_before_everything_else(session: Session, mother: Speaker) -> None:
    alerts.raise_alert(session, mother, "danger_sign", ["fits"], NIGHT, None)
    rows = messages.claim_outbox(session, NIGHT)
    assert [(row.kind, row.priority, row.due_at, row.template) for row in rows] == [
        ("alert", DANGER, NIGHT, "alert_danger_sign")
    ] * 2


@pytest.mark.parametrize(
    ("person", "weeks"),
    [
        pytest.param({"hpht": NOW.date() - timedelta(weeks=9, days=6)}, "9", id="completed weeks"),
        pytest.param({"hpht": None, "hpl": NOW.date() + timedelta(weeks=4)}, "36", id="only the due date is known"),
        pytest.param({"hpht": None, "hpl": None}, "belum diketahui", id="no date is known"),
        pytest.param({"status": "delivered"}, "belum diketahui", id="she has delivered"),
    ],
)
def test_how_far_she_is(session: Session, helpers: None, person: dict[str, object], weeks: str) -> None:
    factories.pregnancy(session, factories.person(session, phone=MOTHER), **person)
    _raise(session, factories.speaker_of(session, MOTHER), "fever")
    assert f"(minggu): {weeks}\n" in _told(session)[MIDWIFE][0]


@pytest.mark.parametrize(
    ("village", "called"),
    [
        pytest.param(SUMBEROTO, [MIDWIFE, CADRE], id="her village"),
        pytest.param(BANJAREJO, [MIDWIFE], id="a village without a cadre"),
        pytest.param(KETAWANG, [DINKES], id="a district without a midwife"),
        pytest.param(None, [DINKES], id="an unknown village"),
    ],
)
def test_who_is_called(session: Session, helpers: None, village: str | None, called: list[str]) -> None:
    factories.person(session, phone=MOTHER, village_code=village)
    alert = _raise(session, factories.speaker_of(session, MOTHER), "bleeding")
    assert _recipients(alert) == called
    assert list(_told(session)) == called


def test_a_stranger_is_helped_too(session: Session, helpers: None) -> None:
    alert = _raise(session, factories.speaker_of(session, MOTHER), "bleeding")
    assert (alert.person_id, alert.village_code, alert.phone) == (None, None, MOTHER)
    text = _told(session)[DINKES][0]
    assert "belum terdaftar" in text
    assert "Tempat: belum diketahui" in text


def test_a_stranger_without_a_proved_phone_is_helped_too(session: Session, helpers: None) -> None:
    alert = _raise(session, people.speaker(session, factories.unproved(session)), "bleeding")
    assert alert.phone is None
    assert "nomor belum diketahui" in _told(session)[DINKES][0]


@pytest.mark.parametrize(
    ("who", "called"),
    [
        pytest.param(CADRE, [MIDWIFE], id="a cadre calls the midwife"),
        pytest.param(MIDWIFE, [DINKES], id="a midwife calls Dinkes, whose village is not known"),
        pytest.param(DINKES, [], id="Dinkes has nobody above"),
    ],
)
def test_the_sender_is_not_told_about_herself(session: Session, helpers: None, who: str, called: list[str]) -> None:
    alert = _raise(session, factories.speaker_of(session, who), "fits")
    assert _recipients(alert) == called
    assert list(_told(session)) == called


def test_a_helper_who_reports_is_named(session: Session, helpers: None) -> None:
    _raise(session, factories.speaker_of(session, CADRE), "fits")
    assert f"Sri Hartini, {CADRE}" in _told(session)[MIDWIFE][0]


def test_a_second_message_about_one_emergency_is_no_second_alert(session: Session, mother: Speaker) -> None:
    first = _raise(session, mother, "bleeding")
    again = _raise(session, mother, "bleeding", now=NOW + MINUTE)
    assert again is first
    assert {phone: len(texts) for phone, texts in _told(session).items()} == {MIDWIFE: 1, CADRE: 1}
    assert session.scalars(select(AuditEntry.action)).all() == ["alert_opened"]


def test_a_new_sign_is_told_to_the_helpers(session: Session, mother: Speaker) -> None:
    alert = _raise(session, mother, "bleeding")
    assert _raise(session, mother, "bleeding", "fits", now=NOW + MINUTE) is alert
    assert alert.signs == ["bleeding", "fits"]
    assert _recipients(alert) == [MIDWIFE, CADRE]
    assert "BAHAYA: kejang\n" in _told(session)[MIDWIFE][1]


@pytest.mark.parametrize(
    ("first", "then", "kind"),
    [
        pytest.param("labour", "danger_sign", "danger_sign", id="labour becomes danger"),
        pytest.param("danger_sign", "labour", "danger_sign", id="danger stays danger"),
    ],
)
@pytest.mark.parametrize("sign", ["show", "unspecified"], ids=["a new sign", "no new sign"])
def test_an_alert_grows_worse_but_not_better(
    session: Session, mother: Speaker, first: AlertKind, then: AlertKind, kind: str, sign: str
) -> None:
    _raise(session, mother, "unspecified", kind=first)
    alert = _raise(session, mother, sign, kind=then, now=NOW + MINUTE)
    assert alert.kind == kind
    is_news = sign == "show" or then == "danger_sign"
    assert len(_told(session)[MIDWIFE]) == 1 + is_news


@pytest.mark.parametrize(
    ("later", "same"),
    [
        pytest.param(SAME_EMERGENCY, True, id="within twelve hours: the same"),
        pytest.param(SAME_EMERGENCY + MINUTE, False, id="after them: a new one"),
    ],
)
def test_how_long_an_emergency_lasts(session: Session, mother: Speaker, later: timedelta, same: bool) -> None:
    first = _raise(session, mother, "bleeding")
    second = _raise(session, mother, "bleeding", now=NOW + later)
    assert (second is first) is same
    assert len(_told(session)[MIDWIFE]) == (1 if same else 2)


def test_after_an_alert_was_closed_a_new_one_is_opened(session: Session, mother: Speaker) -> None:
    first = _raise(session, mother, "bleeding")
    first.status = "closed"
    assert _raise(session, mother, "bleeding", now=NOW + MINUTE) is not first
    assert len(_told(session)[MIDWIFE]) == 2


def test_two_phones_of_one_mother_are_one_emergency(session: Session, mother: Speaker) -> None:
    first = _raise(session, mother, "bleeding")
    factories.contact(session, MOTHER, channel="telegram", last_wrote_at=NOW)
    telegram = people.find_contact(session, "telegram", MOTHER)
    assert telegram is not None
    assert _raise(session, people.speaker(session, telegram), "bleeding") is first


def test_two_mothers_are_two_emergencies(session: Session, mother: Speaker) -> None:
    first = _raise(session, mother, "bleeding")
    factories.person(session, phone="+6281200000805", name="Rini Wulandari")
    assert _raise(session, factories.speaker_of(session, "+6281200000805"), "bleeding") is not first
    assert len(_told(session)[MIDWIFE]) == 2


def test_helpers_get_the_alert_although_they_said_stop(session: Session, mother: Speaker) -> None:
    for contact in session.scalars(select(Contact)):
        contact.stopped_at = NOW
    _raise(session, mother, "bleeding")
    assert len(messages.claim_outbox(session, NOW)) == 2


@pytest.mark.parametrize(
    ("reachable", "called"),
    [
        pytest.param([MIDWIFE, CADRE, DINKES], [MIDWIFE, CADRE], id="all"),
        pytest.param([MIDWIFE, DINKES], [MIDWIFE], id="not the cadre"),
        pytest.param([DINKES], [DINKES], id="only Dinkes, who is called instead"),
        pytest.param([], [], id="nobody"),
    ],
)
def test_only_who_can_be_reached_counts_as_called(
    session: Session, mother: Speaker, reachable: list[str], called: list[str]
) -> None:
    for contact in session.scalars(select(Contact)):
        contact.blocked = contact.phone not in (*reachable, MOTHER)
    session.flush()
    assert _recipients(_raise(session, mother, "bleeding")) == called


def test_a_place_told_later_calls_the_helpers_there(session: Session, helpers: None) -> None:
    stranger = factories.speaker_of(session, MOTHER)
    alert = _raise(session, stranger, "bleeding")
    assert _recipients(alert) == [DINKES]
    assert alerts.note_place(session, stranger, SUMBEROTO, NOW + MINUTE, None)
    assert alert.village_code == SUMBEROTO
    assert _recipients(alert) == [DINKES, MIDWIFE, CADRE]
    assert "keluar darah" in _told(session)[MIDWIFE][0]
    assert ["Kabar tempat" in text for text in _told(session)[DINKES]] == [False, True]


def test_a_place_is_kept_for_the_next_question(session: Session, helpers: None) -> None:
    stranger = factories.speaker_of(session, MOTHER)
    assert not alerts.note_place(session, stranger, SUMBEROTO, NOW, None)
    assert stranger.contact.village_code == SUMBEROTO
    assert _recipients(_raise(session, stranger, "bleeding")) == [MIDWIFE, CADRE]


def test_a_place_that_is_known_is_not_told_again(session: Session, mother: Speaker) -> None:
    _raise(session, mother, "bleeding")
    assert not alerts.note_place(session, mother, SUMBEROTO, NOW, None)
    assert len(_told(session)[MIDWIFE]) == 1


def test_erasing_a_mother_leaves_the_alert_without_her(session: Session, mother: Speaker) -> None:
    alert = _raise(session, mother, "bleeding")
    session.delete(session.get_one(Person, alert.person_id))
    session.flush()
    session.refresh(alert)
    assert (alert.person_id, alert.status) == (None, "open")
