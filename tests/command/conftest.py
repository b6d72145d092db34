"""What tests of the command stand on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kawal
from tests.conftest import MakeSettings

__all__ = ["MakeSettings", "anyio_backend"]


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the product does."""
    return "asyncio"


@pytest.fixture
def kawal_main(own_settings: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    """Calls the command as a program; gives its code, what it wrote, and what it complained of."""
    monkeypatch.setattr(kawal, "configure", lambda _level: None)
    assert not own_settings.exists()

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["kawal", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            kawal.main()
        written = capfd.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return call
