"""Following up: requests, ratings, evidence, renewals, letters of supervision, who cannot be
reached, subscriptions, the daemons' runs, and the history as a chain of hashes.

Rows of the history that are here already join the chain with the next thing that is written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_FIGURE = sa.String(length=40)


def upgrade() -> None:
    _columns()
    _followed()
    _words()
    _post()
    _daemons()


def _columns() -> None:
    for column in (
        sa.Column("evidence_kind", sa.String(length=8), nullable=True),
        sa.Column("evidence_sha256", sa.String(length=64), nullable=True),
    ):
        op.add_column("progress_reports", column)
    _reference("progress_reports", "evidence_letter_id", "letters")
    op.execute("UPDATE progress_reports SET evidence_kind = 'text' WHERE evidence IS NOT NULL")
    _reference("commitments", "renews_id", "commitments")
    op.add_column("commitments", sa.Column("look_back_since", sa.Date(), nullable=True))
    op.create_index("ix_commitments_renews_id", "commitments", ["renews_id"])
    op.add_column("commitments", sa.Column("look_on", sa.Date(), nullable=True))
    op.create_index("ix_commitments_look", "commitments", ["review", "look_on", "deadline"])
    # An outcome of long ago is no news.
    op.execute("UPDATE commitments SET look_on = '9999-12-31' WHERE outcome <> 'open'")
    op.add_column("units", sa.Column("head", sa.String(length=80), nullable=True))
    op.add_column("units", sa.Column("head_email", sa.String(length=254), nullable=True))
    op.add_column(
        "messages",
        sa.Column("channel", sa.String(length=10), server_default="mail", nullable=False),
    )
    op.add_column("messages", sa.Column("unsubscribe", sa.String(length=40), nullable=True))
    op.add_column("history", sa.Column("link", sa.BigInteger(), nullable=True))
    op.add_column("history", sa.Column("hash", sa.String(length=64), nullable=True))
    # SQLite adds no constraints to a table that is there; a unique index says the same.
    op.create_index("uq_history_link", "history", ["link"], unique=True)
    op.create_table(
        "chain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_chain"),
    )


def _words() -> None:
    op.create_table(
        "words",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.Column("calendar", sa.Text(), nullable=True),
        sa.Column("files", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_words_message_id_messages"
        ),
        sa.PrimaryKeyConstraint("message_id", name="pk_words"),
    )
    op.execute(
        "INSERT INTO words (message_id, body, html)"
        " SELECT id, body, html FROM messages WHERE body IS NOT NULL OR html IS NOT NULL"
    )
    op.drop_column("messages", "body")
    op.drop_column("messages", "html")


def _reference(table: str, column: str, to: str) -> None:
    """In words that both databases know: Alembic's own would make SQLite copy the table."""
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} INTEGER"
        f" CONSTRAINT fk_{table}_{column}_{to} REFERENCES {to} (id)"
    )


def _followed() -> None:
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("new_deadline", sa.Date(), nullable=True),
        sa.Column("interim_value", _FIGURE, nullable=True),
        sa.Column("interim_on", sa.Date(), nullable=True),
        sa.Column("right_unit", sa.String(length=120), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("granted", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name="fk_requests_commitment_id_commitments"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_requests"),
    )
    op.create_index("ix_requests_commitment_id", "requests", ["commitment_id"])
    op.create_index("ix_requests_state", "requests", ["state", "commitment_id"])
    op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("recorder", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitments.id"], name="fk_ratings_commitment_id_commitments"
        ),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["deputies.id"], name="fk_ratings_deputy_id_deputies"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
    )
    op.create_index("ix_ratings_commitment_id", "ratings", ["commitment_id"])
    op.create_index("ix_ratings_deputy_id", "ratings", ["deputy_id"])
    op.create_table(
        "official_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("writer", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name="fk_official_letters_unit_id_units"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_official_letters"),
        sa.UniqueConstraint("number", name="uq_official_letters_number"),
    )
    op.create_index("ix_official_letters_unit_id", "official_letters", ["unit_id"])


def _post() -> None:
    op.create_table(
        "rungs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rungs"),
        sa.UniqueConstraint("name", name="uq_rungs_name"),
    )
    op.create_table(
        "unreachable",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_unreachable_message_id_messages"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unreachable"),
        sa.UniqueConstraint("address", name="uq_unreachable_address"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["deputy_id"], ["deputies.id"], name="fk_subscriptions_deputy_id_deputies"
        ),
        sa.ForeignKeyConstraint(
            ["suggestion_id"], ["suggestions.id"], name="fk_subscriptions_suggestion_id_suggestions"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint("token", name="uq_subscriptions_token"),
        sa.UniqueConstraint(
            "deputy_id", "suggestion_id", name="uq_subscriptions_deputy_id_suggestion_id"
        ),
    )
    op.create_index("ix_subscriptions_suggestion_id", "subscriptions", ["suggestion_id"])


def _daemons() -> None:
    op.create_table(
        "daemons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("next_runs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_daemons"),
        sa.UniqueConstraint("worker", name="uq_daemons_worker"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=20), nullable=False),
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_job", "runs", ["job", "started_at"])
