"""Examples that staff teach, learned by every worker.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATUS = sa.Enum("proposed", "active", "dropped", name="examplestatus", native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "taught_example",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("audience", sa.String(length=32), nullable=False),
        sa.Column("status", STATUS, nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taught_example")),
        sa.UniqueConstraint("audience", "text", name=op.f("uq_taught_example_audience_text")),
    )


def downgrade() -> None:
    op.drop_table("taught_example")
