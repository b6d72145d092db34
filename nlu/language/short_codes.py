"""The short code by which a cadre names a mother without her name: "M-4F7Q"; it tells nothing about her.

The registry draws its codes from ``ALPHABET``, which leaves out what is easily mistaken: 0 and O, 1, I and L.
A misread sign is never mended. A word is no code: there must be a dash or a digit.
"""

from __future__ import annotations

import re

PREFIX = "M"
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 4

_DASHES = "-–—−‐_."
_BODY = rf"(?P<body>[{ALPHABET}]{{{LENGTH}}})"
_DASHED = rf"{PREFIX} ?[{re.escape(_DASHES)}] ?{_BODY}"
_JOINED = rf"{PREFIX}(?=[A-Z]*\d){_BODY.replace('body', 'joined')}"
_SPACED = rf"{PREFIX} (?=\d*[A-Z])(?=[A-Z]*\d){_BODY.replace('body', 'spaced')}"
_CODE = re.compile(rf"(?<![^\W_])(?<!\d[.,])(?:{_DASHED}|{_JOINED}|{_SPACED})(?![^\W_])(?![-–—]\w)", re.IGNORECASE)


def find_codes(text: str) -> tuple[str, ...]:
    """The codes in a text, in its order, each once, as ``M-4F7Q``."""
    return tuple(dict.fromkeys(_as_written(match) for match in _CODE.finditer(text)))


def without_codes(text: str) -> str:
    """The text with blanks in place of codes, so that their digits are read as nothing else; offsets stay."""
    return _CODE.sub(lambda match: " " * len(match.group()), text)


def normalise_code(text: str) -> str | None:
    """``M-4F7Q`` for any way of writing it; None when the text is anything else or more."""
    match = _CODE.fullmatch(text.strip())
    return _as_written(match) if match else None


def is_code(text: str) -> bool:
    """Whether a text is one code, as the registry writes it."""
    return bool(re.fullmatch(rf"{PREFIX}-[{ALPHABET}]{{{LENGTH}}}", text))


def _as_written(match: re.Match[str]) -> str:
    body = next(part for part in match.groups() if part)
    return f"{PREFIX}-{body.upper()}"
