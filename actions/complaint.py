"""She complains; the Dinas Kesehatan answers. Kept with the first words, one question at most."""

from __future__ import annotations

from typing import Any

from actions.answers import chosen
from actions.task import Step, Task, ask, done, say
from actions.turn import Turn
from nlu.language.complaint import Complaint as Told
from nlu.language.complaint import read_complaint
from nlu.language.normalise import words
from registry import complaints, texts
from registry.messages import Draft
from registry.models import Complaint

FEW_WORDS = 4  # "mau komplain bu": nothing has been said yet
ABOUT_A_PLACE = {"illegal_fee", "refused", "treatment", "service"}


class Complain(Task):
    """The opening message is the complaint, unless it only announces one."""

    name = "complaint"
    openers = frozenset({"complain"})
    welcome = frozenset({"ask_facility", "ask_coverage", "ask_jkn_inactive", "out_of_scope"})

    def begin(self, turn: Turn) -> Step:
        """File it at once: what is lost while we ask is lost for good."""
        wish, _, number = (turn.choice or "").partition(":")
        if wish == "answer" and number.isdecimal():
            return _ask_answer(turn, int(number))
        told = read_complaint(turn.text)
        if _says_nothing(turn, told):
            return ask("what", say("complaint_tell"), {})
        return _file(turn, told)

    def go_on(self, turn: Turn, asked: str, data: dict[str, Any]) -> Step | None:
        """What happened, where, or an officer's answer."""
        if turn.button is not None and chosen(turn, asked) is None:
            return None
        if asked == "answer":
            return _answer(turn, data["complaint"])
        told = read_complaint(turn.text)
        if asked == "what":
            return _file(turn, told)
        return _complete(turn, told, data["complaint"])


def _says_nothing(turn: Turn, told: Told) -> bool:
    """A button, or a few words that only say that something is to be complained of."""
    few = len(words(turn.text)) <= FEW_WORDS
    return not turn.text or (few and told.category == "other" and told.facility is None and told.amount is None)


def _file(turn: Turn, told: Told) -> Step:
    row = complaints.file(turn.session, turn.speaker, turn.text, told, turn.now, turn.message_id)
    says = [say("complaint_filed", number=row.number, right=_right(row))]
    if row.category == "refused":
        says.insert(0, say("complaint_refused_now"))
    if row.facility is None and row.category in ABOUT_A_PLACE:
        return ask("where", say("complaint_ask_where"), {"complaint": row.id}, *says)
    return done(*says)


def _right(row: Complaint) -> str:
    """What she is entitled to, as far as the registers say."""
    return texts.phrase(f"complaint_right_{row.entitled}") or texts.phrase("complaint_right_other")


def _complete(turn: Turn, told: Told, number: int) -> Step:
    row = turn.session.get(Complaint, number)
    if row is None:
        return done(say("task_forgotten"))
    if chosen(turn, "where") is None:
        named = told if told.facility else Told(told.category, told.amount, turn.text.strip()[:80])
        complaints.complete(turn.session, row, named, turn.now)
    return done(say("complaint_completed", number=row.number))


def _ask_answer(turn: Turn, number: int) -> Step:
    row = turn.session.get(Complaint, number)
    if row is None or not complaints.may_read(turn.speaker, row):
        return done(say("complaint_not_for_you"))
    return ask("answer", say("complaint_ask_answer", number=row.number), {"complaint": row.id})


def _answer(turn: Turn, number: int) -> Step:
    row = turn.session.get(Complaint, number)
    if row is None or not turn.text.strip():
        return done(say("task_forgotten"))
    sent = complaints.answer(turn.session, turn.speaker, row, turn.text.strip(), turn.now, turn.message_id)
    said: Draft = say("complaint_answer_sent", number=row.number) if sent else say("complaint_not_for_you")
    return done(said)
