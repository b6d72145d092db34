"""An officer writes to many by chat: seen first, sent after a yes, within her own area only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, programme
from registry.messaging.audiences import Audience
from registry.models import Birth, Broadcast, OutboxMessage, Pregnancy
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.conftest import NOW
from tests.factories import DONOMULYO, GONDANGLEGI, KETAWANG, SUMBEROTO

ORDER = "kirim ke semua bumil desa Sumberoto: besok posyandu jam 8"


def officer(session: Session, *districts: str, **values: Any) -> TaskTalk:
    """A midwife in a talk."""
    staff = factories.staff(session, *(districts or (DONOMULYO,)), **values)
    return TaskTalk(Talk(session, factories.contact(session, staff.phone)))


def mothers(session: Session, count: int, **values: Any) -> None:
    """Pregnant women of Sumberoto who can be reached."""
    for _ in range(count):
        person = factories.person(session, **values)
        factories.pregnancy(session, person)
        factories.reachable(session, person)


def sent(session: Session) -> list[OutboxMessage]:
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "broadcast")))


def test_order_is_shown_with_its_count_and_sent_after_a_yes(session: Session) -> None:
    mothers(session, 3)
    mothers(session, 1, messages="stopped")
    talk = officer(session)
    shown = talk.say(ORDER, "send_broadcast")
    assert "3 orang" in shown.text
    assert "1 minta berhenti" in shown.text
    assert "besok posyandu jam 8" in shown.text
    assert sent(session) == []
    assert "3 orang" in talk.press("/inform:confirm:yes").text
    assert len(sent(session)) == 3
    assert all("besok posyandu jam 8" in row.text for row in sent(session))
    assert not talk.is_open


@pytest.mark.parametrize("answer", ["/deny", "/inform:confirm:text"], ids=["no", "change the words"])
def test_nothing_is_sent_before_the_yes(session: Session, answer: str) -> None:
    mothers(session, 1)
    talk = officer(session)
    talk.say(ORDER, "send_broadcast")
    talk.press(answer)
    assert sent(session) == []


def test_changed_words_are_shown_again(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    talk.say(ORDER, "send_broadcast")
    talk.press("/inform:confirm:text")
    shown = talk.say("posyandu pindah ke balai desa", "out_of_scope")
    assert "balai desa" in shown.text
    talk.say("ya", "affirm")
    assert ["balai desa" in row.text for row in sent(session)] == [True]


def test_what_is_missing_is_asked(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    assert "untuk siapa" in talk.say("saya mau kirim pengumuman", "send_broadcast").text
    assert "isi pesannya" in talk.press("/inform:who:mothers").text
    assert "rapat" in talk.say("rapat ibu hamil hari senin", "inform").text


@pytest.mark.parametrize("role", ["mother", "cadre", "driver", "stranger"])
def test_others_than_officers_may_not(session: Session, role: str) -> None:
    mothers(session, 1)
    makers: dict[str, Callable[[Session], Any]] = {
        "mother": factories.person,
        "cadre": factories.cadre,
        "driver": factories.driver,
    }
    phone = makers[role](session).phone if role in makers else factories.make_phone()
    talk = TaskTalk(Talk(session, factories.contact(session, phone)))
    assert "hanya bisa dilakukan petugas" in talk.say(ORDER, "send_broadcast").text
    assert session.scalar(select(Broadcast.id)) is None


def test_area_of_another_puskesmas_is_refused(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session, GONDANGLEGI, facility="Puskesmas Gondanglegi")
    assert "di luar tanggung jawab" in talk.say(ORDER, "send_broadcast").text
    assert session.scalar(select(Broadcast.id)) is None


def test_nobody_to_send_to_is_said_with_the_reasons(session: Session) -> None:
    mothers(session, 2, consent="refused")
    talk = officer(session)
    assert "2 belum setuju" in talk.say(ORDER, "send_broadcast").text
    assert not talk.is_open


def test_choice_that_fits_nobody_is_named(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    said = talk.say("kirim ke bumil yang nunggak bpjs: ada keringanan", "send_broadcast").text
    assert "Tidak ada yang cocok: ibu hamil, JKN menunggak" in said
    assert "Semua yang dituju" not in said
    assert not talk.is_open


def test_pressed_button_of_an_old_question_does_nothing(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    talk.say("saya mau kirim pengumuman", "send_broadcast")
    talk.press("/inform:confirm:yes")
    assert sent(session) == []
    assert talk.is_open


def draft_of(session: Session) -> Broadcast:
    return session.scalars(select(Broadcast).order_by(Broadcast.id.desc())).first() or pytest.fail("none")


CHOSEN: dict[str, tuple[str, str, Audience]] = {
    "a month of due dates": (
        "kirim ke semua bumil desa Sumberoto yang HPL-nya bulan Februari: siapkan tas",
        "HPL 1 Februari 2027 sampai 28 Februari 2027",
        Audience(areas=(SUMBEROTO,), due_from=date(2027, 2, 1), due_until=date(2027, 2, 28)),
    ),
    "due within weeks": (
        "kirim ke bumil yang HPL-nya dalam 20 minggu: siapkan tas",
        "HPL dalam 20 minggu",
        Audience(areas=(DONOMULYO,), due_weeks=20),
    ),
    "a state of the JKN": (
        "kirim ke semua bumil desa Sumberoto yang JKN-nya belum diketahui: kirim NIK ke bidan",
        "JKN belum diketahui",
        Audience(areas=(SUMBEROTO,), jkn=("unknown",)),
    ),
    "a check-up that is missing": (
        "kirim ke bumil trimester 3 yang belum K3: ayo periksa",
        "trimester 3, belum K3",
        Audience(areas=(DONOMULYO,), trimester=3, unvisited="K3"),
    ),
    "a way to pay": (
        "kirim ke bumil yang belum pernah dicek biayanya: tanya bidan",
        "jalur biaya: belum pernah dicek",
        Audience(areas=(DONOMULYO,), paths=("UNASKED",)),
    ),
    "a puskesmas": (
        "kirim ke ibu hamil di puskesmas Donomulyo: besok libur",
        "Kec. Donomulyo",
        Audience(areas=(DONOMULYO,)),
    ),
    "two villages": (
        "kirim ke bumil desa Sumberoto dan Mentaraman: besok posyandu",
        "Sumberoto, Mentaraman",
        Audience(areas=(SUMBEROTO, "35.07.01.2009")),
    ),
}


@pytest.mark.parametrize(("order", "shown", "audience"), CHOSEN.values(), ids=CHOSEN)
def test_audience_is_what_was_said(session: Session, order: str, shown: str, audience: Audience) -> None:
    mothers(session, 2)
    talk = officer(session)
    assert shown in talk.say(order, "send_broadcast").text
    assert Audience.from_json(draft_of(session).audience) == audience
    talk.press("/inform:confirm:yes")
    assert len(sent(session)) == 2


def test_mothers_after_a_birth_are_an_audience_of_their_own(session: Session) -> None:
    mothers(session, 2)
    pregnancy = session.scalars(select(Pregnancy)).first() or pytest.fail("none")
    pregnancy.status = "delivered"
    session.add(Birth(pregnancy_id=pregnancy.id, on=clock.today(NOW) - timedelta(days=9), reported_at=NOW))
    talk = officer(session)
    talk.say("kirim ke desa Sumberoto: bayi ditimbang besok", "send_broadcast")
    shown = talk.press("/inform:who:after_birth")
    assert "1 orang (ibu nifas sampai 42 hari, Sumberoto" in shown.text
    talk.press("/inform:confirm:yes")
    assert len(sent(session)) == 1


def test_button_that_names_nobody_asks_again(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    talk.say("kirim ke desa Sumberoto: besok libur", "send_broadcast")
    assert "untuk siapa" in talk.press("/inform:who:everybody").text


def test_whole_kabupaten_is_for_dinkes(session: Session) -> None:
    mothers(session, 1)
    mothers(session, 1, village_code=KETAWANG)
    order = "kirim ke semua bumil se kabupaten malang: besok libur"
    assert "di luar tanggung jawab" in officer(session).say(order, "send_broadcast").text
    staff = factories.staff(session, unit="dinkes")
    talk = TaskTalk(Talk(session, factories.contact(session, staff.phone)))
    assert "2 orang" in talk.say(order, "send_broadcast").text


def test_due_dates_that_cannot_be_read_are_asked_for(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    asked = talk.say("kirim ke bumil yang HPL 31 Februari: siapkan tas", "send_broadcast")
    assert "HPL dari kapan" in asked.text
    assert "HPL dalam 20 minggu" in talk.say("20 minggu lagi").text


def test_all_due_dates_may_be_meant_after_all(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    talk.say("kirim ke bumil yang HPL 31 Februari: siapkan tas", "send_broadcast")
    assert "HPL" not in talk.press("/inform:due:all").text


def test_village_that_several_districts_have_is_asked_for_by_its_district(session: Session) -> None:
    mothers(session, 1)
    staff = factories.staff(session, unit="dinkes")
    talk = TaskTalk(Talk(session, factories.contact(session, staff.phone)))
    asked = talk.say("kirim ke kader desa Banjarejo: rapat", "send_broadcast")
    assert len(asked.buttons) == 4
    assert "Kec. Donomulyo" in asked.buttons
    assert "Kec. Pagelaran" in asked.text or "Kec." in asked.text
    talk.press(asked.buttons["Kec. Donomulyo"])
    assert draft_of(session).audience["areas"] == ["35.07.01.2002"]


def test_time_is_taken_from_the_order_and_said(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    shown = talk.say("kirim besok jam 7 ke semua bumil desa Sumberoto: bawa buku KIA", "send_broadcast")
    assert "07.00 WIB" in shown.text
    done = talk.press("/inform:confirm:yes")
    assert "dijadwalkan" in done.text
    assert (draft_of(session).status, sent(session)) == ("scheduled", [])


def test_time_may_be_told_at_the_preview(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    talk.say(ORDER, "send_broadcast")
    assert "14.00 WIB" in talk.say("besok jam 2 siang saja").text
    talk.say("ya", "affirm")
    assert [row.status for row in session.scalars(select(Broadcast).order_by(Broadcast.id))] == ["stopped", "scheduled"]


def test_day_without_an_hour_is_asked_for(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    asked = talk.say("kirim besok pagi ke semua bumil desa Sumberoto: bawa buku KIA", "send_broadcast")
    assert "Kapan dikirim" in asked.text
    assert "Dikirim" not in talk.press("/inform:when:now").text
    talk.press("/inform:confirm:yes")
    assert len(sent(session)) == 1


def test_repeated_one_says_how_often(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    assert "Diulang setiap minggu" in talk.say("kirim tiap senin jam 8 ke bumil: lapor", "send_broadcast").text
    talk.press("/inform:confirm:yes")
    assert (draft_of(session).repeat, draft_of(session).due_at.weekday()) == ("weekly", 0)


def test_large_one_names_the_second_person_and_tells_her(session: Session) -> None:
    programme.decide(session, "broadcast_second_approval_from", 1, NOW.date(), "test")
    mothers(session, 1)
    second = factories.staff(session, name="Dwi Retno")
    factories.reachable(session, second)
    talk = officer(session)
    assert "petugas kedua: Dwi Retno" in talk.say(ORDER, "send_broadcast").text
    assert "perlu disetujui" in talk.press("/inform:confirm:yes").text
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "broadcast_approval")).one()
    assert told.contact.phone == second.phone


def test_large_one_with_nobody_to_approve_says_so_before(session: Session) -> None:
    programme.decide(session, "broadcast_second_approval_from", 1, NOW.date(), "test")
    mothers(session, 1)
    assert "belum ada petugas lain" in officer(session).say(ORDER, "send_broadcast").text


def test_what_can_be_done_afterwards_stands_under_the_answer(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    talk.say(ORDER, "send_broadcast")
    done = talk.press("/inform:confirm:yes")
    number = draft_of(session).id
    assert done.buttons["Hentikan"] == f"/press:bc_stop:{number}"
    assert set(done.buttons) == {"Sampai mana", "Jeda", "Hentikan"}
