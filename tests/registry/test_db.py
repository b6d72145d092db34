"""Moments, sealed columns and transactions, on both kinds of database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Select, literal_column, select, table, text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from registry.db import Database, Sealed, SealedDate, SealedJson, connect
from registry.models import Contact, InboxMessage, Person, Pregnancy
from registry.persons import people
from registry.sealing import Sealer, WrongKeyError
from tests import factories
from tests.conftest import KEY, NOW, Backend, rolled_back

JAKARTA = timezone(timedelta(hours=7))
NAIVE = NOW.replace(tzinfo=None)
zones = st.timezones() | st.sampled_from([UTC, JAKARTA])
later = st.timedeltas(timedelta(0), timedelta(days=36_500))
aware = st.builds(lambda time, zone: (datetime(1990, 1, 1, tzinfo=UTC) + time).astimezone(zone), later, zones)


def test_a_naive_moment_is_refused(session: Session) -> None:
    session.add(Contact(uid="u", channel="whatsapp", address="1", address_index="1", created_at=NAIVE))
    with pytest.raises(StatementError, match="naive datetime"):
        session.flush()


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(NOW, id="UTC"),
        pytest.param(datetime(2026, 11, 21, 10, 0, tzinfo=JAKARTA), id="Malang time"),
        pytest.param(datetime(2026, 11, 21, 3, 0, 0, 123456, tzinfo=UTC), id="with microseconds"),
    ],
)
def test_a_moment_comes_back_aware_in_utc(session: Session, moment: datetime) -> None:
    kept = factories.contact(session, last_wrote_at=moment)
    session.expire(kept)
    assert kept.last_wrote_at == moment
    assert kept.last_wrote_at is not None
    assert kept.last_wrote_at.utcoffset() == timedelta(0)


@given(aware, aware)
def test_moments_keep_their_order_in_the_database(shared_database: Database, one: datetime, other: datetime) -> None:
    with rolled_back(shared_database) as session:
        kept = factories.contact(session, last_wrote_at=one)
        found = session.scalar(select(Contact.id).where(Contact.id == kept.id, Contact.last_wrote_at < other))
        assert (found is not None) is (one < other)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        pytest.param(Sealed(), "Siti Aminah", id="text"),
        pytest.param(Sealed(), "", id="empty text"),
        pytest.param(SealedDate(), date(1998, 3, 5), id="date"),
        pytest.param(SealedJson(), {"text": "apa kabar 🙂", "n": [1, None, True]}, id="structure"),
        pytest.param(SealedJson(), [], id="empty list"),
        pytest.param(Sealed(), None, id="no text"),
        pytest.param(SealedDate(), None, id="no date"),
        pytest.param(SealedJson(), None, id="no structure"),
    ],
)
def test_a_sealed_column_gives_back_what_was_put_in(shared_database: Database, column: Any, value: object) -> None:
    dialect = shared_database.engine.dialect
    stored = column.process_bind_param(value, dialect)
    assert stored is None if value is None else isinstance(stored, bytes)
    assert column.process_result_value(stored, dialect) == value


def test_a_sealed_column_is_unreadable_with_another_key(database: Database, database_url: str) -> None:
    with database.write() as session:
        factories.person(session)
    other = connect(database_url, KEY[::-1])
    try:
        with other.read() as session, pytest.raises(WrongKeyError):
            session.scalars(select(Person)).all()
    finally:
        other.close()
        connect(database_url, KEY).close()  # put the key of the tests back


def test_a_write_is_kept_when_the_block_ends_well(database: Database) -> None:
    with database.write() as session:
        kept = factories.person(session)
    with database.read() as session:
        assert session.get_one(Person, kept.id).name == "Siti Aminah"


def test_a_write_leaves_nothing_when_the_block_fails(database: Database) -> None:
    with pytest.raises(RuntimeError, match="half-way"), database.write() as session:
        factories.pregnancy(session, factories.person(session))
        raise RuntimeError("half-way")
    with database.read() as session:
        assert session.scalars(select(Person)).all() == []
        assert session.scalars(select(Pregnancy)).all() == []


def test_a_read_keeps_nothing(database: Database) -> None:
    with database.read() as session:
        factories.person(session)
    with database.read() as session:
        assert session.scalars(select(Person)).all() == []


def test_rows_can_be_used_after_the_session_is_closed(database: Database) -> None:
    with database.write() as session:
        kept = factories.person(session)
    assert kept.name == "Siti Aminah"


def test_foreign_keys_are_enforced(session: Session) -> None:
    session.add(Pregnancy(person_id=987654, opened_at=NOW))
    with pytest.raises(IntegrityError):
        session.flush()


def test_what_belongs_to_a_person_goes_with_her(session: Session) -> None:
    mother = factories.person(session)
    expecting = factories.pregnancy(session, mother)
    session.delete(mother)
    session.flush()
    session.expunge_all()
    assert session.get(Pregnancy, expecting.id) is None


def test_a_person_has_one_active_pregnancy_at_most(session: Session) -> None:
    mother = factories.person(session)
    factories.pregnancy(session, mother, status="delivered")
    factories.pregnancy(session, mother)
    with pytest.raises(IntegrityError):
        factories.pregnancy(session, mother)


def test_a_nik_belongs_to_one_person(session: Session) -> None:
    mother = factories.person(session)
    with pytest.raises(IntegrityError):
        factories.person(session, nik=mother.nik)


def test_sqlite_waits_for_a_writer_instead_of_failing(tmp_path_factory: pytest.TempPathFactory) -> None:
    opened = connect(f"sqlite:///{tmp_path_factory.mktemp('deep') / 'missing' / 'folder' / 'k.db'}", KEY)
    with opened.engine.connect() as connection:
        answers = {p: connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in ("journal_mode", "busy_timeout")}
    opened.close()
    assert answers == {"journal_mode": "wal", "busy_timeout": 30000}


SECRETS = {
    "name": "Rahasiawati Zubaidah",
    "nik": "3507014503989777",
    "phone": "+6281200077777",
    "family card": "3507011203159777",
    "message": "perut saya mules sekali bu bidan",
    "answer": "segera berangkat ke puskesmas ya",
    "birth date": "1998-03-05",
    "button": "Ya, sekarang juga",
    "reading": "report_danger_sign_zzz",
}


def _keep_secrets(session: Session) -> None:
    mother = factories.person(
        session, name=SECRETS["name"], nik=SECRETS["nik"], phone=SECRETS["phone"],
        family_card=SECRETS["family card"], born_on=date.fromisoformat(SECRETS["birth date"]),
    )  # fmt: skip
    factories.civil_record(session, SECRETS["nik"], name=SECRETS["name"], born_on=mother.born_on)
    factories.cadre(session, name=SECRETS["name"], phone=SECRETS["phone"])
    address = factories.contact(session, SECRETS["phone"])
    said = factories.inbox_message(session, address, SECRETS["message"])
    said.trace = {"intent": SECRETS["reading"]}
    answer = factories.outbox_message(session, address, SECRETS["answer"])
    answer.extras = {"buttons": [[SECRETS["button"], "/danger_yes"]]}
    session.flush()


def _everything_stored(backend: Backend, database: Database) -> bytes:
    """All bytes of the file, or all columns of all tables as the server has them."""
    if backend.name == "sqlite":
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(database.engine.url.database or "").read_bytes()
    with database.engine.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        found = b""
        for name in names:
            rows: Select[Any] = select(literal_column("*")).select_from(table(name))
            for row in connection.execute(rows):
                found += b"|".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row)
        return found


@pytest.mark.parametrize("what", SECRETS)
def test_nothing_that_identifies_a_person_lies_readable_in_the_database(
    backend: Backend, secret_bytes: bytes, what: str
) -> None:
    assert SECRETS[what].encode() not in secret_bytes
    assert SECRETS[what].removeprefix("+62").encode() not in secret_bytes


@pytest.fixture(scope="module")
def secret_bytes(backend: Backend) -> bytes:
    """What lies in a database in which the secrets were kept."""
    url = backend.copy()
    database = connect(url, KEY)
    with database.write() as session:
        _keep_secrets(session)
    stored = _everything_stored(backend, database)
    database.close()
    backend.drop(url)
    return stored


def test_the_search_for_secrets_would_find_them(secret_bytes: bytes) -> None:
    assert b"Sumberoto" in secret_bytes  # a village name is not a secret
    assert Sealer(KEY).index("nik", SECRETS["nik"]).encode() in secret_bytes


def test_sealed_values_are_found_by_their_index(session: Session) -> None:
    _keep_secrets(session)
    found = people.find_contact(session, "whatsapp", SECRETS["phone"])
    assert found is not None
    assert found.phone == SECRETS["phone"]
    assert session.scalar(select(InboxMessage.contact_id)) == found.id
