"""She writes from a new number: NIK, birth date and name prove who she is, then the number is hers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions.task import Step, ask, done, say
from actions.turn import Turn
from nlu.language import identifiers
from nlu.language.dates import read_date
from nlu.language.names import answered_name, read_person_names
from registry.casework import talks
from registry.models import Person
from registry.persons import identity, phone_numbers, shared_phones
from registry.pregnancies import duplicates

NIK, BORN, NAMED = "move_nik", "move_born", "move_name"
QUESTIONS = frozenset({NIK, BORN, NAMED})
MOST_TRIES = 3


def begin(turn: Turn) -> Step:
    """A number that nobody is registered with: her NIK may stand in the first message."""
    nik = _nik(turn)
    return _claimed(turn, nik, {}) if nik is not None else ask(NIK, say("update_stranger"), {})


def go_on(turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
    """The next answer; None when it is none."""
    if turn.button is not None:
        return None
    if asked == NIK:
        nik = _nik(turn)
        if nik is not None:
            return _claimed(turn, nik, data)
        return _again(turn, NIK, "update_ask_nik_again", data) if any(map(str.isdigit, turn.text)) else None
    return _born(turn, data) if asked == BORN else _named(turn, data)


def _nik(turn: Turn) -> str | None:
    return next((one.digits for one in turn.identifiers() if one.kind == "nik"), None)


def _again(turn: Turn, asked: str, text: str, data: dict[str, Any]) -> Step:
    tries = int(data.get("tries") or 0) + 1
    if tries >= MOST_TRIES:
        return _given_up(turn)
    return ask(asked, say(text), {**data, "tries": tries})


def _given_up(turn: Turn) -> Step:
    talks.open_handoff(turn.session, turn.speaker, "identity", turn.now, turn.message_id)
    return done(say("update_proof_paused"))


def _claimed(turn: Turn, nik: str, data: dict[str, Any]) -> Step:
    """Whether the NIK is known is told to nobody: every sound one is asked about."""
    step = identity.begin(turn.session, turn.speaker.contact, nik, turn.now)
    if step.outcome == "paused":
        return _given_up(turn)
    claim = {"claim": step.claim_id, "known": step.outcome in ("ask_birth_date", "proved")}
    return ask(BORN, say("update_ask_birth_date"), {**data, **claim, "tries": 0})


def _born(turn: Turn, data: dict[str, Any]) -> Step | None:
    reading = read_date(identifiers.mask(turn.text).text, "birth_date", turn.now)
    if reading.value is None:
        return _again(turn, BORN, "update_unclear_date", data) if turn.intent in ("inform", "nlu_fallback") else None
    if data["known"] and data["claim"] is not None:
        contact, claim = turn.speaker.contact, int(data["claim"])
        step = identity.prove_birth_date(turn.session, contact, claim, reading.value, turn.now)
        if step.outcome == "paused":
            return _given_up(turn)
        data = {**data, "half": step.outcome == "ask_name", "right": step.outcome != "wrong"}
    return ask(NAMED, say("update_ask_full_name"), data)


def _named(turn: Turn, data: dict[str, Any]) -> Step | None:
    """The name is asked always: a NIK tells the birth date of its owner, and whether it is known is nobody's business.

    So a wrong date and a wrong name are answered alike, and both are asked again.
    """
    spans = read_person_names(turn.text)
    name = spans[0].name if spans else answered_name(turn.text)
    if name is None:
        return _again(turn, NAMED, "update_proof_wrong", data) if turn.intent in ("inform", "nlu_fallback") else None
    person = _proved(turn, name, data)
    if person is None:
        again = _again(turn, BORN, "update_ask_birth_date", data)
        return again if again.is_done else replace(again, says=(say("update_proof_wrong"),))
    phone_numbers.move_here(turn.session, turn.speaker, person, turn.now, turn.message_id)
    return done(say("update_moved", name=shared_phones.first_name(person)))


def _proved(turn: Turn, name: str, data: dict[str, Any]) -> Person | None:
    contact = turn.speaker.contact
    if not data["known"] or not data.get("right") or data["claim"] is None:
        return None
    if data.get("half"):
        identity.prove_name(turn.session, contact, int(data["claim"]), name, turn.now)
    nik = identity.claimed_nik(turn.session, contact, int(data["claim"]))
    proved = identity.proved_nik(turn.session, contact, turn.now)
    person = duplicates.with_nik(turn.session, nik) if nik is not None and nik == proved else None
    if person is None or not person.registered:
        return None
    return person if phone_numbers.proves_name(turn.session, contact, person, name, turn.now) else None
