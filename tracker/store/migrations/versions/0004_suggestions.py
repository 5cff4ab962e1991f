"""Lists of suggestions: due day of the reply, class, who answers, and the list they came from.

Suggestions known before came with a letter, and so have none of these.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("suggestions", sa.Column("reply_due", sa.Date(), nullable=True))
    op.add_column("suggestions", sa.Column("category", sa.String(length=80), nullable=True))
    op.add_column("suggestions", sa.Column("listed_in", sa.Text(), nullable=True))
    op.create_index("ix_suggestions_number", "suggestions", ["number"])
    op.create_table(
        "suggestion_units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=6), nullable=False),
        sa.Column("written", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestions.id"],
            name=op.f("fk_suggestion_units_suggestion_id_suggestions"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_suggestion_units_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_units")),
        sa.UniqueConstraint(
            "suggestion_id", "unit_id", name=op.f("uq_suggestion_units_suggestion_id_unit_id")
        ),
    )
    op.create_index("ix_suggestion_units_unit_id", "suggestion_units", ["unit_id"])
