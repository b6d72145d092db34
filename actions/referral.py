"""A midwife or cadre refers a mother: who and why; the facility is asked at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions import which_mother
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from actions.which_mother import Which
from nlu.language import danger
from nlu.language.referral import read_referral
from registry.casework import referral_words, referrals, talks
from registry.emergencies import triage
from registry.emergencies.alerts import AlertKind
from registry.messaging.messages import Draft
from registry.models import Person, Referral
from registry.persons import named_mothers


class RequestReferral(Task):
    """Where to is taken from the message; without it the hospitals near her village are asked in turn.

    Of a mother who is being referred already it names another facility to ask.
    """

    name = "referral"
    openers = frozenset({"request_referral"})

    def begin(self, turn: Turn) -> Step:
        """All of it may stand in the first message."""
        if turn.speaker.role not in ("cadre", "staff"):
            talks.open_handoff(turn.session, turn.speaker, "request_referral", turn.now, turn.message_id)
            return done(say("referral_only_staff"))
        told = read_referral(turn.text)
        data = {"codes": list(told.facility_codes), "reason": told.reason}
        which = which_mother.of_message(turn, told.names, told.code, urgent=True)
        step = self._for(turn, which, data)
        if which.person is None and not which.shown and which_mother.named_in(turn, told.names, told.code):
            return replace(step, says=(*_call_help(turn), *step.says))
        return step

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """Which mother, or why."""
        if turn.speaker.role not in ("cadre", "staff"):
            return done(say("referral_only_staff"))
        if asked == which_mother.ASKED:
            which = which_mother.of_answer(turn, data, urgent=True)
            return None if which is None else self._for(turn, which, _with_news(turn, data))
        if turn.button is not None or not turn.text:
            return None
        person = named_mothers.visible(turn.session, turn.speaker, data["person"], urgent=True)
        if person is None:
            return done(say("task_forgotten"))
        return _refer(turn, person, {**data, "reason": turn.text})

    def _for(self, turn: Turn, which: Which, data: dict[str, Any]) -> Step:
        unsettled = which.unsettled(data)
        if unsettled is not None or which.person is None:
            return unsettled or done(say("which_none"))
        running = referrals.open_for(turn.session, which.person)
        if running is not None:
            return _name_facility(turn, running, data["codes"])
        known = {**data, "person": which.person.id}
        if not data["reason"]:
            return ask("reason", say("referral_ask_reason"), known)
        return _refer(turn, which.person, known)


def _call_help(turn: Turn) -> tuple[Draft, ...]:
    """She is on no list, so no hospital can be asked: a sign among the reasons is an emergency like any other."""
    finding = danger.assess(turn.text)
    if finding is None or finding.certainty != "alarm":
        return ()
    kind: AlertKind = "labour" if finding.kind == "labour" else "danger_sign"
    answers = triage.answer_danger(turn.session, turn.speaker, kind, finding.codes, turn.now, turn.message_id)
    return tuple(answer.draft() for answer in answers)


def _with_news(turn: Turn, data: dict[str, Any]) -> dict[str, Any]:
    """Beside the name she may write the reason again, or another one: what was said last counts."""
    told = read_referral(turn.text) if turn.text else None
    if told is None:
        return data
    return {**data, "codes": list(told.facility_codes) or data["codes"], "reason": told.reason or data["reason"]}


def _refer(turn: Turn, person: Person, data: dict[str, Any]) -> Step:
    row = referrals.refer(
        turn.session, turn.speaker, person, data["codes"], data["reason"], turn.now, turn.message_id
    )  # fmt: skip
    return done(referrals.said_to_sender(turn.session, row, turn.now))


def _name_facility(turn: Turn, row: Referral, codes: list[str]) -> Step:
    named = codes and referrals.name_facility(turn.session, row, codes[0], turn.now, turn.message_id)
    facts = referral_words.facts(turn.session, row, None, turn.now)
    return done(say("referral_made" if named else "referral_already_open", id=row.id, **facts))
