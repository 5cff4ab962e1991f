"""`tracker doctor`: whether everything is in order, and what to do where it is not."""

from __future__ import annotations

from typing import Final

import click

from tracker.cli.session import refuse_stray, settings_of
from tracker.cli.words import Words, speech_of

WORDS: Final[Words] = {
    "level.ok": ("正常", "ok"),
    "level.warn": ("注意", "warn"),
    "level.fail": ("故障", "FAIL"),
    "area.settings": ("设置", "settings"),
    "area.database": ("数据库", "database"),
    "area.archive": ("存档", "archive"),
    "area.history": ("变更记录", "history"),
    "area.daemon": ("常驻程序", "daemon"),
    "area.mail": ("邮件", "mail"),
    "area.robots": ("群机器人", "robots"),
    "area.calendar": ("工作日历", "calendar"),
    "area.contacts": ("联系人", "contacts"),
    "area.disk": ("磁盘", "disk"),
    "area.backup": ("备份", "backup"),
    "area.clock": ("时钟", "clock"),
    "line": ("{level} {area}：{text}", "{level} {area}: {text}"),
    "sum": (
        "共 {n} 项：正常 {ok}，注意 {warn}，故障 {fail}",
        "{n} findings: {ok} ok, {warn} to see to, {fail} failed",
    ),
    "settings.file": ("读自 {file}", "read from {file}"),
    "settings.none": ("没有 config.toml，使用默认设置", "no config.toml: defaults are used"),
    "settings.office.name": (
        "没有写办公室名称，消息无署名；请设 office.name",
        "the office has no name to sign with; set office.name",
    ),
    "settings.office.email": (
        "没有写办公室邮箱，无邮箱单位的提醒无人代收；请设 office.email",
        "the office has no address to stand in for units without one; set office.email",
    ),
    "calendar.known": ("节假日安排已知至 {year} 年", "holidays are known up to {year}"),
    "calendar.years": (
        "{years} 年的节假日安排未知；请升级：pip install -U chinesecalendar，或按国务院办公厅通知写入 {file}",
        "the holidays of {years} are unknown; pip install -U chinesecalendar, or write the State "
        "Council's notice to {file}",
    ),
    "disk.room": ("剩余 {free} MB", "{free} MB free"),
    "disk.little": (
        "{folder} 所在磁盘只剩 {free} MB；请清理或移走旧备份",
        "only {free} MB are free where {folder} is; free some, or move old backups away",
    ),
    "database.none": (
        "还没有台账；首次使用时自动建立",
        "there is no ledger yet; the first command makes it",
    ),
    "database.newer": (
        "数据库版本 {found} 高于本程序的 {head}；请升级程序：pip install -U commitment-tracker",
        "schema {found} is newer than this program's {head}; pip install -U commitment-tracker",
    ),
    "database.older": (
        "数据库版本 {found} 低于本程序的 {head}；请先备份，再运行 tracker migrate",
        "schema {found} is older than this program's {head}; back it up, then: tracker migrate",
    ),
    "database.refuses": ("打不开：{reason}", "cannot be used: {reason}"),
    "database.read_only": (
        "服务器是只读副本；请检查 database_url",
        "the server is a read-only replica; check database_url",
    ),
    "database.server": ("服务器可用，版本 {schema}", "the server answers, schema {schema}"),
    "database.damaged": (
        "数据库已损坏：{reason}；请停用，从备份恢复：tracker restore",
        "damaged: {reason}; stop using it and restore a backup: tracker restore",
    ),
    "database.dangling": (
        "有记录指向不存在的记录，可能被手工改动；见 tracker audit verify",
        "rows refer to rows that are not there; changed by hand? tracker audit verify",
    ),
    "database.no_wal": (
        "没有使用 WAL，读写会互相等待；请把数据放在本机磁盘",
        "no WAL: readers wait for writers; keep the data folder on a local disk",
    ),
    "database.whole": ("完好，可写，版本 {schema}", "whole and writable, schema {schema}"),
    "archive.whole": ("台账引用的文件都在", "every file that the ledger names is there"),
    "archive.missing": (
        "台账引用的 {n} 个文件不见了，如 {name}；请从备份恢复存档文件夹",
        "{n} files that the ledger names are missing, such as {name}; restore the archive folder",
    ),
    "history.whole": ("{n} 条环环相扣，与台账一致", "{n} entries hold together, the ledger agrees"),
    "history.broken": (
        "自第 {link} 环起不可信；见 tracker audit verify",
        "broken at link {link}; see: tracker audit verify",
    ),
    "history.differs": (
        "台账有 {n} 处与变更记录不符；见 tracker audit verify",
        "the ledger differs from its history in {n} places; see: tracker audit verify",
    ),
    "daemon.alive": ("运行中，最近一次报到 {at}", "running, last seen {at}"),
    "daemon.swept": ("最近一次巡查 {at}", "last sweep {at}"),
    "daemon.gone": (
        "{at} 以后没有动静，提醒不会发出；请重新启动 tracker run",
        "not seen since {at}, so that nothing is sent; start tracker run again",
    ),
    "daemon.ended": (
        "已于 {at} 停止；请启动 tracker run，或定时运行 tracker sweep",
        "stopped at {at}; start tracker run, or run tracker sweep by cron",
    ),
    "daemon.never": (
        "没有运行过，提醒不会自动发出；请启动 tracker run，或定时运行 tracker sweep",
        "never ran, so that nothing is sent by itself; start tracker run, or tracker sweep by cron",
    ),
    "contacts.known": ("在办单位都有邮箱", "every unit that owes something has an address"),
    "contacts.none": (
        "{n} 个在办单位没有邮箱：{names}；请补登：tracker units import",
        "{n} units that owe something have no address: {names}; tracker units import",
    ),
    "contacts.refused": (
        "{n} 个在办单位的邮箱拒收：{names}；请更正：tracker units import",
        "the addresses of {n} units that owe something refuse mail: {names}; tracker units import",
    ),
    "contacts.deputies": (
        "{n} 位提过建议的代表没有邮箱，收不到任何消息：{names}；请补登：tracker deputies import",
        "{n} deputies who filed something have no address and hear nothing: {names}; "
        "tracker deputies import",
    ),
    "clock.right": ("没有来自将来的记录", "no entry comes from the future"),
    "clock.ahead": (
        "有 {at} 的记录，本机或另一台机器的时钟不对；请校时",
        "there are entries of {at}: the clock of this or another machine is wrong; set it",
    ),
    "backup.fresh": ("{days} 天前：{file}", "{days} days old: {file}"),
    "backup.old": (
        "最近的备份已有 {days} 天：{file}；请运行 tracker backup 文件，并检查常驻程序",
        "the newest is {days} days old: {file}; run tracker backup FILE, and see to the daemon",
    ),
    "backup.none": (
        "还没有备份；请运行 tracker backup 文件",
        "there is none yet; run tracker backup FILE",
    ),
    "backup.off": (
        "没有设每日备份；请设 backup.folder",
        "no daily backup is wanted; set backup.folder",
    ),
    "backup.server": (
        "PostgreSQL 请用 pg_dump 备份，并备份 {folder}；此处不检查",
        "PostgreSQL is backed up by pg_dump, with {folder}; not checked here",
    ),
    "mail.files": (
        "没有设邮件服务器，消息写入 {folder}；请设 mail.host",
        "no server is set: messages are written to {folder}; set mail.host",
    ),
    "mail.refused": (
        "连不上或登录被拒：{reason}；请检查 [mail] 和 TRACKER_MAIL_USER、TRACKER_MAIL_PASSWORD",
        "no connection or login: {reason}; check [mail], TRACKER_MAIL_USER and _PASSWORD",
    ),
    "mail.login": ("已登录 {place}，未发送任何邮件", "logged in at {place}; nothing was sent"),
    "mail.open": (
        "已连上 {place}（不登录），未发送任何邮件",
        "connected to {place} without login; nothing was sent",
    ),
    "robots.set": ("{name} 已有地址，未发送任何消息", "{name} has an address; nothing was sent"),
    "robots.no_address": (
        "{name} 没有地址；请设环境变量 TRACKER_ROBOT_…_URL",
        "{name} has no address; set TRACKER_ROBOT_…_URL",
    ),
}


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="格式 · Format."
)
@click.pass_context
def command(ctx: click.Context, form: str) -> None:
    """体检：设置、数据库、变更记录、邮件登录、日历、联系人、磁盘、备份、时钟；有故障时退出码为 1。

    Check everything and say what to do; nothing is changed or sent. Exit status 1 on a failure.
    """
    import json
    from collections import Counter

    from tracker import clock
    from tracker.doctor import examine
    from tracker.reports.clean import one_line

    say = speech_of(ctx, WORDS)
    refuse_stray(ctx)
    counts: Counter[str] = Counter()
    listed = []
    for finding in examine(settings_of(ctx), clock.now()):
        counts[finding.level] += 1
        sentence = say(finding.key, **finding.values)
        if form == "json":
            listed.append(
                {
                    "area": finding.area,
                    "level": finding.level,
                    "key": finding.key,
                    "values": finding.values,
                    "text": sentence,
                }
            )
            continue
        line = say(
            "line",
            level=say(f"level.{finding.level}"),
            area=say(f"area.{finding.area}"),
            text=sentence,
        )
        click.echo(one_line(line))
    if form == "json":
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
    else:
        numbers = {level: counts[level] for level in ("ok", "warn", "fail")}
        click.echo(say("sum", n=counts.total(), **numbers))
    if counts["fail"]:
        ctx.exit(1)
