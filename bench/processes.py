"""Programs that a figure needs beside itself: started with their output in a file, waited for, ended for certain."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

PATIENCE_S = 15.0


class NotReadyError(Exception):
    """A program did not start; the message says where its words are."""


@contextmanager
def running(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The program and whatever it starts itself, until the block ends."""
    with log.open("wb") as lines:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environment), stdin=subprocess.DEVNULL, stdout=lines,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask, wait, force."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE_S)


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, patience_s: float = 300.0) -> None:
    """Until the address answers 200.

    Raises:
        NotReadyError: the program ended, or the time did.
    """
    end_at = time.monotonic() + patience_s
    with httpx.Client() as client:
        while time.monotonic() < end_at and process.poll() is None:
            try:
                if client.get(url, timeout=5.0).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
    last = " | ".join(log.read_text(errors="replace").splitlines()[-3:])
    raise NotReadyError(f"{url} did not answer; last words: {last}")


def family(root: int) -> set[int]:
    """The process and all that descend from it (Linux)."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents[int(stat.parent.name)] = int(after_name[1])
    found, grown = {root}, True
    while grown:
        children = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(children)
        found |= children
    return found


def resident_mb(pids: set[int]) -> float:
    """Resident memory of the processes together, pages they share counted in each (Linux)."""
    return sum(_resident_kb(pid) for pid in pids) / 1024


def _resident_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
