"""A check-up is reported: which visit, of whom, on which day; kept at once when that is clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions import another_day, new_values, update_data, visits_named, which_mother
from actions.another_day import MoveVisit
from actions.answers import chosen, is_other_button, yes_or_no
from actions.task import SURE, Step, Task, ask, done, say
from actions.turn import Turn
from actions.update_data import UpdateData
from actions.which_mother import Which
from nlu.language.denied_values import without_denied
from nlu.language.meant_names import told_apart
from nlu.language.past_dates import read_past_date
from nlu.language.replies import read_yes_no
from nlu.language.short_answers import says_all
from nlu.language.visit_report import read_visit
from registry import clock, days, voices
from registry.messaging.messages import Draft
from registry.models import Person, Pregnancy
from registry.persons import named_mothers, people
from registry.pregnancies import moves, schedule, visit_answers, visit_reports, visits
from registry.pregnancies.visit_reports import Told

DAY, CHANGE = "visit_day", "visit_change"
MOST_TRIES = 2
OF_BABY = ("bayi", "anak", "debay", "adek bayi", "imunisasi")
OF_MOTHER = ("nifas",)


class ReportVisit(Task):
    """ "Sudah periksa kemarin", "M-4F7Q K2 12/11", or the button of the menu."""

    name = "visit"
    openers = frozenset({"report_antenatal_visit"})

    def is_meant_by(self, turn: Turn) -> bool:
        """A visit by its code, and that it was: the short form of a cadre."""
        report = read_visit(turn.text, turn.now)
        named = report.code or report.names or which_mother.bare_names(turn)
        return bool(report.kinds) and (report.done is True or bool(named))

    def begin(self, turn: Turn) -> Step:
        """Who, which visit and when may all stand in the first message, of several mothers too."""
        each = visits_named.parts(turn)
        if each:
            return _together([self._told(turn, part) for part in each])
        return _with_dates(turn, self._told(turn, turn.text))

    def _told(self, turn: Turn, text: str) -> Step:
        told, text = text, without_denied(text) if turn.speaker.role == "mother" else text
        report = read_visit(text, turn.now)
        on = report.on or (read_past_date(text, turn.now).value if text != told and report.done is None else None)
        low = text.casefold()
        data = {
            "kinds": list(report.kinds),
            "on": on.isoformat() if on else None,
            "place": report.place,
            "not_done": report.done is False,
            "unclear": report.unclear,
            "baby": any(word in low for word in OF_BABY),
            "mother": any(word in low for word in OF_MOTHER),
        }
        called = report.names if report.names or report.code else which_mother.bare_names(turn, text)
        names, others = told_apart(text, called)
        undone = _taken_back(turn, others, report.kinds)
        same = _all_known(turn, names) if (report.kinds or report.done) and report.code is None else []
        if same:
            return _together([done(*undone), *(self._for(turn, one, data) for one in same)])
        step = self._for(turn, which_mother.of_message(turn, names, report.code), data)
        return replace(step, says=(*undone, *step.says))

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """The mother, the day, or whether a day on record is to be changed."""
        if asked in update_data.QUESTIONS:
            return UpdateData().go_on(turn, asked, data)
        if asked == another_day.DAY:
            return MoveVisit().go_on(turn, asked, data)
        if asked == which_mother.ASKED:
            return self._which(turn, data)
        if _tells_anew(turn):
            return self.begin(turn)
        person = named_mothers.visible(turn.session, turn.speaker, data["person"])
        if person is None:
            return done(say("task_forgotten"))
        if asked == DAY:
            return self._day(turn, person, data)
        return self._change(turn, person, data)

    def _which(self, turn: Turn, data: dict[str, Any]) -> Step | None:
        """Her name, all of those who were shown, or a report of its own that has nothing to do with the first."""
        if visits_named.tells_of_one(turn):
            return self.begin(turn)
        if turn.button is None and says_all(turn.text) and data.get("shown"):
            return _together([self._for(turn, Which(person), data) for person in which_mother.shown(turn, data)])
        which = which_mother.of_answer(turn, data)
        return None if which is None else self._for(turn, which, data)

    def _for(self, turn: Turn, which: Which, data: dict[str, Any]) -> Step:
        unsettled = which.unsettled(data)
        if unsettled is not None:
            return unsettled
        if which.person is None:
            return done(say("visit_no_pregnancy"))
        return self._keep(turn, which.person, {**data, "person": which.person.id})

    def _keep(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step:
        """Everything is told, or the one thing that is missing is asked."""
        pregnancy = people.latest_pregnancy(turn.session, person)
        over = visit_reports.over(pregnancy)
        if over is not None or pregnancy is None:
            return done(voices.say(turn.speaker, person, f"visit_{over}"))
        if data["not_done"]:
            return _not_yet(turn, person, pregnancy)
        if data["unclear"]:
            name = "visit_day_future" if data["unclear"] == "future" else "visit_ask_day_again"
            return ask(DAY, voices.say(turn.speaker, person, name), {**data, "unclear": None})
        meant = visit_reports.understand(turn.session, pregnancy, _told(data), turn.now)
        if meant.asks_day:
            return ask(DAY, voices.say(turn.speaker, person, "visit_ask_day"), data)
        if meant.problem is not None:
            question = voices.say(turn.speaker, person, f"visit_day_{meant.problem}")
            return done(question) if meant.problem == "not_born" else ask(DAY, question, {**data, "on": None})
        if not meant.kinds or meant.on is None:
            return done(voices.say(turn.speaker, person, "visit_extra", next=_next(turn, person, pregnancy)))
        return _note(turn, person, pregnancy, meant.kinds, meant.on, data)

    def _day(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
        """The day in words or by a button; what cannot be read is asked once more, then left open."""
        if is_other_button(turn, DAY):
            return None
        today = clock.today(turn.now)
        pressed = {"today": today, "yesterday": today - timedelta(days=1)}.get(chosen(turn, DAY) or "")
        if pressed is None and read_yes_no(turn.text) == "no":
            return self._keep(turn, person, {**data, "not_done": True})
        read = read_past_date(turn.text, turn.now)
        on = pressed or read.value
        if on is not None:
            return self._keep(turn, person, {**data, "on": on.isoformat()})
        tries = int(data.get("day_tries") or 0) + 1
        if tries > MOST_TRIES:
            return done(voices.say(turn.speaker, person, "visit_left_open"))
        name = "visit_day_future" if read.reason == "future" else "visit_ask_day_again"
        return ask(DAY, voices.say(turn.speaker, person, name), {**data, "day_tries": tries})

    def _change(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
        answer = yes_or_no(turn, CHANGE)
        pregnancy = people.latest_pregnancy(turn.session, person)
        if answer is None or pregnancy is None:
            return None
        if not answer:
            return done(say("visit_unchanged"))
        return _note(
            turn, person, pregnancy, tuple(data["kinds"]), date.fromisoformat(data["on"]), data, correct=True
        )  # fmt: skip


def _not_yet(turn: Turn, person: Person, pregnancy: Pregnancy) -> Step:
    """Of a day that is over she chooses another; else she hears of the one to come."""
    move = moves.movable(turn.session, pregnancy, turn.now)
    if move is not None and move.planned < clock.today(turn.now) and voices.is_hers(turn.speaker, person):
        return MoveVisit().offer(turn, person)
    return done(voices.say(turn.speaker, person, "visit_not_yet", next=_next(turn, person, pregnancy)))


def _with_dates(turn: Turn, step: Step) -> Step:
    """ "Tadi USG, kata dokter HPL 1 Maret": her visit is kept, and the dates are put right besides."""
    if not step.is_done or turn.speaker.role != "mother":
        return step
    told = new_values.read(turn)
    if told.field not in ("hpht", "hpl") or told.value is None:
        return step
    dated = UpdateData().begin(turn)
    return replace(dated, says=(*step.says, *dated.says))


def _taken_back(turn: Turn, names: Sequence[str], kinds: Sequence[str]) -> tuple[Draft, ...]:
    """What was put down for the wrong mother a moment ago is taken off her record."""
    said: list[Draft] = []
    for name in names:
        person = which_mother.of_message(turn, [name]).person
        pregnancy = people.latest_pregnancy(turn.session, person) if person is not None else None
        found = [visits.find(turn.session, pregnancy, kind) for kind in kinds] if pregnancy is not None else []
        for visit in found:
            if visit is not None:
                said += visit_answers.undo(turn.session, turn.speaker, visit.id, turn.now, turn.message_id)
    return tuple(said)


def _all_known(turn: Turn, names: Sequence[str]) -> list[Which]:
    """ "Rukmini & Warsini K4 kemarin": each of several mothers, when there is no doubt about any."""
    if turn.speaker.role not in ("cadre", "staff") or len(names) < 2:
        return []
    found = [which_mother.of_message(turn, [name]) for name in names]
    persons = {one.person.id for one in found if one.person is not None}
    return found if len(persons) == len(names) else []


def _together(steps: list[Step]) -> Step:
    """What is clear is kept; the first that is not is asked."""
    says = tuple(sentence for step in steps if step.is_done for sentence in step.says)
    asking = next((step for step in steps if not step.is_done), None)
    return done(*says) if asking is None else replace(asking, says=(*says, *asking.says))


def _tells_anew(turn: Turn) -> bool:
    """A whole report in place of an answer: of another visit or another mother."""
    if turn.intent not in ReportVisit.openers or turn.confidence < SURE:
        return False
    report = read_visit(turn.text, turn.now)
    return bool(report.kinds or report.code or report.names) or turn.button is not None


def _told(data: dict[str, Any]) -> Told:
    on = date.fromisoformat(data["on"]) if data["on"] else None
    return Told(tuple(data["kinds"]), on, mother=data["mother"], baby=data["baby"])


def _next(turn: Turn, person: Person, pregnancy: Pregnancy) -> str:
    return schedule.next_in_words(turn.session, person, schedule.of(turn.session, pregnancy, turn.now))


def _note(
    turn: Turn, person: Person, pregnancy: Pregnancy, kinds: tuple[str, ...], on: date, data: dict[str, Any], *,
    correct: bool = False,
) -> Step:  # fmt: skip
    noted = []
    for kind in kinds:
        place = data.get("place")
        noted.append(
            visits.note(turn.session, turn.speaker, pregnancy, kind, on, turn.now, place=place, correct=correct)
        )
    other = [one for one in noted if one.outcome == "differs"]
    if not other:
        return done(visit_answers.answer(turn.session, turn.speaker, pregnancy, noted, turn.now))
    question = voices.say(
        turn.speaker,
        person,
        "visit_differs",
        visits=schedule.visit_names(tuple(one.kind for one in other)),
        old=days.in_words(other[0].on),
        new=days.in_words(on),
    )
    return ask(CHANGE, question, {**data, "kinds": [one.kind for one in other], "on": on.isoformat()})
