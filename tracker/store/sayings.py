"""Reports, requests, decisions and ratings of a commitment against the lines of its history."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.store.asked import REQUEST_KINDS
from tracker.store.tables import CommitmentRow, HistoryRow, ProgressReportRow, RatingRow, RequestRow

#: What a line makes of the request that waits.
_DECIDED: Final = {
    "approve": "approved",
    "refuse": "refused",
    "withdraw": "lapsed",
    "lapse": "lapsed",
}


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A commitment that has something else than its history says.

    Attributes:
        ref: the commitment.
        field: a field; "report", "evidence", "request", "decision" or "rating" for one that is not
            that of its line, "commitment" for a whole one that has none or is gone.
        ledger: what the ledger has, in words; None where empty.
        history: what the history says last.
        at: the moment of that line, as far as there is one.
    """

    ref: str
    field: str
    ledger: str | None
    history: str | None
    at: dt.datetime | None = None


def sayings(row: CommitmentRow, lines: Sequence[HistoryRow]) -> Iterator[Disagreement]:
    """What people said of a commitment that its history does not bear out.

    Args:
        row: the commitment.
        lines: of its history, in their order.
    """
    yield from _reports(row, [line for line in lines if line.action == "report"])
    for kind in REQUEST_KINDS:
        yield from _requests(row, kind, lines)
    yield from _ratings(row, [line for line in lines if line.action == "rate"])


def _reports(row: CommitmentRow, lines: Sequence[HistoryRow]) -> Iterator[Disagreement]:
    moments: dict[dt.datetime, list[HistoryRow]] = defaultdict(list)
    for line in lines:
        moments[line.at].append(line)
    for report in row.reports:
        said = moments[report.recorded_at]
        same = [line for line in said if _tells(line.new or "", report)]
        if not same:
            figure = "" if report.value is None else f"{report.value:f}"
            words = " · ".join(filter(None, (figure, report.note, str(report.as_of))))
            yield Disagreement(row.ref, "report", words, said[0].new if said else None)
        elif all(line.why != report.evidence for line in same):
            yield Disagreement(row.ref, "evidence", report.evidence, same[0].why, same[0].at)
    if len(lines) > len(row.reports):
        yield Disagreement(row.ref, "report", str(len(row.reports)), str(len(lines)))


def _tells(line: str, report: ProgressReportRow) -> bool:
    """Whether a line is of this very report, as `following` words it: 20户 · 说明 (2023-09-30).

    Of the unit of measure only that there is one: it may have been corrected since.
    """
    said, sign, day = line.rpartition(" (")
    if not sign or day != f"{report.as_of})":
        return False
    if report.value is None:
        return said == (report.note or "")
    figure = re.escape(f"{report.value:f}")
    note = re.escape(f" · {report.note}") if report.note else ""
    return re.fullmatch(rf"{figure}(?![\d.])(?:(?! · ).)*{note}", said) is not None


def _requests(row: CommitmentRow, kind: str, lines: Sequence[HistoryRow]) -> Iterator[Disagreement]:
    """Of a kind one request waits at a time, so that a decision is of the one before it."""
    told: list[tuple[HistoryRow, list[HistoryRow]]] = []
    for line in lines:
        if line.field != kind:
            continue
        if line.action == "request":
            told.append((line, []))
        elif line.action in _DECIDED and told:
            told[-1][1].append(line)
    asked = [request for request in row.requests if request.kind == kind]
    if len(asked) != len(told):
        known = {line.at for line, _ in told}
        extra = next((request for request in asked if request.asked_at not in known), None)
        if extra is not None:
            yield Disagreement(row.ref, "request", extra.reason, None, extra.asked_at)
        else:
            yield Disagreement(row.ref, "request", str(len(asked)), str(len(told)))
        return
    for request, (line, decided) in zip(asked, told, strict=True):
        yield from _request(row.ref, request, line)
        end = decided[0] if decided else None
        state = _DECIDED[end.action] if end is not None else "waiting"
        if request.state != state or request.decided_at != (end.at if end is not None else None):
            ledger = _decision(request.state, request.decided_at)
            history = _decision(state, end.at if end is not None else None)
            yield Disagreement(row.ref, "decision", ledger, history, end.at if end else None)


def _decision(state: str, at: dt.datetime | None) -> str:
    return state if at is None else f"{state} {at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def _request(ref: str, request: RequestRow, line: HistoryRow) -> Iterator[Disagreement]:
    if request.reason != line.why or request.asked_at != line.at:
        yield Disagreement(ref, "request", request.reason, line.why, line.at)
    elif request.kind == "extension" and str(request.new_deadline) != (line.new or "")[:10]:
        yield Disagreement(ref, "request", str(request.new_deadline), line.new, line.at)
    elif request.kind == "not_ours" and request.right_unit != line.new:
        yield Disagreement(ref, "request", request.right_unit, line.new, line.at)


def _ratings(row: CommitmentRow, lines: Sequence[HistoryRow]) -> Iterator[Disagreement]:
    if len(row.ratings) != len(lines):
        yield Disagreement(row.ref, "rating", str(len(row.ratings)), str(len(lines)))
        return
    for rating, line in zip(row.ratings, lines, strict=True):
        if (rating.score, _said(rating)) != (line.new, line.why):
            ledger, history = f"{rating.score} {_said(rating)}", f"{line.new} {line.why}"
            yield Disagreement(row.ref, "rating", ledger, history, line.at)


def _said(rating: RatingRow) -> str:
    name = rating.deputy.name
    return f"{name}: {rating.comment}" if rating.comment else name
