"""What newer versions of a letter make of its commitments.

A promise that waited for review and that the newest version no longer holds is superseded, one
that a person confirmed is to be looked at again. One found again since has gone over to the newer
letter, where nobody had touched it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MISSING = (
    "EXISTS (SELECT 1 FROM history WHERE history.commitment_id = commitments.id"
    " AND history.action = 'missing' AND history.letter_id > commitments.letter_id)"
)


def upgrade() -> None:
    op.add_column("commitments", sa.Column("recheck", sa.String(length=10), nullable=True))
    for review in ("pending", "confirmed"):
        op.execute(
            f"UPDATE commitments SET recheck = 'missing' WHERE review = '{review}' AND {_MISSING}"  # noqa: S608 - words of ours
        )
    op.execute(
        "UPDATE commitments SET review = 'superseded'"
        " WHERE review = 'pending' AND outcome = 'open' AND recheck = 'missing'"
    )
