"""What is said to whoever tells of danger or labour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language import danger
from registry import texts
from registry.clock import JAKARTA
from registry.emergencies import alerts, triage
from registry.emergencies.alerts import AlertKind
from registry.emergencies.triage import Answer
from registry.messaging import messages
from registry.models import Alert, Cadre, Contact, Facility, OutboxMessage, Ride, Staff
from registry.persons import people
from registry.persons.people import Speaker
from tests import factories
from tests.conftest import NOW
from tests.factories import KETAWANG, SUMBEROTO

MOTHER = "+6281200001004"
PLACE = "Puskesmas Donomulyo"
LEXICON = Path(danger.__file__).parent / "danger.tsv"
SIGNS = {line.partition("\t")[0] for line in LEXICON.read_text().splitlines() if not line.startswith("#")}
SIGNS |= {"waters_preterm", "unspecified"}
SOMEWHERE = "puskesmas atau IGD rumah sakit terdekat"


def _answers(
    session: Session, speaker: Speaker, *signs: str, kind: AlertKind = "danger_sign", minutes: int = 0
) -> list[Answer]:
    return triage.answer_danger(session, speaker, kind, signs, NOW + timedelta(minutes=minutes), None)


def _mother(session: Session, **values: object) -> Speaker:
    factories.person(session, phone=MOTHER, **values)
    return factories.speaker_of(session, MOTHER)


@pytest.mark.parametrize(
    ("kind", "signs", "response"),
    [
        pytest.param("danger_sign", ["bleeding"], "utter_danger", id="danger"),
        pytest.param("danger_sign", [], "utter_danger", id="danger of an unknown kind"),
        pytest.param("danger_sign", ["nb_fits"], "utter_danger_newborn", id="danger of the newborn"),
        pytest.param("danger_sign", ["nb_fits", "bleeding"], "utter_danger", id="danger of both"),
        pytest.param("labour", ["contractions"], "utter_labour", id="labour"),
        pytest.param("labour", [], "utter_labour", id="labour without a sign"),
    ],
)
def test_the_answer_fits_what_was_told(session: Session, kind: AlertKind, signs: list[str], response: str) -> None:
    answer, *_ = _answers(session, _mother(session), *signs, kind=kind)
    assert answer.response == response
    assert answer.values["place"].startswith(PLACE)
    texts.say(answer.response, **answer.values)


def test_an_alert_without_a_sign_says_so(session: Session) -> None:
    _answers(session, _mother(session))
    assert session.scalars(select(Alert)).one().signs == ["unspecified"]


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_every_sign_has_a_name_and_a_safe_answer(session: Session, sign: str) -> None:
    assert texts.phrase(f"sign_{sign}") != ""
    answers = _answers(session, _mother(session), sign)
    said = texts.say(answers[0].response, **answers[0].values).text
    assert "119" in said
    assert PLACE in said


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        pytest.param(["bleeding"], "miring ke kiri", id="bleeding"),
        pytest.param(["fits"], "jangan masukkan apa pun ke mulut", id="fits"),
        pytest.param(["nb_fits"], "Dekap bayi", id="the newborn"),
        pytest.param(["less_movement", "fever"], "Minum air putih", id="the first sign that has advice"),
        pytest.param(["less_movement"], "", id="a sign without advice"),
    ],
)
def test_what_to_do_while_waiting(session: Session, signs: list[str], words: str) -> None:
    answer, *_ = _answers(session, _mother(session), *signs)
    assert words in answer.values["safe"]
    assert (answer.values["safe"] == "") is (words == "")


@pytest.mark.parametrize(
    ("there", "called"),
    [
        pytest.param(["midwife", "cadre", "dinkes"], "Bidan dan kader", id="midwife and cadre"),
        pytest.param(["midwife", "dinkes"], "Bidan sudah", id="the midwife"),
        pytest.param(["cadre"], "Kader sudah", id="the cadre"),
        pytest.param(["cadre", "dinkes"], "Kader sudah", id="the cadre, and Dinkes"),
        pytest.param(["dinkes"], "Petugas Dinas Kesehatan sudah", id="Dinkes"),
        pytest.param([], "Petugas saya beri tahu", id="nobody"),
        pytest.param(["midwife out of reach"], "Petugas saya beri tahu", id="a midwife the bot cannot reach"),
    ],
)
def test_she_is_told_who_was_called_and_nobody_else(session: Session, there: list[str], called: str) -> None:
    makers: dict[str, Callable[[], Cadre | Staff]] = {
        "midwife": lambda: factories.staff(session),
        "cadre": lambda: factories.cadre(session),
        "dinkes": lambda: factories.staff(session, unit="dinkes"),
    }
    for helper in there:
        if helper in makers:
            factories.reachable(session, makers[helper]())
        else:
            factories.staff(session)
    answer, *_ = _answers(session, _mother(session), "bleeding")
    assert answer.values["called"].startswith(called)


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        pytest.param("mother of a known village", "with", id="a mother of a known village who is with her"),
        pytest.param("mother of an unknown village", "where", id="a mother of an unknown village where she is"),
        pytest.param("stranger", "where", id="a stranger where she is"),
        pytest.param("stranger who said where", "with", id="a stranger who said where she is who is with her"),
        pytest.param("cadre of one village", "", id="a cadre nothing"),
        pytest.param("cadre of two villages", "she", id="a cadre of two villages where the mother is"),
        pytest.param("midwife", "she", id="a midwife where the mother is"),
    ],
)
def test_one_question_at_most(session: Session, who: str, asked: str) -> None:
    if who.startswith("mother"):
        factories.person(session, phone=MOTHER, village_code=None if "unknown" in who else SUMBEROTO)
    elif who.startswith("cadre"):
        factories.cadre(session, *([SUMBEROTO, KETAWANG] if "two" in who else [SUMBEROTO]), phone=MOTHER)
    elif who == "midwife":
        factories.staff(session, phone=MOTHER)
    speaker = factories.speaker_of(session, MOTHER)
    if who == "stranger who said where":
        alerts.note_place(session, speaker, SUMBEROTO, NOW, None)
    answers = _answers(session, speaker, "bleeding")
    questions = {
        "where": ["utter_ask_where_are_you"], "she": ["alert_ask_where"], "with": ["alert_ask_companion"], "": [],
    }  # fmt: skip
    assert [answer.response for answer in answers[1:]] == questions[asked]
    unknown = asked == "where" or "two" in who or who == "midwife"
    assert answers[0].values["place"].startswith(SOMEWHERE if unknown else PLACE)


def test_a_second_message_about_the_same_gets_a_short_answer(session: Session) -> None:
    speaker = _mother(session)
    _answers(session, speaker, "bleeding", "fits")
    answer, *_ = _answers(session, speaker, "fits", minutes=1)
    assert answer.response == "utter_danger_again"
    assert answer.values["place"].startswith(PLACE)


def test_a_new_sign_gets_the_whole_answer_again(session: Session) -> None:
    speaker = _mother(session)
    _answers(session, speaker, "bleeding")
    assert [a.response for a in _answers(session, speaker, "nb_fits", minutes=1)] == ["utter_danger_newborn"]


def test_a_stranger_is_asked_only_once_where_she_is(session: Session) -> None:
    speaker = factories.speaker_of(session, MOTHER)
    assert len(_answers(session, speaker, "bleeding")) == 2
    assert len(_answers(session, speaker, "fits", minutes=1)) == 1


def test_another_phone_of_the_same_mother_gets_the_short_answer(session: Session) -> None:
    _answers(session, _mother(session), "bleeding")
    telegram = factories.contact(session, MOTHER, channel="telegram")
    answer, *_ = _answers(session, people.speaker(session, telegram), "bleeding", minutes=1)
    assert answer.response == "utter_danger_again"


def test_danger_is_answered_without_consent_and_after_stop(session: Session) -> None:
    speaker = _mother(session, consent="refused", messages="stopped")
    speaker.contact.stopped_at = NOW
    assert _answers(session, speaker, "bleeding")[0].response == "utter_danger"
    assert session.scalars(select(Alert.status)).all() == ["open"]


def test_no_answer_holds_her_own_or_anybodys_number(session: Session) -> None:
    factories.reachable(session, factories.staff(session), factories.cadre(session))
    answers = _answers(session, _mother(session), "bleeding")
    said = " ".join(answer.draft().text for answer in answers)
    assert not any(contact.phone in said for contact in session.scalars(select(Contact)) if contact.phone)


def test_a_ride_is_one_touch_away_and_so_is_the_way_back(session: Session) -> None:
    answer, *_ = _answers(session, _mother(session), "bleeding")
    number = session.scalars(select(Alert.id)).one()
    assert dict(answer.draft().buttons) == {
        "Minta jemputan": f"/request_transport:alert:{number}",
        "Bukan darurat": f"/press:alert_mistake:{number}",
    }
    assert _answers(session, factories.speaker_of(session, MOTHER), "bleeding", minutes=1)[0].buttons == answer.buttons


@pytest.mark.parametrize(
    ("facility", "hour", "named"),
    [
        pytest.param({"open_24h": False}, 10, True, id="by day: a puskesmas that closes at night"),
        pytest.param({"open_24h": False}, 2, False, id="at two in the night: not that one"),
        pytest.param({"open_24h": None}, 2, True, id="at two in the night: one of which nobody knows"),
        pytest.param({"delivery_care": False}, 10, False, id="by day: none without delivery care"),
    ],
)
def test_a_place_is_named_that_takes_in_a_birth_now(
    session: Session, facility: dict[str, bool | None], hour: int, named: bool
) -> None:
    speaker = _mother(session)
    (here,) = session.scalars(select(Facility).where(Facility.name == PLACE))
    for name, value in facility.items():
        setattr(here, name, value)
    session.flush()
    now = datetime(2026, 11, 20, hour, 0, tzinfo=JAKARTA)
    answer, *_ = triage.answer_danger(session, speaker, "danger_sign", ("bleeding",), now, None)
    assert answer.values["place"].startswith(PLACE) is named
    assert "RSUD" in answer.values["place"]


def _after(session: Session, speaker: Speaker, said: str, minutes: int = 1) -> list[str]:
    """What is said to her short words a while after an alert that the bot has answered."""
    answers = _answers(session, speaker, "bleeding")
    message = factories.inbox_message(session, speaker.contact)
    message.trace = {"danger": ["bleeding"]}
    for answer in answers:
        messages.queue(
            session, speaker.contact, answer.draft(), kind="reply", priority=0, now=NOW, inbox_id=message.id
        )  # fmt: skip
    later = NOW + timedelta(minutes=minutes)
    return [draft.text for draft in triage.words_after(session, speaker, said, later, None)]


@pytest.mark.parametrize("said", ["iya", "iya bu", "makasih", "nggih matur nuwun", "ok bu", "siap", "baik bu bidan"])
def test_a_bare_yes_after_an_alert_is_no_small_talk(session: Session, said: str) -> None:
    (text,) = _after(session, _mother(session), said)
    assert "Bantuan sudah saya panggil" in text
    assert PLACE in text


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        pytest.param("saya harus bawa apa", 1, id="a question"),
        pytest.param("iya", 31, id="a yes an hour later"),
        pytest.param("", 1, id="nothing"),
        pytest.param("tidak", 1, id="a no"),
    ],
)
def test_other_words_after_an_alert_are_understood_as_ever(session: Session, said: str, minutes: int) -> None:
    assert _after(session, _mother(session), said, minutes) == []


@pytest.mark.parametrize(
    ("said", "village"),
    [
        pytest.param("ndek sumberoto donomulyo", SUMBEROTO, id="the village in Javanese"),
        pytest.param("di ketawang gondanglegi bu", KETAWANG, id="another village"),
        pytest.param("minta jemput di sumberoto donomulyo", None, id="a wish that names a village"),
        pytest.param("di mana puskesmas sumberoto?", None, id="a question that names a village"),
    ],
)
def test_where_she_is_needs_no_understanding(session: Session, said: str, village: str | None) -> None:
    stranger = people.speaker(session, factories.contact(session, "+6281200001099"))
    texts_said = _after(session, stranger, said)
    assert session.scalars(select(Alert)).one().village_code == village
    assert len(texts_said) == (village is not None)


def test_a_yes_to_something_else_is_no_answer_to_the_alert(session: Session) -> None:
    speaker = _mother(session)
    _after(session, speaker, "iya")
    message = factories.inbox_message(session, speaker.contact)
    message.trace = {"intent": "ask_documents", "danger": []}
    factories.outbox_message(session, speaker.contact, "Mau saya teruskan?", inbox_id=message.id)
    assert triage.words_after(session, speaker, "iya", NOW + timedelta(minutes=2), None) == ()


@pytest.mark.parametrize(
    ("said", "kept", "word"),
    [
        pytest.param("suami", "family", "teruskan", id="her husband"),
        pytest.param("bojoku bu", "family", "teruskan", id="her husband in Javanese"),
        pytest.param("sendirian bu", "alone", "Panggil tetangga", id="alone"),
        pytest.param("gak ada siapa siapa", "alone", "Panggil tetangga", id="nobody"),
        pytest.param("sama tetangga", "neighbour", "teruskan", id="a neighbour"),
    ],
)
def test_who_is_with_her_is_kept_and_told(session: Session, said: str, kept: str, word: str) -> None:
    midwife = factories.staff(session)
    factories.reachable(session, midwife)
    (text,) = _after(session, _mother(session), said)
    assert word in text
    assert session.scalars(select(Alert.companion)).one() == kept
    rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    told = [row.text for row in rows if row.contact.phone == midwife.phone]
    assert len(told) == 2
    assert texts.phrase(f"alert_with_{kept}") in told[1]


@pytest.mark.parametrize(
    ("drivers", "response", "status"),
    [
        pytest.param(1, "ride_asked_mother", "requested", id="a driver is asked"),
        pytest.param(0, "ride_tell_nobody_mother", "escalated", id="there is no driver"),
    ],
)
def test_who_asks_for_a_car_in_the_same_words_gets_one(
    session: Session, drivers: int, response: str, status: str
) -> None:  # fmt: skip
    mother = _mother(session)
    factories.reachable(session, *(factories.driver(session) for _ in range(drivers)))
    words = factories.inbox_message(session, mother.contact, "tulung mobil saiki, getihe metu akeh")
    answers = triage.answer_danger(session, mother, "danger_sign", ("bleeding",), NOW, words.id)
    assert [one.response for one in answers] == ["utter_danger", response]
    ride = session.scalars(select(Ride)).one()
    assert (ride.status, ride.urgent, ride.purpose) == (status, True, "emergency")


def test_who_tells_of_danger_alone_is_asked_whether_a_car_is_wanted(session: Session) -> None:
    mother = _mother(session)
    words = factories.inbox_message(session, mother.contact, "getihe metu akeh")
    triage.answer_danger(session, mother, "danger_sign", ("bleeding",), NOW, words.id)
    assert session.scalars(select(Ride)).all() == []
