"""What is known about a mother, and the few words ("signs") in which the rules may speak about it.

Every sign has a closed list of values, so a rule in the data can name a sign and its values and nothing else: no
expression is ever evaluated. What is not known is the value ``unknown``; it never turns into a no.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.rules.programme_settings import Regency, Settings


class Segment(StrEnum):
    """Who pays the JKN premium; NONE is a looked-up "not a member"."""

    PBI_JK = "PBI_JK"
    PBPU_PEMDA = "PBPU_PEMDA"
    PBPU = "PBPU"
    PPU = "PPU"
    BP = "BP"
    NONE = "NONE"


@dataclass(frozen=True)
class Facts:
    """What the registers say about one mother; None is always "not known". Dates are local (Asia/Jakarta)."""

    regency: Regency | None = None  # the KTP's domicile of today, never the NIK's prefix
    regency_name: str | None = None  # as the register spells it, for the text
    identity_known: bool = False  # the NIK is in the civil register
    jkn_segment: Segment | None = None
    jkn_active: bool | None = None
    jkn_class: int | None = None
    jkn_arrears_months: int | None = None
    jkn_inactive_since: date | None = None
    jkn_checked_on: date | None = None
    dtsen_listed: bool | None = None
    decile: int | None = None  # 1 (poorest) to 10
    dtks: bool | None = None
    hpl: date | None = None
    emergency: bool = False


def _identity(facts: Facts, _settings: Settings, _today: date) -> str:
    """A NIK that no civil register has may be mistyped: then "not listed" elsewhere means nothing, a hit means much."""
    if facts.identity_known:
        return "found"
    hits = (
        facts.jkn_segment not in (None, Segment.NONE),
        facts.jkn_active,
        facts.decile is not None,
        facts.dtsen_listed,
        facts.dtks,
    )
    return "traced" if any(hits) else "missing"


def _regency(facts: Facts, _settings: Settings, _today: date) -> str:
    return facts.regency or "unknown"


def _segment(facts: Facts, _settings: Settings, _today: date) -> str:
    return facts.jkn_segment or "unknown"


_COVER_WHEN_INACTIVE = {
    Segment.PBI_JK: "pbi_inactive",
    Segment.PBPU_PEMDA: "regional_inactive",
    Segment.PBPU: "self_paid_inactive",
    Segment.BP: "self_paid_inactive",
    Segment.PPU: "employer_inactive",
}


def _cover(facts: Facts, _settings: Settings, _today: date) -> str:
    if facts.jkn_active:
        return "active"
    if facts.jkn_segment == Segment.NONE:
        return "none"
    if facts.jkn_segment is None or facts.jkn_active is None:
        return "unknown"
    return _COVER_WHEN_INACTIVE[facts.jkn_segment]


def _check(facts: Facts, settings: Settings, today: date) -> str:
    """How much the last look at the JKN status is worth; a status can flip in a day, so less close to the birth."""
    if facts.jkn_checked_on is None or facts.jkn_checked_on > today:
        return "stale"
    near = facts.hpl is not None and (facts.hpl - today).days <= settings.near_hpl_days
    valid_days = settings.jkn_check_valid_days_near_hpl if near else settings.jkn_check_valid_days
    return "fresh" if (today - facts.jkn_checked_on).days <= valid_days else "stale"


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _within_months(since: date | None, months: int, today: date) -> str:
    if since is None:
        return "unknown"
    return "within" if today <= months_after(since, months) else "past"


def _pbi_window(facts: Facts, settings: Settings, today: date) -> str:
    return _within_months(facts.jkn_inactive_since, settings.pbi_reactivation_window_months, today)


def _refusal_ban(facts: Facts, settings: Settings, today: date) -> str:
    return _within_months(facts.jkn_inactive_since, settings.refusal_ban_months, today)


def _decile(facts: Facts, settings: Settings, _today: date) -> str:
    if facts.decile is None or not 1 <= facts.decile <= 10:
        return "unknown"
    return "within" if facts.decile <= settings.pbi_decile_limit else "above"


def _poverty(facts: Facts, settings: Settings, today: date) -> str:
    """DTKS, the older list, can only speak for her: DTSEN has taken over (Inpres 4/2025), absence says nothing."""
    if facts.dtks:
        return "poor"
    return {"within": "poor", "above": "above", "unknown": "unknown"}[_decile(facts, settings, today)]


def _dtsen(facts: Facts, _settings: Settings, _today: date) -> str:
    if facts.dtsen_listed is None:
        return "unknown"
    return "listed" if facts.dtsen_listed else "not_listed"


def _arrears(facts: Facts, settings: Settings, _today: date) -> str:
    months = facts.jkn_arrears_months
    if months is None or months < 0:
        return "unknown"
    if months == 0:
        return "zero"
    return "over_cap" if months > settings.arrears_months_cap else "some"


def _programme(_facts: Facts, settings: Settings, _today: date) -> str:
    return "open" if settings.programme_open else "closed"


def _amnesty(_facts: Facts, settings: Settings, _today: date) -> str:
    return "in_force" if settings.arrears_amnesty_in_force else "not_in_force"


def _activation(facts: Facts, settings: Settings, _today: date) -> str:
    return "same_day" if facts.regency and settings.uhc_priority.get(facts.regency) else "later"


def _sktm_until_birth(facts: Facts, settings: Settings, today: date) -> str:
    if facts.hpl is None:
        return "unknown"
    return "expires" if (facts.hpl - today).days > settings.sktm_validity_days else "keeps"


def _emergency(facts: Facts, _settings: Settings, _today: date) -> str:
    return "now" if facts.emergency else "not_now"


Sign = Callable[[Facts, Settings, date], str]
_SPAN = ("within", "past", "unknown")

_SIGNS: Mapping[str, tuple[Sign, tuple[str, ...]]] = {
    "identity": (_identity, ("found", "traced", "missing")),
    "regency": (_regency, (*Regency, "unknown")),
    "segment": (_segment, (*Segment, "unknown")),
    "cover": (_cover, ("active", *dict.fromkeys(_COVER_WHEN_INACTIVE.values()), "none", "unknown")),
    "check": (_check, ("fresh", "stale")),
    "pbi_window": (_pbi_window, _SPAN),
    "refusal_ban": (_refusal_ban, _SPAN),
    "decile": (_decile, ("within", "above", "unknown")),
    "poverty": (_poverty, ("poor", "above", "unknown")),
    "dtsen": (_dtsen, ("listed", "not_listed", "unknown")),
    "arrears": (_arrears, ("zero", "some", "over_cap", "unknown")),
    "programme": (_programme, ("open", "closed")),
    "amnesty": (_amnesty, ("in_force", "not_in_force")),
    "activation": (_activation, ("same_day", "later")),
    "sktm_until_birth": (_sktm_until_birth, ("keeps", "expires", "unknown")),
    "emergency": (_emergency, ("now", "not_now")),
}

SIGNS: Mapping[str, frozenset[str]] = {name: frozenset(values) for name, (_, values) in _SIGNS.items()}


def describe(facts: Facts, settings: Settings, today: date) -> dict[str, str]:
    """Put the facts into the words that rules may use: one value for every sign."""
    return {name: sign(facts, settings, today) for name, (sign, _) in _SIGNS.items()}
