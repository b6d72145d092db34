"""The words. Sentences of the conversation stand in ``domain.yml``, answers to health questions in ``nlu/health.yml``,
messages nobody has asked for in ``texts.yml``.

Rasa says the first kind itself; this module says them when Rasa is not there to do it, from the same file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from registry.messages import Draft

ROOT = Path(__file__).resolve().parent.parent
CONVERSATION = ROOT / "domain.yml"
FIELDS = {"text", "buttons", "approved", "source"}
HEALTH = ROOT / "nlu" / "health.yml"
PUSHED = Path(__file__).resolve().parent / "texts.yml"


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
def sentences() -> dict[str, Sentence]:
    """All texts by name."""
    found = {}
    for name, variants in yaml.safe_load(CONVERSATION.read_text(encoding="utf-8"))["responses"].items():
        found[name] = _read(name, variants[0], variants[0].get("metadata", {}), pushed=False)
    for name, entry in yaml.safe_load(PUSHED.read_text(encoding="utf-8")).items():
        if not set(entry) <= FIELDS:  # an unquoted comma cuts a text in two
            raise UnknownTextError(f"{name}: {', '.join(sorted(set(entry) - FIELDS))}")
        found[name] = _read(name, entry, entry, pushed=True)
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
    bank = yaml.safe_load(HEALTH.read_text(encoding="utf-8"))
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
    return Draft(text=text.strip(), buttons=buttons, template=name if sentence.pushed else None)


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
