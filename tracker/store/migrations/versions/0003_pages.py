"""Where letters were published, and the pages of the sites that are watched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("letters", sa.Column("url", sa.String(length=2048), nullable=True))
    op.add_column("letters", sa.Column("published", sa.Date(), nullable=True))
    op.add_column("letters", sa.Column("source_name", sa.String(length=120), nullable=True))
    op.add_column("letters", sa.Column("column_name", sa.String(length=120), nullable=True))
    op.add_column("letters", sa.Column("fetched_at", _MOMENT, nullable=True))
    op.add_column("letters", sa.Column("headers", sa.JSON(), nullable=True))
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.Column("last_seen", _MOMENT, nullable=True),
        sa.Column("last_checked", _MOMENT, nullable=False),
        sa.Column("vanished_at", _MOMENT, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name="fk_pages_letter_id_letters"),
        sa.PrimaryKeyConstraint("id", name="pk_pages"),
        sa.UniqueConstraint("url", name="uq_pages_url"),
    )
    op.create_index("ix_pages_source", "pages", ["source"])
    op.create_index("ix_pages_letter_id", "pages", ["letter_id"])
