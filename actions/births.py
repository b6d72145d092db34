"""A birth is told: kept as soon as mother and day are clear; then how both are, and what may be skipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, time, timedelta
from typing import Any

from actions import losses as loss_task
from actions import which_mother
from actions.answers import chosen, is_other_button, yes_or_no
from actions.task import SURE, Step, Task, ask, done, say
from actions.turn import Turn
from actions.which_mother import Which
from nlu.language.birth_babies import Baby, read_babies
from nlu.language.birth_report import BirthReport, read_birth
from nlu.language.loss_report import read_loss
from nlu.language.replies import read_yes_no
from registry import clock, days, texts, voices
from registry.casework import talks
from registry.emergencies import triage
from registry.messaging.messages import Draft
from registry.models import Birth, Person, Pregnancy
from registry.persons import named_mothers, people
from registry.pregnancies import births, losses, schedule, tidings, visit_reports
from registry.pregnancies.births import Report

DAY, RIGHT, WELL, MORE = "birth_day", "birth_right", "birth_well", "birth_more"
MOST_TRIES = 3
UNWELL = {"mother": ("nifas",), "baby": ("nb_other",)}  # the signs an unwell answer raises the alarm with


class ReportBirth(Task):
    """ "Sudah lahir tadi pagi jam 5 di puskesmas, laki-laki 3100 gram", or a button."""

    name = "birth"
    is_brief = False
    openers = frozenset({"report_birth"})
    welcome = frozenset({"thank", "greet", "out_of_scope", "ask_pregnancy_health"})  # "alhamdulillah sehat bu"

    def begin(self, turn: Turn) -> Step:
        """Everything that is told is read; a child that did not live is a loss, not a birth."""
        if read_loss(turn.text).certain:
            return loss_task.ReportLoss().begin(turn)
        report = read_birth(turn.text, turn.now)
        data = {"told": _kept(report), "future": ("on", "future") in report.problems, "unborn": report.born is False}
        return self._for(turn, which_mother.of_message(turn), data)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """An answer; a loss that is told now ends the questions."""
        if turn.button is None and read_loss(turn.text).certain:
            return loss_task.ReportLoss().begin(turn)
        if asked in loss_task.ASKED or "certain" in data:  # it became the other task on the way
            return loss_task.ReportLoss().go_on(turn, asked, data)
        if asked == which_mother.ASKED:
            which = which_mother.of_answer(turn, data)
            return None if which is None else self._for(turn, which, data)
        if turn.intent in self.openers and turn.confidence >= SURE and which_mother.named_in(turn):
            return self.begin(turn)
        person = named_mothers.visible(turn.session, turn.speaker, data["person"])
        if person is None:
            return done(say("task_forgotten"))
        steps = {DAY: self._day, RIGHT: self._right, WELL: self._well, MORE: self._more}
        return steps[asked](turn, person, data)

    def _for(self, turn: Turn, which: Which, data: dict[str, Any]) -> Step:
        unsettled = which.unsettled(data)
        if unsettled is not None:
            return unsettled
        if data["unborn"]:
            return done(_say(turn, which.person, "birth_not_told"))
        pregnancy = people.latest_pregnancy(turn.session, which.person) if which.person is not None else None
        over = visit_reports.over(pregnancy)
        if which.person is None or pregnancy is None or over is not None:
            return _over(turn, which.person, pregnancy, over)
        known = births.of(turn.session, pregnancy)
        if known or pregnancy.status == "delivered":
            return _told_again(turn, which.person, pregnancy, known, data)
        return self._next(turn, which.person, {**data, "person": which.person.id})

    def _next(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step:
        """The day first; a helper's word about another is read back before it closes anything."""
        told = _report(data["told"])
        if data["future"]:
            return ask(DAY, voices.say(turn.speaker, person, "birth_day_future"), {**data, "future": False})
        if told is None:
            return ask(DAY, voices.say(turn.speaker, person, "birth_ask_day"), data)
        pregnancy = people.latest_pregnancy(turn.session, person)
        problem = births.problem_of(pregnancy, told.on, turn.now) if pregnancy is not None else "too_early"
        if problem is not None:
            kept = {**data, "told": {**data["told"], "on": None}}
            return ask(DAY, voices.say(turn.speaker, person, f"birth_day_{problem}"), kept)
        if not voices.is_hers(turn.speaker, person) and not data.get("right"):
            return ask(RIGHT, _confirm(turn, person, told), data)
        return _note(turn, person, told, data)

    def _day(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
        if is_other_button(turn, DAY):
            return None
        today = clock.today(turn.now)
        pressed = {"today": today, "yesterday": today - timedelta(days=1)}.get(chosen(turn, DAY) or "")
        report = read_birth(turn.text, turn.now)
        if report.born is False or (pressed is None and read_yes_no(turn.text) == "no"):
            return done(voices.say(turn.speaker, person, "birth_not_told"))
        fresh = {name: value for name, value in _kept(report).items() if value not in (None, False, [])}
        if data["told"].get("twins") and not fresh.get("babies"):
            fresh |= _babies_besides(turn)
        told = {**data["told"], **fresh, **({"on": pressed.isoformat()} if pressed else {})}
        if told["on"] is not None:
            return self._next(turn, person, {**data, "told": told})
        tries = int(data.get("day_tries") or 0) + 1
        if tries >= MOST_TRIES:
            return _hand_over(turn, person)
        name = "birth_day_future" if ("on", "future") in report.problems else "birth_ask_day_again"
        return ask(DAY, voices.say(turn.speaker, person, name), {**data, "told": told, "day_tries": tries})

    def _right(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
        answer = yes_or_no(turn, RIGHT)
        if answer is None:
            return None
        if not answer:
            return done(voices.say(turn.speaker, person, "birth_not_kept"))
        return self._next(turn, person, {**data, "right": True})

    def _well(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
        """An unwell answer is an emergency until somebody has looked."""
        if is_other_button(turn, WELL):
            return None
        pressed = chosen(turn, WELL)
        report = read_birth(turn.text, turn.now)
        both = {"yes": True, "no": None}.get(read_yes_no(turn.text) or "")
        mother = pressed != "mother" if pressed else report.mother_well if report.mother_well is not None else both
        baby = pressed != "baby" if pressed else report.baby_well if report.baby_well is not None else both
        if mother is None and baby is None:
            if turn.intent in self.welcome and not (turn.intent == "out_of_scope" and _details(report)):
                return None
            if report.born or _details(report):
                _complete(turn, person, _details(report))
                says = _known(turn, person) if report.born else (say("birth_detail_kept"),)
                return ask(WELL, voices.say(turn.speaker, person, "birth_ask_well"), data, *says)
            tries = int(data.get("well_tries") or 0) + 1
            if tries >= MOST_TRIES:
                return done(*_after(turn, person))
            name = "birth_ask_well_again"
            return ask(WELL, voices.say(turn.speaker, person, name), {**data, "well_tries": tries})
        rest = {**_details(report), "mother_well": mother, "baby_well": baby}
        _complete(turn, person, rest)
        unwell = [who for who, well in (("mother", mother), ("baby", baby)) if well is False]
        return _alarm(turn, person, unwell) if unwell else _ask_more(turn, person, data)

    def _more(self, turn: Turn, person: Person, data: dict[str, Any]) -> Step | None:
        """What she likes to add; skipping is an answer."""
        if is_other_button(turn, MORE):
            return None
        if chosen(turn, MORE) == "skip" or read_yes_no(turn.text) is not None:
            return done(*_after(turn, person))
        report = read_birth(turn.text, turn.now)
        told = _details(report)
        if not told and turn.intent in self.welcome:
            return None
        unwell = [who for who in UNWELL if told.get(f"{who}_well") is False]
        _complete(turn, person, told)
        if unwell:
            return _alarm(turn, person, unwell)
        unclear = any(field == "weight" for field, _ in report.problems) and not _are_twins(turn, person)
        return done(*((say("birth_weight_unclear"),) if unclear else ()), *_after(turn, person))


def _kept(report: BirthReport) -> dict[str, Any]:
    """What was read, as JSON has it."""
    names = set(births.DETAILS) | {"on", "twins"}
    values = {name: value for name, value in _as_told(report).items() if name in names}
    return {
        **values,
        "on": report.on.isoformat() if report.on else None,
        "time": report.at.isoformat("minutes") if report.at else None,
        "babies": _pairs(report.babies),
    }


def _pairs(babies: Sequence[Baby]) -> list[list[Any]]:
    return [[baby.sex, baby.weight_g] for baby in babies]


def _babies_besides(turn: Turn) -> dict[str, Any]:
    """Sex and weight of twins told beside the day, once it is known that there are two."""
    pairs = _pairs(read_babies(turn.text))
    return {"babies": pairs} if any(value is not None for pair in pairs for value in pair) else {}


def _as_told(report: BirthReport) -> dict[str, Any]:
    return {**asdict(report), "time": report.at}


def _report(told: Mapping[str, Any]) -> Report | None:
    """What was read, as the registry takes it; None without a day."""
    if not told.get("on"):
        return None
    values = dict(told)
    at = values.pop("time")
    babies = tuple((sex, weight_g) for sex, weight_g in values.pop("babies", ()))
    on = date.fromisoformat(values.pop("on"))
    return Report(**values, on=on, time=time.fromisoformat(at) if at else None, babies=babies)


def _details(report: BirthReport) -> dict[str, Any]:
    told = _as_told(report)
    return {name: told[name] for name in births.DETAILS if told[name] is not None}


def _say(turn: Turn, person: Person | None, name: str, **values: str) -> Draft:
    """Words for who is not registered are those for a mother."""
    return texts.say(name, **values) if person is None else voices.say(turn.speaker, person, name, **values)


def _over(turn: Turn, person: Person | None, pregnancy: Pregnancy | None, over: str | None) -> Step:
    """No pregnancy that a birth can end: a person looks at it; after a loss nobody congratulates."""
    if over != "after_loss" or person is None or pregnancy is None:
        talks.open_handoff(turn.session, turn.speaker, "report_birth", turn.now, turn.message_id)
        return done(_say(turn, person, "birth_no_pregnancy"))
    loss = losses.standing(turn.session, pregnancy)
    if voices.is_hers(turn.speaker, person) or loss is None:
        talks.open_handoff(turn.session, turn.speaker, "report_birth", turn.now, turn.message_id)
        return done(texts.say("birth_after_loss"))
    return done(voices.say(turn.speaker, person, "birth_after_loss", loss=loss.id))


def _hand_over(turn: Turn, person: Person) -> Step:
    talks.open_handoff(turn.session, turn.speaker, "report_birth", turn.now, turn.message_id)
    return done(texts.say("handed_over"))


def _told_again(turn: Turn, person: Person, pregnancy: Pregnancy, known: list[Birth], data: dict[str, Any]) -> Step:
    """Recognised; what was missing on record is filled in, and an unwell mother or baby is still heard."""
    told = _report({**data["told"], "on": data["told"]["on"] or clock.today(turn.now).isoformat()})
    if told is None or not known:
        return done(voices.say(turn.speaker, person, "birth_next", next=_next_visit(turn, person, pregnancy)))
    births.complete(turn.session, turn.speaker, pregnancy, told.details(), turn.now, told.babies)
    unwell = [who for who, well in (("mother", told.mother_well), ("baby", told.baby_well)) if well is False]
    return _alarm(turn, person, unwell) if unwell else done(*_known(turn, person))


def _known(turn: Turn, person: Person) -> tuple[Draft, ...]:
    """It is on record already, and what is next."""
    pregnancy = people.latest_pregnancy(turn.session, person)
    rows = births.of(turn.session, pregnancy) if pregnancy is not None else []
    if pregnancy is None or not rows:
        return ()
    following = _next_visit(turn, person, pregnancy)
    return (voices.say(turn.speaker, person, "birth_known", date=days.in_words(rows[0].on), next=following),)


def _confirm(turn: Turn, person: Person, told: Report) -> Draft:
    parts = (
        texts.say("phrase_birth_at", time=days.hour(told.time)).text if told.time else "",
        texts.say("phrase_birth_in", place=told.place).text if told.place else "",
        texts.phrase("phrase_birth_twins") if told.twins else "",
        *(part for baby in told.babies or ((told.sex, told.weight_g),) for part in _baby_words(*baby)),
    )
    more = "".join(f" {part}" if part and not part.startswith(",") else part for part in parts)
    return voices.say(turn.speaker, person, "birth_confirm", date=days.in_words(told.on), more=more)


def _baby_words(sex: str | None, weight_g: int | None) -> Iterator[str]:
    """What is read back of one child, so that a slip is seen before it is kept."""
    if sex is not None:
        yield texts.phrase(f"phrase_birth_sex_{sex}")
    if weight_g is not None:
        yield texts.say("phrase_birth_weight", weight=weight_g).text


def _note(turn: Turn, person: Person, told: Report, data: dict[str, Any]) -> Step:
    """Keep it; then ask how they are, unless that was told."""
    pregnancy = people.latest_pregnancy(turn.session, person)
    kept = births.note(turn.session, turn.speaker, pregnancy, told, turn.now, turn.message_id) if pregnancy else []
    if not kept:
        return _hand_over(turn, person)
    unwell = [who for who, well in (("mother", told.mother_well), ("baby", told.baby_well)) if well is False]
    if unwell:
        return _alarm(turn, person, unwell)
    hers = voices.is_hers(turn.speaker, person)
    alone = hers and not tidings.listeners(turn.session, turn.speaker, person)
    name = "birth_noted_alone" if alone else "birth_noted"
    noted = voices.say(turn.speaker, person, name, date=days.in_words(told.on))
    if told.mother_well is None or told.baby_well is None:
        return ask(WELL, voices.say(turn.speaker, person, "birth_ask_well"), {"person": person.id}, noted)
    step = _ask_more(turn, person, {"person": person.id})
    return replace(step, says=(noted, *step.says))


def _complete(turn: Turn, person: Person, told: Mapping[str, Any]) -> None:
    pregnancy = people.latest_pregnancy(turn.session, person)
    if pregnancy is not None:
        babies = [(baby.sex, baby.weight_g) for baby in read_babies(turn.text)]
        births.complete(turn.session, turn.speaker, pregnancy, told, turn.now, babies)


def _are_twins(turn: Turn, person: Person) -> bool:
    pregnancy = people.latest_pregnancy(turn.session, person)
    return pregnancy is not None and len(births.of(turn.session, pregnancy)) > 1


def _ask_more(turn: Turn, person: Person, data: dict[str, Any]) -> Step:
    pregnancy = people.latest_pregnancy(turn.session, person)
    missing = births.missing(births.of(turn.session, pregnancy)) if pregnancy is not None else ()
    if not missing:
        return done(*_after(turn, person))
    named = ", ".join(texts.phrase(f"phrase_missing_{name}") for name in missing)
    return ask(MORE, voices.say(turn.speaker, person, "birth_ask_more", missing=named), data)


def _next_visit(turn: Turn, person: Person, pregnancy: Pregnancy) -> str:
    return schedule.next_in_words(turn.session, person, schedule.of(turn.session, pregnancy, turn.now))


def _after(turn: Turn, person: Person) -> tuple[Draft, ...]:
    """What is next: the first check-up of both, and when not to wait for it."""
    pregnancy = people.latest_pregnancy(turn.session, person)
    following = _next_visit(turn, person, pregnancy) if pregnancy is not None else ""
    return (voices.say(turn.speaker, person, "birth_next", next=following),)


def _alarm(turn: Turn, person: Person, unwell: list[str]) -> Step:
    signs = tuple(sign for who in unwell for sign in UNWELL[who])
    answers = triage.answer_danger(turn.session, turn.speaker, "danger_sign", signs, turn.now, turn.message_id)
    return done(*(one.draft() for one in answers))
