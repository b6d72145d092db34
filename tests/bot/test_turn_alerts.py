"""What a turn does around an emergency: short words, a place on the map, helpers who report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot import turn
from bot.turn import ForRasa, Settled
from registry import drafts
from registry.casework import talks
from registry.models import Contact
from registry.persons import people
from registry.transport import rides
from registry.transport.rides import Wish
from tests import factories
from tests.bot.turns import ALARM, alerts, prepared, said_to, trace, written
from tests.conftest import NOW

MIDWIFE, MOTHER = "+6281200000871", "+6281200000872"
TOMORROW = NOW + timedelta(hours=21)
HERE = {"kind": "location", "lat": -8.31, "lon": 112.42}


@pytest.fixture
def mother(session: Session) -> Contact:
    """A registered mother of Sumberoto and her midwife, whom the bot can reach."""
    factories.reachable(session, factories.staff(session, phone=MIDWIFE))
    factories.person(session, phone=MOTHER)
    return factories.contact(session, MOTHER)


def alarm(session: Session, contact: Contact) -> None:
    """She tells of a sign, and her message is finished as the inbox does it."""
    message = written(session, contact, ALARM)
    step = turn.prepare(session, message, NOW)
    assert isinstance(step, Settled)
    message.trace = step.trace
    session.flush()


@pytest.mark.parametrize("said", ["iya", "makasih bu", "nggih"])
def test_yes_after_an_alarm_is_answered_with_what_to_do(session: Session, mother: Contact, said: str) -> None:
    alarm(session, mother)
    assert trace(prepared(session, mother, said))["handled_by"] == "alert"
    assert "Bantuan sudah saya panggil" in said_to(session, mother)[-1]


def test_yes_without_an_alarm_is_for_rasa(session: Session, mother: Contact) -> None:
    assert isinstance(prepared(session, mother, "iya"), ForRasa)


def test_answer_who_is_with_her_is_kept(session: Session, mother: Contact) -> None:
    alarm(session, mother)
    assert trace(prepared(session, mother, "sama suami"))["handled_by"] == "alert"
    assert alerts(session)[0].companion == "family"


def test_yes_within_a_task_asked_later_is_the_tasks(session: Session, mother: Contact) -> None:
    alarm(session, mother)
    drafts.keep(session, mother, "ride", "when", {}, NOW + timedelta(minutes=1), None)
    message = written(session, mother, "iya")
    assert isinstance(turn.prepare(session, message, NOW + timedelta(minutes=2)), ForRasa)


def test_place_on_the_map_goes_to_those_who_help(session: Session, mother: Contact) -> None:
    alarm(session, mother)
    assert trace(prepared(session, mother, media=HERE))["handled_by"] == "alert"
    assert alerts(session)[0].pin == "-8.31,112.42"
    midwife = factories.contact(session, MIDWIFE)
    assert "-8.31,112.42" in said_to(session, midwife)[-1]
    assert "lokasi Ibu sudah saya kirim" in said_to(session, mother)[-1]


def test_place_within_a_task_is_for_both(session: Session, mother: Contact) -> None:
    alarm(session, mother)
    drafts.keep(session, mother, "ride", "pickup", {}, NOW, None)
    assert isinstance(prepared(session, mother, media=HERE), ForRasa)
    assert alerts(session)[0].pin == "-8.31,112.42"


def test_place_after_a_car_was_asked_for_is_where_she_is_fetched(session: Session, mother: Contact) -> None:
    person = people.persons_on(session, mother)[0]
    ride = rides.order(session, mother, Wish(TOMORROW, False, "visit", person.village_code, person.id), NOW, None).ride
    assert trace(prepared(session, mother, media=HERE))["handled_by"] == "media"
    assert "-8.31,112.42" in (ride.pickup or "")
    assert "Tempat menjemput sudah saya catat" in said_to(session, mother)[-1]


def test_place_in_an_emergency_is_for_her_car_too(session: Session, mother: Contact) -> None:
    alarm(session, mother)
    ride = rides.order_for_alert(session, alerts(session)[0], NOW, None).ride
    assert trace(prepared(session, mother, media=HERE))["handled_by"] == "alert"
    assert "-8.31,112.42" in (ride.pickup or "")


def test_place_without_an_alarm_is_received_as_ever(session: Session, mother: Contact) -> None:
    assert trace(prepared(session, mother, media=HERE))["handled_by"] == "media"


@pytest.mark.parametrize("content", [{"text": "halo bu"}, {"media": {"kind": "voice"}}], ids=["words", "voice"])
def test_words_while_an_officer_talks_go_to_her(session: Session, mother: Contact, content: dict[str, Any]) -> None:
    talks.reply(session, mother, MIDWIFE, "Ada apa, Bu?", NOW)
    assert trace(prepared(session, mother, **content))["handled_by"] == "staff"
    midwife = factories.contact(session, MIDWIFE)
    assert "Balasan dari Siti Aminah" in said_to(session, midwife)[-1]
    assert len(said_to(session, mother)) == 1


def test_who_is_with_her_is_kept_also_while_an_officer_talks(session: Session, mother: Contact) -> None:
    talks.reply(session, mother, MIDWIFE, "Ada apa, Bu?", NOW)
    alarm(session, mother)
    assert trace(prepared(session, mother, "iya sama suami"))["handled_by"] == "alert"
    assert alerts(session)[0].companion == "family"


def test_yes_after_an_alarm_is_for_the_officer_who_talks(session: Session, mother: Contact) -> None:
    talks.reply(session, mother, MIDWIFE, "Ada apa, Bu?", NOW)
    alarm(session, mother)
    assert trace(prepared(session, mother, "iya"))["handled_by"] == "staff"


@pytest.mark.parametrize(
    ("said", "status", "taken"),
    [
        pytest.param("saya tangani", "open", MIDWIFE, id="taken"),
        pytest.param("sudah di igd rsud kanjuruhan", "closed", None, id="at the hospital"),
        pytest.param("ibu keluar darah sudah di igd", "closed", None, id="at the hospital, the sign named again"),
    ],
)
def test_helper_answers_an_alarm_in_her_own_words(
    session: Session, mother: Contact, said: str, status: str, taken: str | None
) -> None:
    alarm(session, mother)
    midwife = factories.contact(session, MIDWIFE)
    assert trace(prepared(session, midwife, said))["handled_by"] == "press"
    (alert,) = alerts(session)
    assert (alert.status, alert.taken_by) == (status, taken)
    assert "Siti Aminah" in said_to(session, midwife)[-1]


def test_helper_who_tells_of_a_new_sign_raises_an_alarm(session: Session, mother: Contact) -> None:
    alarm(session, mother)
    midwife = factories.contact(session, MIDWIFE)
    assert trace(prepared(session, midwife, "ibunya kejang, sudah di igd"))["handled_by"] == "danger_gate"


def test_due_date_alone_tells_how_far_she_is(session: Session, mother: Contact) -> None:
    (person,) = people.persons_on(session, mother)
    factories.pregnancy(session, person, hpht=None, hpl=NOW.date() + timedelta(weeks=2))
    step = prepared(session, mother, "halo")
    assert isinstance(step, ForRasa)
    assert step.metadata["gestation_days"] == 266


@pytest.mark.parametrize("said", ["tidak pendarahan kok", "alhamdulillah gak pusing gak bengkak"])
def test_plain_denial_is_answered_and_not_asked_about(session: Session, mother: Contact, said: str) -> None:
    step = prepared(session, mother, said)
    assert trace(step) == {**trace(step), "handled_by": "danger_gate", "intent": "deny", "danger": []}
    assert "Syukurlah" in said_to(session, mother)[-1]
    assert alerts(session) == []


def test_denial_within_a_task_is_the_tasks(session: Session, mother: Contact) -> None:
    drafts.keep(session, mother, "visit", "complaints", {}, NOW, None)
    assert isinstance(prepared(session, mother, "tidak pendarahan kok"), ForRasa)


def test_sign_is_the_reason_when_the_reason_of_a_referral_is_asked_for(session: Session, mother: Contact) -> None:
    midwife = factories.contact(session, MIDWIFE)
    drafts.keep(session, midwife, "referral", "reason", {}, NOW, None)
    step = prepared(session, midwife, "HPP perdarahan banyak")
    assert isinstance(step, ForRasa)
    assert (step.text, step.metadata["refers"]) == ("/inform", True)
    assert alerts(session) == []


@pytest.mark.parametrize(
    ("said", "text"),
    [
        pytest.param("puskesmas tutup padahal jam kerja", "/complain", id="a closed door"),
        pytest.param("dimintai 300rb sama petugas", "/complain", id="a bill"),
        pytest.param("puskesmas buka jam berapa", "puskesmas buka jam berapa", id="a question"),
    ],
)
def test_complaint_told_outright_needs_no_guess(session: Session, mother: Contact, said: str, text: str) -> None:
    step = prepared(session, mother, said)
    assert isinstance(step, ForRasa)
    assert step.text == text


def test_complaint_of_an_officer_is_left_to_understanding(session: Session, mother: Contact) -> None:
    step = prepared(session, factories.contact(session, MIDWIFE), "dimintai 300rb sama petugas")
    assert isinstance(step, ForRasa)
    assert step.text != "/complain"


@pytest.mark.parametrize(
    ("said", "named", "village"),
    [
        pytest.param("tetangga saya kejang hamil 8 bulan", False, factories.SUMBEROTO, id="a neighbour"),
        pytest.param("tetangga saya di ketawang gondanglegi kejang", False, factories.KETAWANG, id="elsewhere"),
        pytest.param("saya kejang, ada tetangga", True, factories.SUMBEROTO, id="herself, a neighbour stands by"),
    ],
)
def test_alarm_for_a_neighbour_is_none_of_hers(
    session: Session, mother: Contact, said: str, named: bool, village: str
) -> None:
    prepared(session, mother, said)
    (alert,) = alerts(session)
    assert (alert.person_id is not None, alert.village_code) == (named, village)


def test_place_told_with_the_sign_calls_the_helpers_there(session: Session, mother: Contact) -> None:
    stranger = factories.contact(session, "+6281200000879")
    prepared(session, stranger, "istri saya kejang di sumberoto donomulyo tolong")
    assert alerts(session)[0].village_code == factories.SUMBEROTO
    assert "TANDA BAHAYA" in said_to(session, factories.contact(session, MIDWIFE))[-1]
    assert "Siapa yang menemani" in said_to(session, stranger)[-1]


def test_place_told_with_the_next_sign_calls_the_helpers_there_once(session: Session, mother: Contact) -> None:
    stranger = factories.contact(session, "+6281200000879")
    prepared(session, stranger, "tolong bayi saya biru")
    prepared(session, stranger, "kejang juga, di desa sumberoto kec donomulyo")
    (alert,) = alerts(session)
    assert alert.village_code == factories.SUMBEROTO
    assert len(said_to(session, factories.contact(session, MIDWIFE))) == 1


def test_officer_who_does_not_say_where_is_asked(session: Session, mother: Contact) -> None:
    dinkes = "+6281200000878"
    factories.reachable(session, factories.staff(session, unit="dinkes", phone=dinkes))
    prepared(session, factories.contact(session, dinkes), "ada laporan ibu pendarahan")
    assert "Di desa dan kecamatan mana ibunya" in said_to(session, factories.contact(session, dinkes))[-1]
