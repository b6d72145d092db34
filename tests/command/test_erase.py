"""``kawal erase``: one person, shown masked, erased with her conversations; never the wrong one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text

from command.stack import open_database
from registry.models import Contact, DataRequest, Person
from tests.command.conftest import MakeSettings

PHONE = "+6281200000001"
WORLD = {"persons": [
    {"ref": "a", "nik": "3507014503989001", "name": "Siti Aminah", "dob": "1998-03-05", "village": "Sumberoto",
     "district": "Donomulyo", "phone": PHONE},
    {"ref": "b", "nik": "3507014503989002", "name": "Dewi Lestari", "dob": "1998-03-05", "village": "Sumberoto",
     "district": "Donomulyo", "phone": "+6281200000002"},
    {"ref": "c", "nik": "3507014503989003", "name": "Rina Wati", "dob": "1998-03-05", "village": "Sumberoto",
     "district": "Donomulyo", "phone": "+6281200000002"},
]}  # fmt: skip


@pytest.fixture
def loaded(kawal_main: Any, tmp_path: Path) -> Any:
    """The command over three mothers, two of whom share a phone."""
    path = tmp_path / "world.json"
    path.write_text(json.dumps(WORLD))
    assert kawal_main("world", "load", path)[0] == 0
    return kawal_main


def names(make_settings: MakeSettings) -> list[str | None]:
    database = open_database(make_settings())
    with database.read() as session:
        found = [person.name for person in session.scalars(select(Person).order_by(Person.id))]
    database.close()
    return found


def test_one_mother_is_erased_with_her_conversations(loaded: Any, make_settings: MakeSettings) -> None:
    settings = make_settings()
    database = open_database(settings)
    with database.read() as session:
        uid = session.scalars(select(Contact.uid).order_by(Contact.id)).first()
    engine = create_engine(settings.conversations)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE conversation (sender VARCHAR, tracker BLOB, updated_at FLOAT)"))
        connection.execute(text("INSERT INTO conversation VALUES (:uid, 'x', 0), ('other', 'x', 0)"), {"uid": uid})
    code, out, _ = loaded("erase", "081200000001", "--yes")
    assert (code, "erased" in out) == (0, True)
    assert "S.A." in out
    assert "Siti" not in out
    assert "3507014503989001" not in out
    assert names(make_settings) == ["Dewi Lestari", "Rina Wati"]
    with engine.connect() as connection:
        assert list(connection.execute(text("SELECT sender FROM conversation")).scalars()) == ["other"]
    with database.read() as session:
        assert [(row.type, row.status) for row in session.scalars(select(DataRequest))] == [("delete", "done")]
    database.close()


@pytest.mark.parametrize(("answer", "left"), [("n\n", 3), ("y\n", 2)], ids=["no", "yes"])
def test_it_asks_before(
    loaded: Any, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    monkeypatch.setattr("typer.confirm", lambda _question: answer == "y\n")
    assert loaded("erase", PHONE)[0] == 0
    assert len(names(make_settings)) == left


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("081200000099", "nobody"),
        ("081200000002", "2 people share"),
        ("siti", "no telephone number"),
        ("M-2222", "nobody"),
    ],
)
def test_nobody_is_erased_when_it_is_not_clear_who(
    loaded: Any, make_settings: MakeSettings, who: str, why: str
) -> None:
    code, _, complaint = loaded("erase", who, "--yes")
    assert (code, why in complaint) == (1, True)
    assert len(names(make_settings)) == 3
