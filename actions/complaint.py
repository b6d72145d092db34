"""She complains; the Dinas Kesehatan answers. Kept with the first words, one question at most."""

from __future__ import annotations

from typing import Any

from actions.answers import chosen, is_other_button
from actions.task import SURE, Step, Task, ask, done, say
from actions.turn import Turn
from nlu.language.complaint import Complaint as Told
from nlu.language.complaint import read_complaint, read_numbered, refused_for_card, wants_no_name
from nlu.language.complaint_cry import only_supposes
from nlu.language.normalise import words
from nlu.language.replies import read_yes_no
from nlu.language.short_answers import says_skip
from registry import presses, texts
from registry.casework import complaints
from registry.models import Complaint

LONGEST_NAME = 7  # words: what is longer is more of the story, not the name of a place
FEW_WORDS = 4  # "mau komplain bu": nothing has been said yet
ABOUT_A_PLACE = {"illegal_fee", "refused", "treatment", "service"}
# What a story, or an officer's answer, may look like to the classifier; orders and other wishes are not among them.
TALE = frozenset(
    "affirm deny greet inform thank nlu_fallback out_of_scope ask_facility ask_coverage ask_eligibility "
    "ask_documents ask_registration ask_jkn_inactive ask_antenatal_schedule ask_pregnancy_health complain "
    "report_antenatal_visit check_jkn check_eligibility".split()
)
PLAIN = frozenset("affirm deny inform nlu_fallback out_of_scope complain thank greet".split())


class Complain(Task):
    """The opening message is the complaint, unless it only announces one."""

    name = "complaint"
    openers = frozenset({"complain"})
    welcome = TALE

    def begin(self, turn: Turn) -> Step:
        """File it at once: what is lost while we ask is lost for good."""
        wish, _, number = (turn.choice or "").partition(":")
        if wish == "answer" and number.isdecimal() and len(number) <= presses.MOST_DIGITS:
            return _ask_answer(turn, int(number))
        numbered = _numbered(turn)
        if numbered is not None:
            return numbered
        if turn.text and only_supposes(turn.text):
            return done(say("complaint_supposed"))
        told = read_complaint(turn.text)
        if _says_nothing(turn, told):
            return ask("what", say("complaint_tell"), {})
        return _file(turn, told)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """What happened, where, or an officer's answer."""
        if is_other_button(turn, asked):
            return self.begin(turn) if turn.intent in self.openers else None
        if asked == "answer":
            return _answer(turn, data)
        told = read_complaint(turn.text)
        if asked == "what":
            return _told(turn, told, data)
        return _place(turn, told, data["complaint"])


def _numbered(turn: Turn) -> Step | None:
    """An officer names a complaint he may know of: his words are the answer, without any he is asked for them."""
    said = read_numbered(turn.text) if turn.speaker.staff is not None else None
    row = complaints.numbered(turn.session, turn.speaker, said.number, said.year, turn.now) if said else None
    if said is None or row is None:
        return None
    return _sent(turn, row, said.words) if said.words else _ask_answer(turn, row.id)


def _says_nothing(turn: Turn, told: Told) -> bool:
    """A button, or a few words that only say that something is to be complained of."""
    few = len(words(turn.text)) <= FEW_WORDS
    return bool(turn.button) or not turn.text or (few and told == Told())


def _told(turn: Turn, told: Told, data: dict[str, Any]) -> Step | None:
    """Her story; "no" or a second silence ends it, and a question of another kind is answered first."""
    bare = read_yes_no(turn.text)
    if bare == "no" or says_skip(turn.text):
        return done(say("complaint_nothing_told"))
    if bare == "yes" or not turn.text:
        return done(say("complaint_nothing_told")) if data.get("again") else ask(
            "what", say("complaint_tell"), {"again": True}
        )  # fmt: skip
    if told == Told() and turn.intent not in PLAIN and turn.confidence >= SURE:
        return None
    return _file(turn, told)


def _file(turn: Turn, told: Told) -> Step:
    filed = complaints.file(turn.session, turn.speaker, turn.text, told, turn.now, turn.message_id)
    row = filed.row
    says = [say("complaint_completed", number=row.number)]
    if filed.is_new:
        says = [say("complaint_filed", number=row.number, right=_right(row))]
        if row.category == "refused":
            says.insert(0, say("complaint_refused_now"))
            if refused_for_card(turn.text):
                says.append(say("complaint_refused_card"))
    if complaints.needs_place(row) and row.category in ABOUT_A_PLACE:
        return ask("where", say("complaint_ask_where"), {"complaint": row.id}, *says)
    return done(*says)


def _right(row: Complaint) -> str:
    """What she is entitled to, as far as the registers say."""
    return texts.phrase(f"complaint_right_{row.entitled}") or texts.phrase("complaint_right_other")


def _place(turn: Turn, told: Told, number: int) -> Step | None:
    """Where it was: a place we know, her own word for it, or nothing."""
    row = complaints.of_speaker(turn.session, turn.speaker, number)
    if row is None:
        return done(say("task_forgotten"))
    if chosen(turn, "where") or says_skip(turn.text) or read_yes_no(turn.text) is not None:
        return done(say("complaint_noted", number=row.number))
    if told.facility is None and wants_no_name(turn.text):
        return ask("where", say("complaint_ask_where"), {"complaint": row.id}, say("complaint_name_hidden"))
    if told.facility is None and (not turn.text or (turn.intent not in PLAIN and turn.confidence >= SURE)):
        return None
    is_name = told.facility is None and len(words(turn.text)) <= LONGEST_NAME
    named = Told(told.category, told.amount, turn.text) if is_name else told
    complaints.add(turn.session, turn.speaker, row, turn.text, named, turn.now, turn.message_id)
    return done(say("complaint_completed", number=row.number))


def _ask_answer(turn: Turn, number: int) -> Step:
    row = complaints.for_officer(turn.session, turn.speaker, number)
    if row is None:
        return done(say("complaint_not_for_you"))
    if row.status == "closed":
        return done(say("complaint_answer_too_late", number=row.number))
    return ask("answer", say("complaint_ask_answer", number=row.number), {"complaint": row.id})


def _answer(turn: Turn, data: dict[str, Any]) -> Step | None:
    row = complaints.for_officer(turn.session, turn.speaker, data["complaint"])
    if row is None:
        return done(say("complaint_not_for_you"))
    return _sent(turn, row, turn.text) if turn.text else None


def _sent(turn: Turn, row: Complaint, words_of_officer: str) -> Step:
    sent = complaints.answer(turn.session, turn.speaker, row.id, words_of_officer, turn.now, turn.message_id)
    if sent == "too_long":
        return ask("answer", say("complaint_answer_too_long", most=complaints.LONGEST_ANSWER), {"complaint": row.id})
    said = {"sent": "complaint_answer_sent", "not_reached": "complaint_answer_not_reached"}
    return done(say(said.get(sent, "complaint_answer_too_late"), number=row.number))
