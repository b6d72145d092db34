"""What a rulebook is made of: dated rows, each a frozen value, and the closed lists of paths and statuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Conditions = tuple[tuple[str, frozenset[str]], ...]


class RulebookError(Exception):
    """The rulebook cannot be used; the message is one sentence that names the row, its line and what to mend."""


class PaymentPath(StrEnum):
    """Ways in which a birth is paid for, as the eligibility record names them."""

    JKN_ACTIVE = "JKN_ACTIVE"
    PBI_REACTIVATION = "PBI_REACTIVATION"
    PBPU_ARREARS = "PBPU_ARREARS"
    PROGRAMME_SKTM = "PROGRAMME_SKTM"
    PROPOSE_PBI = "PROPOSE_PBI"
    OTHER_REGENCY = "OTHER_REGENCY"
    SELF_PAY = "SELF_PAY"
    UNKNOWN = "UNKNOWN"


class Status(StrEnum):
    """How sure a rule may be. There is no "confirmed" here: confirming is an officer's act."""

    LIKELY = "likely"
    NEEDS_VERIFICATION = "needs_verification"
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"


ALLOWED_PAIRS = frozenset(
    (first, PaymentPath.PROPOSE_PBI)
    for first in (PaymentPath.PBI_REACTIVATION, PaymentPath.PBPU_ARREARS, PaymentPath.PROGRAMME_SKTM)
)


@dataclass(frozen=True)
class Origin:
    """From when to when a row holds (both days included), where it comes from and whether an office has approved it."""

    valid_from: date
    valid_to: date | None
    source: tuple[str, ...]
    approved: bool
    note: str
    line: int

    def in_force(self, today: date) -> bool:
        """Whether the row holds on this day."""
        return self.valid_from <= today and (self.valid_to is None or today <= self.valid_to)


@dataclass(frozen=True)
class SettingVersion:
    """One value of a setting for a span of days; ``owner`` is the office that has to confirm it."""

    id: str
    value: object
    owner: str
    origin: Origin


@dataclass(frozen=True)
class PathRow:
    """A way to pay that a rule opens, with the steps that lead there, first step first."""

    path: PaymentPath
    status: Status
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One row of the decision order: when all its conditions hold and no earlier row did, this is the answer."""

    id: str
    when: Conditions
    paths: tuple[PathRow, ...]
    reasons: tuple[str, ...]
    documents: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class Addition:
    """What is added to the answer of any rule that opens ``path`` (of every rule when None) and meets the conditions.

    ``lowers`` turns that path's "likely" into "needs verification"; ``first`` puts reasons and steps in front.
    """

    id: str
    when: Conditions
    path: PaymentPath | None
    first: bool
    lowers: bool
    reasons: tuple[str, ...]
    documents: tuple[str, ...]
    steps: tuple[str, ...]
    emergency: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class StepKind:
    """A walk to an office, or a wait: ``days`` is a number or the name of a setting."""

    code: str
    office: str
    text: str
    days: int | str
    working_days: bool  # offices count Monday to Friday, waits count every day


@dataclass(frozen=True)
class Neighbour:
    """Another regency: its name and what a mother with its KTP does there."""

    name: str
    text: str


@dataclass(frozen=True)
class Word:
    """What people say and what it is called today."""

    means: str
    text: str
    also: tuple[str, ...]


@dataclass(frozen=True)
class Codes:
    """The plain words behind every code that a decision may carry."""

    documents: Mapping[str, str]
    reasons: Mapping[str, str]
    emergency: Mapping[str, str]
    offices: Mapping[str, str]
    steps: Mapping[str, StepKind]
    regencies: Mapping[str, Neighbour]


@dataclass(frozen=True)
class Contents:
    """Everything that stands in a rulebook file, as rows in the order of the file."""

    sources: Mapping[str, str]
    settings: tuple[SettingVersion, ...]
    rules: tuple[Rule, ...]
    additions: tuple[Addition, ...]
    codes: Codes
    words: Mapping[str, Word]


Row = SettingVersion | Rule | Addition


def holds(when: Conditions, situation: Mapping[str, str]) -> bool:
    """Whether every condition is met."""
    return all(situation[sign] in allowed for sign, allowed in when)
