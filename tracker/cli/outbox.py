"""`tracker outbox`: what is queued, sent, failed, undeliverable, and trying again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from tracker.cli.formats import Form, format_option, print_records, text_of
from tracker.cli.session import settings_of, store_of, told
from tracker.cli.silent import bounced, revive, silent
from tracker.cli.words import Speech, Words, speech_of

if TYPE_CHECKING:
    import datetime as dt

    from tracker.store.tables import MessageRow

#: What a database can hold.
_ID: Final = click.IntRange(1, 2**63 - 1)
#: In the order in which a list shows them.
STATES: Final = (
    "queued", "unknown", "claimed", "sending", "undeliverable", "failed", "sent", "cancelled",
)  # fmt: skip
#: As they are counted: of what counts as sent, what only lies in a file is told apart.
_COUNTED: Final = (*STATES, "written")

WORDS: Final[Words] = {
    "state.queued": ("待发", "queued"),
    "state.unknown": ("送达不明，将再发一次", "may have arrived, to be sent once more"),
    "state.claimed": ("即将发送", "about to be sent"),
    "state.sending": ("发送中", "sending"),
    "state.sent": ("已发", "sent"),
    "state.written": ("已写成文件，未寄出", "written to a file, not mailed"),
    "state.failed": ("失败", "failed"),
    "state.cancelled": ("已取消", "cancelled"),
    "state.undeliverable": ("无地址", "no address"),
    "kind.digest": ("提醒", "notices"),
    "kind.report": ("周报", "report"),
    "stand_in": ("代收", "for forwarding"),
    "empty": ("发件箱是空的", "the outbox is empty"),
    "none": ("没有这样的消息", "no such messages"),
    "column.id": ("编号", "number"),
    "column.day": ("日期", "day"),
    "column.state": ("状态", "state"),
    "column.kind": ("类别", "kind"),
    "column.name": ("收件人", "recipient"),
    "column.address": ("地址", "address"),
    "column.subject": ("主题", "subject"),
    "column.refs": ("承诺编号", "commitments"),
    "column.not_before": ("最早发送", "not before"),
    "column.sent_at": ("发送时间", "sent"),
    "column.tries": ("次数", "tries"),
    "column.error": ("原因", "error"),
    "counts": ("共 {n} 封：{parts}", "{n} messages: {parts}"),
    "retried": (
        "{n} 封消息重新排队，下次巡查时发送；收件人今天已收过信的，顺延到下一个工作日",
        "{n} messages queued again for the next sweep; "
        "who had a message today gets his on the next working day",
    ),
    "dead": (
        "失败的 {n} 封不再自动重试：查明原因后 tracker outbox retry",
        "the {n} that failed are not tried again by themselves: "
        "once the reason is mended, tracker outbox retry",
    ),
    "nothing_failed": ("没有失败的消息", "no message has failed"),
    "cancelled": ("消息 {id} 已取消", "message {id} is cancelled"),
    "to": ("收件人", "to"),
    "no_address": ("无邮箱", "no address"),
    "subject": ("主题", "subject"),
    "not_before": ("最早发送", "not before"),
    "sent_at": ("发送时间", "sent"),
    "written_at": ("写成文件时间", "written"),
    "error": ("原因", "error"),
    "notices": ("提醒", "notices"),
    "attempts": ("投递记录", "attempts"),
    "result.sent": ("送达服务器", "handed over"),
    "result.written": ("写成文件", "written to a file"),
    "result.barred": ("邮件服务器不可用", "no way to the mail server"),
    "result.temporary": ("暂时失败", "failed for now"),
    "result.permanent": ("永久失败", "failed for good"),
    "result.refused": ("收件人被拒收", "the recipient was refused"),
    "result.in doubt": ("中断，是否送达不明", "broken off, may have arrived"),
    "result.interrupted": ("中断，是否送达不明", "interrupted, may have arrived"),
    "result.revived": ("人工重试", "queued again by hand"),
    "result.cancelled": ("取消", "cancelled"),
}


class _State(click.Choice[str]):
    """A state, as the program or as the list calls it: sent, 已发."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        called = {WORDS[f"state.{state}"][0]: state for state in STATES}
        return super().convert(called.get(value.strip(), value), param, ctx)


@click.group(invoke_without_command=True)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=_State(STATES),
    help="只列这些状态 · Only these states.",
)
@click.option(
    "--limit",
    default=50,
    type=click.IntRange(1, 2**31 - 1),
    show_default=True,
    help="最多列出 · At most so many.",
)
@format_option
@click.pass_context
def command(ctx: click.Context, states: tuple[str, ...], limit: int, form: Form) -> None:
    """发件箱：待发、已发、失败、无地址的消息。

    List the messages of the outbox, newest first.
    """
    if ctx.invoked_subcommand is not None:
        return
    from tracker.store import outbox, tries

    say = speech_of(ctx, WORDS)
    with store_of(ctx).read() as session:
        rows = outbox.listing(session, states, limit)
        counts, written = outbox.tally(session), tries.count_written(session)
    if form != "table":
        zone = ZoneInfo(settings_of(ctx).timezone)
        records = [_record(row, zone) for row in rows]

        def words(key: str, value: Any) -> str:
            return say(f"{key}.{value}") if key in ("state", "kind") else text_of(value)

        print_records(
            form, "messages", records, {key: say(f"column.{key}") for key in _RECORD}, words
        )
        return
    if not rows:
        click.echo(say("none" if counts else "empty"))
        return
    for row in rows:
        _show_line(row, say)
    if written:
        counts["written"], counts["sent"] = written, counts["sent"] - written
    parts = [f"{say(f'state.{state}')} {counts[state]}" for state in _COUNTED if counts[state]]
    click.echo(say("counts", n=counts.total(), parts=" · ".join(parts)))
    if counts["failed"]:
        click.echo(say("dead", n=counts["failed"]))


@command.command()
@click.argument("message_id", metavar="[ID]", type=_ID, required=False)
@click.pass_context
def retry(ctx: click.Context, message_id: int | None) -> None:
    """重新投递失败的消息；不写编号则全部重试。

    Queue a failed message again, or all of them.
    """
    from tracker import clock
    from tracker.store import outbox

    say = speech_of(ctx, WORDS)
    with store_of(ctx).write() as session:
        rows = outbox.retry(session, message_id, clock.now())
    click.echo(say("retried", n=len(rows)) if rows else say("nothing_failed"))


@command.command()
@click.argument("message_id", metavar="ID", type=_ID)
@click.pass_context
def cancel(ctx: click.Context, message_id: int) -> None:
    """取消一封尚未发出的消息，其中的提醒不再发送。

    Cancel a message that has not gone out; its notices are not sent again.
    """
    from tracker import clock
    from tracker.cli.session import who
    from tracker.store import outbox

    with store_of(ctx).write() as session:
        outbox.cancel_by_hand(session, message_id, clock.now(), who())
    click.echo(speech_of(ctx, WORDS)("cancelled", id=message_id))


@command.command()
@click.argument("message_id", metavar="ID", type=_ID)
@click.pass_context
def show(ctx: click.Context, message_id: int) -> None:
    """查看一封消息：收件人、提醒、投递记录、正文。

    Show one message with its notices, attempts and text.
    """
    from tracker.notices.reasons import step_name
    from tracker.reports import phrases
    from tracker.reports.clean import one_line
    from tracker.reports.words import Wording
    from tracker.store import outbox, tries

    say, settings = speech_of(ctx, WORDS), settings_of(ctx)
    zone, words = ZoneInfo(settings.timezone), Wording(say.language)
    with store_of(ctx).read() as session:
        row = outbox.message(session, message_id)
        rungs = [
            phrases.rung(
                one.rung, words, step_name(one.rung, one.commitment, one.recipient, settings)
            )
            for one in row.notices
        ]
    _show_line(row, say)
    for key, value in (
        ("to", f"{row.recipient_name} <{row.address or say('no_address')}>"),
        (
            "not_before",
            _moment(row.not_before, zone) if row.state in ("queued", "unknown") else None,
        ),
        (
            "written_at" if tries.only_written(row) else "sent_at",
            _moment(row.sent_at, zone) if row.sent_at else None,
        ),
    ):
        if value:
            click.echo(one_line(f"{say(key)}: {value}"))
    if row.notices:
        click.echo(f"{say('notices')}:")
    for notice, rung in zip(row.notices, rungs, strict=True):
        mark = f"  ({phrases.withdrawn(notice.withdrawn, words)})" if notice.withdrawn else ""
        parts = notice.commitment.ref, rung, str(notice.deadline)
        click.echo("  " + "  ".join(map(one_line, parts)) + mark)
    if row.attempts:
        click.echo(f"{say('attempts')}:")
    for attempt in row.attempts:
        said = say(f"result.{attempt.result}")
        click.echo(
            "  "
            + one_line(
                f"{_moment(attempt.at, zone)} {said} {told(attempt.detail or '', say.language)}"
            )
        )
    if row.words is not None and row.words.body:
        click.echo()
        for line in row.words.body.splitlines():
            indent = len(line) - len(line.lstrip(" "))
            click.echo(" " * indent + one_line(line))


for extra in (silent, revive, bounced):
    command.add_command(extra)


_RECORD: Final = (
    "id", "day", "state", "kind", "name", "address", "subject", "refs", "not_before", "sent_at",
    "tries", "error",
)  # fmt: skip


def _record(row: MessageRow, zone: ZoneInfo) -> dict[str, Any]:
    """A message by the codes of the program."""
    from tracker.store import tries

    waits = row.state in ("queued", "unknown")
    moments = {"not_before": row.not_before if waits else None, "sent_at": row.sent_at}
    return {
        "id": row.id,
        "day": row.day.isoformat(),
        "state": "written" if tries.only_written(row) else row.state,
        "kind": row.kind,
        "name": row.recipient_name,
        "address": row.address,
        "stand_in": row.stand_in,
        "subject": row.subject,
        "refs": [notice.commitment.ref for notice in row.notices],
        "tries": row.tries,
        "error": row.error,
        **{
            key: at.astimezone(zone).isoformat(timespec="seconds") if at else None
            for key, at in moments.items()
        },
    }


def _show_line(row: MessageRow, say: Speech) -> None:
    from tracker.reports.clean import one_line
    from tracker.store import tries

    name = row.recipient_name + (f" ({say('stand_in')})" if row.stand_in else "")
    what = row.subject or f"{say(f'kind.{row.kind}')} × {len(row.notices)}"
    state = "written" if tries.only_written(row) else row.state
    click.echo(one_line(f"{row.id} {say(f'state.{state}')} {row.day} {name} {what}"))
    if row.error and row.state != "sent":
        click.echo("    " + one_line(f"{say('error')}: {told(row.error, say.language)}"))


def _moment(moment: dt.datetime, zone: dt.tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
