"""What a letter's head says beside its class: kind, publication, joint and assisting units.

Letters imported before keep the defaults: a first reply of which nothing else is known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "letters",
        sa.Column("kind", sa.String(length=12), server_default="reply", nullable=False),
    )
    op.add_column("letters", sa.Column("publishable", sa.Boolean(), nullable=True))
    op.add_column("letters", sa.Column("joint", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("letters", sa.Column("assisting", sa.JSON(), server_default="[]", nullable=False))
