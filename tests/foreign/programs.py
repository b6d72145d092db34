"""Programs of others as processes of their own, on loopback ports; one that does not answer is a failure, no skip."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from command.environments import FOREIGN, find_node, foreign_home

READY_S = 60.0  # a busy machine imports slowly
WITNESS_S = 60.0


@contextmanager
def running(command: Sequence[str], folder: Path, question: str, environment: Mapping[str, str]) -> Iterator[None]:
    """Run the program in a folder of its own until the block ends; ``question`` is an address that it answers."""
    log = folder / "output.log"
    with log.open("wb") as lines:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(environment), stdout=lines, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_it_answers(process, question, log)
        yield
    finally:
        process.kill()  # nothing of it is kept
        process.wait()


def program(*parts: str) -> str:
    """A file of the foreign environment; an error when that was not built."""
    home = foreign_home()
    assert (home / "complete").exists(), "the foreign doubles are not there: make setup-test"
    return str(home.joinpath(*parts))


def node(script: str, *words: str) -> list[str]:
    """How one of our two scripts is started, which do nothing but call what others wrote."""
    return [find_node()[0], str(FOREIGN / script), *words]


def ask_witness(token: str, version: str, jobs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Let clients of others do each job; the answers hold a result or a complaint."""
    asked = subprocess.run(
        node("witness.cjs", token, version),
        input=json.dumps(jobs),
        env=_environment({}),
        capture_output=True,
        text=True,
        timeout=WITNESS_S,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    answers: list[dict[str, Any]] = json.loads(asked.stdout)
    return answers


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """Nothing of ours: no token, no proxy."""
    return {"PATH": os.environ["PATH"], "NODE_PATH": program("node_modules"), **more}


def _wait_until_it_answers(process: subprocess.Popen[bytes], question: str, log: Path) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        assert process.poll() is None, f"it ended with code {process.returncode}:\n{_last_words(log)}"
        try:
            if httpx.get(question, trust_env=False).status_code < 500:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"it did not answer within {READY_S:.0f} s:\n{_last_words(log)}")


def _last_words(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]
