"""She wants somebody to go with her, or to visit."""

from __future__ import annotations

from typing import Any

from actions.task import Step, Task, done, say
from actions.turn import Turn
from actions.update_data import UpdateData
from nlu.language.data_changes import replaces_companion
from nlu.language.long_numbers import hide
from registry.casework import companions

LONGEST = 200


class RequestCompanion(Task):
    """Asked of the cadres of her village at once."""

    name = "companion"
    openers = frozenset({"request_companion"})
    is_brief = True

    def begin(self, turn: Turn) -> Step:
        """Her words go along, so that the cadre knows what for; another one of her own family is only noted."""
        if turn.speaker.person is not None and replaces_companion(turn.text):
            return UpdateData().begin(turn)
        wish = hide(turn.text)[:LONGEST]
        asked = companions.ask(turn.session, turn.speaker, wish, turn.now, turn.message_id)
        return done(
            say({"cadres": "companion_asked", "office": "companion_asked_office"}.get(asked, "companion_nobody"))
        )

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """Only who it is instead."""
        return UpdateData().go_on(turn, asked, data)
