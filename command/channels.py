"""``kawal templates`` and ``kawal outbox``: the operator's hand on the channels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from command import outbox as box
from command import stack
from command import templates as made
from command.doctor import decided
from registry import clock, texts
from settings import Settings

templates = typer.Typer(no_args_is_help=True, help="Message templates at WhatsApp, made from our texts.")
outbox = typer.Typer(no_args_is_help=True, help="What waits to be sent, and what could not be.")
out = Console()
Names = Annotated[list[str] | None, typer.Argument(help="Names of texts, * stands for anything; none: all unasked.")]
TIMEOUT_S = 20.0


@contextmanager
def _templates() -> Iterator[made.Templates]:
    settings = Settings.from_env()
    with httpx.Client(timeout=TIMEOUT_S) as client:
        account = made.connect(settings, client)
        texts.use(decided(settings))
        yield account


@contextmanager
def _session() -> Iterator[Session]:
    database = stack.open_database(Settings.from_env())
    with database.write() as session:
        yield session
    database.close()


def _remember(there: made.Templates, names: list[str] | None) -> None:
    """The preview of a broadcast says how its template stands."""
    with _session() as session:
        made.remember(session, there, names or (), _now(session))


def _show(rows: Sequence[tuple[str, ...]], *heads: str) -> None:
    table = Table(*heads)
    for row in rows:
        table.add_row(*row)
    out.print(table)


@templates.command("list")
def list_templates(names: Names = None) -> None:
    """Our texts as templates, and what Meta would refuse; asks nobody."""
    texts.use(decided(Settings.from_env()))
    rows = [
        (sentence.name, str(len(made.body(sentence)[1])), "; ".join(made.faults(sentence)) or "ok")
        for sentence in made.wanted(names or ())
    ]
    _show(rows, "name", "values", "rules")


@templates.command("push")
def push_templates(
    names: Names = None,
    edit: Annotated[bool, typer.Option(help="Submit changed texts anew; until approved they cannot be sent.")] = False,
) -> None:
    """Submit what Meta does not have yet; ends with 1 when a text was refused."""
    with _templates() as there:
        rows = list(made.push(there, names or (), edits=edit))
        _remember(there, names)
    _show([(name, told) for name, told in rows], "name", "became")
    if any(told.startswith("refused") or told in made.BAD for _, told in rows):
        raise typer.Exit(1)


@templates.command("status")
def show_status(names: Names = None) -> None:
    """How they stand at Meta; ends with 1 when one is missing, rejected, paused or says something else."""
    with _templates() as there:
        rows = list(made.status(there, names or ()))
        _remember(there, names)
    _show([(name, f"[red]{told}[/]" if is_bad else told) for name, told, is_bad in rows], "name", "status")
    if any(is_bad for *_, is_bad in rows):
        raise typer.Exit(1)


@outbox.command("show")
def show_outbox() -> None:
    """How much waits, and what is held back."""
    with _session() as session:
        _show(box.state(session), "channel", "status", "priority", "messages", "oldest", "doubts")
        for line in box.held(session, _now(session)):
            out.print(line, markup=False, highlight=False)


@outbox.command("dead")
def show_dead() -> None:
    """What could not be sent: numbers and reasons, never texts."""
    with _session() as session:
        _show(box.dead(session), "id", "channel", "kind", "priority", "tries", "why", "from")


@outbox.command("requeue")
def requeue(
    ids: Annotated[list[int] | None, typer.Argument(help="Numbers from kawal outbox dead.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Try dead messages anew."""
    with _session() as session:
        count = box.requeue(session, ids or (), everything, _now(session))
    out.print(f"{count} pesan dikirim ulang (queued anew)")


@outbox.command("resume")
def resume(channel: Annotated[str, typer.Argument(help="whatsapp or telegram.")]) -> None:
    """Let a stopped or slowed channel go on at once, once its cause is gone."""
    with _session() as session:
        try:
            was_held = box.resume(session, channel, _now(session))
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
    out.print(f"{channel}: {'jalan lagi (goes on)' if was_held else 'tidak ditahan (was not held)'}")


def _now(session: Session) -> datetime:
    return clock.simulated(session) or datetime.now(UTC)
