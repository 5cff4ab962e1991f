"""What became of a commitment: figures and texts on progress, and the outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import StoreError
from tracker.store.book import hold
from tracker.store.evidence import Evidence, written
from tracker.store.journal import clip, plain, record
from tracker.store.lapsing import lapse
from tracker.store.tables import CommitmentRow, HistoryRow, ProgressReportRow

Outcome = Literal["kept", "kept_late", "partly_kept", "broken", "dropped"]
OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)

#: What stands before evidence in a reason.
EVIDENCE: Final = "佐证："

#: A day may have begun in the office's zone that has not in UTC.
_ZONES_AHEAD: Final = dt.timedelta(hours=14)


def record_progress(
    session: Session,
    row: CommitmentRow,
    *,
    as_of: dt.date,
    value: Decimal | None = None,
    note: str | None = None,
    evidence: Evidence | str | None = None,
    who: str,
    now: dt.datetime,
    origin: str | None = None,
) -> ProgressReportRow:
    """Record what was reached. A wrong report is corrected by another one of the same day: the
    newer one counts, the other stays.

    Args:
        session: of `Store.write`.
        row: the commitment.
        as_of: the day that figure or text speaks of.
        value: the figure, in the unit of the target; what it counts the target's mode says.
        note: a text.
        evidence: what stands behind it; a str is an address or a text. The bytes of a file are
            for the caller to keep.
        who: who reports.
        now: when.
        origin: the row of a workbook that it came back in, which the history notes as the field.

    Raises:
        StoreError: neither figure nor text, a figure where there is no target, a day still to
            come, evidence that cannot be, or a commitment that is not followed.
    """
    hold(session, row)
    note = plain(row.ref, "note", note)
    if not isinstance(evidence, Evidence):
        evidence = written(row.ref, evidence)
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
    before = None if value is None else _of_day(row, as_of)
    report = ProgressReportRow(
        value=value, as_of=as_of, note=note, reporter=clip(who, 120), recorded_at=now
    )
    if evidence is not None:
        report.evidence, report.evidence_kind = evidence.text, evidence.kind
        report.evidence_sha256 = evidence.sha256
        report.evidence_letter_id = evidence.letter_id
    row.reports.append(report)
    row.reports.sort(key=lambda item: (item.as_of, item.recorded_at))
    record(
        session,
        "report",
        who=who,
        now=now,
        commitment=row,
        field=origin,
        old=None if before is None else _said(row, before),
        new=_said(row, report),
        why=None if evidence is None else evidence.text,
    )
    session.flush()
    return report


def _of_day(row: CommitmentRow, day: dt.date) -> ProgressReportRow | None:
    """The report whose figure of a day a newer one corrects."""
    return next(
        (item for item in reversed(row.reports) if item.as_of == day and _figured(item)), None
    )


def _figured(report: ProgressReportRow) -> bool:
    return report.value is not None


def corrected(reports: Iterable[ProgressReportRow]) -> set[int]:
    """The ids of reports whose figure does not count, as a newer one speaks of the same day.

    Args:
        reports: of one commitment.
    """
    last: dict[dt.date, int] = {}
    gone = set()
    for report in sorted(filter(_figured, reports), key=lambda item: item.id):
        if report.as_of in last:
            gone.add(last[report.as_of])
        last[report.as_of] = report.id
    return gone


def _said(row: CommitmentRow, report: ProgressReportRow) -> str:
    figure = "" if report.value is None else f"{report.value:f}{row.unit}"
    said = " · ".join(part for part in (figure, report.note) if part)
    return f"{said} ({report.as_of})"


def settle(
    session: Session,
    row: CommitmentRow,
    outcome: str,
    *,
    on: dt.date,
    why: str | None = None,
    evidence: Evidence | str | None = None,
    who: str,
    now: dt.datetime,
) -> bool:
    """Close a commitment with an outcome; a wrong outcome is corrected by settling again.

    Args:
        session: of `Store.write`.
        row: the commitment.
        outcome: kept, kept_late, partly_kept, broken or dropped.
        on: the day that the outcome dates from.
        why: the reason.
        evidence: what stands behind it, as for `record_progress`; of a file the history keeps the
            name of its bytes too.
        who: who settles.
        now: when.

    Returns:
        False where it was settled so already, on that day and with that reason: nothing changed.

    Raises:
        StoreError: no such outcome, neither reason nor evidence, a commitment that is not
            confirmed, or a day still to come.
    """
    hold(session, row)
    why = plain(row.ref, "why", why)
    if not isinstance(evidence, Evidence):
        evidence = written(row.ref, evidence)
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
    reason = " · ".join(part for part in (why, evidence and named(evidence)) if part)
    old = row.outcome
    if (old, row.settled_on, _reason(session, row)) == (outcome, on, reason):
        return False
    _record_day(session, row, "settle", on, who, now)
    row.outcome, row.settled_on, row.look_back_since = outcome, on, None
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
    lapse(session, row, "settled", who=who, now=now)
    session.flush()
    return True


def _reason(session: Session, row: CommitmentRow) -> str | None:
    """What was said when it was last settled."""
    return session.scalars(
        select(HistoryRow.why)
        .where(HistoryRow.commitment_id == row.id, HistoryRow.action == "settle")
        .where(HistoryRow.field == "outcome")
        .order_by(HistoryRow.id.desc())
        .limit(1)
    ).first()


def _record_day(
    session: Session,
    row: CommitmentRow,
    action: str,
    day: dt.date | None,
    who: str,
    now: dt.datetime,
) -> None:
    """The day of settling, in a line before that of the outcome, which is the one that counts."""
    if row.settled_on == day:
        return
    old, new = (one.isoformat() if one else None for one in (row.settled_on, day))
    record(
        session, action, who=who, now=now, commitment=row, field="settled_on", old=old, new=new
    )  # fmt: skip


def named(evidence: Evidence) -> str:
    """Evidence as part of a reason; a file with the name under which the archive has it."""
    kept = f" ({evidence.sha256})" if evidence.sha256 else ""
    return f"{EVIDENCE}{evidence.text}{kept}"


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
    session: Session,
    row: CommitmentRow,
    *,
    on: dt.date,
    why: str | None,
    who: str,
    now: dt.datetime,
) -> None:
    """Follow a settled commitment again, to look back (回头看) at what was settled.

    Args:
        session: of `Store.write`.
        row: the commitment.
        on: the office's day, from which it is looked back at.
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
    _record_day(session, row, "reopen", None, who, now)
    old, row.outcome, row.settled_on, row.look_back_since = row.outcome, "open", None, on
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
