"""The trained Rasa model: made when training data, domain or pipeline changed, kept outside the tree by their hash."""

from __future__ import annotations

import ast
import gzip
import os
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from command.environments import ROOT, cache, digest, rasa_python

SOURCES = ("domain.yml", "config.yml", "nlu/rules.yml", "nlu/health.yml", "nlu/requirements.txt")
DATA = {".tsv", ".txt", ".json"}


class ModelError(Exception):
    """Training failed or the model is broken; the message is one line with the way out."""


def sources() -> list[Path]:
    """Every file the model depends on."""
    modules = _reachable((ROOT / "nlu" / "components").glob("*.py"))
    code = " ".join(path.read_text(encoding="utf-8") for path in modules)
    data = [p for p in (ROOT / "nlu" / "language").iterdir() if p.suffix in DATA and p.name in code]
    trees = [*sorted((ROOT / "nlu" / "intents").glob("*.yml")), *modules, *sorted(data)]
    return [path for path in (*(ROOT / name for name in SOURCES), *trees) if path.exists()]


def _reachable(components: Iterable[Path]) -> list[Path]:
    """The components and every module of ours that they import: a reader that only the actions use trains nothing."""
    found: set[Path] = set()
    waiting = list(components)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [other for name in _imported(path) if (other := ROOT / f"{name.replace('.', '/')}.py").exists()]
    return sorted(found)


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def path() -> Path:
    """Where the model for the present sources is or will be."""
    return cache() / "models" / f"{digest(*sources())}.tar.gz"


def is_sound(model: Path) -> bool:
    """Whether the file is there and can be read to its end."""
    try:
        with gzip.open(model) as packed:
            while packed.read(1024 * 1024):  # to the checksum at the end: names alone would not show a hole
                pass
        with tarfile.open(model) as archive:
            return bool(archive.getnames())
    except (OSError, tarfile.TarError, EOFError, zlib.error):
        return False


def ensure() -> Path:
    """The model, trained now when it is missing or broken.

    Raises:
        ModelError: training failed.
    """
    model = path()
    if not is_sound(model):
        model.unlink(missing_ok=True)
        train(model)
    return model


def train(model: Path) -> None:
    """Train into ``model``; about two minutes."""
    model.parent.mkdir(parents=True, exist_ok=True)
    log = model.with_suffix(".log")
    with tempfile.TemporaryDirectory(dir=model.parent) as folder, log.open("w") as lines:
        command = [
            str(rasa_python()), "-m", "rasa", "train", "--domain", "domain.yml", "--config", "config.yml",
            "--data", "nlu/intents", "nlu/rules.yml", "--out", folder, "--fixed-model-name", "model",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, env=quiet(), stdout=lines, stderr=subprocess.STDOUT, check=False)
        made = Path(folder) / "model.tar.gz"
        if done.returncode != 0 or not is_sound(made):
            raise ModelError(f"training the model failed; its last words are in {log}")
        shutil.move(made, model)


def validate() -> None:
    """Rasa's own check of domain, rules and training data.

    Raises:
        ModelError: it found a fault; its words follow.
    """
    command = [
        str(rasa_python()), "-m", "rasa", "data", "validate", "--domain", "domain.yml", "--config", "config.yml",
        "--data", "nlu/intents", "nlu/rules.yml",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, env=quiet(), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ModelError(f"rasa data validate failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def quiet() -> dict[str, str]:
    """An environment in which Rasa and TensorFlow say little and call nobody."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_MAX_CACHE_SIZE": "0",  # its cache does not see that a component's own files changed
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "KAWAL_ACTIONS_URL": os.environ.get("KAWAL_ACTIONS_URL", "http://127.0.0.1:1"),
        "KAWAL_INTERNAL_SECRET": os.environ.get("KAWAL_INTERNAL_SECRET", "training"),
    }
