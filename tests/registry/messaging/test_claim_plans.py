"""However PostgreSQL plans the claim, no more is leased than was asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from registry.db import connect
from registry.messaging import messages
from tests import factories
from tests.conftest import KEY, NOW, PostgresBackend

PLANNED = 30
ASKED = 4
NESTED = ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize")
"""Without these the planner joins row by row and may run a subquery anew for each row, as it does of itself on a
table whose statistics are old."""


@pytest.mark.parametrize("queue", ["inbox", "outbox"])
def test_a_claim_takes_no_more_than_was_asked_for(postgres: PostgresBackend, queue: str) -> None:
    url = postgres.copy()
    database = connect(url, KEY)
    with database.write() as session:
        for _ in range(PLANNED):
            if queue == "inbox":
                factories.inbox_message(session, factories.contact(session), now=NOW)
            else:
                factories.outbox_message(session, factories.contact(session), now=NOW)
    with database.write() as session:
        for way in NESTED:
            session.execute(text(f"SET LOCAL enable_{way} = off"))
        claim = messages.claim_inbox if queue == "inbox" else messages.claim_outbox
        assert len(claim(session, NOW, ASKED)) == ASKED
    database.close()
    postgres.drop(url)
