"""What is said to a mother who registers herself: the questions with their buttons, and the summary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from actions.self_questions import FIELDS
from actions.self_told import Told
from actions.task import Step, ask, say
from actions.turn import Turn
from nlu.language.dates import format_date
from nlu.language.gestation import format_weeks
from registry import places, texts
from registry.messaging.messages import Draft
from registry.persons import newcomers
from registry.pregnancies.entries import Entry
from registry.rules import dating

CHOICES = {  # of questions with more choices than three buttons hold
    "jkn": ("pbi", "mandiri", "ppu", "inactive", "none", "skip"),
    "gravida": ("1", "2", "3", "skip"),
    "phone_owner": ("own", "husband", "family", "neighbour"),
}
CHANGEABLE = tuple(name for name in FIELDS if name != "losses")
HELP = "/talk_to_human"


def question(name: str, told: Told | None = None) -> Draft:
    """A question with its buttons; a field that may be left open has one for that."""
    asked = texts.say(f"reg_ask_{name}")
    choices = CHOICES.get(name)
    if choices is None:
        return asked
    buttons = tuple((_title(name, choice), f"/inform:{name}:{choice}") for choice in choices)
    return replace(asked, buttons=buttons)


def _title(name: str, choice: str) -> str:
    return texts.phrase("title_reg_skip") if choice == "skip" else texts.phrase(f"title_reg_{name}_{choice}")


def again(name: str, problem: str, told: Told, *, required: bool) -> Step:
    """Why an answer could not be used, kindly, and the question again; the second time there are ways out.

    The reason is said once: the question alone is what is asked again after something else was answered.
    """
    known = f"reg_{name}_{problem}" in texts.sentences()
    why = say(f"reg_{name}_{problem}" if known else "reg_unclear")
    asked = question(name)
    if told.tries[name] > 1:
        skip = () if required else ((texts.phrase("title_reg_skip"), f"/inform:{name}:skip"),)
        asked = replace(asked, buttons=(*skip, (texts.phrase("title_reg_human"), HELP)))
    return ask(name, asked, told.as_json(), why)


def outside(typed: str) -> Draft:
    """A place that Malang Raya does not have: outside of it, or a slip."""
    return say("reg_ask_village_outside", place=typed)


def ask_district(turn: Turn, told: Told) -> Draft:
    """Which of the villages with this name."""
    names = newcomers.district_names(turn.session, list(told.villages))
    village = places.village_label(turn.session, told.villages[0]) or ""
    asked = say("reg_ask_district", village=village.partition(",")[0])
    buttons = tuple((name, f"/inform:district:{code}") for name, code in zip(names, told.villages, strict=True))
    return replace(asked, buttons=buttons)


def read_back(told: Told, today: date) -> Draft:
    """Her dates as a day and a week."""
    return say("reg_ask_dating_confirm", dates=_dates(told, today))


def _dates(told: Told, today: date) -> str:
    entry = told.entry
    hpht = entry.hpht or (dating.first_day(entry.hpl) if entry.hpl else None)
    if hpht is None:
        return texts.phrase("phrase_reg_unknown")
    hpl = entry.hpl or hpht + timedelta(days=dating.TERM_DAYS)
    weeks = format_weeks((today - hpht).days)
    first = format_date(hpht)
    return texts.say("reg_dates", first=first, weeks=weeks, due=format_date(hpl)).text


def summary(turn: Turn, told: Told, today: date) -> Draft:
    """Everything she told, a line each, to say yes to."""
    lines = "\n".join(f"• {label}: {value}" for label, value in _lines(turn, told, today))
    return say("reg_ask_summary", lines=lines)


def _lines(turn: Turn, told: Told, today: date) -> list[tuple[str, str]]:
    values = {name: _value(turn, told, name, today) for name in CHANGEABLE}
    return [(texts.phrase(f"title_reg_{name}"), value) for name, value in values.items() if value]


def _value(turn: Turn, told: Told, name: str, today: date) -> str:
    """How a field is read back; empty when it was left open."""
    entry = told.entry
    if name == "village":
        return places.village_label(turn.session, entry.village_code) or entry.village_name or ""
    if name == "dating":
        return _dates(told, today)
    if name == "nik":
        return _masked(entry.nik) or (texts.phrase("phrase_reg_nik_held") if told.nik_held else "")
    if name == "born_on":
        spoken = format_date(entry.born_on) if entry.born_on else ""
        return spoken or (texts.say("phrase_reg_age", age=entry.age).text if entry.age else "")
    if name == "gravida":
        return _which_pregnancy(entry)
    if name == "kia_book" and entry.kia_book is not None:
        return texts.phrase("phrase_reg_has" if entry.kia_book else "phrase_reg_has_not")
    if name == "jkn":
        return texts.phrase(f"title_reg_jkn_{entry.jkn_told}")
    if name == "phone_owner":
        return texts.phrase(f"title_reg_phone_owner_{entry.phone_owner}")
    return str(getattr(entry, name) or "")


def _which_pregnancy(entry: Entry) -> str:
    """In words, for "G2P1A0" is the midwife's."""
    if entry.gravida is None or entry.gravida == 1 or entry.para is None or entry.abortus is None:
        return str(entry.gravida or "")
    return texts.say("phrase_reg_before", number=entry.gravida, born=entry.para, lost=entry.abortus).text


def _masked(nik: str | None) -> str:
    """The region and the last four digits: enough to see whether it is the right card."""
    return f"{nik[:4]}********{nik[-4:]}" if nik else ""


def changes() -> Draft:
    """Which line is wrong."""
    buttons = tuple((texts.phrase(f"title_reg_{name}"), f"/inform:change:{name}") for name in CHANGEABLE)
    return replace(say("reg_ask_change"), buttons=buttons)
