"""Looks back, after all journeys and browser tests, on every message that was received and every line printed."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.journeys.worlds import MOTHERS
from tests.stack import Message, RunningStack

MACHINE_TEXT = re.compile(r"\bNone\b|\bnull\b|\bNaN\b|[{}]|Traceback|utter_|Error\b|\bTrue\b|\bFalse\b")
NIK = re.compile(r"(?<!\d)\d{16}(?!\d)|(?<!\d)\d{13}(?!\d)")
PHONE = re.compile(r"\+62\d+|08\d{8,11}")
WELCOME = "│"  # the lines of the screen that greets whoever starts the service; they hold samples
TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def everything(running_stack: RunningStack) -> list[tuple[int, Message]]:
    """All that any phone received, with the number of the world it lived in."""
    running_stack.collect()
    return running_stack.heard.received


def from_the_bot(everything: list[tuple[int, Message]]) -> list[str]:
    return [message["text"] for _, message in everything if message["kind"] != "staff"]


def test_no_phone_ever_received_a_nik_or_card_number(everything: list[tuple[int, Message]]) -> None:
    assert everything
    assert [text for text in from_the_bot(everything) if NIK.search(PHONE.sub("", re.sub(r"[ .\-]", "", text)))] == []


def test_no_message_shows_machine_text(everything: list[tuple[int, Message]]) -> None:
    assert [text for text in from_the_bot(everything) if MACHINE_TEXT.search(text)] == []


def test_no_message_is_empty_or_too_long(everything: list[tuple[int, Message]]) -> None:
    assert [text for text in from_the_bot(everything) if not text.strip() or len(text) > 4096] == []


def test_no_button_is_too_long_or_without_a_payload(everything: list[tuple[int, Message]]) -> None:
    buttons = [button for _, message in everything for button in message["buttons"] or ()]
    assert buttons
    assert [b for b in buttons if not 0 < len(b["title"]) <= 20 or not b["payload"].startswith("/")] == []


def test_nobody_got_the_same_text_twice_without_writing_twice(
    running_stack: RunningStack, everything: list[tuple[int, Message]]
) -> None:
    wrote = [(said.world, said.phone, datetime.fromisoformat(said.at)) for said in running_stack.heard.said]
    repeated = []
    writers = {(world, phone) for world, phone, _ in wrote}
    # A reply to a phone whose writing was not heard was typed into the page by the browser tests.
    heard = [(w, m) for w, m in everything if m["kind"] != "reply" or (w, m["to"]) in writers]
    for (world, phone, text), times in _moments(heard).items():
        for number, moment in enumerate(times):
            near = [other for other in times[: number + 1] if moment - other <= TEN_MINUTES]
            mine = [at for w, p, at in wrote if (w, p) == (world, phone) and moment - at <= TEN_MINUTES]
            if len(near) > max(1, len(mine)):
                repeated.append((world, phone, text))
    assert repeated == []


def _moments(everything: list[tuple[int, Message]]) -> dict[tuple[int, str, str], list[datetime]]:
    found: dict[tuple[int, str, str], list[datetime]] = {}
    for world, message in everything:
        moment = datetime.fromisoformat(message["at"])
        found.setdefault((world, message["to"], message["text"]), []).append(moment)
    return found


def test_everything_was_delivered(everything: list[tuple[int, Message]]) -> None:
    assert Counter(message["status"] for _, message in everything).keys() <= {"delivered", "read"}


def test_output_names_nobody_and_repeats_nothing(
    running_stack: RunningStack, everything: list[tuple[int, Message]]
) -> None:
    """No NIK, phone, name or text stands in what the processes printed."""
    output = "\n".join(line for line in running_stack.output().splitlines() if WELCOME not in line)
    assert "INFO" in output
    assert re.findall(r"(?<!\d)\d{16}(?!\d)", output) == []
    assert re.findall(r"\+?628\d{8,}", output) == []
    names = {part for mother in MOTHERS for part in mother.name.split()}
    assert [name for name in names if name in output] == []
    said = {said.text for said in running_stack.heard.said if len(said.text) >= 12 and not said.text.startswith("/")}
    assert [text for text in said if text in output] == []
    told = {line for text in from_the_bot(everything) for line in text.splitlines() if len(line) >= 25}
    assert [line for line in told if line in output] == []


def test_output_tells_of_no_crash(running_stack: RunningStack) -> None:
    crashes = [line for line in running_stack.output().splitlines() if "Traceback" in line or "action_failed" in line]
    assert crashes == []
