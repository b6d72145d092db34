"""Whether a sign in a message is told as happening now, as denied, as past, or as a mere 'what if'."""

from typing import Literal

from nlu.language.danger_reading import Reading, Span

When = Literal["now", "past", "what_if", "denied"]

FILLERS_AFTER_NEGATION = 3
REACH_BEFORE = 12
REACH_AFTER = 9
FROM = frozenset("dari dri soko saka seko teko saking".split())


def time_of(reading: Reading, spans: list[Span], may_end: bool = True) -> When:
    """How the sign made of `spans` is told: denied, what-if, past or now; past includes 'stopped' if it `may_end`."""
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    if any(_is_denied(reading, span, spans) for span in spans) or _continues_denial(reading, first):
        return "denied"
    if _is_what_if(reading, first, last):
        return "what_if"
    return "past" if _is_past(reading, spans, may_end) else "now"


def _is_denied(reading: Reading, span: Span, spans: list[Span]) -> bool:
    """A negation right before the sign, or with only words like 'ada', 'lagi', 'merasa' between."""
    index = span[0] - 1
    for _ in range(FILLERS_AFTER_NEGATION + 1):
        if index < 0:
            return False
        carried = reading.carried[index]
        if "negation" in carried:
            part_of_sign = any(other[0] <= index <= other[1] for other in spans)
            return not (part_of_sign or _is_question_tag(reading, index))
        if "filler" not in carried:
            return False
        index -= 1
    return False


def _is_question_tag(reading: Reading, index: int) -> bool:
    """'Bahaya nggak keluar darah', 'bisa gak ini pendarahan': the negation belongs to what stands before it."""
    return index > 0 and "asks_before_negation" in reading.carried[index - 1]


def _continues_denial(reading: Reading, first: int) -> bool:
    """'Tidak ada pusing, kejang atau darah': the list after a denied 'ada' is denied to its end."""
    index, lists = first - 1, False
    if "out" in reading.carried[first]:
        return False
    while index >= 0 and reading.sentences[index] == reading.sentences[first]:
        carried = reading.carried[index]
        if "negation" in carried:
            return lists and "there_is" in reading.carried[index + 1]
        if carried & {"but", "now", "out"}:
            return False
        lists = lists or bool(carried & {"or", "end"})
        index -= 1
    return False


def _is_what_if(reading: Reading, first: int, last: int) -> bool:
    if _covers(reading, "confirmed", last + 1, len(reading.tokens)):
        return False
    if _stands_in_sentence(reading, "definition", first) or _asks_in_general(reading, first):
        return True
    marks = [*reading.spans.get("what_if", ()), *reading.spans.get("fear_of", ())]
    for start, end in marks:
        if _covers(reading, "no_condition", start, start):
            continue
        before = end < first and first - end <= REACH_BEFORE and reading.sentences[start] == reading.sentences[first]
        if (before or start <= first <= end) and not _breaks(reading, end, first, last):
            return True
    return False


def _asks_in_general(reading: Reading, first: int) -> bool:
    """'Bayi kuning itu kenapa', with nobody of the sender's own and no 'now' in the sentence."""
    own = any(_stands_in_sentence(reading, notion, first) for notion in ("me", "now", "strong"))
    return not own and _stands_in_sentence(reading, "asks_general", first)


def _breaks(reading: Reading, mark: int, first: int, last: int) -> bool:
    """A 'now', a 'but', or a new subject after a pause ends what the mark began."""
    for index in range(mark + 1, last + 5):
        if index >= len(reading.tokens) or reading.sentences[index] != reading.sentences[first]:
            return False
        carried = reading.carried[index]
        if index > last and "end" in carried:
            return _covers(reading, "now", mark + 1, index)
        if "now" in carried or (index < first and "but" in carried):
            return True
        if index < first and "end" in carried and "me" in reading.carried[index + 1]:
            return True
    return _covers(reading, "now", mark + 1, last + 4)


def _is_past(reading: Reading, spans: list[Span], may_end: bool) -> bool:
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    if (may_end and _resolved_after(reading, first, last)) or any(_recovered_from(reading, at) for at, _ in spans):
        return True
    for start, end in reading.spans.get("past", ()):
        part_of_sign = any(span[0] <= start <= span[1] for span in spans)
        if part_of_sign or reading.sentences[start] != reading.sentences[first]:
            continue
        before = end < first and first - end <= REACH_BEFORE and not _breaks(reading, end, first, last)
        after = start > last and start - last <= 4 and not _covers(reading, "end", last + 1, start)
        if (before or after or (start >= first and end <= last)) and not _comes_back(reading, last):
            return True
    return False


def _resolved_after(reading: Reading, first: int, last: int) -> bool:
    for start, end in reading.spans.get("resolved", ()):
        follows = last < start <= last + REACH_AFTER and reading.sentences[start] <= reading.sentences[first] + 1
        if follows and not _covers(reading, "but", end + 1, end + 3):
            return True
    return False


def _recovered_from(reading: Reading, first: int) -> bool:
    """'Sudah sembuh dari kuning': what is over stands before the sign."""
    if first < 2 or reading.tokens[first - 1].word not in FROM:
        return False
    return any(end == first - 2 for _start, end in reading.spans.get("resolved", ()))


def _comes_back(reading: Reading, last: int) -> bool:
    return any(last < start for start, _end in reading.spans.get("again_now", ()))


def _stands_in_sentence(reading: Reading, notion: str, first: int) -> bool:
    return any(reading.sentences[start] == reading.sentences[first] for start, _end in reading.spans.get(notion, ()))


def _covers(reading: Reading, notion: str, first: int, last: int) -> bool:
    return any(first <= start <= last for start, _end in reading.spans.get(notion, ()))
