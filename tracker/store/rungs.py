"""Since when each place of the ladder is there: what came with a change says nothing of days
before the change, so that a new ladder never sends a burst for the past."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from tracker.store.tables import RungRow


def known(session: Session) -> dict[str, dt.date]:
    """Name of a place → the first day of which it may tell."""
    rows = session.execute(select(RungRow.name, RungRow.since))
    return {row.name: row.since for row in rows}


def replace(session: Session, gone: Collection[str], come: Mapping[str, dt.date]) -> None:
    """Forget places and enter others.

    Args:
        session: of `Store.write`.
        gone: names that the ladder has no more; one that comes back is new.
        come: name → first day.
    """
    if gone:
        session.execute(delete(RungRow).where(RungRow.name.in_(gone)))
    if come:
        rows = [{"name": name, "since": day} for name, day in sorted(come.items())]
        session.execute(insert(RungRow), rows)
