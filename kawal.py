"""The kawal command: run the service, load a world, measure understanding, look after the installation."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import httpx
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from command import broadcasting, channels, review, stack
from command import doctor as examination
from command import erase as erasing
from command import evaluate as evaluation
from command import evaluate_language as language
from command import invite as invitation
from command import model as trained
from command import simulation_report as simulation
from command.environments import ROOT, SetupError
from command.erase import ErasureError
from command.evaluate import EvaluationError
from command.model import ModelError
from command.stack import Stack, StackError
from command.supervisor import Supervisor
from command.templates import TemplatesError
from logs import configure
from registry import clock
from registry.errors import WorldError
from registry.outside import world as worlds
from registry.persons.invitations import InvitationError, Role
from settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
world = typer.Typer(no_args_is_help=True, help="World documents: people, helpers and registers of a demonstration.")
evaluate = typer.Typer(no_args_is_help=True, help="Measure understanding on files of your own.")
app.add_typer(world, name="world")
app.command()(simulation.simulate)
app.add_typer(evaluate, name="evaluate")
app.add_typer(channels.templates, name="templates")
app.add_typer(channels.outbox, name="outbox")
app.command()(broadcasting.broadcast)
app.add_typer(broadcasting.broadcasts, name="broadcasts")
out = Console()
err = Console(stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object instead of a table.")]


@app.command()
def run() -> None:
    """Start everything and print where it is; Ctrl-C stops it all."""
    settings = Settings.from_env()
    if not trained.is_sound(trained.path()):
        err.print("melatih model bahasa, sekali saja, sekitar dua menit (training the model, once) …")
    with err.status("menyiapkan …"):
        prepared = stack.prepare(settings)
    asyncio.run(_serve(prepared))


async def _serve(prepared: Stack) -> None:
    supervisor = Supervisor(prepared.programs(), ROOT, out)
    welcome = asyncio.create_task(_welcome(prepared.settings, supervisor))
    await supervisor.run()
    welcome.cancel()
    out.print("semua proses berhenti (all processes stopped)")


async def _welcome(settings: Settings, supervisor: Supervisor) -> None:
    """One screen, as soon as every part answers."""
    url = f"http://127.0.0.1:{settings.port}"
    began = time.monotonic()
    async with httpx.AsyncClient() as client:
        while not supervisor.is_stopping:
            try:
                if (await client.get(f"{url}/healthz", timeout=5)).status_code == 200:
                    break
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.5)
    table = Table(title=f"Kawal Bunda siap ({time.monotonic() - began:.0f} s)", show_header=False)
    if settings.simulator_is_on:
        table.add_row("Simulator", f"{url}/simulator/")
        table.add_row("Coba ketik", "apakah saya bisa lahiran gratis?")
        table.add_row("", "bpjs saya mati gimana · perut sakit terus keluar darah")
    if settings.telegram_token:
        table.add_row("Telegram", "webhook" if settings.public_url else "polling")
    if settings.whatsapp_token:
        table.add_row("WhatsApp", f"{url}/whatsapp")
    table.add_row("Konsol", f"{url}/console/")
    table.add_row("Kesehatan", f"{url}/healthz")
    table.add_row("Berhenti", "Ctrl-C")
    out.print(table)


@app.command()
def migrate() -> None:
    """Bring the database to the newest step and load places and facilities."""
    stack.open_database(Settings.from_env()).close()
    out.print("database siap (the database is ready)")


@app.command()
def train() -> None:
    """Train the model for the present data, when that is not done yet."""
    with err.status("melatih model bahasa (training) …"):
        path = trained.ensure()
    out.print(f"model: {path.name}")


@app.command("check-data")
def check_data() -> None:
    """Rasa's own validation of domain, rules and training data."""
    trained.validate()
    out.print("rasa data validate: ok")


@app.command()
def doctor() -> None:
    """Look over machine and installation; one line a finding, with the way out."""
    findings = list(examination.examine(Settings.from_env()))
    for finding in findings:
        mark = "[green]✓[/]" if finding.ok else "[red]✗[/]"
        out.print(f"{mark} [bold]{finding.subject}[/]: ", end="")
        out.print(finding.line, markup=False, highlight=False)
    waiting = examination.unsigned(examination.decided(Settings.from_env()))
    out.print(f"[yellow]![/] {len(waiting)} teks menunggu tanda tangan (texts wait for a signature):")
    out.print("  " + ", ".join(waiting), markup=False, highlight=False)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def invite(
    role: Annotated[Role | None, typer.Option(help="What the invited person is to be.")] = None,
    name: Annotated[str, typer.Option(help="As everybody knows her.")] = "",
    phone: Annotated[str, typer.Option(help="Her number, 08... or +62...; the code works for no other.")] = "",
    village: Annotated[
        list[str] | None, typer.Option(help="Of a cadre or driver: Desa/Kecamatan, or its code.")
    ] = None,
    district: Annotated[list[str] | None, typer.Option(help="Of a midwife or officer: kecamatan, or its code.")] = None,
    facility: Annotated[str | None, typer.Option(help="Her puskesmas.")] = None,
    vehicle: Annotated[str | None, typer.Option(help="Of a driver.")] = None,
    plate: Annotated[str | None, typer.Option(help="Of a driver.")] = None,
    revoke: Annotated[str | None, typer.Option(help="End all roles of this number instead.")] = None,
) -> None:
    """Print a code that makes its receiver a cadre, officer or driver; or end somebody's roles."""
    settings = Settings.from_env()
    wish = invitation.Wish(role, name, phone, village or [], district or [], facility, vehicle, plate)
    database = stack.open_database(settings)
    with database.write() as session:
        now = clock.simulated(session) or datetime.now(UTC)
        lines = invitation.end(session, revoke, now) if revoke else invitation.make(session, wish, settings, now)
    database.close()
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command()
def erase(
    who: Annotated[str, typer.Argument(help="Her telephone number (08... or +62...) or her short code.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase all data of one mother, for one who cannot ask by message herself."""
    settings = Settings.from_env()
    database = stack.open_database(settings)
    with database.read() as session:
        out.print(erasing.describe(erasing.find(session, who)), markup=False, highlight=False)
    if yes or typer.confirm("hapus semua datanya? (erase everything?)"):
        with database.write() as session:
            line = erasing.erase(session, who, settings, clock.simulated(session) or datetime.now(UTC))
        out.print(line)
    database.close()


@world.command("load")
def load_world(
    file: Annotated[Path, typer.Argument(help="YAML or JSON, as docs/world.md describes.")],
    channel: Annotated[Literal["whatsapp", "telegram"], typer.Option(help="Where these people write.")] = "whatsapp",
    replace: Annotated[bool, typer.Option(help="Empty the database first.")] = False,
) -> None:
    """Load a world document into the database."""
    database = stack.open_database(Settings.from_env())
    document = stack.read_world(file)
    with database.write() as session:
        if replace:
            worlds.empty(session)
        counts = worlds.load(session, document, clock.simulated(session) or datetime.now(UTC), channel)
    database.close()
    out.print(", ".join(f"{number} {name}" for name, number in counts.items()))


@evaluate.command("nlu")
def evaluate_nlu(
    file: Annotated[Path, typer.Argument(help="TSV with the columns text and intent.")],
    as_json: AsJson = False,
    predictions: Annotated[Path | None, typer.Option(help="Write one row per message here.")] = None,
) -> None:
    """Send each message through masking, danger gate and Rasa; print how well it was understood."""
    with err.status("memahami pesan (understanding) …"):
        judged = evaluation.measure(file)
    if predictions is not None:
        evaluation.write_predictions(judged, predictions)
    figures = evaluation.report(judged)
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
        return
    _print_figures(figures)


@evaluate.command("dates")
def evaluate_dates(
    file: Annotated[Path, typer.Argument(help="TSV with the columns text, kind and expected.")],
    now: Annotated[str, typer.Option(help="The moment of writing, ISO.")],
    as_json: AsJson = False,
) -> None:
    """Read each text as the date, age or time it should hold; print the share that is exactly right."""
    rows = language.measure_dates(file, language.read_now(now))
    _print_language(language.report_dates(rows), as_json)


@evaluate.command("registrations")
def evaluate_registrations(
    file: Annotated[Path, typer.Argument(help="TSV with the columns text and note (JSON).")],
    now: Annotated[str, typer.Option(help="The moment of writing, ISO.")],
    as_json: AsJson = False,
) -> None:
    """Read each cadre's note; print how many notes and fields are exactly right."""
    rows = language.measure_registrations(file, language.read_now(now))
    _print_language(language.report_registrations(rows), as_json)


@evaluate.command("review")
def review_messages(
    file: Annotated[Path, typer.Argument(help="TSV to write, or with --accept the labelled one to read.")],
    accept: Annotated[bool, typer.Option(help="Add the rows that a person has labelled to the training data.")] = False,
) -> None:
    """List what was not understood, without names; a person labels it; nothing is learnt before that."""
    if accept:
        out.print(f"{review.accept(file)} kalimat ditambahkan (added to nlu/intents/reviewed.yml)")
        return
    database = stack.open_database(Settings.from_env())
    with database.read() as session:
        rows = list(review.doubtful(session))
    database.close()
    review.write(rows, file)
    out.print(f"{len(rows)} pesan ditulis; isi kolom label (fill in the column label)")


def _print_language(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
        return
    _print_figures(figures)
    for row in figures["wrong"]:
        out.print(
            f"  [red]wrong:[/] {row['text']}\n    expected {row['expected']}\n    got      {row['got']}",
            highlight=False,
        )


def _print_figures(figures: dict[str, Any]) -> None:
    table = Table(show_header=False)
    for name, value in figures.items():
        if not isinstance(value, list):
            table.add_row(name, str(value))
    out.print(table)
    for pair in figures.get("confusions", [])[:12]:
        out.print(f"  {pair['count']:>3} × {pair['intent']} → {pair['predicted']}", highlight=False)
    for text in figures.get("missed_danger", []):
        out.print(f"  [red]missed danger:[/] {text}", highlight=False)


def main() -> None:
    """Every foreseen failure is one line on standard error and a code of 1."""
    configure("warning")
    os.umask(0o077)  # database, its log, keys and reports are for the user who runs this, and for nobody else
    try:
        app()
    except (
        SetupError,
        StackError,
        ModelError,
        EvaluationError,
        WorldError,
        InvitationError,
        ErasureError,
        TemplatesError,
    ) as error:
        _fail(str(error))
    except ValidationError as error:  # its own words would show the value, which may be a secret
        wrong = sorted({f"KAWAL_{str(fault['loc'][0]).upper()} ({fault['type']})" for fault in error.errors()})
        _fail(f"settings that cannot be used: {', '.join(wrong)}; see .env.example")


def _fail(line: str) -> NoReturn:
    err.print(f"kawal: {line}", markup=False, highlight=False, soft_wrap=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
