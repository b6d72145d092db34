"""Every page module, a line each."""

from __future__ import annotations

from starlette.routing import BaseRoute

from console import (
    broadcasts,
    complaints,
    facilities_page,
    figures,
    invitations_page,
    mother_care,
    mother_changes,
    mother_closing,
    mothers,
    report,
    rosters_page,
    rules_page,
    signing,
    staff_page,
    talks,
    targets_page,
    texts_page,
    today,
    vouchers_page,
)


def routes() -> list[BaseRoute]:
    """All pages of the console."""
    return [
        *signing.routes(),
        *today.routes(),
        *mothers.routes(),
        *mother_care.routes(),
        *mother_changes.routes(),
        *mother_closing.routes(),
        *talks.routes(),
        *figures.routes(),
        *broadcasts.routes(),
        *report.routes(),
        *complaints.routes(),
        *vouchers_page.routes(),
        *rules_page.routes(),
        *facilities_page.routes(),
        *texts_page.routes(),
        *targets_page.routes(),
        *invitations_page.routes(),
        *rosters_page.routes(),
        *staff_page.routes(),
    ]
