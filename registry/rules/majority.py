"""When someone is a minor (pure)."""

from __future__ import annotations

from datetime import date

AGE_OF_CONSENT = 18  # UU PDP 27/2022 art. 25: a child's data need the consent of a parent or guardian


def age_on(born_on: date, today: date) -> int:
    """Completed years; someone born on 29 February turns a year older on 1 March of a common year."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def is_minor(born_on: date | None, today: date) -> bool:
    """Whether she is under 18; an unknown birth date is not taken for a child's."""
    return born_on is not None and age_on(born_on, today) < AGE_OF_CONSENT
