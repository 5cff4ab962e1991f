"""`tracker extract`: read letters and print what they promise, without a database."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.explain import target_text
from tracker.cli.session import complain, console_of, settings_of, shown
from tracker.cli.words import Speech, Words, speech_of
from tracker.errors import ReadingError

if TYPE_CHECKING:
    from rich.console import Console

    from tracker.commitments.model import Commitment, Extraction

WORDS: Final[Words] = {
    "promise": ("承诺", "promise"),
    "goal": ("目标", "target"),
    "due": ("时限", "due"),
    "owner": ("责任单位", "owner"),
    "sure": ("把握", "confidence"),
    "self": ("答复单位", "the replying unit"),
    "nothing": ("没有可跟踪的承诺", "no promise to track"),
    "overfull": (
        "内容远多于一件答复，只读出前 {n} 项承诺；请拆分后再导入",
        "holds more than any letter does: only its first {n} promises were read; split the file",
    ),
}


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "jsonl", "json"]), default="table",
    show_default=True,
)  # fmt: skip
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], form: str) -> None:
    """读取答复件（文本、网页、.docx、.doc、.wps、.pdf、.ofd），列出其中的承诺；不使用数据库。

    Print the promises of reply letters. One bad file does not stop the others; exit status 2.
    """
    from tracker.intake.extracting import extraction_of
    from tracker.intake.onebyone import Apart
    from tracker.reports.clean import as_json

    failed = False
    records = []
    with Apart(partial(extraction_of, ocr=settings_of(ctx).reading.ocr)) as apart:
        for path in files:
            try:
                extraction = apart.read(path)
            except ReadingError as error:
                complain(f"{shown(path)}: {error}")
                failed = True
                continue
            if extraction.overfull:
                say = speech_of(ctx, WORDS)
                complain(f"{shown(path)}: " + say("overfull", n=len(extraction.commitments)))
            if form == "jsonl":
                click.echo(as_json(extraction.as_json(str(path)), indent=None))
            elif form == "json":
                records.append(extraction.as_json(str(path)))
            else:
                _table(console_of(ctx), path, extraction, speech_of(ctx, WORDS))
    if form == "json":
        click.echo(as_json(records, indent=1))
    if failed:
        ctx.exit(2)


def _table(console: Console, path: Path, extraction: Extraction, say: Speech) -> None:
    from rich.table import Table

    header = extraction.letter.header
    number = say("number", n=header.suggestion_no) if header.suggestion_no else ""
    date = header.date or say("none.date")
    console.print(f"{shown(path.name)}  {shown(header.issuer or '')}  {number}  {date}")
    if not extraction.commitments:
        console.print(say("nothing"))
        console.print()
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(say("promise"), ratio=1, overflow="fold")
    table.add_column(say("goal"), max_width=16)
    table.add_column(say("due"), no_wrap=True)
    table.add_column(say("owner"), max_width=18, overflow="fold")
    table.add_column(say("sure"), no_wrap=True)
    for item in extraction.commitments:
        table.add_row(*(shown(cell) for cell in _cells(item, say)))
    console.print(table)
    console.print()


def _cells(item: Commitment, say: Speech) -> tuple[str, ...]:
    return (
        item.quote.replace("\n", ""),
        target_text(item.target, item.quote, say) if item.target else say(f"kind.{item.kind}"),
        str(item.deadline.day or item.deadline.text) if item.deadline else "—",
        "、".join(item.owner) or say("self"),
        f"{item.confidence:.2f}",
    )
