"""Her own data: shown to herself alone, erased when she says so twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from nlu.language.names import read_person_names
from nlu.language.replies import agrees_again, read_yes_no
from nlu.language.short_answers import read_owner
from nlu.language.short_codes import find_codes
from registry.messaging import pictures
from registry.models import Person
from registry.persons import erasure, named_mothers, own_data, people, shared_phones

WHO, READER, DELETE = "who", "reader", "delete"
HOLDS = timedelta(hours=24)  # a yes that comes later is asked for again: who holds the phone may be another by then
ERASES = frozenset("hapus dihapus hapuskan hapusin hapusen busek busak busaken delete".split())


def _persons(turn: Turn) -> list[Person]:
    return people.persons_on(turn.session, turn.speaker.contact)


def _who_reads(turn: Turn) -> Step | Person | None:
    """Herself; a question when several may be reading this phone; None when nobody is registered on it."""
    persons = _persons(turn)
    if len(persons) > 1:
        buttons = tuple(
            (shared_phones.first_name(one)[:20], f"/inform:{WHO}:{one.id}")
            for one in persons[: shared_phones.MOST_NAMES]
        )
        return ask(WHO, replace(say("data_ask_who"), buttons=buttons), {})
    must_ask = shared_phones.must_ask(turn.session, turn.speaker.contact)
    if persons and (must_ask or shared_phones.shows_no_detail(persons[0])):
        asked = "data_ask_reader_told" if must_ask else "data_ask_reader"
        question = say(asked, name=shared_phones.first_name(persons[0]))
        return ask(READER, question, {"person": persons[0].id})
    return persons[0] if persons else None


def _reader(turn: Turn, asked: str, data: dict[str, Any]) -> Person | Step | None:
    """Whom the answer names; a step when she is not there; None when it was no answer."""
    kind, _, value = (turn.choice or "").partition(":")
    persons = _persons(turn)
    if asked == WHO:
        said = turn.text.casefold()
        chosen = [one for one in persons if (kind == WHO and value == str(one.id))]
        named = [one for one in persons if shared_phones.first_name(one).casefold() in said.split()]
        found = next(iter(chosen or named), None)
        if found is not None:
            shared_phones.choose(turn.session, turn.speaker.contact, found, turn.now)
        return found
    person = next((one for one in persons if one.id == data.get("person")), None)
    herself = "yes" if turn.button is None and read_owner(turn.text) == "own" else None
    answer = (value if kind == READER else None) or read_yes_no(turn.text) or herself or _plain(turn)
    if person is None or answer is None:
        return None
    if answer == "yes":
        shared_phones.choose(turn.session, turn.speaker.contact, person, turn.now)
        return person
    return done(say("data_reader_away", name=shared_phones.first_name(person)))


def _plain(turn: Turn) -> str | None:
    return {"affirm": "yes", "deny": "no"}.get(turn.intent)


class ShowMyData(Task):
    """Everything that is kept of her, and her card."""

    name = "show_my_data"
    openers = frozenset({"show_my_data"})

    def begin(self, turn: Turn) -> Step:
        """At once, unless somebody else may be reading."""
        found = _who_reads(turn)
        if isinstance(found, Step):
            return found
        return _shown(turn, found)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """Who reads."""
        found = _reader(turn, asked, data)
        return _shown(turn, found) if isinstance(found, Person) else found


def _shown(turn: Turn, person: Person | None) -> Step:
    own_data.note_request(turn.session, "show", turn.now)
    if person is None:
        helper = turn.speaker.cadre or turn.speaker.staff or turn.speaker.driver
        return done(say("own_data_helper", name=helper.name) if helper is not None else say("own_data_none"))
    says = [own_data.shown(turn.session, person, turn.now)]
    if people.active_pregnancy(turn.session, person) is not None:
        says.append(replace(say("own_data_card"), image=pictures.reference(person)))
    return done(*says)


class DeleteMyData(Task):
    """Told what goes and what stays, asked once, done at once."""

    name = "delete_my_data"
    is_brief = False
    openers = frozenset({"delete_my_data"})

    def begin(self, turn: Turn) -> Step:
        """A helper cannot ask this for a mother."""
        if turn.speaker.role in ("cadre", "staff", "driver") and (turn.speaker.person is None or _means_other(turn)):
            return done(say("data_delete_helper"))
        found = _who_reads(turn)
        return found if isinstance(found, Step) else _asked(turn, found)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """Who reads; then yes or no."""
        if asked != DELETE:
            found = _reader(turn, asked, data)
            return _asked(turn, found) if isinstance(found, Person) else found
        kind, _, value = (turn.choice or "").partition(":")
        if turn.choice is not None and kind != DELETE:
            return None
        answer = value or read_yes_no(turn.text) or _named_again(turn.text) or _plain(turn)
        if answer not in ("yes", "no"):
            return _again(turn, data)
        if answer == "yes" and _is_late(turn, data):
            return _ask(turn, data)
        return _erased(turn, data) if answer == "yes" else done(say("data_kept"))


def _means_other(turn: Turn) -> bool:
    """Whether a helper names a mother who is not herself."""
    names = [span.name for span in read_person_names(turn.text)]
    code = next(iter(find_codes(turn.text)), None)
    found = named_mothers.find(turn.session, turn.speaker, code=code, names=names)
    return code is not None or any(one.id != (turn.speaker.person.id if turn.speaker.person else None) for one in found)


def _asked(turn: Turn, person: Person | None) -> Step:
    return _ask(turn, {"person": person.id if person is not None else None})


def _ask(turn: Turn, data: dict[str, Any]) -> Step:
    return ask(DELETE, say("data_ask_delete"), {**data, "asked_at": turn.now.isoformat()})


def _named_again(text: str) -> str | None:
    """ "Ya hapus" and "hapus aja" are the yes, "jangan dihapus" is none."""
    refuses = {"jangan", "jgn", "ojo", "aja"}.isdisjoint(text.casefold().split()[:1])
    return (
        "yes" if refuses and agrees_again(text, ERASES) and not text.casefold().startswith(("tidak", "gak")) else None
    )


def _is_late(turn: Turn, data: dict[str, Any]) -> bool:
    asked_at = data.get("asked_at")
    return asked_at is None or turn.now - datetime.fromisoformat(asked_at) > HOLDS


def _again(turn: Turn, data: dict[str, Any]) -> Step | None:
    """She asks for it once more; anything else is not ours."""
    return _ask(turn, data) if turn.intent in DeleteMyData.openers else None


def _erased(turn: Turn, data: dict[str, Any]) -> Step:
    """Her row, or a stranger's words; of several mothers on one phone only the one who was named."""
    person = next((one for one in _persons(turn) if one.id == data.get("person")), None)
    if person is None:
        unregistered = (
            erasure.find(turn.session, phone=turn.speaker.contact.phone) if turn.speaker.contact.phone else []
        )
        person = unregistered[0] if len(unregistered) == 1 and not unregistered[0].registered else None
    own_data.note_request(turn.session, "delete", turn.now)
    erasure.erase(turn.session, person, turn.now, told=turn.speaker.contact, inbox_id=turn.message_id)
    return done(say("data_deleted"))
