"""What a process may know, what it logs, and who may read its files."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from command.stack import Stack
from logs import configure
from registry import db
from settings import ROOT, Settings
from tests.conftest import KEY

SECRETS = (
    "KAWAL_DATA_KEY", "KAWAL_DATABASE_URL", "KAWAL_TELEGRAM_TOKEN", "KAWAL_TELEGRAM_SECRET", "KAWAL_WHATSAPP_TOKEN",
    "KAWAL_WHATSAPP_APP_SECRET", "KAWAL_WHATSAPP_VERIFY_TOKEN",
)  # fmt: skip


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """The levels and handlers as they were."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before, level


def test_rasa_gets_no_secret_of_the_channels_and_records(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, data_key=SecretStr(KEY.hex()))
    stack = Stack(settings, 1, 2, 3, 4, "antar-proses", tmp_path / "model.tar.gz")
    rasa = next(program for program in stack.programs() if program.name == "rasa")
    assert {name: rasa.environment[name] for name in SECRETS} == dict.fromkeys(SECRETS, "")
    assert KEY.hex() not in " ".join(rasa.environment.values())
    assert not {"antar-proses", KEY.hex()} & set(rasa.command)


@pytest.mark.usefixtures("logging_restored")
def test_telegram_library_does_not_log_messages_at_debug() -> None:
    configure("debug")
    assert not logging.getLogger("telegram.Bot").isEnabledFor(logging.DEBUG)


def test_database_error_does_not_show_what_was_to_be_stored(tmp_path: Path) -> None:
    database = db.connect(f"sqlite:///{tmp_path}/uji.db", KEY)
    with database.read() as session, pytest.raises(StatementError) as caught:
        session.execute(text("SELECT :nik FROM tidak_ada"), {"nik": "3507014503989001"})
    database.close()
    assert "3507014503989001" not in str(caught.value)


def test_files_of_a_run_are_for_its_user_only(tmp_path: Path) -> None:
    home = tmp_path / "var"
    world = tmp_path / "kosong.yml"
    world.write_text("persons: []\n")
    done = subprocess.run(
        [sys.executable, str(ROOT / "kawal.py"), "world", "load", str(world)],
        env={**os.environ, "KAWAL_HOME": str(home), "KAWAL_DATABASE_URL": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for path in (home, *home.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
    assert (home / "kawal.db").exists()
