"""Requirements, quotes, contracts, payments, approvals; what a stage asks for; what a lead became.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from crm_core.database import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint("key", name=op.f("uq_rule_set_key")),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("pending", "signed", "refused", "terminated", name="contractstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_contract_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("number", name=op.f("uq_contract_number")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "instalment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_instalment_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instalment")),
    )
    with op.batch_alter_table("instalment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_instalment_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_instalment_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "quote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "status",
            sa.Enum("draft", "sent", "accepted", "rejected", name="quotestatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("quoted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_quote_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sa.UniqueConstraint("number", name=op.f("uq_quote_number")),
    )
    with op.batch_alter_table("quote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quote_opportunity_id"), ["opportunity_id"], unique=False)

    op.create_table(
        "requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("existing", "potential", name="requirementkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "priority",
            sa.Enum("high", "medium", "low", name="requirementpriority", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "todo", "doing", "delayed", "done", "closed", name="requirementstatus", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("delay_reason", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("answer_due_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("completed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("confirmation", sa.Text(), nullable=True),
        sa.Column("confirmation_files", sa.JSON(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_requirement_account_id_account")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_requirement_contact_id_contact")),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_requirement_owner_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
        sa.UniqueConstraint("code", name=op.f("uq_requirement_code")),
    )
    with op.batch_alter_table("requirement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_requirement_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requirement_answer_due_at"), ["answer_due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_requirement_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requirement_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_requirement_status"), ["status"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("stage", sa.String(length=32), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("request_reason", sa.Text(), nullable=True),
        sa.Column("requested_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum("pending", "approved", "refused", "withdrawn", name="approvalstatus", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name=op.f("fk_approval_contract_id_contract")),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_approval_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_approval_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["user_account.id"], name=op.f("fk_approval_requested_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["stage"], ["stage.key"], name=op.f("fk_approval_stage_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    with op.batch_alter_table("approval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_contract_id"), ["contract_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_opportunity_id"), ["opportunity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_approval_status"), ["status"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("instalment_id", sa.Integer(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=100), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["instalment_id"], ["instalment.id"], name=op.f("fk_payment_instalment_id_instalment")),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_payment_opportunity_id_opportunity")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_instalment_id"), ["instalment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_opportunity_id"), ["opportunity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_received_on"), ["received_on"], unique=False)

    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("requirement_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("lead_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_interaction_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interaction_requirement_id"), ["requirement_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_interaction_lead_id_lead"), "lead", ["lead_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_interaction_requirement_id_requirement"), "requirement", ["requirement_id"], ["id"]
        )

    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "level", sa.Enum("S", "A", "B", "C", name="accountlevel", native_enum=False, length=32), nullable=True
            )
        )
        batch_op.add_column(sa.Column("is_score_given", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("assigned_at", UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("contact_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("opportunity_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("converted_at", UtcDateTime(), nullable=True))
        batch_op.create_index(batch_op.f("ix_lead_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_opportunity_id"), ["opportunity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_status"), ["status"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_lead_contact_id_contact"), "contact", ["contact_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_lead_opportunity_id_opportunity"), "opportunity", ["opportunity_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_lead_account_id_account"), "account", ["account_id"], ["id"])

    op.execute(sa.text("UPDATE lead SET is_score_given = true WHERE score > 0"))

    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage_results", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column("stage_entered_at", UtcDateTime(), nullable=True))

    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("required_fields", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("expected_result_zh", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("expected_result_en", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("is_result_required", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("task_zh", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("task_en", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("task_working_days", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("is_task_required", sa.Boolean(), server_default=sa.false(), nullable=False))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stage", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("requirement_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("lead_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_task_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_task_requirement_id"), ["requirement_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_task_lead_id_lead"), "lead", ["lead_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_task_requirement_id_requirement"), "requirement", ["requirement_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_task_requirement_id_requirement"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_task_lead_id_lead"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_task_requirement_id"))
        batch_op.drop_index(batch_op.f("ix_task_lead_id"))
        batch_op.drop_column("lead_id")
        batch_op.drop_column("requirement_id")
        batch_op.drop_column("stage")

    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.drop_column("is_task_required")
        batch_op.drop_column("task_working_days")
        batch_op.drop_column("task_en")
        batch_op.drop_column("task_zh")
        batch_op.drop_column("is_result_required")
        batch_op.drop_column("expected_result_en")
        batch_op.drop_column("expected_result_zh")
        batch_op.drop_column("required_fields")

    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.drop_column("stage_entered_at")
        batch_op.drop_column("stage_results")

    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_lead_account_id_account"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_lead_opportunity_id_opportunity"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_lead_contact_id_contact"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_lead_status"))
        batch_op.drop_index(batch_op.f("ix_lead_opportunity_id"))
        batch_op.drop_index(batch_op.f("ix_lead_contact_id"))
        batch_op.drop_index(batch_op.f("ix_lead_account_id"))
        batch_op.drop_column("converted_at")
        batch_op.drop_column("opportunity_id")
        batch_op.drop_column("contact_id")
        batch_op.drop_column("account_id")
        batch_op.drop_column("assigned_at")
        batch_op.drop_column("is_score_given")
        batch_op.drop_column("level")

    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_interaction_requirement_id_requirement"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_interaction_lead_id_lead"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_interaction_requirement_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_lead_id"))
        batch_op.drop_column("lead_id")
        batch_op.drop_column("requirement_id")

    op.drop_table("payment")
    op.drop_table("approval")
    op.drop_table("requirement")
    op.drop_table("quote")
    op.drop_table("instalment")
    op.drop_table("contract")
    op.drop_table("rule_set")
