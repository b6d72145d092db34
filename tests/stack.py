"""The complete system as people start it, `kawal run` in a folder of its own, driven through the simulator's API."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from command import model
from command.environments import ROOT
from command.stack import check_port, free_port

READY_S = 180.0  # a busy machine loads Rasa's model slowly
STOPPED_S = 20.0
UNDERSTANDING_S = 4.0  # shorter than the product's: journeys with a stopped part wait for it
PARTS = {"rasa": "rasa run", "actions": "-m actions", "bot": "-m bot"}
Message = dict[str, Any]
World = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What one message caused."""

    sender: str
    message_id: str
    trace: dict[str, Any]
    messages: list[Message]

    @property
    def texts(self) -> list[str]:
        """What the sender herself received."""
        return [message["text"] for message in self.messages if message["to"] == self.sender]

    @property
    def text(self) -> str:
        """The same in one piece."""
        return "\n\n".join(self.texts)

    @property
    def buttons(self) -> dict[str, str]:
        """Payloads of the buttons the sender sees, by their titles."""
        own = [message for message in self.messages if message["to"] == self.sender]
        return {button["title"]: button["payload"] for message in own for button in message["buttons"] or ()}

    def to(self, phone: str) -> list[Message]:
        """What somebody else received because of it."""
        return [message for message in self.messages if message["to"] == phone]


@dataclass(frozen=True)
class Said:
    """Something a person wrote in this session; ``world`` counts the resets."""

    world: int
    phone: str
    text: str
    at: str


@dataclass
class Heard:
    """Everything that went over the simulated phones in this session."""

    said: list[Said] = field(default_factory=list)
    received: list[tuple[int, Message]] = field(default_factory=list)


class RunningStack:
    """Actions, Rasa and bot with a database of their own; one `kawal run` looks after them."""

    def __init__(self, **environment: str) -> None:
        assert model.is_sound(model.path()), "the model is not trained for the present data: kawal train"
        self._folder = tempfile.TemporaryDirectory(prefix="kawal-journeys-")
        self.home = Path(self._folder.name)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.home / "output.log"
        self.heard = Heard()
        self.channel = "whatsapp"
        self._world, self._newest, self._ids = 0, 0, set[str]()
        self._client = httpx.Client(base_url=self.url, timeout=90.0, trust_env=False)
        self._process = start_kawal("run", home=self.home, port=self.port, log=self.log, **environment)

    def wait_ready(self, seconds: float = READY_S) -> None:
        """Until every part answers; a stack that ended or stays ill is an error with its last words."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise AssertionError(f"kawal run ended with code {self._process.returncode}:\n{self.output()[-2000:]}")
            if self.is_healthy():
                return
            time.sleep(0.3)
        raise AssertionError(f"the stack did not answer within {seconds:.0f} s:\n{self.output()[-2000:]}")

    def is_healthy(self) -> bool:
        """Whether /healthz answers 200."""
        try:
            return self._client.get("/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """Ctrl-C; afterwards nothing of it may be left."""
        children = self.children()
        self._process.send_signal(signal.SIGINT)
        try:
            code = self._process.wait(STOPPED_S)
            left = [pid for pid in children if is_alive(pid)]
        finally:
            self.destroy(children)
        assert left == [], f"left running: {left}"
        check_port("127.0.0.1", self.port)
        assert code == 0, f"ended with code {code}"

    def destroy(self, children: list[int]) -> None:
        """Leave nothing behind, whatever happened."""
        for pid in (*children, *self.children(), self._process.pid):
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._client.close()
        self._folder.cleanup()

    def output(self) -> str:
        """All that the processes have printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def children(self) -> list[int]:
        """Every process below `kawal run`."""
        return descendants(self._process.pid)

    def pid_of(self, part: str) -> int:
        """The process of rasa, actions or bot, to be stopped and continued."""
        for pid in self.children():
            if PARTS[part] in command_line(pid):
                return pid
        raise AssertionError(f"{part} is not running")

    @contextmanager
    def halted(self, part: str) -> Iterator[None]:
        """The part stands still: it takes connections and never answers."""
        pid = self.pid_of(part)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def kill_part(self, part: str) -> None:
        """One part dies; returns when it is back."""
        old = self.pid_of(part)
        os.kill(old, signal.SIGKILL)
        until = time.monotonic() + 30
        while is_alive(old) and time.monotonic() < until:
            time.sleep(0.1)
        self.wait_ready()

    def reset(self, world: World | None, now: str, channel: str = "whatsapp") -> None:
        """An empty store with this world (None: the demonstration's), and the clock standing at ``now``."""
        self.collect()
        body = {"now": now, "channel": channel} | ({} if world is None else {"given": world})
        self._post("/simulator/reset", body)
        self.channel = channel
        self._world += 1
        self._newest = 0

    def say(
        self,
        phone: str,
        text: str | None = None,
        *,
        channel: str | None = None,
        button: str | None = None,
        media: Mapping[str, Any] | None = None,
        message_id: str | None = None,
    ) -> Answer:
        """Somebody writes; returns when it has been handled and what it caused is out."""
        given: dict[str, Any] = {"text": text, "button": button, "media": media, "message_id": message_id}
        body: dict[str, Any] = {"from": phone, "channel": channel or self.channel}
        body |= {name: value for name, value in given.items() if value is not None}
        words = text or button or (media or {}).get("caption") or ""
        if message_id is None or message_id not in self._ids:
            self.heard.said.append(Said(self._world, phone, words, self.now()))
        self._ids.add(message_id or "")
        answer = self._post("/simulator/messages", body)
        return Answer(phone, answer["message_id"], answer["trace"] or {}, answer["messages"])

    def staff(self, action: str, by: str, to: str, text: str = "") -> None:
        """An officer answers in a talk, or closes it."""
        self._post("/simulator/staff", {"by": by, "to": to, "action": action, "text": text})

    def now(self) -> str:
        """Where the clock stands."""
        return str(self._get("/simulator/clock")["now"])

    def advance(self, to: str) -> None:
        """Move the clock, and do what falls due on the way."""
        self._post("/simulator/clock", {"advance_to": to})

    def received(self, phone: str | None = None) -> list[Message]:
        """What a phone (or all) received since the last reset."""
        found: list[Message] = self._get("/simulator/messages", to=phone or "")
        return found

    def records(self, name: str, **filters: object) -> list[dict[str, Any]]:
        """Rows of one record that match all filters."""
        query = {key: str(value) for key, value in filters.items()}
        found: list[dict[str, Any]] = self._get("/simulator/records", record=name, **query)
        return found

    def collect(self) -> None:
        """Keep what the phones received, before a reset wipes it."""
        fresh = self._get("/simulator/messages", since=str(self._newest))
        self.heard.received += [(self._world, message) for message in fresh]
        self._newest = max((self._newest, *(message["id"] for message in fresh)))

    def _get(self, path: str, **query: str) -> Any:
        response = self._client.get(path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        response = self._client.post(path, json=body)
        assert response.status_code == 200, response.text
        return response.json()


_shared: list[RunningStack] = []
_users: list[str] = []


@contextmanager
def shared_stack(user: str) -> Iterator[RunningStack]:
    """One stack for everybody in this session: the first to ask starts it, the last to leave stops it."""
    if not _shared:
        _shared.append(RunningStack())
    _users.append(user)
    try:
        _shared[0].wait_ready()
        yield _shared[0]
    finally:
        _users.remove(user)
        if not _users:
            _shared.pop().stop()


def start_kawal(*words: str, home: Path, port: int, log: Path, **environment: str) -> subprocess.Popen[bytes]:
    """The kawal command as a process of its own, with the settings of a fresh machine and these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("KAWAL_") or name == "KAWAL_CACHE"}
    settings = {
        "KAWAL_ENV_FILE": "/dev/null",  # a developer's real token is none of our business
        "KAWAL_HOME": str(home),
        "KAWAL_PORT": str(port),
        "KAWAL_SIMULATOR": "on",
        "KAWAL_UNDERSTANDING_SECONDS": str(UNDERSTANDING_S),
        "PYTHONUNBUFFERED": "1",
    }
    with log.open("ab") as lines:
        return subprocess.Popen(
            [sys.executable, "-m", "kawal", *words],
            cwd=ROOT,
            env=own | settings | environment,
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def descendants(pid: int) -> list[int]:
    """The processes below one, as /proc tells."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def command_line(pid: int) -> str:
    """How a process was started."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that only waits to be buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
