"""Seals: what plain SQL changes, adds or deletes in the tables of facts comes to light.

Rows that are here already are sealed by the next thing that is written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: Tables, and what tells their rows apart where that is no id.
_TABLES: dict[str, tuple[str, ...]] = {
    "achievements": ("id",),
    "attempts": ("id",),
    "commitment_units": ("id",),
    "commitments": ("id",),
    "deputies": ("id",),
    "letters": ("id",),
    "messages": ("id",),
    "notices": ("id",),
    "official_letters": ("id",),
    "pages": ("id",),
    "progress_reports": ("id",),
    "ratings": ("id",),
    "requests": ("id",),
    "rungs": ("id",),
    "subscriptions": ("id",),
    "suggestion_deputies": ("suggestion_id", "deputy_id"),
    "suggestion_units": ("id",),
    "suggestions": ("id",),
    "unit_aliases": ("id",),
    "units": ("id",),
    "unreachable": ("id",),
}


def upgrade() -> None:
    op.create_table(
        "seals",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_seals"),
    )
    unsealed = sa.text("substr(seal, 1, 1) = '~'")
    for table, key in _TABLES.items():
        op.add_column(table, sa.Column("seal", sa.String(length=32), nullable=True))
        op.execute(f"UPDATE {table} SET seal = '~'")  # noqa: S608 - names of ours
        op.create_index(
            f"ix_{table}_unsealed",
            table,
            list(key),
            sqlite_where=unsealed,
            postgresql_where=unsealed,
        )
