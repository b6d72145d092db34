"""The last line of defence: does a message tell of danger or labour, in words alone, with nothing else running?

Signs follow the word table of domain.md section 3 (KIA book, WHO and ministry lists). The rule above all others:
an unclear message is asked about, never passed over, and a question mark cancels nothing.
"""

from dataclasses import dataclass, replace
from typing import Literal

from nlu.language import danger_reading
from nlu.language.danger_lexicon import Sign, lexicon
from nlu.language.danger_reading import Reading, Span, read
from nlu.language.danger_scope import When, time_of

TERM_DAYS = 259
"""37 completed weeks: waters and pains before this day are danger, after it labour."""
FIRST_MOVEMENT_DAYS = 140
"""Before 20 weeks many mothers feel no movement yet: ask, do not alarm."""
CONTEXT_REACH = 25
NEAR = 5
ANIMAL_REACH = 6
THING_REACH = 3
UNENDING = frozenset({"fits", "fainting", "nb_fits", "nb_breath", "nb_colour", "trauma"})
"""Signs that stay alarms today even when the message says they have stopped: a fit that is over is still a fit."""
HUMAN_ONLY = frozenset({"bleeding", "vision", "headache_severe", "mood", "show"})
"""Things neither bleed nor see: 'lihat tv jadi dua' is of a person."""
LABOUR_CODES = frozenset({"contractions", "show", "waters", "pushing"})
LABOUR_TALK = frozenset({"interval", "time_come", "birth_soon", "mucus", "opening"})
_PRETERM = {"waters": "waters_preterm", "contractions": "contractions", "show": "bleeding", "pushing": "pushing"}
_ORDER: dict[When, int] = {"now": 0, "past": 1, "what_if": 2, "denied": 3}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a message tells: sign codes, how sure, whose, when; `matched` is for the reviewer and never for a log."""

    codes: tuple[str, ...]
    kind: Literal["danger", "labour"]
    certainty: Literal["alarm", "ask"]
    subject: Literal["mother", "newborn"]
    when: When
    matched: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Hit:
    sign: Sign
    spans: tuple[Span, ...]
    when: When
    is_alarm: bool
    may_add: bool

    @property
    def first(self) -> int:
        return min(span[0] for span in self.spans)

    @property
    def last(self) -> int:
        return max(span[1] for span in self.spans)


def assess(text: str, *, gestation_days: int | None = None, postpartum: bool | None = None) -> Finding | None:
    """The danger or labour told in `text`, or None. Never raises; reads at most 6,000 characters.

    `gestation_days` is what the register knows; an age told in the message itself wins. Before 37 weeks, or when nobody
    knows, broken waters are danger; regular pains, show and the urge to push are danger only when known to be early.
    """
    reading = read(text)
    age = danger_reading.gestation_days(reading)
    age = gestation_days if age is None else age
    hits = [hit for sign in lexicon().signs for hit in _hits(reading, sign)]
    hits = _without_shadows([_weigh(reading, hit, age, postpartum) for hit in hits])
    hits = _without_pains_of_labour(reading, hits)
    if not hits or ("study" in reading.spans and all(hit.when == "what_if" for hit in hits)):
        return None
    alarms = [hit for hit in hits if hit.is_alarm] or _together(hits)
    return _finding(reading, alarms or hits, age, is_alarm=bool(alarms), postpartum=bool(postpartum))


def _hits(reading: Reading, sign: Sign) -> list[_Hit]:
    spans = reading.spans
    for term in (*sign.terms, *sign.context):
        for notion in term:
            if notion in spans:
                break
        else:
            return []
    hits = []
    for anchor in _places(reading, sign.terms[0]):
        met = _meet(reading, sign, anchor)
        if met:
            first, last = min(span[0] for span in met), max(span[1] for span in met)
            if not reading.near(sign.void, first, last, NEAR) and not _is_of_another(reading, sign, first):
                weakened = reading.near(sign.weaker, first, last, NEAR)
                told = "now" if sign.code == "mood" else time_of(reading, list(met), sign.code not in UNENDING)
                hits.append(_Hit(sign, met, told, sign.certainty == "alarm" and not weakened, not weakened))
    return hits


def _is_of_another(reading: Reading, sign: Sign, first: int) -> bool:
    """'Sapi saya kejang', 'hp saya jatuh': an animal or a thing is the subject, unless a person stands between."""
    apart = {"pregnant", "after_birth", "baby", "violence", "violence_verb", "death_wish"}.isdisjoint(reading.spans)
    reaches = (
        ("animal", ANIMAL_REACH),
        ("thing", 0 if sign.code in HUMAN_ONLY else THING_REACH),
        ("unrelated", ANIMAL_REACH if apart else 0),
    )
    for notion, reach in reaches:
        for start, end in reading.spans.get(notion, ()):
            if (notion == "thing" and "crash" in reading.carried[first]) or not 0 < first - end <= reach:
                continue
            if reading.sentences[start] != reading.sentences[first]:
                continue
            after = reading.carried[end + 1 : first]
            between = [carried - {"person"} if place == 0 else carried for place, carried in enumerate(after)]
            ridden = start > 0 and "rides" in reading.carried[start - 1]
            if not ridden and not any(carried & {"person", "baby", "child", "end"} for carried in between):
                return True
    return False


def _places(reading: Reading, term: tuple[str, ...]) -> list[Span]:
    return [span for notion in term for span in reading.spans.get(notion, ())]


def _meet(reading: Reading, sign: Sign, anchor: Span) -> tuple[Span, ...] | None:
    """The nearest place of every term around the anchor, apart from each other, in one sentence and window."""
    chosen = [anchor]
    for term in sign.terms[1:]:
        near = [span for span in _places(reading, term) if _fits(reading, span, chosen, sign.window)]
        if not near:
            return None
        chosen.append(min(near, key=lambda span: _distance(span, anchor)))
    for term in sign.context:
        if not any(_distance(span, anchor) <= CONTEXT_REACH for span in _places(reading, term)):
            return None
    return tuple(chosen)


def _fits(reading: Reading, span: Span, chosen: list[Span], window: int) -> bool:
    if reading.sentences[span[0]] != reading.sentences[chosen[0][0]]:
        return False
    return all(_distance(span, other) > 0 and _distance(span, other) <= window for other in chosen)


def _distance(span: Span, other: Span) -> int:
    return max(span[0] - other[1], other[0] - span[1], 0)


def _weigh(reading: Reading, hit: _Hit, age: int | None, postpartum: bool | None) -> _Hit:
    """Lower an alarm to a question when the sign is not now, or the message speaks of someone else."""
    code, near = hit.sign.code, reading.near
    doubtful = (
        hit.when != "now"
        or near(frozenset({"older_child"}), hit.first, hit.last, 8)
        or (
            hit.sign.subject == "newborn"
            and (danger_reading.child_age_days(reading) or 0) > danger_reading.NEWBORN_DAYS
        )
        or (code == "less_movement" and age is not None and age < FIRST_MOVEMENT_DAYS)
        or (_is_over_at_birth(hit) and (postpartum is True or _is_born(reading)))
        or ("loss" in reading.spans and not _goes_on(reading, hit))
    )
    at_term = hit.sign.certainty == "term" and age is not None and age >= TERM_DAYS
    return replace(hit, is_alarm=(hit.is_alarm or at_term) and not doubtful, may_add=hit.may_add and not doubtful)


def _together(hits: list[_Hit]) -> list[_Hit]:
    """Two different signs now, each too weak alone (raised pressure and reeling), are an alarm together."""
    now = [hit for hit in hits if hit.may_add]
    return now if len({hit.sign.code for hit in now}) > 1 else []


def _is_born(reading: Reading) -> bool:
    return "born" in reading.spans or "after_birth" in reading.spans


def _is_over_at_birth(hit: _Hit) -> bool:
    """Pains, show and 'not born yet' end when the child is there; a retained placenta or a stuck body does not."""
    return hit.sign.code in LABOUR_CODES or bool(
        {"not_born", "long_time"} & {name for term in hit.sign.terms for name in term}
    )


def _goes_on(reading: Reading, hit: _Hit) -> bool:
    """After a loss only what goes on or is severe is an alarm; grief is not answered with a siren."""
    return hit.sign.subject == "mother" and reading.near(
        frozenset({"now", "still", "strong"}), hit.first, hit.last, NEAR
    )


def _without_shadows(hits: list[_Hit]) -> list[_Hit]:
    """Leave out what another reading of the same words explains better: the newborn's row, or the animal's."""
    newborn = {span for hit in hits if hit.sign.subject == "newborn" for span in hit.spans}
    return [hit for hit in hits if hit.sign.subject == "newborn" or hit.spans[0] not in newborn]


def _without_pains_of_labour(reading: Reading, hits: list[_Hit]) -> list[_Hit]:
    """'Wis wayahe, wetenge mules terus': where the message speaks of labour itself, its pains are no severe pain."""
    labour = [hit for hit in hits if hit.is_alarm and hit.sign.code in LABOUR_CODES]
    if LABOUR_TALK.isdisjoint(reading.spans) or not labour:
        return hits
    words = {index for hit in labour for start, end in hit.spans for index in range(start, end + 1)}
    return [
        hit
        for hit in hits
        if hit.sign.code != "belly_severe" or not any(start in words or end in words for start, end in hit.spans)
    ]


def _finding(reading: Reading, hits: list[_Hit], age: int | None, *, is_alarm: bool, postpartum: bool) -> Finding:
    hits = sorted(hits, key=lambda hit: (hit.first, hit.last))
    early = age is not None and age < TERM_DAYS
    codes = list(dict.fromkeys(_code(hit.sign.code, age) for hit in hits))
    is_labour = not early and all(code in LABOUR_CODES for code in codes)
    if "bleeding" in codes and "nifas" not in codes and (postpartum or "after_birth" in reading.spans):
        codes.append("nifas")
    newborn = hits[0].sign.subject == "newborn"
    return Finding(
        codes=tuple(codes),
        kind="labour" if is_labour else "danger",
        certainty="alarm" if is_alarm else "ask",
        subject="newborn" if newborn else "mother",
        when=min((hit.when for hit in hits), key=lambda when: _ORDER[when]),
        matched=tuple(dict.fromkeys(reading.words(span) for hit in hits for span in sorted(hit.spans))),
        start=reading.tokens[hits[0].first].start,
        end=reading.tokens[hits[0].last].end,
    )


def _code(code: str, age: int | None) -> str:
    """Waters are preterm unless term is known; the other labour signs are labour unless known to be early."""
    if code == "waters":
        return "waters" if age is not None and age >= TERM_DAYS else "waters_preterm"
    return _PRETERM.get(code, code) if age is not None and age < TERM_DAYS else code
