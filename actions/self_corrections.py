"""A mother takes back what she told before the question that is open: "eh salah, 14 april 1996"."""

from __future__ import annotations

import re

from actions import self_words
from actions.self_answers import raw_text
from actions.self_questions import FIELDS, READERS, read_all
from actions.self_told import Told
from actions.task import SURE, Step, ask
from actions.turn import Turn
from nlu.language.denied_values import without_denied
from registry.pregnancies.entries import Entry

NOT_MEANT = frozenset({"consent", "reminders", "sharing", "resume", "known", "summary", "change", "guardian", "moved"})
DATES = frozenset({"hpht", "hpl", "dated_by"})
_CORRECTS = re.compile(
    r"(?<!\w)(?:salah|slh|keliru|kliru|kleru|ralat|maksud\w*|koreksi|revisi|typo|sing bener"
    r"|yang bener|yang benar|harusnya)(?!\w)",
    re.IGNORECASE,
)


def put_right(turn: Turn, asked: str, told: Told) -> Told | Step | None:
    """What she told with the right value in it; which line is wrong, when she only says that one is; else None."""
    text = raw_text(turn)
    corrects = bool(_CORRECTS.search(text))
    if turn.button is not None or asked in NOT_MEANT or not (corrects or turn.intent == "update_data"):
        return None
    plain = without_denied(text)
    entry, villages = read_all(plain, turn.now)
    if not entry.as_json() and not villages:
        entry = _of_question_before(turn, asked, plain, told) if corrects else Entry()
    if _answers(asked, entry) or (asked == "village" and villages):
        return None
    if entry.as_json() or villages:
        return told.put_right(entry, villages)
    sure = turn.intent == "update_data" and turn.confidence >= SURE
    return ask("change", self_words.changes(), told.as_json()) if sure and told.entry.name else None


def _answers(asked: str, entry: Entry) -> bool:
    """Whether it is the open question that is answered after all: "hpht salah, 3 juli" while the dates are asked."""
    told = set(entry.as_json())
    if asked in ("dating", "weeks", "hpl", "dating_confirm"):
        return bool(told) and told <= DATES
    return told == {asked}


def _of_question_before(turn: Turn, asked: str, text: str, told: Told) -> Entry:
    """A bare value is that of the last thing she told."""
    if asked not in FIELDS:
        return Entry()
    before = [name for name in FIELDS[: FIELDS.index(asked)] if name in READERS and getattr(told.entry, name, None)]
    if asked != "dating" and told.entry.is_dated and FIELDS.index(asked) > FIELDS.index("dating"):
        before.append("dating")
    before.sort(key=FIELDS.index)
    if not before or before[-1] in ("name", "companion"):
        return Entry()
    answer = READERS[before[-1]](text, turn.now)
    return answer.entry if answer is not None and answer.problem is None else Entry()
