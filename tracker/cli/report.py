"""`tracker report`: the status report as a document."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tracker import whole
from tracker.cli.busy import busy
from tracker.cli.session import Day, settings_of, shown, store_of, today_of
from tracker.cli.words import Words, speech_of
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from typing import Literal

    from tracker.reports.render import Format
    from tracker.settings import Settings

    Form = Format | Literal["docx"]

#: What a file's ending says about the format wanted.
_ENDINGS: dict[str, Form] = {
    ".html": "html", ".htm": "html", ".json": "json", ".md": "md", ".markdown": "md", ".txt": "md",
    ".docx": "docx",
}  # fmt: skip

WORDS: Final[Words] = {
    "making": ("正在生成报告…", "making the report …"),
    "ending": (
        "{file}：不会写 {ending} 文件；请用 .docx、.html、.md 或 .json，或写明 --format",
        "{file}: {ending} is not written; end it in .docx, .html, .md or .json, or say --format",
    ),
    "docx": (
        "--format docx 要写入文件：请加 -o 报告.docx",
        "--format docx goes to a file: add -o report.docx",
    ),
}


def _print_schema(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    from tracker.resources import data_path

    if wanted:
        text = data_path("schemas", "report.schema.json").read_text(encoding="utf-8")
        click.echo(text, nl=False)
        ctx.exit()


@click.command()
@click.option("--as-of", type=Day(), help="截至哪一天 · The day to look from; default today.")
@click.option("--unit", help="只报一个单位 · Only this unit.")
@click.option("--deputy", help="只报一位代表 · Only this deputy's suggestions.")
@click.option("--suggestion", help="只报一件建议 · Only this suggestion.")
@click.option(
    "--session", "sitting",
    help="只报一届次的建议提案，如 十八届二次 · Only suggestions of this session of the congress.",
)  # fmt: skip
@click.option(
    "--since", type=Day(),
    help="另报从这一天到 --as-of 的情况 · Also tell what happened from this day to --as-of.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["md", "html", "json", "docx"]),
    help="缺省按文件后缀，否则 md · Default: by the file's ending, else md.",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path),
    help="写入文件 · Write to a file, whole or not at all.",
)  # fmt: skip
@click.option(
    "--schema", is_flag=True, is_eager=True, expose_value=False, callback=_print_schema,
    help="打印 JSON 报告的 JSON Schema · Print the JSON Schema of the JSON report.",
)  # fmt: skip
@click.pass_context
def command(
    ctx: click.Context,
    *,
    as_of: dt.date | None,
    unit: str | None,
    deputy: str | None,
    suggestion: str | None,
    sitting: str | None,
    since: dt.date | None,
    form: Form | None,
    output: Path | None,
) -> None:
    """生成报告：总体情况、各单位、各项承诺。

    Write a status report; for a deputy or a suggestion, grouped by suggestion.
    """
    if sum(named is not None for named in (unit, deputy, suggestion, sitting)) > 1:
        raise click.UsageError("give one of --unit, --deputy, --suggestion, --session")
    settings, today = settings_of(ctx), today_of(ctx, as_of)
    wanted = form or (_form_of(ctx, output) if output else "md")
    if output is None and wanted == "docx":
        raise SettingsError(speech_of(ctx, WORDS)("docx"))
    asked: dict[str, Any] = {
        "unit": unit, "deputy": deputy, "suggestion": suggestion, "sitting": sitting,
    }  # fmt: skip
    with busy(speech_of(ctx, WORDS)("making")):
        document = _document(ctx, settings, today, wanted, asked, since)
    if output is None:
        click.echo(document.decode(), nl=False)
    else:
        write_whole(output, document)
        click.echo(shown(output))


def _document(
    ctx: click.Context,
    settings: Settings,
    today: dt.date,
    form: Form,
    asked: dict[str, Any],
    since: dt.date | None,
) -> bytes:
    from tracker.reports.contents import Filters
    from tracker.reports.render import render_docx, render_report

    with store_of(ctx).read() as session:
        if form == "docx":
            return render_docx(session, settings, today, Filters(**asked), since)
        text = render_report(session, settings, today, format=form, since=since, **asked)
        return text.encode()


def _form_of(ctx: click.Context, output: Path) -> Form:
    """The format that a file's ending asks for.

    Raises:
        SettingsError: it asks for one that is not written.
    """
    ending = output.suffix.lower()
    if ending and ending not in _ENDINGS:
        raise SettingsError(speech_of(ctx, WORDS)("ending", file=output, ending=ending))
    return _ENDINGS.get(ending, "md")


def write_whole(path: Path, document: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Raises:
        SettingsError: the place cannot be written to; nothing is left behind.
    """
    if not path.name:
        raise SettingsError("--output must name a file")
    if not path.parent.is_dir():
        raise SettingsError(
            f"{shown(path)}: there is no folder {shown(path.parent)}; make it, or name another"
        )
    try:
        whole.write_whole(path, document)
    except OSError as error:
        raise SettingsError(f"{shown(path)}: cannot be written: {error.strerror}") from error
