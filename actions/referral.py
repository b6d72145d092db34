"""A midwife or cadre refers a mother: who and why; the facility is asked at once."""

from __future__ import annotations

from typing import Any

from actions import which_mother
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from actions.which_mother import Which
from nlu.language.referral import read_referral
from registry import cases, referrals
from registry.models import Person


class RequestReferral(Task):
    """Where to is taken from the message; without it the hospitals near her village are asked in turn."""

    name = "referral"
    openers = frozenset({"request_referral"})

    def begin(self, turn: Turn) -> Step:
        """All of it may stand in the first message."""
        if turn.speaker.role not in ("cadre", "staff"):
            cases.open_handoff(turn.session, turn.speaker, "request_referral", turn.now, turn.message_id)
            return done(say("referral_only_staff"))
        told = read_referral(turn.text)
        data = {"codes": list(told.facility_codes), "reason": told.reason}
        return self._for(turn, which_mother.of_message(turn, told.names, told.code), data)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """Which mother, or why."""
        if asked == which_mother.ASKED:
            which = which_mother.of_answer(turn, data)
            return None if which is None else self._for(turn, which, data)
        if turn.button is not None or not turn.text.strip():
            return None
        person = turn.session.get(Person, data["person"])
        if person is None:
            return done(say("task_forgotten"))
        return self._refer(turn, person, {**data, "reason": turn.text.strip()[:200]})

    def _for(self, turn: Turn, which: Which, data: dict[str, Any]) -> Step:
        unsettled = which.unsettled(data)
        if unsettled is not None or which.person is None:
            return unsettled or done(say("which_none"))
        known = {**data, "person": which.person.id}
        if not data["reason"]:
            return ask("reason", say("referral_ask_reason"), known)
        return self._refer(turn, which.person, known)

    def _refer(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step:
        row = referrals.open_for(turn.session, person)
        name = "referral_already_open"
        if row is None:
            name = "referral_made"
            row = referrals.refer(
                turn.session, turn.speaker, person, data["codes"], data["reason"], turn.now, turn.message_id
            )
        facts = referrals.facts(turn.session, row, None, turn.now)
        return done(say(name, name=facts["name"], facility=facts["facility"]))
