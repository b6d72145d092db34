"""The complete system on one machine: ports, secrets, the database, and the programs that make it up."""

from __future__ import annotations

import errno
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml
from sqlalchemy import select

from command import model
from command.environments import VENV, rasa_python
from command.supervisor import Program
from registry import clock, places, sealing
from registry.db import Database, connect
from registry.messaging import conversations
from registry.migrations import upgrade
from registry.models import Cadre, Contact, Person, Staff, Village
from registry.outside import world
from settings import Settings

RASA_LINES = r" (INFO|WARNING|ERROR|CRITICAL) |Error: "  # TensorFlow and its like are talkative


class StackError(Exception):
    """The system cannot start; the message is one line with the way out."""


@dataclass(frozen=True)
class Stack:
    """Where everything listens, and what our own processes tell each other."""

    settings: Settings
    rasa_port: int
    actions_port: int
    reminders_port: int
    console_port: int
    secret: str
    model: Path

    def programs(self) -> list[Program]:
        """What has to run."""
        python = str(VENV / "bin" / "python")
        ours = self._own_environment()
        return [
            Program("actions", [python, "-m", "actions"], ours),
            Program("rasa", self._rasa_command(), self._rasa_environment(), only=RASA_LINES),
            Program("reminders", [python, "-m", "reminders"], ours),
            Program("console", [python, "-m", "console"], ours),
            Program("bot", [python, "-m", "bot"], ours),
        ]

    def _own_environment(self) -> dict[str, str]:
        return {
            "KAWAL_RASA_PORT": str(self.rasa_port),
            "KAWAL_ACTIONS_PORT": str(self.actions_port),
            "KAWAL_REMINDERS_PORT": str(self.reminders_port),
            "KAWAL_CONSOLE_PORT": str(self.console_port),
            "KAWAL_INTERNAL_SECRET": self.secret,
        }

    def _rasa_command(self) -> list[str]:
        return [
            str(rasa_python()), "-m", "rasa", "run", "--model", str(self.model), "--interface", "127.0.0.1",
            "--port", str(self.rasa_port), "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
        ]  # fmt: skip

    def _rasa_environment(self) -> dict[str, str]:
        """Rasa's process gets a key and an address of its own, and nothing that opens people's records."""
        key = conversations.key_from(self.settings.data_key_bytes()).hex()
        return {
            **model.quiet(),
            **_nothing_secret(self.settings),
            "KAWAL_ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}",
            "KAWAL_INTERNAL_SECRET": self.secret,
            "KAWAL_CONVERSATIONS_URL": self.settings.conversations,
            "KAWAL_CONVERSATIONS_KEY": key,
            "KAWAL_DATABASE_URL": "",
        }


def _nothing_secret(settings: Settings) -> dict[str, str]:
    """Every secret setting there is, empty: tokens of the channels, the data key, what proves a webhook."""
    fields = type(settings).model_fields
    return {f"KAWAL_{name.upper()}": "" for name, field in fields.items() if "SecretStr" in str(field.annotation)}


def prepare(settings: Settings) -> Stack:
    """Ports, model and database ready to start.

    Raises:
        StackError: the port is in use or the database cannot be opened.
        ModelError: training failed.
    """
    check_port(settings.host, settings.port)
    trained = model.ensure()
    database = open_database(settings)
    try:
        fill_when_empty(database, settings)
    finally:
        database.close()
    return Stack(
        settings,
        settings.rasa_port or free_port(),
        settings.actions_port or free_port(),
        settings.reminders_port or free_port(),
        settings.console_port or free_port(),
        settings.internal_secret.get_secret_value() if settings.internal_secret else secrets.token_hex(16),
        trained,
    )


def open_database(settings: Settings) -> Database:
    """The migrated database with its places.

    Raises:
        StackError: it cannot be reached, was made with another key, or the key is none.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        sealing.Sealer(settings.data_key_bytes())
    except (OSError, ValueError) as error:
        raise StackError(f"no usable data key ({type(error).__name__}): see KAWAL_DATA_KEY and KAWAL_HOME") from error
    try:
        upgrade_quietly(settings.database, settings.data_key_bytes())
        database = connect(settings.database, settings.data_key_bytes())
        with database.write() as session:
            if session.scalar(select(Village.code).limit(1)) is None:
                places.load(session)
            session.scalar(select(Contact.address).limit(1))  # opens only with the key it was sealed with
    except Exception as error:
        line = f"the database cannot be opened ({type(error).__name__}): check KAWAL_DATABASE_URL and KAWAL_DATA_KEY"
        raise StackError(line) from error
    return database


def upgrade_quietly(url: str, key: bytes) -> None:
    """Migrate to the newest step; SQLite's folder is made when missing."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    upgrade(url, key=key)


def fill_when_empty(database: Database, settings: Settings) -> bool:
    """Load the demo world for the simulator when nobody is in the database yet."""
    if not settings.simulator_is_on:
        return False
    with database.write() as session:
        if any(session.scalar(select(table.id).limit(1)) is not None for table in (Person, Cadre, Staff, Contact)):
            return False
        world.load(session, world.demo(), clock.simulated(session) or datetime.now(UTC))
    return True


def read_world(path: Path) -> dict[str, object]:
    """A world document as YAML or JSON.

    Raises:
        StackError: not a readable document.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise StackError(f"{path} cannot be read as YAML or JSON ({type(error).__name__})") from error
    if not isinstance(document, dict):
        raise StackError(f"{path} is not a world document")
    return document


def check_port(host: str, port: int) -> None:
    """Whether we may listen there.

    Raises:
        StackError: somebody else does.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                line = f"port {port} is in use: stop the other program, or choose another with KAWAL_PORT"
            else:
                line = f"{host} port {port} cannot be listened on ({error.strerror}): see KAWAL_HOST and KAWAL_PORT"
            raise StackError(line) from error


def free_port() -> int:
    """A loopback port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
