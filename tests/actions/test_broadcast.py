"""An officer writes to many by chat: seen first, sent after a yes, within her own area only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Broadcast, OutboxMessage
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.factories import DONOMULYO, GONDANGLEGI

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


def test_pressed_button_of_an_old_question_does_nothing(session: Session) -> None:
    mothers(session, 1)
    talk = officer(session)
    talk.say("saya mau kirim pengumuman", "send_broadcast")
    talk.press("/inform:confirm:yes")
    assert sent(session) == []
    assert talk.is_open
