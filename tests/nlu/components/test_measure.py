"""The measuring itself: folds that do not leak, figures that add up, floors that can break."""

from __future__ import annotations

import pytest

from nlu.language.normalise import normalise
from nlu.measure import DEVELOPMENT, Row, Understood, broken_floors, development_rows, groups, judge, training_rows


def told(intent: str, *, danger: str | None = None, fallback: bool = False, ms: float = 1.0) -> Understood:
    return Understood(intent, 0.9, fallback, danger, ms)


def test_near_paraphrases_share_a_group_and_others_do_not() -> None:
    one, two, other = groups(["bpjs saya aktif tidak", "bpjs saya aktif tidak ya", "di mana puskesmas terdekat"])
    assert one == two != other


def test_figures_add_up() -> None:
    rows = [Row("a", "report_danger_sign"), Row("b", "report_labour"), Row("c", "greet"), Row("d", "greet")]
    found = [told("report_danger_sign", danger="ask"), told("greet"), told("greet", danger="alarm"), told("thank")]
    figures = judge(rows, found)
    assert figures["accuracy"] == 0.5
    assert figures["danger_recall"] == 0.5
    assert figures["danger_false_alarm_rate"] == 0.5
    assert figures["missed_danger"] == ["b"]
    assert figures["confusions"] == {"report_labour -> greet": 1, "greet -> thank": 1}


@pytest.mark.parametrize(
    ("floors", "broken"),
    [
        ({"people": {"accuracy": 0.9}}, 0),
        ({"people": {"accuracy": 0.96}}, 1),
        ({"people": {"p50_ms_at_most": 4}}, 0),
        ({"people": {"p50_ms_at_most": 1}}, 1),
    ],
    ids=["floor reached", "floor broken", "ceiling kept", "ceiling broken"],
)
def test_floors_are_judged(floors: dict[str, dict[str, float]], broken: int) -> None:
    assert len(broken_floors({"people": {"accuracy": 0.95, "p50_ms": 2.0}}, floors)) == broken


def test_no_sentence_stands_under_two_intents() -> None:
    seen: dict[str, str] = {}
    clash = [row for row in training_rows() if seen.setdefault(row.text.casefold(), row.intent) != row.intent]
    assert clash == []


@pytest.mark.parametrize("name", sorted(DEVELOPMENT))
def test_no_development_sentence_of_four_words_is_trained_on(name: str) -> None:
    trained = {normalise(row.text) for row in training_rows()}
    held = [normalise(row.text) for row in development_rows(DEVELOPMENT[name])]
    assert [text for text in held if len(text.split()) >= 4 and text in trained] == []
