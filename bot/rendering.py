"""How one ``Outbound`` becomes messages that a channel can take: split or put in another form, never cut short.

Pure. A rendered part is again an ``Outbound`` that fits the channel in one call, and rendering it once more changes
nothing: the outbox may render first and send part by part, so that a retry repeats only what failed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from bot.channel import Button, Outbound, Row


@dataclass(frozen=True)
class Limits:
    """What one message of a channel may hold; texts and titles are counted by ``length``, payloads in bytes."""

    text: int
    caption: int  # text under an image
    body: int  # text with buttons or rows under it
    buttons: int
    button_title: int
    payload: int
    rows: int = 0  # 0: the channel has no list messages, rows become buttons
    row_title: int = 0
    row_description: int = 0
    list_label: int = 0  # the button that opens the list; its words are the adapter's setting
    choices_under_image: bool = False
    templates: bool = False  # a message with a template goes out as that template, its text is not sent


# core.telegram.org/bots/api: sendMessage, sendPhoto, InlineKeyboardButton. Telegram sets no limit on a title; beyond
# 40 a small phone shows dots instead of words.
TELEGRAM = Limits(
    text=4096, caption=1024, body=4096, buttons=100, button_title=40, payload=64, choices_under_image=True
)
# WhatsApp Cloud API: text messages, interactive reply buttons, interactive lists.
WHATSAPP = Limits(
    text=4096,
    caption=1024,
    body=1024,
    buttons=3,
    button_title=20,
    payload=200,
    rows=10,
    row_title=24,
    row_description=72,
    list_label=20,
    templates=True,
)

_PARAGRAPH = re.compile(r"\n\s*\n")
_LINE = re.compile(r"\s*\n")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"\s+")
_JOINER = "\u200d"


@dataclass(frozen=True)
class _Page:
    """As many choices as fit under one text."""

    text: str
    choices: tuple[Row, ...] = ()


def length(text: str) -> int:
    """Count UTF-16 code units: what Telegram counts, and never less than a channel that counts characters."""
    return len(text) + sum(character > "\uffff" for character in text)


def render(message: Outbound, limits: Limits) -> tuple[Outbound, ...]:
    """The messages that together say everything ``message`` says, in order; none when it says nothing."""
    if message.template and limits.templates:
        return (message,)
    as_list = _wants_list(message, limits)
    pages = _lay_out(message, limits, as_list)
    bare = replace(message, image=None, buttons=(), rows=(), ask_contact=False)
    parts: list[Outbound] = []
    for page in pages:
        *heads, last = _split_for(page.text, bool(page.choices), limits)
        parts += [replace(bare, text=head) for head in heads]
        parts.append(_with_choices(replace(bare, text=last), page.choices, as_list))
    return _with_contact_request(_with_image(parts, message.image, limits), message.ask_contact)


def split(text: str, limit: int) -> list[str]:
    """Cut at the last paragraph that fits, else line, sentence, word; inside a word only when it alone is too long."""
    parts, rest = [], text.strip()
    while length(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest]


def _cut(text: str, limit: int) -> int:
    fits = _fitting(text, limit)
    for boundary in (_PARAGRAPH, _LINE, _SENTENCE, _WORD):
        starts = [match.start() for match in boundary.finditer(text, 0, fits + 2) if 0 < match.start() <= fits]
        if starts:
            return starts[-1]
    return _between_characters(text, fits)


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit; at least one."""
    used = 0
    for at, character in enumerate(text):
        used += length(character)
        if used > limit:
            return max(at, 1)
    return len(text)


def _between_characters(text: str, cut: int) -> int:
    """Step back from the middle of an emoji sequence or an accented letter, if that leaves anything before the cut."""
    for at in range(cut, 0, -1):
        if not _hangs_on(text[at - 1], text[at]):
            return at
    return cut


def _hangs_on(before: str, after: str) -> bool:
    modifies = after == _JOINER or unicodedata.combining(after) > 0 or "\ufe00" <= after <= "\ufe0f"
    skin_or_tag = "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f"
    return before == _JOINER or modifies or skin_or_tag


def _split_for(text: str, has_choices: bool, limits: Limits) -> list[str]:
    """Split so that the last piece has room for choices; they stand under the last paragraph."""
    text = text.strip()
    if not has_choices or length(text) <= limits.body:
        return split(text, limits.text)
    last_break = max((match.end() for match in _PARAGRAPH.finditer(text)), default=0)
    last = text[last_break:].lstrip()
    if length(last) > limits.body:
        last = split(last, limits.body)[-1]
    return [*split(text[: len(text) - len(last)], limits.text), last]


def _wants_list(message: Outbound, limits: Limits) -> bool:
    return limits.rows > 0 and (bool(message.rows) or len(message.buttons) > limits.buttons)


def _lay_out(message: Outbound, limits: Limits, as_list: bool) -> list[_Page]:
    """Give every choice a title the channel can show, and the text the words that do not fit there."""
    choices = [*(Row(button.title, button.payload) for button in message.buttons), *message.rows]
    named = bool(message.text.strip()) and _fit_as_titles(choices, limits.row_title if as_list else limits.button_title)
    described = as_list and named and all(length(choice.description) <= limits.row_description for choice in choices)
    laid = [_lay_out_choice(choice, number, named, described) for number, choice in enumerate(choices, 1)]
    size = limits.rows if as_list else limits.buttons
    pages = [laid[start : start + size] for start in range(0, len(laid), size)] or [[]]
    return [
        _Page(
            _page_text(message.text.strip(), [line for line, _ in page if line], at, len(pages)),
            tuple(choice for _, choice in page),
        )
        for at, page in enumerate(pages)
    ]


def _fit_as_titles(choices: list[Row], longest: int) -> bool:
    """Whether each title can stand on a button; two equal ones cannot be told apart (and WhatsApp refuses them)."""
    titles = {choice.title for choice in choices}
    return len(titles) == len(choices) and all(length(title) <= longest for title in titles)


def _lay_out_choice(choice: Row, number: int, named: bool, described: bool) -> tuple[str, Row]:
    told = f"{choice.title}: {choice.description}" if choice.description else choice.title
    if not named:
        return f"{number}. {told}", Row(str(number), choice.payload)
    if described or not choice.description:
        return "", choice
    return told, Row(choice.title, choice.payload)


def _page_text(text: str, lines: list[str], at: int, count: int) -> str:
    """The message's own text on the first page; a later page says its own lines, else which page it is."""
    said = [text] if at == 0 and text else []
    listed = "\n".join(lines)
    return "\n\n".join([*said, listed] if listed else said) or (f"{at + 1}/{count}" if at else "")


def _with_choices(part: Outbound, choices: tuple[Row, ...], as_list: bool) -> Outbound:
    if as_list:
        return replace(part, rows=choices)
    return replace(part, buttons=tuple(Button(choice.title, choice.payload) for choice in choices))


def _with_image(parts: list[Outbound], image: bytes | None, limits: Limits) -> list[Outbound]:
    """Put the first text under the image when it fits there, else send the image ahead of it."""
    if image is None:
        return [part for part in parts if part.text]
    first, *others = parts
    has_choices = bool(first.buttons or first.rows)
    if length(first.text) <= limits.caption and (limits.choices_under_image or not has_choices):
        return [replace(first, image=image), *others]
    return [replace(first, text="", buttons=(), rows=(), image=image), *parts]


def _with_contact_request(parts: list[Outbound], ask_contact: bool) -> tuple[Outbound, ...]:
    """Offer to share the number under the last part, where she has read what for."""
    if not ask_contact or not parts:
        return tuple(parts)
    return (*parts[:-1], replace(parts[-1], ask_contact=True))
