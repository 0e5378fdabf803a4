"""Customers judged by rules, merged and tagged; segments, campaigns and targets; who took part.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core.database import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind", sa.Enum("account", "contact", name="segmentkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_segment_owner_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
    )
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_segment_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_segment_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "metric",
            sa.Enum(
                "won_amount",
                "won_deals",
                "new_accounts",
                "interactions",
                name="targetmetric",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_target_owner_id_user_account")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_target_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_target_team_id"), ["team_id"], unique=False)

    op.create_table(
        "account_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("current", sa.String(length=16), nullable=False),
        sa.Column("proposed", sa.String(length=16), nullable=False),
        sa.Column("reason_zh", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "confirmed", "refused", "superseded", name="proposalstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_proposal_account_id_account")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_account_proposal_decided_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_proposal")),
        sa.UniqueConstraint("account_id", "field", "period", name=op.f("uq_account_proposal_account_id_field_period")),
    )
    with op.batch_alter_table("account_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_proposal_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_account_proposal_status"), ["status"], unique=False)

    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("aim", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum(
                "sms", "email", "chat", "call", "event", "other", name="campaignchannel", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum("planned", "running", "done", "cancelled", name="campaignstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("segment_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("budget", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("cost", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_campaign_owner_id_user_account")),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_campaign_segment_id_segment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_segment_id"), ["segment_id"], unique=False)

    op.create_table(
        "campaign_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("reached_at", UtcDateTime(), nullable=True),
        sa.Column("responded_at", UtcDateTime(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("opportunity_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_campaign_member_account_id_account")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_member_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_campaign_member_contact_id_contact")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_campaign_member_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_member")),
        sa.UniqueConstraint(
            "campaign_id", "account_id", "contact_id", name=op.f("uq_campaign_member_campaign_id_account_id_contact_id")
        ),
    )
    with op.batch_alter_table("campaign_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_member_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_member_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_member_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_member_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "interaction_staff",
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.id"],
            name=op.f("fk_interaction_staff_interaction_id_interaction"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_interaction_staff_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("interaction_id", "user_id", name=op.f("pk_interaction_staff")),
    )
    with op.batch_alter_table("interaction_staff", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interaction_staff_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "influence",
                sa.Enum("top", "high", "medium", "low", name="influence", native_enum=False, length=32),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("renewal_percent", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("computed_tags", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_account_merged_into_id_account"), "account", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tags", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("computed_tags", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("departed_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_contact_merged_into_id_contact"), "contact", ["merged_into_id"], ["id"]
        )

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opportunity_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("notes", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("origin", sa.String(length=190), nullable=True))
        batch_op.create_index(batch_op.f("ix_task_opportunity_id"), ["opportunity_id"], unique=False)
        batch_op.create_unique_constraint(batch_op.f("uq_task_origin"), ["origin"])
        batch_op.create_foreign_key(
            batch_op.f("fk_task_opportunity_id_opportunity"), "opportunity", ["opportunity_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_task_opportunity_id_opportunity"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_task_origin"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_task_opportunity_id"))
        batch_op.drop_column("origin")
        batch_op.drop_column("notes")
        batch_op.drop_column("opportunity_id")

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_contact_merged_into_id_contact"), type_="foreignkey")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("departed_at")
        batch_op.drop_column("computed_tags")
        batch_op.drop_column("tags")

    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_account_merged_into_id_account"), type_="foreignkey")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("computed_tags")
        batch_op.drop_column("renewal_percent")
        batch_op.drop_column("influence")

    with op.batch_alter_table("interaction_staff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interaction_staff_user_id"))

    op.drop_table("interaction_staff")
    with op.batch_alter_table("campaign_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_member_opportunity_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_member_contact_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_member_campaign_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_member_account_id"))

    op.drop_table("campaign_member")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_segment_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_owner_id"))
        batch_op.drop_index(batch_op.f("ix_campaign_name"))

    op.drop_table("campaign")
    with op.batch_alter_table("account_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_proposal_status"))
        batch_op.drop_index(batch_op.f("ix_account_proposal_account_id"))

    op.drop_table("account_proposal")
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_team_id"))
        batch_op.drop_index(batch_op.f("ix_target_owner_id"))

    op.drop_table("target")
    with op.batch_alter_table("segment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_segment_owner_id"))
        batch_op.drop_index(batch_op.f("ix_segment_name"))

    op.drop_table("segment")
