"""The words. Sentences of the conversation stand in ``domain.yml``, answers to health questions in ``nlu/health.yml``,
everything the registry, the tasks and the reminders say in ``registry/texts/*.yml`` and ``reminders/``.

Rasa says the first kind itself; this module says them when Rasa is not there to do it, from the same file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

from registry.messaging.messages import Draft

ROOT = Path(__file__).resolve().parent.parent
CONVERSATION = ROOT / "domain.yml"
FIELDS = {"text", "buttons", "approved", "source"}
HEALTH = ROOT / "nlu" / "health.yml"
PUSHED = (ROOT / "registry" / "texts", ROOT / "reminders" / "texts.yml")
EDUCATION = ROOT / "reminders" / "education.yml"  # one idea a week; also a sentence each, as education_<id>


class UnknownTextError(KeyError):
    """No text has this name, or a value that it needs is missing."""


@dataclass(frozen=True)
class Sentence:
    """One text with its buttons, and whether the one who must has signed it."""

    name: str
    text: str
    buttons: tuple[tuple[str, str], ...]
    approved: bool
    source: str
    pushed: bool


@cache
def intents() -> frozenset[str]:
    """What people may want, as domain.yml lists it; a button may ask for these, and for none of Rasa's own commands."""
    return frozenset(_loaded(CONVERSATION)["intents"])


@cache
def sentences() -> dict[str, Sentence]:
    """All texts by name."""
    found = {}
    for name, variants in _loaded(CONVERSATION)["responses"].items():
        found[name] = _read(name, variants[0], variants[0].get("metadata", {}), pushed=False)
    for path in _pushed_files():
        for name, entry in _loaded(path).items():
            if not set(entry) <= FIELDS:  # an unquoted comma cuts a text in two
                raise UnknownTextError(f"{name}: {', '.join(sorted(set(entry) - FIELDS))}")
            if name in found:
                raise UnknownTextError(f"{name} stands in two files")
            found[name] = _read(name, entry, entry, pushed=True)
    for name, entry in education().items():
        found[f"education_{name}"] = _read(f"education_{name}", entry, entry, pushed=True)
    return found


def _loaded(path: Path) -> Any:
    """A file of words; libyaml reads it eight times as fast as Python does, and every process begins with this."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def _pushed_files() -> list[Path]:
    return sorted(file for place in PUSHED for file in (place.glob("*.yml") if place.is_dir() else (place,)))


@cache
def education() -> dict[str, dict[str, Any]]:
    """The weekly texts by id, with the weeks or days they are for."""
    found: dict[str, dict[str, Any]] = _loaded(EDUCATION)
    return found


def _read(name: str, entry: dict[str, Any], about: dict[str, Any], *, pushed: bool) -> Sentence:
    buttons = tuple((b["title"], b["payload"]) for b in entry.get("buttons", []))
    return Sentence(name, entry["text"], buttons, about.get("approved", True), about.get("source", ""), pushed)


@dataclass(frozen=True)
class HealthAnswer:
    """One answer of the health bank."""

    text: str
    see_midwife: bool
    approved: bool
    source: str


@cache
def health_answers() -> dict[str, HealthAnswer]:
    """The bank by id."""
    bank = _loaded(HEALTH)
    return {
        name: HealthAnswer(entry["answer"].strip(), entry["see_midwife"], entry["approved"], entry["source"])
        for name, entry in bank.items()
    }


def say(name: str, /, **values: object) -> Draft:
    """A text with its values in place, ready to be queued.

    Raises:
        UnknownTextError: no such text, or a value is missing; a message with a hole is never sent.
    """
    try:
        sentence = sentences()[name]
        text = sentence.text.format_map(values)
        buttons = tuple((title, payload.format_map(values)) for title, payload in sentence.buttons)
    except KeyError as error:
        raise UnknownTextError(f"{name}: {error}") from error
    template = name if sentence.pushed else None
    return Draft(text=text.strip(), buttons=buttons, template=template, values=_filled(sentence.text, values))


def _filled(text: str, values: Mapping[str, object]) -> tuple[str, ...]:
    """The values in the order of their first appearance: the parameters of the WhatsApp template."""
    names = dict.fromkeys(name for _, name, _, _ in Formatter().parse(text) if name)
    return tuple(str(values[name]) for name in names)


def phrase(name: str, default: str = "") -> str:
    """A bare phrase that is put into another text."""
    found = sentences().get(name)
    return found.text.strip() if found else default


def commands() -> list[tuple[str, str]]:
    """The menu of commands that Telegram shows: name and what it does."""
    prefix = "command_"
    return [(name.removeprefix(prefix), s.text.strip()) for name, s in sentences().items() if name.startswith(prefix)]


def samples() -> list[str]:
    """What a newcomer may try in the simulator."""
    return [s.text.strip() for name, s in sentences().items() if name.startswith("sample_")]
