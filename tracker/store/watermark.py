"""How far the ledger has come: whether anything was recorded since it was last looked at.

Whatever people and imports change leaves a row: in the history, or a report, a request, a refused
address. So that two looks with the same answer saw the same ledger, and the second need not read
it again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Executable, ScalarSelect, func, select
from sqlalchemy.orm import Session

from tracker.store.tables import HistoryRow, ProgressReportRow, RequestRow, UnreachableRow

_TABLES: Final = (HistoryRow, ProgressReportRow, RequestRow, UnreachableRow)
#: On a server a row may appear below the newest one: its transaction began earlier and ended later.
_BACK: Final = 200

#: Of each table: its newest id, and how many of the last ids are there.
Watermark = tuple[int, ...]


def watermark(session: Session) -> Watermark:
    """The state of the ledger as this transaction sees it, to be compared with another one.

    Args:
        session: of `Store.read` or `Store.write`.
    """
    server = session.get_bind().dialect.name == "postgresql"
    found = session.connection().execute(newest(server=server)).one()
    return tuple(number or 0 for number in found)


def newest(*, server: bool) -> Executable:
    """The query itself, for those who execute it by themselves; None in its answer counts as 0.

    Args:
        server: of PostgreSQL, where rows need not appear in the order of their ids.
    """
    return _ON_SERVER if server else _NEWEST


def _asked(*, recent: bool) -> Executable:
    parts: list[ScalarSelect[int]] = []
    for table in _TABLES:
        newest = select(func.max(table.id)).scalar_subquery()
        parts.append(newest)
        if recent:
            parts.append(select(func.count()).where(table.id > newest - _BACK).scalar_subquery())
    return select(*parts)


# Built once: one of them runs between any two messages.
_NEWEST: Final = _asked(recent=False)
_ON_SERVER: Final = _asked(recent=True)
