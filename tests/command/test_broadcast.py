"""A message to many from the command line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

import kawal
from command import broadcast, broadcasting, stack
from command.broadcast import Order
from command.stack import StackError
from registry import clock, programme
from registry.db import Database
from registry.messaging import broadcast_sending
from registry.models import Broadcast, OutboxMessage
from tests import factories
from tests.conftest import NOW


@pytest.fixture
def filled(database: Database) -> Database:
    """Two mothers of Sumberoto, one of whom said STOP."""
    with database.write() as session:
        for messages in ("on", "stopped"):
            person = factories.person(session, messages=messages)
            factories.pregnancy(session, person)
            factories.reachable(session, person)
    return database


def test_shown_is_what_would_be_sent_and_nothing_is(filled: Database) -> None:
    shown = broadcast.show(filled, Order("posyandu besok", areas=("Donomulyo",)))
    assert (shown.count, shown.excluded) == (1, {"stopped": 1})
    assert "posyandu besok" in shown.sample
    assert "harga belum diatur" in shown.reach
    with filled.read() as session:
        assert session.scalar(select(Broadcast.id)) is None


def test_sent_is_sent(filled: Database) -> None:
    assert broadcast.send(filled, Order("posyandu besok", areas=("sumberoto",))) == "1 done"
    with filled.read() as session:
        assert [row.kind for row in session.scalars(select(OutboxMessage))] == ["broadcast"]


@pytest.mark.parametrize(
    ("order", "hint"),
    [
        pytest.param(Order("x", areas=("Atlantis",)), "Atlantis", id="no such place"),
        pytest.param(Order("x", areas=("Banjarejo",)), "give the code", id="a name of several places"),
        pytest.param(Order(" "), "broadcast_empty", id="nothing to say"),
        pytest.param(Order("x", due_from=date(2027, 1, 2), due_until=date(2027, 1, 1)), "backwards", id="backwards"),
    ],
)
def test_order_that_makes_no_sense_is_refused(filled: Database, order: Order, hint: str) -> None:
    with pytest.raises(StackError, match=hint):
        broadcast.send(filled, order)


CHOICES: dict[str, tuple[dict[str, Any], int]] = {
    "by desa and kecamatan": ({"areas": ("sumberoto", "Pagak")}, 1),
    "elsewhere": ({"areas": ("Pagak",)}, 0),
    "due within weeks": ({"due_weeks": 13}, 1),
    "not so soon": ({"due_weeks": 12}, 0),
    "due range": ({"due_from": NOW.date(), "due_until": NOW.date() + timedelta(weeks=13)}, 1),
    "JKN unknown": ({"jkn": ("unknown", "none")}, 1),
    "JKN active": ({"jkn": ("active",)}, 0),
    "never asked": ({"paths": ("UNASKED",)}, 1),
    "K1 missing": ({"unvisited": "K1"}, 1),
    "at risk": ({"only": ("high_risk",)}, 0),
    "cadres": ({"who": "cadres", "jkn": ("active",)}, 0),
    "after a birth": ({"who": "after_birth", "trimester": 2}, 0),
}


@pytest.mark.parametrize(("choice", "count"), CHOICES.values(), ids=CHOICES)
def test_order_reaches(filled: Database, choice: dict[str, Any], count: int) -> None:
    with filled.write() as session:
        clock.stop_at(session, NOW)
    assert broadcast.show(filled, replace(Order("posyandu"), **choice)).count == count


def sent_one(filled: Database, **more: Any) -> int:
    return int(broadcast.send(filled, Order("posyandu besok", **more)).split()[0])


def test_sent_one_is_listed_watched_held_and_stopped(filled: Database) -> None:
    with filled.write() as session:
        clock.stop_at(session, NOW)
    number = sent_one(filled)
    with filled.write() as session:
        assert [row[:3] for row in broadcast.sent(session)] == [(str(number), "done", "1")]
        assert broadcast.progress(session, number)["waiting"] == 1
        assert broadcast.is_moving(session, number)
        assert broadcast.act(session, number, "pause") == "paused"
        assert broadcast.act(session, number, "resume") == "running"
        broadcast_sending.run(session, NOW)
        assert broadcast.act(session, number, "stop") == "stopped"
        assert not broadcast.is_moving(session, number)
        with pytest.raises(StackError, match="nothing to pause"):
            broadcast.act(session, number, "pause")
        assert broadcast.progress(session, number)["cancelled"] == 1


def test_large_one_says_who_may_approve(filled: Database) -> None:
    with filled.write() as session:
        programme.decide(session, "broadcast_second_approval_from", 1, NOW.date(), "test")
        clock.stop_at(session, NOW)
        factories.staff(session, unit="dinkes", name="Budi Santosa")
    assert broadcast.show(filled, Order("x")).is_large
    number = sent_one(filled)
    with filled.read() as session:
        assert "Budi Santosa" in str(broadcast.progress(session, number)["approval"])


@pytest.mark.parametrize("number", [1, 999], ids=["a draft", "none"])
def test_one_that_is_not_there_is_said(filled: Database, number: int) -> None:
    with filled.write() as session, pytest.raises(StackError, match=f"no broadcast {number}"):
        broadcast.act(session, number, "stop")


# ---------------------------------------------------------------- as one types it


@pytest.fixture
def typed(filled: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The commands on this database, which they must not close for the others."""
    monkeypatch.setattr(stack, "open_database", lambda _settings: filled)
    monkeypatch.setattr(Database, "close", lambda _self: None)
    with filled.write() as session:
        clock.stop_at(session, NOW)
    return CliRunner()


def app(*words: str) -> Any:
    return CliRunner().invoke(kawal.app, list(words))


def test_typed_order_is_shown_sent_and_followed(typed: CliRunner) -> None:
    said = app("broadcast", "posyandu", "--due-weeks", "13", "--jkn", "unknown,none", "--jkn", "arrears", "--yes")
    assert said.exit_code == 0, said.output
    assert "to 1 (ibu hamil, HPL dalam 13 minggu, JKN menunggak / belum punya / belum diketahui)" in " ".join(
        said.output.split()
    )
    assert "broadcast: 1 done" in said.output
    assert "done" in app("broadcasts", "list").output
    assert "waiting 1" in app("broadcasts", "show", "1").output
    for name, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        assert f"broadcast 1: {state}" in app("broadcasts", name, "1").output


def test_typed_no_sends_nothing(typed: CliRunner, filled: Database) -> None:
    assert app("broadcast", "posyandu").exit_code == 1
    with filled.read() as session:
        assert session.scalar(select(Broadcast.id)) is None


def test_unknown_code_is_refused_with_those_there_are() -> None:
    with pytest.raises(StackError, match="sleeping: give one of missed_visit, high_risk"):
        broadcasting.broadcast("x", only=["sleeping"])
