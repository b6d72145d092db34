"""Which mother is meant: herself when she writes; for a cadre or officer by short code, NIK or name.

``of_message`` reads the message that begins a task, ``of_answer`` the answer to its question ``which``. Either finds
her, or gives the question to ask (buttons carry ``/inform:which:<id>``), or neither when nobody here is registered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.answers import chosen, is_other_button
from actions.task import Step, ask, done, say
from actions.turn import Turn
from nlu.language import names as person_names
from nlu.language.replies import read_yes_no
from nlu.language.short_codes import find_codes, without_codes
from registry import presses
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import named_mothers, people, shared_phones

ASKED = "which"
MOST_TRIES = 3
MOST_WORDS = 4  # of an answer that is nothing but her name


@dataclass(frozen=True)
class Which:
    """Who is meant, or the question and those it offers; ``gave_up`` after asking in vain."""

    person: Person | None = None
    question: Draft | None = None
    shown: tuple[int, ...] = ()
    tries: int = 0
    gave_up: bool = False

    def unsettled(self, data: Mapping[str, Any]) -> Step | None:
        """The step to take while nobody is found; None: she is known, or there is nobody to find."""
        if self.gave_up:
            return done(say("which_gave_up"))
        if self.question is None:
            return None
        return ask(ASKED, self.question, {**data, "tries": self.tries, "shown": list(self.shown)})


@dataclass(frozen=True)
class Named:
    """What names her in a message."""

    code: str | None = None
    nik: str | None = None
    names: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.code or self.nik or self.names)


def named_in(turn: Turn, names: Sequence[str] | None = None, code: str | None = None) -> Named:
    """Code, NIK and names of a message; ``names`` as the reader of the task has them, else those behind a title."""
    codes = find_codes(turn.text)
    nik = next((one.digits for one in turn.identifiers() if one.kind == "nik"), None)
    if names is None:
        spans = person_names.read_person_names(without_codes(turn.text))
        names = tuple(dict.fromkeys(span.name for span in spans if span.role == "person"))
        names = names or bare_names(turn)
    return Named(code or (codes[0] if codes else None), nik, tuple(names))


def bare_names(turn: Turn, text: str | None = None) -> tuple[str, ...]:
    """What a helper calls her mothers by without "bu" before it, in ``text`` when it is a part of the message."""
    if turn.speaker.role not in ("cadre", "staff"):
        return ()
    said = turn.text if text is None else text
    return named_mothers.called_in(turn.session, turn.speaker, without_codes(said))


def is_chosen(turn: Turn, asked: str | None, data: Mapping[str, Any]) -> bool:
    """Whether few words name one of those who were shown, whatever else they could mean: "yg kusumawati"."""
    if asked != ASKED or turn.button is not None or len(turn.text.split()) > MOST_WORDS:
        return False
    names = bare_names(turn)
    return bool(names) and any(named_mothers.is_named(person, names) for person in shown(turn, data))


def shown(turn: Turn, data: Mapping[str, Any]) -> list[Person]:
    """Those who were offered and may still be seen."""
    numbers = data.get("shown") or ()
    found = (named_mothers.visible(turn.session, turn.speaker, number) for number in numbers)
    return [person for person in found if person is not None]


def is_other(turn: Turn, person: Person) -> bool:
    """Whether a helper's words name a mother who is not this one."""
    if turn.button is not None or turn.speaker.role not in ("cadre", "staff"):
        return False
    named = named_in(turn)
    if named.code is not None:
        return named.code != person.code
    return bool(named.names) and not named_mothers.is_named(person, named.names)


def of_message(
    turn: Turn, names: Sequence[str] | None = None, code: str | None = None, *, urgent: bool = False
) -> Which:
    """Who is meant by the message that begins a task; ``urgent`` as in ``named_mothers.find``."""
    named = named_in(turn, names, code)
    if turn.speaker.role not in ("cadre", "staff"):
        return _on_this_phone(turn, named)
    if not named and turn.speaker.person is not None:
        return Which(turn.speaker.person)  # a cadre who is expecting a child herself
    return _of_helper(turn, named, 0, urgent) if named else Which(question=say("which_ask"))


def of_answer(turn: Turn, data: Mapping[str, Any], *, urgent: bool = False) -> Which | None:
    """Who is meant by the answer; None when it is none."""
    pressed = chosen(turn, ASKED) or _numbered(turn, data)
    if pressed is not None and pressed.isdecimal() and len(pressed) <= presses.MOST_DIGITS:
        person = named_mothers.visible(turn.session, turn.speaker, int(pressed), urgent=urgent)
        if person is not None and turn.speaker.role == "mother":
            shared_phones.choose(turn.session, turn.speaker.contact, person, turn.now)
        return Which(person) if person is not None else None
    if is_other_button(turn, ASKED) or not turn.text:
        return None
    tries = int(data.get("tries") or 0) + 1
    named = named_in(turn)
    if not named:
        alone = person_names.answered_name(without_codes(turn.text))
        named = Named(names=(alone,) if alone else ())
    if turn.speaker.role not in ("cadre", "staff"):
        return _on_this_phone(turn, named)
    return _of_helper(turn, named, tries, urgent)


def _numbered(turn: Turn, data: Mapping[str, Any]) -> str | None:
    """ "2" stands for the second of those that were shown, a yes for the only one."""
    shown = list(data.get("shown") or ())
    if len(shown) == 1 and read_yes_no(turn.text) == "yes":
        return str(shown[0])  # a number that was told: "is it you?"
    said = turn.text.strip(" .)")
    return str(shown[int(said) - 1]) if said.isdecimal() and len(said) <= 2 and 1 <= int(said) <= len(shown) else None


def _on_this_phone(turn: Turn, named: Named) -> Which:
    """She herself; of two mothers on one phone the one who is named, else it is asked."""
    contact = turn.speaker.contact
    if not shared_phones.must_ask(turn.session, contact):
        return Which(turn.speaker.person)
    persons = people.persons_on(turn.session, contact)
    meant = [person for person in persons if named_mothers.is_named(person, named.names)]
    if len(meant) == 1:
        return Which(meant[0])
    asked = shared_phones.question(turn.session, contact)
    pairs = zip(asked.buttons, persons, strict=False)
    others = asked.buttons[len(persons) :]  # "Bukan", of a number that was told
    buttons = (*((title, f"/inform:{ASKED}:{person.id}") for (title, _), person in pairs), *others)
    return Which(question=Draft(asked.text, buttons=buttons), shown=tuple(person.id for person in persons))


def _of_helper(turn: Turn, named: Named, tries: int, urgent: bool) -> Which:
    if tries >= MOST_TRIES:
        return Which(gave_up=True)
    found = named_mothers.find(
        turn.session, turn.speaker, code=named.code, nik=named.nik, names=named.names, urgent=urgent, again=tries > 0,
    )  # fmt: skip
    if len(found) == 1:
        return Which(found[0])
    if not found:
        return Which(question=say("which_none") if named else say("which_ask"), tries=tries)
    choices = [
        named_mothers.choice(turn.session, number, person)
        for number, person in enumerate(found[: named_mothers.MOST_SHOWN], start=1)
    ]
    question = say("which_several", list="\n".join(one.line for one in choices))
    buttons = tuple((one.title, f"/inform:{ASKED}:{one.person_id}") for one in choices)
    return Which(
        question=Draft(question.text, buttons=buttons), shown=tuple(one.person_id for one in choices), tries=tries
    )
