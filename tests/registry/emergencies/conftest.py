"""Who answers alerts in these tests."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests.registry.emergencies.alert_cases import make_helpers


@pytest.fixture
def helpers(session: Session) -> None:
    """Midwife, officer, cadre and Dinkes."""
    make_helpers(session)
