"""`tracker export`: the ledger as a workbook for Excel or WPS."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.busy import how_far
from tracker.cli.session import Day, settings_of, shown, store_of, today_of
from tracker.cli.words import Words, speech_of
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WORDS: Final[Words] = {
    "ending": (
        "{file}：台账导出为 .xlsx；要 CSV 请用 tracker list --format csv",
        "{file}: the ledger is exported as .xlsx; for CSV see: tracker list --format csv",
    ),
    "there": (
        "{file} 已经存在，其中可能有单位填报的内容；请另取文件名，要覆盖请加 --replace",
        "{file} is there already, and units may have filled it in; name another file, or add --replace",
    ),
    "writing": ("导出台账", "writing the ledger"),
    "many": (
        "{file}：单位太多，系统不允许同时打开这么多文件；请先执行 ulimit -n 65536，或用 --unit 逐个单位导出",
        "{file}: more units than files may be open; run ulimit -n 65536 first, or export unit by unit with --unit",
    ),
    "done": ("{file}：{n} 项", "{file}: {n} commitments"),
}  # fmt: skip


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--unit", help="只导出一个单位的 · Only this unit's.")
@click.option("--deputy", help="只导出一位代表的 · Only this deputy's suggestions.")
@click.option("--suggestion", help="只导出一件建议的 · Only this suggestion's.")
@click.option("--as-of", type=Day(), help="截至哪一天，默认今天 · As of a day; default today.")
@click.option("--by-unit", is_flag=True, help="每个单位一张表 · A sheet for each unit.")
@click.option("--pending", is_flag=True, help="连同待审核的 · With those that await review.")
@click.option("--replace", is_flag=True, help="覆盖已有的文件 · Over a file that is there.")
@click.pass_context
def command(
    ctx: click.Context,
    *,
    file: Path,
    unit: str | None,
    deputy: str | None,
    suggestion: str | None,
    as_of: dt.date | None,
    by_unit: bool,
    pending: bool,
    replace: bool,
) -> None:
    """导出台账(Excel):可筛选，可填报后发回，再用 import-progress 导入。

    Export the ledger as a workbook that units can fill in and send back: tracker import-progress.
    """
    from tracker.reports.bookapart import ledger_book
    from tracker.reports.ledgerrows import row_of
    from tracker.reports.reads import portions
    from tracker.reports.words import Wording

    say = speech_of(ctx, WORDS)
    if file.suffix.lower() != ".xlsx":
        raise SettingsError(say("ending", file=shown(file)))
    if not file.parent.is_dir():
        raise SettingsError(
            f"{shown(file)}: there is no folder {shown(file.parent)}; make it, or name another"
        )
    if file.exists() and not replace:
        raise SettingsError(say("there", file=shown(file)))
    settings, today = settings_of(ctx), today_of(ctx, as_of)
    review = ("confirmed", "pending") if pending else "confirmed"
    # A name of its own length: that of the file may be the longest there is.
    part = file.with_name(f".tracker-{os.getpid()}.xlsx")
    try:
        with store_of(ctx).read() as session:
            count, words = _count(session, unit, deputy, suggestion, review), Wording.of(settings)
            with (
                ledger_book(part, settings, today, by_unit=by_unit, rows=count) as book,
                how_far(say("writing"), count) as told,
            ):
                for items in portions(
                    session, settings, today,
                    unit=unit, deputy=deputy, suggestion=suggestion, review=review,
                ):  # fmt: skip
                    book.add(row_of(item, words) for item in items)
                    told(len(items))
        part.replace(file)
    except OSError as error:
        if error.errno == errno.EMFILE:
            raise SettingsError(say("many", file=shown(file))) from error
        raise SettingsError(f"{shown(file)}: cannot be written: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    click.echo(say("done", file=shown(file), n=book.rows))


def _count(
    session: Session,
    unit: str | None,
    deputy: str | None,
    suggestion: str | None,
    review: str | tuple[str, ...],
) -> int:
    from tracker.store import queries

    return queries.count(session, unit=unit, deputy=deputy, suggestion=suggestion, review=review)
