"""`tracker sweep`: decide what is owed today and deliver it; with --dry-run only say so."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.session import Day, settings_of, store_of, today_of, told
from tracker.cli.words import Speech, Words, speech_of

if TYPE_CHECKING:
    from tracker.followup.owing import Planned
    from tracker.followup.rounds import Plan
    from tracker.jobs import Swept
    from tracker.settings import Settings
    from tracker.store.tables import MessageRow

WORDS: Final[Words] = {
    "done": (
        "{day} 巡查：新增提醒 {notices} 条，新建消息 {messages} 封；送出 {sent} 封",
        "{day}: {notices} new notices, {messages} new messages; {sent} sent",
    ),
    "done.files": (
        "{day} 巡查：新增提醒 {notices} 条，新建消息 {messages} 封；写成文件 {sent} 封，尚未寄出",
        "{day}: {notices} new notices, {messages} new messages; {sent} written to files, not mailed",
    ),
    "to_files": ("未设邮件服务器，消息写入 {folder}", "no mail server is set; written to {folder}"),
    "held": (
        "{n} 条提醒的收件人今天已收过信，顺延到下一个工作日",
        "{n} notices wait for the next working day: their recipients had their message of today",
    ),
    "cancelled": (
        "{n} 封消息已无需发送（已销号、已填报或已改期）",
        "{n} messages were cancelled: settled, reported or rescheduled meanwhile",
    ),
    "recovered": (
        "{n} 封上次中断的消息重新投递",
        "{n} messages left in flight were taken up again",
    ),
    "undeliverable": (
        "{n} 封消息的收件人已没有邮箱，留待补登",
        "{n} messages wait: their recipients have no address any more",
    ),
    "future": (
        "{day} 还没有到：以将来的一天发信，会使真正的提醒不再发出；请加 --dry-run",
        "{day} is yet to come; what is sent from there silences the real notices: use --dry-run",
    ),
    "past": (
        "{day} 已过：这时发信，收件人读到的是那一天的情况；试看请加 --dry-run，今天的提醒请运行 tracker sweep",
        "{day} is past: people would read today how things stood then; to look, use --dry-run; for "
        "what is owed today: tracker sweep",
    ),
    "day_off": ("{day} 不是工作日，不作提醒", "{day} is a day off; nothing is owed or sent"),
    "unreachable": (
        "{name}没有邮箱，办公室也没有；请补登：tracker units import，或设 office.email",
        "no address for {name}, nor for the office; enter one: tracker units import, office.email",
    ),
    "robot": (
        "机器人{name}收不到消息（见 tracker outbox silent）；请在 config.toml 改正 [[robots]]，"
        "再运行 tracker outbox revive {name}",
        "the robot {name} cannot be reached (see: tracker outbox silent); mend [[robots]] in "
        "config.toml, then: tracker outbox revive {name}",
    ),
    "failed": (
        "消息 {id}（{name}）发送失败：{error}；改正后运行 tracker outbox retry {id}",
        "message {id} ({name}) failed: {error}; when mended: tracker outbox retry {id}",
    ),
    "again": (
        "消息 {id}（{name}）暂未送出，稍后自动重试：{error}",
        "message {id} ({name}) is not sent yet and will be tried again: {error}",
    ),
    "dry": ("{day} 试运行，不写入、不发送", "{day}, dry run: nothing is written or sent"),
    "nothing": ("没有应发的提醒", "no notice is owed"),
    "would": ("{name} <{address}> {subject}", "{name} <{address}> {subject}"),
    "no_address": ("无邮箱", "no address"),
    "stand_in": ("代收", "for forwarding"),
    "waiting": (
        "待发：消息 {id}，{name}，{n} 条提醒",
        "waiting already: message {id}, {name}, {n} notices",
    ),
    "part": (
        "待发消息共 {all} 封，只列出最新的 {n} 封；全部见 tracker outbox --limit {all}",
        "{all} messages wait; the newest {n} are listed; all: tracker outbox --limit {all}",
    ),
}

#: How many waiting messages a dry run lists.
_LISTED: Final = 200


@click.command()
@click.option("--as-of", type=Day(), help="以这一天为今天 · Take this day for today.")
@click.option("--dry-run", is_flag=True, help="只显示，不写入、不发送 · Show, write nothing.")
@click.pass_context
def command(ctx: click.Context, as_of: dt.date | None, dry_run: bool) -> None:
    """巡查一轮：判定今天应发的提醒并送出。

    Decide which notices are owed and deliver them. Running it again the same day sends nothing
    twice; a missed day is caught up in one message.
    """
    from tracker import clock
    from tracker.cli.years import warn_years
    from tracker.errors import SettingsError
    from tracker.followup.ladder import reach
    from tracker.followup.workdays import wanted_until

    settings, today, say = settings_of(ctx), today_of(ctx, as_of), speech_of(ctx, WORDS)
    real = clock.today(settings.timezone)
    if not dry_run and today > real:
        raise SettingsError(say("future", day=today))
    store = store_of(ctx)
    # Into files a past day may be tried; people would read of that day as if it were today.
    if not dry_run and today < real and (settings.mail.host or settings.robots):
        raise SettingsError(say("past", day=today))
    # Last, so that what is refused is told in one line.
    warn_years(ctx, settings, today, max(reach(today, settings.ladder), wanted_until(today)))
    if dry_run:
        _preview(ctx, today, say)
        return

    from tracker.jobs import recorded, sweep
    from tracker.jobs import told as in_a_line

    with recorded(store, "sweep", clock.now) as note:
        done = sweep(store, settings, today, clock.now)
        note.said = in_a_line(done)
    _tell(done, settings, today, say)
    if done.delivered.failures:
        ctx.exit(2)


def _tell(done: Swept, settings: Settings, today: dt.date, say: Speech) -> None:
    from tracker.followup.workdays import workdays_of
    from tracker.reports.clean import one_line

    decided, delivered = done.decided, done.delivered
    if not workdays_of(settings)(today):
        click.echo(say("day_off", day=today))
    else:
        click.echo(
            say(
                "done" if settings.mail.host else "done.files",
                day=today,
                notices=decided.notices,
                messages=decided.messages,
                sent=delivered.sent,
            )
        )
    if delivered.sent and not settings.mail.host:
        click.echo(say("to_files", folder=settings.outbox_dir))
    counts = {
        "held": decided.held,
        "cancelled": delivered.cancelled,
        "undeliverable": delivered.undeliverable,
        "recovered": delivered.recovered,
    }
    for key, n in counts.items():
        if n:
            click.echo(say(key, n=n))
    for name in decided.unreachable:
        click.echo(one_line(say("unreachable", name=name)), err=True)
    for name in decided.robots:
        click.echo(one_line(say("robot", name=name)), err=True)
    for failure in delivered.failures:
        key = "again" if failure.again else "failed"
        line = say(key, id=failure.id, name=failure.name, error=told(failure.error, say.language))
        click.echo(one_line(line), err=True)


def _preview(ctx: click.Context, today: dt.date, say: Speech) -> None:
    from tracker.followup.rounds import plan
    from tracker.followup.workdays import workdays_of
    from tracker.store import outbox

    settings = settings_of(ctx)
    with store_of(ctx).read() as session:
        planned = plan(session, today, settings)
        waiting = outbox.listing(session, outbox.WAITING, _LISTED)
        counts = outbox.tally(session)
    click.echo(say("dry", day=today))
    if not workdays_of(settings)(today):
        click.echo(say("day_off", day=today))
    elif not planned.notices and not waiting:
        click.echo(say("nothing"))
    for row in waiting:
        _show_waiting(row, say)
    every = sum(counts[state] for state in outbox.WAITING)
    if every > len(waiting):
        click.echo(say("part", all=every, n=len(waiting)))
    for recipient, notices in planned.notices.items():
        _show_planned(recipient, notices, planned, settings, today, say)
    held = sum(len(notices) for notices in planned.held.values())
    if held:
        click.echo(say("held", n=held))


def _show_waiting(row: MessageRow, say: Speech) -> None:
    from tracker.reports.clean import one_line

    standing = sum(notice.withdrawn is None for notice in row.notices)
    click.echo(one_line(say("waiting", id=row.id, name=row.recipient_name, n=standing)))


def _show_planned(
    recipient: str,
    notices: list[Planned],
    planned: Plan,
    settings: Settings,
    today: dt.date,
    say: Speech,
) -> None:
    from tracker.followup.recipients import SUPERVISOR
    from tracker.notices.wording import digest_of, subject
    from tracker.reports.clean import one_line

    to = planned.addressees[recipient]
    digest = digest_of(
        [item.commitment for item in notices],
        today,
        settings,
        name=to.name,
        supervisor=recipient == SUPERVISOR,
        stand_in=to.stand_in,
        recipient=recipient,
        rungs={item.commitment.id: [item.key.rung] for item in notices},
    )
    address = to.address or say("no_address")
    if to.stand_in and to.address:
        address += f", {say('stand_in')}"
    about = subject(digest, settings)
    click.echo(one_line(say("would", name=to.name, address=address, subject=about)))
    for group in digest.groups:
        for item in group.items:
            line = f"{item.sign} {item.ref} {item.state} {item.what} [{item.why}]"
            click.echo("  " + one_line(line))
