"""What tests of the command stand on: settings of an installation of their own."""

from __future__ import annotations

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
def make_settings(tmp_path: Path) -> MakeSettings:
    """Settings that know nothing of this machine's environment or .env."""

    def make(**values: Any) -> Settings:
        return Settings(_env_file=None, **{"home": tmp_path / "var", **values})

    return make
