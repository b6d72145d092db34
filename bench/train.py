"""How long the language model takes to train."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench.figures import Figures, show
from command import model


def measure() -> Figures:
    """One training into a folder that is thrown away; about two minutes."""
    with tempfile.TemporaryDirectory(prefix="kawal-train-") as folder:
        began = time.monotonic()
        model.train(Path(folder) / "model.tar.gz")
        return {"train.s": time.monotonic() - began}


if __name__ == "__main__":
    show(measure())
