"""The NIK that was to follow later: her own, or one that a helper tells of a mother by name or code."""

from __future__ import annotations

from actions import which_mother
from actions.turn import Turn
from registry import voices
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import named_mothers, shared_phones
from registry.pregnancies import late_nik


def note(turn: Turn, person: Person | None) -> Draft | None:
    """Keep the NIK of this message on her record; None when it tells none or her record waits for none."""
    nik = told(turn)
    if nik is None or person is None or not late_nik.keep(turn.session, turn.speaker, person, nik, turn.now):
        return None
    return voices.say(turn.speaker, person, "nik_kept")


def told(turn: Turn) -> str | None:
    """The NIK in a message, sound or not."""
    return next((one.digits for one in turn.identifiers() if one.kind == "nik"), None)


def meant(turn: Turn) -> Person | None:
    """Whose NIK it may be, by everything in the message but the NIK."""
    if turn.speaker.role not in ("cadre", "staff"):
        several = shared_phones.must_ask(turn.session, turn.speaker.contact)
        return None if several or turn.speaker.person is None else turn.speaker.person
    named = which_mother.named_in(turn)
    found = named_mothers.find(turn.session, turn.speaker, code=named.code, nik=None, names=named.names)
    return found[0] if len(found) == 1 else None
