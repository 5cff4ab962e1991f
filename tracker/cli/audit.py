"""`tracker audit`: whether history and ledger are as the program wrote them."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.session import settings_of, store_of
from tracker.cli.words import Speech, Words, speech_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from tracker.store.chain import Break
    from tracker.store.sayings import Disagreement
    from tracker.store.seals import Tampered

#: So many commitments that disagree with their history are listed.
_LISTED: Final = 20

WORDS: Final[Words] = {
    "head": ("第 {link} 环 {hash}", "link {link} {hash}"),
    "note": (
        "请将此行抄存于他处；日后核验：tracker audit verify --link {link} --head {hash}",
        "note this line elsewhere; later: tracker audit verify --link {link} --head {hash}",
    ),
    "none": ("尚无变更记录", "there is no history yet"),
    "whole": (
        "变更记录 {link} 条环环相扣，未见改动；末环 {hash}",
        "{link} entries of the history hold together; head {hash}",
    ),
    "waiting": (
        "升级前的 {n} 条记录尚未入链，下次写入时自动纳入",
        "{n} entries of an older program join the chain with the next write",
    ),
    "noted": ("与所抄第 {link} 环相符", "link {link} is the one that was noted"),
    "agrees": ("台账与变更记录一致", "the ledger says what its history says"),
    "broken": (
        "变更记录自第 {link} 环起不可信：{what}",
        "the history is broken at link {link}: {what}",
    ),
    "changed": ("此条已被改动", "this entry was changed"),
    "missing": (
        "此环已被删除或调换，其后一条为",
        "this link was removed or moved; what comes next is",
    ),
    "added": ("有记录并非由本程序写入", "an entry was not written by this program"),
    "unreadable": ("此处或其后的记录无法读取", "an entry here or after it cannot be read"),
    "cut": ("此环及其后的记录已不见", "this link and what came after it are gone"),
    "end": ("末环登记被改动", "the chain's own head was changed"),
    "other": (
        "与所抄的末环不符，此前有改动",
        "not the link that was noted: something before it changed",
    ),
    "entry": ("  {at}  {who}  {action}  {what}", "  {at}  {who}  {action}  {what}"),
    "differs": (
        "{ref} {field}：台账为“{ledger}”，变更记录为“{history}”{at}",
        "{ref} {field}: the ledger has {ledger}, the history {history}{at}",
    ),
    "at": ("({at})", " ({at})"),
    "more": (
        "共 {n} 处不一致，只列出前 {listed} 处",
        "{n} disagreements; the first {listed} are listed",
    ),
    "files": ("存档文件 {n} 个与存档时相同", "{n} archived files are what they were"),
    "file.changed": ("{path}：内容与存档时不同", "{path}: is not what was archived"),
    "file.missing": ("{path}：不见了", "{path}: is gone"),
    "file.unreadable": ("{path}：无法读取", "{path}: cannot be read"),
    "more_files": (
        "共 {n} 个存档文件有问题，只列出前 {listed} 个",
        "{n} archived files are not in order; the first {listed} are listed",
    ),
    "files_advice": (
        "请从备份中取回这些文件",
        "put these files back from a backup",
    ),
    "sealed": (
        "各表逐行与写入时的封印相符",
        "every row of the tables is as it was sealed",
    ),
    "unsealed": (
        "{n} 行尚未封印，下次写入时自动补上",
        "{n} rows are to be sealed with the next write",
    ),
    "row.changed": ("{table} 第 {row} 行：被绕过程序改动", "{table} {row}: changed by hand"),
    "row.added": ("{table} {row}：有 {n} 行并非由本程序写入", "{table} {row}: {n} added by hand"),
    "row.missing": ("{table}：有 {n} 行被绕过程序删除", "{table}: {n} rows deleted by hand"),
    "row.unreadable": (
        "{table}：有的值不是本程序写入的，无法读取",
        "{table}: holds a value that this program never writes",
    ),
    "table.achievements": ("已完成情况", "achievements"),
    "table.attempts": ("投递记录", "attempts"),
    "table.commitment_units": ("责任单位", "owners"),
    "table.commitments": ("承诺事项", "commitments"),
    "table.deputies": ("代表名录", "deputies"),
    "table.letters": ("答复件", "letters"),
    "table.messages": ("发件箱", "messages"),
    "table.notices": ("提醒", "notices"),
    "table.official_letters": ("催办督办函", "official letters"),
    "table.pages": ("网页", "pages"),
    "table.progress_reports": ("进展填报", "reports"),
    "table.ratings": ("落实评价", "ratings"),
    "table.requests": ("申请", "requests"),
    "table.rungs": ("提醒阶梯", "rungs"),
    "table.subscriptions": ("订阅", "subscriptions"),
    "table.suggestion_deputies": ("建议的代表", "deputies of suggestions"),
    "table.suggestion_units": ("建议的承办单位", "units of suggestions"),
    "table.suggestions": ("建议提案", "suggestions"),
    "table.unit_aliases": ("单位简称", "names of units"),
    "table.units": ("单位名录", "units"),
    "table.unreachable": ("静默名单", "silent list"),
    "advice": (
        "请对照备份查明何人何时改动；勿再手工改库",
        "compare with a backup to see who changed what; never edit the database by hand",
    ),
    "empty": ("（无）", "nothing"),
    "field.report": ("填报", "report"),
    "field.request": ("申请", "request"),
    "field.decision": ("批复", "decision"),
    "field.rating": ("落实评价", "rating"),
    "field.evidence": ("佐证", "evidence"),
    "field.quote": ("原文", "quote"),
    "field.renews": ("再次承诺", "renews"),
    "field.look_back_since": ("回头看起始日", "looked back at since"),
    "field.commitment": ("整项", "whole entry"),
    "field.original_deadline": ("原定时限", "original deadline"),
    "field.review": ("审核", "review"),
    "field.outcome": ("办理结果", "outcome"),
    "field.settled_on": ("办结日", "settled on"),
    "field.target": ("目标", "target"),
    "field.deadline": ("时限", "deadline"),
    "field.owner": ("责任单位", "owner"),
    "field.value": ("目标值", "value"),
    "field.unit": ("计量单位", "unit"),
    "field.mode": ("方式", "mode"),
    "field.comparator": ("比较", "comparator"),
    "field.kind": ("类别", "kind"),
    "field.what": ("内容", "what"),
    "field.strength": ("语气", "strength"),
}


@click.group()
def command() -> None:
    """核验变更记录与台账是否被绕过程序改动。

    Whether history and ledger are as the program wrote them.
    """


@command.command()
@click.pass_context
def head(ctx: click.Context) -> None:
    """显示末环校验值，供抄存于他处。

    Print the head of the chain, to be noted where nobody can change it.
    """
    from tracker.store import chain

    say = speech_of(ctx, WORDS)
    with store_of(ctx).read() as session:
        found = chain.head(session)
    if not found.link:
        click.echo(say("none"))
        return
    click.echo(say("head", link=found.link, hash=found.hash))
    click.echo(say("note", link=found.link, hash=found.hash))


@command.command()
@click.option("--head", "noted", metavar="HASH", help="所抄的末环校验值 · The hash noted.")
@click.option("--link", type=click.IntRange(1, 2**63 - 1), help="所抄的环号 · Its number.")
@click.pass_context
def verify(ctx: click.Context, noted: str | None, link: int | None) -> None:
    """核验变更记录、台账各表逐行（邮件正文和程序运行状况除外）和存档文件；有改动时退出码为 1。

    Verify history, ledger and archived files; exit status 1 where something was changed. Every row
    of every table is covered but the texts of mails, claims on messages and the daemons' runs.
    """
    from tracker.errors import SettingsError
    from tracker.store import chain, seals
    from tracker.store.agreement import disagreements
    from tracker.store.archive import named_files

    say = speech_of(ctx, WORDS)
    if (noted is None) != (link is None):
        raise SettingsError("--head and --link go together, as tracker audit head prints them")
    mark = None
    if link is not None and noted is not None:
        mark = chain.Head(link, noted.strip().lower())
        if not re.fullmatch("[0-9a-f]{64}", mark.hash):
            raise SettingsError(
                f"--head {noted!r} is no head; copy the 64 digits as tracker audit head prints them"
            )
    with store_of(ctx).read() as session:
        found = chain.verify(session, mark)
        # A link that is not there may have been cut off; one whose hash stands at another was
        # copied wrongly.
        meant = chain.link_of(session, mark.hash) if mark is not None else None
        if mark is not None and meant is not None and meant <= found.head.link < mark.link:
            raise SettingsError(f"--link {mark.link}: this head is of link {meant}")
        rows = list(seals.verify(session))
        unsealed = seals.waiting(session)
        # The rest asks for rows as the program writes them.
        readable = all(row.kind != "unreadable" for row in rows)
        wrong = disagreements(session) if readable else iter(())
        listed = list(islice(wrong, _LISTED))
        more = sum(1 for _ in wrong)
        names = named_files(session)
    if found.broken is not None:
        _tell_break(ctx, found.broken, say)
    elif found.head.link:
        click.echo(say("whole", link=found.head.link, hash=found.head.hash))
    else:
        click.echo(say("none"))
    if found.waiting:
        click.echo(say("waiting", n=found.waiting))
    if mark is not None and found.broken is None:
        click.echo(say("noted", link=mark.link))
    for item in listed:
        _tell_difference(ctx, item, say)
    if more:
        click.echo(say("more", n=len(listed) + more, listed=len(listed)), err=True)
    if not listed and readable:
        click.echo(say("agrees"))
    for row in rows[:_LISTED]:
        _tell_row(row, say)
    if len(rows) > _LISTED:
        click.echo(say("more", n=len(rows), listed=_LISTED), err=True)
    if not rows:
        click.echo(say("sealed"))
    if unsealed:
        click.echo(say("unsealed", n=unsealed))
    if found.broken is not None or listed or rows:
        click.echo(say("advice"), err=True)
    whole = _tell_files(ctx, names, say)
    if found.broken is not None or listed or rows or not whole:
        ctx.exit(1)


def _tell_files(ctx: click.Context, names: Sequence[str], say: Speech) -> bool:
    """Read again every archived file that the ledger names; whether all are what they were."""
    from tracker.reports.clean import one_line
    from tracker.store import archive

    folder = settings_of(ctx).archive_dir
    wrong = 0
    for name in names:
        state = archive.state(folder, name)
        if state == "whole":
            continue
        wrong += 1
        if wrong <= _LISTED:
            path = folder / name[:2] / f"{name}.bin"
            click.echo(one_line(say(f"file.{state}", path=path)), err=True)
    if wrong > _LISTED:
        click.echo(say("more_files", n=wrong, listed=_LISTED), err=True)
    if wrong:
        click.echo(say("files_advice"), err=True)
    elif names:
        click.echo(say("files", n=len(names)))
    return not wrong


def _tell_break(ctx: click.Context, broken: Break, say: Speech) -> None:
    from tracker.reports.clean import one_line

    kind = "end" if broken.kind == "head" else broken.kind
    click.echo(say("broken", link=broken.link, what=say(kind)), err=True)
    if broken.at is None:
        return
    old, new = (value if value is not None else say("empty") for value in (broken.old, broken.new))
    what = f"{broken.field}: {old} → {new}" if broken.field else broken.new or ""
    at, action = _moment(ctx, broken.at), broken.action or ""
    line = say("entry", at=at, who=broken.who or "", action=action, what=what)
    click.echo("  " + one_line(line), err=True)


def _tell_difference(ctx: click.Context, item: Disagreement, say: Speech) -> None:
    from tracker.reports.clean import one_line

    line = say(
        "differs",
        ref=item.ref,
        field=say(f"field.{item.field}"),
        ledger=item.ledger if item.ledger is not None else say("empty"),
        history=item.history if item.history is not None else say("empty"),
        at=say("at", at=_moment(ctx, item.at)) if item.at else "",
    )
    click.echo(one_line(line), err=True)


def _tell_row(row: Tampered, say: Speech) -> None:
    from tracker.reports.clean import one_line

    table = say(f"table.{row.table}")
    click.echo(one_line(say(f"row.{row.kind}", table=table, row=row.row, n=row.rows)), err=True)


def _moment(ctx: click.Context, moment: dt.datetime) -> str:
    from zoneinfo import ZoneInfo

    return f"{moment.astimezone(ZoneInfo(settings_of(ctx).timezone)):%Y-%m-%d %H:%M:%S}"
