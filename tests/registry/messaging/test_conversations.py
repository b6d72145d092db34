"""Forgetting what Rasa remembers."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from registry.messaging import conversations
from tests.conftest import KEY


def _remember(url: str, *senders: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE conversation (sender VARCHAR PRIMARY KEY, sealed VARCHAR)"))
        for sender in senders:
            connection.execute(text("INSERT INTO conversation VALUES (:sender, 'x')"), {"sender": sender})
    engine.dispose()


def _remembered(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.scalars(text("SELECT sender FROM conversation ORDER BY sender")))
    engine.dispose()
    return found


@pytest.mark.parametrize(
    ("forget", "left"),
    [
        pytest.param(["b"], ["a", "c"], id="one of them"),
        pytest.param(["a", "c"], ["b"], id="two of them"),
        pytest.param(["nobody"], ["a", "b", "c"], id="nobody who is there"),
        pytest.param([], ["a", "b", "c"], id="an empty list forgets nobody"),
        pytest.param(["a' OR '1'='1"], ["a", "b", "c"], id="a name that looks like SQL"),
        pytest.param(None, [], id="all"),
    ],
)
def test_who_is_forgotten(blank_url: str, forget: list[str] | None, left: list[str]) -> None:
    _remember(blank_url, "a", "b", "c")
    conversations.forget(blank_url, forget)
    assert _remembered(blank_url) == left


@pytest.mark.parametrize("senders", [None, ["a"]], ids=["all", "one"])
def test_forgetting_before_the_first_conversation_does_nothing(blank_url: str, senders: list[str] | None) -> None:
    conversations.forget(blank_url, senders)
    _remember(blank_url, "a")
    assert _remembered(blank_url) == ["a"]


def test_what_could_not_be_forgotten_is_not_passed_over_in_silence(blank_url: str) -> None:
    engine = create_engine(blank_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE conversation (somebody VARCHAR)"))
    engine.dispose()
    with pytest.raises(SQLAlchemyError):
        conversations.forget(blank_url, ["a"])


def test_rasas_key_is_another_one_than_ours() -> None:
    assert len(conversations.key_from(KEY)) == 32
    assert conversations.key_from(KEY) != KEY
    assert conversations.key_from(KEY) != conversations.key_from(KEY[::-1])
    assert conversations.key_from(KEY) == conversations.key_from(KEY)


def test_nothing_is_called_forgotten_before_it_is_known_where_to_forget(
    blank_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversations, "_url", None)
    with pytest.raises(RuntimeError):
        conversations.forget_all_of(["a"])
    _remember(blank_url, "a", "b")
    conversations.use(blank_url)
    conversations.forget_all_of(["a"])
    assert _remembered(blank_url) == ["b"]
