"""What tests of the command stand on: settings of an installation of their own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from settings import Settings

MakeSettings = Callable[..., Settings]


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nothing of this machine's environment or .env; everything is kept in the test's folder."""
    for name in [name for name in os.environ if name.startswith("KAWAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("KAWAL_HOME", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def make_settings(own_settings: Path) -> MakeSettings:
    """Settings of an installation of its own."""

    def make(**values: Any) -> Settings:
        return Settings(**{"home": own_settings, **values})

    return make
