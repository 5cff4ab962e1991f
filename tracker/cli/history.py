"""`tracker history`: who changed what, when, from what to what, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.formats import Form, format_option, print_records
from tracker.cli.session import console_of, settings_of, store_of
from tracker.cli.words import Speech, Words, speech_of

if TYPE_CHECKING:
    from tracker.store.tables import HistoryRow

WORDS: Final[Words] = {
    "at": ("时间", "when"),
    "who": ("何人", "who"),
    "action": ("动作", "action"),
    "change": ("内容", "what"),
    "why": ("理由或佐证", "why, evidence"),
    "evidence": ("佐证：{text}", "evidence: {text}"),
    "import": ("导入答复件", "letter imported"),
    "doubt": ("可能同一件", "may be the same"),
    "found": ("提取", "found"),
    "missing": ("新版未见", "not in new version"),
    "differs": ("新版不同", "new version differs"),
    "follow": ("随新版更新", "follows new version"),
    "supersede": ("不再出现", "superseded"),
    "again": ("再次出现", "found again"),
    "vanished": ("原网页已撤", "page vanished"),
    "moved": ("网址变更", "page moved"),
    "address": ("登记网址", "address noted"),
    "copy": ("同一答复件的另一文件", "another file of the letter"),
    "reverted": ("原文恢复", "letter restored"),
    "returned": ("原网页重现", "page returned"),
    "confirm": ("确认", "confirmed"),
    "auto_confirm": ("自动确认", "confirmed by confidence"),
    "reject": ("不跟踪", "rejected"),
    "edit": ("更正", "corrected"),
    "undo": ("撤销", "taken back"),
    "report": ("填报", "reported"),
    "settle": ("销号", "settled"),
    "reopen": ("恢复跟踪", "reopened"),
    "letter": ("发函", "letter written"),
    "restore": ("从备份恢复", "restored from a backup"),
    "request": ("申请", "asked for"),
    "approve": ("同意申请", "approved"),
    "refuse": ("不同意申请", "refused"),
    "withdraw": ("撤回申请", "withdrawn"),
    "lapse": ("申请失效", "request lapsed"),
    "rate": ("落实评价", "rated"),
    "renew": ("再次承诺", "promised again"),
    "field.original_deadline": ("原时限", "original deadline"),
    "field.settled_on": ("办结日", "settled on"),
    "field.rating": ("代表评价", "rating"),
    "field.extension": ("延期", "extension"),
    "field.not_ours": ("退办", "not ours"),
    "field.wrong_date": ("时限有误", "wrong date"),
    "field.wrong_target": ("目标有误", "wrong target"),
    "field.drop": ("终止", "drop"),
    "field.url": ("网址", "address"),
    "field.quote": ("原文", "quote"),
    "field.target": ("目标", "target"),
    "field.recheck": ("新版答复件", "newer version"),
    "field.deadline": ("时限", "deadline"),
    "field.owner": ("责任单位", "owner"),
    "field.value": ("目标值", "value"),
    "field.unit": ("计量单位", "unit"),
    "field.mode": ("方式", "mode"),
    "field.comparator": ("比较", "comparator"),
    "field.kind": ("类别", "kind"),
    "field.what": ("内容", "what"),
    "field.strength": ("语气", "strength"),
    "field.renews": ("再次承诺的原承诺", "renews"),
    "first.unit": ("登记单位", "unit of the registry"),
    "first.between": ("；", "; "),
    "mode.increase": ("新增", "increase"),
    "mode.level": ("达到", "level"),
    "mode.amount": ("完成量", "amount completed"),
    "comparator.>=": ("以上", "at least"),
    "comparator.<=": ("以内", "at most"),
    "comparator.=": ("等于", "exactly"),
    "comparator.~": ("约", "about"),
    "none": ("（无）", "(none)"),
}

#: Fields whose values are codes of the program.
_CODED: Final = (
    "review", "outcome", "kind", "recheck", "rating", "mode", "comparator", "strength",
)  # fmt: skip


@click.command()
@click.argument("ref")
@format_option
@click.pass_context
def command(ctx: click.Context, ref: str, form: Form) -> None:
    """一项承诺的变更记录：何人、何时、由何改为何、理由。

    Who changed what on a commitment, and why.
    """
    from zoneinfo import ZoneInfo

    from rich.table import Table

    from tracker.reports.clean import one_line
    from tracker.store import queries

    say = speech_of(ctx, WORDS)
    zone = ZoneInfo(settings_of(ctx).timezone)
    with store_of(ctx).read() as session:
        changes = queries.history(session, ref)
    if form != "table":
        _print_records(form, ref, changes, zone, say)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("at"), no_wrap=True)
    for column in ("who", "action", "change", "why"):
        table.add_column(say(column), overflow="fold")
    for change in changes:
        cells = (
            f"{change.at.astimezone(zone):%Y-%m-%d %H:%M}",
            change.who,
            _action(change, say),
            _change(change, say),
            _why(change, say),
        )
        table.add_row(*(one_line(cell) for cell in cells))
    console_of(ctx).print(table)


def _print_records(
    form: Form, ref: str, changes: Sequence[HistoryRow], zone: dt.tzinfo, say: Speech
) -> None:
    """JSON has the codes of the program, CSV the words of the table."""
    columns = ("at", "who", "action", "change", "why")
    headings = {key: say(key) for key in columns}
    moments = [change.at.astimezone(zone).isoformat(timespec="seconds") for change in changes]
    if form == "csv":
        told = [
            dict(
                zip(
                    columns,
                    (at, change.who, _action(change, say), _change(change, say), _why(change, say)),
                    strict=True,
                )
            )
            for at, change in zip(moments, changes, strict=True)
        ]
        print_records(form, "history", told, headings)
        return
    records = [
        {
            "at": at,
            "who": change.who,
            "action": change.action,
            "field": change.field,
            "old": change.old,
            "new": change.new,
            "why": change.why,
        }
        for at, change in zip(moments, changes, strict=True)
    ]
    print_records(form, "history", records, headings, ref=ref)


def _action(change: HistoryRow, say: Speech) -> str:
    return say(change.action) if change.action in WORDS else change.action


def _why(change: HistoryRow, say: Speech) -> str:
    """A reason; what stands behind a report is its evidence."""
    if change.action == "report" and change.why:
        return say("evidence", text=change.why)
    if change.action == "found" and change.why:
        from tracker.store.entering import first_told

        first = first_told(change.why)
        parts = [
            f"{say('first.unit' if name == 'unit' else f'field.{name}')} "
            + (say(f"kind.{value}") if name == "kind" else value)
            for name, value in first.items()
            if value
        ]
        return say("first.between").join(parts) or change.why
    return change.why or ""


def _change(change: HistoryRow, say: Speech) -> str:
    """From what to what, in the words of the reader."""
    if change.field is None or change.action == "report":  # whose field is where it came from
        told = (
            (change.old, change.new) if change.action == "report" else (change.new or change.old,)
        )
        return " → ".join(text for text in told if text)
    key = f"field.{change.field}"
    field = say(key) + " " if key in WORDS else ""
    if change.old is None and change.new is None:
        return field.strip()
    old, new = (_value(change.field, value, say) for value in (change.old, change.new))
    return f"{field}{old} → {new}"


def _value(field: str, value: str | None, say: Speech) -> str:
    if value is None:
        return say("none")
    return say(f"{field}.{value}") if field in _CODED else value
