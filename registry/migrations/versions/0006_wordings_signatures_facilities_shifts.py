"""wordings and signatures, what is found out about facilities, shifts of staff and drivers"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('wording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=True),
    sa.Column('titles', sa.JSON(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name='fk_wording_staff_id_staff', ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name='pk_wording')
    )
    op.create_index('ix_wording_sentence', 'wording', ['sentence'])
    op.create_table('signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sentence', sa.String(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('given', sa.Boolean(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name='fk_signature_staff_id_staff', ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name='pk_signature')
    )
    op.create_index('ix_signature_sentence', 'signature', ['sentence'])
    op.create_table('facility_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('facility_code', sa.String(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('applied_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['facility_code'], ['facility.code'], name='fk_facility_change_facility_code_facility',
                            ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name='fk_facility_change_staff_id_staff',
                            ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name='pk_facility_change')
    )
    op.create_index('ix_facility_change_facility_code', 'facility_change', ['facility_code'])
    op.create_table('shift',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=True),
    sa.Column('driver_id', sa.Integer(), nullable=True),
    sa.Column('weekdays', sa.JSON(), nullable=False),
    sa.Column('first_on', sa.Date(), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.Column('starts', sa.Time(), nullable=False),
    sa.Column('ends', sa.Time(), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_by', sa.String(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['driver_id'], ['driver.id'], name='fk_shift_driver_id_driver', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name='fk_shift_staff_id_staff', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name='pk_shift')
    )
    op.create_index('ix_shift_staff_id', 'shift', ['staff_id'])
    op.create_index('ix_shift_driver_id', 'shift', ['driver_id'])
    with op.batch_alter_table('driver_area', schema=None) as batch_op:
        batch_op.add_column(sa.Column('place_in_order', sa.Integer(), nullable=True))
    with op.batch_alter_table('facility', schema=None) as batch_op:
        batch_op.add_column(sa.Column('hours', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('facility', schema=None) as batch_op:
        batch_op.drop_column('hours')
    with op.batch_alter_table('driver_area', schema=None) as batch_op:
        batch_op.drop_column('place_in_order')
    for table in ('shift', 'facility_change', 'signature', 'wording'):
        op.drop_table(table)
