"""Builds the environments from the locked, hashed requirements. Standard library only: it runs first.

`.venv` (this Python, in the tree) holds everything that faces people; Rasa's environment (Python 3.10) is large and is
kept outside the tree by the hash of its requirements, so that every checkout shares it. So is, for the tests, what
others wrote of the providers' interfaces (Python and Node).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
RASA_LINK = ROOT / ".venv-rasa"
FOREIGN = ROOT / "tests" / "doubles" / "foreign"
FOREIGN_LOCKS = ("requirements.txt", "package.json", "package-lock.json")
NEEDED_GB = 4
OLDEST_NODE = 18


class SetupError(Exception):
    """Something is missing on this machine; the message is one line with the way out."""


def cache() -> Path:
    """Where large things are kept between checkouts."""
    base = os.environ.get("KAWAL_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) if os.environ.get("KAWAL_CACHE") else Path(base) / "kawal-bunda"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def digest(*paths: Path) -> str:
    """A short hash over the contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]


def rasa_python() -> Path:
    """The interpreter of Rasa's environment."""
    return RASA_LINK / "bin" / "python"


def build() -> None:
    """Make what is missing; nothing when all is there.

    Raises:
        SetupError: no Python 3.10, no room on the disk, or a download failed.
    """
    with (cache() / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build_main()
        _build_rasa()
    _write_launcher()


def _build_main() -> None:
    wanted = digest(ROOT / "requirements.txt")
    stamp = VENV / "kawal-stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _check_disk(ROOT)
    _say("membangun lingkungan Python (building .venv)")
    if not (VENV / "bin" / "python").exists():
        _run(
            sys.executable, "-m", "venv", str(VENV), way_out="install Python's venv (Debian: apt install python3-venv)"
        )
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.txt"
        only_uv.write_text(_block("uv"))
        if not (VENV / "bin" / "uv").exists():
            _run(str(VENV / "bin" / "python"), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(only_uv))
    _sync(VENV / "bin" / "python", ROOT / "requirements.txt")
    stamp.write_text(wanted)


def _block(package: str) -> str:
    """The lines of one package in the locked requirements."""
    text = (ROOT / "requirements.txt").read_text()
    found = re.search(rf"^{package}==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        raise SetupError(f"requirements.txt has no {package}: run make lock")
    return found.group()


def _build_rasa() -> None:
    requirements = ROOT / "nlu" / "requirements.txt"
    home = cache() / f"rasa-{digest(requirements)}"
    stamp = home / "complete"
    if not stamp.exists():
        _check_disk(cache())
        _say("membangun lingkungan Rasa, sekali saja (building Rasa's environment, once)")
        shutil.rmtree(home, ignore_errors=True)
        _run(_uv(), "venv", "-q", "--python", find_python_310(), str(home))
        _sync(home / "bin" / "python", requirements)
        stamp.write_text("")
    if not RASA_LINK.is_symlink() or RASA_LINK.resolve() != home.resolve():
        if RASA_LINK.is_dir() and not RASA_LINK.is_symlink():
            shutil.rmtree(RASA_LINK)
        RASA_LINK.unlink(missing_ok=True)
        RASA_LINK.symlink_to(home)


def find_python_310() -> str:
    """A Python 3.10 that runs: named, on PATH, in pyenv, or fetched by uv.

    Raises:
        SetupError: there is none and uv could not fetch one.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    candidates = [
        os.environ.get("KAWAL_PYTHON310") or "",
        shutil.which("python3.10") or "",
        *sorted((str(path) for path in pyenv.glob("3.10*/bin/python")), reverse=True),
    ]
    for candidate in candidates:
        if candidate and _is_310(candidate):
            return candidate
    fetched = subprocess.run([_uv(), "python", "install", "-q", "3.10"], capture_output=True, text=True, check=False)
    if fetched.returncode != 0:
        raise SetupError(
            "no Python 3.10 found (Rasa needs it): install it (pyenv install 3.10, or uv python install 3.10), "
            "or name one with KAWAL_PYTHON310=/path/to/python3.10"
        )
    return "3.10"


def _is_310(python: str) -> bool:
    return _version(python).startswith("Python 3.10.")


def _version(program: str) -> str:
    """What it says of itself; nothing when it cannot be run."""
    try:
        asked = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def foreign_home() -> Path:
    """Where stands what others wrote: doubles of the providers, and clients of them. Only tests need it."""
    return cache() / f"foreign-{digest(*(FOREIGN / name for name in FOREIGN_LOCKS))}"


def build_foreign() -> None:
    """Make it when it is missing; nothing when it is there.

    Raises:
        SetupError: no Node, no room on the disk, or a download failed.
    """
    home = foreign_home()
    stamp = home / "complete"
    with (cache() / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.exists():
            return
        _, npm = find_node()
        _check_disk(cache())
        _say(
            "membangun lingkungan tes saluran, sekali saja (building what others wrote of the channels, for the tests)"
        )
        shutil.rmtree(home, ignore_errors=True)
        _run(_uv(), "venv", "-q", "--python", str(VENV / "bin" / "python"), str(home))
        _sync(home / "bin" / "python", FOREIGN / "requirements.txt")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(FOREIGN / name, home)
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        _run(npm, "ci", "--prefix", str(home), *quiet)
        stamp.write_text("")


def find_node() -> tuple[str, str]:
    """Node and its npm.

    Raises:
        SetupError: one is missing, or Node is too old.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise SetupError("node and npm are missing (only tests need them): sudo apt-get install -y nodejs npm")
    said = _version(node)
    version = re.match(r"v(\d+)\.", said)
    if version is None or int(version[1]) < OLDEST_NODE:
        raise SetupError(f"node is too old ({said}; only tests need it): install Node {OLDEST_NODE} or newer")
    return node, npm


def _uv() -> str:
    return str(VENV / "bin" / "uv")


def _sync(python: Path, requirements: Path) -> None:
    _run(_uv(), "pip", "sync", "-q", "--require-hashes", "--python", str(python), str(requirements))


def _check_disk(folder: Path) -> None:
    free = shutil.disk_usage(folder).free / 1e9
    if free < NEEDED_GB:
        raise SetupError(f"the disk is nearly full: {free:.1f} GB free, {NEEDED_GB} GB needed; make room and try again")


def _run(*command: str, way_out: str = "look at the lines above; is the package registry reachable?") -> None:
    done = subprocess.run(command, cwd=ROOT, check=False)
    if done.returncode != 0:
        raise SetupError(f"{Path(command[0]).name} {command[1]} failed: {way_out}")


def _write_launcher() -> None:
    """`.venv/bin/kawal`, for those who like it on PATH."""
    launcher = VENV / "bin" / "kawal"
    text = f'#!/bin/sh\nexec "{VENV}/bin/python" "{ROOT}/kawal.py" "$@"\n'
    if not launcher.exists() or launcher.read_text() != text:
        launcher.write_text(text)
        launcher.chmod(0o755)


def install_chromium() -> None:
    """Debian's chromium for the browser tests, where we may install it.

    Raises:
        SetupError: it is missing and we may not.
    """
    if shutil.which("chromium"):
        return
    way_out = "install it: sudo apt-get install -y chromium"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(f"chromium is missing (browser tests): {way_out}")
    _say("memasang chromium untuk tes (installing chromium for the tests)")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", *step], env=quiet, stdout=subprocess.DEVNULL, check=False)
    if not shutil.which("chromium"):
        raise SetupError(f"chromium could not be installed: {way_out}")


def _say(line: str) -> None:
    sys.stderr.write(f"kawal: {line}\n")


def main() -> int:
    """`python3 command/environments.py [test]`."""
    try:
        build()
        if "test" in sys.argv[1:]:
            install_chromium()
            build_foreign()
    except SetupError as error:
        _say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
