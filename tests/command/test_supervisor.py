"""The supervisor with real processes: prefixed output, a dead one comes back, and none is left behind."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from command import supervisor as supervising
from command.environments import ROOT
from command.supervisor import Program, Supervisor
from tests.stack import is_alive

pytestmark = pytest.mark.anyio


def python(name: str, code: str, **more: Any) -> Program:
    return Program(name, [sys.executable, "-c", code], **more)


async def until(there: Callable[[], Any], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not there():
            await asyncio.sleep(0.02)


class Screen:
    """What the supervisor prints."""

    def __init__(self) -> None:
        self._text = io.StringIO()
        self.console = Console(file=self._text, width=200)

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self._text.getvalue().splitlines()]


@asynccontextmanager
async def supervised(folder: Path, *programs: Program) -> AsyncIterator[tuple[Supervisor, Screen]]:
    screen = Screen()
    supervisor = Supervisor(programs, folder, screen.console)
    running = asyncio.create_task(supervisor.run())
    try:
        yield supervisor, screen
    finally:
        supervisor.stop()
        async with asyncio.timeout(20):
            await running


async def test_lines_carry_the_name_of_their_program(tmp_path: Path) -> None:
    loud = python("loud", "print('satu'); import sys; print('dua', file=sys.stderr); import time; time.sleep(60)")
    async with supervised(tmp_path, loud) as (_, screen):
        await until(lambda: len(screen.lines) == 2)
    assert screen.lines[:2] == ["loud | satu", "loud | dua"]


async def test_only_matching_lines_are_shown_when_a_program_is_talkative(tmp_path: Path) -> None:
    code = "print('noise'); print('ERROR here'); print('noise'); print('INFO there'); import time; time.sleep(60)"
    async with supervised(tmp_path, python("rasa", code, only="ERROR|INFO")) as (_, screen):
        await until(lambda: len(screen.lines) == 2)
    assert screen.lines[:2] == ["rasa | ERROR here", "rasa | INFO there"]


async def test_environment_is_handed_on(tmp_path: Path) -> None:
    code = "import os, time; print(os.environ['GREETING'], os.getcwd()); time.sleep(60)"
    async with supervised(tmp_path, python("a", code, environment={"GREETING": "halo"})) as (_, screen):
        await until(lambda: screen.lines)
    assert screen.lines[0] == f"a | halo {tmp_path}"


async def test_dead_program_is_started_again_and_the_others_are_left_alone(tmp_path: Path) -> None:
    code = f"import os, time; open({str(tmp_path / 'pids')!r}, 'a').write(f'{{os.getpid()}}\\n'); time.sleep(60)"
    calm = python("calm", "import os, time; print(os.getpid()); time.sleep(60)")
    pids = tmp_path / "pids"
    async with supervised(tmp_path, python("weak", code), calm) as (_, screen):
        await until(lambda: pids.exists() and pids.read_text().endswith("\n"))
        os.kill(int(pids.read_text()), signal.SIGKILL)
        await until(lambda: len(pids.read_text().splitlines()) == 2)
    assert any("ended with code -9; starting again in 1 s" in line for line in screen.lines)
    assert sum(line.startswith("calm") for line in screen.lines) == 1


async def test_pauses_grow_when_a_program_falls_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "LONGEST_PAUSE_S", 0.01)
    async with supervised(tmp_path, python("weak", "raise SystemExit(3)")) as (_, screen):
        await until(lambda: sum("ended with code 3" in line for line in screen.lines) >= 3)


async def test_program_that_cannot_be_started_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "LONGEST_PAUSE_S", 0.01)
    async with supervised(tmp_path, Program("absent", ["/no/such/program"])) as (_, screen):
        await until(lambda: sum("cannot be started" in line for line in screen.lines) >= 2)


async def test_output_goes_on_after_a_line_beyond_all_limits(tmp_path: Path) -> None:
    code = "print('x' * 3_000_000); print('still here', flush=True); import time; time.sleep(60)"
    async with supervised(tmp_path, python("long", code)) as (_, screen):
        await until(lambda: "long | still here" in screen.lines)


CHILD_OF_CHILD = """
import signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
                          "print('ready', flush=True); time.sleep(60)"])
print(child.pid, flush=True)
{end}
"""


@pytest.mark.parametrize("end", ["time.sleep(60)", "time.sleep(3)"], ids=["at the end", "when their parent dies"])
async def test_no_grandchild_is_left_behind(tmp_path: Path, end: str) -> None:
    async with supervised(tmp_path, python("parent", CHILD_OF_CHILD.format(end=end))) as (_, screen):
        await until(lambda: "parent | ready" in screen.lines)
        pid = int(next(line for line in screen.lines if line.split()[-1].isdigit()).split()[-1])
        assert is_alive(pid)
        if end == "time.sleep(3)":
            await until(lambda: not is_alive(pid))
    await until(lambda: not is_alive(pid), 2)


async def test_stubborn_program_is_forced_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "PATIENCE_S", 0.3)
    code = "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(os.getpid()); time.sleep(60)"
    async with supervised(tmp_path, python("stubborn", code)) as (_, screen):
        await until(lambda: screen.lines)
        pid = int(screen.lines[0].split()[-1])
    assert not is_alive(pid)


SCRIPT = """
import asyncio, pathlib, sys
from rich.console import Console
from command.supervisor import Program, Supervisor
code = "import os, time; print(os.getpid()); time.sleep(60)"
programs = [Program(name, [sys.executable, "-c", code]) for name in ("a", "b")]
asyncio.run(Supervisor(programs, pathlib.Path("."), Console()).run())
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
def test_no_child_outlives_the_supervisor(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-u", "-c", SCRIPT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pids = [int(process.stdout.readline().split()[-1]) for _ in range(2)]
        assert all(is_alive(pid) for pid in pids)
        process.send_signal(number)
        code = process.wait(timeout=15)
    end = time.monotonic() + 5
    while any(is_alive(pid) for pid in pids) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(is_alive(pid) for pid in pids)
    assert code == (0 if number is not signal.SIGKILL else -9)
