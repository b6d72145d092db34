"""The words. Sentences of the conversation stand in ``domain.yml``, answers to health questions in ``nlu/health.yml``,
everything the registry, the tasks and the reminders say in ``registry/texts/*.yml`` and ``reminders/``.

Rasa says the first kind itself; this module says them when Rasa is not there to do it, from the same file.
The files are the beginning: what offices have decided since stands in the database (``registry.wordings``) and is
told to this module by ``use``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
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
EXAMPLES = ROOT / "registry" / "data" / "text_examples.yml"
OF_HEALTH = "health:"  # before the id of an answer to a health question, where texts of all kinds stand together


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
    file: str = ""  # the file's name, which says where it is used

    @property
    def digest(self) -> str:
        """Of the very words: who signs them signs no others."""
        return digest(self.text, (title for title, _ in self.buttons))


def digest(text: str, titles: Iterable[str]) -> str:
    """Of a text and the titles of its buttons."""
    return hashlib.sha256("\x1f".join((text.strip(), *titles)).encode()).hexdigest()


@dataclass(frozen=True)
class Wording:
    """Other words than those of the file, in the order of the file's buttons."""

    text: str
    titles: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Changes:
    """What offices have decided: wordings by name, and signatures by name and digest."""

    wordings: Mapping[str, Wording] = field(default_factory=dict)
    signatures: Mapping[tuple[str, str], bool] = field(default_factory=dict)


class _Spoken:
    """What is said in this process; replaced as a whole, so that a thread never sees half a change."""

    sentences: Mapping[str, Sentence] | None = None
    health: Mapping[str, HealthAnswer] | None = None


def use(changes: Changes) -> None:
    """From now on say what offices have decided."""
    _Spoken.sentences = merged(changes)
    _Spoken.health = merged_health(changes)


@cache
def intents() -> frozenset[str]:
    """What people may want, as domain.yml lists it; a button may ask for these, and for none of Rasa's own commands."""
    return frozenset(_loaded(CONVERSATION)["intents"])


def sentences() -> Mapping[str, Sentence]:
    """All texts by name, as they are said now."""
    return originals() if _Spoken.sentences is None else _Spoken.sentences


def merged(changes: Changes) -> Mapping[str, Sentence]:
    """All texts by name, as these changes make them; a changed one is signed only by a signature of its own."""
    found = dict(originals())
    for name, wording in changes.wordings.items():
        was = found.get(name)
        if was is not None and len(was.buttons) == len(wording.titles):
            buttons = tuple((title, payload) for title, (_, payload) in zip(wording.titles, was.buttons, strict=True))
            found[name] = replace(was, text=wording.text, buttons=buttons, approved=False, source=wording.source)
    for (name, signed), given in changes.signatures.items():
        if name in found and found[name].digest == signed:
            found[name] = replace(found[name], approved=given)
    return found


@cache
def originals() -> dict[str, Sentence]:
    """All texts by name, as the files have them."""
    found = {}
    for name, variants in _loaded(CONVERSATION)["responses"].items():
        found[name] = _read(name, variants[0], variants[0].get("metadata", {}), CONVERSATION, pushed=False)
    for path in _pushed_files():
        for name, entry in _loaded(path).items():
            if not set(entry) <= FIELDS:  # an unquoted comma cuts a text in two
                raise UnknownTextError(f"{name}: {', '.join(sorted(set(entry) - FIELDS))}")
            if name in found:
                raise UnknownTextError(f"{name} stands in two files")
            found[name] = _read(name, entry, entry, path, pushed=True)
    for name, entry in education().items():
        found[f"education_{name}"] = _read(f"education_{name}", entry, entry, EDUCATION, pushed=True)
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


def _read(name: str, entry: dict[str, Any], about: dict[str, Any], path: Path, *, pushed: bool) -> Sentence:
    buttons = tuple((b["title"], b["payload"]) for b in entry.get("buttons", []))
    signed, source = about.get("approved", True), about.get("source", "")
    return Sentence(name, entry["text"], buttons, signed, source, pushed, path.stem)


@dataclass(frozen=True)
class HealthAnswer:
    """One answer of the health bank."""

    text: str
    see_midwife: bool
    approved: bool
    source: str


def health_answers() -> Mapping[str, HealthAnswer]:
    """The bank by id, as it is said now."""
    return original_health() if _Spoken.health is None else _Spoken.health


def merged_health(changes: Changes) -> Mapping[str, HealthAnswer]:
    """The bank as these changes make it."""
    found = dict(original_health())
    for name, was in found.items():
        wording = changes.wordings.get(f"{OF_HEALTH}{name}")
        if wording is not None:
            was = replace(was, text=wording.text, approved=False, source=wording.source)
        given = changes.signatures.get((f"{OF_HEALTH}{name}", digest(was.text, ())))
        found[name] = was if given is None else replace(was, approved=given)
    return found


@cache
def original_health() -> dict[str, HealthAnswer]:
    """The bank as the file has it."""
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


def example(name: str) -> str:
    """What stands in a hole while a text is only looked at."""
    return _examples().get(name, "contoh")


@cache
def _examples() -> dict[str, str]:
    found: dict[str, str] = _loaded(EXAMPLES)
    return found
