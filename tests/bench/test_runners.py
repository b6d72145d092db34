"""Each runner works on a tiny size and gives the keys of the contract; how fast it was is not asked here."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import alerts, intake, lookup, processes, queue, sending
from bench.databases import add_contacts, fill_outbox, opened, sqlite_url


def test_queue_gives_three_rates() -> None:
    assert set(queue.measure(contacts=3, rows=12)) == {
        "queue.sqlite_per_s",
        "queue.postgres_1_worker_per_s",
        "queue.postgres_2_workers_per_s",
    }


def test_worker_leaves_nothing_behind() -> None:
    now = datetime.now(UTC)
    with sqlite_url() as url, opened(url) as database:
        fill_outbox(database, add_contacts(database, 4, now), 50, now)
        assert queue.work_off(database, now) == 50
        assert queue.work_off(database, now) == 0


def test_sending_arrives_at_the_provider() -> None:
    figures = sending.measure(contacts=5, rows=15, delay_s=0.001)
    assert set(figures) == {"sending.per_s", "sending.two_processes_per_s"}


def test_messages_are_counted_by_full_seconds() -> None:
    came = [(10.0, "a"), (10.9, "b"), (11.1, "c"), (12.5, "d")]
    assert sending.per_second(came) == [2, 1]
    assert sending.span(came) == 2.5


def test_intake_stores_what_is_posted() -> None:
    figures = asyncio.run(intake.measure(posts=12, at_once=3, chats=4))
    assert set(figures) == {"intake.per_s", "intake.p99_ms"}


def test_everybody_in_danger_is_answered_and_routed_behind_a_broadcast() -> None:
    figures = alerts.measure(mothers=6, behind=60, readers=6, within_s=0.3)
    assert set(figures) == {
        "alerts.answered_p99_s",
        "alerts.routed_p99_s",
        "alerts.sqlite_answered_p99_s",
        "alerts.postgres_answered_p99_s",
    }
    assert figures["alerts.answered_p99_s"] < 10


def test_alert_without_anybody_to_call_fails_the_group() -> None:
    with sqlite_url() as url, opened(url) as database, pytest.raises(RuntimeError, match="not routed"):
        asyncio.run(alerts.alarm(database, ["+628980000001"], 0.1))


def test_lookup_finds_everybody() -> None:
    assert "lookup.p99_ms" in lookup.measure(entries=1200, lookups=40)


def test_lookup_refuses_a_number_nobody_has() -> None:
    with sqlite_url() as url, opened(url) as database:
        lookup.fill(database, 10)
        with pytest.raises(RuntimeError, match="not found"):
            lookup.timed(database, lookup.nik(11), datetime.now(UTC))


def test_synthetic_numbers_are_all_different() -> None:
    numbers = {lookup.nik(number) for number in range(lookup.ENTRIES)}
    assert len(numbers) == lookup.ENTRIES
    assert {len(number) for number in numbers} == {16}


def test_memory_of_a_family_counts_its_children(tmp_path: Path) -> None:
    child = "import time; print(len('x' * 30_000_000)); time.sleep(30)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with processes.running([sys.executable, "-c", parent], {}, tmp_path, tmp_path / "log") as process:
        end = datetime.now(UTC).timestamp() + 20
        while len(processes.family(process.pid)) < 2 and datetime.now(UTC).timestamp() < end:
            pass
        pids = processes.family(process.pid)
        assert len(pids) == 2
        assert processes.resident_mb(pids) > processes.resident_mb({process.pid}) > 0


def test_ended_program_is_not_waited_for(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with processes.running([sys.executable, "-c", "print('no luck')"], {}, tmp_path, log) as process:
        process.wait(20)
        with pytest.raises(processes.NotReadyError, match="no luck"):
            processes.wait_for("http://127.0.0.1:9/", process, log)


def test_stubborn_program_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(processes, "PATIENCE_S", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    with processes.running([sys.executable, "-u", "-c", deaf], {}, tmp_path, tmp_path / "log") as process:
        while not (tmp_path / "log").read_text():
            assert process.poll() is None
    assert isinstance(process, subprocess.Popen)
    assert process.returncode == -9
