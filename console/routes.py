"""Every page module, a line each."""

from __future__ import annotations

from starlette.routing import BaseRoute

from console import broadcasts, complaints, figures, mothers, report, rules_page, signing, talks, targets_page, today


def routes() -> list[BaseRoute]:
    """All pages of the console."""
    return [
        *signing.routes(),
        *today.routes(),
        *mothers.routes(),
        *talks.routes(),
        *figures.routes(),
        *broadcasts.routes(),
        *report.routes(),
        *complaints.routes(),
        *rules_page.routes(),
        *targets_page.routes(),
    ]
