"""What tests of the command stand on."""

from __future__ import annotations

import pytest

from tests.conftest import MakeSettings

__all__ = ["MakeSettings", "anyio_backend"]


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, as the product does."""
    return "asyncio"
