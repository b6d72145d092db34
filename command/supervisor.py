"""Runs our processes in the foreground: prefixed output, a dead one is started again, Ctrl-C ends them all.

An emergency line must not end because one part fell over, which is what the usual Procfile runners do; hence this
small one.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import itertools
import os
import re
import signal
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLOURS = ("cyan", "magenta", "green", "yellow", "blue")
PATIENCE_S = 8.0  # between asking to stop and forcing it
STEADY_S = 60.0  # running this long forgives earlier falls
LONGEST_PAUSE_S = 30.0
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """One process to keep alive."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    only: str = ""  # show only lines that match this pattern


class Supervisor:
    """Keeps programs alive until stopped."""

    def __init__(self, programs: Sequence[Program], folder: Path, console: Console) -> None:
        self._programs, self._folder, self._console = programs, folder, console
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until Ctrl-C or SIGTERM; afterwards nothing of ours is left running."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stopping.set)
        coloured = zip(self._programs, itertools.cycle(COLOURS), strict=False)
        keepers = [asyncio.create_task(self._keep(program, colour)) for program, colour in coloured]
        await self._stopping.wait()
        await self._stop_all()
        await asyncio.gather(*keepers, return_exceptions=True)

    def stop(self) -> None:
        """End everything, as Ctrl-C does."""
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        """Whether somebody has asked to end."""
        return self._stopping.is_set()

    async def _keep(self, program: Program, colour: str) -> None:
        falls = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                code = await self._live(program, colour)
            except OSError as error:
                self._print(program.name, colour, f"cannot be started: {error}")
                code = 127
            if self._stopping.is_set():
                return
            falls = 0 if time.monotonic() - began > STEADY_S else falls + 1
            pause = min(LONGEST_PAUSE_S, 0.5 * 2**falls)
            self._print(program.name, colour, f"ended with code {code}; starting again in {pause:.0f} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), timeout=pause)

    async def _live(self, program: Program, colour: str) -> int:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            cwd=self._folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
            limit=1024 * 1024,
        )
        self._running[program.name] = process
        if self._stopping.is_set():
            _signal_all([process], signal.SIGTERM)
        lines = asyncio.create_task(self._show_lines(program, colour, process.stdout))
        code = await _end_of(process)
        _signal_all([process], signal.SIGKILL)  # what it has left behind; it would hold its output and its ports
        await lines
        self._running.pop(program.name, None)
        return code

    async def _show_lines(self, program: Program, colour: str, output: asyncio.StreamReader | None) -> None:
        while output is not None:
            try:
                line = await output.readline()
            except ValueError:  # a line beyond all limits
                continue
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip()
            if re.search(program.only, text):
                self._print(program.name, colour, text)

    def _print(self, name: str, colour: str, line: str) -> None:
        self._console.print(Text.assemble((f"{name:>8} | ", colour), line), soft_wrap=True)

    async def _stop_all(self) -> None:
        running = list(self._running.values())
        _signal_all(running, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(_end_of(process) for process in running)), timeout=PATIENCE_S)
        _signal_all(running, signal.SIGKILL)


async def _end_of(process: asyncio.subprocess.Process) -> int:
    """Its code; ``Process.wait`` would wait for the end of its output too, which a child of its own may hold open."""
    while process.returncode is None:
        await asyncio.sleep(0.05)
    return process.returncode


def _signal_all(processes: Iterable[asyncio.subprocess.Process], number: signal.Signals) -> None:
    for process in list(processes):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)


def _die_with_parent() -> None:
    """Linux: when the supervisor itself is killed, its children get SIGTERM."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
