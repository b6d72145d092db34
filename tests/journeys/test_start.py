"""Starting and ending the service: one clear line when it cannot start, nothing left when it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from command.environments import cache
from command.model import path as model_path
from command.stack import check_port, free_port
from tests.stack import RunningStack, descendants, is_alive, start_kawal

START_S = 60.0


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port at which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield int(other.getsockname()[1])


def run_to_its_end(home: Path, port: int) -> tuple[int, list[str]]:
    """Start the service that cannot start; its exit code and what it printed."""
    log = home / "output.log"
    process = start_kawal("run", home=home, port=port, log=log)
    try:
        code = process.wait(START_S)
    finally:
        process.kill()
    return code, [line for line in log.read_text().splitlines() if line.strip()]


def test_one_line_is_told_when_the_port_is_in_use(tmp_path: Path, taken_port: int) -> None:
    code, lines = run_to_its_end(tmp_path, taken_port)
    assert code == 1
    assert len(lines) == 1
    assert f"port {taken_port} is in use" in lines[0]
    assert "KAWAL_PORT" in lines[0]


def test_second_start_is_refused_and_the_first_goes_on(running_stack: RunningStack) -> None:
    code, lines = run_to_its_end(running_stack.home, running_stack.port)
    assert code == 1
    assert "is in use" in lines[-1]
    assert running_stack.is_healthy()


def test_nothing_is_left_when_the_service_is_ended_while_it_starts(tmp_path: Path) -> None:
    port = free_port()
    process = start_kawal("run", home=tmp_path, port=port, log=tmp_path / "output.log")
    children = _when_there_are(process.pid, 3)
    process.send_signal(signal.SIGINT)
    assert process.wait(START_S) == 0
    assert [pid for pid in children if is_alive(pid)] == []
    check_port("127.0.0.1", port)


def test_children_end_when_only_their_keeper_is_killed(tmp_path: Path) -> None:
    process = start_kawal("run", home=tmp_path, port=free_port(), log=tmp_path / "output.log")
    children = _when_there_are(process.pid, 3)
    process.kill()
    process.wait()
    until = time.monotonic() + START_S
    while any(is_alive(pid) for pid in children) and time.monotonic() < until:
        time.sleep(0.2)
    left = [pid for pid in children if is_alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


def test_training_is_announced_when_the_model_file_is_broken(tmp_path: Path) -> None:
    broken = tmp_path / "cache" / "models" / model_path().name
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"half of a model")
    log = tmp_path / "output.log"
    process = start_kawal("run", home=tmp_path, port=free_port(), log=log, KAWAL_CACHE=str(tmp_path / "cache"))
    children = _when_there_are(process.pid, 1)
    assert "melatih model bahasa" in log.read_text()
    _press_ctrl_c(process)
    assert [pid for pid in children if is_alive(pid)] == []
    assert "Traceback" not in log.read_text()
    assert cache() != tmp_path / "cache"


def _press_ctrl_c(process: subprocess.Popen[bytes]) -> None:
    """Again after a while: Python drops an interrupt that meets a callback or an import, and people press twice."""
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
    assert process.poll() is not None


def _when_there_are(pid: int, number: int) -> list[int]:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        children = descendants(pid)
        if len(children) >= number:
            return children
        time.sleep(0.2)
    raise AssertionError(f"{number} processes were not started within {START_S:.0f} s")
