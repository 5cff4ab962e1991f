"""`tracker letter`: a letter of supervision to a unit, in official form （催办函，督办函）."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from tracker.cli.session import Day, complain, settings_of, store_of, today_of, who
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.followup.status import Standing
    from tracker.reports.official import Facts, Promise
    from tracker.settings import Settings
    from tracker.store.officials import Number
    from tracker.store.tables import CommitmentRow, UnitRow

WORDS: Final[Words] = {
    "written": (
        "{number} 致{unit}：{n} 项（{refs}），已写入 {path}",
        "{number} to {unit}: {n} commitments ({refs}), written to {path}",
    ),
    "nothing": (
        "{unit} 没有逾期未办结且已确认的承诺，无需发函",
        "{unit} has nothing confirmed, open and overdue: no letter is needed",
    ),
    "who": (
        "请写明承诺编号，或用 --unit 写明单位",
        "name commitments, or a unit with --unit",
    ),
    "units": (
        "{name} 指多个单位：{names}；请写全称",
        "{name} means several units: {names}; write the whole name",
    ),
    "office": (
        "没有写发文机关；请设 office.name",
        "the office has no name to sign with; set office.name",
    ),
    "code": (
        "没有写发文机关代字；请设 letters.code（如 云人办函），或用 --number 写明发文字号",
        "letters have no code; set letters.code （such as 云人办函），or give --number",
    ),
    "there": ("{path} 已经存在；请另取文件名", "{path} is there already; name another file"),
    "docx": ("{path}：--output 请写 .docx 文件名", "{path}: --output must name a .docx file"),
    "left_out": (
        "未列入（填报已达目标，待销号）：{refs}",
        "left out, as a report reaches the target and they wait to be settled: {refs}",
    ),
    "reached": (
        "{ref} 填报已达目标，待销号：{figure}（截至 {day}）",
        "{ref}: a report reaches the target, and it waits to be settled: {figure} (as of {day})",
    ),
    "ask": ("仍要为此发函吗？", "Write the letter all the same?"),
    "unsure": (
        "没有发函；先销号或核实，仍要发函的请加 --yes",
        "no letter was written; settle it or look into it first; to write one all the same, add --yes",
    ),
    "declined": ("没有发函", "no letter was written"),
    "reply": ("反馈日期 {day} 不在发文日期之后", "--reply-by {day} is not after the letter's date"),
    "template": ("{path} 读不了：{reason}", "{path} cannot be read: {reason}"),
}
#: As people write a kind → its code.
_KINDS: Final = {"催办": "urge", "督办": "supervise", "urge": "urge", "supervise": "supervise"}
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@click.command()
@click.argument("refs", nargs=-1, metavar="REF...")
@click.option("--unit", "unit_name", help="发给这个单位 · To this unit.")
@click.option(
    "--kind",
    type=click.Choice(list(_KINDS)),
    default="催办",
    show_default=True,
    help="催办函或督办函 · urge or supervise.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help=".docx 文件 · The file."
)
@click.option("--number", help="发文字号，缺省顺编 · Its number; default: the next one.")
@click.option("--reply-by", type=Day(), help="反馈日期 · The day to answer by.")
@click.option("--yes", is_flag=True, help="填报已达目标的也写，不再询问 · Take it without asking.")
@click.option("--as-of", type=Day(), help="成文日期，默认今天 · The date of the letter.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    refs: tuple[str, ...],
    unit_name: str | None,
    kind: str,
    output: Path | None,
    number: str | None,
    reply_by: dt.date | None,
    yes: bool,
    as_of: dt.date | None,
) -> None:
    """写催办函、督办函(.docx):已确认、未销号、已逾期的承诺，一个单位一函。

    Write a letter of supervision about what a unit has not delivered in time. With --unit alone,
    what is reported to have reached its target is left out; named, you are asked first.
    """
    from tracker import clock
    from tracker.reports.official import compose
    from tracker.store import archive, officials

    say, settings, today = speech_of(ctx, WORDS), settings_of(ctx), today_of(ctx, as_of)
    if not refs and unit_name is None:
        raise SettingsError(say("who"))
    if not settings.office.name:
        raise SettingsError(say("office"))
    if not number and not settings.letters.code:
        raise SettingsError(say("code"))
    if output is not None and output.suffix.lower() != ".docx":
        raise SettingsError(say("docx", path=output))
    reply_by = reply_by or _workdays_later(settings, today)
    if reply_by <= today:
        raise SettingsError(say("reply", day=reply_by))
    code = _KINDS[kind]
    name, template = _template(settings, code, say)
    author, now = who(), clock.now()
    if refs and not yes:
        _ask(ctx, refs, today, say)
    with store_of(ctx).write() as session:
        unit, rows = _meant(session, refs, unit_name, today, say)
        if not refs:
            zone = ZoneInfo(settings.timezone)
            left_out = [row for row in rows if _reached(row, zone, today)]
            rows = [row for row in rows if row not in left_out]
            if left_out:
                listed = "、".join(row.ref for row in left_out)
                click.echo(say("left_out", refs=listed), err=True)
        if not rows:
            click.echo(say("nothing", unit=unit.name), err=True)
            ctx.exit(1)
        if number:
            given = officials.parse_number(number)
            officials.refuse_given(session, given)
        else:
            given = officials.give_number(session, settings.letters.code, today.year)
        path = output or Path(_UNSAFE.sub("", f"{given} {unit.name[:60]}") + ".docx")
        data = compose(template, _facts(settings, given, unit, rows, today, reply_by), name)
        sha256 = archive.put(settings.archive_dir, data)
        officials.record_letter(
            session, given, code, unit, rows, day=today, sha256=sha256, who=author, now=now
        )
        # Written before the number is given for good: a full disk takes none.
        _write_new(path, data, say)
    listed = "、".join(row.ref for row in rows)
    click.echo(say("written", number=given, unit=unit.name, n=len(rows), refs=listed, path=path))


def _ask(ctx: click.Context, refs: Sequence[str], today: dt.date, say: Speech) -> None:
    """Whether to write about what its unit reports as reached; a reader who says no ends it."""
    from tracker.store import queries

    zone = ZoneInfo(settings_of(ctx).timezone)
    told = []
    with store_of(ctx).read() as session:
        for ref in dict.fromkeys(refs):
            row = queries.commitment(session, ref)
            found = _reached(row, zone, today)
            if found is not None and row.outcome == "open":
                figure = f"{found.figure:f}{row.unit or ''}"
                told.append(say("reached", ref=row.ref, figure=figure, day=found.figure_on))
    for line in told:
        click.echo(line, err=True)
    if not told:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        complain(say("unsure"))
        ctx.exit(2)
    if not click.confirm(say("ask"), default=False):
        click.echo(say("declined"))
        ctx.exit(0)


def _reached(row: CommitmentRow, zone: ZoneInfo, today: dt.date) -> Standing | None:
    """How a commitment stands where its target is reported to be reached (待销号)."""
    from tracker.followup.status import facts_of, standing

    found = standing(facts_of(row, zone, today=today), today)
    return found if found.complete else None


def _workdays_later(settings: Settings, day: dt.date) -> dt.date:
    from tracker.followup.workdays import next_workday, workdays_of

    worked = workdays_of(settings)
    for _ in range(settings.letters.reply_days):
        day = next_workday(day + dt.timedelta(days=1), worked)
    return day


def _template(settings: Settings, code: str, say: Speech) -> tuple[str, bytes]:
    """An office's own template, else the program's."""
    from tracker.reports.official import template_file
    from tracker.store.officials import KINDS

    path = template_file(settings.data_dir, f"{KINDS[code]}函.docx")
    try:
        return str(path), path.read_bytes()
    except OSError as error:
        raise SettingsError(say("template", path=path, reason=error.strerror or "")) from error


def _meant(
    session: Session, refs: Sequence[str], unit_name: str | None, today: dt.date, say: Speech
) -> tuple[UnitRow, list[CommitmentRow]]:
    """To whom the letter goes, and what it speaks of."""
    from tracker.store import officials, queries

    unit = None
    if unit_name is not None:
        found = queries.units(session, unit_name)
        if len(found) > 1:
            names = "、".join(row.name for row in found[:5])
            raise SettingsError(say("units", name=unit_name, names=names))
        unit = found[0]
    if not refs:
        assert unit is not None  # noqa: S101 - one of the two is given
        return unit, officials.overdue(session, unit, today)
    rows = [queries.commitment(session, ref) for ref in dict.fromkeys(refs)]
    for row in rows:
        officials.check_overdue(row, today)
    return officials.one_unit(rows, unit), rows


def _facts(
    settings: Settings,
    number: Number,
    unit: UnitRow,
    rows: Sequence[CommitmentRow],
    today: dt.date,
    reply_by: dt.date,
) -> Facts:
    from tracker.reports.official import Facts

    return Facts(
        office=settings.office.name,
        number=str(number),
        unit=unit.name,
        day=today,
        reply_by=reply_by,
        contact=settings.letters.contact,
        origin=_origin([_signed(row, unit) for row in rows]),
        promises=[_promise(row, unit, today) for row in rows],
    )


def _signed(row: CommitmentRow, unit: UnitRow) -> bool:
    """Whether a unit made a promise by its own reply; it may owe what others promised."""
    letter = row.letter
    names = {unit.name, *(one.alias for one in unit.aliases)}
    by = letter.issuing_unit
    issued = letter.issuer in names if by is None else by.id == unit.id
    return issued or not names.isdisjoint(letter.joint)


def _origin(signed: Sequence[bool]) -> str:
    """How the promises of a letter came to be the unit's, before “下列……项承诺”."""
    if all(signed):
        return "贵单位在答复人大代表建议、政协提案时作出的"
    if any(signed):
        return "答复人大代表建议、政协提案时由贵单位作出或者承担的"
    return "答复人大代表建议、政协提案时作出、由贵单位承担的"


def _promise(row: CommitmentRow, unit: UnitRow, today: dt.date) -> Promise:
    """One commitment in the words of an official letter, which is Chinese in any language."""
    from tracker.reports.official import Promise, chinese_day

    assert row.deadline is not None  # noqa: S101 - checked before
    deadline = chinese_day(row.deadline)
    if row.original_deadline is not None and row.original_deadline != row.deadline:
        deadline += f"（原定{chinese_day(row.original_deadline)}）".translate(_WIDE)
    return Promise(
        what=row.what,
        letter=("" if _signed(row, unit) else row.letter.issuer or "") + _letter(row),
        quote=row.quote,
        deadline=deadline,
        days=(today - row.deadline).days,
        progress=_progress(row, today),
    )


#: Punctuation of a Chinese text.
_WIDE: Final = str.maketrans({"(": "\uff08", ")": "\uff09", ",": "\uff0c", ":": "\uff1a"})


def _letter(row: CommitmentRow) -> str:
    """The reply that holds the promise, as an official letter names it."""
    from tracker.reports.official import chinese_day

    suggestion, letter = row.suggestion, row.letter
    name = "提案" if suggestion.body == "cppcc" else "建议"
    about = f"第{suggestion.number}号{name}" if suggestion.number is not None else name
    title = suggestion.title or ""
    if title:
        about += title if title.startswith("《") else f"《{title}》"
    day = chinese_day(letter.date) if letter.date else ""
    document = f"({letter.document_no})".translate(_WIDE) if letter.document_no else ""
    return f"{day}对{suggestion.session}{about}的答复{document}"


def _progress(row: CommitmentRow, today: dt.date) -> str:
    """What was reported last; silence is told as silence."""
    from tracker.reports.official import chinese_day

    known = [report for report in row.reports if report.as_of <= today]
    if not known:
        return "至今未填报进展。"
    last = known[-1]
    said = f"{last.value.normalize():f}{row.unit or ''}" if last.value is not None else ""
    told = ",".join(
        part for part in (said and f"完成{said}", (last.note or "").strip("。")) if part
    )
    return f"最近一次填报（截至{chinese_day(last.as_of)}）：{told}。".translate(_WIDE)


def _write_new(path: Path, data: bytes, say: Speech) -> None:
    """Write a file that is not there yet, whole or not at all.

    Raises:
        SettingsError: it is there, or the place cannot be written to.
    """
    from tracker.cli.report import write_whole

    if path.exists():
        raise SettingsError(say("there", path=path))
    write_whole(path, data)
