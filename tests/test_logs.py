"""Logs hold ids only: an exception is told by its type and place, whatever its text."""

from __future__ import annotations

import subprocess
import sys

import pytest

from settings import ROOT

SECRET = "NIK 3507014503989001"
CODE = """
import logging, structlog
from logs import configure
configure({level!r})
log = structlog.get_logger("t")
def fail():
    raise ValueError("{secret}")
{what}
"""


def logged(what: str, level: str = "info") -> str:
    """What a process of its own writes to standard error."""
    code = CODE.format(level=level, secret=SECRET, what=what)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize(
    "call",
    ['log.exception("turn_failed", message_id=7)', 'logging.getLogger("x").exception("failed")',
     'logging.getLogger("x").error("failed", exc_info=True)', 'log.error("failed", exc_info=True)'],
    ids=["structlog", "standard library", "standard library by flag", "structlog by flag"],
)  # fmt: skip
def test_exception_is_told_without_its_text(call: str) -> None:
    said = logged(f"try:\n    fail()\nexcept ValueError:\n    {call}")
    assert SECRET not in said
    assert "ValueError" in said
    assert "__main__" in said or "fail:" in said


def test_cause_of_an_exception_is_not_told_either() -> None:
    said = logged(
        'try:\n    try:\n        fail()\n    except ValueError as e:\n        raise KeyError("x") from e\n'
        'except KeyError:\n    log.exception("failed")\n    logging.getLogger("x").exception("failed")'
    )
    assert SECRET not in said
    assert said.count("KeyError") == 2


def test_line_is_readable_and_holds_its_ids() -> None:
    assert logged('log.warning("not_understood", message_id=7, attempt=2)') == (
        "level='warning' event='not_understood' message_id=7 attempt=2\n"
    )


@pytest.mark.parametrize(("level", "seen"), [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)])
def test_level_decides_what_is_told(level: str, seen: int) -> None:
    calls = "\n".join(
        f'log.{name}("x"); logging.getLogger("x").{name}("x")' for name in ("debug", "info", "warning", "error")
    )
    assert len(logged(calls, level).splitlines()) == 2 * seen


def test_addresses_of_requests_are_not_told() -> None:
    assert logged('logging.getLogger("httpx").info("GET https://api/botTOKEN")', "debug") == ""
