"""why a voucher was refused, when it was decided, when and by whom it was paid; the photo of what a ride cost

Months that were counted are forgotten: wrong entries were in them. They are counted again by the clock.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

DECIDED = ("reason", "decided_at", "paid_on", "paid_by")


def upgrade() -> None:
    with op.batch_alter_table("voucher") as voucher:
        voucher.add_column(sa.Column("reason", sa.LargeBinary(), nullable=True))
        voucher.add_column(sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))
        voucher.add_column(sa.Column("paid_on", sa.Date(), nullable=True))
        voucher.add_column(sa.Column("paid_by", sa.Integer(), nullable=True))
        voucher.create_foreign_key("fk_voucher_paid_by_staff", "staff", ["paid_by"], ["id"], ondelete="SET NULL")
    op.create_table(
        "voucher_photo",
        sa.Column("voucher_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("image", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erase_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["voucher_id"], ["voucher.id"], name="fk_voucher_photo_voucher_id_voucher", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("voucher_id", name="pk_voucher_photo"),
    )
    op.create_index("ix_voucher_photo_next_try_at", "voucher_photo", ["next_try_at"])
    op.create_index("ix_voucher_photo_erase_at", "voucher_photo", ["erase_at"])
    with op.batch_alter_table("voucher") as voucher:
        voucher.drop_column("evidence")
    op.execute(sa.text("DELETE FROM kept_month"))


def downgrade() -> None:
    """The photos are lost: what they were called at the provider is not kept once they are here."""
    with op.batch_alter_table("voucher") as voucher:
        voucher.add_column(sa.Column("evidence", sa.LargeBinary(), nullable=True))
    op.drop_table("voucher_photo")
    with op.batch_alter_table("voucher") as voucher:
        voucher.drop_constraint("fk_voucher_paid_by_staff", type_="foreignkey")
        for name in DECIDED:
            voucher.drop_column(name)
