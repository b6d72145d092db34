"""A cadre or an officer registers mothers: in one line, in codes, several at once, or field by field.

Every message is read into the sheets; one reply names what is wrong and asks all that is missing; a summary is
confirmed; who is known already is shown and never doubled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from actions import cadre_words as words
from actions.cadre_sheets import Problems, Sheet, Told, filled, in_village, is_someone_else, meant, read
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from nlu.language.registration_gaps import read_newer, read_same
from nlu.language.replies import read_yes_no
from registry import access, areas, clock, texts
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import consents, minors, people
from registry.pregnancies import registration
from registry.pregnancies.registration import AlreadyRegisteredError, Difference, Duplicate
from registry.rules import course, course_values

MOST_CHARS = 4096
DATING_ASKED = 2  # so often; then she is registered without
REFUSED = ("refused", "withdrawn")
YES, CHANGE, UNDATED = "yes", "change", "undated"


class CadreRegistration(Task):
    """The helper's part of registering; ``actions.registration`` decides whose part it is."""

    name = "cadre_registration"

    def begin(self, turn: Turn) -> Step:
        """The opening message: perhaps it holds everything."""
        if turn.speaker.role == "cadre" and not turn.speaker.villages:
            return done(say("cadre_no_area"))
        told = read(_written(turn), turn.now) if turn.button is None else ()
        told = tuple(each for each in told if each.is_of_someone)
        if not told:
            return ask("missing", words.first_question(_placed(turn, Sheet())), _data([Sheet()]))
        return _taken(turn, [Sheet() for _ in told], dict(enumerate(told)))

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """An answer; None when it tells nothing of a mother."""
        sheets = [Sheet.from_json(kept) for kept in data["sheets"]]
        if turn.choice is not None:
            kind, _, value = turn.choice.partition(":")
            return _pressed(turn, sheets, data, kind, value) if kind == asked else _next(turn, sheets)
        answer = read_yes_no(_written(turn)) or {"affirm": "yes", "deny": "no"}.get(turn.intent)
        if asked == "duplicate" and answer is None:
            answer = read_same(_written(turn))
        if answer is not None and asked in ("confirm", "differ", "duplicate"):
            return _answered(turn, sheets, data, asked, answer)
        if asked != "differ":
            return _told(turn, sheets)
        newer = read_newer(_written(turn))
        if newer is not None:
            return _differences_settled(turn, sheets, data, new=newer)
        return _told(turn, sheets[1:] or [Sheet()], (say("cadre_differences_left"),))  # she is on record already


def _written(turn: Turn) -> str:
    """Line by line as she typed it: a list is one mother a line."""
    if turn.message is None:
        return ""
    content = turn.message.content
    return str(content.get("text") or (content.get("media") or {}).get("caption") or "")[:MOST_CHARS]


def _data(sheets: Iterable[Sheet], **more: Any) -> dict[str, Any]:
    return {"sheets": [sheet.as_json() for sheet in sheets], **more}


# ------------------------------------------------------------------ what she presses


def _pressed(turn: Turn, sheets: list[Sheet], data: dict[str, Any], kind: str, value: str) -> Step:
    if kind == "missing" and value == UNDATED:
        return _next(turn, [replace(sheets[0], undated=not sheets[0].entry.is_dated), *sheets[1:]])
    if kind == "village":
        return _village_chosen(turn, sheets, value)
    if kind == "duplicate":
        return _duplicate_settled(turn, sheets, value)
    if kind == "differ":
        return _differences_settled(turn, sheets, data, new=value == "new")
    if kind == "confirm" and value in (YES, CHANGE):
        return _confirmed(turn, sheets) if value == YES else _change(sheets)
    return _next(turn, sheets)


def _answered(turn: Turn, sheets: list[Sheet], data: dict[str, Any], asked: str, answer: str) -> Step:
    if asked == "confirm":
        return _confirmed(turn, sheets) if answer == "yes" else _change(sheets)
    if asked == "differ":
        return _differences_settled(turn, sheets, data, new=answer == "yes")
    known = _duplicate(turn, sheets[0])
    choice = "same" if answer == "yes" else "other"
    return _duplicate_settled(turn, sheets, f"{choice}-{known.person.id}") if known else _next(turn, sheets)


def _change(sheets: list[Sheet]) -> Step:
    return ask("confirm", say("cadre_ask_change" if len(sheets) == 1 else "cadre_many_change"), _data(sheets))


def _village_chosen(turn: Turn, sheets: list[Sheet], code: str) -> Step:
    """A village from a button; typed payloads are looked at like any other."""
    at = next((number for number, sheet in enumerate(sheets) if sheet.choices), 0)
    choice = areas.choose(turn.session, turn.speaker, (code,))
    sheets[at] = in_village(sheets[at], choice.code, () if choice.code else sheets[at].choices)
    return _next(turn, sheets)


# ------------------------------------------------------------------ what she writes


def _told(turn: Turn, sheets: list[Sheet], says: Sequence[Draft] = ()) -> Step | None:
    wanted = (*sheets[0].missing, *sheets[0].open) if len(sheets) == 1 else ()
    told = read(_written(turn), turn.now, wanted, len(sheets))
    if not told:
        return None
    if len(sheets) == 1 and sheets[0] == Sheet() and len(told) > 1:
        return _taken(turn, [Sheet() for _ in told], dict(enumerate(told)), says)
    found: dict[int, Told] = {}
    for each in told:
        at = _sheet_for(sheets, each)
        if at is None:
            return ask("confirm" if len(sheets) > 1 else "missing", say("cadre_which_mother"), _data(sheets))
        found[at] = each
    return _taken(turn, sheets, found, says)


def _sheet_for(sheets: list[Sheet], told: Told) -> int | None:
    """The sheet a message belongs on; one of a mother who is not there yet is added."""
    if len(sheets) == 1 and not is_someone_else(sheets[0], told):
        return 0
    at = meant(sheets, told)
    if at is None and told.is_another:
        sheets.append(Sheet())
        return len(sheets) - 1
    return at


def _taken(turn: Turn, sheets: list[Sheet], told: dict[int, Told], says: Sequence[Draft] = ()) -> Step:
    problems: dict[int, Problems] = {}
    for at, each in told.items():
        sheets[at], problems[at] = filled(sheets[at], each, turn.session, turn.speaker, turn.now)
    return _next(turn, sheets, problems, says)


# ------------------------------------------------------------------ what is asked next


def _placed(turn: Turn, sheet: Sheet) -> Sheet:
    """Who has one village need not name it, unless another one was named."""
    if sheet.entry.village_code is not None or sheet.choices or sheet.is_elsewhere:
        return sheet
    return in_village(sheet, areas.only_village(turn.session, turn.speaker))


def _next(
    turn: Turn, sheets: list[Sheet], problems: dict[int, Problems] | None = None, says: Sequence[Draft] = ()
) -> Step:  # fmt: skip
    wrong = problems or {}
    placed = [_placed(turn, sheet) for sheet in sheets]
    if not placed:
        return done(*says)
    if len(placed) > 1:
        return _list(turn, placed, wrong, says)
    return _single(turn, placed[0], wrong.get(0, ()), says)


def _single(turn: Turn, sheet: Sheet, problems: Problems, says: Sequence[Draft]) -> Step:
    errors = words.errors(problems)
    faults = (errors,) if errors else ()
    spoken = (*says, *faults)
    if sheet.missing == ("dating",) and sheet.dating_asked >= DATING_ASKED:
        sheet = replace(sheet, undated=True)
    if "name" in sheet.missing or "dating" in sheet.missing or (sheet.missing and not sheet.choices):
        return _ask_missing(turn, sheet, says, faults)
    if sheet.choices:
        return ask("village", words.village_question(turn.session, sheet.choices), _data([sheet]), *spoken)
    known = _duplicate(turn, sheet)
    if known is not None:
        return _ask_duplicate(turn, [sheet], known, spoken)
    return ask("confirm", words.summary(turn.session, sheet, clock.today(turn.now)), _data([sheet]), *spoken)


def _ask_missing(turn: Turn, sheet: Sheet, says: Sequence[Draft], faults: Sequence[Draft]) -> Step:
    """All that is missing in one message; what is right was heard."""
    line = words.heard(turn.session, sheet, clock.today(turn.now))
    noted = (say("cadre_heard", heard=line),) if line else ()
    if "dating" in sheet.missing:
        sheet = replace(sheet, dating_asked=sheet.dating_asked + 1)
    own = areas.villages_of(turn.session, turn.speaker)
    if sheet.missing == ("village",) and 0 < len(own) <= words.MOST_VILLAGES:
        question = words.village_question(turn.session, [village.code for village in own])
        return ask("village", question, _data([sheet]), *says, *noted, *faults)
    return ask("missing", words.missing_question(sheet), _data([sheet]), *says, *noted, *faults)


def _list(turn: Turn, sheets: list[Sheet], problems: dict[int, Problems], says: Sequence[Draft]) -> Step:
    known = [None if sheet.missing else _duplicate(turn, sheet) for sheet in sheets]
    if known[0] is not None and None not in known:
        return _ask_duplicate(turn, sheets, known[0], says)  # one by one: nothing else is left to do
    ready, lines = 0, []
    for at, sheet in enumerate(sheets):
        is_known = known[at] is not None
        ready += not sheet.missing and not is_known
        line = words.list_line(
            turn.session, at + 1, sheet, clock.today(turn.now), known=is_known, problems=problems.get(at, ())
        )  # fmt: skip
        lines.append(line)
    name = "cadre_many" if ready else "cadre_many_missing"
    return ask("confirm", say(name, count=len(sheets), lines="\n".join(lines)), _data(sheets), *says)


# ------------------------------------------------------------------ who is known already


def _duplicate(turn: Turn, sheet: Sheet) -> Duplicate | None:
    """Who is known with the same NIK or a like name; a namesake who refused with another telephone is another woman."""
    for each in registration.find_duplicates(turn.session, sheet.entry):
        own_phone = sheet.entry.phone in (None, each.person.phone)
        namesake = each.why == "near" and each.person.consent in REFUSED and not own_phone
        if each.why == "nik" or (each.person.id not in sheet.others and not namesake):
            return each
    return None


def _ask_duplicate(turn: Turn, sheets: list[Sheet], known: Duplicate, spoken: Sequence[Draft]) -> Step:
    """About the first sheet; the others wait."""
    if not access.may_see(turn.session, turn.speaker, known.person):
        return _rest(turn, sheets, *spoken, _elsewhere(turn, sheets[0]))
    if known.person.consent in REFUSED:
        return _rest(turn, sheets, *spoken, say("cadre_said_no"))
    if not access.may_look_after(turn.session, turn.speaker, known.person):
        return _rest(turn, sheets, *spoken, say("cadre_keeps_to_herself"))
    return ask("duplicate", words.duplicate(turn.session, known.person, known.why), _data(sheets), *spoken)


def _elsewhere(turn: Turn, sheet: Sheet) -> Draft:
    return words.elsewhere(people.helpers_for(turn.session, sheet.entry.village_code))


def _rest(turn: Turn, sheets: list[Sheet], *says: Draft) -> Step:
    """The first sheet is settled; the next one is taken up."""
    return _next(turn, sheets[1:], says=says)


def _duplicate_settled(turn: Turn, sheets: list[Sheet], value: str) -> Step:
    choice, _, number = value.partition("-")
    known = _duplicate(turn, sheets[0])
    if known is None or number != str(known.person.id) or (choice == "other" and known.why == "nik"):
        return _next(turn, sheets)  # an old button
    if choice == "other":
        return _next(turn, [replace(sheets[0], others=(*sheets[0].others, known.person.id)), *sheets[1:]])
    return _merged(turn, sheets, known.person)


def _merged(turn: Turn, sheets: list[Sheet], person: Person) -> Step:
    sheet = sheets[0]
    if not access.may_see(turn.session, turn.speaker, person):
        return _rest(turn, sheets, _elsewhere(turn, sheet))
    if not access.may_look_after(turn.session, turn.speaker, person) and person.consent not in REFUSED:
        return _rest(turn, sheets, say("cadre_keeps_to_herself"))
    told = course_values.RegisterByCadre()
    refused = course.step(consents.course_of(turn.session, person, clock.today(turn.now)), told).refused
    if refused is course_values.Refusal.SHE_SAID_NO:
        return _rest(turn, sheets, say("cadre_said_no"))
    if refused is course_values.Refusal.DIED:
        return _rest(turn, sheets, say("cadre_recorded_dead"))
    differences: tuple[Difference, ...] = ()
    if people.active_pregnancy(turn.session, person) is None:
        _register(turn, sheet, person)
    else:
        differences = registration.merge(
            turn.session, person, sheet.entry, turn.now, speaker=turn.speaker, by=turn.speaker.role
        )
    merged = say("cadre_merged", name=person.name, code=person.code)
    if not differences:
        return _rest(turn, sheets, merged)
    more = {"person": person.id, "fields": [each.field for each in differences]}
    return ask("differ", words.differences(turn.session, differences), _data(sheets, **more), merged)


def _differences_settled(turn: Turn, sheets: list[Sheet], data: dict[str, Any], *, new: bool) -> Step:
    person = turn.session.get(Person, data.get("person"))
    if not new or person is None or not access.may_see(turn.session, turn.speaker, person):
        return _rest(turn, sheets, say("cadre_differences_left"))
    taken = registration.settle(
        turn.session, turn.speaker, person, sheets[0].entry, data["fields"], turn.now, by=turn.speaker.role
    )
    return _rest(turn, sheets, say("cadre_differences_taken" if taken else "cadre_differences_left"))


# ------------------------------------------------------------------ registered


def _confirmed(turn: Turn, sheets: list[Sheet]) -> Step:
    """Those that are right are registered; the others stay asked."""
    says: list[Draft] = []
    rest: list[Sheet] = []
    for sheet in sheets:
        if sheet.missing or sheet.choices or _duplicate(turn, sheet) is not None:
            rest.append(sheet)
            continue
        try:
            says += _told_of(turn, _register(turn, sheet))
        except AlreadyRegisteredError:
            rest.append(sheet)
    return _next(turn, rest, says=says)


def _register(turn: Turn, sheet: Sheet, person: Person | None = None) -> Person:
    return registration.register(
        turn.session, turn.speaker, sheet.entry, turn.now, by=turn.speaker.role, consent="pending",
        inbox_id=turn.message_id, person=person,
    )  # fmt: skip


def _told_of(turn: Turn, person: Person) -> list[Draft]:
    """Her code, what comes next, and who is asked whether she agrees."""
    asked = consents.ask_mother(turn.session, person, turn.speaker, turn.now, turn.message_id)
    name = "cadre_registered_asked" if asked else "cadre_registered"
    said = [say(name, name=person.name, code=person.code, helper=texts.phrase(f"helper_{turn.speaker.role}"))]
    if minors.is_under_age(person, clock.today(turn.now)):
        said.append(say("cadre_minor"))
    elif person.phone is None:
        said.append(say("cadre_ask_proxy", name=person.name, id=person.id))
    return said
