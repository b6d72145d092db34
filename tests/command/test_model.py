"""The trained model: a broken file is noticed, and every source it depends on is counted."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from command import model
from command.environments import ROOT


def archive(path: Path, size: int = 50_000) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name in ("metadata.json", "components/weights"):
            info = tarfile.TarInfo(name)
            info.size = size
            made.addfile(info, io.BytesIO(os.urandom(size)))
    return path


def test_whole_archive_is_sound(tmp_path: Path) -> None:
    assert model.is_sound(archive(tmp_path / "m.tar.gz"))


def broken(path: Path, how: str) -> Path:
    """A model as a full disk or a killed training leaves it."""
    whole = archive(path).read_bytes()
    middle = len(whole) // 2
    contents = {
        "empty": b"",
        "first bytes only": whole[:5],
        "cut in the middle": whole[:middle],
        "another kind of file": b"PK\x03\x04" + bytes(1000),
        "text": b"<html>502</html>",
        "zeros in the middle": whole[: middle - 500] + bytes(1000) + whole[middle + 500 :],
        "zeros at the start": bytes(100) + whole[100:],
    }
    path.write_bytes(contents[how])
    return path


@pytest.mark.parametrize(
    "how",
    ["empty", "first bytes only", "cut in the middle", "another kind of file", "text", "zeros in the middle",
     "zeros at the start"],
)  # fmt: skip
def test_archive_is_not_sound(tmp_path: Path, how: str) -> None:
    assert not model.is_sound(broken(tmp_path / "m.tar.gz", how))


def test_absent_and_empty_archives_are_not_sound(tmp_path: Path) -> None:
    assert not model.is_sound(tmp_path / "absent.tar.gz")
    assert not model.is_sound(tmp_path)
    with tarfile.open(tmp_path / "empty.tar.gz", "w:gz"):
        pass
    assert not model.is_sound(tmp_path / "empty.tar.gz")


@pytest.mark.parametrize(
    "name", ["domain.yml", "config.yml", "nlu/rules.yml", "nlu/intents/talk.yml", "nlu/components/danger_gate.py",
             "nlu/language/danger.tsv", "nlu/language/normalise.py"],
)  # fmt: skip
def test_model_depends_on(name: str) -> None:
    assert ROOT / name in model.sources()


def test_model_is_trained_again_when_it_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = broken(tmp_path / "m.tar.gz", "cut in the middle")
    trained = []

    def train(wanted: Path) -> None:
        assert not wanted.exists()
        trained.append(wanted)

    monkeypatch.setattr(model, "path", lambda: path)
    monkeypatch.setattr(model, "train", train)
    assert (model.ensure(), trained) == (path, [path])
    archive(path)
    assert (model.ensure(), trained) == (path, [path])


def test_failed_training_is_one_line_with_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "rasa_python", lambda: Path("/bin/false"))
    with pytest.raises(model.ModelError, match=r"m\.tar\.log"):
        model.train(tmp_path / "models" / "m.tar.gz")
    assert list((tmp_path / "models").glob("*.gz")) == []
