"""Buttons under alerts and words that say the same: who may press, what it does, what is said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import drafts, presses, texts
from registry.emergencies import alert_texts, alerts
from registry.models import Alert, OutboxMessage, Person, Pregnancy
from registry.persons.people import Speaker
from registry.presses import Press
from tests import factories
from tests.conftest import NOW
from tests.factories import GONDANGLEGI, SUMBEROTO

MIDWIFE, CADRE, DINKES, MOTHER, OTHER = (f"+628120000085{digit}" for digit in range(5))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOO_LATE = texts.phrase("press_too_late")


@pytest.fixture
def alert(session: Session) -> Alert:
    """A registered mother of Sumberoto bleeds; midwife and cadre were called, Dinkes and others were not."""
    factories.reachable(
        session,
        factories.staff(session, phone=MIDWIFE),
        factories.cadre(session, SUMBEROTO, phone=CADRE),
        factories.staff(session, unit="dinkes", phone=DINKES),
    )
    factories.pregnancy(session, factories.person(session, phone=MOTHER))
    return alerts.raise_alert(session, factories.speaker_of(session, MOTHER), "danger_sign", ["bleeding"], NOW, None)


def missed(session: Session, alert: Alert, about: str = "K4") -> Alert:
    person = session.get_one(Person, alert.person_id)
    return alerts.open_alert(
        session, "missed_visit", person=person, contact=None, about=about, village_code=None, now=NOW, inbox_id=None
    )  # fmt: skip


def press(session: Session, phone: str, verb: str, alert: Alert, now: datetime = NOW) -> str:
    found = presses.act(session, factories.speaker_of(session, phone), Press(verb, alert.id), now, None)
    return "\n".join(draft.text for draft in found)


def spoken(session: Session, phone: str, said: str, now: datetime = NOW) -> tuple[str, int] | None:
    found = presses.spoken(session, factories.speaker_of(session, phone), said, now)
    return None if found is None else (found.verb, found.number)


def test_every_button_under_an_alert_does_something() -> None:
    names = [name for name in texts.sentences() if name.startswith("alert_")]
    payloads = [payload for name in names for _, payload in texts.sentences()[name].buttons]
    verbs = {payload.split(":")[1] for payload in payloads if payload.startswith("/press:")}
    assert len(verbs) > 15
    assert verbs <= set(presses.ACTS)


@pytest.mark.parametrize("who", [MIDWIFE, CADRE], ids=["midwife", "cadre"])
def test_whoever_was_called_takes_it_and_is_told_which(session: Session, alert: Alert, who: str) -> None:
    said = press(session, who, "alert_take", alert)
    assert "Siti Aminah, Sumberoto, Kec. Donomulyo sekarang Anda tangani" in said
    assert MOTHER in said
    assert alert.taken_by == who


def test_an_officer_who_was_not_called_may_step_in(session: Session, alert: Alert) -> None:
    assert "sekarang Anda tangani" in press(session, DINKES, "alert_take", alert)
    assert [one.role for one in alert.recipients] == ["midwife", "cadre", "dinkes"]


@pytest.mark.parametrize("who", ["mother", "stranger", "other cadre", "other midwife", "former cadre", "driver"])
@pytest.mark.parametrize("verb", ["alert_take", "alert_at_facility", "alert_false", "alert_unreachable"])
def test_who_may_not(session: Session, alert: Alert, who: str, verb: str) -> None:
    if who == "other cadre":
        factories.cadre(session, factories.KETAWANG, phone=OTHER)
    elif who == "other midwife":
        factories.staff(session, GONDANGLEGI, phone=OTHER)
    elif who == "former cadre":
        factories.cadre(session, phone=OTHER, active=False)
    elif who == "driver":
        factories.driver(session, phone=OTHER)
    assert press(session, MOTHER if who == "mother" else OTHER, verb, alert) == TOO_LATE
    assert (alert.status, alert.taken_by) == ("open", None)


@pytest.mark.parametrize(
    ("verb", "outcome", "words"),
    [
        ("alert_at_facility", "at_facility", "sudah di faskes"),
        ("alert_home_safe", "at_home_safe", "aman di rumah"),
        ("alert_false", "false_alarm", "bukan keadaan darurat"),
        ("alert_delivered", "delivered", "sudah melahirkan"),
        ("alert_referred", "referred", "dirujuk"),
    ],
)
def test_an_outcome_closes_it(session: Session, alert: Alert, verb: str, outcome: str, words: str) -> None:
    said = press(session, MIDWIFE, verb, alert)
    assert "Siti Aminah" in said
    assert words in said
    assert (alert.status, alert.outcome) == ("closed", outcome)


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        pytest.param((CADRE, "alert_take"), (MIDWIFE, "alert_take"), "sudah ditangani Kader", id="another has it"),
        pytest.param((MIDWIFE, "alert_take"), (MIDWIFE, "alert_take"), "sudah Anda tangani", id="twice"),
        pytest.param((CADRE, "alert_at_facility"), (MIDWIFE, "alert_take"), "sudah selesai", id="it is over"),
        pytest.param(
            (CADRE, "alert_false"), (MIDWIFE, "alert_at_facility"), "bukan keadaan darurat", id="ended before"
        ),
        pytest.param((CADRE, "alert_take"), (MIDWIFE, "work_done"), "tidak cocok", id="an ending of another kind"),
    ],
)
def test_a_button_pressed_late_is_answered_kindly(
    session: Session, alert: Alert, first: tuple[str, str], then: tuple[str, str], words: str
) -> None:
    press(session, *first, alert)
    assert words in press(session, *then, alert)


def test_a_number_that_is_no_alert_is_too_late(session: Session, alert: Alert) -> None:
    speaker = factories.speaker_of(session, MIDWIFE)
    (said,) = presses.act(session, speaker, Press("alert_take", 10**9), NOW, None)
    assert said.text == TOO_LATE


def test_who_is_not_reached_is_noted_and_the_next_are_called(session: Session, alert: Alert) -> None:
    assert "petugas berikutnya" in press(session, MIDWIFE, "alert_unreachable", alert)
    assert alert.status == "open"


@pytest.mark.parametrize(
    ("verb", "status", "outcome", "words"),
    [
        ("work_done", "closed", "visit_done", "sudah dikunjungi"),
        ("work_not_found", "open", None, "Bidan ikut saya kabari"),
        ("work_moved", "closed", "moved", "sudah pindah"),
    ],
)
def test_what_a_cadre_says_of_a_missed_visit(
    session: Session, alert: Alert, verb: str, status: str, outcome: str | None, words: str
) -> None:
    work = missed(session, alert)
    assert words in press(session, CADRE, verb, work)
    assert (work.status, work.outcome) == (status, outcome)
    assert session.scalars(select(Pregnancy.status)).one() == ("closed" if verb == "work_moved" else "active")


# ---------------------------------------------------------------- her own buttons


def test_it_is_asked_once_more_before_it_is_no_emergency(session: Session, alert: Alert) -> None:
    assert "sekali lagi" in press(session, MOTHER, "alert_mistake", alert)
    assert alert.status == "open"
    assert "Syukurlah" in press(session, MOTHER, "alert_mistake_yes", alert)
    assert (alert.status, alert.outcome) == ("closed", "false_alarm")
    assert press(session, MOTHER, "alert_mistake", alert) == TOO_LATE


def test_she_may_think_better_of_it(session: Session, alert: Alert) -> None:
    assert "Bantuan sudah saya panggil" in press(session, MOTHER, "alert_mistake_no", alert)
    assert alert.status == "open"


@pytest.mark.parametrize("verb", ["alert_mistake", "alert_mistake_yes", "alert_well", "alert_unwell", "alert_alone"])
def test_nobody_else_speaks_for_her(session: Session, alert: Alert, verb: str) -> None:
    assert press(session, OTHER, verb, alert) == TOO_LATE
    assert (alert.status, alert.companion) == ("open", None)


def test_another_phone_of_hers_speaks_for_her(session: Session, alert: Alert) -> None:
    telegram = factories.contact(session, MOTHER, channel="telegram")
    speaker = Speaker(telegram, "stranger")
    (said,) = presses.act(session, speaker, Press("alert_family", alert.id), NOW, None)
    assert "teruskan" in said.text
    assert alert.companion == "family"


def test_she_is_better(session: Session, alert: Alert) -> None:
    press(session, MIDWIFE, "alert_at_facility", alert)
    assert "Syukurlah" in press(session, MOTHER, "alert_well", alert, NOW + DAY)


def test_she_is_better_and_nobody_had_closed_it(session: Session, alert: Alert) -> None:
    press(session, MOTHER, "alert_well", alert, NOW + DAY)
    assert alert.status == "open"  # that is for those who help to say
    rows = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))[-2:]
    assert all("bilang sudah baik" in row.text for row in rows)
    assert {row.contact.phone for row in rows} == {MIDWIFE, CADRE}


def test_she_is_still_ill(session: Session, alert: Alert) -> None:
    press(session, MIDWIFE, "alert_at_facility", alert)
    said = press(session, MOTHER, "alert_unwell", alert, NOW + DAY)
    assert "Berangkat sekarang" in said
    again = session.scalars(select(Alert).order_by(Alert.id.desc())).first()
    assert again is not None
    assert (again.id != alert.id, again.status, again.signs) == (True, "open", ["bleeding"])


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("iya", "alert_well"), ("sudah sehat bu", "alert_well"), ("alhamdulillah sudah baik", "alert_well"),
        ("belum", "alert_unwell"), ("tidak", "alert_unwell"), ("masih sakit", "alert_unwell"),
        ("mau tanya jadwal periksa", None),
    ],
)  # fmt: skip
def test_how_she_is_in_her_own_words(session: Session, alert: Alert, said: str, verb: str | None) -> None:
    contact = factories.speaker_of(session, MOTHER).contact
    draft = texts.say("alert_follow_up", id=alert.id)
    row = factories.outbox_message(session, contact, draft.text, kind="reminder")
    row.extras, row.sent_at = draft.extras(), NOW
    session.flush()
    assert spoken(session, MOTHER, said, NOW + HOUR) == (None if verb is None else (verb, alert.id))


# ---------------------------------------------------------------- words of helpers


@pytest.mark.parametrize(
    ("said", "verb"),
    [
        ("saya tangani", "alert_take"), ("siap meluncur", "alert_take"), ("tak parani saiki", "alert_take"),
        ("sudah di igd rsud", "alert_at_facility"), ("pasien sudah dirawat di puskesmas", "alert_at_facility"),
        ("nomor tidak aktif", "alert_unreachable"), ("sudah pulang sehat", "alert_home_safe"),
        ("salah pencet bu, aman", "alert_false"), ("sudah selesai", "alert_outcome"),
        ("besok jadwal posyandu jam berapa", None), ("halo", None), ("saya tangani?", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("who", [MIDWIFE, CADRE], ids=["midwife", "cadre"])
def test_what_a_helper_says_means_the_alert_she_was_sent(
    session: Session, alert: Alert, who: str, said: str, verb: str | None
) -> None:
    assert spoken(session, who, said) == (None if verb is None else (verb, alert.id))


@pytest.mark.parametrize(
    ("when", "who"),
    [
        pytest.param(NOW + DAY + MINUTE, MIDWIFE, id="a day later"),
        pytest.param(NOW, DINKES, id="who was not called"),
        pytest.param(NOW, MOTHER, id="the mother"),
    ],
)
def test_the_same_words_mean_nothing(session: Session, alert: Alert, when: datetime, who: str) -> None:
    assert spoken(session, who, "saya tangani", when) is None


def test_words_after_the_end_mean_nothing(session: Session, alert: Alert) -> None:
    press(session, CADRE, "alert_at_facility", alert)
    assert spoken(session, MIDWIFE, "saya tangani") is None


def test_of_several_the_newest_that_nobody_has_is_meant(session: Session, alert: Alert) -> None:
    second, third = (
        alerts.raise_alert(
            session, factories.speaker_of(session, mother.phone or ""), "danger_sign", ["fits"], NOW, None
        )
        for mother in (factories.person(session, name="Rini"), factories.person(session, name="Wati"))
    )
    assert spoken(session, MIDWIFE, "saya tangani") == ("alert_take", third.id)
    press(session, CADRE, "alert_take", third)
    assert spoken(session, MIDWIFE, "saya tangani") == ("alert_take", second.id)
    press(session, MIDWIFE, "alert_take", alert)
    assert spoken(session, MIDWIFE, "sudah di igd") == ("alert_at_facility", alert.id)
    assert alert_texts.label(session, second).startswith("Rini")


@pytest.mark.parametrize(
    ("said", "verb"),
    [("sudah saya kunjungi", "work_done"), ("orangnya sudah pindah ke blitar", "work_moved")],
)
def test_words_fit_the_kind_of_the_alert(session: Session, alert: Alert, said: str, verb: str) -> None:
    press(session, MIDWIFE, "alert_at_facility", alert)
    work = missed(session, alert)
    assert spoken(session, CADRE, said) == (verb, work.id)


@pytest.mark.parametrize(
    ("codes", "is_report"),
    [
        pytest.param(["bleeding"], True, id="the sign of the alert: a report"),
        pytest.param(["bleeding", "fits"], False, id="another sign too: an emergency"),
    ],
)
def test_a_report_that_names_the_sign_again_is_no_new_emergency(
    session: Session, alert: Alert, codes: list[str], is_report: bool
) -> None:
    speaker = factories.speaker_of(session, MIDWIFE)
    press_found = presses.reported(session, speaker, "ibu perdarahan sudah di igd", codes, NOW)
    assert (press_found is not None) is is_report


NAMED: dict[str, tuple[str, bool]] = {
    "her name": ("bu siti sudah di igd", True),
    "a part of it": ("bu minah sudah di puskesmas", True),
    "nobody": ("sudah di puskesmas", True),
    "whom the words are for": ("bu ana, sudah di puskesmas", True),
    "who brought her": ("sudah di puskesmas diantar bu yuni", True),
    "somebody else": ("bu sumarni sudah melahirkan tadi malam di puskesmas, bayinya sehat", False),
    "somebody else, in a few words": ("mbak yuni sudah di puskesmas", False),
}


@pytest.mark.parametrize(("said", "ends_it"), NAMED.values(), ids=NAMED)
def test_news_of_somebody_else_end_no_alarm(session: Session, alert: Alert, said: str, ends_it: bool) -> None:
    found = spoken(session, MIDWIFE, said)
    assert (found is not None and found[1] == alert.id) is ends_it


def test_words_in_the_middle_of_a_task_belong_to_the_task(session: Session, alert: Alert) -> None:
    speaker = factories.speaker_of(session, MIDWIFE)
    drafts.keep(session, speaker.contact, "referral", "reason", {}, NOW, None)
    assert spoken(session, MIDWIFE, "sudah di igd") is None


def test_words_of_a_slip_ask_once_more_before_it_is_no_emergency(session: Session, alert: Alert) -> None:
    assert spoken(session, MOTHER, "maaf tadi kepencet anak saya") == ("alert_mistake", alert.id)
    assert spoken(session, MOTHER, "darahnya masih banyak bu") is None
