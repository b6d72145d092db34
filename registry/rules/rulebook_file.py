"""Reads the text of a rulebook into rows; anything that is not exactly as expected is refused with its line.

YAML is read with the safe loader; a key that stands twice, an unknown key and a missing one are errors, because a
silently ignored line in this file is a mother sent to the wrong counter.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from registry.rules.programme_settings import Regency, fault_in
from registry.rules.rows import (
    Addition,
    Codes,
    Conditions,
    Contents,
    Neighbour,
    Origin,
    PathRow,
    PaymentPath,
    Rule,
    RulebookError,
    SettingVersion,
    Status,
    StepKind,
    Word,
)
from registry.rules.situation import SIGNS

_ORIGIN = {"valid_from", "source", "approved"}
_ORIGIN_MAY = {"valid_to", "note", "approved_by", "approved_on"}
_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")


class _Table(dict[str, Any]):
    """A mapping that remembers the line it began on."""

    line = 0


class _Loader(yaml.SafeLoader):
    """The safe loader, with line numbers and without silent duplicates."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise RulebookError(f"Line {key.start_mark.line + 1}: a name must be plain text.")
            if key.value in seen:
                raise RulebookError(f"Line {key.start_mark.line + 1}: '{key.value}' stands twice in the same place.")
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)

    def construct_table(self, node: yaml.MappingNode) -> Iterator[_Table]:
        table = _Table()
        table.line = node.start_mark.line + 1
        yield table
        table.update({str(key): value for key, value in self.construct_mapping(node).items()})


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_table)


class _Entry:
    """One table of the file with its label, read key by key."""

    def __init__(self, table: object, kind: str) -> None:
        if not isinstance(table, _Table):
            raise RulebookError(f"{kind} must be a table of names and values, not {table!r}.")
        self.table = table
        self.line = table.line
        name = table.get("id")
        self.label = f"{kind} '{name}' (line {self.line})" if name else f"{kind} (line {self.line})"

    def fault(self, sentence: str) -> RulebookError:
        return RulebookError(f"{self.label}: {sentence}")

    def expect(self, must: set[str], may: set[str]) -> None:
        missing, unknown = must - set(self.table), set(self.table) - must - may
        if missing:
            raise self.fault(f"{', '.join(sorted(missing))} is missing.")
        if unknown:
            raise self.fault(f"{', '.join(sorted(unknown))} is not a known key.")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str) or (not value.strip() and default is None):
            raise self.fault(f"{key} must be text.")
        return value.strip()

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            raise self.fault(f"{key} must be true or false.")
        return value

    def day(self, key: str) -> date | None:
        value = self.table.get(key)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise self.fault(f"{key} must be a date like 2026-11-21.")
        return value

    def names(self, key: str) -> tuple[str, ...]:
        values = self.table.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.fault(f"{key} must be a list of codes in square brackets.")
        if len(set(values)) < len(values):
            raise self.fault(f"{key} names a code twice.")
        return tuple(values)

    def choice(self, key: str, choices: type[_Choice]) -> _Choice:
        value = self.table.get(key)
        if value not in list(choices):
            raise self.fault(f"{key} is {value!r}, which is none of {', '.join(choices)}.")
        return choices(value)

    def rows(self, key: str) -> list[Any]:
        rows = self.table.get(key)
        if not isinstance(rows, list) or not rows:
            raise self.fault(f"{key} must be a list with at least one row.")
        return rows

    def section(self, key: str) -> _Entry:
        return _Entry(self.table.get(key), f"{key} of {self.label}")

    def each(self, key: str, read: Callable[[_Entry], _Value]) -> dict[str, _Value]:
        """Read every table of a section with ``read``, by name."""
        section = self.section(key)
        return {name: read(_Entry(row, f"{key} {name}")) for name, row in section.table.items()}


def read(text: str) -> Contents:
    """Turn the text of a rulebook into rows, or raise RulebookError with the line."""
    top = _Entry(_parse(text), "rulebook")
    top.expect({"sources", "settings", "rules", "additions", "codes", "words"}, set())
    return Contents(
        sources=_texts(top.section("sources")),
        settings=tuple(_setting(_Entry(row, "setting")) for row in top.rows("settings")),
        rules=tuple(_rule(_Entry(row, "rule")) for row in top.rows("rules")),
        additions=tuple(_addition(_Entry(row, "addition")) for row in top.rows("additions")),
        codes=_codes(top.section("codes")),
        words=top.each("words", _word),
    )


def _parse(text: str) -> object:
    try:
        return _Loader(text).get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"Line {mark.line + 1}: " if mark else ""
        raise RulebookError(f"{line}this is not well-formed YAML ({getattr(error, 'problem', error)}).") from error


def _origin(entry: _Entry) -> Origin:
    valid_from, valid_to = entry.day("valid_from"), entry.day("valid_to")
    if valid_from is None:
        raise entry.fault("valid_from must be a date like 2026-11-21.")
    if valid_to is not None and valid_to < valid_from:
        raise entry.fault("valid_to lies before valid_from.")
    source = entry.names("source")
    if not source:
        raise entry.fault("source names nothing; say where this comes from.")
    return Origin(valid_from, valid_to, source, _approved(entry), entry.text("note", ""), entry.line)


def _approved(entry: _Entry) -> bool:
    signed = {"approved_by", "approved_on"} <= set(entry.table)
    if entry.flag("approved") and not signed:
        raise entry.fault("approved is true, so approved_by (an office) and approved_on (a date) are needed.")
    if signed:
        entry.text("approved_by")
        entry.day("approved_on")
    return entry.flag("approved")


def _setting(entry: _Entry) -> SettingVersion:
    entry.expect({"id", "value", "owner"} | _ORIGIN, _ORIGIN_MAY)
    name, value = entry.text("id"), entry.table["value"]
    fault = fault_in(name, value)
    if fault:
        raise entry.fault(f"the value {fault}." if "setting" not in fault else f"{fault}.")
    return SettingVersion(name, value, entry.text("owner"), _origin(entry))


def _conditions(entry: _Entry) -> Conditions:
    when = entry.section("when")
    for sign in when.table:
        if sign not in SIGNS:
            raise entry.fault(f"'{sign}' is not a condition; known are {', '.join(sorted(SIGNS))}.")
    return tuple((sign, _allowed(entry, when, sign)) for sign in when.table)


def _allowed(entry: _Entry, when: _Entry, sign: str) -> frozenset[str]:
    allowed = frozenset(when.names(sign))
    strangers = allowed - SIGNS[sign]
    if strangers or not allowed:
        named = ", ".join(sorted(strangers)) or "nothing"
        raise entry.fault(f"{sign} cannot be {named}; it is one of {', '.join(sorted(SIGNS[sign]))}.")
    return allowed


def _path(entry: _Entry) -> PathRow:
    entry.expect({"path", "status", "steps"}, set())
    return PathRow(entry.choice("path", PaymentPath), entry.choice("status", Status), entry.names("steps"))


def _rule(entry: _Entry) -> Rule:
    entry.expect({"id", "when", "paths", "reasons", "documents"} | _ORIGIN, _ORIGIN_MAY)
    return Rule(
        id=entry.text("id"),
        when=_conditions(entry),
        paths=tuple(_path(_Entry(row, f"path of {entry.label}")) for row in entry.rows("paths")),
        reasons=entry.names("reasons"),
        documents=entry.names("documents"),
        origin=_origin(entry),
    )


def _addition(entry: _Entry) -> Addition:
    may = {"path", "first", "lowers", "reasons", "documents", "steps", "emergency"}
    entry.expect({"id", "when"} | _ORIGIN, may | _ORIGIN_MAY)
    return Addition(
        id=entry.text("id"),
        when=_conditions(entry),
        path=entry.choice("path", PaymentPath) if "path" in entry.table else None,
        first=entry.flag("first", False),
        lowers=entry.flag("lowers", False),
        reasons=entry.names("reasons"),
        documents=entry.names("documents"),
        steps=entry.names("steps"),
        emergency=entry.names("emergency"),
        origin=_origin(entry),
    )


def _codes(entry: _Entry) -> Codes:
    kinds = {"documents", "reasons", "emergency", "offices", "steps", "regencies"}
    entry.expect(kinds | _ORIGIN, _ORIGIN_MAY)
    _origin(entry)
    texts = {kind: _texts(entry.section(kind)) for kind in kinds - {"steps", "regencies"}}
    steps = {code: _step(code, row) for code, row in entry.each("steps", lambda row: row).items()}
    return Codes(steps=steps, regencies=_neighbours(entry), **texts)


def _neighbours(entry: _Entry) -> dict[str, Neighbour]:
    neighbours = entry.each("regencies", _neighbour)
    if set(neighbours) != set(Regency) - {Regency.KAB_MALANG}:
        raise entry.fault("regencies must name every regency but KAB_MALANG, and no other.")
    return neighbours


def _neighbour(entry: _Entry) -> Neighbour:
    entry.expect({"name", "text"}, set())
    return Neighbour(entry.text("name"), entry.text("text"))


def _step(code: str, entry: _Entry) -> StepKind:
    entry.expect({"office", "text", "days", "count"}, set())
    days, count = entry.table["days"], entry.text("count")
    if isinstance(days, bool) or not isinstance(days, int | str) or (isinstance(days, int) and not 0 <= days <= 400):
        raise entry.fault("days must be a number from 0 to 400 or the name of a setting.")
    if count not in {"working", "calendar"}:
        raise entry.fault("count must be working or calendar.")
    return StepKind(code, entry.text("office"), entry.text("text"), days, count == "working")


def _word(entry: _Entry) -> Word:
    entry.expect({"means", "text"}, {"also"})
    return Word(entry.text("means"), entry.text("text"), entry.names("also"))


def _texts(entry: _Entry) -> dict[str, str]:
    return {key: entry.text(key) for key in entry.table}
