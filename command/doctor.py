"""Looks over this machine and this installation: one line a finding, with the way out."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from command import environments, model
from command.environments import RASA_LINK, VENV, SetupError
from command.stack import StackError, check_port, open_database
from registry import clock, wordings
from registry.models import Facility
from registry.rules.eligibility import Rulebook, RulebookError
from registry.texts import Changes
from settings import Settings


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, and what to do when it is not."""

    subject: str
    ok: bool
    line: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything, one after the other; nothing raises."""
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python, _rasa, _disk, _port, _model, _data_key, _database, _rules, _chromium, _node, _channels,
    )  # fmt: skip
    for check in checks:
        yield check(settings)


def unsigned(decided: Changes | None = None) -> list[str]:
    """The names of the texts that wait for somebody's signature; ``decided`` is what the database says of them."""
    return [name for name, sentence in wordings.spoken(decided or Changes()).items() if not sentence.approved]


def decided(settings: Settings) -> Changes:
    """What offices have said of texts in the console; nothing when the database cannot be opened."""
    try:
        database = open_database(settings)
    except StackError:
        return Changes()
    with database.read() as session:
        found = wordings.read(session, clock.today(clock.now(session)))
    database.close()
    return found


def _python(_settings: Settings) -> Finding:
    ok = sys.version_info >= (3, 11) and VENV.exists()
    return Finding(
        "Python", ok, f"{sys.version.split()[0]}" if ok else "Python 3.11 or newer is needed: then make setup"
    )


def _rasa(_settings: Settings) -> Finding:
    if (RASA_LINK / "bin" / "python").exists():
        return Finding("Rasa", True, "its environment (Python 3.10) is there")
    try:
        environments.find_python_310()
    except SetupError as error:
        return Finding("Rasa", False, str(error))
    return Finding("Rasa", False, "its environment is missing: make setup")


def _disk(settings: Settings) -> Finding:
    home = settings.home if settings.home.exists() else environments.ROOT
    free = shutil.disk_usage(home).free / 1e9
    return Finding("disk", free > 1, f"{free:.1f} GB free" + ("" if free > 1 else ": make room, at least 1 GB"))


def _port(settings: Settings) -> Finding:
    try:
        check_port(settings.host, settings.port)
    except StackError as error:
        return Finding("port", False, f"{error} (or kawal is running already)")
    return Finding("port", True, f"{settings.port} is free")


def _model(_settings: Settings) -> Finding:
    if model.is_sound(model.path()):
        return Finding("model", True, "trained for the present data")
    return Finding("model", False, "not trained for the present data, or broken: make train (two minutes)")


def _data_key(settings: Settings) -> Finding:
    try:
        ok = len(settings.data_key_bytes()) == 32
    except (ValueError, OSError):
        ok = False
    return Finding(
        "key", ok, "the data key is sound" if ok else "KAWAL_DATA_KEY must be 64 hex digits, or the key file is damaged"
    )


def _database(settings: Settings) -> Finding:
    try:
        database = open_database(settings)
    except StackError as error:
        return Finding("database", False, str(error))
    with database.read() as session:
        waiting = session.scalar(select(func.count()).where(Facility.approved.is_(False))) or 0
    database.close()
    return Finding("database", True, f"migrated; {waiting} facilities wait for confirmation by Dinkes")


def _rules(_settings: Settings) -> Finding:
    try:
        Rulebook.load()
    except RulebookError as error:
        return Finding("rules", False, str(error))
    return Finding("rules", True, "programmes.yml holds together")


def _chromium(_settings: Settings) -> Finding:
    found = shutil.which("chromium") is not None
    return Finding(
        "chromium",
        found,
        "there, for the browser tests" if found else "missing (only tests need it): apt-get install -y chromium",
    )


def _node(_settings: Settings) -> Finding:
    try:
        environments.find_node()
    except SetupError as error:
        return Finding("node", False, str(error))
    built = (environments.foreign_home() / "complete").exists()
    return Finding("node", True, "there, for the tests of the channels" + ("" if built else " (make setup-test)"))


def _channels(settings: Settings) -> Finding:
    on = {"Telegram": settings.telegram_token, "WhatsApp": settings.whatsapp_token}
    told = ", ".join(name for name, token in on.items() if token) or "no real channel (no token in .env)"
    return Finding("channels", True, told + (", simulator on" if settings.simulator_is_on else ""))
