"""the provider's names of messages are kept as keyed hashes; a large post is read after it is stored

A name that WhatsApp gives a message (wamid) can hold the phone number of whoever wrote or got it.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from registry import sealing

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PORTION = 1000
UNREAD = sa.text("priority < 0")
OUTBOX_PART = sa.table("outbox_part", sa.column("outbox_id"), sa.column("number"), sa.column("external_id"))
TABLES = {
    "inbox": sa.table("inbox", sa.column("id"), sa.column("external_id")),
    "outbox": sa.table("outbox", sa.column("id"), sa.column("external_id")),
    "outbox_part": OUTBOX_PART,
}
KEYS = {"inbox": ("id",), "outbox": ("id",), "outbox_part": ("outbox_id", "number")}
INDEXED = ("outbox", "outbox_part")


def upgrade() -> None:
    """Needs the data key as soon as there is a message (RuntimeError, WrongKeyError)."""
    _check_key()
    for name in TABLES:
        _convert(name, lambda external_id: sealing.index("message", external_id))
    _rename("external_id", "external_index")
    op.create_index("ix_inbox_unread", "inbox", ["id"], sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade() -> None:
    """The names stay hashed: a hash is not turned back. A redelivery of what came before is then taken for new."""
    op.drop_index("ix_inbox_unread", "inbox")
    op.execute(sa.text("UPDATE inbox SET priority = 1 WHERE priority < 0"))
    _rename("external_index", "external_id")


def _check_key() -> None:
    """Hashed with a wrong key no message would ever be found again."""
    contact = sa.table("contact", sa.column("address"))
    sealed = op.get_bind().scalar(sa.select(contact.c.address).limit(1))
    if sealed is not None:
        sealing.current().open(bytes(sealed))


def _convert(name: str, hashed: Callable[[str], str]) -> None:
    table, keys = TABLES[name], KEYS[name]
    bind = op.get_bind()
    rows = bind.execute(sa.select(*(table.c[key] for key in keys), table.c.external_id)).all()
    change = sa.update(table).where(*(table.c[key] == sa.bindparam(f"at_{key}") for key in keys))
    new = [
        {**{f"at_{key}": getattr(row, key) for key in keys}, "hashed": hashed(row.external_id)}
        for row in rows
        if row.external_id is not None
    ]
    for start in range(0, len(new), PORTION):
        bind.execute(change.values(external_id=sa.bindparam("hashed")), new[start : start + PORTION])


def _rename(old: str, new: str) -> None:
    for name in INDEXED:
        op.drop_index(f"ix_{name}_{old}", name)
    for name in TABLES:
        op.execute(sa.text(f"ALTER TABLE {name} RENAME COLUMN {old} TO {new}"))
    for name in INDEXED:
        op.create_index(f"ix_{name}_{new}", name, [new])
