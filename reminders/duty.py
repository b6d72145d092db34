"""What a duty is: one kind of work that time brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Duty:
    """One kind of work that time brings.

    ``next_at(session, after)`` is the first moment later than ``after`` at which there is something to do, None when
    nothing is planned; ``run(session, now)`` does a batch of what is due and returns how much that was. It is called
    again until it returns 0, each time in a transaction of its own. ``is_due(session, now)`` tells whether there is
    work now, for a duty that does not keep the moment in a row; the others look for a moment that has passed.
    """

    name: str
    next_at: Callable[[Session, datetime], datetime | None]
    run: Callable[[Session, datetime], int]
    is_due: Callable[[Session, datetime], bool] | None = None
