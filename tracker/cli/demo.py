"""`tracker demo`: the whole way on sample letters, in a throw-away folder, without any network."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from tracker.cli.session import console_of
from tracker.cli.words import Speech, Words
from tracker.commitments.growth import direction

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from tracker.commitments.model import Extraction
    from tracker.settings import Settings
    from tracker.store.database import Store

WHO: Final = "demo"
#: The promises that fall due at the end of this year are followed.
YEAR: Final = 2023
#: The letter that is shown, and the measure whose year is told.
SHOWN: Final = "a01-"
#: 30 days before the end of the year, 7 before, the day itself, 10 days after. The 24th and the
#: 31st were Sundays, so what is owed then goes out on the Friday before.
STOPS: Final = (
    (dt.date(YEAR, 12, 1), "stop.30"),
    (dt.date(YEAR, 12, 22), "stop.7"),
    (dt.date(YEAR, 12, 29), "stop.0"),
    (dt.date(YEAR + 1, 1, 10), "stop.late"),
)

WORDS: Final[Words] = {
    "start": (
        "演示：{n} 份自编样例答复件，临时数据库，不联网、不发送任何邮件\n",
        "Demo: {n} sample letters, a throw-away database, no network, nothing is sent\n",
    ),
    "importing": ("导入答复件", "importing letters"),
    "travelling": ("走到 {year} 年底", "travelling to the end of {year}"),
    "imported": (
        "1. 导入：{letters} 份答复件，{commitments} 项承诺（{measurable} 项量化）；{results} 项已完成情况未当作承诺",
        "1. Imported {letters} letters: {commitments} commitments ({measurable} measurable); "
        "{results} results already reached were not taken for promises",
    ),
    "extracted": ("\n2. 从一份答复件中读出的承诺（前 {n} 项）", "\n2. What one letter promises (first {n})"),
    "column.promise": ("承诺原文", "as promised"),
    "column.target": ("目标", "target"),
    "column.due": ("时限", "due"),
    "column.owner": ("责任单位", "owner"),
    "column.base": ("基数", "baseline"),
    "confirmed": (
        "\n3. 审核：确认 {n} 项 {year} 年底到期的量化承诺；登记 {units} 个单位的邮箱，其余 {without} 个单位的信由督查室代收",
        "\n3. Review: {n} measurable promises due at the end of {year} confirmed; {units} units have "
        "an address, mails of the other {without} go to the office",
    ),
    "travel": ("\n4. 走到年底：该提醒时提醒，同一单位一天一封信", "\n4. To the end of the year: one mail a day and unit at most"),
    "stop.30": ("到期前 30 天", "30 days before"),
    "stop.7": ("到期前 7 天（24 日是周日，提前到周五）", "7 days before (a Sunday; sent on Friday)"),
    "stop.0": ("到期当天（31 日是周日，提前到周五）", "the day itself (a Sunday; sent on Friday)"),
    "stop.late": ("逾期 10 天", "10 days late"),
    "round": (
        "   {day}  {what}：提醒 {notices} 条，合并为 {sent} 封信",
        "   {day}  {what}: {notices} notices in {sent} mails",
    ),
    "mail": ("\n5. 其中一封信（{folder} 里的 .eml）", "\n5. One of the mails (an .eml file in {folder})"),
    "report": (
        "\n6. 填报：{ref} {what} 完成 {value}{unit}（目标 {target}{unit}），督办员以“部分兑现”销号，不再催办",
        "\n6. A report: {ref} {what}: {value}{unit} of {target}{unit}; settled as partly kept and "
        "chased no more",
    ),
    "status": ("\n7. 年后总览", "\n7. The state after the year"),
    "page": ("   报告网页：{path}", "   the report as a page: {path}"),
    "keep": (
        "   要保留这些数据、信件和报告网页：tracker demo --keep 文件夹",
        "   to keep the data, the mails and the report as a page: tracker demo --keep FOLDER",
    ),
    "next": (
        "\n接下来试试：\n  tracker extract {letter}   读一份答复件\n"
        "  tracker import {folder}   建台账\n  tracker status   看总览",
        "\nTry next:\n  tracker extract {letter}   read a letter\n"
        "  tracker import {folder}   start a ledger\n  tracker status   see where it stands",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Round:
    """A stop on the way through the year, and what went out on it."""

    day: dt.date
    notices: int
    sent: int


@click.command()
@click.option(
    "--keep", type=click.Path(path_type=Path), help="保留演示数据的文件夹 · Keep the data."
)
@click.pass_context
def command(ctx: click.Context, keep: Path | None) -> None:
    """演示：用样例答复件走完全程，不需要任何设置，也不联网。

    Import sample letters, travel through a year, show the mails, a report and the final state.
    """
    say = Speech(WORDS, "en" if ctx.find_root().obj["lang"] == "en" else "zh")
    console = console_of(ctx)
    if keep is not None:
        _run(console, say, keep, kept=True)
        return
    with tempfile.TemporaryDirectory(prefix="tracker-demo-") as folder:
        _run(console, say, Path(folder), kept=False)


def _run(console: Console, say: Speech, folder: Path, *, kept: bool) -> None:
    from tracker.resources import data_path
    from tracker.store.database import open_store

    settings = _settings(folder, say.language)
    letters = sorted(data_path("samples").glob("[ab]*.txt"))
    console.print(say("start", n=len(letters)))
    store = open_store(settings)
    try:
        with _progress(console) as progress:
            found = _import(store, settings, letters, progress, say)
            followed, reached, without = _prepare(store)
            rounds = _travel(store, settings, progress, say)
        everything = [item for _, extraction in found for item in extraction.commitments]
        console.print(
            say(
                "imported",
                letters=len(found),
                commitments=len(everything),
                measurable=sum(item.kind == "measurable" for item in everything),
                results=sum(len(extraction.achievements) for _, extraction in found),
            )
        )
        _show_letter(console, say, found)
        console.print(say("confirmed", n=followed, units=reached, without=without, year=YEAR))
        console.print(say("travel"))
        for (day, key), done in zip(STOPS, rounds, strict=True):
            console.print(
                say("round", day=day, what=say(key), notices=done.notices, sent=done.sent)
            )
        _show_mail(console, say, store, settings)
        _report_and_settle(console, say, store)
        _show_status(console, say, store, settings, folder, kept=kept)
    finally:
        store.close()
    shown = next(path for path in letters if path.name.startswith(SHOWN))
    where = {"letter": _near(shown), "folder": _near(shown.parent)}
    console.print(say("next", **where), soft_wrap=True)


def _near(path: Path) -> Path:
    """A path as one would type it: from the current folder where it lies below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _settings(folder: Path, language: Literal["zh", "en"]) -> Settings:
    from tracker.settings import Office, Settings, sqlite_url

    return Settings(
        data_dir=folder,
        database_url=sqlite_url(folder / "tracker.db"),
        language=language,
        office=Office(
            name="云岐市督查室（演示）", supervisor="督办员", email="supervisor@example.invalid"
        ),
    )


def _progress(console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _import(
    store: Store, settings: Settings, letters: list[Path], progress: Progress, say: Speech
) -> list[tuple[Path, Extraction]]:
    from tracker.commitments.find import find_commitments
    from tracker.letters.letter import read_letter
    from tracker.letters.reading import read_file
    from tracker.store import archive, ledger

    task = progress.add_task(say("importing"), total=len(letters))
    found = []
    for path in letters:
        source = read_file(path)
        extraction = find_commitments(read_letter(source.text))
        archive.put(settings.archive_dir, source.data)
        with store.write() as session:
            ledger.import_letter(
                session,
                sha256=hashlib.sha256(source.data).hexdigest(),
                source=path.name,
                encoding=source.encoding,
                extraction=extraction,
                who=WHO,
                now=_morning(dt.date(YEAR, 1, 1)),
                confirm_above=settings.review.confirm_above,
            )
        found.append((path, extraction))
        progress.advance(task)
    return found


def _prepare(store: Store) -> tuple[int, int, int]:
    """Confirm the promises of the year and give all units but some an address."""
    from tracker.store import ledger, queries

    now = _morning(dt.date(YEAR, 1, 1))
    with store.write() as session:
        followed = 0
        for row in queries.commitments(session, review="pending"):
            if row.kind == "measurable" and row.deadline == dt.date(YEAR, 12, 31):
                ledger.confirm(session, row, who=WHO, now=now)
                followed += 1
        units = queries.units(session)
        # Every fifth unit has no address: its mails go to the office, marked as such.
        entries = [
            ledger.UnitEntry(unit.name, email=f"unit{number}@example.invalid")
            for number, unit in enumerate(units, 1)
            if number % 5
        ]
        ledger.import_units(session, entries, who=WHO, now=now)
    return followed, len(entries), len(units) - len(entries)


def _travel(store: Store, settings: Settings, progress: Progress, say: Speech) -> list[_Round]:
    """A sweep at each stop."""
    from tracker.jobs import sweep

    task = progress.add_task(say("travelling", year=YEAR), total=len(STOPS))
    rounds = []
    for day, _ in STOPS:
        done = sweep(store, settings, day, partial(_morning, day))
        rounds.append(_Round(day, done.decided.notices, done.delivered.sent))
        progress.advance(task)
    return rounds


def _morning(day: dt.date) -> dt.datetime:
    """Half past eight in China."""
    return dt.datetime(day.year, day.month, day.day, 0, 30, tzinfo=dt.UTC)


def _show_letter(console: Console, say: Speech, found: list[tuple[Path, Extraction]]) -> None:
    from rich.table import Table

    from tracker.reports.clean import one_line

    extraction = next(item for path, item in found if path.name.startswith(SHOWN))
    shown = [item for item in extraction.commitments if item.target][:6]
    console.print(say("extracted", n=len(shown)))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(say("column.promise"), ratio=1, overflow="fold")
    for name in ("target", "due", "owner", "base"):
        table.add_column(say(f"column.{name}"), max_width=16, overflow="fold")
    for item in shown:
        assert item.target is not None  # noqa: S101 - filtered above
        sign = {">=": "≥", "<=": "≤", "~": "≈", "=": ""}[item.target.comparator]
        base = item.baseline
        table.add_row(
            one_line(item.quote),
            say(
                f"mode.{direction(item.target.mode, item.quote)}",
                figure=f"{sign}{item.target.value}{item.target.unit}",
            ),
            str(item.deadline.day) if item.deadline else "—",
            "、".join(item.owner) or "—",
            f"{base.value}{base.unit}" if base else "—",
        )
    console.print(table)


def _show_mail(console: Console, say: Speech, store: Store, settings: Settings) -> None:
    """The plain text of the last digest but that of the supervisor."""
    from email import message_from_bytes, policy

    from rich.padding import Padding
    from rich.text import Text

    console.print(say("mail", folder=settings.outbox_dir.name))
    files = sorted(settings.outbox_dir.glob(f"digest-unit-*-{STOPS[1][0]}.eml"))
    message = message_from_bytes(
        min(files, key=lambda p: p.stat().st_size).read_bytes(), policy=policy.default
    )
    body = message.get_body(("plain",))
    lines = (body.get_content() if body else "").strip().splitlines()
    head = [f"To: {message['to']}", f"Subject: {message['subject']}", ""]
    console.print(Padding(Text("\n".join(head + lines[:24])), (0, 0, 0, 3)))
    if len(lines) > 24:
        console.print("   …")


def _report_and_settle(console: Console, say: Speech, store: Store) -> None:
    from tracker.store import ledger, queries

    with store.write() as session:
        row = next(
            row
            for row in queries.commitments(session, review="confirmed", outcome="open")
            if row.mode == "increase"
            and row.deadline == dt.date(YEAR, 12, 31)
            and row.value
            and "高新技术企业" in row.quote
        )
        assert row.value is not None  # noqa: S101 - asked for above
        value = row.value - Decimal(2)
        day = STOPS[-1][0]
        ledger.record_progress(
            session, row, as_of=dt.date(YEAR, 12, 31), value=value,
            note="年度认定结果", evidence="认定公告", who=WHO, now=_morning(day),
        )  # fmt: skip
        ledger.settle(
            session, row, "partly_kept", on=day, why="少于目标 2 户", who=WHO, now=_morning(day)
        )
        console.print(
            say("report", ref=row.ref, what=row.what, value=value, unit=row.unit, target=row.value)
        )


def _show_status(
    console: Console,
    say: Speech,
    store: Store,
    settings: Settings,
    folder: Path,
    *,
    kept: bool,
) -> None:
    from zoneinfo import ZoneInfo

    from tracker.reports import reads
    from tracker.reports.contents import Filters, gather
    from tracker.reports.overview import Office, overview
    from tracker.reports.render import render_report
    from tracker.reports.words import Wording

    day = STOPS[-1][0]
    console.print(say("status"))
    with store.read() as session:
        contents = gather(session, settings, day, Filters())
        office = Office(
            messages=reads.message_states(session),
            changed=reads.last_change(session),
            zone=ZoneInfo(settings.timezone),
        )
        page = render_report(session, settings, day, format="html")
    console.print(overview(contents, office, Wording.of(settings), console.width))
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    console.print(say("page", path=path) if kept else say("keep"))
