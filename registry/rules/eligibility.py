"""Who pays for her delivery: facts and a rulebook in, a decision with its reasons, papers and steps out.

The order of the rules, their conditions and their sources stand in programmes.yml and are explained in docs/rules.md.
No decision ever says "confirmed" (that is an officer's act), and what is not known never becomes a no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.rules.paperwork import Step, count_back
from registry.rules.programme_settings import Regency, Settings
from registry.rules.rows import Addition, PathRow, PaymentPath, Rule, RulebookError, Status, holds
from registry.rules.rulebook import InForce, Rulebook
from registry.rules.rulebook_checks import LATE
from registry.rules.situation import Facts, Segment, describe

__all__ = [
    "BelongsTo",
    "Decision",
    "Facts",
    "PathDecision",
    "PaymentPath",
    "Regency",
    "Rulebook",
    "RulebookError",
    "Segment",
    "Settings",
    "Status",
    "Step",
    "decide",
]

_ASKED_AT_HER_OWN_REGENCY = frozenset(
    {PaymentPath.OTHER_REGENCY, PaymentPath.PBI_REACTIVATION, PaymentPath.PROPOSE_PBI}
)


@dataclass(frozen=True)
class PathDecision:
    """One way to pay and how sure it is; ``late`` when its papers no longer fit before the due date."""

    path: PaymentPath
    status: Status
    late: bool = False


@dataclass(frozen=True)
class BelongsTo:
    """The other regency whose offices are hers; its advice is the phrase ``regencies/<regency>``."""

    regency: Regency
    name: str


@dataclass(frozen=True)
class Decision:
    """The answer, in codes: ``Rulebook.phrase`` has their words, ``Rulebook.sources`` the sources.

    ``emergency_holds`` is what holds in an emergency whatever the papers say.
    """

    rule_id: str
    paths: tuple[PathDecision, ...]
    reasons: tuple[str, ...]
    documents: tuple[str, ...]
    steps: tuple[Step, ...]
    emergency_holds: tuple[str, ...]
    belongs_to: BelongsTo | None
    sources: tuple[str, ...]

    @property
    def late(self) -> bool:
        """Whether the papers of the first path no longer fit before the due date."""
        return self.paths[0].late


def decide(facts: Facts, rules: Rulebook, today: date) -> Decision:
    """Answer with the first rule in force whose conditions hold; ``today`` is a local date (Asia/Jakarta)."""
    in_force = rules.on(today)
    situation = describe(facts, in_force.settings, today)
    rule = next(rule for rule in in_force.rules if holds(rule.when, situation))
    opened = {row.path for row in rule.paths}
    additions = [
        addition
        for addition in in_force.additions
        if (addition.path is None or addition.path in opened) and holds(addition.when, situation)
    ]
    steps = tuple(_steps(rule, additions, in_force, facts.hpl, today))
    paths = tuple(_path(row, additions, steps) for row in rule.paths)
    late = (LATE,) if paths[0].late else ()
    return Decision(
        rule_id=rule.id,
        paths=paths,
        reasons=_joined(rule.reasons, additions, "reasons") + late,
        documents=_joined(rule.documents, additions, "documents"),
        steps=steps,
        emergency_holds=_joined((), additions, "emergency"),
        belongs_to=_belongs_to(facts, opened, rules),
        sources=_once((*rule.origin.source, *(name for row in additions for name in row.origin.source))),
    )


def _steps(
    rule: Rule, additions: Sequence[Addition], in_force: InForce, hpl: date | None, today: date
) -> Iterator[Step]:
    done_by = None if hpl is None else hpl - timedelta(days=in_force.settings.papers_ready_days_before_hpl)
    order = 1
    for position, row in enumerate(rule.paths):
        # An addition without a path belongs to the first one, so that no step is asked for twice.
        own = [added for added in additions if added.path is row.path or (added.path is None and position == 0)]
        tasks = [in_force.tasks[code] for code in _joined(row.steps, own, "steps")]
        yield from count_back(row.path, tasks, done_by, today, order)
        order += len(tasks)


def _path(row: PathRow, additions: Sequence[Addition], steps: Sequence[Step]) -> PathDecision:
    lowered = any(added.lowers and added.path in (None, row.path) for added in additions)
    status = Status.NEEDS_VERIFICATION if lowered and row.status is Status.LIKELY else row.status
    return PathDecision(row.path, status, any(step.late and step.path is row.path for step in steps))


def _joined(own: tuple[str, ...], additions: Iterable[Addition], kind: str) -> tuple[str, ...]:
    before: list[str] = []
    after: list[str] = []
    for added in additions:
        (before if added.first else after).extend(getattr(added, kind))
    return _once((*before, *own, *after))


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _belongs_to(facts: Facts, opened: set[PaymentPath], rules: Rulebook) -> BelongsTo | None:
    if facts.regency in (None, Regency.KAB_MALANG) or not opened & _ASKED_AT_HER_OWN_REGENCY:
        return None
    name = facts.regency_name if facts.regency == Regency.OTHER else None
    return BelongsTo(facts.regency, name or rules.codes.regencies[facts.regency].name)
