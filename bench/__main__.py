"""Runs the groups one after another, each in a process of its own, and tells the figures as a table and as JSON.

``ONLY=turn,growth`` runs some, ``BENCH_JSON=FILE`` writes one flat JSON object, ``BENCH_FULL=1`` adds the training.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figures import Figures
from command.environments import ROOT

GROUPS = ("stack", "turn", "growth", "queue", "intake", "sending", "alerts", "lookup", "planning", "console")
SLOW = ("train",)  # minutes: only when asked for
LONGEST_S = 900
err = Console(stderr=True)


class UnknownGroupError(ValueError):
    """ONLY names a group that does not exist."""


def chosen(only: str, full: bool) -> tuple[str, ...]:
    """The groups to run, in their order.

    Raises:
        UnknownGroupError: a name that is no group.
    """
    wanted = [name.strip() for name in only.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in GROUPS + SLOW]
    if unknown:
        raise UnknownGroupError(f"no group {unknown[0]!r}; known: {', '.join(GROUPS + SLOW)}")
    if wanted:
        return tuple(name for name in GROUPS + SLOW if name in wanted)
    return GROUPS + SLOW if full else GROUPS


def run_group(name: str) -> Figures | None:
    """The figures of one group; None when it failed, its words are then on standard error."""
    command = [sys.executable, "-W", "ignore", "-m", f"bench.{name}"]
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=LONGEST_S, check=True)
        figures: Figures = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, IndexError, ValueError) as error:
        err.print(f"bench: {name} failed ({type(error).__name__})", highlight=False)
        return None
    return figures


def table(figures: Mapping[str, float]) -> Table:
    """For people."""
    shown = Table("figure", "value")
    for key, value in figures.items():
        shown.add_row(key, f"{value:,.4g}" if value < 1000 else f"{value:,.0f}")
    return shown


def run(groups: Sequence[str]) -> tuple[Figures, list[str]]:
    """All figures, and the groups that failed."""
    figures: Figures = {}
    failed = []
    for name in groups:
        began = time.monotonic()
        found = run_group(name)
        if found is None:
            failed.append(name)
            continue
        figures |= found
        err.print(f"bench: {name} took {time.monotonic() - began:.0f} s", highlight=False)
    return figures, failed


def main() -> int:
    """0 when every group that ran gave its figures."""
    try:
        groups = chosen(os.environ.get("ONLY", ""), os.environ.get("BENCH_FULL", "") not in ("", "0"))
    except UnknownGroupError as error:
        err.print(f"bench: {error}", highlight=False, markup=False)
        return 2
    figures, failed = run(groups)
    Console().print(table(figures))
    if target := os.environ.get("BENCH_JSON"):
        Path(target).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
