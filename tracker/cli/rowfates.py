"""What becomes of the rows of a ledger that came back, one after the other, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

from tracker.cli.session import shown, told
from tracker.cli.words import Speech, Words
from tracker.errors import StoreError

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from tracker.intake.filled import Filled, FilledBook
    from tracker.reports.asked import Request
    from tracker.reports.items import Item, Report
    from tracker.settings import Settings
    from tracker.store.tables import CommitmentRow, RequestRow

WORDS: Final[Words] = {
    "at": ("{sheet} 第 {line} 行 {ref}", "{sheet} row {line} {ref}"),
    "report": ("填报 {said}（截至 {day}{proof}）", "report {said} (as of {day}{proof})"),
    "request": ("申请{kind}{what}：{why}{proof}", "request {kind}{what}: {why}{proof}"),
    "what": ("（{effects}）", " ({effects})"),
    "effect": ("{field} {old} → {new}", "{field} {old} → {new}"),
    "same": ("与台账相同，不再登记", "in the ledger already"),
    "conflict": (
        "导出之后台账已有更新（现为：{known}），未导入；请核对后用 tracker progress 补报，或重新导出再填",
        "the ledger has newer data since the export (now: {known}); left out. Check it, then use tracker progress, or export again",
    ),
    "known.report": ("填报与台账相同，不再登记", "the report is in the ledger already"),
    "known.request": ("申请与台账相同，不再登记", "the request is in the ledger already"),
    "twice": (
        "同一事项已按“{other}”登记，本行不同，未导入；请只在一处填，或导入后用 tracker progress 补报",
        "the same commitment is taken from {other}; this row differs and is left out. Fill in one of them, or use tracker progress afterwards",
    ),
    "no_mark": (
        "校验码不见了，无法判断台账是否已有更新，未导入；请重新导出再填",
        "the check is gone, so that nobody can tell whether the ledger has newer data; left out, export it again",
    ),
    "percent": (
        "{value} 是百分数的小数写法？目标以“{unit}”计，请写成 95 这样的数",
        "is {value} a share? the target counts in {unit}: write a number such as 95",
    ),
    "future": (
        "“{column}”填了 {day}，还没有到；请填数据截至的日期",
        "{column} says {day}, which is still to come; it is the day that the figure speaks of",
    ),
    "stray": (
        "填了“{column}”，但没有选申请种类，或该种申请用不到它",
        "{column} is filled in, but no request is chosen, or this one does not take it",
    ),
    "no_progress": (
        "只填了“{evidence}”；请写明进展，填“{value}”或“{note}”，佐证随之登记",
        "only {evidence} is filled in; say what was reached in {value} or {note}, which it stands behind",
    ),
    "proof": ("；佐证：{text}", "; evidence: {text}"),
    "needs": ("申请{kind}还要填“{column}”", "request {kind} needs {column} too"),
}  # fmt: skip

#: Kind of request → the columns that it takes beside the reason; each must be filled in.
_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "extension": ("until",), "not_ours": ("right",), "wrong_date": ("until",), "wrong_target": ("right",), "drop": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Known:
    """Which parts of a row the ledger has already; None for one that the row does not have."""

    report: bool | None = False
    request: bool | None = False

    @property
    def all(self) -> bool:
        """Whether nothing of the row is new."""
        parts = {self.report, self.request} - {None}
        return bool(parts) and all(parts)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a row, in words. A bare one names who or when and nothing more, as rows do
    that were copied down.
    """

    row: Filled
    kind: Literal["taken", "same", "conflict", "wrong", "bare"]
    said: tuple[str, ...] = ()


def fates(
    session: Session, book: FilledBook, settings: Settings, today: dt.date, by: str, say: Speech
) -> Iterator[Fate]:
    """Take row after row; one that cannot be taken leaves no trace and stops no other.

    Args:
        session: of `Store.write`, or of `Store.rehearse` for a preview.
        book: the ledger that came back.
        settings: zone and thresholds.
        today: the office's day.
        by: who reports where a row names nobody.
        say: words of a table that holds these and those of figures.
    """
    from tracker.errors import UnknownReference
    from tracker.reports import reads
    from tracker.reports.marks import stood

    zone = ZoneInfo(settings.timezone)
    first: dict[tuple[str, str], Fate] = {}  # the row of this file that a commitment's news is from
    for row in book.rows:
        if not any((row.value, row.note, row.request, row.why, row.until, row.right)):
            yield Fate(row, "wrong", (_lacking(say),)) if row.evidence else Fate(row, "bare")
            continue
        try:
            item = reads.item(session, settings, today, row.ref)
        except UnknownReference as error:
            yield Fate(row, "wrong", (told(str(error), say.language),))
            continue
        known = _known(session, item, row, say)
        before = first.get((row.ref, row.mark))
        if known.all:
            fate = Fate(row, "same", (say("same"),))
            first.setdefault((row.ref, row.mark), fate)
            yield fate
        elif not row.mark:
            yield Fate(row, "wrong", (say("no_mark"),))
        elif before is not None and before.kind == "taken":
            yield Fate(row, "wrong", (say("twice", other=at(before.row, say)),))
        elif not stood(row.mark, item, *_own(session, item, row)):
            if before is not None:  # entered from this file before
                yield Fate(row, "wrong", (say("twice", other=at(before.row, say)),))
            else:
                yield Fate(row, "conflict", (say("conflict", known=_latest(item, settings)),))
        else:
            fate = _take(session, row, item, known, today, zone, by, say)
            if fate.kind == "taken":
                first[row.ref, row.mark] = fate
            yield fate


def _lacking(say: Speech) -> str:
    """That evidence stands alone: it is stored beside what it stands behind, never by itself."""
    return say(
        "no_progress", **{field: column(field, say) for field in ("evidence", "value", "note")}
    )


def _known(session: Session, item: Item, row: Filled, say: Speech) -> _Known:
    """What of a row was entered before."""
    from tracker.reports.typed import figure_of

    try:
        figure = figure_of(row.value, item, say) if row.value else None
        wanted = _wanted(session, item, row, say)
    except StoreError:
        return _Known()  # what is wrong with it is told where it would be taken
    reported = bool(row.value or row.note)
    report = any(
        (row.as_of is None or one.as_of == row.as_of)
        and (one.note or "") == row.note
        and row.evidence in ("", one.evidence)
        and (figure is None or one.value == figure)
        for one in item.reports
    )
    request = any(
        (one.kind, one.reason) == (row.request, row.why)
        and (one.until, one.right_unit, one.changes) == wanted
        and (reported or row.evidence in ("", one.evidence))
        for one in item.requests
    )
    return _Known(report if reported else None, request if row.request else None)


def _wanted(
    session: Session, item: Item, row: Filled, say: Speech
) -> tuple[dt.date | None, str | None, tuple[tuple[str, str], ...]]:
    """What a row's request asks for, as the ledger keeps it: day, unit, changes.

    Raises:
        StoreError: it cannot be asked for.
    """
    from tracker.store import fields, queries

    asked = _asked(row, item, say)
    found = queries.commitment(session, row.ref)
    unit = asked.get("unit")
    changes = fields.parse(found, asked.get("changes", {}))
    return (
        asked.get("until"),
        fields.parse(found, {"owner": unit})["owner"] if unit else None,
        tuple((name, "none" if value is None else value) for name, value in changes.items()),
    )


def _own(session: Session, item: Item, row: Filled) -> tuple[list[Report], list[Request]]:
    """What came in since the export and overwrites nobody's word if the row is taken: the reports
    that the same row of the same workbook brought in, and the request that it still holds.

    Of a joint promise a row that says neither by its sheet nor by a name which unit filled it in
    may be that of the other one.
    """
    from tracker.reports.marks import origin
    from tracker.store import queries

    requests = [one for one in item.requests if (one.kind, one.state) == (row.request, "waiting")]
    if len(item.units) > 1 and not row.who and row.sheet not in item.units:
        return [], requests
    came = origin(row.mark, row.sheet, row.who)
    lines = queries.history(session, row.ref)
    moments = {line.at for line in lines if (line.action, line.field) == ("report", came)}
    brought = {
        (one.value, one.as_of, one.note, one.evidence, one.reporter)
        for one in queries.commitment(session, row.ref).reports
        if one.recorded_at in moments
    }
    reports = [
        one
        for one in item.reports
        if (one.value, one.as_of, one.note, one.evidence, one.reporter) in brought
    ]
    return reports, requests


def _take(
    session: Session, row: Filled, item: Item, known: _Known, today: dt.date, zone: ZoneInfo,
    by: str, say: Speech,
) -> Fate:  # fmt: skip
    from tracker import clock
    from tracker.followup.doubts import doubts
    from tracker.followup.status import facts_of
    from tracker.reports.marks import origin
    from tracker.reports.typed import doubt_line
    from tracker.store import ledger, queries
    from tracker.store.naming import refuse_strangers

    said: list[str] = []
    proof = say("proof", text=row.evidence) if row.evidence else ""
    try:
        with session.begin_nested():
            found = queries.commitment(session, row.ref)
            asked = _asked(row, item, say)
            if known.report:
                said.append(say("known.report"))
            elif row.value or row.note:
                figure = _figure(row.value, item, say) if row.value else None
                day = row.as_of or today
                if day > today:
                    raise StoreError(say("future", day=day, column=column("as_of", say)))
                facts = facts_of(found, zone, promised_on=found.letter.date)
                odd = [
                    _in_columns(doubt_line(one, figure, day, found, say), say)
                    for one in doubts(facts, figure, day)
                ]
                ledger.record_progress(
                    session, found, as_of=day, value=figure, note=row.note or None,
                    evidence=row.evidence or None, who=row.who or by, now=clock.now(),
                    origin=origin(row.mark, row.sheet, row.who),
                )  # fmt: skip
                figures = f"{figure:f}{item.unit or ''}" if figure is not None else ""
                text = " · ".join(part for part in (figures, row.note) if part)
                said += [say("report", said=text, day=day, proof=proof), *odd]
            if known.request:
                said.append(say("known.request"))
            elif row.request:
                alone = not said  # beside a report the evidence is that of the report
                filed = ledger.ask(
                    session, found, row.request, why=row.why or None, on=today,
                    evidence=(row.evidence or None) if alone else None,
                    who=row.who or by, now=clock.now(), **asked,
                )  # fmt: skip
                refuse_strangers(session, found, filed.right_unit or "")
                said.append(
                    say(
                        "request", kind=_kind(row, say), what=_what(found, filed, say),
                        why=row.why, proof=proof if alone else "",
                    )
                )  # fmt: skip
    except StoreError as error:
        return Fate(row, "wrong", (_in_columns(told(str(error), say.language), say),))
    return Fate(row, "taken", tuple(said))


def _figure(text: str, item: Item, say: Speech) -> Decimal:
    """A figure, bare or with a unit, in that of the target.

    Raises:
        StoreError: it is none, or looks like a share where per cent are counted.
    """
    from tracker.reports.typed import figure_of

    figure = figure_of(text, item, say)
    if item.unit in ("%", "％") and 0 < figure <= 1 < (item.value or 0):
        raise StoreError(say("percent", value=text, unit=item.unit))
    return figure


def _asked(row: Filled, item: Item, say: Speech) -> dict[str, Any]:
    """What a request asks for, as the store takes it.

    Raises:
        StoreError: a column is filled in that it does not take, or lacks.
    """
    needs = _NEEDS.get(row.request, ())
    given = {"until": row.until, "right": row.right, "why": row.why}
    for field in ("why", "until", "right"):
        takes = field in needs or (field == "why" and row.request)
        if given[field] and not takes:
            raise StoreError(say("stray", column=column(field, say)))
        if takes and not given[field]:
            raise StoreError(say("needs", kind=_kind(row, say), column=column(field, say)))
    if row.request == "extension":
        return {"until": row.until}
    if row.request == "not_ours":
        return {"unit": row.right}
    if row.request == "wrong_date":
        return {"changes": {"deadline": str(row.until)}}
    if row.request == "wrong_target":
        return {"changes": {"value": f"{_figure(row.right, item, say):f}"}}
    return {}


def _what(found: CommitmentRow, filed: RequestRow, say: Speech) -> str:
    """What a request would change, from what to what; nothing where its kind says all."""
    from tracker.store.asked import effects

    told = {one.field: one for one in effects(found, filed)}
    told.pop("outcome", None)
    if "deadline" in told:
        told.pop("original_deadline", None)  # the same day; alone where an extension goes further
    changes = []
    for one in told.values():
        unit = (found.unit or "") if one.field == "value" else ""
        old, new = (f"{text}{unit}" if text else say("none.value") for text in (one.old, one.new))
        changes.append(say("effect", field=say(f"field.{one.field}"), old=old, new=new))
    return say("what", effects=say("semicolon").join(changes)) if changes else ""


def _kind(row: Filled, say: Speech) -> str:
    from tracker.intake.filled import REQUESTS

    return REQUESTS[row.request][0 if say.language == "zh" else 1]


def at(row: Filled, say: Speech) -> str:
    """Where a row stands: sheet, line, and the commitment that it is of."""
    return say("at", sheet=shown(row.sheet), line=row.line, ref=shown(row.ref))


def column(field: str, say: Speech) -> str:
    """The heading of a column to fill in."""
    from tracker.intake.filled import FILLED, KEYS

    return (KEYS | FILLED)[field][0 if say.language == "zh" else 1]


def _in_columns(text: str, say: Speech) -> str:
    """A line of the store with the columns of the workbook where it names options of a command."""
    apart = " ?" if say.language == "zh" else ""

    def named(option: re.Match[str]) -> str:
        field = option[1].replace("-", "_")
        return f"“{column(field, say)}”" if say.language == "zh" else column(field, say)

    return re.sub(rf"{apart}--(value|as-of|note|who)\b{apart}", named, text)


def _latest(item: Item, settings: Settings) -> str:
    from tracker.reports import phrases
    from tracker.reports.words import Wording

    words = Wording.of(settings)
    return f"{phrases.state_word(item, words)} · {phrases.latest(item, words)}"
