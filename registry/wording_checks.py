"""What a changed text must keep to, so that it can be said, sent and understood (pure but for the words themselves).

Sources: WhatsApp Business Platform on templates and buttons; ``docs/texts.md``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import Formatter
from typing import Literal

from registry.texts import Sentence

Problem = Literal["empty", "long", "hole", "missing", "order", "edge", "title", "machine"]
LONGEST, LONGEST_TITLE = 1024, 20
WORDS_PER_HOLE = 3  # fewer, and Meta calls the template empty
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MACHINE = re.compile(
    r"/(?:inform|press|affirm|deny|cancel|start)\b"  # what stands behind buttons
    r"|\b[a-z]+_[a-z0-9_]+\b"  # names of texts, values and intents
    r"|</?[a-z!][^>]*>|\[[a-z_]+\]\([a-z_]+\)"  # of pages, templates and training data
    r"|\b(?:None|null|undefined|NaN|TODO|FIXME|[Ll]orem ipsum)\b"
    r"|[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufffd]"  # nothing that is seen
)


def problem_with(original: Sentence, text: str, titles: Sequence[str]) -> Problem | None:
    """Why these words cannot take the place of the file's; None when they can."""
    if not text.strip():
        return "empty"
    if len(text) > LONGEST:
        return "long"
    holes = _holes(text)
    if holes is None or not set(holes) <= set(_holes(original.text) or ()):
        return "machine" if _has_machine_text(text) else "hole"
    if set(holes) != set(_holes(original.text) or ()):
        return "missing"
    if _has_machine_text(text) or any(_has_machine_text(title) for title in titles):
        return "machine"
    if original.pushed and holes != _holes(original.text):
        return "order"  # the values of a template have places, not names
    if original.pushed and _shape(text) - _shape(original.text):
        return "edge"
    return None if _are_titles(original, titles) else "title"


def _holes(text: str) -> tuple[str, ...] | None:
    """The names in braces in the order in which they first come; None when a brace is no plain name."""
    try:
        parsed = [(name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None]
    except ValueError:
        return None
    if any(spec or how or not _NAME.fullmatch(name) for name, spec, how in parsed):
        return None
    return tuple(dict.fromkeys(name for name, _, _ in parsed))


def _has_machine_text(text: str) -> bool:
    return "{{" in text or "}}" in text or _MACHINE.search(re.sub(r"\{[a-z0-9_]*\}", "", text)) is not None


def _shape(text: str) -> set[str]:
    """What Meta refuses in the body of a template; a text that has it in the file already is none."""
    said = text.strip()
    words = len(re.sub(r"\{\w+\}", " ", said).split())
    found = {
        "begins": said.startswith("{"),
        "ends": said.endswith("}"),
        "beside": re.search(r"\}\s*\{", said) is not None,
        "few words": words < WORDS_PER_HOLE * len(_holes(said) or ()),
        "blank lines": "\n\n\n" in said,
    }
    return {name for name, is_so in found.items() if is_so}


def _are_titles(original: Sentence, titles: Sequence[str]) -> bool:
    fits = all(title.strip() and len(title) <= LONGEST_TITLE and not set(title) & set("{}\n") for title in titles)
    return fits and len(titles) == len(original.buttons) and len(set(titles)) == len(titles)
