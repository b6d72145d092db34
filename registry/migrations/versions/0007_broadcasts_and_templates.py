"""broadcasts that end by themselves say why; how our templates stand at WhatsApp"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_template",
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sentence", name=op.f("pk_message_template")),
    )
    op.add_column("broadcast", sa.Column("ended_for", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("broadcast", "ended_for")
    op.drop_table("message_template")
