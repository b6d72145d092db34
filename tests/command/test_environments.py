"""The set-up: what is found, what is refused, and that the hashes decide what is built anew."""

from __future__ import annotations

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
