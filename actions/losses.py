"""A loss is told: no form. What is certain is acted upon at once; what is not is asked once, gently."""

from __future__ import annotations

from typing import Any

from actions import which_mother
from actions.answers import yes_or_no
from actions.task import Step, Task, ask, done
from actions.turn import Turn
from actions.which_mother import Which
from nlu.language.birth_report import read_birth
from nlu.language.helper_wishes import asks_for_card
from nlu.language.loss_report import read_loss
from nlu.language.visit_report import read_visit
from registry import texts, voices
from registry.casework import talks
from registry.messaging.messages import Draft
from registry.models import Loss, Person, Pregnancy
from registry.persons import named_mothers, people
from registry.pregnancies import births, losses, tidings

SURE = "loss_sure"
ASKED = (SURE,)
MOST_WORDS_OF_NAME = 5  # "bukan, bu Siti Rahayu Ningsih"; what is longer tells something else


class ReportLoss(Task):
    """ "Saya keguguran bu", "bayine wis gak ono"; of herself, or of a mother somebody looks after."""

    name = "loss"
    is_brief = False
    openers = frozenset({"report_loss"})

    def begin(self, turn: Turn) -> Step:
        """Who is meant is the only thing that may have to be asked."""
        read = read_loss(turn.text)
        data: dict[str, Any] = {"kind": read.kind, "certain": read.certain, "words": turn.text}
        return self._for(turn, which_mother.of_message(turn, urgent=True), data)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """The mother, or whether it is so."""
        if turn.button is None and read_visit(turn.text, turn.now).kinds:
            return None  # "Rukmini K4 kemarin" names a mother, but tells of no loss of hers
        told = read_loss(turn.text)
        if asked == which_mother.ASKED:
            if turn.button is None and told.kind is not None:  # told anew, perhaps of another and otherwise
                return self.begin(turn)
            which = which_mother.of_answer(turn, data, urgent=True)
            return None if which is None else self._for(turn, which, {**data, "named": True})
        person = named_mothers.visible(turn.session, turn.speaker, data["person"], urgent=True)
        if person is None:
            return done(texts.say("task_forgotten"))
        if which_mother.is_other(turn, person):
            if told.kind is None and (len(turn.text.split()) > MOST_WORDS_OF_NAME or asks_for_card(turn.text)):
                return None
            fresh = {"kind": told.kind, "certain": told.certain} if told.kind else {**data, "certain": False}
            return self._for(turn, which_mother.of_message(turn, urgent=True), {**fresh, "named": False})
        answer = True if told.certain else yes_or_no(turn, SURE)
        if answer is None:
            return None
        if not answer:
            return done(voices.say(turn.speaker, person, "loss_not"))
        pregnancy = people.latest_pregnancy(turn.session, person)
        return _act(turn, person, pregnancy, told.kind or data["kind"], str(data.get("words") or ""))

    def _for(self, turn: Turn, which: Which, data: dict[str, Any]) -> Step:
        unsettled = which.unsettled(data)
        if unsettled is not None:
            return unsettled
        person = which.person
        if person is None:
            talks.open_handoff(turn.session, turn.speaker, "report_loss", turn.now, turn.message_id)
            return done(texts.say("loss_stranger"))
        pregnancy = people.latest_pregnancy(turn.session, person)
        if not _is_certain(turn, person, data) and _can_be_lost(pregnancy):
            name = "loss_ask_death" if data["kind"] == "mother_died" else "loss_ask"
            return ask(SURE, voices.say(turn.speaker, person, name), {**data, "person": person.id})
        return _act(turn, person, pregnancy, data["kind"], str(data.get("words") or ""))


def _is_certain(turn: Turn, person: Person, data: dict[str, Any]) -> bool:
    """From her own phone, words about somebody of another name are no report of herself; a helper's nickname that
    fits only loosely is asked about first, and a death until the whole name or the code is said."""
    if not data["certain"]:
        return False
    if data.get("named"):
        return True
    named = which_mother.named_in(turn)
    if voices.is_hers(turn.speaker, person):
        return not named.names or named_mothers.is_named(person, named.names)
    exact = named.code is not None or named.nik is not None
    return exact or named_mothers.is_surely(person, named.names, whole=data["kind"] == "mother_died")


def _can_be_lost(pregnancy: Pregnancy | None) -> bool:
    return pregnancy is not None and pregnancy.status in ("active", "delivered")


def _about(turn: Turn, person: Person, loss: Loss, name: str) -> Draft:
    """Whoever told of another may take it back by a button."""
    if voices.is_hers(turn.speaker, person):
        return texts.say(name)
    return voices.say(turn.speaker, person, name, loss=loss.id)


def _note_child(turn: Turn, pregnancy: Pregnancy, words: str) -> None:
    """The child that outlives her is put down first: somebody must look after it."""
    told = read_birth(words, turn.now)
    if not told.born or told.on is None or told.baby_well is False or births.problem_of(pregnancy, told.on, turn.now):
        return
    values = {name: getattr(told, name) for name in births.DETAILS if name not in ("time", "mother_well")}
    babies = tuple((baby.sex, baby.weight_g) for baby in told.babies)
    report = births.Report(on=told.on, time=told.at, twins=told.twins, babies=babies, **values)
    births.note(turn.session, turn.speaker, pregnancy, report, turn.now, turn.message_id, tells=False)


def _act(turn: Turn, person: Person, pregnancy: Pregnancy | None, kind: str | None, words: str) -> Step:
    """The one act, and words of comfort; told before it only comforts."""
    if pregnancy is None:
        talks.open_handoff(turn.session, turn.speaker, "report_loss", turn.now, turn.message_id)
        return done(voices.say(turn.speaker, person, "loss_closed"))
    if kind == "mother_died":
        _note_child(turn, pregnancy, words)
    lost = losses.report(turn.session, turn.speaker, pregnancy, kind, turn.now, turn.message_id)
    if lost.loss is None:
        return done(voices.say(turn.speaker, person, "loss_closed"))
    if not lost.fresh:
        return done(_about(turn, person, lost.loss, "loss_known"))
    if not voices.is_hers(turn.speaker, person):
        return done(_about(turn, person, lost.loss, "loss_comfort"))
    if lost.loss.kind == "mother_died":
        return done(texts.say("loss_comfort_family"))
    told = tidings.listeners(turn.session, turn.speaker, person)
    return done(texts.say("loss_comfort" if told else "loss_comfort_alone"))
