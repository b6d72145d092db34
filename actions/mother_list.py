"""A cadre or an officer asks for her mothers: a list page by page, and the card of the one she chooses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions import which_mother
from actions.answers import chosen
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from nlu.language.emergency_replies import only_agrees
from nlu.language.list_request import ListKind, read_list
from nlu.language.short_answers import read_count
from nlu.language.tokens import fold
from nlu.language.visit_report import read_visit
from registry import texts
from registry.messaging import pictures
from registry.messaging.messages import Draft
from registry.models import Person
from registry.persons import named_mothers, own_data, people
from registry.pregnancies import mother_lists

ASKED = "page"
ON = frozenset("lanjut lagi terus next selanjutnya berikutnya teruskan lanjutkan".split())
LONGEST_PICK = 12  # letters of "nomor 12"; more is a sentence


class MotherList(Task):
    """ "Siapa yang belum periksa?" and what follows."""

    name = "list_my_mothers"
    openers = frozenset({"list_my_mothers"})
    welcome = frozenset({"thank"})

    def begin(self, turn: Turn) -> Step:
        """The first page, or the card of the one mother who is named."""
        if turn.speaker.role not in ("cadre", "staff"):
            return done(say("list_only_cadre"))
        if turn.speaker.role == "cadre" and not turn.speaker.villages:
            return done(say("list_no_area"))
        named = which_mother.named_in(turn)
        if named.code or named.nik:
            return _card(turn, _found(turn, named))
        kind = read_list(turn.text)
        person = _found(turn, named) if named and kind == "all" else None
        return _card(turn, person) if person is not None else _page(turn, kind, 1)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """Another page, or one of the mothers."""
        if turn.intent in self.openers:
            return self.begin(turn)
        kind: ListKind = data["kind"]
        pressed = chosen(turn, ASKED)
        if pressed is not None:
            return _page(turn, kind, int(pressed)) if pressed.isdecimal() and len(pressed) <= 5 else None
        if turn.button is not None or turn.speaker.role not in ("cadre", "staff"):
            return None
        if only_agrees(turn.text):
            return done(say("helper_thanks"))
        if set(fold(turn.text).split()) & ON and len(turn.text) <= 3 * LONGEST_PICK:
            return _page(turn, kind, int(data["page"]) + 1)
        picked = _picked(turn, data)
        if picked is not None:
            return _card(turn, picked)
        named = which_mother.named_in(turn)
        return None if _is_report(turn) else _card(turn, _found(turn, named)) if named else None


def _is_report(turn: Turn) -> bool:
    """ "Bu Rina K2 kemarin" tells of a check-up, it does not choose a card."""
    report = read_visit(turn.text, turn.now)
    return bool(report.kinds) and report.done is True


def _page(turn: Turn, kind: ListKind, number: int) -> Step:
    page = mother_lists.page(turn.session, turn.speaker, kind, number, turn.now)
    if not page.total:
        return done(say(f"list_empty_{kind}"))
    shown = say(f"list_{kind}", total=page.total, lines=mother_lists.lines(page.entries, page.first))
    data = {
        "kind": kind, "page": page.number, "first": page.first,
        "shown": [entry.person.id for entry in page.entries],
    }  # fmt: skip
    return ask(ASKED, _question(page), data, shown)


def _question(page: mother_lists.Page) -> Draft:
    buttons = []
    if page.has_more:
        buttons.append((texts.phrase("list_next_title"), f"/inform:{ASKED}:{page.number + 1}"))
    if page.number > 1:
        buttons.append((texts.phrase("list_back_title"), f"/inform:{ASKED}:{page.number - 1}"))
    return replace(say("list_ask_which"), buttons=tuple(buttons))


def _picked(turn: Turn, data: dict[str, Any]) -> Person | None:
    """ "3" or "nomor 3": the number that stands before her name."""
    count = read_count(turn.text) if len(turn.text) <= LONGEST_PICK else None
    at = (count or 0) - int(data["first"])
    if count is None or not 0 <= at < len(data["shown"]):
        return None
    return named_mothers.visible(turn.session, turn.speaker, data["shown"][at])


def _found(turn: Turn, named: which_mother.Named) -> Person | None:
    found = named_mothers.find(turn.session, turn.speaker, code=named.code, nik=named.nik, names=named.names)
    return found[0] if len(found) == 1 else None


def _card(turn: Turn, person: Person | None) -> Step:
    """Her short card in words and as a picture."""
    words = own_data.card_lines(turn.session, turn.speaker, person, turn.now) if person is not None else None
    if person is None or words is None:
        return done(say("list_not_found"))
    pregnant = people.active_pregnancy(turn.session, person) is not None
    again = ((texts.phrase("list_again_title"), "/list_my_mothers"),)
    said = replace(words, buttons=again)
    return done(replace(say("list_card_picture"), image=pictures.reference(person)), said) if pregnant else done(said)
