"""The old name of what now stands in ``registry.alerts`` and ``registry.talks``."""

from __future__ import annotations

from registry.alerts import AlertKind, note_place, raise_alert
from registry.talks import close, current_handoff, is_owned, open_handoff, reply

__all__ = [
    "AlertKind",
    "close",
    "current_handoff",
    "is_owned",
    "note_place",
    "open_handoff",
    "raise_alert",
    "reply",
]
