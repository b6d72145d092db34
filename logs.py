"""How processes log: one readable line, ids only."""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure(level: str) -> None:
    """Send structlog's and the standard library's lines to standard error at this level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutWords("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=LEVELS[level], handlers=[handler], force=True)
    # At debug python-telegram-bot writes its token and every message it sends, the others write addresses.
    for noisy in ("httpx", "httpcore", "telegram", "sanic.access", "uvicorn.access", "apscheduler.executors.default"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _type_of_exception_only,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"], drop_missing=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


class _WithoutWords(logging.Formatter):
    """Tells an exception by its type and the place of each step; its text may hold what somebody wrote."""

    def formatException(self, ei: Any) -> str:  # the name is the library's
        kind, _error, trace = ei
        steps = " < ".join(f"{f.name}:{f.lineno}" for f in reversed(traceback.extract_tb(trace)[-6:]))
        return f"{kind.__name__ if kind else 'error'} at {steps}"


def _type_of_exception_only(
    _logger: object, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """An exception's text may hold what somebody wrote: its type and place are enough."""
    if event.pop("exc_info", None):
        kind, error, trace = sys.exc_info()
        place = trace
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        event["error"] = kind.__name__ if kind else type(error).__name__
        if place is not None:
            event["at"] = f"{place.tb_frame.f_globals.get('__name__')}:{place.tb_lineno}"
    return event
