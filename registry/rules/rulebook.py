"""The rulebook: dated rows that answer "what holds on this day", loaded from data and checked before use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from registry.rules import rulebook_checks, rulebook_file
from registry.rules.paperwork import Task
from registry.rules.programme_settings import Regency, Settings, fault_in
from registry.rules.rows import Addition, Codes, Contents, Rule, RulebookError, Word

PROGRAMMES = Path(__file__).with_name("programmes.yml")

Kind = Literal["documents", "reasons", "emergency", "offices", "steps", "regencies", "words"]


@dataclass(frozen=True)
class InForce:
    """What holds on one day."""

    settings: Settings
    rules: tuple[Rule, ...]
    additions: tuple[Addition, ...]
    tasks: Mapping[str, Task]


@dataclass(frozen=True, eq=False)
class Rulebook:
    """All rules, of all times; compare by identity, build with ``load``."""

    contents: Contents
    overrides: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, source: Path | str = PROGRAMMES) -> Rulebook:
        """Read a file (a Path) or a text (a str) and check it; raises RulebookError with one clear sentence."""
        contents = rulebook_file.read(_text_of(source))
        rulebook_checks.check(contents)
        return cls(contents)

    @property
    def codes(self) -> Codes:
        """The codes of documents, steps, reasons and the like with their raw words."""
        return self.contents.codes

    @property
    def words(self) -> Mapping[str, Word]:
        """What people say, in lower case, and what it is called today."""
        return self.contents.words

    @property
    def sources(self) -> Mapping[str, str]:
        """Where the rules come from, by the short name that a decision carries."""
        return self.contents.sources

    @property
    def setting_names(self) -> frozenset[str]:
        """The names that ``with_settings`` takes."""
        return frozenset(setting.id for setting in self.contents.settings)

    def with_settings(self, overrides: Mapping[str, object]) -> Rulebook:
        """A rulebook in which these values hold on every day.

        ``uhc_priority`` may be one flag for Kab. Malang or flags by regency; regencies that are left out keep theirs.
        """
        changed = dict(overrides)
        if isinstance(changed.get("uhc_priority"), bool):
            changed["uhc_priority"] = {Regency.KAB_MALANG.value: changed["uhc_priority"]}
        for name, value in changed.items():
            complete = {Regency.KAB_MALANG: False} | value if isinstance(value, dict) else value
            fault = fault_in(name, complete)
            if fault:
                raise RulebookError(f"setting '{name}' {fault}.")
        return replace(self, overrides={**self.overrides, **changed})

    def on(self, today: date) -> InForce:
        """What holds on this day; raises RulebookError for days before the rulebook begins."""
        return _in_force(self, today)

    def settings_on(self, today: date) -> Settings:
        """The figures and switches of this day."""
        return self.on(today).settings

    def phrase(self, kind: Kind, code: str, today: date) -> str:
        """The plain words for a code, with the day's figures filled in."""
        entry = self.words[code] if kind == "words" else getattr(self.codes, kind)[code]
        text: str = entry if isinstance(entry, str) else entry.text
        settings = self.settings_on(today)
        return text.format_map({name: _spoken(value) for name, value in vars(settings).items()})


def _text_of(source: Path | str) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(f"The rulebook {source.name} cannot be read: {type(error).__name__}.") from error


def _spoken(value: object) -> str:
    """Figures as Indonesians write them: 1.000.000."""
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else str(value)


@lru_cache(maxsize=64)
def _in_force(rulebook: Rulebook, today: date) -> InForce:
    contents = rulebook.contents
    settings = _settings(rulebook, today)
    rules = tuple(rule for rule in contents.rules if rule.origin.in_force(today))
    if not rules or rules[-1].when:
        raise RulebookError(f"No rule holds on {today}: the rulebook begins later.")
    additions = tuple(addition for addition in contents.additions if addition.origin.in_force(today))
    return InForce(settings, rules, additions, _tasks(contents.codes, settings))


def _settings(rulebook: Rulebook, today: date) -> Settings:
    values: dict[str, Any] = {row.id: row.value for row in rulebook.contents.settings if row.origin.in_force(today)}
    missing = rulebook.setting_names - set(values)
    if missing:
        raise RulebookError(f"No value holds on {today} for {', '.join(sorted(missing))}: the rulebook begins later.")
    priority = {**values["uhc_priority"], **rulebook.overrides.get("uhc_priority", {})}
    return Settings(**{**values, **rulebook.overrides, "uhc_priority": priority})


def _tasks(codes: Codes, settings: Settings) -> dict[str, Task]:
    return {
        code: Task(
            code,
            step.office,
            step.days if isinstance(step.days, int) else getattr(settings, step.days),
            step.working_days,
        )
        for code, step in codes.steps.items()
    }
