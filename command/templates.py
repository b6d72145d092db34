"""Message templates at Meta: made from our own texts, submitted, watched. One text, one template, one name.

Source of the rules: WhatsApp Business Platform, message templates (components, variables, quality and pausing).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from string import Formatter
from typing import Any

import httpx
from sqlalchemy.orm import Session

from registry import texts
from registry.messaging import message_templates
from registry.texts import Sentence
from settings import Settings

META = "https://graph.facebook.com/v26.0"
# What goes out unasked; the rest is pushed by name.
PUSHED = ("reminder_*", "education_*", "alert_*", "broadcast_notice*", "broadcast_approv*", "broadcast_refused")
LONGEST, LONGEST_TITLE, MOST_BUTTONS = 1024, 20, 3
WORDS_PER_VALUE = 3  # fewer, and Meta calls the template empty
BAD = ("REJECTED", "PAUSED", "DISABLED", "FLAGGED")
EDITABLE = ("APPROVED", "REJECTED", "PAUSED")  # an approved one once in 24 hours and ten times in 30 days
PAGE = 100
BAD_REQUEST = 400
OTHER_WORDS = "with other words than ours"


class TemplatesError(Exception):
    """Templates cannot be handled; the message says why and what to do."""


class RefusedTemplateError(TemplatesError):
    """Meta does not take this one; the others may be good."""


@dataclass(frozen=True)
class There:
    """A template as Meta has it; without words when Meta did not tell them."""

    name: str
    status: str
    category: str
    id: str = ""
    body: str = ""
    titles: tuple[str, ...] = ()

    def says_other_than(self, sentence: Sentence) -> bool:
        """Whether a mother would read other words, or other buttons, than ours."""
        titles = tuple(title for title, _ in sentence.buttons)
        return bool(self.body) and (self.body, self.titles) != (body(sentence)[0], titles)


def body(sentence: Sentence) -> tuple[str, tuple[str, ...]]:
    """The text with numbered holes, and the names of the values in that order (as ``texts.say`` gives them)."""
    names: dict[str, int] = {}
    said = []
    for literal, name, _, _ in Formatter().parse(sentence.text.strip()):
        said.append(literal)
        if name is not None:
            said.append(f"{{{{{names.setdefault(name, len(names) + 1)}}}}}")
    return "".join(said), tuple(names)


def faults(sentence: Sentence) -> list[str]:
    """Why Meta would refuse this text; none when it can be a template."""
    text, names = body(sentence)
    words = len(re.sub(r"\{\{\d+\}\}", " ", text).split())
    found = {
        "name is not lower-case letters, digits and underscores": not re.fullmatch(r"[a-z0-9_]{1,512}", sentence.name),
        "begins with a placeholder": text.startswith("{{"),
        "ends with a placeholder": text.endswith("}}"),
        "two placeholders side by side": bool(re.search(r"\}\}\s*\{\{", text)),
        f"longer than {LONGEST} characters": len(text) > LONGEST,
        "too few words for its placeholders": bool(names) and words < WORDS_PER_VALUE * len(names),
        "more than two line breaks in a row": "\n\n\n" in text,
        f"more than {MOST_BUTTONS} buttons": len(sentence.buttons) > MOST_BUTTONS,
        f"a button longer than {LONGEST_TITLE}": any(len(title) > LONGEST_TITLE for title, _ in sentence.buttons),
        "is empty": not text,
    }
    return [fault for fault, is_so in found.items() if is_so]


def creation(sentence: Sentence) -> dict[str, Any]:
    """What is posted to create it: UTILITY, Indonesian."""
    return {"name": sentence.name, "language": "id", "category": "UTILITY", "components": components(sentence)}


def components(sentence: Sentence) -> list[dict[str, Any]]:
    """Its words, with an example for every hole, and its buttons."""
    text, names = body(sentence)
    said: dict[str, Any] = {"type": "BODY", "text": text}
    if names:
        said["example"] = {"body_text": [[texts.example(name) for name in names]]}
    if not sentence.buttons:
        return [said]
    titles = [{"type": "QUICK_REPLY", "text": title} for title, _ in sentence.buttons]
    return [said, {"type": "BUTTONS", "buttons": titles}]


def wanted(patterns: Sequence[str]) -> list[Sentence]:
    """The texts that are meant, by name or pattern; without one all that go out unasked.

    Raises:
        TemplatesError: a pattern fits no text.
    """
    ours = [sentence for sentence in texts.sentences().values() if sentence.pushed]
    for pattern in patterns:
        if not any(fnmatchcase(sentence.name, pattern) for sentence in ours):
            raise TemplatesError(f"no text is called {pattern}")
    return [s for s in ours if any(fnmatchcase(s.name, pattern) for pattern in patterns or PUSHED)]


class Templates:
    """The templates of one WhatsApp Business Account."""

    def __init__(self, client: httpx.Client, url: str, account: str, token: str) -> None:
        self._client, self._url, self._account = client, url, f"{url}/{account}/message_templates"
        self._headers = {"authorization": f"Bearer {token}"}

    def all(self) -> dict[str, There]:
        """Those in Indonesian, by name."""
        return {row["name"]: _read(row) for row in self._pages() if row.get("language") == "id"}

    def _pages(self) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {"fields": "name,status,category,language,components", "limit": PAGE}
        while True:
            answer = self._ask("GET", self._account, params=asked)
            yield from answer.get("data", [])
            after = answer.get("paging", {}).get("cursors", {}).get("after")
            if not after or not answer["paging"].get("next"):
                return
            asked["after"] = after

    def create(self, sentence: Sentence) -> str:
        """Submit one; its status.

        Raises:
            RefusedTemplateError: Meta does not take it.
            TemplatesError: Meta cannot be asked.
        """
        return str(self._ask("POST", self._account, json=creation(sentence)).get("status", "PENDING"))

    def edit(self, there: There, sentence: Sentence) -> str:
        """Submit our words in place of those Meta has; until they are approved it cannot be sent.

        Raises:
            RefusedTemplateError: Meta does not take it, for one because it was edited within 24 hours.
            TemplatesError: Meta cannot be asked.
        """
        self._ask("POST", f"{self._url}/{there.id}", json={"components": components(sentence)})
        return "PENDING"

    def _ask(self, method: str, url: str, **how: Any) -> dict[str, Any]:
        try:
            answer = self._client.request(method, url, headers=self._headers, **how)
            found: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise TemplatesError(f"Meta cannot be reached ({type(error).__name__})") from error
        if answer.status_code != 200:
            told = found.get("error", {})
            error_of = RefusedTemplateError if answer.status_code == BAD_REQUEST else TemplatesError
            raise error_of(f"Meta refuses: {told.get('code')} {told.get('message', '')}".strip())
        return found


def _read(row: Mapping[str, Any]) -> There:
    parts = {str(part.get("type", "")).upper(): part for part in row.get("components", [])}
    titles = tuple(str(button.get("text", "")) for button in parts.get("BUTTONS", {}).get("buttons", []))
    text = str(parts.get("BODY", {}).get("text", ""))
    return There(row["name"], row.get("status", ""), row.get("category", ""), str(row.get("id", "")), text, titles)


def connect(settings: Settings, client: httpx.Client) -> Templates:
    """The account's templates.

    Raises:
        TemplatesError: a setting is missing.
    """
    if settings.whatsapp_token is None or not settings.whatsapp_business_id:
        raise TemplatesError("set KAWAL_WHATSAPP_TOKEN and KAWAL_WHATSAPP_BUSINESS_ID first (docs/channels.md)")
    url = (settings.whatsapp_api_url or META).rstrip("/")
    return Templates(client, url, settings.whatsapp_business_id, settings.whatsapp_token.get_secret_value())


def remember(session: Session, templates: Templates, patterns: Sequence[str], now: datetime) -> None:
    """Write down how they stand, for whoever plans a broadcast; asked anew, so what was just submitted is in it."""
    there = templates.all()
    for sentence in wanted(patterns):
        one = there.get(sentence.name)
        status, category = (one.status, one.category) if one else (message_templates.MISSING, "")
        message_templates.keep(session, sentence.name, now, status=status, category=category)


def push(templates: Templates, patterns: Sequence[str], *, edits: bool = False) -> Iterator[tuple[str, str]]:
    """Submit what is not there yet, and with ``edits`` what says something else; each name with what became of it.

    A text that breaks a rule, or that Meta does not take, is refused and the others go on.
    """
    there = templates.all()
    for sentence in wanted(patterns):
        one = there.get(sentence.name)
        if found := faults(sentence):
            yield sentence.name, f"refused: {'; '.join(found)}"
        elif one is None or (edits and one.says_other_than(sentence)):
            yield sentence.name, _submitted(templates, one, sentence)
        elif one.says_other_than(sentence):
            yield sentence.name, f"{one.status}, {OTHER_WORDS}: --edit"


def _submitted(templates: Templates, there: There | None, sentence: Sentence) -> str:
    if there is not None and there.status not in EDITABLE:
        return f"refused: it is {there.status}, Meta lets only {', '.join(EDITABLE)} be edited"
    try:
        return templates.create(sentence) if there is None else templates.edit(there, sentence)
    except RefusedTemplateError as error:
        return f"refused: {error}"


def status(templates: Templates, patterns: Sequence[str]) -> Iterator[tuple[str, str, bool]]:
    """Each name, how it stands, and whether somebody must act."""
    there = templates.all()
    for sentence in wanted(patterns):
        one = there.get(sentence.name)
        if one is None:
            yield sentence.name, "missing", True
        elif one.says_other_than(sentence):
            yield sentence.name, f"{one.status}, {OTHER_WORDS}", True
        elif one.category and one.category != "UTILITY":
            yield sentence.name, f"{one.status}, but as {one.category}", True
        else:
            yield sentence.name, one.status, one.status in BAD
