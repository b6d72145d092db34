"""The documentation is true: links lead somewhere, commands exist, tables say what the code says, examples load."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
import yaml
from typer.core import TyperGroup

from kawal import app
from registry import places, programme, texts
from registry.db import Base, connect
from registry.migrations import upgrade
from registry.outside import records, world
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "README.id.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
ROOMS = ("actions", "bench", "bot", "command", "console", "docs", "nlu", "registry", "reminders", "tests")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PREFIX = r"^(?:[A-Z_0-9]+=\S+ )*"
MAKE = re.compile(PREFIX + r"make ([a-z][a-z-]*)")
KAWAL = re.compile(PREFIX + r"(?:\S*/)?kawal ([a-z][a-z-]*(?: [a-z][a-z-]*)?)")
PATH = re.compile(rf"(?:{'|'.join(ROOMS)})/[\w./-]*")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def code(text: str) -> Iterator[str]:
    """Every line of a code block and every span of code."""
    for _language, block in FENCE.findall(text):
        yield from (line.strip() for line in block.splitlines())
    yield from (span.strip() for span in SPAN.findall(FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """The names under which headings can be linked to."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))


def commands(command: object, path: str = "") -> set[str]:
    """Every command that does something, with the group before it."""
    if not isinstance(command, TyperGroup):
        return {path}
    return {found for name, child in command.commands.items() for found in commands(child, f"{path} {name}".strip())}


KNOWN = commands(typer.main.get_command(app))


def table(text: str, heading: str) -> dict[str, list[str]]:
    """The rows under a heading by the code span in their first cell."""
    part = text.split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"]
    return {row[0].strip("`"): row[1:] for row in cells if row[0].startswith("`")}


@pytest.mark.parametrize(
    ("text", "name"),
    [("## Behind a reverse proxy", "behind-a-reverse-proxy"), ("### `kawal doctor`, then?", "kawal-doctor-then")],
    ids=["plain words", "code and signs"],
)
def test_anchor_is_what_a_browser_makes_of_a_heading(text: str, name: str) -> None:
    assert anchors(text) == {name}


@pages
def test_relative_link_leads_to_a_file_and_its_heading(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = page.parent / file if file else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pages
def test_make_target_that_is_named_exists(page: Path) -> None:
    named = {found[1] for line in code(page.read_text(encoding="utf-8")) if (found := MAKE.match(line))}

    assert named <= targets()


@pages
def test_kawal_command_that_is_named_exists(page: Path) -> None:
    named = {found[1] for line in code(page.read_text(encoding="utf-8")) if (found := KAWAL.match(line))}

    groups = {name.split()[0] for name in KNOWN}
    assert {name for name in named if name not in groups and not KNOWN & {name, name.split()[0]}} == set()


def test_readme_names_every_make_target() -> None:
    named = {found[1] for line in code(read("README.md")) if (found := MAKE.match(line))}

    assert named == targets()


def test_readme_names_every_kawal_command() -> None:
    lines = list(code(read("README.md")))

    assert [name for name in sorted(KNOWN) if not any(f"{line} ".startswith(f"kawal {name} ") for line in lines)] == []


def test_readme_map_names_every_room() -> None:
    rooms = {name.split("/")[0] for name in table(read("README.md"), "## The rooms") if name.endswith("/")}

    assert rooms == {room for room in ROOMS if any((ROOT / room).rglob("*.[pm][yd]"))}


def test_readme_map_names_only_what_exists() -> None:
    part = read("README.md").split("\n## The rooms\n", 1)[1].split("\n## ", 1)[0]
    first_cells = re.findall(r"^\| (`[^|]+) \|", part, re.MULTILINE)
    named = [path for cell in first_cells for path in SPAN.findall(cell)]

    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []


@pages
def test_path_that_is_named_exists(page: Path) -> None:
    spans = SPAN.findall(FENCE.sub("", page.read_text(encoding="utf-8")))

    assert [span for span in spans if PATH.fullmatch(span) and not (ROOT / span).exists()] == []


@pages
def test_page_names_no_path_of_one_machine(page: Path) -> None:
    assert re.findall(r"/(?:work|root|tmp|home/\w+)/\S*", page.read_text(encoding="utf-8")) == []


@pages
def test_block_of_data_can_be_parsed(page: Path) -> None:
    readers: dict[str, Callable[[str], object]] = {"json": json.loads, "yaml": yaml.safe_load}
    for language, block in FENCE.findall(page.read_text(encoding="utf-8")):
        if language in readers:
            assert readers[language](block)


def shown(default: object) -> str:
    """A default as operations.md writes it."""
    if default is None:
        return "empty"
    return f"`{default.relative_to(ROOT)}/`" if isinstance(default, Path) else f"`{default}`"


def test_operations_lists_every_setting_with_its_default() -> None:
    fields = {f"KAWAL_{name.upper()}": shown(field.default) for name, field in Settings.model_fields.items()}
    rows = table(read("docs/operations.md"), "## Settings")

    assert {name: cells[0] for name, cells in rows.items()} == fields
    assert all(cells[1] for cells in rows.values())


def test_world_page_lists_every_setting_with_its_default() -> None:
    rows = table(read("docs/world.md"), "## `settings`")

    assert {name: json.loads(cells[0].strip("`")) for name, cells in rows.items()} == programme.DEFAULTS


def test_world_page_names_every_section() -> None:
    assert set(SPAN.findall(read("docs/world.md"))) >= world.SECTIONS


def test_example_of_a_world_loads(tmp_path: Path) -> None:
    examples = [yaml.safe_load(b) for language, b in FENCE.findall(read("docs/world.md")) if language == "yaml"]
    url = f"sqlite:///{tmp_path}/example.db"
    upgrade(url)
    database = connect(url, bytes(32))
    with database.write() as session:
        places.load(session)
        counts = world.load(session, examples[0], datetime(2026, 11, 21, 2, 0, tzinfo=UTC))
        visits = records.read(session, "visit", {})
        people = records.read(session, "person", {})
        watched = records.read(session, "pregnancy", {})
    database.close()

    assert counts == {"cadres": 1, "staff": 1, "drivers": 0, "persons": 1, "reminders": 0, "rides": 0}
    assert [(row["phone"], row["village"], row["messages"]) for row in people] == [
        ("+6281200000051", "Sumberoto", "on")
    ]
    assert [row["visit"] for row in visits] == ["K1"]
    assert [row["cadre"] for row in watched] == ["+6281200000052"]


@pytest.mark.parametrize("page", ["docs/privacy.md", "docs/architecture.md"])
def test_page_names_every_table(page: str) -> None:
    assert set(Base.metadata.tables) - set(SPAN.findall(read(page))) == set()


def test_simulator_page_names_every_record() -> None:
    assert set(records.names()) - set(SPAN.findall(read("docs/simulator.md"))) == set()


def test_telegram_page_names_every_command_of_the_menu() -> None:
    named = set(SPAN.findall(read("docs/telegram.md")))

    assert [name for name, _ in texts.commands() if f"/{name}" not in named] == []


def test_changelog_has_a_place_for_what_comes_next() -> None:
    assert "\n## [Unreleased]\n" in read("CHANGELOG.md")
