"""`tracker import-progress`: an exported ledger comes back, filled in by a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from zoneinfo import ZoneInfo

import click

from tracker.cli import faults
from tracker.cli.follow import WORDS as FIGURES
from tracker.cli.session import complain, settings_of, shown, store_of, today_of, told, who
from tracker.cli.tableimport import WORDS as ASKING
from tracker.cli.tableimport import agreed
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import StoreError, TrackerError

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy.orm import Session

    from tracker.intake.filled import Filled, FilledBook, Wrong
    from tracker.reports.items import Item
    from tracker.settings import Settings
    from tracker.store.tables import CommitmentRow

WORDS: Final[Words] = {
    "at": ("{sheet} 第 {line} 行 {ref}", "{sheet} row {line} {ref}"),
    "report": ("填报 {said}（截至 {day}）", "report {said} (as of {day})"),
    "request": ("申请{kind}：{why}", "request {kind}: {why}"),
    "same": ("与台账相同，不再登记", "in the ledger already"),
    "conflict": (
        "导出之后台账已有更新（现为：{known}），未导入；请核对后用 tracker progress 补报，或重新导出再填",
        "the ledger has newer data since the export (now: {known}); left out. Check it, then use tracker progress, or export again",
    ),
    "no_mark": (
        "校验码不见了，无法判断台账是否已有更新，未导入；请重新导出再填",
        "the check is gone, so that nobody can tell whether the ledger has newer data; left out, export it again",
    ),
    "percent": (
        "{value} 是百分数的小数写法？目标以“{unit}”计，请写成 95 这样的数",
        "is {value} a share? the target counts in {unit}: write a number such as 95",
    ),
    "stray": (
        "填了“{column}”，但没有选申请种类，或该种申请用不到它",
        "{column} is filled in, but no request is chosen, or this one does not take it",
    ),
    "needs": ("申请{kind}还要填“{column}”", "request {kind} needs {column} too"),
    "stranger": (
        "请核对：名册中没有单位“{name}”{near}；登记之后才能同意退办：tracker units import",
        "please check: no unit {name!r} in the registry{near}; enter it before approving: tracker units import",
    ),
    "near": ("，是不是 {names}？", "; did you mean {names}?"),
    "passed": ("不是台账的表，未读：{names}", "sheets that are no ledger, not read: {names}"),
    "plan": (
        "{taken} 行可导入，{same} 行已在台账，{conflicts} 行有更新，{wrong} 行有误，{blank} 行未填",
        "{taken} rows to take, {same} known already, {conflicts} overtaken, {wrong} wrong, {blank} blank",
    ),
    "done": ("已导入 {taken} 行", "{taken} rows taken"),
    "fault.request": ("“{value}”不是申请种类；请选：{choice}", "{value!r} is no request; choose one of {choice}"),
}  # fmt: skip

#: Kind of request → the columns that it takes beside the reason; each must be filled in.
_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "extension": ("until",), "not_ours": ("right",), "wrong_date": ("until",), "wrong_target": ("right",), "drop": (),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of a row, in words."""

    row: Filled
    kind: Literal["taken", "same", "conflict", "wrong"]
    said: tuple[str, ...]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="不再询问，直接写入 · Take it without asking.")
@click.option(
    "--who",
    "name",
    metavar="UNIT/NAME",
    help="填报人，表中未填时用 · Who reports, where the file names nobody.",
)
@click.pass_context
def command(ctx: click.Context, file: Path, *, yes: bool, name: str | None) -> None:
    """导入填报后的台账（tracker export 导出的）：先预览，确认后登记为填报和申请。

    Take what a unit filled in in an exported ledger. What the ledger has newer data of is listed
    and left out. Exit status 2 where a row was left out.
    """
    from tracker.intake.filled import read_filled
    from tracker.intake.onebyone import read_apart

    say = speech_of(ctx, {**faults.WORDS, **FIGURES, **ASKING, **WORDS})
    settings, today = settings_of(ctx), today_of(ctx, None)
    try:
        book = read_apart(read_filled, file)
    except TrackerError as error:
        raise type(error)(f"{shown(file)}: {error}") from error
    store = store_of(ctx)
    by = who(name)
    with store.rehearse() as session:
        plan = list(_fates(session, book, settings, today, by, say))
    _tell(file, book, plan, say)
    taken = [fate for fate in plan if fate.kind == "taken"]
    if not taken:
        click.echo(say("nothing"))
    elif yes or agreed(say):
        with store.write() as session:
            if list(_fates(session, book, settings, today, by, say)) != plan:
                raise StoreError(f"{shown(file)}: the ledger has changed meanwhile; try again")
        click.echo(say("done", taken=len(taken)))
    if book.wrong or any(fate.kind in ("conflict", "wrong") for fate in plan):
        ctx.exit(2)


def _fates(
    session: Session, book: FilledBook, settings: Settings, today: dt.date, by: str, say: Speech
) -> Iterator[_Fate]:
    """Take row after row; one that cannot be taken leaves no trace and stops no other."""
    from tracker.errors import UnknownReference
    from tracker.reports import reads
    from tracker.reports.marks import mark

    zone = ZoneInfo(settings.timezone)
    for row in book.rows:
        try:
            item = reads.item(session, settings, today, row.ref)
        except UnknownReference as error:
            yield _Fate(row, "wrong", (told(str(error), say.language),))
            continue
        known = _known(item, row, say)
        if known:
            yield _Fate(row, "same", (say("same"),))
        elif not row.mark:
            yield _Fate(row, "wrong", (say("no_mark"),))
        elif row.mark != mark(item):
            yield _Fate(row, "conflict", (say("conflict", known=_latest(item, settings)),))
        else:
            yield _take(session, row, item, today, zone, by, say)


def _known(item: Item, row: Filled, say: Speech) -> bool:
    """Whether everything on a row was entered before."""
    from tracker.reports.typed import figure_of

    asked = not row.request or any(
        one.kind == row.request and one.reason == row.why for one in item.requests
    )
    if not (row.value or row.note):
        return bool(row.request) and asked
    try:
        figure = figure_of(row.value, item, say) if row.value else None
    except StoreError:
        return False  # what is wrong with it is told where it would be taken
    return asked and any(
        (row.as_of is None or one.as_of == row.as_of)
        and (one.note or "") == row.note
        and (figure is None or one.value == figure)
        for one in item.reports
    )


def _take(
    session: Session, row: Filled, item: Item, today: dt.date, zone: ZoneInfo, by: str, say: Speech
) -> _Fate:
    from tracker import clock
    from tracker.followup.doubts import doubts
    from tracker.followup.status import facts_of
    from tracker.reports.typed import doubt_line, figure_of
    from tracker.store import ledger, queries

    said: list[str] = []
    try:
        with session.begin_nested():
            found = queries.commitment(session, row.ref)
            asked = _asked(row, say)
            if row.value or row.note:
                figure = figure_of(row.value, found, say) if row.value else None
                if (
                    figure is not None
                    and item.unit in ("%", "%")
                    and 0 < figure <= 1 < (item.value or 0)
                ):
                    raise StoreError(say("percent", value=row.value, unit=item.unit))
                day = row.as_of or today
                facts = facts_of(found, zone, promised_on=found.letter.date)
                odd = [
                    doubt_line(one, figure, day, found, say) for one in doubts(facts, figure, day)
                ]
                ledger.record_progress(
                    session, found, as_of=day, value=figure, note=row.note or None,
                    evidence=row.evidence or None, who=row.who or by, now=clock.now(),
                )  # fmt: skip
                figures = f"{figure:f}{item.unit or ''}" if figure is not None else ""
                text = " · ".join(part for part in (figures, row.note) if part)
                said += [say("report", said=text, day=day), *odd]
            if row.request:
                ledger.ask(
                    session, found, row.request, why=row.why or None, on=today,
                    who=row.who or by, now=clock.now(), **asked,
                )  # fmt: skip
                said.append(say("request", kind=_kind(row, say), why=row.why))
                said += _strangers(session, found, row, say)
    except StoreError as error:
        return _Fate(row, "wrong", (told(str(error), say.language),))
    return _Fate(row, "taken", tuple(said))


def _strangers(session: Session, found: CommitmentRow, row: Filled, say: Speech) -> Iterator[str]:
    """The units to which a promise is to go and which nobody has registered, a line for each."""
    from tracker.store.naming import strangers

    for one in strangers(session, found, row.right) if row.request == "not_ours" else ():
        if not one.in_letter:
            near = say("near", names="、".join(one.near)) if one.near else ""
            yield say("stranger", name=one.name, near=near)


def _asked(row: Filled, say: Speech) -> dict[str, Any]:
    """What a request asks for, as the store takes it.

    Raises:
        StoreError: a column is filled in that it does not take, or lacks.
    """
    from tracker.intake.filled import FILLED

    place = 0 if say.language == "zh" else 1
    needs = _NEEDS.get(row.request, ())
    given = {"until": row.until, "right": row.right, "why": row.why}
    for field in ("why", "until", "right"):
        takes = field in needs or (field == "why" and row.request)
        if given[field] and not takes:
            raise StoreError(say("stray", column=FILLED[field][place]))
        if takes and not given[field]:
            raise StoreError(say("needs", kind=_kind(row, say), column=FILLED[field][place]))
    if row.request == "extension":
        return {"until": row.until}
    if row.request == "not_ours":
        return {"unit": row.right}
    if row.request == "wrong_date":
        return {"changes": {"deadline": str(row.until)}}
    if row.request == "wrong_target":
        return {"changes": {"value": row.right}}
    return {}


def _kind(row: Filled, say: Speech) -> str:
    from tracker.intake.filled import REQUESTS

    return REQUESTS[row.request][0 if say.language == "zh" else 1]


def _latest(item: Item, settings: Settings) -> str:
    from tracker.reports import phrases
    from tracker.reports.words import Wording

    words = Wording.of(settings)
    return f"{phrases.state_word(item, words)} · {phrases.latest(item, words)}"


def _tell(file: Path, book: FilledBook, plan: list[_Fate], say: Speech) -> None:
    """The preview: what is taken goes out, what is left out is complained of."""
    from tracker.reports.clean import one_line

    if book.passed:
        click.echo(say("passed", names="、".join(map(shown, book.passed))))
    for fate in plan:
        at = say("at", sheet=shown(fate.row.sheet), line=fate.row.line, ref=shown(fate.row.ref))
        for text in fate.said:
            line = one_line(f"{at}: {text}")
            if fate.kind in ("conflict", "wrong"):
                complain(f"{shown(file)}: {line}", say.language)
            else:
                click.echo(line)
    for wrong in book.wrong:
        complain(f"{shown(file)}: {_wrong(wrong, say)}", say.language)
    kinds = [fate.kind for fate in plan]
    click.echo(
        say(
            "plan", taken=kinds.count("taken"), same=kinds.count("same"),
            conflicts=kinds.count("conflict"), wrong=kinds.count("wrong") + len(book.wrong),
            blank=book.blank,
        )
    )  # fmt: skip


def _wrong(wrong: Wrong, say: Speech) -> str:
    from tracker.intake.filled import FILLED, KEYS

    column = (KEYS | FILLED)[wrong.column][0 if say.language == "zh" else 1]
    at = say("at", sheet=shown(wrong.sheet), line=wrong.line, ref="").rstrip()
    return f"{at} {column}: {say(f'fault.{wrong.reason}', **wrong.values)}"
