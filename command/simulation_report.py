"""``kawal simulate`` for people: a database for the run, a bar of progress, tables, the load by hour as bars."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from command.simulate import Result, Simulation
from command.simulate_rides import simulate_rides
from registry.db import connect
from registry.migrations import upgrade

KEY = bytes(32)  # nobody in there is anybody
BAR = 40


def simulate(
    pregnancies: Annotated[int, typer.Option(min=1, help="How many mothers.")] = 40_000,
    days: Annotated[int, typer.Option(min=60, help="How many days.")] = 365,
    seed: Annotated[int, typer.Option(help="The same seed is the same population.")] = 1,
    database: Annotated[str | None, typer.Option(help="An empty database of its own; else a file that goes.")] = None,
    rides: Annotated[bool, typer.Option("--rides", help="Play rides instead, as many as are named.")] = False,
    count: Annotated[int, typer.Argument(min=1, max=5000, help="With --rides: how many.")] = 200,
) -> None:
    """Run a made-up population through the real plan and outbox on a fast clock; nothing may be sent wrongly."""
    if rides:
        simulate_rides(count, seed)
        return
    found = run(database, pregnancies, days, seed, Console(stderr=True))
    for part in shown(found):
        Console().print(part)
    raise typer.Exit(0 if found.is_right else 1)


@contextmanager
def _address(given: str | None) -> Iterator[str]:
    if given is not None:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="kawal-simulate-") as folder:
        yield f"sqlite:///{folder}/simulated.db"


def run(given: str | None, pregnancies: int, days: int, seed: int, console: Console) -> Result:
    """One run in a database that is thrown away, or in the empty one given."""
    with _address(given) as url:
        upgrade(url)
        database = connect(url, KEY)
        try:
            columns = (TextColumn("hari"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            with Progress(*columns, console=console) as progress:
                task = progress.add_task("days", total=days)
                simulated = Simulation(database, pregnancies, days, seed)
                return simulated.run(lambda day: progress.update(task, completed=day))
        finally:
            database.close()


def shown(found: Result) -> list[RenderableType]:
    """The tables of a run."""
    return [_messages(found), _reminders(found), _load(found), *found.examples]


def _messages(found: Result) -> Table:
    table = Table("message", "sent", title=f"{found.pregnancies:,} pregnancies, {found.days} days")
    for kind, count in found.sent.most_common():
        table.add_row(kind, f"{count:,}")
    return table


def _reminders(found: Result) -> Table:
    table = Table("reminders", "", title="what became of them")
    for state, count in found.states.most_common():
        table.add_row(state, f"{count:,}")
    for reason, count in found.reasons.most_common():
        table.add_row(f"  not sent: {reason}", f"{count:,}")
    table.add_row("mothers who got one", f"{found.reached:,}")
    table.add_row("mothers who got none", f"{found.missed:,}")
    table.add_row("sends that failed and were tried again", f"{found.faults:,}")
    table.add_row("escalated (alerts)", f"{found.escalated:,}")
    table.add_row("double", f"{found.double:,}")
    for why, count in found.wrong.most_common():
        table.add_row(f"  wrong: {why}", f"{count:,}")
    table.add_row("wrongly sent", f"{sum(found.wrong.values()):,}")
    table.add_row("seconds", f"{found.seconds:,.0f}")
    return table


def _load(found: Result) -> Table:
    table = Table("hour", "messages", "", title="load by hour")
    most = max(found.hours.values(), default=1)
    for hour in sorted(found.hours):
        count = found.hours[hour]
        table.add_row(f"{hour:02}", f"{count:,}", "█" * max(1, round(BAR * count / most)))
    return table
