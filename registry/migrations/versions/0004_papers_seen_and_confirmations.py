"""papers an officer has seen; who confirmed an entitlement, and why; whom no reminder reaches is found by an index"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FAILED = sa.text("status = 'failed'")
SILENT = sa.text("(status = 'sent' and step = 'after' and recipient = 'mother' and answered is null)")
DECIDED = ("confirmed_at", "confirmed_by", "confirmed_why", "confirmed_note", "status_before")


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_paper_person_id_person", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_paper_staff_id_staff", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_paper"),
        sa.UniqueConstraint("person_id", "code", name="uq_paper_person_id"),
    )
    with op.batch_alter_table("eligibility_answer") as answers:
        answers.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        answers.add_column(sa.Column("confirmed_by", sa.Integer(), nullable=True))
        answers.add_column(sa.Column("confirmed_why", sa.String(), nullable=True))
        answers.add_column(sa.Column("confirmed_note", sa.LargeBinary(), nullable=True))
        answers.add_column(sa.Column("status_before", sa.String(), nullable=True))
        answers.create_foreign_key(
            "fk_eligibility_answer_confirmed_by_staff", "staff", ["confirmed_by"], ["id"], ondelete="SET NULL"
        )
    for name, rows in (("ix_reminder_failed", FAILED), ("ix_reminder_silent", SILENT)):
        op.create_index(name, "reminder", ["due_at"], sqlite_where=rows, postgresql_where=rows)


def downgrade() -> None:
    op.drop_index("ix_reminder_silent", "reminder")
    op.drop_index("ix_reminder_failed", "reminder")
    with op.batch_alter_table("eligibility_answer") as answers:
        answers.drop_constraint("fk_eligibility_answer_confirmed_by_staff", type_="foreignkey")
        for name in DECIDED:
            answers.drop_column(name)
    op.drop_table("paper")
