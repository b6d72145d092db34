"""A mother registers herself: consent in plain words first, then one question at a time, a summary, and it is done.

What she tells in one message is taken from it and never asked again; what she leaves open is left open. Nothing of a
registration she does not agree to is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from actions import self_words
from actions.self_answers import choice_of, is_other_wish, raw_text, says_change, take_answer, yes_or_no
from actions.self_corrections import put_right
from actions.self_questions import read_all
from actions.self_told import Told
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from nlu.language.dates import format_date
from nlu.language.names import guardian_in
from nlu.language.replies import agrees_first, chooses, refuses_keeping
from registry import audit, clock
from registry.casework import talks
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import consents, newcomers, people, shared_phones

ALL, CHOOSE = "all", "choose"


class SelfRegistration(Task):
    """From "saya mau daftar" to her short code."""

    name = "self_registration"
    openers = frozenset({"register_pregnancy"})

    def begin(self, turn: Turn) -> Step:
        """Her first message may tell everything; consent comes first all the same."""
        if turn.speaker.contact.phone is None:
            return done(say("reg_share_number"))
        entry, villages = read_all(raw_text(turn), turn.now)
        told = Told().completed(entry, villages)
        person = turn.speaker.person
        if person is not None:
            return _known(turn, person, told)
        return ask("consent", say("reg_ask_consent"), told.as_json())

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """An answer to ``asked``."""
        if is_other_wish(turn, asked):
            return None
        told = Told.from_json(data)
        if turn.intent in self.openers and turn.button is not None:
            return _ask_to_resume(turn, asked, told)
        if turn.intent in self.openers and asked not in ("consent", "resume", "known"):
            entry, villages = read_all(raw_text(turn), turn.now)
            if not entry.as_json() and not villages:
                return _ask_to_resume(turn, asked, told)
        right = put_right(turn, asked, told)
        if right is not None:
            return right if isinstance(right, Step) else next_step(turn, right, say("reg_put_right"))
        return _STEPS.get(asked, _field(asked))(turn, told)


def _known(turn: Turn, person: Person, told: Told) -> Step:
    """Somebody is registered with this phone already: nothing but her first name is shown."""
    if shared_phones.must_ask(turn.session, turn.speaker.contact):
        return done(shared_phones.question(turn.session, turn.speaker.contact))
    if person.consent in ("none", "pending"):
        return done(say("consent_ask_again", id=person.id))
    pregnant = people.active_pregnancy(turn.session, person) is not None
    text = say("reg_known_pregnant" if pregnant else "reg_known", name=shared_phones.first_name(person))
    return ask("known", text, told.as_json())


def _after_known(turn: Turn, told: Told) -> Step | None:
    """She is pregnant again, or somebody else in the house is."""
    chosen = choice_of(turn, "known")
    person = turn.speaker.person
    if chosen == "other" or person is None:
        return ask("consent", say("reg_ask_consent"), told.as_json())
    if chosen != "new" and yes_or_no(turn, "known") != "yes":
        return done(say("reg_left_alone")) if yes_or_no(turn, "known") == "no" else None
    purposes = consents.agreed(person)
    again = replace(told, person=person.id, purposes=purposes).completed(newcomers.entry_of(person))
    if not purposes:
        return ask("consent", say("reg_ask_consent"), again.as_json())
    return next_step(turn, again)


def _leave(turn: Turn, asked: str) -> str | None:
    """Leave that was asked for: "gih oleh", "boleh kak tp jgn dimarahin ya"."""
    return yes_or_no(turn, asked) or (agrees_first(turn.text) if turn.button is None else None)


def _consent(turn: Turn, told: Told) -> Step | None:
    answer = {"yes": ALL, "no": "no"}.get(_leave(turn, "consent") or "")
    chosen = choice_of(turn, "consent") or (CHOOSE if chooses(turn.text) else answer)
    if chosen is None and turn.button is None and refuses_keeping(turn.text):
        chosen = "no"
    if chosen == ALL:
        return next_step(turn, replace(told, purposes=consents.PURPOSES))
    if chosen == CHOOSE:
        return ask("reminders", say("reg_ask_reminders"), replace(told, purposes=(consents.CHAT,)).as_json())
    if chosen == "no":
        audit.note(turn.session, turn.now, "consent_refused", contact_id=turn.speaker.contact.id)
        return done(say("reg_refused"))
    if turn.intent in ("inform", "nlu_fallback", "register_pregnancy"):
        entry, villages = read_all(raw_text(turn), turn.now)  # she tells on before she has agreed
        return ask("consent", say("reg_ask_consent_again"), told.completed(entry, villages).as_json())
    return None


def _purpose(asked: str) -> Callable[[Turn, Told], Step | None]:
    def take(turn: Turn, told: Told) -> Step | None:
        answer = _leave(turn, asked)
        if answer is None:
            return None
        told = replace(told, purposes=(*told.purposes, *((asked,) if answer == "yes" else ())))
        if asked == "reminders":
            return ask("sharing", say("reg_ask_sharing"), told.as_json())
        return next_step(turn, told)

    return take


def _ask_to_resume(turn: Turn, asked: str, told: Told) -> Step:
    """She came back to a registration that was broken off."""
    if not told.purposes:
        return ask("consent", say("reg_ask_consent"), told.as_json())
    return ask("resume", say("reg_ask_resume"), told.as_json())


def _resume(turn: Turn, told: Told) -> Step | None:
    if choice_of(turn, "resume") == "again":
        return ask("consent", say("reg_ask_consent"), Told(person=told.person).as_json())
    wants = choice_of(turn, "resume") == "on" or yes_or_no(turn, "resume") == "yes"
    return next_step(turn, told) if wants else None


def next_step(turn: Turn, told: Told, *says: Draft) -> Step:
    """Ask what is missing; when nothing is, the guardian of a minor, then the summary."""
    name = told.next_question()
    data = told.as_json()
    if name is not None and told.villages and told.entry.village_code is None and name != "name":
        return ask("district", self_words.ask_district(turn, told), data, *says)
    if name == "dating" and told.entry.is_dated:
        return ask("dating_confirm", self_words.read_back(told, clock.today(turn.now)), data, *says)
    if name == "nik" and told.entry.nik is not None:
        return check_nik(turn, told)
    if name is not None:
        return ask(name, self_words.question(name), data, *says)
    if told.is_minor(clock.today(turn.now)) and "guardian" not in told.done:
        return ask("guardian", say("reg_ask_guardian"), data, *says)
    return ask("summary", self_words.summary(turn, told, clock.today(turn.now)), data, *says)


def _field(asked: str) -> Callable[[Turn, Told], Step | None]:
    def take(turn: Turn, told: Told) -> Step | None:
        found = take_answer(turn, asked, told)
        if isinstance(found, Told):
            return next_step(turn, found)
        return found

    return take


def check_nik(turn: Turn, told: Told) -> Step:
    """Compare her NIK with the registers; nothing of what they say is shown."""
    person = turn.session.get(Person, told.person) if told.person else None
    contact = turn.speaker.contact
    standing = newcomers.standing_of_nik(turn.session, contact, person, told.entry, turn.now)
    if standing in ("free", "hers"):
        return next_step(turn, told.settled("nik"))
    without = replace(told, entry=replace(told.entry, nik=None))
    if standing in ("man", "family_card"):
        return self_words.again("nik", standing, without.failed("nik"), required=False)
    if standing == "moved":
        return ask("moved", say("reg_ask_moved"), told.as_json())
    if standing == "held_back":
        return next_step(turn, replace(without.settled("nik"), nik_held=True))
    return _to_a_person(turn, say("reg_nik_elsewhere"))


def _to_a_person(turn: Turn, why: Draft) -> Step:
    """Somebody else's record may be meant: an officer looks at it with her."""
    talks.open_handoff(turn.session, turn.speaker, "identity", turn.now, turn.message_id)
    return done(why)


def _moved(turn: Turn, told: Told) -> Step | None:
    """She is registered with another number, and has proved it."""
    answer = yes_or_no(turn, "moved")
    if answer is None:
        return None
    person = newcomers.proved_owner(turn.session, turn.speaker.contact, told.entry, turn.now)
    if answer == "no" or person is None:
        return _to_a_person(turn, say("reg_nik_elsewhere"))
    newcomers.move_number(turn.session, person, turn.speaker.contact, turn.now)
    if person.consent != "given":
        consents.give(turn.session, person, told.purposes, "mother", turn.speaker.contact.channel, turn.now)
    return done(say("reg_number_moved", name=shared_phones.first_name(person)))


def _dating_confirm(turn: Turn, told: Told) -> Step | None:
    answer = yes_or_no(turn, "dating_confirm")
    if answer == "yes":
        return next_step(turn, told.settled("dating"))
    if answer == "no":
        undated = replace(told, entry=replace(told.entry, hpht=None, hpl=None, dated_by=None))
        return ask("dating", self_words.question("dating"), undated.as_json())
    found = take_answer(turn, "dating", told)  # "bukan, 3 juli"
    return next_step(turn, found) if isinstance(found, Told) else None


def _district(turn: Turn, told: Told) -> Step | None:
    code = choice_of(turn, "district")
    if code not in told.villages:
        code = newcomers.village_in_district(turn.session, list(told.villages), turn.text)
    if code is None:
        found = take_answer(turn, "village", replace(told, villages=()))
        return next_step(turn, found) if isinstance(found, Told) else None
    entry = replace(told.entry, village_code=code, village_name=None)
    return next_step(turn, replace(told, entry=entry, villages=(), done=told.done | {"village"}, changing=False))


def _guardian(turn: Turn, told: Told) -> Step | None:
    """An adult agrees for a child; without one she is registered and a midwife helps (UU PDP art. 25)."""
    if choice_of(turn, "guardian") == "skip" or yes_or_no(turn, "guardian") == "no":
        return next_step(turn, told.settled("guardian"))
    name = guardian_in(turn.text)
    if name is None:
        return None
    return ask("guardian_agrees", say("reg_ask_guardian_agrees", name=name), replace(told, typed=name).as_json())


def _guardian_agrees(turn: Turn, told: Told) -> Step | None:
    answer = _leave(turn, "guardian_agrees")
    if answer is None:
        return None
    agreed = answer == "yes"
    named = replace(told.entry, guardian=told.typed) if agreed else told.entry
    return next_step(turn, replace(told.settled("guardian"), entry=named, typed="", guardian_agreed=agreed))


def _summary(turn: Turn, told: Told) -> Step | None:
    if choice_of(turn, "summary") == "change":
        return ask("change", self_words.changes(), told.as_json())
    entry, villages = read_all(raw_text(turn), turn.now)
    if entry.as_json() or villages:  # "bukan Sumberoto, Kedungsalam"
        return next_step(turn, told.put_right(entry, villages))
    answer = yes_or_no(turn, "summary")
    if answer == "yes":
        return _register(turn, told)
    if answer == "no" or turn.intent == "update_data" or says_change(turn.text):
        return ask("change", self_words.changes(), told.as_json())
    return None


def _change(turn: Turn, told: Told) -> Step | None:
    name = choice_of(turn, "change")
    if name not in self_words.CHANGEABLE:
        entry, villages = read_all(raw_text(turn), turn.now)
        return next_step(turn, told.put_right(entry, villages)) if entry.as_json() or villages else None
    return ask(name, self_words.question(name), told.reopened(name).as_json())


def _register(turn: Turn, told: Told) -> Step:
    today = clock.today(turn.now)
    minor = told.is_minor(today)
    person = newcomers.enrol(
        turn.session, turn.speaker, told.entry, told.purposes, turn.session.get(Person, told.person or -1), turn.now,
        turn.message_id, guardian_agreed=told.guardian_agreed, minor=minor,
    )  # fmt: skip
    if person is None:
        return _to_a_person(turn, say("reg_same_mother"))
    said = [say("reg_done", name=shared_phones.first_name(person), code=person.code or "-")]
    said.append(_what_next(turn, told, person))
    if minor:
        return ask("minor_help", say("reg_ask_minor_help"), told.as_json(), *said)
    return done(*said, say("reg_what_now"))


def _what_next(turn: Turn, told: Told, person: Person) -> Draft:
    """The day of her next check-up; without dates, where they are found out."""
    visit = newcomers.next_check_up(turn.session, person, turn.now)
    if visit is None:
        return say("reg_no_dates")
    reminded = "reminders" in told.purposes
    return say("reg_next_visit_reminded" if reminded else "reg_next_visit", day=format_date(visit))


def _minor_help(turn: Turn, told: Told) -> Step | None:
    answer = _leave(turn, "minor_help")
    if answer is None:
        return None
    if answer == "yes":
        talks.open_handoff(turn.session, turn.speaker, "minor", turn.now, turn.message_id)
        return done(say("reg_minor_help_comes"))
    return done(say("reg_what_now"))


_STEPS: dict[str, Callable[[Turn, Told], Step | None]] = {
    "known": _after_known,
    "consent": _consent,
    "reminders": _purpose("reminders"),
    "sharing": _purpose("sharing"),
    "resume": _resume,
    "moved": _moved,
    "dating_confirm": _dating_confirm,
    "district": _district,
    "guardian": _guardian,
    "guardian_agrees": _guardian_agrees,
    "summary": _summary,
    "change": _change,
    "minor_help": _minor_help,
}
