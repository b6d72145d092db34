"""How long the whole service takes to stand, and how much memory it then holds."""

from __future__ import annotations

from bench.figures import Figures, show
from bench.processes import family, resident_mb
from bench.service import serving
from command import model


def measure() -> Figures:
    """From ``kawal run`` (model there, database empty) until every part answers; memory of all its processes."""
    model.ensure()
    with serving() as own:
        return {"stack.start_s": own.start_s, "stack.rss_mb": resident_mb(family(own.pid))}


if __name__ == "__main__":
    show(measure())
