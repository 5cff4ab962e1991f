"""`tracker check`: a draft before it is signed, sentence by sentence, without a database."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.explain import target_text
from tracker.cli.session import Day, console_of, settings_of, shown, today_of
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import ReadingError

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from tracker.commitments.draft import Draft, Promise
    from tracker.commitments.remarks import Remark

WORDS: Final[Words] = {
    "title": ("草稿检查：{name}", "Draft: {name}"),
    "day.given": ("相对时间从 {day} 起算（--date 指定）", "relative dates count from {day} (--date)"),
    "day.letter": ("相对时间从 {day} 起算（草稿落款日期）", "relative dates count from {day} (date of the draft)"),
    "day.today": (
        "草稿没有日期，相对时间从今天 {day} 起算；可用 --date 指定落款日期",
        "the draft has no date, relative dates count from today, {day}; set it with --date",
    ),
    "unfit": (
        "还不像一份完整的答复件（标题、称呼、“收悉”“答复如下”），补齐后才能导入台账",
        "not yet a whole reply (title, salutation, opening): it could not be imported like this",
    ),
    "tracked": ("会被跟踪的承诺 {n} 项", "Promises that will be tracked: {n}"),
    "tracked.none": ("没有会被跟踪的承诺", "No promise that would be tracked"),
    "untracked": ("像承诺、但不会被跟踪的 {n} 处", "Not tracked, though it sounds like a promise: {n}"),
    "attitude": ("只表明态度：{words}", "attitude only: {words}"),
    "nothing": ("没有可以核对的事项，请写明做什么、做多少", "nothing to be checked: say what is done, and how much"),
    "lapsed": ("时限已过、会被读成旧事的 {n} 处", "Date over, read as past: {n}"),
    "line": ("第 {n} 行", "line {n}"),
    "paragraph": ("第 {n} 段", "par. {n}"),
    "self": ("由本单位负责", "the replying unit"),
    "by": ("责任单位 {names}", "{names}"),
    "nobody": ("责任单位不明", "owner unclear"),
    "no_date": ("无时限", "no date"),
    "unclear": ("时限不明", "date unclear"),
    "good.measurable": ("数量、时限、责任单位齐全", "number, date and owner are there"),
    "good.milestone": ("时限、责任单位明确，可按节点核对", "date and owner are there"),
    "number": ("缺数量：“{words}”没有数字，请写明多少", "no number: how many is “{words}”?"),
    "date": ("缺时限：请写明何时完成，如“年底前”", "no date: say when, “by the end of June 2024”"),
    "date.words": ("缺时限：“{words}”推不出具体日期", "no date: “{words}” names no day"),
    "owner": ("缺责任单位：“{words}”是哪个单位，请写名称", "no owner: which unit is “{words}”?"),
    "doubt.condition": ("附条件：“{words}”，请写明条件预计何时具备", "conditional: “{words}”; say when that is expected"),
    "doubt.inferred": ("时限取自上下文的“{words}”，请核对", "the date is taken from “{words}” elsewhere; check it"),
    "doubt.yearless": ("“{words}”没有写年份，按 {day} 计", "“{words}” names no year and is read as {day}"),
    "doubt.arguable": ("“{words}”有不同理解，按 {day} 计", "“{words}” can be read in two ways and is taken as {day}"),
    "doubt.recurring": ("“{words}”没有写到何时为止，只列事项、不催办", "“{words}” has no end: listed, but never due"),
    "advice": (
        "表态不影响跟踪，可以不改；要跟踪，请写出做什么、做多少、何时完成",
        "attitude may stay; to have it tracked, say what, how much and by when",
    ),
    "past": ("“{words}”早于落款日期 {day}", "“{words}” is before the draft's date, {day}"),
    "past.yearless": (
        "“{words}”没有写年份，按今年已过；如指 {next_year}，请写明年份",
        "“{words}” names no year and is over this year; name the year if {next_year} is meant",
    ),
    "sum": (
        "小结：缺数量 {number} 项，缺时限 {date} 项，缺责任单位 {owner} 项，时限已过 {lapsed} 处，只表态 {attitudes} 处",
        "in all: no number {number}, no date {date}, no owner {owner}, date over {lapsed}, attitude {attitudes}",
    ),
}  # fmt: skip

#: A sign and its colour: what is well, what lacks, what to look at, what is only told.
_GOOD, _LACK, _DOUBT, _PLAIN = ("✓ ", "green"), ("✗ ", "bold red"), ("? ", "yellow"), ("", "dim")
#: Something said under a quote, with its sign and colour.
_Line = tuple[tuple[str, str], str]

_LACKS: Final = ("number", "date", "owner")
_DOUBTS: Final = {
    "condition": "doubt.condition",
    "inferred": "doubt.inferred",
    "yearless": "doubt.yearless",
    "arguable": "doubt.arguable",
    "recurring": "doubt.recurring",
}
#: Attitude is no fault; a plan without anything to check is one.
_REASONS: Final = {"attitude": _DOUBT, "number": _LACK, "nothing": _LACK}
_ORIGINS: Final = {"given": "day.given", "letter": "day.letter", "today": "day.today"}


@click.command()
@click.argument("file", metavar="DRAFT", type=click.Path(path_type=Path))
@click.option(
    "--date", "day", type=Day(), help="落款日期，默认取文中日期，否则今天 · Day of signing."
)
@click.option(
    "--strict", is_flag=True, help="有缺项则退出状态为 1 · Exit status 1 if something lacks."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@click.pass_context
def command(ctx: click.Context, file: Path, day: dt.date | None, strict: bool, form: str) -> None:
    """签发前检查答复草稿（Word、WPS、文本等）：哪些会被跟踪，缺什么，哪些只是表态。

    Tell before a reply is signed which sentences will be tracked, which promise lacks a number,
    a date or an owner, and which wording is only attitude. Exit status 0 whatever is found; with
    --strict 1 where a promise lacks something or a date is over (attitude is no fault).
    """
    from tracker.intake.onebyone import Apart
    from tracker.reports.clean import as_json

    look = partial(_looked, day=day, today=today_of(ctx, None), ocr=settings_of(ctx).reading.ocr)
    try:
        with Apart(look) as apart:
            seen = apart.read(file)
    except ReadingError as error:
        raise ReadingError(f"{shown(file)}: {error}") from error
    draft, unfit, origin, counted_from = seen.draft, seen.unfit, seen.origin, seen.counted_from
    place = "line" if seen.parted_by == "\n" else "paragraph"
    if form == "json":
        more = {"date_from": origin, "line_means": place, "not_a_reply": unfit}
        click.echo(as_json(draft.as_json(str(file)) | more, indent=1))
    else:
        console, say = console_of(ctx), speech_of(ctx, WORDS)
        console.print(say("title", name=file.name), style="bold")
        console.print(say(_ORIGINS[origin], day=counted_from), style="dim")
        if unfit:
            console.print(_DOUBT[0] + say("unfit"), style=_DOUBT[1])
        for part in _view(draft, say, place):
            console.print()
            console.print(part)
    if strict and draft.wanting:
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A draft with its remarks, why it is no reply yet, and where its dates count from."""

    draft: Draft
    unfit: str | None
    origin: str
    counted_from: dt.date
    parted_by: str


def _looked(data: bytes, name: str, *, day: dt.date | None, today: dt.date, ocr: bool) -> _Seen:
    """A draft as it is checked, in a process of its own."""
    from tracker.commitments.draft import check_draft
    from tracker.intake.extracting import source_of
    from tracker.letters.letter import read_letter, why_not_a_reply

    source = source_of(data, name, ocr=ocr)
    letter = read_letter(source.text)
    origin = "given" if day else "letter" if letter.header.date else "today"
    counted_from = day or letter.header.date or today
    draft = check_draft(letter, counted_from, parted_by=source.parted_by)
    return _Seen(draft, why_not_a_reply(letter), origin, counted_from, source.parted_by)


def _view(draft: Draft, say: Speech, place: str) -> Iterator[Table | Text]:
    """The parts of the view: what will be tracked, what is over, what is attitude, the counts."""
    from rich.text import Text

    count = len(draft.promises)
    table = _table(say("tracked", n=count) if count else say("tracked.none"))
    for promise in draft.promises:
        told = _under(promise.commitment.quote, _about(promise, say))
        table.add_row(say(place, n=promise.line), told)
    yield table
    if draft.lapsed:
        table = _table(say("lapsed", n=len(draft.lapsed)))
        for plan in draft.lapsed:
            why = say("past", words=plan.words, day=draft.day)
            if plan.next_year:
                why = say("past.yearless", words=plan.words, next_year=plan.next_year)
            table.add_row(say(place, n=plan.line), _under(plan.quote, [(_LACK, why)]))
        yield table
    attitudes = sum(sentence.reason == "attitude" for sentence in draft.untracked)
    if draft.untracked:
        table = _table(say("untracked", n=len(draft.untracked)))
        for sentence in draft.untracked:
            words = "、".join(sentence.words)
            why_not: _Line = (_REASONS[sentence.reason], say(sentence.reason, words=words))
            table.add_row(say(place, n=sentence.line), _under(sentence.quote, [why_not]))
        if attitudes:
            table.add_row("", Text(say("advice"), "dim"))
        yield table
    counts = {code: draft.lacking(code) for code in _LACKS}
    counts |= {"lapsed": len(draft.lapsed), "attitudes": attitudes}
    yield Text(say("sum", **counts), "bold")


def _table(title: str) -> Table:
    """A part of the view: where a sentence stands, the sentence and what is said of it."""
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title, "bold underline"), title_justify="left",
        show_header=False, box=None, pad_edge=False, padding=(0, 2, 0, 0),
    )  # fmt: skip
    table.add_column(no_wrap=True, style="dim")
    table.add_column(ratio=1, overflow="fold")
    return table


def _under(quote: str, lines: Iterable[_Line]) -> Table:
    """A quote and the lines under it, each hanging behind its sign."""
    from rich.table import Table
    from rich.text import Text

    told = Table.grid(padding=0)
    told.add_column(no_wrap=True)
    told.add_column(overflow="fold")
    # A grid has no cells over two columns: the quote hangs behind the width of a sign too.
    told.add_row("", Text(shown(quote)))
    for (sign, style), text in lines:
        told.add_row(Text(sign, style), Text(text, style))
    return told


def _about(promise: Promise, say: Speech) -> Iterator[_Line]:
    """What will be tracked of a promise, and the remarks on it."""
    item = promise.commitment
    due = item.deadline
    day = (due.day or say("unclear")) if due else say("no_date")
    owner = say("by", names="、".join(item.owner)) if item.owner else say("self")
    if any(remark.code == "owner" for remark in promise.lacks):
        owner = say("nobody")
    what = f" {target_text(item.target, item.quote, say)}" if item.target else ""
    kind, strength = say(f"kind.{item.kind}"), say(f"strength.{item.strength}")
    yield _PLAIN, shown(f"{kind}{what} · {day} · {owner} · {strength}")
    for remark in promise.lacks:
        yield _LACK, _lack(remark, say)
    if not promise.lacks and item.kind == "measurable" and due:
        yield _GOOD, say("good.measurable")
    elif not promise.lacks and item.kind == "milestone":
        yield _GOOD, say("good.milestone")
    for remark in promise.doubts:
        yield _DOUBT, say(_DOUBTS[remark.code], words=remark.words, day=day)


def _lack(remark: Remark, say: Speech) -> str:
    if remark.code == "date" and not remark.words:
        return say("date")
    return say("date.words" if remark.code == "date" else remark.code, words=remark.words)
