"""What follows from a failed try: the table of docs/channels.md, row by row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channel import ChannelError, Pause, Rejected, Stopped, Throttled, Unreachable, WindowClosed
from bot.retries import DANGER_S, THROTTLED_TRIES, TRIES, Then, Tried, pause_s, verdict
from registry.messaging.messages import ANSWER, BROADCAST, DANGER

LOST = Unreachable("timeout", unknown_outcome=True)
BAD_PICTURE = Unreachable("131053", of_picture=True)


def least(low: float, _high: float) -> float:
    return low


def tried(priority: int = ANSWER, attempts: int = 1, age_s: float = 0.0, **more: object) -> Tried:
    return Tried(priority, attempts, int(str(more.pop("doubts", 0))), age_s, **{n: bool(v) for n, v in more.items()})


@pytest.mark.parametrize(
    ("error", "facts", "then"),
    [
        pytest.param(Unreachable("500"), tried(), Then.AGAIN, id="ill"),
        pytest.param(Unreachable("500"), tried(attempts=TRIES), Then.DEAD, id="ill for the sixth time"),
        pytest.param(Unreachable("500"), tried(DANGER, 50, 7199), Then.AGAIN, id="emergency, under two hours"),
        pytest.param(Unreachable("500"), tried(DANGER, 3, DANGER_S), Then.DEAD, id="emergency, two hours old"),
        pytest.param(Throttled("429"), tried(attempts=TRIES), Then.AGAIN, id="too fast is not its fault"),
        pytest.param(Throttled("429"), tried(attempts=THROTTLED_TRIES), Then.DEAD, id="too fast for ever"),
        pytest.param(Rejected("100"), tried(), Then.DEAD, id="our bug"),
        pytest.param(Stopped("131026"), tried(DANGER), Then.DEAD, id="she is not there"),
        pytest.param(Rejected("190", pauses=Pause.CHANNEL), tried(attempts=9), Then.KEEP, id="token expired"),
        pytest.param(WindowClosed("131047"), tried(can_change_form=True), Then.TEMPLATE, id="window closed"),
        pytest.param(WindowClosed("131047"), tried(), Then.DEAD, id="window closed, no other form"),
        pytest.param(BAD_PICTURE, tried(attempts=2, can_go_bare=True), Then.AGAIN, id="picture refused twice"),
        pytest.param(BAD_PICTURE, tried(attempts=3, can_go_bare=True), Then.WORDS, id="picture refused three times"),
        pytest.param(BAD_PICTURE, tried(attempts=3), Then.DEAD, id="picture refused three times, nothing else to say"),
        pytest.param(LOST, tried(is_reported=True), Then.DOUBT, id="lost, a report will tell"),
        pytest.param(LOST, tried(attempts=TRIES, is_reported=True), Then.DEAD, id="lost again and again"),
        pytest.param(LOST, tried(), Then.AGAIN, id="lost, nobody will tell: once more"),
        pytest.param(LOST, tried(doubts=1), Then.DEAD, id="lost twice, nobody will tell"),
        pytest.param(LOST, tried(DANGER, doubts=5), Then.AGAIN, id="lost emergency may come twice"),
    ],
)
def test_verdict(error: ChannelError, facts: Tried, then: Then) -> None:
    assert verdict(error, facts, least).then is then


def test_try_at_a_stopped_channel_is_not_counted() -> None:
    assert not verdict(Rejected("190", pauses=Pause.CHANNEL), tried(), least).is_counted


def test_provider_is_not_asked_sooner_than_it_said() -> None:
    assert verdict(Throttled("429", retry_after=40), tried(), least).pause_s == 40
    assert verdict(Throttled("429", retry_after=0.1), tried(), least).pause_s == 1


@given(st.integers(1, 200), st.sampled_from([DANGER, ANSWER, BROADCAST]), st.floats(0, 1))
def test_pauses_grow_within_bounds(attempts: int, priority: int, share: float) -> None:
    def chance(low: float, high: float) -> float:
        return low + share * (high - low)

    pause = pause_s(tried(priority, attempts), chance)
    shortest, longest = (1.5, 75) if priority == DANGER else (3.75, 1125)
    assert shortest <= pause <= longest
    assert pause_s(tried(priority, attempts + 1), chance) >= pause
