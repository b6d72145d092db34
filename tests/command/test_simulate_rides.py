"""Days of rides in seconds: every promise holds, and the same seed gives the same figures."""

from __future__ import annotations

import pytest

from command import simulate_rides
from registry.transport import rides_due


def test_rides_are_played_to_their_end_with_every_promise_kept() -> None:
    found = simulate_rides.run(12, seed=3)

    assert 0 < found["rides"] <= 12
    assert set(found["status"]) <= {"done", "cancelled", "escalated"}
    assert found["messages"] > found["rides"]


def test_broken_promise_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(session: object, now: object) -> int:
        return 0

    monkeypatch.setattr(rides_due, "next_at", lambda session, after: None)
    monkeypatch.setattr(rides_due, "run", forgetful)
    found = simulate_rides.run(12, seed=3)

    assert "requested" in found["status"], "without a clock rides stay where they are"
