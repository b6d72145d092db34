"""What a pressed button does: the value that every subject's acts are made of; ``registry.presses`` gathers them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from registry.messaging.messages import Draft
from registry.persons.people import Speaker

Do = Callable[[Session, Speaker, int, datetime, int | None], Sequence[Draft]]


@dataclass(frozen=True)
class Act:
    """What a verb does; answers with what is said to the one who pressed. ``intent`` as in the trace.

    ``do`` takes the session, who pressed, the number in the payload, the moment and the inbox message; it checks for
    itself that this speaker may do it, and an empty answer means that it is too late.
    """

    do: Do
    intent: str = "affirm"
