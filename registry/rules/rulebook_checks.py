"""Refuses a rulebook whose rows are well formed but do not make sense together.

The three checks that protect mothers: some rule always answers, a "not eligible" is only said on known facts, and the
district's own programme is only offered to a KTP of the district.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from string import Formatter

from registry.rules.programme_settings import KINDS, Regency
from registry.rules.rows import (
    ALLOWED_PAIRS,
    Addition,
    Codes,
    Contents,
    PaymentPath,
    Row,
    Rule,
    RulebookError,
    SettingVersion,
    Status,
)
from registry.rules.situation import SIGNS, Segment

LATE = "papers_late"  # the reason that the count-back itself adds
STEP_TEXT_LIMIT = 120

_NEEDED_FOR_NO = {"identity": {"missing", "traced"}, "regency": {"unknown"}, "cover": {"unknown", "active"}}


def check(contents: Contents) -> None:
    """Raise RulebookError with one sentence for the first thing that is wrong."""
    _check_settings(contents.settings)
    for rows in (contents.settings, contents.rules, contents.additions):
        _check_dates(rows)
        _check_sources(rows, contents)
    _check_rules(contents.rules)
    _check_codes(contents)
    _check_texts(contents)
    _check_words(contents)


def _fault(row: Row, sentence: str) -> RulebookError:
    kind = {SettingVersion: "setting", Rule: "rule", Addition: "addition"}[type(row)]
    return RulebookError(f"{kind} '{row.id}' (line {row.origin.line}): {sentence}")


def _versions(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    """Each row with the next version of the same id."""
    last: dict[str, Row] = {}
    for position, row in enumerate(rows):
        if row.id in last:
            if rows[position - 1].id != row.id:
                raise _fault(row, "stands apart from its earlier version; put it right below, its place is its rank.")
            yield last[row.id], row
        last[row.id] = row


def _check_dates(rows: Sequence[Row]) -> None:
    for older, newer in _versions(rows):
        ends = older.origin.valid_to
        if ends is None or ends >= newer.origin.valid_from:
            raise _fault(
                newer,
                f"its dates overlap those of the version in line {older.origin.line}; end that one with valid_to "
                f"on {newer.origin.valid_from - timedelta(days=1)} or earlier.",
            )


def _check_settings(settings: Sequence[SettingVersion]) -> None:
    missing = set(KINDS) - {setting.id for setting in settings}
    if missing:
        raise RulebookError(f"settings: {', '.join(sorted(missing))} is missing.")
    for older, newer in _versions(settings):
        ends = older.origin.valid_to
        if ends is not None and ends + timedelta(days=1) < newer.origin.valid_from:
            raise _fault(newer, f"has no value between {ends} and {newer.origin.valid_from}.")
    for setting in {setting.id: setting for setting in settings}.values():
        if setting.origin.valid_to is not None:
            raise _fault(setting, "has no value after its valid_to; add the next version or leave valid_to out.")


def _check_sources(rows: Iterable[Row], contents: Contents) -> None:
    for row in rows:
        strangers = set(row.origin.source) - set(contents.sources)
        if strangers:
            raise _fault(row, f"source {', '.join(sorted(strangers))} is not in the list of sources.")


def _check_rules(rules: Sequence[Rule]) -> None:
    *others, last = rules
    if last.when or last.origin.valid_to is not None:
        raise _fault(last, "the last rule must answer everything: no conditions and no valid_to.")
    if last.origin.valid_from > min(rule.origin.valid_from for rule in rules):
        raise _fault(last, "the last rule must be in force as early as any other, or some mothers get no answer.")
    for rule in rules:
        if rule in others and not rule.when:
            raise _fault(rule, "has no conditions, so the rules below it are never reached.")
        _check_paths(rule)


def _check_paths(rule: Rule) -> None:
    paths = tuple(row.path for row in rule.paths)
    if len(paths) > 1 and paths not in ALLOWED_PAIRS:
        raise _fault(rule, f"the paths {' + '.join(paths)} do not go together.")
    steps = [step for row in rule.paths for step in row.steps]
    if len(set(steps)) < len(steps):
        raise _fault(rule, "names a step twice.")
    when = dict(rule.when)
    if PaymentPath.PROGRAMME_SKTM in paths and not _only(when, "regency", Regency.KAB_MALANG):
        raise _fault(rule, "the programme is for KTP Kab. Malang alone; say regency: [KAB_MALANG].")
    if PaymentPath.PROGRAMME_SKTM in paths and not _only(when, "programme", "open"):
        raise _fault(rule, "the programme can only be offered while it is open; say programme: [open].")
    if any(row.status is Status.NOT_ELIGIBLE for row in rule.paths):
        _check_no(rule, when)


def _only(when: dict[str, frozenset[str]], sign: str, value: str) -> bool:
    return when.get(sign) == frozenset([value])


def _check_no(rule: Rule, when: dict[str, frozenset[str]]) -> None:
    """A "not eligible" may only rest on what is known."""
    for sign, unknowns in _NEEDED_FOR_NO.items():
        if when.get(sign, SIGNS[sign]) & unknowns:
            raise _fault(rule, f"says not_eligible although {sign} may be unknown; name the known values of {sign}.")
    if rule.paths[0].path is PaymentPath.SELF_PAY and not _only(when, "poverty", "above"):
        raise _fault(rule, "says not_eligible although poverty may be unknown; say poverty: [above].")


def _check_codes(contents: Contents) -> None:
    used = _used_codes(contents)
    codes = contents.codes
    for row, kind, code in used:
        if code not in getattr(codes, kind):
            raise _fault(row, f"'{code}' is not among the codes for {kind}.")
    for kind in ("documents", "reasons", "emergency", "steps"):
        idle = set(getattr(codes, kind)) - {code for _, name, code in used if name == kind} - {LATE}
        if idle:
            raise RulebookError(f"codes {kind}: {', '.join(sorted(idle))} is used by no rule.")
    if LATE not in codes.reasons:
        raise RulebookError(f"codes reasons: {LATE} is missing; the count-back of steps uses it.")


def _used_codes(contents: Contents) -> list[tuple[Row, str, str]]:
    used: list[tuple[Row, str, str]] = []
    for rule in contents.rules:
        used += [(rule, "steps", code) for row in rule.paths for code in row.steps]
    for addition in contents.additions:
        used += [(addition, "steps", code) for code in addition.steps]
        used += [(addition, "emergency", code) for code in addition.emergency]
    rows: tuple[Rule | Addition, ...] = (*contents.rules, *contents.additions)
    for row in rows:
        used += [(row, "reasons", code) for code in row.reasons]
        used += [(row, "documents", code) for code in row.documents]
    return used


def _check_texts(contents: Contents) -> None:
    codes = contents.codes
    for kind, code, text in _texts(contents):
        try:
            strangers = {name for _, name, _, _ in Formatter().parse(text) if name is not None} - set(KINDS)
        except ValueError:
            strangers = {text}
        if strangers:
            raise RulebookError(f"codes {kind} '{code}': {{{', '.join(sorted(strangers))}}} is not a setting.")
    for step in codes.steps.values():
        _check_step(step.code, step.office, step.days, codes)
        if len(step.text) > STEP_TEXT_LIMIT:
            raise RulebookError(f"codes steps '{step.code}': the text is longer than {STEP_TEXT_LIMIT} characters.")


def _check_step(code: str, office: str, days: int | str, codes: Codes) -> None:
    if office not in codes.offices:
        raise RulebookError(f"codes steps '{code}': '{office}' is not among the codes for offices.")
    if isinstance(days, str) and (KINDS.get(days) is not int or "days" not in days.split("_")):
        raise RulebookError(f"codes steps '{code}': days names {days}, which is not a setting counted in days.")


def _texts(contents: Contents) -> Iterator[tuple[str, str, str]]:
    codes = contents.codes
    for kind in ("documents", "reasons", "emergency", "offices"):
        yield from ((kind, code, text) for code, text in getattr(codes, kind).items())
    yield from (("steps", code, step.text) for code, step in codes.steps.items())
    yield from (("regencies", code, neighbour.text) for code, neighbour in codes.regencies.items())
    yield from (("words", name, word.text) for name, word in contents.words.items())


def _check_words(contents: Contents) -> None:
    meanings = {*PaymentPath, *Segment, "DTSEN", "JKN"}
    spoken: set[str] = set()
    for name, word in contents.words.items():
        if word.means not in meanings:
            raise RulebookError(
                f"words '{name}': means is {word.means}, which is none of {', '.join(sorted(meanings))}."
            )
        forms = {name, *word.also}
        if spoken & forms:
            raise RulebookError(f"words '{name}': {', '.join(sorted(spoken & forms))} is listed under two words.")
        spoken |= forms
