"""Figures by message: a cadre's villages, a puskesmas' districts, all of the kabupaten for Dinkes."""

from __future__ import annotations

from typing import Any

from actions.task import Step, Task, done, say
from actions.turn import Turn
from nlu.language.list_request import read_recap
from registry import clock, days, texts
from registry.figures import figure_months, indicators
from registry.figures.indicators import Counts, Month

LINES = {
    "all": (
        "pregnant", "k1", "k4", "k6", "births", "after", "jkn", "rides", "alerts", "missed", "complaints", "reminders",
    ),
    "k1": ("pregnant", "k1"),
    "k4": ("pregnant", "k4"),
    "k6": ("pregnant", "k6"),
    "jkn": ("pregnant", "jkn"),
    "rides": ("rides",),
    "births": ("births", "after"),
    "complaints": ("complaints",),
}  # fmt: skip
TO_DINKES_ALONE = {"complaints"}  # a facility must not learn that it was complained of


class AskRecap(Task):
    """Answered at once."""

    name = "recap"
    openers = frozenset({"ask_recap"})

    def begin(self, turn: Turn) -> Step:
        """This month unless another was named."""
        scope = indicators.scope_of(turn.speaker)
        if scope is None:
            return done(say("recap_only_staff"))
        wish = read_recap(turn.text, turn.now)
        month = Month((wish.month or clock.today(turn.now)).replace(day=1))
        counts = figure_months.of_month(turn.session, scope, month).total()
        area = texts.phrase(f"phrase_area_{_area(turn)}")
        if not any(count for name, count in counts.items() if name != "set_aside"):
            return done(say("recap_empty", month=days.month_name(month.first), area=area))
        lines = "\n".join(f"• {line}" for line in _lines(turn, counts, wish.topic))
        return done(say("recap", month=days.month_name(month.first), area=area, lines=lines))

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """Nothing is ever asked."""
        return None


def _area(turn: Turn) -> str:
    staff = turn.speaker.staff
    return "villages" if staff is None else "regency" if staff.unit == "dinkes" else "puskesmas"


def _lines(turn: Turn, counts: Counts, topic: str) -> list[str]:
    values = {**counts, "k1": counts["k1_pure"] + counts["k1_later"]}
    names = [name for name in LINES[topic] if name not in TO_DINKES_ALONE or _area(turn) == "regency"]
    return [texts.say(f"recap_line_{name}", **values).text for name in names or ["pregnant"]]
