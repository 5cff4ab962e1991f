"""The daemons and what their jobs did: a heartbeat each, and one row for each run of a job.

Nothing here decides anything: what is owed is asked of the ledger each time. It is for people, who
want to see whether somebody still looks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.store.tables import DaemonRow, RunRow
from tracker.store.workers import gone as is_gone

Job = Literal["sweep", "deliver", "reports", "watch", "housekeeping"]
JOBS: Final[tuple[Job, ...]] = ("sweep", "deliver", "reports", "watch", "housekeeping")

#: A daemon says this often that it lives, and is taken for gone after so long without a word.
BEAT: Final = dt.timedelta(seconds=30)
SILENT: Final = dt.timedelta(minutes=3)
#: How long runs and daemons that ended are kept; the last run of a job is kept for good.
KEPT: Final = dt.timedelta(days=30)
#: What a run says is one line of a list.
_SAID: Final = 300


@dataclass(frozen=True, slots=True)
class Daemon:
    """A daemon as it was last heard of. `next_runs`: job → moment in UTC."""

    worker: str
    started_at: dt.datetime
    seen_at: dt.datetime
    alive: bool
    next_runs: Mapping[str, dt.datetime]


def beat(
    session: Session, worker: str, now: dt.datetime, next_runs: Mapping[str, dt.datetime]
) -> None:
    """Say that a daemon lives, and when its jobs are due next.

    Args:
        session: of `Store.write`.
        worker: `workers.at_work` of the daemon.
        now: the moment.
        next_runs: job → when.
    """
    row = session.scalars(select(DaemonRow).where(DaemonRow.worker == worker)).one_or_none()
    if row is None:
        row = DaemonRow(worker=worker, started_at=now)
        session.add(row)
    row.seen_at, row.ended_at = now, None
    row.next_runs = {job: at.astimezone(dt.UTC).isoformat() for job, at in next_runs.items()}


def end(session: Session, worker: str, now: dt.datetime) -> None:
    """Say that a daemon stops."""
    row = session.scalars(select(DaemonRow).where(DaemonRow.worker == worker)).one_or_none()
    if row is not None:
        row.seen_at = row.ended_at = now
        row.next_runs = {}


def begin_run(session: Session, job: Job, worker: str, now: dt.datetime) -> int:
    """Say that a job runs; the row's id."""
    row = RunRow(job=job, worker=worker, started_at=now)
    session.add(row)
    session.flush()
    return row.id


def end_run(
    session: Session, run_id: int, now: dt.datetime, said: str | None, *, failed: bool
) -> None:
    """Say how a job ended; `said` in one line."""
    row = session.get(RunRow, run_id)
    if row is not None:
        row.ended_at, row.failed = now, failed
        row.said = said[:_SAID] if said else None


def prune(session: Session, now: dt.datetime) -> int:
    """Forget runs and daemons of long ago; how many."""
    last = select(func.max(RunRow.id)).group_by(RunRow.job)
    old = (
        delete(RunRow).where(RunRow.started_at < now - KEPT, RunRow.id.not_in(last)),
        delete(DaemonRow).where(DaemonRow.seen_at < now - KEPT),
    )
    options = {"synchronize_session": False}
    return sum(
        len(
            session.execute(
                statement.returning(statement.table.c.id), execution_options=options
            ).all()
        )
        for statement in old
    )


def last_runs(session: Session) -> dict[str, RunRow]:
    """Job → its last run."""
    last = select(func.max(RunRow.id)).group_by(RunRow.job)
    return {row.job: row for row in session.scalars(select(RunRow).where(RunRow.id.in_(last)))}


def daemons(
    session: Session,
    now: dt.datetime,
    gone: Callable[[str | None], bool | None] = is_gone,
) -> list[Daemon]:
    """The daemons that have not said goodbye, newest first.

    Args:
        session: of `Store.read` or `Store.write`.
        now: the moment.
        gone: whether the process of a worker has ended (`workers.gone`).
    """
    query = select(DaemonRow).where(DaemonRow.ended_at.is_(None)).order_by(DaemonRow.id.desc())
    return [
        Daemon(
            worker=row.worker,
            started_at=row.started_at,
            seen_at=row.seen_at,
            # In either direction: a clock may have been set back.
            alive=abs(now - row.seen_at) <= SILENT and not gone(row.worker),
            next_runs={job: dt.datetime.fromisoformat(at) for job, at in row.next_runs.items()},
        )
        for row in session.scalars(query)
    ]
