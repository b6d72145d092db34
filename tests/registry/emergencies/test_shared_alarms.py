"""A cry for help from a phone that two mothers share: nobody guesses which of them it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry import presses
from registry.emergencies import alert_texts, alerts, triage
from registry.messaging.messages import Draft
from registry.models import Alert, Contact
from registry.persons import people
from tests import factories
from tests.conftest import NOW
from tests.factories import KETAWANG
from tests.registry.emergencies.alert_cases import CADRE, MIDWIFE, MOTHER, last_id, to

pytestmark = pytest.mark.usefixtures("helpers")
FIRST, SECOND = "Sulastri Ningrum", "Kartini Wijaya"


@pytest.fixture
def shared(session: Session) -> Contact:
    """Two expecting mothers of Sumberoto on one phone."""
    for name in (FIRST, SECOND):
        factories.pregnancy(session, factories.person(session, phone=MOTHER, name=name))
    return factories.contact(session, MOTHER)


def cry(session: Session, text: str, minutes: int = 0) -> tuple[Alert, list[Draft]]:
    """Somebody writes it from that phone; the alert, and what is answered."""
    speaker, now = factories.speaker_of(session, MOTHER), NOW + timedelta(minutes=minutes)
    message = factories.inbox_message(session, speaker.contact)
    message.content = {"kind": "message", "text": text}
    answers = triage.answer_danger(session, speaker, "danger_sign", ("bleeding",), now, message.id)
    row = alerts.current_alert(session, speaker, now, message.id)
    assert row is not None
    return row, [answer.draft() for answer in answers]


def name_of(row: Alert, session: Session) -> str | None:
    person = alert_texts.concern_of(session, row, NOW).person
    return person.name if person else None


def test_both_names_are_told_and_she_is_asked_which_it_is(session: Session, shared: Contact) -> None:
    row, said = cry(session, "mbak aku getihen akeh")
    assert row.person_id is None
    assert row.village_code == factories.SUMBEROTO
    assert f"{FIRST} atau {SECOND} (satu HP)" in to(session, MIDWIFE)[0]
    assert [title for title, _ in said[-1].buttons] == ["Bu Sulastri", "Bu Kartini"]
    assert sum("?" in draft.text for draft in said) == 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("ini kartini bu, keluar darah", SECOND, id="she says her name"),
        pytest.param("bu SULASTRI pendarahan", FIRST, id="somebody says her name"),
        pytest.param("sulastri sama kartini jatuh", None, id="both are named"),
        pytest.param("keluar darah", None, id="nobody is named"),
    ],
)
def test_the_one_who_is_named_is_meant(session: Session, shared: Contact, text: str, name: str | None) -> None:
    row, _ = cry(session, text)
    assert name_of(row, session) == name


def test_helpers_hear_that_the_phone_is_shared_though_she_is_known(session: Session, shared: Contact) -> None:
    cry(session, "ini kartini bu, keluar darah")
    assert f"HP ini juga dipakai {FIRST}" in to(session, MIDWIFE)[0]


def test_the_one_who_said_she_writes_is_meant(session: Session, shared: Contact) -> None:
    shared.speaks_for = people.persons_on(session, shared)[1].id
    row, said = cry(session, "keluar darah")
    assert name_of(row, session) == SECOND
    assert "menemani" in said[-1].text


@pytest.mark.parametrize("by_words", [False, True], ids=["by the button", "by her name"])
def test_once_she_says_who_she_is_everybody_called_hears_it(session: Session, shared: Contact, by_words: bool) -> None:
    row, said = cry(session, "keluar darah")
    before, speaker = last_id(session), factories.speaker_of(session, MOTHER)
    press = presses.of_button(said[-1].buttons[1][1])
    if by_words:
        press = presses.spoken(session, speaker, "kartini bu", NOW)
    assert press is not None
    (draft,) = presses.act(session, speaker, press, NOW, None)
    assert "Bu Kartini" in draft.text
    assert "119" in draft.text
    assert name_of(row, session) == SECOND
    for helper in (MIDWIFE, CADRE):
        (news,) = to(session, helper, before)
        assert f"Ibu: {SECOND}" in news


def test_without_an_alarm_the_name_is_only_thanked_for(session: Session, shared: Contact) -> None:
    speaker = factories.speaker_of(session, MOTHER)
    press = presses.spoken(session, speaker, "kartini bu", NOW)
    assert press is not None
    (draft,) = presses.act(session, speaker, press, NOW, None)
    assert "119" not in draft.text


def test_each_of_them_has_an_alert_of_her_own(session: Session, shared: Contact) -> None:
    first, _ = cry(session, "ini sulastri, keluar darah")
    second, _ = cry(session, "ini kartini, keluar darah", minutes=1)
    again, _ = cry(session, "sulastri tambah pucat", minutes=2)
    assert first.id != second.id
    assert again.id == first.id


def test_no_village_is_taken_when_they_live_apart(session: Session, shared: Contact) -> None:
    people.persons_on(session, shared)[1].village_code = KETAWANG
    row, said = cry(session, "keluar darah")
    assert row.village_code is None
    assert "desa" in said[-1].text


def test_mothers_on_a_cadres_own_phone_are_not_named_for_another(session: Session) -> None:
    for name in (FIRST, SECOND):
        factories.person(session, phone=CADRE, name=name)
    speaker = factories.speaker_of(session, CADRE)
    message = factories.inbox_message(session, speaker.contact)
    message.content = {"kind": "message", "text": "ada bumil kejang"}
    alerts.raise_alert(session, speaker, "danger_sign", ("fits",), NOW, message.id)
    assert FIRST not in to(session, MIDWIFE)[0]
