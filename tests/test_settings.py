"""Settings: defaults that need nothing, the environment over .env, and secrets that do not show themselves."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from settings import ROOT, Settings


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of this machine's environment or .env."""
    for name in [name for name in os.environ if name.startswith("KAWAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", tmp_path / ".env")


def made(**values: Any) -> Settings:
    return Settings(**values)


def test_nothing_has_to_be_set() -> None:
    settings = Settings.from_env()
    assert (settings.home, settings.host, settings.port) == (ROOT / "var", "127.0.0.1", 8000)
    assert settings.database == f"sqlite:///{ROOT}/var/kawal.db"
    assert settings.conversations == f"sqlite:///{ROOT}/var/conversations.db"
    assert settings.simulator_is_on


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KAWAL_PORT=8001\nKAWAL_HOST=::\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("KAWAL_PORT", "8002")
    settings = Settings.from_env()
    assert (settings.port, settings.host) == (8002, "::")


def test_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA_KEY", "DATABASE_URL", "TELEGRAM_TOKEN", "PORT", "SIMULATOR"):
        monkeypatch.setenv(f"KAWAL_{name}", "")
    settings = Settings.from_env()
    assert (settings.data_key, settings.database_url, settings.telegram_token, settings.port) == (
        None,
        None,
        None,
        8000,
    )
    assert settings.simulator_is_on


@pytest.mark.parametrize(
    ("values", "is_on"),
    [
        pytest.param({}, True, id="no token"),
        pytest.param({"telegram_token": "7:t"}, False, id="a token"),
        pytest.param({"telegram_token": "7:t", "simulator": "on"}, True, id="a token, asked for by name"),
        pytest.param({"simulator": "off"}, False, id="switched off"),
    ],
)
def test_simulator_keeps_away_from_real_channels(values: dict[str, Any], is_on: bool) -> None:
    assert made(**values).simulator_is_on is is_on


@pytest.mark.parametrize(
    ("values", "sends"),
    [({}, True), ({"telegram_token": "7:t"}, False), ({"telegram_token": "7:t", "unsigned_answers": "send"}, True),
     ({"unsigned_answers": "hold"}, False)],
    ids=["no token", "a token", "a token, asked for by name", "held"],
)  # fmt: skip
def test_unsigned_answers_keep_away_from_real_channels(values: dict[str, Any], sends: bool) -> None:
    assert made(**values).sends_unsigned_answers is sends


def test_secrets_do_not_show_themselves() -> None:
    settings = made(telegram_token="7:geheim", data_key="ab" * 32, internal_secret="geheim")
    assert "geheim" not in f"{settings!r} {settings}"
    assert "abab" not in f"{settings!r} {settings}"
    assert settings.secret == "geheim"


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError):
        monkeypatch.setattr(Settings(), "port", 1)


@pytest.mark.parametrize(("name", "value"), [("port", "abc"), ("simulator", "perhaps"), ("log_level", "loud")])
def test_wrong_value_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValidationError):
        made(**{name: value})


# ---------------------------------------------------------------- the data key


def test_data_key_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    key = settings.data_key_bytes()
    assert len(key) == 32
    assert Settings(home=tmp_path).data_key_bytes() == key
    path = tmp_path / "keys" / "data.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [item.name for item in path.parent.iterdir()] == ["data.key"]


def test_given_data_key_is_used_and_none_is_written(tmp_path: Path) -> None:
    assert made(home=tmp_path, data_key="ab" * 32).data_key_bytes() == b"\xab" * 32
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("given", ["xyz", "abc"], ids=["no hex", "half a byte"])
def test_broken_data_key_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(ValueError, match="fromhex"):
        made(home=tmp_path, data_key=given).data_key_bytes()
