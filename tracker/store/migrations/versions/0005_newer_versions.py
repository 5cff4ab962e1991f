"""What newer versions of a letter make of its commitments.

A promise that waited for review and that the newest version no longer holds is superseded, one
that a person confirmed is to be looked at again. One found again since has gone over to the newer
letter, where nobody had touched it. Only a letter signed by the same unit supersedes: programs before
this schema took an unsigned one for a version of every unit's reply.
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

_SUPERSEDED = "review = 'pending' AND outcome = 'open' AND recheck = 'missing'"
_BY = (
    "SELECT MAX(newer.id) FROM history"
    " JOIN letters AS newer ON newer.id = history.letter_id"
    " JOIN letters AS own ON own.id = commitments.letter_id"
    " WHERE history.commitment_id = commitments.id AND history.action = 'missing'"
    " AND newer.id > own.id AND newer.issuer_id = own.issuer_id"
    " AND newer.issuer IS NOT NULL AND own.issuer IS NOT NULL"
)


def upgrade() -> None:
    op.add_column("commitments", sa.Column("recheck", sa.String(length=10), nullable=True))
    for review in ("pending", "confirmed"):
        op.execute(
            f"UPDATE commitments SET recheck = 'missing' WHERE review = '{review}' AND {_MISSING}"  # noqa: S608 - words of ours
        )
    op.execute(
        "INSERT INTO history (at, who, commitment_id, letter_id, action, field, old, new, why)"  # noqa: S608 - words of ours
        f" SELECT CURRENT_TIMESTAMP, 'tracker', id, ({_BY}), 'supersede', 'review', 'pending',"
        " 'superseded', '账本升级时按新版答复件标记' FROM commitments"
        f" WHERE {_SUPERSEDED} AND ({_BY}) IS NOT NULL ORDER BY id"
    )
    op.execute(
        f"UPDATE commitments SET review = 'superseded' WHERE {_SUPERSEDED} AND ({_BY}) IS NOT NULL"  # noqa: S608 - words of ours
    )
