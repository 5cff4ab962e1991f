"""`tracker suggestions`: the list of suggestions, who is to answer them, which have no reply."""

from __future__ import annotations

import datetime as dt
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import click

from tracker.cli import faults
from tracker.cli.formats import Form, format_option, print_records, text_of
from tracker.cli.session import Day, complain, console_of, settings_of, store_of, today_of, who
from tracker.cli.tableimport import import_list, import_options
from tracker.cli.words import Words, speech_of

if TYPE_CHECKING:
    from tracker.letters.model import Body

WORDS: Final[Words] = {
    "none": (
        "没有建议提案：tracker suggestions import FILE.xlsx，或 tracker import 答复件",
        "no suggestions: tracker suggestions import FILE.xlsx, or tracker import LETTER",
    ),
    "none_waiting": ("清单中的建议提案都已有答复", "every suggestion of the lists has its reply"),
    "merged": ("{old} 已并入 {new}", "{old} is part of {new} now"),
    "differ": (
        "{field}不同：{old} 是 {one}，{new} 是 {other}",
        "another {field}: {one} of {old}, {other} of {new}",
    ),
    "ask": (
        "仍要并为一件吗？{old} 将不再单列",
        "Make them one all the same? {old} is gone then",
    ),
    "declined": ("没有合并", "nothing was merged"),
    "unsure": (
        "{old} 和 {new} 不像同一件，没有合并；确是同一件的请加 --yes",
        "{old} and {new} are hardly one suggestion, nothing was merged; if they are, add --yes",
    ),
    "back": (
        "并错了的：重新导入 {old} 所在的清单，{old} 会重新单列",
        "if that was wrong: import the list that names {old} again, and it stands on its own again",
    ),
    "column.code": ("编号", "code"),
    "column.body": ("类别", "kind"),
    "column.session": ("届次", "session"),
    "column.number": ("建议号", "number"),
    "column.title": ("标题", "title"),
    "column.deputies": ("代表委员", "deputies"),
    "column.lead": ("主办单位", "lead"),
    "column.assisting": ("协办单位", "assisting"),
    "column.category": ("分类", "category"),
    "column.reply_due": ("答复时限", "reply due"),
    "column.days_left": ("剩余天数", "days left"),
    "column.answered": ("是否答复", "answered"),
    "answered.True": ("已答复", "yes"),
    "answered.False": ("未答复", "no"),
    "total": ("共 {n} 件", "{n} in all"),
}


@click.group()
def command() -> None:
    """建议提案清单 · Suggestions handed to the units that are to answer."""


@command.command("import")
@import_options
@click.option(
    "--body",
    type=click.Choice(["npc", "cppcc"]),
    help="清单未写明时：人大建议或政协提案 · Where the list does not say.",
)
@click.option(
    "--session", default="", help="清单未写明时的届次 · Session where the list does not say."
)
@click.option(
    "--region", default="", help="清单所属地方，如 青禾县 · The place that the list is from."
)
@click.option(
    "--year",
    type=click.IntRange(1990, 2099),
    help="“5月底前”所指的年份 · The year that days without one are in.",
)
@click.pass_context
def import_(
    ctx: click.Context,
    file: Path,
    yes: bool,
    everything: bool,
    sheet: str,
    body: str | None,
    session: str,
    region: str,
    year: int | None,
) -> None:
    """导入交办清单（.xlsx 或 .csv）：编号、标题、届次、提出人、主办协办单位、答复时限、类别；先预览，确认后写入。

    Import a list of suggestions: what changes is shown first. Empty cells leave what is known.
    """
    from tracker import clock
    from tracker.cli.session import shown
    from tracker.intake.officetables import Given, read_suggestions
    from tracker.store.assigned import import_suggestions

    given = Given(cast("Body | None", body), session.strip(), region.strip(), year or 0)
    enter = partial(import_suggestions, source=shown(file.name), who=who(), now=clock.now())
    read = partial(read_suggestions, given=given, sheet=sheet)
    import_list(ctx, file, read, enter, yes=yes, everything=everything)


@command.command("merge")
@click.argument("code")
@click.argument("into")
@click.option("--yes", is_flag=True, help="不再询问 · Take it without asking.")
@click.pass_context
def merge(ctx: click.Context, code: str, into: str, yes: bool) -> None:
    """两件其实是同一件时，把没有答复的 CODE 并入 INTO；题目、单位等不同的先询问。

    Make CODE, which has no reply, part of INTO: they were one suggestion. Where their titles, units
    or days differ, you are asked first.
    """
    from tracker import clock
    from tracker.store.assigned import contradictions, merge_suggestions

    say = speech_of(ctx, {**faults.WORDS, **WORDS})
    names = {"old": code.strip(), "new": into.strip()}
    store = store_of(ctx)
    with store.read() as session:
        differing = contradictions(session, code, into)
    for item in differing:
        values = {"one": item.old or "—", "other": item.new or "—"}
        click.echo(say("differ", field=say(f"field.{item.field}"), **values, **names))
    if differing and not yes:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            complain(say("unsure", **names))
            ctx.exit(2)
        if not click.confirm(say("ask", **names), default=False):
            click.echo(say("declined"))
            return
    with store.write() as session:
        kept = merge_suggestions(session, code, into, who=who(), now=clock.now())
    click.echo(say("merged", old=names["old"], new=kept.code))
    if differing:
        click.echo(say("back", **names))


@command.command("list")
@click.option("--unanswered", is_flag=True, help="只列没有答复的 · Only those without a reply.")
@click.option("--unit", help="主办或协办单位 · A unit that is to answer, by name or a part of it.")
@click.option("--as-of", type=Day(), help="截至哪一天 · The day to look from; default today.")
@format_option
@click.pass_context
def list_(
    ctx: click.Context,
    unanswered: bool,
    unit: str | None,
    as_of: dt.date | None,
    form: Form,
) -> None:
    """列出建议提案，逾期未答复的在前。

    List the suggestions: those past their due day first, then by the day, answered ones last.
    """
    from tracker.reports.terminal import suggestions_table
    from tracker.reports.waiting import assigned, assigned_json
    from tracker.reports.words import Wording

    say = speech_of(ctx, WORDS)
    settings, today = settings_of(ctx), today_of(ctx, as_of)
    with store_of(ctx).read() as session:
        rows = assigned(session, settings, today, unit=unit)
    listed = [row for row in rows if row.waiting] if unanswered else list(rows)
    if form != "table":
        keys = (
            "code", "body", "session", "number", "title", "deputies", "lead", "assisting",
            "category", "reply_due", "days_left", "answered",
        )  # fmt: skip
        headings = {key: say(f"column.{key}") for key in keys}
        records = [assigned_json(row) for row in listed]

        def words(key: str, value: Any) -> str:
            if key in ("body", "answered"):
                return say(f"{key}.{value}")
            return text_of(value)

        print_records(form, "suggestions", records, headings, words, as_of=today.isoformat())
    elif not listed:
        click.echo(say("none_waiting") if rows else say("none"))
    else:
        console_of(ctx).print(suggestions_table(listed, Wording.of(settings)))
        click.echo(say("total", n=len(listed)))
