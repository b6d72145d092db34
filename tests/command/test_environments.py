"""The set-up: what is found, what is refused, and that the hashes decide what is built anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from command import environments
from command.environments import SetupError, cache, digest, find_python_310


def fake_python(folder: Path, version: str, name: str = "python3.10") -> str:
    """A program that says this version."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho 'Python {version}'\n")
    path.chmod(0o755)
    return str(path)


# ---------------------------------------------------------------- digest and cache


def test_digest_does_not_depend_on_the_order(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("1")
    second.write_text("2")
    assert digest(first, second) == digest(second, first)
    assert len(digest(first)) == 16


@pytest.mark.parametrize("change", ["content", "name"])
def test_digest_changes_when_a_file_changes(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a"
    path.write_text("1")
    before = digest(path)
    if change == "content":
        path.write_text("2")
    else:
        path = path.rename(tmp_path / "b")
    assert digest(path) != before


@pytest.mark.parametrize(
    ("variables", "folder"),
    [({"KAWAL_CACHE": "own"}, "own"), ({"XDG_CACHE_HOME": "xdg"}, "xdg/kawal-bunda"), ({}, "home/.cache/kawal-bunda")],
    ids=["named", "by the desktop's rule", "at home"],
)
def test_cache_is_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], folder: str
) -> None:
    for name in ("KAWAL_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    assert cache() == tmp_path / folder
    assert cache().is_dir()


# ---------------------------------------------------------------- Python 3.10


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Python 3.10, whose uv can fetch none."""
    monkeypatch.delenv("KAWAL_PYTHON310", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setattr(environments, "VENV", tmp_path / "venv")
    uv = Path(fake_python(tmp_path / "venv" / "bin", "", "uv"))
    uv.write_text("#!/bin/sh\nexit 1\n")
    return tmp_path


def test_error_names_the_ways_out_when_there_is_no_python_310(bare: Path) -> None:
    with pytest.raises(SetupError, match=r"pyenv install 3\.10.*KAWAL_PYTHON310"):
        find_python_310()


def test_python_310_is_looked_for_in_order(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_pyenv = fake_python(bare / "pyenv" / "versions" / "3.10.13" / "bin", "3.10.13", "python")
    assert find_python_310() == in_pyenv
    on_path = fake_python(bare / "bin", "3.10.4")
    assert find_python_310() == on_path
    named = fake_python(bare / "named", "3.10.1", "py")
    monkeypatch.setenv("KAWAL_PYTHON310", named)
    assert find_python_310() == named


@pytest.mark.parametrize("version", ["3.11.7", "3.1", "2.7.18", ""], ids=["newer", "older", "ancient", "silent"])
def test_python_that_is_no_310_is_passed_by(bare: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    monkeypatch.setenv("KAWAL_PYTHON310", fake_python(bare / "named", version))
    fake_python(bare / "bin", version)
    on_pyenv = fake_python(bare / "pyenv" / "versions" / "3.10.2" / "bin", "3.10.2", "python")
    assert find_python_310() == on_pyenv


def test_python_that_cannot_be_run_is_passed_by(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAWAL_PYTHON310", str(bare / "absent"))
    with pytest.raises(SetupError):
        find_python_310()


def test_python_310_is_fetched_when_there_is_none(bare: Path) -> None:
    (bare / "venv" / "bin" / "uv").write_text("#!/bin/sh\nexit 0\n")
    assert find_python_310() == "3.10"


# ---------------------------------------------------------------- what others wrote of the channels


def program(folder: Path, name: str, *lines: str) -> None:
    """A program of these lines."""
    path = Path(fake_python(folder, "", name))
    path.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose uv and npm only write down how they were called."""
    locks, programs = tmp_path / "locks", tmp_path / "venv" / "bin"
    locks.mkdir()
    for name in environments.FOREIGN_LOCKS:
        (locks / name).write_text(name)
    program(programs, "node", "echo v20.1.0")
    program(programs, "npm", f"echo npm $@ >> {tmp_path}/called")
    program(
        programs, "uv", f"echo uv $@ >> {tmp_path}/called", 'for last; do :; done; [ "$1" = pip ] || mkdir -p $last'
    )
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("KAWAL_CACHE", str(tmp_path / "cache"))
    for name, value in {"VENV": tmp_path / "venv", "FOREIGN": locks, "NEEDED_GB": 0}.items():
        monkeypatch.setattr(environments, name, value)
    return tmp_path


def calls(workshop: Path) -> list[str]:
    """The first two words of each call."""
    called = workshop / "called"
    return [" ".join(line.split()[:2]) for line in called.read_text().splitlines()] if called.exists() else []


def test_foreign_environment_is_built_once_outside_the_tree(workshop: Path) -> None:
    environments.build_foreign()
    home = environments.foreign_home()
    assert home.parent == workshop / "cache"
    assert calls(workshop) == ["uv venv", "uv pip", "npm ci"]
    assert {path.name for path in home.iterdir()} == {"complete", "package.json", "package-lock.json"}
    environments.build_foreign()
    assert len(calls(workshop)) == 3


@pytest.mark.parametrize("name", environments.FOREIGN_LOCKS)
def test_foreign_environment_is_another_when_a_lock_changes(workshop: Path, name: str) -> None:
    before = environments.foreign_home()
    (workshop / "locks" / name).write_text("another")
    assert environments.foreign_home() != before


def test_foreign_environment_half_built_is_built_anew(workshop: Path) -> None:
    home = environments.foreign_home()
    home.mkdir(parents=True)
    (home / "rest").touch()
    program(workshop / "venv" / "bin", "npm", "exit 1")
    with pytest.raises(SetupError, match="npm ci failed"):
        environments.build_foreign()
    assert not (home / "rest").exists()
    assert not (home / "complete").exists()


@pytest.mark.parametrize(
    ("said", "way_out"),
    [("v17.9.1", "install Node 18"), ("", "install Node 18"), (None, "apt-get install -y nodejs npm")],
    ids=["too old", "silent", "missing"],
)
def test_node_that_is_of_no_use_is_told(
    workshop: Path, monkeypatch: pytest.MonkeyPatch, said: str | None, way_out: str
) -> None:
    programs = workshop / "venv" / "bin"
    monkeypatch.setenv("PATH", str(programs))
    if said is None:
        (programs / "node").unlink()
    else:
        program(programs, "node", f"echo {said}")
    with pytest.raises(SetupError, match=way_out):
        environments.build_foreign()
    assert calls(workshop) == []


@pytest.mark.parametrize("version", ["v18.0.0", "v20.20.2", "v26.1.0"])
def test_node_of_our_days_is_taken(workshop: Path, version: str) -> None:
    program(workshop / "venv" / "bin", "node", f"echo {version}")
    node, npm = environments.find_node()
    assert (Path(node).name, Path(npm).name) == ("node", "npm")


def test_locks_of_others_are_hashed_and_name_no_host() -> None:
    lock = json.loads((environments.FOREIGN / "package-lock.json").read_text())
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert not any("resolved" in package for package in packages)
    pinned = (environments.FOREIGN / "requirements.txt").read_text()
    assert pinned.count("==") <= pinned.count("--hash=sha256:")
    assert "://" not in pinned


# ---------------------------------------------------------------- disk, lock, launcher


@pytest.mark.parametrize(("free_gb", "enough"), [(4.1, True), (3.9, False), (0, False)])
def test_room_on_the_disk_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_gb: float, enough: bool
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free_gb * 1e9))
    if enough:
        environments._check_disk(tmp_path)
        return
    with pytest.raises(SetupError, match="make room"):
        environments._check_disk(tmp_path)


def test_block_of_one_package_is_cut_out_with_its_hashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block = "uv==0.13.9 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    (tmp_path / "requirements.txt").write_text(f"tzdata==1 \\\n    --hash=sha256:aa\n{block}uvicorn==1\n")
    monkeypatch.setattr(environments, "ROOT", tmp_path)
    assert environments._block("uv") == block
    assert environments._block("uvicorn") == "uvicorn==1\n"
    with pytest.raises(SetupError, match="make lock"):
        environments._block("pip")


def test_block_of_uv_stands_in_our_own_lock() -> None:
    assert "--hash=sha256:" in environments._block("uv")


def test_launcher_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "VENV", tmp_path)
    (tmp_path / "bin").mkdir()
    environments._write_launcher()
    launcher = tmp_path / "bin" / "kawal"
    assert launcher.stat().st_mode & 0o111
    written = launcher.stat().st_mtime_ns
    environments._write_launcher()
    assert launcher.stat().st_mtime_ns == written


def test_failed_step_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SetupError, match=r"^false x failed: try again$"):
        environments._run("false", "x", way_out="try again")


@pytest.mark.parametrize(("fault", "code"), [(None, 0), (SetupError("no room"), 1)], ids=["well", "no room"])
def test_set_up_tells_in_one_line_why_it_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: SetupError | None, code: int
) -> None:
    def build() -> None:
        if fault is not None:
            raise fault

    monkeypatch.setattr(environments, "build", build)
    monkeypatch.setattr("sys.argv", ["environments.py"])
    assert environments.main() == code
    assert capsys.readouterr().err == ("kawal: no room\n" if fault else "")
