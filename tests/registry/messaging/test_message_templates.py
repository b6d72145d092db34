"""How our templates stand at WhatsApp, as it was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from registry.messaging import message_templates
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("status", "usable"),
    [("APPROVED", True), ("FLAGGED", True), ("REINSTATED", True), ("PENDING", False), ("IN_APPEAL", False), ("", True)],
)
def test_template_is_usable_when(session: Session, status: str, usable: bool) -> None:
    row = message_templates.keep(session, "broadcast_notice", NOW, status=status, category="UTILITY")
    assert message_templates.is_usable(row) is usable


def test_template_nobody_asked_about_is_tried(session: Session) -> None:
    assert message_templates.find(session, "broadcast_notice") is None
    assert message_templates.is_usable(None)


def test_what_is_told_later_counts_and_what_is_not_told_stays(session: Session) -> None:
    message_templates.keep(session, "x", NOW, status="PENDING", category="UTILITY")
    message_templates.keep(session, "x", NOW, status="APPROVED")
    row = message_templates.keep(session, "x", NOW + timedelta(hours=1), category="MARKETING")
    assert (row.status, row.category, row.at) == ("APPROVED", "MARKETING", NOW + timedelta(hours=1))
