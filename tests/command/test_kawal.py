"""The kawal command as people call it: help for everything, and one clear line when something is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import select
from typer.main import get_command
from typer.testing import CliRunner

import kawal
from command import evaluate as evaluation
from command import model
from command.evaluate import Judged
from command.stack import open_database
from registry.models import Contact, Person
from registry.outside import world
from tests.command.conftest import MakeSettings

WORLD = {"persons": [{"ref": "a", "nik": "3507014503989001", "name": "Siti Aminah", "dob": "1998-03-05",
                      "village": "Sumberoto", "district": "Donomulyo", "phone": "+6281200000001"}]}  # fmt: skip

NO_VILLAGE = "cadres: [{name: A, phone: '+6281200000011', areas: [{village: Nowhere}]}]"


def every_command() -> Iterator[list[str]]:
    """All commands of the tree by the words one types."""

    def walk(command: Any, words: list[str]) -> Iterator[list[str]]:
        yield words
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, [*words, name])

    return walk(get_command(kawal.app), [])


@pytest.mark.parametrize("words", list(every_command()), ids=lambda words: " ".join(["kawal", *words]))
def test_help_says_what_a_command_does(words: list[str]) -> None:
    result = CliRunner().invoke(kawal.app, [*words, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    lines = [line for line in result.output.splitlines() if line.strip()]
    assert len(lines[1].split()) >= 3, "one sentence that says what it does"


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_world_is_loaded(kawal_main: Any, make_settings: MakeSettings, tmp_path: Path, channel: str) -> None:
    path = tmp_path / "world.json"
    path.write_text(json.dumps(WORLD))
    code, out, _ = kawal_main("world", "load", path, "--channel", channel)
    assert (code, "1 persons" in out) == (0, True)
    code, out, _ = kawal_main("world", "load", path, "--channel", channel, "--replace")
    assert code == 0
    database = open_database(make_settings())
    with database.read() as session:
        assert [person.name for person in session.scalars(select(Person))] == ["Siti Aminah"]
        assert {contact.channel for contact in session.scalars(select(Contact))} == {channel}
    database.close()


@pytest.mark.parametrize(
    ("content", "line"),
    [
        pytest.param(None, "cannot be read", id="no such file"),
        pytest.param("a: [", "cannot be read as YAML or JSON", id="broken"),
        pytest.param("- a", "is not a world document", id="a list"),
        pytest.param("people: []", "unknown section 'people'", id="unknown section"),
        pytest.param("settings: {colour: red}", "unknown setting 'colour'", id="unknown setting"),
        pytest.param("persons: [{nik: '1', dob: kemarin}]", "persons 1", id="no day"),
        pytest.param(
            "cadres: [{name: A, phone: '+6281200000011', areas: [{village: Nowhere}]}]", "'Nowhere'", id="no village"
        ),
    ],
)
def test_fault_of_a_world_is_one_line_and_nothing_is_kept(
    kawal_main: Any, make_settings: MakeSettings, tmp_path: Path, content: str | None, line: str
) -> None:
    path = tmp_path / "world.yml"
    if content is not None:
        path.write_text(content)
    code, _, err = kawal_main("world", "load", path)
    assert code == 1
    assert err.startswith("kawal: ")
    assert line in err
    assert err.count("\n") == 1
    database = open_database(make_settings())
    with database.read() as session:
        assert session.scalars(select(Contact)).all() == []
    database.close()


def test_channel_of_a_world_must_be_one_of_ours(kawal_main: Any, tmp_path: Path) -> None:
    code, _, err = kawal_main("world", "load", tmp_path / "w.yml", "--channel", "sms")
    assert code == 2
    assert "sms" in err


@pytest.mark.parametrize(
    ("name", "value"), [("KAWAL_PORT", "abc"), ("KAWAL_SIMULATOR", "perhaps"), ("KAWAL_UNDERSTANDING_SECONDS", "long")]
)
def test_wrong_setting_is_one_line_without_its_value(
    kawal_main: Any, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, _, err = kawal_main("migrate")
    assert (code, err.count("\n")) == (1, 1)
    assert name in err
    assert value not in err


def test_database_is_made_ready(kawal_main: Any, tmp_path: Path) -> None:
    code, out, _ = kawal_main("migrate")
    assert (code, "database siap" in out) == (0, True)
    assert (tmp_path / "var" / "kawal.db").exists()


@pytest.mark.parametrize(
    "words", [["evaluate", "nlu", "absent.tsv"], ["evaluate", "nlu"], ["nonsense"], ["world", "load"]]
)
def test_wrong_call_is_no_traceback(kawal_main: Any, words: list[str]) -> None:
    code, _, err = kawal_main(*words)
    assert code in (1, 2)
    assert err
    assert "Traceback" not in err


def test_evaluation_is_one_json_object_and_predictions(
    kawal_main: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    judged = [Judged("halo", "greet", "greet", 0.9), Judged("darah", "report_danger_sign", "greet", 0.3)]
    monkeypatch.setattr(evaluation, "measure", lambda _path: judged)
    predictions = tmp_path / "out.tsv"
    code, out, _ = kawal_main("evaluate", "nlu", "x.tsv", "--json", "--predictions", predictions)
    figures = json.loads(out)
    assert (code, figures["rows"], figures["accuracy"], figures["missed_danger"]) == (0, 2, 0.5, ["darah"])
    assert len(predictions.read_text().splitlines()) == 3
    code, out, _ = kawal_main("evaluate", "nlu", "x.tsv")
    assert (code, "missed danger: darah" in out) == (0, True)


def test_doctor_ends_with_one_when_something_is_wrong(
    kawal_main: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(model, "path", lambda: tmp_path / "absent.tar.gz")
    code, out, _ = kawal_main("doctor")
    assert code == 1
    assert "✗ model: " in out
    assert "utter_danger" in out


def test_failed_training_and_failed_check_are_told(
    kawal_main: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(model, "path", lambda: tmp_path / "m.tar.gz")
    monkeypatch.setattr(model, "rasa_python", lambda: Path("/bin/false"))
    for words in (["train"], ["check-data"]):
        code, _, err = kawal_main(*words)
        assert code == 1
        assert "failed" in err


def test_demonstration_world_is_a_world_document() -> None:
    assert set(world.demo()) <= world.SECTIONS
    assert isinstance(kawal.app, typer.Typer)
