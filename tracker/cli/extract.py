"""`tracker extract`: read letters and print what they promise, without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.errors import ReadingError

if TYPE_CHECKING:
    from tracker.commitments.model import Extraction


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(["table", "jsonl", "json"]), default="table",
    show_default=True,
)  # fmt: skip
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], form: str) -> None:
    """读取答复件(.txt、.html),列出其中的承诺;不使用数据库。

    Print the promises of reply letters. One bad file does not stop the others; exit status 2.
    """
    from tracker.commitments.find import find_commitments
    from tracker.letters.letter import read_letter
    from tracker.letters.reading import read_file

    failed = False
    records = []
    for path in files:
        try:
            extraction = find_commitments(read_letter(read_file(path).text))
        except ReadingError as error:
            click.echo(f"tracker: {path}: {error}", err=True)
            failed = True
            continue
        if form == "jsonl":
            print(json.dumps(extraction.as_json(str(path)), ensure_ascii=False))
        elif form == "json":
            records.append(extraction.as_json(str(path)))
        else:
            _table(ctx, path, extraction)
    if form == "json":
        print(json.dumps(records, ensure_ascii=False, indent=1))
    if failed:
        sys.exit(2)


def _table(ctx: click.Context, path: Path, extraction: Extraction) -> None:
    from rich.table import Table

    from tracker.cli.session import console_of

    header = extraction.letter.header
    console = console_of(ctx)
    number = f"第{header.suggestion_no}号" if header.suggestion_no else ""
    console.print(f"{path.name}  {header.issuer or ''}  {number}  {header.date or '日期不详'}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, options in (
        ("承诺", {"ratio": 1, "overflow": "fold"}), ("目标", {"no_wrap": True}), ("时限", {"no_wrap": True}),
        ("责任单位", {"max_width": 18, "overflow": "fold"}), ("把握", {"no_wrap": True}),
    ):  # fmt: skip
        table.add_column(name, **options)
    for item in extraction.commitments:
        target = item.target
        table.add_row(
            item.quote.replace("\n", ""),
            f"{_MODES[target.mode]}{_SIGNS[target.comparator]}{target.value}{target.unit}"
            if target
            else _KINDS[item.kind],
            str(item.deadline.day or item.deadline.text) if item.deadline else "—",
            "、".join(item.owner) or "答复单位",
            f"{item.confidence:.2f}",
        )
    console.print(table)
    if not extraction.commitments:
        console.print("没有可跟踪的承诺")
    console.print()


_MODES = {"increase": "新增", "level": "达到", "amount": "完成"}
_SIGNS = {">=": "≥", "<=": "≤", "=": "", "~": "约"}
_KINDS = {"measurable": "量化", "milestone": "节点", "action": "事项"}
