"""The examination: each part well and ill, in one line with the way out, and never a traceback."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from command import doctor, environments, model
from command.doctor import Finding, examine, unsigned
from command.environments import SetupError
from command.stack import StackError, free_port
from registry import texts
from registry.db import Database
from registry.rules.eligibility import Rulebook, RulebookError
from settings import Settings
from tests.command.conftest import MakeSettings

SUBJECTS = ["Python", "Rasa", "disk", "port", "model", "key", "database", "rules", "chromium", "node", "channels"]
Spoil = Callable[[pytest.MonkeyPatch, Path], None]


def findings(make_settings: MakeSettings, **values: object) -> dict[str, Finding]:
    return {finding.subject: finding for finding in examine(make_settings(**{"port": free_port(), **values}))}


def test_every_part_is_looked_at_in_one_line(make_settings: MakeSettings) -> None:
    found = findings(make_settings)
    assert list(found) == SUBJECTS
    assert all(finding.line and "\n" not in finding.line for finding in found.values())


@pytest.fixture
def without_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making one takes seconds, and these tests are about other parts."""

    def fail(_settings: Settings) -> Database:
        raise StackError("not now")

    monkeypatch.setattr(doctor, "open_database", fail)


def no_rasa(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def fail() -> str:
        raise SetupError("no Python 3.10 found: install it")

    monkeypatch.setattr(doctor, "RASA_LINK", folder / "absent")
    monkeypatch.setattr(environments, "find_python_310", fail)


def no_rasa_environment(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(doctor, "RASA_LINK", folder / "absent")
    monkeypatch.setattr(environments, "find_python_310", lambda: "3.10")


def full_disk(monkeypatch: pytest.MonkeyPatch, _folder: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=0.5e9))


def no_model(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(model, "path", lambda: folder / "absent.tar.gz")


def bad_rules(monkeypatch: pytest.MonkeyPatch, _folder: Path) -> None:
    def fail() -> Rulebook:
        raise RulebookError("rule 3 names an unknown step")

    monkeypatch.setattr(Rulebook, "load", fail)


def no_program(monkeypatch: pytest.MonkeyPatch, _folder: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)


def no_venv(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(doctor, "VENV", folder / "absent")


@pytest.mark.parametrize(
    ("subject", "spoil", "way_out"),
    [
        ("Python", no_venv, "make setup"),
        ("Rasa", no_rasa, "install it"),
        ("Rasa", no_rasa_environment, "make setup"),
        ("disk", full_disk, "make room"),
        ("model", no_model, "make train"),
        ("rules", bad_rules, "unknown step"),
        ("chromium", no_program, "apt-get install"),
        ("node", no_program, "apt-get install"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
@pytest.mark.usefixtures("without_database")
def test_ill_part_is_told_with_its_way_out(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, subject: str, spoil: Spoil,
    way_out: str,
) -> None:  # fmt: skip
    spoil(monkeypatch, tmp_path)
    finding = findings(make_settings)[subject]
    assert not finding.ok
    assert way_out in finding.line


@pytest.mark.parametrize(
    ("values", "subject", "way_out"),
    [
        pytest.param({"data_key": "abc"}, "key", "64 hex digits", id="half a key"),
        pytest.param({"database_url": "nonsense"}, "database", "KAWAL_DATABASE_URL", id="no database"),
    ],
)
def test_wrong_setting_is_told(make_settings: MakeSettings, values: dict[str, str], subject: str, way_out: str) -> None:
    finding = findings(make_settings, **values)[subject]
    assert not finding.ok
    assert way_out in finding.line


@pytest.mark.parametrize(("built", "line"), [(True, "there"), (False, "make setup-test")], ids=["built", "not yet"])
@pytest.mark.usefixtures("without_database")
def test_doubles_of_others_are_looked_for(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, built: bool, line: str
) -> None:
    monkeypatch.setattr(environments, "foreign_home", lambda: tmp_path)
    if built:
        (tmp_path / "complete").touch()
    finding = findings(make_settings)["node"]
    assert finding.ok
    assert line in finding.line


@pytest.mark.usefixtures("without_database")
def test_taken_port_is_told(make_settings: MakeSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        finding = findings(make_settings, port=server.getsockname()[1])["port"]
    assert not finding.ok
    assert "KAWAL_PORT" in finding.line


@pytest.mark.parametrize(
    ("values", "line"),
    [({}, "no real channel (no token in .env), simulator on"), ({"telegram_token": "7:t"}, "Telegram"),
     ({"telegram_token": "7:t", "simulator": "on"}, "Telegram, simulator on")],
    ids=["none", "telegram", "both"],
)  # fmt: skip
@pytest.mark.usefixtures("without_database")
def test_channels_are_named_without_their_tokens(
    make_settings: MakeSettings, values: dict[str, str], line: str
) -> None:
    assert findings(make_settings, **values)["channels"].line == line


def test_unsigned_texts_are_named() -> None:
    waiting = unsigned()
    assert "utter_danger" in waiting
    assert all(not texts.sentences()[name].approved for name in waiting if name in texts.sentences())
