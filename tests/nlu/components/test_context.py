"""The table of roles and questions names real intents, and never makes danger less likely."""

from __future__ import annotations

import pytest

from nlu.components.context import BY_QUESTION, BY_ROLE, log_odds
from nlu.measure import training_rows

INTENTS = sorted({row.intent for row in training_rows()})


@pytest.mark.parametrize("table", [*BY_ROLE.values(), *BY_QUESTION.values()], ids=[*BY_ROLE, *BY_QUESTION])
def test_names_only_intents_that_exist(table: dict[str, float]) -> None:
    assert set(table) <= set(INTENTS)


@pytest.mark.parametrize("role", [None, *BY_ROLE])
@pytest.mark.parametrize("question", [None, *BY_QUESTION])
def test_danger_and_labour_are_untouched_whoever_writes(role: str | None, question: str | None) -> None:
    assert not log_odds(["report_danger_sign", "report_labour"], role, question).any()


def test_role_and_question_add_up_when_both_are_known() -> None:
    assert log_odds(["inform", "ask_recap", "greet"], "mother", "nik").tolist() == [2.0, -2.0, 0.0]
