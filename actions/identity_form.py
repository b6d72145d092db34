"""The entitlement form: reads a NIK, a birth date and, when it must be, a name; proves them against the registry.

Rasa keeps the form open through digressions and restarts; this action decides after each message what is still
missing. It reads every inbox message once, so a retry or the return from a digression changes nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from rasa_sdk.events import SlotSet

from actions import late_nik
from actions.turn import Events, RegistryAction, Turn
from nlu.language import identifiers
from nlu.language.dates import read_date
from nlu.language.names import answered_name, read_person_names
from nlu.language.replies import lacks_card
from registry import access, clock, sealing
from registry.models import CivilRecord, Person
from registry.persons import identity, people, shared_phones
from registry.persons.identity import Step

ANSWERS = {"inform", "affirm", "deny", "nlu_fallback"}
OPENERS = {"check_eligibility", "check_jkn"}
FORM = "eligibility_form"
WRONG = {"ask_birth_date": "birth_date", "ask_name": "full_name"}


@dataclass(frozen=True)
class Missing:
    """What the form asks next (None: done), why it asks again, and how it ended without a proof."""

    slot: str | None
    problem: str | None = None
    outcome: str | None = None
    claim: int | None = None
    subject: int | None = None


class ValidateEligibilityForm(RegistryAction):
    """Called by Rasa whenever the form is opened, answered or taken up again."""

    def name(self) -> str:
        """As domain.yml has it."""
        return "validate_eligibility_form"

    def act(self, turn: Turn) -> Events:
        """No events mean: this message was no answer, something else may handle it."""
        asked = turn.slot("requested_slot")
        if asked is not None and (_is_taken_up(turn) or turn.slot("read_message") == turn.message_id):
            return [SlotSet("requested_slot", asked), SlotSet("identity_problem", "again")]
        found = begin(turn) if asked is None else go_on(turn, str(asked))
        return [] if found is None else _events(turn, found)


def _is_taken_up(turn: Turn) -> bool:
    """Something else was answered in between; Rasa shows us the form's own execution as the last action always."""
    done = [str(event.get("name")) for event in turn.tracker.events if event.get("event") == "action"]
    others = [name for name in done if name != FORM] or [str(turn.tracker.latest_action_name)]
    return others[-1] != "action_listen"


def _events(turn: Turn, found: Missing) -> Events:
    slots = {
        "read_message": turn.message_id,
        "identity_problem": found.problem,
        "identity_outcome": found.outcome,
        "identity_claim": found.claim if found.claim is not None else turn.slot("identity_claim"),
        "subject_person": found.subject,
        "requested_slot": found.slot,
    }
    if turn.intent in OPENERS:
        slots["topic"] = "jkn" if turn.intent == "check_jkn" else "eligibility"
    return [SlotSet(name, value) for name, value in slots.items()]


def begin(turn: Turn) -> Missing | None:
    """The form opens: perhaps the message says it all, perhaps the speaker is known."""
    nik = _nik_in(turn)
    if nik is not None:
        return _with_nik(turn, nik)
    if turn.speaker.role in ("cadre", "staff"):
        return _mother_by_name(turn)
    if identity.paused(turn.session, turn.speaker.contact, turn.now):
        return Missing(None, outcome="paused")
    contact, person = turn.speaker.contact, turn.speaker.person
    if identity.proved_nik(turn.session, contact, turn.now) is None and shared_phones.must_ask(turn.session, contact):
        return Missing(None, outcome="who_writes")
    if (person is not None and person.nik) or identity.proved_nik(turn.session, contact, turn.now):
        return Missing(None)
    return Missing("nik", problem=_number_problem(turn))


def go_on(turn: Turn, asked: str) -> Missing | None:
    """The form is open and something was written; None when it is not an answer to the question."""
    nik = _nik_in(turn)
    if nik is not None and (asked == "nik" or not _holds_birth_date(turn)):
        return _with_nik(turn, nik)
    if turn.intent in OPENERS and turn.speaker.role in ("cadre", "staff"):
        return _mother_by_name(turn)
    if asked == "nik":
        return _without_nik(turn)
    if asked == "birth_date":
        return _with_birth_date(turn)
    return _with_name(turn)


def _nik_in(turn: Turn) -> str | None:
    return next((found.digits for found in turn.identifiers() if found.kind == "nik"), None)


def _number_problem(turn: Turn) -> str | None:
    return "card" if any(found.kind == "card" for found in turn.identifiers()) else None


def _with_nik(turn: Turn, raw: str) -> Missing:
    check = identifiers.check_nik(raw, clock.today(turn.now))
    if check.problem is not None:
        return Missing("nik", problem="region" if check.problem == "serial" else check.problem)
    nik = check.nik or raw
    kept = late_nik.note(turn, late_nik.meant(turn))
    if kept is not None:
        turn.dispatcher.utter_message(text=kept.text)
    if turn.speaker.role in ("cadre", "staff"):
        return _of_her_area(turn, nik)
    step = identity.begin(turn.session, turn.speaker.contact, nik, turn.now)
    if step.outcome == "unknown" and check.sex == "M":
        # Nobody has it, and the day is not a woman's: her husband's, or the number of the family card.
        return Missing("nik", problem="family_card" if "maybe_family_card" in check.warnings else "man")
    found = _after(turn, step)
    if found.slot == "birth_date" and _holds_birth_date(turn):
        return _with_birth_date(turn, claim=step.claim_id) or found
    return found


def _of_her_area(turn: Turn, nik: str) -> Missing:
    """A cadre or officer asks with a NIK: only for mothers of her villages, and without a birth date."""
    index = sealing.index("nik", nik)
    civil = turn.session.get(CivilRecord, index)
    person = turn.session.query(Person).filter(Person.nik_index == index).one_or_none()
    village = (person.village_code if person else None) or (civil.village_code if civil else None)
    if civil is None and person is None:
        return Missing(None, outcome="unknown", claim=_keep_claim(turn, nik, "unknown"))
    if not access.may_see_place(turn.session, turn.speaker, village):
        return Missing(None, outcome="not_your_area")
    return Missing(None, claim=_keep_claim(turn, nik, "seen"))


def _keep_claim(turn: Turn, nik: str, status: str) -> int:
    return identity.keep(turn.session, turn.speaker.contact, nik, status, turn.now)


def _mother_by_name(turn: Turn) -> Missing:
    for span in read_person_names(turn.text):
        found = people.find_mothers(turn.session, turn.speaker, span.name)
        if len(found) == 1 and found[0].nik:
            return Missing(None, claim=_keep_claim(turn, found[0].nik, "seen"), subject=found[0].id)
    return Missing("nik", problem="of_mother")


def _without_nik(turn: Turn) -> Missing | None:
    digits = sum(character.isdigit() for character in turn.text)
    if digits >= 9 and turn.intent in ANSWERS:
        problem = _number_problem(turn) or "length"
        return Missing("nik", problem=problem)
    if turn.intent == "deny" or lacks_card(turn.text):
        return Missing(None, outcome="no_nik")
    return Missing("nik", problem="again") if turn.intent in ANSWERS | OPENERS else None


def _holds_birth_date(turn: Turn) -> bool:
    text = identifiers.mask(turn.text).text
    return read_date(text, "birth_date", turn.now).status == "found"


def _with_birth_date(turn: Turn, claim: int | None = None) -> Missing | None:
    claim = claim if claim is not None else turn.slot("identity_claim")
    reading = read_date(identifiers.mask(turn.text).text, "birth_date", turn.now)
    if reading.status == "found" and reading.value is not None and claim is not None:
        step = identity.prove_birth_date(turn.session, turn.speaker.contact, int(claim), reading.value, turn.now)
        return _after(turn, step, wrong="birth_date")
    if reading.status == "impossible":
        return Missing("birth_date", problem="impossible")
    if turn.intent in ANSWERS or reading.status == "ask_back":
        return Missing("birth_date", problem="unclear")
    return Missing("birth_date", problem="again") if turn.intent in OPENERS else None


def _with_name(turn: Turn) -> Missing | None:
    names = read_person_names(turn.text)
    name = names[0].name if names else answered_name(turn.text)
    if not name:
        return Missing("full_name", problem="again") if turn.intent in ANSWERS | OPENERS else None
    step = identity.prove_name(turn.session, turn.speaker.contact, int(turn.slot("identity_claim")), name, turn.now)
    return _after(turn, step, wrong="full_name")


def _after(turn: Turn, step: Step, wrong: str | None = None) -> Missing:
    if step.outcome == "proved":
        nik = identity.claimed_nik(turn.session, turn.speaker.contact, step.claim_id or 0)
        if nik:
            identity.remember(turn.session, turn.speaker.contact, nik)
        return Missing(None, claim=step.claim_id)
    if step.outcome == "wrong":
        return Missing(wrong, problem="wrong", claim=step.claim_id)
    if step.outcome in WRONG:
        return Missing(WRONG[step.outcome], claim=step.claim_id)
    if step.outcome in ("man", "family_card"):
        return Missing("nik", problem=step.outcome)
    return Missing(None, outcome=step.outcome, claim=step.claim_id)


class AskForSlot(RegistryAction, ABC):
    """Asks the form's question, in other words when the last answer could not be used."""

    @property
    @abstractmethod
    def slot(self) -> str:
        """What is asked for."""

    def name(self) -> str:
        """As domain.yml has it."""
        return f"action_ask_{self.slot}"

    def act(self, turn: Turn) -> Events:
        """Utter utter_ask_<slot>[_<problem>]."""
        problem = turn.slot("identity_problem")
        if turn.intent not in ANSWERS | OPENERS:
            problem = "again"  # she asked something else in between
        digits = str(sum(character.isdigit() for character in turn.text))
        turn.say(f"utter_ask_{self.slot}_{problem}" if problem else f"utter_ask_{self.slot}", digits=digits)
        return []


class ActionAskNik(AskForSlot):
    """Which NIK?"""

    slot = "nik"


class ActionAskBirthDate(AskForSlot):
    """Born when?"""

    slot = "birth_date"


class ActionAskFullName(AskForSlot):
    """Named how?"""

    slot = "full_name"
