"""Something of a record is to be put right: what, for whom, the new value; shown beside the old one, then kept."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from actions import late_nik, moved_away, new_values, number_move, which_mother
from actions.answers import chosen, is_other_button, yes_or_no
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from actions.which_mother import Which
from nlu.language.dates import format_date
from nlu.language.gestation import format_weeks
from registry import clock, texts, voices
from registry.casework import talks
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import changes, named_mothers, newcomers, phone_numbers
from registry.persons.changes import Change, Field

FIELD, VALUE, DISTRICT, CONFIRM = "update_field", "update_value", "update_district", "update_confirm"
OFFERED: tuple[Field, ...] = (
    "phone", "address", "hpht", "hpl", "name", "born_on", "companion", "reminder_hour",
)  # fmt: skip
MOST_TRIES = 3
QUESTIONS = (FIELD, VALUE, DISTRICT, CONFIRM, moved_away.LEAVES)
UNCLEAR_DATES = frozenset({"hpht", "hpl", "born_on"})
NAMES = ("name", "companion")  # whose values are names: "Sulastri" is no other mother


class UpdateData(Task):
    """ "Ganti nomor 0812...", "HPHT bu Rina salah, yang benar 3 Maret"."""

    name = "update_data"
    openers = frozenset({"update_data"})
    welcome = frozenset({"stop_messages"})  # to "shall I stop the reminders?"; elsewhere it is what it says

    def begin(self, turn: Turn) -> Step:
        """Field and value may both stand in the first message."""
        told = new_values.read(turn)
        if turn.speaker.role == "stranger":
            return number_move.begin(turn)
        owner = late_nik.meant(turn) if told.field == "nik" else None
        if owner is not None:
            return _next(turn, owner, {**_told(told), "person": owner.id})
        names = None if told.field not in NAMES else ()
        return self._for(turn, which_mother.of_message(turn, names), _told(told))

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """The mother, the field, its value, or whether old and new are right."""
        if turn.intent == "stop_messages" and asked != moved_away.LEAVES:
            return None
        if asked in number_move.QUESTIONS:
            return number_move.go_on(turn, asked, data)
        if asked == which_mother.ASKED:
            which = which_mother.of_answer(turn, data)
            return None if which is None else self._for(turn, which, data)
        person = named_mothers.visible(turn.session, turn.speaker, int(data["person"]))
        if person is None:
            return done(say("update_left"))
        if data.get("field") not in NAMES and which_mother.is_other(turn, person):
            return self.begin(turn) if new_values.read(turn).field is not None else None
        if asked == FIELD:
            return _field(turn, person, data)
        if asked == DISTRICT:
            return _district(turn, person, data)
        if asked == moved_away.LEAVES:
            return moved_away.answered(turn, person)
        return _value(turn, person, data) if asked == VALUE else _confirm(turn, person, data)

    def _for(self, turn: Turn, which: Which, data: dict[str, Any]) -> Step:
        unsettled = which.unsettled(data)
        if unsettled is not None:
            return unsettled
        if which.person is None:
            return number_move.begin(turn)
        return _next(turn, which.person, {**data, "person": which.person.id})


def _next(turn: Turn, person: Person, data: dict[str, Any]) -> Step:
    """Everything is told, or the one thing that is missing is asked."""
    field = data.get("field")
    if field == "nik":
        return _nik(turn, person, data)
    if field is None:
        return ask(FIELD, _which_field(turn, person), data)
    if data.get("problem"):
        return _again(turn, person, {**data, "problem": None}, _problem(field, data["problem"]))
    if len(data.get("villages") or ()) > 1:
        return _ask_district(turn, data)
    if data.get("value") is None:
        return ask(VALUE, _question(turn, person, field), data)
    return _judged(turn, person, data)


def _nik(turn: Turn, person: Person, data: dict[str, Any]) -> Step:
    """The one that was to follow later is kept; another one on record is an officer's work."""
    kept = late_nik.note(turn, person)
    if kept is not None:
        return done(kept)
    if person.nik is None and late_nik.told(turn) is None and not data.get("tries"):
        return ask(VALUE, voices.say(turn.speaker, person, "update_ask_nik"), {**data, "tries": 1})
    talks.open_handoff(turn.session, turn.speaker, "update_data", turn.now, turn.message_id)
    return done(say("update_no_nik"))


def _question(turn: Turn, person: Person, field: str) -> Draft:
    asked = voices.say(turn.speaker, person, f"update_ask_{field}")
    return moved_away.with_way_out(turn, person, asked, VALUE) if field == "address" else asked


def _which_field(turn: Turn, person: Person) -> Draft:
    question = voices.say(turn.speaker, person, "update_ask_field")
    return replace(
        question, buttons=tuple((texts.phrase(f"update_title_{name}"), f"/inform:{FIELD}:{name}") for name in OFFERED)
    )


def _problem(field: str, problem: str) -> str:
    """The name of the text that says why a value cannot be taken."""
    if problem == "outside":
        return "update_outside"
    if problem == "unclear":
        return "update_unclear_date" if field in UNCLEAR_DATES else "update_unclear"
    return f"update_impossible_{field}"


def _again(turn: Turn, person: Person, data: dict[str, Any], why: str) -> Step:
    """Why not, and the question once more; after the third time a person helps."""
    tries = int(data.get("tries") or 0) + 1
    if tries > MOST_TRIES:
        talks.open_handoff(turn.session, turn.speaker, "update_data", turn.now, turn.message_id)
        return done(say("update_gave_up"))
    told = {**data, "value": None, "tries": tries, "villages": []}
    if why == "update_outside":
        return ask(VALUE, moved_away.with_way_out(turn, person, say(why), VALUE), told)
    if why != "update_unclear":
        return ask(VALUE, say(why), told)
    return ask(VALUE, _question(turn, person, data["field"]), told, say(why))


def _judged(turn: Turn, person: Person, data: dict[str, Any]) -> Step:
    """Shown beside the old value when it can be taken; else said why not."""
    change = Change(data["field"], data["value"], bool(data.get("ultrasound")))
    verdict = changes.judge(turn.session, turn.speaker, person, change, turn.now)
    if verdict == "impossible":
        return _again(turn, person, data, f"update_impossible_{change.field}")
    if verdict == "taken":
        return ask(VALUE, voices.say(turn.speaker, person, "update_taken"), {**data, "value": None})
    if verdict == "not_pregnant":
        return done(voices.say(turn.speaker, person, "update_not_pregnant"))
    words = changes.shown(turn.session, person, change, turn.now)
    if verdict == "weaker":
        changes.pass_on(turn.session, turn.speaker, person, change, turn.now, turn.message_id)
        return done(voices.say(turn.speaker, person, "update_weaker", **asdict(words)))
    if verdict == "same":
        return done(voices.say(turn.speaker, person, "update_same", label=words.label, new=words.new))
    if not change.is_dating:
        return ask(CONFIRM, voices.say(turn.speaker, person, "update_confirm", **asdict(words)), data)
    today = clock.today(turn.now)
    hpht, hpl = changes.dates_of(change)
    more = {"weeks": format_weeks((today - hpht).days), "hpl": format_date(hpl)}
    question = voices.say(turn.speaker, person, "update_confirm_dates", **asdict(words), **more)
    return ask(CONFIRM, question, data)


def _field(turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
    pressed = chosen(turn, FIELD)
    if pressed in OFFERED:
        return _next(turn, person, {**data, "field": pressed, "value": None})
    if is_other_button(turn, FIELD):
        return None
    told = new_values.read(turn)
    if told.field is None:
        return None
    return _next(turn, person, {**data, **_told(told)})


def _told(told: new_values.Told) -> dict[str, Any]:
    return {
        "field": told.field, "value": told.value, "ultrasound": told.ultrasound, "problem": told.problem,
        "villages": list(told.villages),
    }  # fmt: skip


def _value(turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
    """The new value in words; a value of another field is taken for what it is."""
    if data["field"] == "address" and chosen(turn, VALUE) == moved_away.OUTSIDE:
        return moved_away.question(data)
    if turn.button is not None:
        return None
    if data["field"] == "nik":
        return _nik(turn, person, data) if late_nik.told(turn) or _is_answer(turn) else None
    told = new_values.read(turn, asked=data["field"])
    if told.value is None and told.problem is None and len(told.villages) < 2:
        return _again(turn, person, data, _problem(data["field"], "unclear")) if _is_answer(turn) else None
    return _next(turn, person, {**data, **_told(told), "ultrasound": told.ultrasound or bool(data.get("ultrasound"))})


def _is_answer(turn: Turn) -> bool:
    return turn.intent in ("inform", "affirm", "deny", "nlu_fallback", "update_data")


def _ask_district(turn: Turn, data: dict[str, Any]) -> Step:
    codes = list(data["villages"])
    names = newcomers.district_names(turn.session, codes)
    village = new_values.village_name(turn, codes[0])
    buttons = tuple((name[:20], f"/inform:{DISTRICT}:{code}") for name, code in zip(names, codes, strict=True))
    return ask(DISTRICT, replace(say("update_ask_district", village=village), buttons=buttons), data)


def _district(turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
    codes = list(data["villages"])
    pressed = chosen(turn, DISTRICT)
    code = pressed if pressed in codes else None
    if code is None and turn.button is None:
        code = newcomers.village_in_district(turn.session, codes, turn.text)
    if code is None:
        return None
    return _next(turn, person, {**data, "value": code, "villages": []})


def _confirm(turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
    answer = yes_or_no(turn, CONFIRM)
    if answer is None:
        return _corrected(turn, person, data)
    if not answer:
        return done(say("update_left"))
    change = Change(data["field"], data["value"], bool(data.get("ultrasound")))
    if changes.judge(turn.session, turn.speaker, person, change, turn.now) != "ok":
        return _judged(turn, person, data)  # it was changed meanwhile
    words = changes.shown(turn.session, person, change, turn.now)
    if change.field == "phone":
        phone_numbers.change(turn.session, turn.speaker, person, change.value, turn.now, turn.message_id)
        return done(voices.say(turn.speaker, person, "update_done_phone", new=words.new))
    changes.apply(turn.session, turn.speaker, person, change, turn.now)
    if change.is_dating:
        return done(voices.say(turn.speaker, person, "update_done_dates"))
    return done(voices.say(turn.speaker, person, "update_done", label=words.label, new=words.new))


def _corrected(turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
    """She names another value instead of saying yes."""
    if turn.button is not None:
        return None
    told = new_values.read(turn, asked=data["field"])
    return _next(turn, person, {**data, **_told(told)}) if told.value is not None else None
