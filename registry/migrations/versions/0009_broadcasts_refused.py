"""broadcasts that a second person refuses, with the reason; audiences with a due range and the states of JKN"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BROADCAST = sa.table("broadcast", sa.column("id", sa.Integer), sa.column("audience", sa.JSON))
WEEKS = 4  # what "due soon" was, and what it becomes again


def upgrade() -> None:
    op.add_column("broadcast", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("broadcast", sa.Column("refused_by", sa.Integer(), nullable=True))
    op.add_column("broadcast", sa.Column("refusal", sa.LargeBinary(), nullable=True))
    _rewrite(_forth)


def downgrade() -> None:
    _rewrite(_back)
    for name in ("refusal", "refused_by", "decided_at"):
        op.drop_column("broadcast", name)


def _rewrite(change: Any) -> None:
    connection = op.get_bind()
    for number, audience in connection.execute(sa.select(BROADCAST.c.id, BROADCAST.c.audience)).all():
        connection.execute(BROADCAST.update().where(BROADCAST.c.id == number).values(audience=change(audience)))


def _forth(kept: dict[str, Any]) -> dict[str, Any]:
    """One condition becomes what it meant."""
    only = kept.get("only")
    if not isinstance(only, str):
        return kept
    meant: dict[str, dict[str, Any]] = {"due_soon": {"due_weeks": WEEKS}, "jkn_inactive": {"jkn": ["inactive", "none"]}}
    return kept | {"only": []} | meant.get(only, {"only": [only]})


def _back(kept: dict[str, Any]) -> dict[str, Any]:
    """What one condition can say; a narrower choice than it can is lost, so downgrade with nothing scheduled."""
    only = (kept.get("only") or [None])[0]
    if only is None and kept.get("jkn"):
        only = "jkn_inactive"
    if only is None and (kept.get("due_weeks") or kept.get("due_from") or kept.get("due_until")):
        only = "due_soon"
    return {"who": kept["who"], "areas": kept["areas"], "trimester": kept.get("trimester"), "only": only}
