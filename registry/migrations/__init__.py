"""The history of the database, one readable step each; ``upgrade`` and ``downgrade`` walk it."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from registry import sealing

HERE = Path(__file__).resolve().parent


def config(url: str) -> Config:
    """Alembic's configuration for a database; there is no ini file."""
    settings = Config()
    settings.set_main_option("script_location", str(HERE))
    settings.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return settings


def upgrade(url: str, revision: str = "head", *, key: bytes | None = None) -> None:
    """Bring a database up to a revision; a step that seals or hashes what is there needs the data key."""
    if key is not None:
        sealing.install(key)
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take a database back to a revision ("base": empty)."""
    command.downgrade(config(url), revision)
