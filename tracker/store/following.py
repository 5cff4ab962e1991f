"""What became of a commitment: figures and texts on progress, and the outcome."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final, Literal, get_args

from sqlalchemy.orm import Session

from tracker.errors import StoreError
from tracker.store.book import hold
from tracker.store.journal import plain, record
from tracker.store.tables import CommitmentRow, ProgressReportRow

Outcome = Literal["kept", "kept_late", "partly_kept", "broken", "dropped"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)

#: What stands before evidence in a reason.
EVIDENCE: Final = "佐证:"

#: A day may have begun in the office's zone that has not in UTC.
_ZONES_AHEAD: Final = dt.timedelta(hours=14)


def record_progress(
    session: Session,
    row: CommitmentRow,
    *,
    as_of: dt.date,
    value: Decimal | None = None,
    note: str | None = None,
    evidence: str | None = None,
    who: str,
    now: dt.datetime,
) -> ProgressReportRow:
    """Record what was reached.

    Args:
        session: of `Store.write`.
        row: the commitment.
        as_of: the day that figure or text speaks of.
        value: the figure, in the unit of the target.
        note: a text.
        evidence: quote, address or file behind it.
        who: who reports.
        now: when.

    Raises:
        StoreError: neither figure nor text, a figure where there is no target, a day still to
            come, or a commitment that is not followed.
    """
    hold(session, row)
    note, evidence = plain(row.ref, "note", note), plain(row.ref, "evidence", evidence)
    if value is None and note is None:
        raise StoreError(f"{row.ref}: say what was reached: --value NUMBER or --note TEXT")
    if row.review in ("rejected", "superseded"):
        raise StoreError(f"{row.ref} is not followed; confirm it first: tracker confirm {row.ref}")
    if value is not None and row.unit is None:
        raise StoreError(f"{row.ref} has no target figure; report with --note TEXT")
    if value is not None and value.is_finite() and value < 0:
        raise StoreError(f"{row.ref}: {value} is below zero; report what was reached")
    if value is not None and (not value.is_finite() or len(f"{value:f}") > 30):
        raise StoreError(f"{row.ref}: {value} is out of range")
    if as_of > (now + _ZONES_AHEAD).date():
        raise StoreError(f"{row.ref}: {as_of} is still to come; --as-of is the day of the figure")
    report = ProgressReportRow(
        value=value, as_of=as_of, note=note, evidence=evidence, reporter=who[:120], recorded_at=now
    )
    row.reports.append(report)
    row.reports.sort(key=lambda item: (item.as_of, item.recorded_at))
    figure = "" if value is None else f"{value:f}{row.unit}"
    said = " · ".join(part for part in (figure, note) if part)
    record(
        session,
        "report",
        who=who,
        now=now,
        commitment=row,
        new=f"{said} ({as_of})",
        why=evidence,
    )
    session.flush()
    return report


def settle(
    session: Session,
    row: CommitmentRow,
    outcome: str,
    *,
    on: dt.date,
    why: str | None = None,
    evidence: str | None = None,
    who: str,
    now: dt.datetime,
) -> None:
    """Close a commitment with an outcome; a wrong outcome is corrected by settling again.

    Args:
        session: of `Store.write`.
        row: the commitment.
        outcome: kept, kept_late, partly_kept, broken or dropped.
        on: the day that the outcome dates from.
        why: the reason.
        evidence: quote, address or file behind it.
        who: who settles.
        now: when.

    Raises:
        StoreError: no such outcome, neither reason nor evidence, a commitment that is not
            confirmed, or a day still to come.
    """
    hold(session, row)
    why, evidence = plain(row.ref, "why", why), plain(row.ref, "evidence", evidence)
    if outcome not in OUTCOMES:
        raise StoreError(
            f"{row.ref}: outcome must be one of {', '.join(OUTCOMES)}, not {outcome!r}"
        )
    if why is None and evidence is None:
        raise StoreError(
            f"{row.ref}: say why, or with what evidence: --why TEXT or --evidence TEXT"
        )
    if row.review != "confirmed":
        raise StoreError(f"{row.ref} is not confirmed; confirm it first: tracker confirm {row.ref}")
    if on > (now + _ZONES_AHEAD).date():
        raise StoreError(f"{row.ref}: {on} is still to come")
    _check_in_time(row, outcome, on)
    old = row.outcome
    row.outcome, row.settled_on = outcome, on
    reason = " · ".join(part for part in (why, evidence and f"{EVIDENCE}{evidence}") if part)
    record(
        session,
        "settle",
        who=who,
        now=now,
        commitment=row,
        field="outcome",
        old=old,
        new=outcome,
        why=reason,
    )
    session.flush()


def _check_in_time(row: CommitmentRow, outcome: str, on: dt.date) -> None:
    """Kept means in time and kept_late means late: the day of delivery decides, not the day of
    settling."""
    if row.deadline is None:
        return
    if outcome == "kept" and on > row.deadline:
        raise StoreError(
            f"{row.ref} was due on {row.deadline}; delivered in time: --on DAY, else kept_late"
        )
    if outcome == "kept_late" and on <= row.deadline:
        raise StoreError(f"{row.ref} was due on {row.deadline}; on {on} it is kept, not kept_late")


def reopen(
    session: Session, row: CommitmentRow, *, why: str | None, who: str, now: dt.datetime
) -> None:
    """Follow a settled commitment again.

    Args:
        session: of `Store.write`.
        row: the commitment.
        why: the reason.
        who: who reopens.
        now: when.

    Raises:
        StoreError: it is open, or no reason is given.
    """
    hold(session, row)
    why = plain(row.ref, "why", why)
    if row.outcome == "open":
        raise StoreError(f"{row.ref} is open already")
    if why is None:
        raise StoreError(f"{row.ref}: say why it is reopened: --why TEXT")
    old, row.outcome, row.settled_on = row.outcome, "open", None
    record(
        session,
        "reopen",
        who=who,
        now=now,
        commitment=row,
        field="outcome",
        old=old,
        new="open",
        why=why,
    )
    session.flush()
