"""The daemons that run, and what their jobs did last."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.store.tables.columns import Table


class DaemonRow(Table):
    """A process that runs jobs: `tracker run`. It is taken for gone when `seen_at` grows old.

    `next_runs` holds job → the moment (ISO 8601, UTC) when it is due next.
    """

    __tablename__ = "daemons"

    id: Mapped[int] = mapped_column(primary_key=True)
    worker: Mapped[str] = mapped_column(String(80), unique=True)
    started_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    next_runs: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)


class RunRow(Table):
    """One run of a job, by a daemon or by hand (`tracker sweep`); `ended_at` None: not yet, or
    it was killed."""

    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_job", "job", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(20))
    worker: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    failed: Mapped[bool] = mapped_column(default=False)
    said: Mapped[str | None]
