"""The platform's code for one more message, kept with the conversation, so that every process can use it.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("event_code", sa.String(length=255), nullable=True))


def downgrade() -> None:
    op.drop_column("conversation", "event_code")
