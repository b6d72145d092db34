"""She wants somebody to go along: one message is enough, and what she is told is true."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import CompanionRequest, OutboxMessage
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk

HER = "+6281200009921"


@pytest.mark.parametrize(
    ("helper", "words"),
    [
        pytest.param("cadre", "kader di desa Ibu", id="cadres of her village"),
        pytest.param("midwife", "petugas", id="no cadre"),
        pytest.param(None, "belum ada kader", id="nobody"),
    ],
)
def test_she_is_told_who_is_asked(session: Session, helper: str | None, words: str) -> None:
    factories.reachable(session, factories.person(session, phone=HER))
    if helper is not None:
        factories.reachable(session, factories.cadre(session) if helper == "cadre" else factories.staff(session))
    chat = TaskTalk(Talk(session, factories.contact(session, HER)))
    said = chat.say("bu minta ditemani kontrol besok", "request_companion")
    assert words in said.text
    assert not chat.is_open
    assert len(list(session.scalars(select(CompanionRequest)))) == 1


def test_her_words_reach_the_cadre_without_numbers(session: Session) -> None:
    factories.reachable(session, factories.person(session, phone=HER), factories.cadre(session))
    chat = TaskTalk(Talk(session, factories.contact(session, HER)))
    chat.say(f"minta ditemani, hp saya 081200009921 nik 3507014503989001 {'tolong ' * 200}", "request_companion")
    (asked,) = session.scalars(select(OutboxMessage))
    assert "3507014503989001" not in asked.text
    assert "081200009921" not in asked.text
    assert len(asked.text) < 1024


def test_another_companion_of_her_own_is_noted_and_nobody_is_asked(session: Session) -> None:
    her = factories.person(session, phone=HER)
    factories.reachable(session, her, factories.cadre(session))
    chat = TaskTalk(Talk(session, factories.contact(session, HER)))
    assert "Siapa yang mendampingi" in chat.say("ganti pendamping bu, dadi adikku ae", "request_companion").text
    chat.say("adikku ae")
    chat.say("iya", "affirm")
    assert her.companion == "adikku"
    assert list(session.scalars(select(CompanionRequest))) == []
