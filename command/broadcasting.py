"""The commands about messages to many, as one types them; what they do stands in ``command.broadcast``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from command import broadcast as many
from command import stack
from command.stack import StackError
from registry.clock import JAKARTA
from registry.messaging.audience_conditions import JKN, ONLY, PATHS, Unvisited, Who
from registry.messaging.audiences import MOST_WEEKS
from settings import Settings

broadcasts = typer.Typer(no_args_is_help=True, help="Messages to many: how far they have come; hold them, stop them.")
out = Console()
LOOK_S = 2.0
Code = TypeVar("Code", bound=str)
Number = Annotated[int, typer.Argument(min=1, help="As kawal broadcasts list shows it.")]
Several = Annotated[list[str] | None, typer.Option(help="Several times, or with commas between.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Of the due date; this day counts.")]


def broadcast(
    text: Annotated[str, typer.Argument(help="What everybody will read.")],
    to: Annotated[Who, typer.Option(help="Pregnant, after a birth (42 days), or cadres.")] = "mothers",
    area: Annotated[list[str] | None, typer.Option(help="A kecamatan or desa, by name or code; several times.")] = None,
    trimester: Annotated[int | None, typer.Option(min=1, max=3)] = None,
    due_from: Day = None,
    due_until: Day = None,
    due_weeks: Annotated[int | None, typer.Option(min=1, max=MOST_WEEKS, help="Due within so many weeks.")] = None,
    unvisited: Annotated[Unvisited | None, typer.Option(help="Its week has come, nobody reported it.")] = None,
    only: Several = None,
    jkn: Several = None,
    path: Several = None,
    at: Annotated[datetime | None, typer.Option(help="Local time (WIB); now when left out.")] = None,
    repeat: Annotated[Literal["daily", "weekly", "monthly"] | None, typer.Option(help="Monthly is 4 weeks.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Send a message to many: shows whom it would reach and how it looks, then asks.

    --only: missed_visit, high_risk. --jkn: active, inactive (both also with _pbi, _regional, _self_paid, _employer
    behind), arrears, none, unknown. --path: the ways to pay of docs/rules.md, and UNASKED for those nobody has asked.
    Of several states or ways one is enough; what is of different kinds must hold together. What is of the pregnant is
    ignored after a birth, and all but --area for cadres.
    """
    order = many.Order(
        text, to, area or (), trimester, _day(due_from), _day(due_until), due_weeks, unvisited,
        _of(ONLY, only), _of(JKN, jkn), _of(PATHS, path), at.replace(tzinfo=JAKARTA) if at else None, repeat,
    )  # fmt: skip
    database = stack.open_database(Settings.from_env())
    try:
        shown = many.show(database, order)
        _print(shown)
        if shown.count and (yes or typer.confirm("send it?")):
            out.print(f"broadcast: {many.send(database, order)}", highlight=False)
    finally:
        database.close()


def _of(known: tuple[Code, ...], given: list[str] | None) -> tuple[Code, ...]:
    """The codes that were given, in their own order.

    Raises:
        StackError: one of them does not exist.
    """
    said = {code.strip() for part in given or () for code in part.split(",")}
    unknown = said - set(known)
    if unknown:
        raise StackError(f"{', '.join(sorted(unknown))}: give one of {', '.join(known)}")
    return tuple(code for code in known if code in said)


def _day(at: datetime | None) -> date | None:
    return at.date() if at else None


def _print(shown: many.Shown) -> None:
    left = ", ".join(f"{number} {why}" for why, number in shown.excluded.items()) or "nobody"
    out.print(f"to {shown.count} ({shown.audience}), left out: {left}", markup=False, highlight=False)
    out.print(shown.reach, markup=False, highlight=False)
    if shown.is_large:
        out.print("waits for a second person: an officer of Dinkes, or one responsible for all of the area")
    out.print(shown.sample, markup=False, highlight=False)


@contextmanager
def _session() -> Iterator[Session]:
    database = stack.open_database(Settings.from_env())
    try:
        with database.write() as session:
            yield session
    finally:
        database.close()


@broadcasts.command("list")
def list_sent() -> None:
    """The newest ones: number, state, receivers, when, how often, for whom; never the words."""
    table = Table("number", "state", "receivers", "when (WIB)", "repeat", "for")
    with _session() as session:
        for row in many.sent(session):
            table.add_row(*row)
    out.print(table)


@broadcasts.command("show")
def show(
    number: Number, watch: Annotated[bool, typer.Option("--watch", help="Until nothing of it moves.")] = False
) -> None:
    """How one stands: sent, delivered, read, replied, failed, waiting."""
    database = stack.open_database(Settings.from_env())
    try:
        while True:
            with database.read() as session:
                found, moves = many.progress(session, number), many.is_moving(session, number)
            out.print(", ".join(f"{name} {value}" for name, value in found.items()), markup=False, highlight=False)
            if not (watch and moves):
                return
            time.sleep(LOOK_S)
    finally:
        database.close()


@broadcasts.command("pause")
def pause(number: Number) -> None:
    """Add no more of it to the outbox, and take back what waits there."""
    _act(number, "pause")


@broadcasts.command("resume")
def resume(number: Number) -> None:
    """Let a paused one go on; whom it has reached is not written to again."""
    _act(number, "resume")


@broadcasts.command("stop")
def stop(number: Number) -> None:
    """End it for good: what has not gone out never does."""
    _act(number, "stop")


def _act(number: int, name: str) -> None:
    with _session() as session:
        out.print(f"broadcast {number}: {many.act(session, number, name)}", highlight=False)
