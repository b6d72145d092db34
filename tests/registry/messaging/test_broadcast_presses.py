"""Buttons and words about a broadcast: each looks for itself whether this officer may."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, presses, programme
from registry.messaging import broadcasts
from registry.messaging.audiences import Audience
from registry.models import Broadcast, OutboxMessage, Staff
from registry.presses import Press
from tests import factories
from tests.conftest import NIGHT, NOW
from tests.factories import GONDANGLEGI, SUMBEROTO

TODAY = clock.today(NOW)


@pytest.fixture
def sender(session: Session) -> Staff:
    """A midwife of Donomulyo whom messages reach, and one mother."""
    person = factories.person(session)
    factories.pregnancy(session, person)
    factories.reachable(session, person)
    made = factories.staff(session)
    factories.reachable(session, made)
    return made


def reachable(session: Session, *districts: str, **values: Any) -> Staff:
    made = factories.staff(session, *districts, **values)
    factories.reachable(session, made)
    return made


def sent(session: Session, staff: Staff, *, large: bool = False, now: Any = NIGHT, text: str = "posyandu") -> Broadcast:
    programme.decide(session, "broadcast_second_approval_from", 1 if large else 500, TODAY, "test")
    row, _ = broadcasts.prepare(session, staff, staff.phone, Audience(areas=(SUMBEROTO,)), text, now)
    broadcasts.confirm(session, row, now)
    return row


def press(session: Session, staff: Staff, verb: str, number: int) -> str:
    speaker = factories.speaker_of(session, staff.phone)
    return "\n".join(draft.text for draft in presses.act(session, speaker, Press(verb, number), NIGHT, None))


def say(session: Session, staff: Staff, words: str) -> str | None:
    """What the bot answers without Rasa; None: the words are no press."""
    speaker = factories.speaker_of(session, staff.phone)
    found = presses.spoken(session, speaker, words, NIGHT)
    message = factories.inbox_message(session, speaker.contact, words)
    if found is None:
        return None
    return "\n".join(draft.text for draft in presses.act(session, speaker, found, NIGHT, message.id))


def test_second_person_approves_by_a_button(session: Session, sender: Staff) -> None:
    colleague = reachable(session)
    row = sent(session, sender, large=True)
    assert "disetujui" in press(session, colleague, "bc_approve", row.id)
    assert row.approved_by == colleague.id
    assert "tidak menunggu persetujuan Anda" in press(session, colleague, "bc_approve", row.id)
    assert "Keadaannya sekarang: " in press(session, colleague, "bc_refuse", row.id)


@pytest.mark.parametrize(
    ("verb", "why"),
    [("bc_no_words", "Isinya perlu diubah"), ("bc_no_people", "Penerimanya"), ("bc_no_time", "Belum waktunya")],
)
def test_no_by_a_button_names_its_reason(session: Session, sender: Staff, verb: str, why: str) -> None:
    colleague = reachable(session)
    row = sent(session, sender, large=True)
    assert "Mengapa" in press(session, colleague, "bc_refuse", row.id)
    assert row.status == "waiting_approval"
    assert "tidak dikirim" in press(session, colleague, verb, row.id)
    assert why in (row.refusal or "")


@pytest.mark.parametrize("verb", sorted(v for v in presses.ACTS if v.startswith("bc_")))
@pytest.mark.parametrize("who", ["neighbour", "hospital", "former", "cadre", "mother"])
def test_others_press_in_vain(session: Session, sender: Staff, verb: str, who: str) -> None:
    row = sent(session, sender, large=True)
    others: dict[str, Any] = {
        "neighbour": lambda: reachable(session, GONDANGLEGI),
        "hospital": lambda: reachable(session, unit="hospital"),
        "former": lambda: reachable(session, active=False),
        "cadre": lambda: factories.cadre(session),
        "mother": lambda: factories.person(session),
    }
    other = others[who]()
    factories.reachable(session, other)
    assert "Siaran" not in press(session, other, verb, row.id)
    assert row.status == "waiting_approval"


@pytest.mark.parametrize("verb", ["bc_approve", "bc_refuse", "bc_no_time"])
def test_first_cannot_decide_about_her_own(session: Session, sender: Staff, verb: str) -> None:
    row = sent(session, sender, large=True)
    assert "tulisan Anda sendiri" in press(session, sender, verb, row.id)
    assert row.status == "waiting_approval"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("setujui siaran {n}", "done"),
        ("setuju", "done"),
        ("ok", "waiting_approval"),
        ("ya", "waiting_approval"),
        ("tolak siaran {n} karena tanggalnya keliru", "stopped"),
        ("tolak siaran {n}", "waiting_approval"),
        ("tolak siaran: tanggalnya keliru", "stopped"),
        ("setujui siaran 999", "waiting_approval"),
    ],
)
def test_second_person_decides_in_words(session: Session, sender: Staff, words: str, status: str) -> None:
    colleague = reachable(session)
    row = sent(session, sender, large=True)
    asked = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "broadcast_approval")).one()
    asked.status, asked.sent_at = "sent", NIGHT
    session.flush()
    said = say(session, colleague, words.format(n=row.id))
    assert row.status == status
    assert said is not None
    assert ("jadi disetujui?" in said) == (words in ("ok", "ya"))
    assert row.refusal in (None, "tanggalnya keliru")


def test_bare_yes_of_two_that_wait_decides_nothing(session: Session, sender: Staff) -> None:
    colleague = reachable(session)
    rows = [sent(session, sender, large=True, text=text) for text in ("satu", "dua")]
    assert say(session, colleague, "setuju") is None
    assert say(session, colleague, "setujui siaran") is None
    assert {row.status for row in rows} == {"waiting_approval"}


def test_what_waits_for_the_morning_is_held_let_go_and_stopped_in_words(session: Session, sender: Staff) -> None:
    row = sent(session, sender)
    assert "menunggu 1" in (say(session, sender, "siaran sampai mana?") or "")
    for words, status in (("jeda siaran", "paused"), ("lanjutkan siaran", "running"), ("hentikan siaran", "stopped")):
        assert f"Siaran nomor {row.id}" in (say(session, sender, words) or "")
        assert row.status == status


def test_words_of_others_are_no_press(session: Session, sender: Staff) -> None:
    sent(session, sender)
    cadre = factories.cadre(session)
    factories.reachable(session, cadre)
    speaker = factories.speaker_of(session, cadre.phone)
    assert presses.spoken(session, speaker, "hentikan siaran 1", NOW) is None


def test_progress_offers_what_can_be_done(session: Session, sender: Staff) -> None:
    row = sent(session, sender)
    speaker = factories.speaker_of(session, sender.phone)

    def offered() -> list[str]:
        (draft,) = presses.act(session, speaker, Press("bc_progress", row.id), NIGHT, None)
        return [title for title, _ in draft.buttons]

    assert offered() == ["Jeda", "Hentikan"]
    broadcasts.pause(session, row, NIGHT)
    assert offered() == ["Lanjutkan", "Hentikan"]
    broadcasts.stop(session, row, NIGHT)
    assert offered() == []
