"""names are found by how their words begin; months that were counted are kept; indexes for the pages of the console"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from registry import name_index, sealing

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PORTION = 1000
PERSON = sa.table("person", sa.column("id"), sa.column("name"), sa.column("name_index"))
RIDING = "status in ('requested', 'confirmed', 'on_the_way', 'arrived', 'escalated')"
SILENT = "(status = 'sent' and step = 'after' and recipient = 'mother' and answered is null)"
NEW: dict[str, tuple[str, list[str], str | None, list[str]]] = {
    "ix_alert_open": ("alert", ["village_code"], "status = 'open'", []),
    "ix_audit_subject": ("audit", ["subject"], None, []),
    "ix_handoff_waiting": ("handoff", ["contact_id"], "status != 'closed'", []),
    "ix_inbox_received": ("inbox", ["received_at"], None, ["contact_id"]),
    "ix_kept_month_due_at": ("kept_month", ["due_at"], None, []),
    "ix_reminder_sent": ("reminder", ["sent_at"], "sent_at is not null", ["pregnancy_id", "outbox_id"]),
    "ix_ride_riding": ("ride", ["at"], RIDING, []),
}
WIDER: dict[str, tuple[str, list[str], str, list[str]]] = {
    "ix_outbox_failed": ("outbox", ["created_at"], "(status = 'dead' or delivery = 'failed')", ["id", "contact_id"]),
    "ix_reminder_silent": ("reminder", ["due_at"], SILENT, ["pregnancy_id", "sent_at"]),
    "ix_reminder_visit_day": (
        "reminder", ["about", "id"], "step = 'before'", ["pregnancy_id", "kind", "visit", "status", "answered"],
    ),
}  # fmt: skip


def upgrade() -> None:
    """Needs the data key as soon as there is a name (RuntimeError, WrongKeyError)."""
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("name_index", sa.String(), nullable=True))
    _index_names()
    op.create_table(
        "kept_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("district_code", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("waits", sa.JSON(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_code"], ["district.code"], name="fk_kept_month_district_code_district"),
        sa.PrimaryKeyConstraint("month", "district_code", name="pk_kept_month"),
    )
    for name in WIDER:
        op.drop_index(name, WIDER[name][0])
    for name, index in {**NEW, **WIDER}.items():
        _create(name, *index)


def downgrade() -> None:
    for name, (table, *_) in {**NEW, **WIDER}.items():
        op.drop_index(name, table)
    for name, (table, columns, rows, _) in WIDER.items():
        _create(name, table, columns[:1], rows, [])
    op.drop_table("kept_month")
    with op.batch_alter_table("person") as person:
        person.drop_column("name_index")


def _create(name: str, table: str, columns: list[str], rows: str | None, included: list[str]) -> None:
    """On PostgreSQL with what is read beside the columns, so that the rows themselves are not looked at."""
    more: dict[str, Any] = {"postgresql_include": included} if included else {}
    if rows is not None:
        more |= {"sqlite_where": sa.text(rows), "postgresql_where": sa.text(rows)}
    op.create_index(name, table, columns, **more)


def _index_names() -> None:
    bind = op.get_bind()
    change = sa.update(PERSON).where(PERSON.c.id == sa.bindparam("at")).values(name_index=sa.bindparam("beginnings"))
    rows = bind.execute(sa.select(PERSON.c.id, PERSON.c.name).where(PERSON.c.name.is_not(None))).all()
    for start in range(0, len(rows), PORTION):
        some = [(row.id, sealing.current().open(bytes(row.name))) for row in rows[start : start + PORTION]]
        bind.execute(change, [{"at": number, "beginnings": name_index.of(name)} for number, name in some])
