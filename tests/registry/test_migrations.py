"""The steps of the database go up, down and up again, and end where the models are."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection

from registry import models
from registry.migrations import config, downgrade, upgrade

METADATA = models.Person.metadata
TABLES = set(METADATA.tables)


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def test_the_steps_go_up_and_down_and_up_again(blank_url: str) -> None:
    engine = create_engine(blank_url)
    try:
        for walk, expected in ((upgrade, TABLES), (downgrade, set()), (upgrade, TABLES)):
            walk(blank_url, "head" if walk is upgrade else "base")
            with engine.connect() as connection:
                assert _tables(connection) == expected
    finally:
        engine.dispose()


def test_the_migrated_schema_equals_the_models(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()
    assert differences == []


def test_a_missing_column_would_be_noticed(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE contact DROP COLUMN open_question"))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    engine.dispose()
    assert [(kind, table, column.name) for kind, _, table, column in differences] == [
        ("add_column", "contact", "open_question")
    ]


def test_going_up_twice_changes_nothing(database_url: str) -> None:
    upgrade(database_url)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert _revision(connection) == ScriptDirectory.from_config(config(database_url)).get_current_head()
        assert connection.scalar(text("SELECT count(*) FROM village")) == 471
    engine.dispose()


def test_the_history_has_one_head() -> None:
    assert len(ScriptDirectory.from_config(config("sqlite://")).get_heads()) == 1


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_constraint_has_a_name(table: str) -> None:
    unnamed = [c for c in METADATA.tables[table].constraints if not c.name]
    assert unnamed == []


def test_a_password_with_a_percent_sign_reaches_the_driver() -> None:
    url = "postgresql+psycopg://kawal:a%40b@localhost/kawal"
    assert config(url).get_main_option("sqlalchemy.url") == url
