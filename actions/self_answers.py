"""One answer of a mother who registers herself: a button of the open question, words, or what cannot be used."""

from __future__ import annotations

import re
from dataclasses import replace

from actions import self_words
from actions.self_questions import FIELDS, READERS, Answer, read_all
from actions.self_told import Told
from actions.task import Step, ask
from actions.turn import Turn
from nlu.language import long_numbers
from nlu.language.loss_report import read_loss
from nlu.language.places import MOST_MATCHES
from nlu.language.replies import read_yes_no, refuses_keeping
from nlu.language.short_answers import (
    asks_what_it_is,
    puts_off,
    read_has,
    says_enough,
    says_go_on,
    says_lacks,
    says_skip,
    says_unknown,
)
from registry import texts
from registry.persons import newcomers
from registry.pregnancies.entries import Entry

REQUIRED = frozenset({"name", "village"})
ANSWERS = frozenset({"inform", "affirm", "deny", "nlu_fallback", "out_of_scope"})
KNOWN_OR_NOT = frozenset({"born_on", "dating", "weeks", "hpl", "nik"})  # a bare no means that she cannot tell it
HAD_OR_NOT = frozenset({"jkn", "kia_book"})  # "gak punya" is the answer
WAYS_TO_DATE = frozenset({"dating", "weeks", "hpl"})
OF_INTENT = {  # wishes that are answers to one question
    "check_jkn": "jkn",
    "ask_jkn_inactive": "jkn",
    "request_companion": "companion",
    "ask_antenatal_schedule": "weeks",
}
LONGEST_PLACE = 60
_CHANGE = re.compile(
    r"(?:ya |mau |tak )*(?:di)?(?:ubah|rubah|ganti|owahi)(?:en|no)?(?: (?:bu|ya|dulu|mbak))*[.!]*", re.IGNORECASE
)
_PHONE = re.compile(r"\b(?:hp|hape|nom[oe]r hp|telp\w*|wa)(?:ne|nya|ku|e)?\b", re.IGNORECASE)
MOST_PLACE_WORDS = 5  # what is longer is a sentence, not the name of a village
COUNTS = frozenset("0123456789")  # what a button may say
MOST_TRIES = 2  # of a question that may be left open
SHORT = 3  # words: "sudah", "sudah punya bu"


def raw_text(turn: Turn) -> str:
    """What she wrote with its line breaks, which tell one field from the next."""
    return str(turn.message.content.get("text") or turn.text) if turn.message is not None else ""


def choice_of(turn: Turn, asked: str) -> str | None:
    """What she pressed under this very question; a button of an earlier one is none."""
    name, _, value = (turn.choice or "").partition(":")
    return value if name == asked and value else None


def yes_or_no(turn: Turn, asked: str) -> str | None:
    """Her answer to a question that takes a yes or a no."""
    chosen = choice_of(turn, asked)
    if chosen in ("yes", "no"):
        return chosen
    if turn.choice is not None:
        return None
    said = read_yes_no(turn.text) if turn.button is None else None
    return said or {"affirm": "yes", "deny": "no"}.get(turn.intent)


def is_other_wish(turn: Turn, asked: str) -> bool:
    """STOP, cancel and a reported visit are what they say, unless the short words answer the very question."""
    if turn.intent in ("cancel", "stop_messages"):
        leaves_open = says_skip(turn.text) or says_enough(turn.text) or puts_off(turn.text)
        return turn.button is not None or not leaves_open
    if turn.intent == "report_antenatal_visit":
        short = len(turn.text.split()) <= SHORT and read_has(turn.text) is not None
        return not (short and asked in ("kia_book", "jkn"))
    if turn.intent == "report_loss":  # "tau keguguran pisan" tells of an earlier one
        return asked not in ("losses", "gravida") or read_loss(turn.text).kind is not None
    if turn.intent == "reschedule_visit":  # "ubah", of a line of the summary
        return turn.button is not None or not says_change(turn.text)
    return turn.intent == "show_my_data" and not (asked == "consent" and refuses_keeping(turn.text))


def says_change(text: str) -> bool:
    """Whether nothing more is said than that something is to be changed."""
    return _CHANGE.fullmatch(text.strip()) is not None


def take_answer(turn: Turn, asked: str, told: Told) -> Told | Step | None:
    """The registration with the answer in it, the question again, or None: this was no answer."""
    chosen = choice_of(turn, asked)
    if turn.choice is not None and chosen is None:
        return ask(asked, self_words.question(asked), told.as_json())  # a button from further up
    if chosen is not None:
        return _chosen(turn, asked, told, chosen)
    if f"reg_{asked}_what" in texts.sentences() and asks_what_it_is(turn.text):
        return ask(asked, self_words.question(asked), told.as_json(), texts.say(f"reg_{asked}_what"))
    if says_go_on(turn.text):
        return ask(asked, self_words.question(asked), told.as_json())
    if says_enough(turn.text) and told.next_question() not in (*REQUIRED, "dating"):
        return replace(told, done=told.done | set(FIELDS))
    none = asked in HAD_OR_NOT and says_lacks(turn.text)
    no = asked in KNOWN_OR_NOT and read_yes_no(turn.text) == "no"
    if (says_skip(turn.text) and not none) or no or puts_off(turn.text):
        return _left_open(asked, told)
    if asked == "village":
        return _village(turn, told)
    answer = READERS[asked](raw_text(turn), turn.now) if _is_answer(turn, asked) else None
    return _settle(turn, asked, told, answer)


def _is_answer(turn: Turn, asked: str) -> bool:
    """Free words are taken for a name or a companion only when nothing else was understood."""
    if asked not in ("companion", "name"):
        return True
    return turn.intent in ANSWERS or OF_INTENT.get(turn.intent) == asked or turn.confidence < 0.6


def _settle(turn: Turn, asked: str, told: Told, answer: Answer | None) -> Told | Step | None:
    entry, villages = _told_besides(turn, asked)
    if answer is None and not entry.as_json() and not villages:
        entry, villages = _told_instead(turn)
    if answer is None and (entry.as_json() or villages):
        before, told = told, told.completed(entry, villages)
        kept = told if told != before else None
        return kept or (None if turn.intent not in ANSWERS else _again(asked, told, "unclear"))
    if answer is None and asked in KNOWN_OR_NOT and says_unknown(turn.text):
        return _left_open(asked, told)
    if answer is None:
        return _again(asked, told, "unclear") if turn.intent in ANSWERS - {"out_of_scope"} else None
    if answer.problem is not None:
        return _again(asked, told, answer.problem)
    if asked in WAYS_TO_DATE:
        return replace(told, entry=told.entry.corrected(answer.entry)).completed(entry, villages)
    if asked == "nik" and answer.entry.nik is not None:
        return replace(told, entry=replace(told.entry, nik=answer.entry.nik)).completed(entry, villages)
    if asked == "losses" and answer.entry.abortus is not None:
        answer = Answer(_births(told.entry, answer.entry.abortus))
    return told.settled(asked, answer.entry).completed(entry, villages)


def _told_besides(turn: Turn, asked: str) -> tuple[Entry, tuple[str, ...]]:
    """What else her answer tells, when it is more than an answer; a NIK cannot be mistaken for anything."""
    entry, villages = read_all(raw_text(turn), turn.now, least_kinds=2)
    if entry.nik is None and asked != "nik":
        typed = READERS["nik"](raw_text(turn), turn.now)
        entry = entry.completed(Entry(nik=typed.entry.nik if typed else None))
    return entry, villages


def _told_instead(turn: Turn) -> tuple[Entry, tuple[str, ...]]:
    """The answer to a question that is still to come: "hamil pertama", "hp suami", "kis saya mati", "ds Sumberoto"."""
    entry, villages = read_all(raw_text(turn), turn.now)
    jkn = entry.jkn_told if "?" not in turn.text else None
    told = Entry(gravida=entry.gravida, para=entry.para, abortus=entry.abortus, jkn_told=jkn)
    owner = READERS["phone_owner"](turn.text, turn.now) if _PHONE.search(turn.text) else None
    return (told.completed(owner.entry) if owner is not None else told), villages


def _births(entry: Entry, abortus: int) -> Entry:
    """Births are what is left of the pregnancies before this one."""
    before = (entry.gravida or 1) - 1
    lost = min(abortus, before)
    return Entry(abortus=lost, para=before - lost if entry.para is None else entry.para)


def _again(asked: str, told: Told, problem: str) -> Told | Step:
    """Asked once more, and once more with ways out; then what may be left open is."""
    if asked not in REQUIRED and told.tries.get(asked, 0) >= MOST_TRIES:
        return told.settled(_settles(asked))
    return self_words.again(asked, problem, told.failed(asked), required=asked in REQUIRED)


def _left_open(asked: str, told: Told, *, pressed: bool = False) -> Told | Step:
    if asked in REQUIRED and not told.changing:
        return _again(asked, told, "needed")
    if asked == "dating" and not pressed:  # who has forgotten the day may know the weeks
        return ask("weeks", self_words.question("weeks"), told.as_json())
    return told.settled(_settles(asked))


def _settles(asked: str) -> str:
    return "dating" if asked in WAYS_TO_DATE else asked


def _chosen(turn: Turn, asked: str, told: Told, chosen: str) -> Told | Step | None:
    """A button: another way to tell it, left open, or a value."""
    if chosen in ("skip", "unknown"):
        return _left_open(asked, told, pressed=True)
    if asked == "dating" and chosen in WAYS_TO_DATE:
        return ask(chosen, self_words.question(chosen), told.as_json())
    if asked == "village" and chosen == "outside" and told.typed:
        return replace(told, entry=replace(told.entry, village_name=told.typed), typed="", done=told.done | {asked})
    entry = _births(told.entry, int(chosen)) if asked == "losses" and chosen in COUNTS else _value_of(asked, chosen)
    return told.settled(asked, entry) if entry is not None else ask(
        asked, self_words.question(asked), told.as_json()
    )  # fmt: skip


def _value_of(asked: str, chosen: str) -> Entry | None:
    if asked == "phone_owner" and chosen in ("own", "husband", "family", "neighbour"):
        return Entry.from_json({"phone_owner": chosen})
    if asked == "gravida" and chosen in ("1", "2", "3"):
        first = chosen == "1"
        return Entry(gravida=int(chosen), para=0 if first else None, abortus=0 if first else None)
    if asked == "jkn" and chosen in ("pbi", "mandiri", "ppu", "inactive", "none"):
        return Entry(jkn_told=chosen)
    if asked == "kia_book" and chosen in ("yes", "no"):
        return Entry(kia_book=chosen == "yes")
    if asked == "companion" and chosen in ("husband", "family"):
        return Entry(companion=texts.phrase(f"title_reg_companion_{chosen}"))
    return None


def _village(turn: Turn, told: Told) -> Told | Step | None:
    """A village of Malang Raya, one of several with the name, or a place outside as she types it."""
    found = newcomers.villages_named(turn.session, turn.text, asked=True)
    codes = tuple(village.code for village in found)[:MOST_MATCHES]
    entry, _ = read_all(raw_text(turn), turn.now, least_kinds=2)
    told = told.completed(entry)
    bare = replace(told, entry=replace(told.entry, village_code=None, village_name=None), villages=(), typed="")
    if len(codes) == 1:
        return replace(bare, entry=replace(bare.entry, village_code=codes[0]), done=told.done | {"village"})
    if codes:
        return replace(bare, villages=codes)
    typed = " ".join(long_numbers.hide(turn.text).split())  # her cadre reads it
    if turn.intent not in ANSWERS or not 3 <= len(typed) <= LONGEST_PLACE:
        return None
    if len(typed.split()) > MOST_PLACE_WORDS or read_yes_no(typed) is not None:
        return _again("village", told, "unclear")
    if newcomers.is_district(typed):
        return _again("village", told, "district")
    if told.typed.casefold() == typed.casefold():  # she says it again: it is called so
        return replace(bare, entry=replace(bare.entry, village_name=typed), done=told.done | {"village"})
    failed = replace(told.failed("village"), typed=typed)
    return ask("village", self_words.outside(typed), failed.as_json())
