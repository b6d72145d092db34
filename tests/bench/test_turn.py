"""The comparison with a stock Rasa, with conversations played by functions."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bench.growth import by_talking, ratio
from bench.turn import TEXTS, alternate, compare, crowd, person


class Talker:
    """Answers after a while, longer the more this person has said; remembers the order of all calls."""

    def __init__(self, name: str, log: list[str], slower_by: float = 0.0) -> None:
        self.name, self.log, self.slower_by = name, log, slower_by
        self.turns: Counter[str] = Counter()

    async def __call__(self, who: str, text: str) -> int:
        assert text in TEXTS
        self.turns[who] += 1
        self.log.append(self.name)
        await asyncio.sleep(0.0005 + self.slower_by * self.turns[who])
        return 1


def test_comparison_has_the_keys_of_the_contract_when_both_answer() -> None:
    figures = asyncio.run(compare(Talker("ours", []), Talker("stock", []), pairs=6, rounds=2, at_once=3))
    assert {"turn.p50_ms", "turn.throughput_vs_stock_rasa", "turn.p99_vs_stock_rasa"} <= set(figures)
    assert all(value > 0 for value in figures.values())


def test_sides_take_turns_and_get_the_same_words() -> None:
    log: list[str] = []
    ours, theirs = Talker("ours", log), Talker("stock", log)
    spent = asyncio.run(alternate(ours, theirs, 4))
    assert log == ["stock", "ours", "ours", "stock"] * 2
    assert ours.turns == theirs.turns
    assert [len(side) for side in spent] == [4, 4]


def test_everybody_in_a_crowd_says_everything() -> None:
    talk = Talker("ours", [])
    asyncio.run(crowd(talk, 3))
    assert set(talk.turns.values()) == {len(TEXTS)}
    assert len(talk.turns) == 3


def test_ratio_is_large_when_long_conversations_are_slow() -> None:
    talk = Talker("stock", [], slower_by=0.001)
    assert asyncio.run(ratio(talk, by_talking(talk), long=60, samples=3)) > 2


def test_conversation_is_as_long_as_asked() -> None:
    talk = Talker("ours", [])
    asyncio.run(by_talking(talk)("+62", 7))
    assert talk.turns == {"+62": 7}


def test_failing_side_ends_the_comparison() -> None:
    async def silent(who: str, text: str) -> int:
        raise RuntimeError("said nothing")

    with pytest.raises(RuntimeError, match="nothing"):
        asyncio.run(compare(Talker("ours", []), silent, pairs=1, rounds=1, at_once=1))


def test_people_have_different_numbers() -> None:
    assert len({person(number) for number in range(200)}) == 200
