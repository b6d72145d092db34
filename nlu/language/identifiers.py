"""NIK, JKN card and telephone numbers in free text: finding, masking and checking them.

Masking comes before everything else that reads a message, so it reads the whole text, in one pass. A NIK has no check
digit (domain.md section 5): ``check_nik`` says what is wrong and never mends letters or a missing digit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

IdentifierKind = Literal["nik", "card", "phone"]
NikProblem = Literal["length", "letters", "region", "date", "serial"]

NIK_LENGTH = 16
CARD_LENGTH = 13
WOMEN_DAY_OFFSET = 40
YOUNGEST, OLDEST = 10, 60
"""Ages between which the century of a birth date in a NIK is chosen."""

PROVINCES = frozenset(
    str(first + step)
    for first, count in ((11, 9), (21, 1), (31, 6), (51, 3), (61, 5), (71, 6), (81, 2), (91, 6))
    for step in range(count)
)
"""Codes of the 38 provinces (Kepmendagri 300.2.2-2138/2025)."""

_PLACEHOLDERS: dict[str, str] = {"nik": "xnik", "card": "xkartu", "phone": "xhp"}
_LOOK_ALIKES = "OoQlI|"
_RUN = re.compile(r"(?<!\w)(?<!\d[.,])\+?[0-9OoQlI|](?:[ .\-–()]{0,2}[0-9OoQlI|])+(?!\w)")
_GLUED_RUN = re.compile(r"\+?\d{9,}")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[-. ]\d{1,2}[-. ](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)(?!\d)")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){1,3}(?![.\-]?\d)")
_AMOUNT = re.compile(rf"(?:{_THOUSANDS.pattern}|[1-9]\d{{0,11}})(?!\d)")
_MONEY_BEFORE = re.compile(r"(?:rp|idr)\.? ?$", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+?62|0)?8[1-9]\d{7,10}")
_TWO_PHONES = re.compile(r"08\d{8,11}08\d{8,11}")
_FEW_PIECES = 5
_PIECES = re.compile(r"[^ .\-–()]+")


@dataclass(frozen=True)
class Identifier:
    """One number that names a person; ``digits`` as typed without separators, letters kept."""

    kind: IdentifierKind
    digits: str
    start: int
    end: int


@dataclass(frozen=True)
class Masked:
    """A text without identifiers, and what was taken out, in order of the placeholders."""

    text: str
    identifiers: tuple[Identifier, ...]


@dataclass(frozen=True)
class NikCheck:
    """What a NIK says of itself: ``nik`` is set only when there is no ``problem``."""

    nik: str | None = None
    problem: NikProblem | None = None
    born_on: date | None = None
    sex: Literal["F", "M"] | None = None
    region: str = ""
    warnings: tuple[str, ...] = ()


def find_identifiers(text: str) -> tuple[Identifier, ...]:
    """All NIK, card and telephone numbers, also mistyped NIK of 14 to 18 characters, in order."""
    found: list[Identifier] = []
    for run in _RUN.finditer(text):
        money = _MONEY_BEFORE.search(text[max(0, run.start() - 5) : run.start()])
        amount = (_AMOUNT if money else _THOUSANDS).match(run.group())
        skipped = amount.end() if amount else 0
        found += _in_run(run.group()[skipped:], run.start() + skipped)
    for run in _GLUED_RUN.finditer(_blanked(text, found)):  # stuck to letters: "nik3507...", "hp081..."
        found += _in_run(run.group(), run.start())
    return tuple(sorted(found, key=lambda one: one.start))


def _blanked(text: str, found: list[Identifier]) -> str:
    parts, at = [], 0
    for one in found:
        parts += [text[at : one.start], "#" * (one.end - one.start)]
        at = one.end
    return "".join(parts) + text[at:]


def contains_identifier(text: str) -> bool:
    """Whether there is anything to mask."""
    return bool(find_identifiers(text))


def _in_run(run: str, offset: int) -> list[Identifier]:
    """The identifiers in digits with separators; a date between them ("12-05-1996") is stepped over."""
    found: list[Identifier] = []
    at = 0
    for dated in [*_DATE.finditer(run), None]:
        end = dated.start() if dated else len(run)
        found += _in_pieces(list(_PIECES.finditer(run, at, end)), run, offset)
        at = dated.end() if dated else end
    return found


def _in_pieces(pieces: list[re.Match[str]], run: str, offset: int) -> list[Identifier]:
    """Pieces that are an identifier alone, and groups of pieces that make one together."""
    found: list[Identifier] = []
    first = 0
    while first < len(pieces):
        last = _end_of_identifier(pieces, first)
        if last is None:
            first += 1
            continue
        start, end = pieces[first].start(), pieces[last - 1].end()
        found += _identifiers(run[start:end], offset + start)
        first = last
    return found


def _end_of_identifier(pieces: list[re.Match[str]], first: int) -> int | None:
    """Behind the last piece of the identifier that begins at piece ``first``; None when none begins there."""
    if _kind_of(pieces[first].group()):
        return first + 1
    joined, together = "", None
    for last in range(first, min(first + NIK_LENGTH + 2, len(pieces))):
        piece = pieces[last].group()
        if last > first and _kind_of(piece):
            break
        joined += piece
        if len(joined) > NIK_LENGTH + 2:
            break
        if last > first and _is_spaced_identifier(
            joined, last - first + 1, whole=first == 0 and last == len(pieces) - 1
        ):
            together = last + 1
        elif together and joined.startswith("08"):
            break
    return together


def _is_spaced_identifier(joined: str, pieces: int, whole: bool) -> bool:
    """Small numbers side by side are no NIK: it must begin like one, and in many pieces it must be all there is."""
    kind = _kind_of(joined)
    if kind is None or kind == "phone":
        return kind is not None
    if (pieces > 2 * _FEW_PIECES - 2 and not whole) or joined.startswith("08"):
        return False
    if len(joined) != NIK_LENGTH and pieces > _FEW_PIECES:
        return False
    looks_right = joined[:2] in PROVINCES if kind == "nik" else joined.startswith("000")
    return looks_right or (pieces <= _FEW_PIECES and len(joined) in (CARD_LENGTH, NIK_LENGTH))


def _identifiers(raw: str, start: int) -> list[Identifier]:
    """One identifier, or the two telephone numbers that were typed without a space."""
    bare = _bare(raw)
    kind = _kind_of(bare)
    if kind == "phones":
        middle = bare.index("08", 10)
        return [
            Identifier("phone", bare[:middle], start, start + middle),
            Identifier("phone", bare[middle:], start + middle, start + len(raw)),
        ]
    return [Identifier(kind, bare, start, start + len(raw))] if kind else []


def _bare(raw: str) -> str:
    return re.sub(r"[ .\-–()]", "", raw)


def _kind_of(bare: str) -> IdentifierKind | Literal["phones"] | None:
    """nik, card or phone by length and beginning; None for any other number. What is too long is hidden as a NIK."""
    if _PHONE.fullmatch(bare):
        return "phone"
    if len(bare) > NIK_LENGTH + 2:
        return "phones" if _TWO_PHONES.fullmatch(bare) else "nik" if bare.isdigit() else None
    digits = bare.removeprefix("+")
    if len(digits) < CARD_LENGTH or len(digits) > NIK_LENGTH + 2:
        return None
    if not digits.isdigit():
        letters = sum(character in _LOOK_ALIKES for character in digits)
        return "nik" if len(digits) >= 14 and 2 * letters <= len(digits) else None
    if len(digits) == CARD_LENGTH:
        return "card"
    return "nik"


def mask(text: str) -> Masked:
    """The text with ``xnik1``, ``xkartu1``, ``xhp1`` ... in place of identifiers, numbered per kind.

    A placeholder stands as a word of its own: a space is added where the number touched a letter or digit.
    """
    identifiers = find_identifiers(text)
    counts: dict[str, int] = {}
    parts: list[str] = []
    at = 0
    for one in identifiers:
        counts[one.kind] = counts.get(one.kind, 0) + 1
        before, after = text[at : one.start], text[one.end : one.end + 1]
        written = before or "".join(parts[-1:])
        lead = " " if written[-1:].isalnum() or written.endswith((",", ".")) else ""
        tail = " " if after.isalnum() else ""
        parts += [before, lead, f"{_PLACEHOLDERS[one.kind]}{counts[one.kind]}", tail]
        at = one.end
    return Masked("".join(parts) + text[at:], identifiers)


def unmask_value(masked: Masked, placeholder: str) -> str | None:
    """The digits behind a placeholder such as ``xnik1``; None when there is no such one."""
    for kind, word in _PLACEHOLDERS.items():
        number = placeholder.removeprefix(word)
        if number != placeholder and number.isascii() and number.isdigit():
            of_kind = [one.digits for one in masked.identifiers if one.kind == kind]
            return of_kind[int(number) - 1] if 1 <= int(number) <= len(of_kind) else None
    return None


def check_nik(raw: str, today: date) -> NikCheck:
    """Format of a NIK: province, birth date (women day + 40), serial; age is judged on ``today``.

    The region is that of first issue, so another regency is no problem. A man's NIK is none either: the caller decides.
    """
    bare = re.sub(r"[\s.\-]", "", raw)
    if not (bare.isascii() and bare.isdigit()):
        return NikCheck(problem="letters" if re.search(r"\d", bare) else "length")
    if len(bare) != NIK_LENGTH:
        return NikCheck(problem="length")
    region = bare[:4]
    if bare[:2] not in PROVINCES or bare[2:4] == "00":
        return NikCheck(problem="region", region=region)
    sex: Literal["F", "M"] = "F" if int(bare[6:8]) > WOMEN_DAY_OFFSET else "M"
    born_on = _birth_date(bare[6:12], today)
    if born_on is None:
        return NikCheck(problem="date", region=region)
    if bare[12:] == "0000":
        return NikCheck(problem="serial", region=region)
    warnings = ("maybe_family_card",) if sex == "M" else ()
    return NikCheck(bare, None, born_on, sex, region, warnings)


def _birth_date(digits: str, today: date) -> date | None:
    """The day of DDMMYY, women's day less 40; the century that gives an age of 10 to 60, else the nearest past."""
    day, month, short_year = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if day > WOMEN_DAY_OFFSET:
        day -= WOMEN_DAY_OFFSET
    century = today.year // 100 * 100
    days = [_day(century + step + short_year, month, day) for step in (0, -100)]
    past = [one for one in days if one is not None and one <= today]
    fitting = [one for one in past if YOUNGEST <= _age(one, today) <= OLDEST]
    return next(iter(fitting or past), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _age(born_on: date, today: date) -> int:
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def mask_nik(nik: str) -> str:
    """``3507********0001``: what may be shown to confirm a NIK."""
    return f"{nik[:4]}********{nik[-4:]}" if len(nik) == NIK_LENGTH else "*" * len(nik)


def parse_phone(raw: str) -> str | None:
    """An Indonesian mobile number as +628..., 10 to 13 digits with its leading 0; None for landlines and others."""
    bare = re.sub(r"[\s.\-–()]", "", raw)
    match = re.fullmatch(r"(?:\+?62|0062)?0?(8[1-9][0-9]{7,10})", bare)
    return f"+62{match.group(1)}" if match else None


def mask_phone(phone: str) -> str:
    """``+6281****7890``: enough to recognise one's own number."""
    return f"{phone[:5]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)
