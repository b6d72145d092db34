"""Who wants to register whom: a helper her mothers, anybody else herself; who only says she is a helper is told how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.cadre_registration import CadreRegistration
from actions.self_registration import SelfRegistration
from actions.task import Step, Task, done, say
from actions.turn import Turn
from nlu.language.role_claims import claimed_role, means_herself
from registry.persons import invitations

HELPER, SELF = "helper", "self"
OF_A_MOTHER = frozenset(
    "cancel out_of_scope stop_messages report_antenatal_visit ask_documents ask_help bot_challenge report_loss "
    "show_my_data reschedule_visit".split()
)
"""Short answers ("nanti", "lupa", "cukup", "sudah") are understood so; of a helper they are what they are."""


class Register(Task):
    """One task with two parts; which one it is stands in the data, so that a new role cannot mix them up."""

    name = "registration"
    is_brief = False
    openers = frozenset({"register_pregnancy"})
    welcome = frozenset(
        "update_data ask_registration ask_pregnancy_health greet check_jkn ask_jkn_inactive request_companion "
        "cancel out_of_scope stop_messages report_antenatal_visit ask_documents ask_help bot_challenge report_loss "
        "show_my_data reschedule_visit".split()
    )

    def begin(self, turn: Turn) -> Step:
        """By the role that is proved, never by one that is claimed."""
        if turn.speaker.role in ("cadre", "staff") and not means_herself(turn.text):
            return _as(HELPER, CadreRegistration().begin(turn))
        if invitations.was_cadre(turn.session, turn.speaker.contact):
            return done(say("cadre_former"))
        if turn.speaker.role != "mother" and claimed_role(turn.text):
            return done(say("cadre_claimed"))
        return _as(SELF, SelfRegistration().begin(turn))

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """The part that began it goes on; a helper who was revoked meanwhile stops here."""
        told = {name: value for name, value in data.items() if name != "as"}
        if data.get("as") == HELPER:
            if turn.intent in OF_A_MOTHER:
                return None
            if turn.speaker.role not in ("cadre", "staff"):
                return done(say("cadre_former"))
            step = CadreRegistration().go_on(turn, asked, told)
        else:
            step = SelfRegistration().go_on(turn, asked, told)
        return None if step is None else _as(str(data.get("as")), step)


def _as(part: str, step: Step) -> Step:
    return replace(step, data={**step.data, "as": part})
