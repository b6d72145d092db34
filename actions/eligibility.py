"""Tells what the registers say about paying for the delivery, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rasa_sdk.events import ActiveLoop, SlotSet

from actions.messages_wanted import stop
from actions.turn import Events, RegistryAction, Turn
from nlu.language.dates import format_date
from registry import clock, sealing, texts
from registry.casework import talks
from registry.models import JknRecord, Person
from registry.persons import identity, shared_phones
from registry.pregnancies import entitlement
from registry.rules.eligibility import Decision, PathDecision, PaymentPath, Rulebook

FORM_SLOTS = ("nik", "birth_date", "full_name", "identity_claim", "identity_problem", "identity_outcome",
              "subject_person", "topic", "requested_slot", "read_message")  # fmt: skip
ANSWERED = ("proved", "seen", "unknown")  # claims that may be answered; of the last kind nothing is told


def forget_form() -> Events:
    """Empty the form; what was proved stays with the registry for a day."""
    return [SlotSet(name, None) for name in FORM_SLOTS]


class ActionTellEligibility(RegistryAction):
    """The form is done: answer, or say kindly why there is no answer."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_tell_eligibility"

    def act(self, turn: Turn) -> Events:
        """One answer from the registers, kept in the registry."""
        outcome = turn.slot("identity_outcome")
        nik = _nik_of(turn)
        if outcome == "who_writes":
            _ask_who_writes(turn)
        elif outcome in ("paused", "not_your_area", "no_nik"):
            _refuse(turn, str(outcome))
        elif nik is not None:
            tell(turn, nik, proved=_standing_of(turn) != "unknown")
        else:  # the proof has grown old while the form was open
            talks.open_handoff(turn.session, turn.speaker, "identity", turn.now, turn.message_id)
            turn.say("utter_handed_over")
        return forget_form()


def _nik_of(turn: Turn) -> str | None:
    claim = turn.slot("identity_claim")
    if claim is not None:
        answered = _standing_of(turn) in ANSWERED
        return identity.claimed_nik(turn.session, turn.speaker.contact, int(claim)) if answered else None
    if turn.speaker.person is not None and turn.speaker.person.nik:
        return turn.speaker.person.nik
    return identity.proved_nik(turn.session, turn.speaker.contact, turn.now)


def _standing_of(turn: Turn) -> str | None:
    claim = turn.slot("identity_claim")
    return None if claim is None else identity.standing(turn.session, turn.speaker.contact, int(claim), turn.now)


def _ask_who_writes(turn: Turn) -> None:
    """Of several mothers on this phone: what the registers say of one is not for another."""
    asked = shared_phones.question(turn.session, turn.speaker.contact)
    buttons = [{"title": title, "payload": payload} for title, payload in asked.buttons]
    turn.dispatcher.utter_message(text=asked.text, buttons=buttons)


def _refuse(turn: Turn, outcome: str) -> None:
    if outcome == "not_your_area":
        turn.say("utter_not_your_area")
        return
    turn.say("utter_identity_paused" if outcome == "paused" else "utter_identity_no_nik")
    if outcome == "paused":
        talks.open_handoff(turn.session, turn.speaker, "identity", turn.now, turn.message_id)


def tell(turn: Turn, nik: str, *, proved: bool = True) -> Decision:
    """Decide for a NIK and say it: the card first when that was the question, the paths, the time that is left.

    Of a NIK that is not ``proved`` nothing is told, also when one of the registers knows it.
    """
    decision = entitlement.answer(turn.session, turn.speaker.contact, nik, turn.now, proved=proved)
    rules = entitlement.rulebook(turn.session, clock.today(turn.now))
    who = _who(turn, nik)
    if turn.slot("topic") == "jkn" or turn.intent == "check_jkn":
        _say_card(turn, nik if proved else None, who)
    for number, path in enumerate(decision.paths):
        _say_path(turn, rules, decision, path, who, alone=number == 0)
    if proved:
        _say_time(turn, nik, decision)
    holds = [rules.phrase("emergency", code, clock.today(turn.now)) for code in decision.emergency_holds]
    turn.say("utter_eligibility_closing", emergency=" ".join(holds[:2]))
    return decision


def _who(turn: Turn, nik: str) -> str:
    if turn.speaker.role not in ("cadre", "staff"):
        return texts.phrase("phrase_you")
    person = turn.session.query(Person).filter(Person.nik_index == sealing.index("nik", nik)).one_or_none()
    return texts.say("phrase_mother", name=person.name).text if person and person.name else texts.phrase("phrase_she")


def _say_path(turn: Turn, rules: Rulebook, decision: Decision, path: PathDecision, who: str, *, alone: bool) -> None:
    today = clock.today(turn.now)
    belongs = decision.belongs_to
    turn.say(
        _response(decision, path, alone=alone),
        who=who,
        documents=_bullets(rules.phrase("documents", code, today) for code in decision.documents),
        steps=_numbered(rules.phrase("steps", s.code, today) for s in decision.steps if s.path is path.path),
        place=belongs.name if belongs else "",
        place_advice=rules.phrase("regencies", belongs.regency, today) if belongs else "",
    )


def _response(decision: Decision, path: PathDecision, *, alone: bool) -> str:
    name = f"utter_path_{path.path.value}"
    if path.path is PaymentPath.UNKNOWN and "identity_not_found" in decision.reasons:
        return f"{name}_identity"
    if path.path is PaymentPath.PROPOSE_PBI and alone:
        return f"{name}_alone"
    checked = f"{name}_check"
    return checked if path.status.value == "needs_verification" and texts.phrase(checked) else name


def _say_time(turn: Turn, nik: str, decision: Decision) -> None:
    first = next((step for step in decision.steps if step.latest_on is not None), None)
    hpl = entitlement.facts_of(turn.session, nik).hpl
    if first is None or hpl is None or first.latest_on is None or decision.paths[0].path is PaymentPath.JKN_ACTIVE:
        return
    if decision.late:
        turn.say("utter_eligibility_late", hpl=format_date(hpl))
    else:
        turn.say("utter_eligibility_deadline", hpl=format_date(hpl), start_on=format_date(first.latest_on))


def _say_card(turn: Turn, nik: str | None, who: str) -> None:
    card = turn.session.get(JknRecord, sealing.index("nik", nik)) if nik else None
    if card is None or card.segment is None or (card.active is None and card.segment != "NONE"):
        turn.say("utter_jkn_unknown", who=who)
    elif card.segment == "NONE":
        turn.say("utter_jkn_none", who=who)
    else:
        turn.say(
            "utter_jkn_active" if card.active else "utter_jkn_not_active",
            who=who,
            segment=texts.phrase(f"segment_{card.segment}", card.segment),
            ward=texts.say("phrase_ward", ward=card.ward_class).text if card.ward_class else "",
            checked=_spoken_day(card.checked_on),
        )


def _spoken_day(day: date | None) -> str:
    return format_date(day) if day else texts.phrase("phrase_unknown")


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"• {line}" for line in lines)


def _numbered(lines: Iterable[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


class ActionLeaveForm(RegistryAction):
    """She does not want to go on: the form closes, and what she asked instead is done."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_leave_form"

    def act(self, turn: Turn) -> Events:
        """Cancel, a person, or no more messages."""
        if turn.intent == "talk_to_human":
            talks.open_handoff(turn.session, turn.speaker, "talk_to_human", turn.now, turn.message_id)
            turn.say("utter_handed_over")
        elif turn.intent == "stop_messages":
            stop(turn)
        else:
            turn.say("utter_cancelled")
        return [ActiveLoop(None), *forget_form()]


class ActionTellDocuments(RegistryAction):
    """Which papers: for her own case when it was looked up before, else for everybody."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_tell_documents"

    def act(self, turn: Turn) -> Events:
        """Say the list."""
        answer = entitlement.latest_for(turn.session, turn.speaker.contact)
        nik = _own_nik(turn)
        if answer is None or nik is None or answer.nik_index != sealing.index("nik", nik):
            turn.say("utter_documents")
            return []
        today = clock.today(turn.now)
        rules = entitlement.rulebook(turn.session, today)
        decision = entitlement.decide(turn.session, nik, turn.now)
        lines = _bullets(rules.phrase("documents", code, today) for code in decision.documents)
        turn.say("utter_documents_for_her", who=texts.phrase("phrase_you"), documents=lines)
        return []


def _own_nik(turn: Turn) -> str | None:
    if turn.speaker.role in ("cadre", "staff"):
        return None
    person = turn.speaker.person
    return (person.nik if person else None) or identity.proved_nik(turn.session, turn.speaker.contact, turn.now)


class ActionExplainJknInactive(RegistryAction):
    """Her card is off: for her own case when she is known, else what there is for each kind of card."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "action_explain_jkn_inactive"

    def act(self, turn: Turn) -> Events:
        """Say what can be done."""
        nik = _own_nik(turn)
        if nik is None:
            turn.say("utter_jkn_inactive")
        else:
            tell(turn, nik)
        return []
