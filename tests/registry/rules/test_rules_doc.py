"""docs/rules.md says what programmes.yml holds: the same rows, values, dates and sources, none more and none less."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from registry.rules.eligibility import Rulebook
from registry.rules.rows import Row
from registry.rules.situation import SIGNS

PAGE = (Path(__file__).parents[3] / "docs" / "rules.md").read_text(encoding="utf-8")
CONTENTS = Rulebook.load().contents


def table(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its two head lines."""
    part = PAGE.split(f"\n{heading}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def spoken(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {spoken(flag)}" for name, flag in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


def head(row: Row) -> tuple[str, str]:
    return f"`{row.id}`", str(row.origin.valid_from)


def sources(row: Row) -> str:
    return ", ".join(row.origin.source)


def test_settings_table_is_the_file() -> None:
    written = [(name, since, value, owner) for name, value, since, _, owner in table("## Settings")]

    assert written == [(*head(row), spoken(row.value), row.owner) for row in CONTENTS.settings]


def test_rules_table_is_the_file() -> None:
    written = [(name, since, answer, source) for name, _, answer, since, source in table("## Rules, in their order")]

    assert written == [
        (*head(row), " + ".join(f"{path.path}/{path.status}" for path in row.paths), sources(row))
        for row in CONTENTS.rules
    ]


def test_additions_table_is_the_file() -> None:
    written = [
        (name, since, path, source, "(lowers)" in says) for name, says, path, since, source in table("## Additions")
    ]

    assert written == [(*head(row), row.path or "any", sources(row), row.lowers) for row in CONTENTS.additions]


def test_conditions_table_names_every_condition_and_value() -> None:
    rows = table("### Conditions")
    names = {name.strip(" `") for row in rows for name in row[0].split(",")}
    values = {value.strip() for row in rows for part in row[1].split(";") for value in part.split(",")}

    assert names == set(SIGNS)
    assert values == {value for allowed in SIGNS.values() for value in allowed}


@pytest.mark.parametrize("heading", ["## Settings", "## Rules, in their order", "## Additions"])
def test_every_row_is_explained(heading: str) -> None:
    assert all(all(cells) for cells in table(heading))


def test_every_source_named_in_the_conflicts_is_listed() -> None:
    rows = table("## Where the sources disagree, and what we do")
    named = {source for row in rows for source in re.findall(r"\b[A-Z]\d+b?\b", row[1])}

    assert named
    assert named <= set(CONTENTS.sources)
