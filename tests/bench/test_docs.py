"""Every figure is explained, and nothing is explained that is not measured."""

from __future__ import annotations

import re
from pathlib import Path

from bench.__main__ import GROUPS, SLOW

ROOT = Path(__file__).resolve().parents[2]
KEY = re.compile(rf"\b((?:{'|'.join(GROUPS + SLOW)})\.[a-z0-9_]+)\b")


def _measured() -> set[str]:
    sources = [(ROOT / "bench" / f"{name}.py").read_text() for name in GROUPS + SLOW]
    return {key for source in sources for key in re.findall(rf'"{KEY.pattern}"', source)}


def test_every_figure_is_explained() -> None:
    explained = set(KEY.findall((ROOT / "docs" / "bench.md").read_text()))
    assert _measured() - explained == set()


def test_nothing_is_explained_that_is_not_measured() -> None:
    first_columns = re.findall(r"^\| (`.+?`) \|", (ROOT / "docs" / "bench.md").read_text(), re.MULTILINE)
    explained = {key for column in first_columns for key in KEY.findall(column)}
    assert explained == _measured()
