"""A message as the danger gate reads it: which notions stand where, and the ages it tells of itself."""

import re
from dataclasses import dataclass, field

from nlu.language.danger_lexicon import Phrase, lexicon, notions, parts, together
from nlu.language.danger_text import END, PAUSE, Token, tokenise

Span = tuple[int, int]
"""First and last token of a notion, both included."""

ORDINARY = "ordinary"
FEVER_DEGREES = 38.0
COLD_DEGREES = 36.4
SEVERE_PRESSURE = (160, 110)
HIGH_PRESSURE = (140, 90)
LONG_LABOUR_HOURS = 12
NEWBORN_DAYS = 28
CHILD_YEARS = 12
DAYS_PER_MONTH = 28
TERM_MONTHS_DAYS = 266
"""Months are taken short: 8 months of pregnancy are at least 32 weeks, a doubt that falls on the safe side."""

REACHES = frozenset("genap sampai sampe nyampe nyampek masuk ada tekan mlebu cukup pas".split())

_WORD_NUMBERS = {
    word: value
    for value, words in enumerate(
        ("satu siji", "dua loro rong", "tiga telu telung", "empat papat patang", "lima limo limang", "enem enam nem",
         "tujuh pitu pitung", "delapan wolu wolung", "sembilan songo sangang", "sepuluh"), start=1
    )
    for word in words.split()
}  # fmt: skip
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?$")
_PRESSURE = re.compile(r"(\d{2,3})/(\d{2,3})$")


@dataclass(slots=True)
class Reading:
    """Tokens with their notions; `spans` answers where a notion stands, in order."""

    tokens: list[Token]
    carried: list[set[str]]
    sentences: list[int]
    spans: dict[str, list[Span]] = field(default_factory=dict)

    def words(self, span: Span) -> str:
        """The folded words of a span."""
        return " ".join(token.word for token in self.tokens[span[0] : span[1] + 1])

    def near(self, wanted: frozenset[str], first: int, last: int, reach: int) -> bool:
        """Whether one of the notions stands in the same sentence within `reach` tokens of first..last."""
        for notion in wanted:
            for start, end in self.spans.get(notion, ()):
                if end >= first - reach and start <= last + reach and self.sentences[start] == self.sentences[first]:
                    return True
        return False

    def figure(self, index: int) -> float | None:
        """The number at a token, in figures or as a word."""
        if not 0 <= index < len(self.tokens):
            return None
        word = self.tokens[index].word
        if _FIGURE.match(word) and len(word) < 8:
            return float(word.replace(",", "."))
        return _WORD_NUMBERS.get(word)


def read(text: str) -> Reading:
    """The notions of a message; ordinary phrases (golongan darah, kuning langsat) are blanked first."""
    tokens = _joined([Token(word, token.start, token.end) for token in tokenise(text) for word in parts(token.word)])
    carried = [set(notions(token.word)) for token in tokens]
    reading = Reading(tokens, carried, _sentences(tokens))
    _mark_figures(reading)
    _index(reading)
    candidates = lexicon().phrases_among(reading.spans)
    if sum(_find(reading, phrase) for phrase in candidates if phrase.notion == ORDINARY):
        _index(reading)
    for phrase in candidates:
        if phrase.notion != ORDINARY:
            _find(reading, phrase)
    return reading


def _joined(tokens: list[Token]) -> list[Token]:
    joined: list[Token] = []
    for token in tokens:
        whole = together(joined[-1].word, token.word) if joined else None
        if whole:
            joined[-1] = Token(whole, joined[-1].start, token.end)
        else:
            joined.append(token)
    return joined


def gestation_days(reading: Reading) -> int | None:
    """How far the pregnancy is by the message itself ('38 mgg', 'hamil 7 bulan'); None when it does not say."""
    for index, days in _durations(reading, ("week", "month")):
        told = reading.near(frozenset({"pregnant", "how_far"}), index, index, 4)
        if (told or days > 2 * NEWBORN_DAYS) and days <= 320 and not _is_age_of_child(reading, index):
            if _is_not_reached(reading, index):
                return days - 1
            return TERM_MONTHS_DAYS if _is_past_nine_months(reading, index, days) else days
    return 280 if reading.spans.get("at_term") else None


def _is_not_reached(reading: Reading, index: int) -> bool:
    """'Belum 37 minggu', 'durung genap 9 bulan'."""
    before = index - 1
    if before > 0 and reading.tokens[before].word in REACHES:
        before -= 1
    return before >= 0 and "negation" in reading.carried[before]


def _is_past_nine_months(reading: Reading, index: int, days: int) -> bool:
    """'Sudah 9 bulan' is term, 'jalan 9 bulan' is not yet."""
    return days == 9 * DAYS_PER_MONTH and not reading.near(frozenset({"entering"}), index, index, 2)


def child_age_days(reading: Reading) -> int | None:
    """The age of the child the message speaks of ('bayi umur 3 hari'); None when it does not say."""
    for index, days in _durations(reading, ("day", "week", "month", "year")):
        if _is_age_of_child(reading, index):
            return days
    return None


def _is_age_of_child(reading: Reading, index: int) -> bool:
    if reading.near(frozenset({"pregnant", "how_far"}), index, index, 4):
        return False
    return reading.near(frozenset({"age"}), index, index, 3) and reading.near(
        frozenset({"baby", "child", "suckle"}), index, index, 10
    )


def _durations(reading: Reading, units: tuple[str, ...]) -> list[tuple[int, int]]:
    lengths = {"day": 1, "week": 7, "month": DAYS_PER_MONTH, "year": 365}
    found = []
    for unit in units:
        for start, _end in reading.spans.get(unit, ()):
            amount = reading.figure(start - 1)
            if amount is not None:
                found.append((start - 1, int(amount * lengths[unit])))
    return found


def _sentences(tokens: list[Token]) -> list[int]:
    numbers, current = [], 0
    for token in tokens:
        numbers.append(current)
        current += token.word == END
    return numbers


def _mark_figures(reading: Reading) -> None:
    for index, token in enumerate(reading.tokens):
        carried = reading.carried[index]
        if token.word in (END, PAUSE):
            carried.add("end")
        elif (amount := reading.figure(index)) is not None:
            carried.add("number")
            carried |= _meaning_of_figure(reading, index, amount)
        elif pressure := _PRESSURE.match(token.word):
            carried |= _meaning_of_pressure(int(pressure[1]), int(pressure[2]))


def _meaning_of_figure(reading: Reading, index: int, amount: float) -> set[str]:
    after = reading.carried[index + 1] if index + 1 < len(reading.tokens) else set()
    before = set[str]().union(*reading.carried[max(0, index - 3) : index])
    if "year" in after and amount <= CHILD_YEARS:
        return {"child_years"}
    if "pressure" in before and amount >= HIGH_PRESSURE[0]:
        lower = (
            reading.figure(index + 2)
            if index + 2 < len(reading.tokens) and reading.tokens[index + 1].word == "per"
            else 0
        )
        return _meaning_of_pressure(int(amount), int(lower or 80))
    if "hour" in after and amount >= LONG_LABOUR_HOURS:
        return {"hours_long"}
    around = before.union(*reading.carried[index + 1 : index + 4])
    if after & {"week", "month", "day", "hour", "year"} or not (
        "degree" in after or around & {"hot", "temperature", "cold"}
    ):
        return set()
    if FEVER_DEGREES <= amount <= 43:
        return {"fever_degrees"}
    return {"cold_degrees"} if 30 <= amount <= COLD_DEGREES else set()


def _meaning_of_pressure(upper: int, lower: int) -> set[str]:
    if not (80 <= upper <= 300 and 40 <= lower <= 200):
        return set()
    if upper >= SEVERE_PRESSURE[0] or lower >= SEVERE_PRESSURE[1]:
        return {"pressure_severe", "pressure_high"}
    return {"pressure_high"} if upper >= HIGH_PRESSURE[0] or lower >= HIGH_PRESSURE[1] else set()


def _index(reading: Reading) -> None:
    reading.spans = {}
    for index, carried in enumerate(reading.carried):
        for notion in carried:
            reading.spans.setdefault(notion, []).append((index, index))


def _find(reading: Reading, phrase: Phrase) -> bool:
    """Add the phrase's spans under its notion; an ordinary phrase takes its words' other notions away."""
    spans = reading.spans
    for part in phrase.parts:
        if part not in spans:
            return False
    found = False
    for first in reading.spans[phrase.parts[0]]:
        span = _follow(reading, phrase, first)
        if span is None:
            continue
        found = True
        if phrase.notion == ORDINARY:
            for index in range(span[0], span[1] + 1):
                reading.carried[index] &= {"end", "negation", "number"}
        reading.spans.setdefault(phrase.notion, []).append(span)
    return found


def _spared(reading: Reading, part: str, last: int) -> int:
    """A negation reaches over one helping word: gak mau lepas, belum bisa gerak."""
    return int(part == "negation" and last + 1 < len(reading.carried) and "aux" in reading.carried[last + 1])


def _follow(reading: Reading, phrase: Phrase, first: Span) -> Span | None:
    last = first[1]
    for before, part, gap in zip(phrase.parts, phrase.parts[1:], phrase.gaps[1:], strict=False):
        reached = [
            span
            for span in reading.spans[part]
            if last < span[0] <= last + 1 + max(gap, _spared(reading, before, last))
            and reading.sentences[span[0]] == reading.sentences[first[0]]
            if not any("negation" in carried for carried in reading.carried[last + 1 : span[0]])
        ]
        if not reached:
            return None
        last = reached[0][1]
    return first[0], last
