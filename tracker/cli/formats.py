"""`--format table|json|csv` of the commands that list: one option, and what it writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import click

Form = Literal["table", "json", "csv"]

format_option: Final = click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table",
    show_default=True, help="csv 可用 Excel 打开 · csv opens in Excel.",
)  # fmt: skip


def print_records(
    form: Form,
    name: str,
    records: Sequence[Mapping[str, Any]],
    headings: Mapping[str, str],
    words: Callable[[str, Any], str] | None = None,
    **around: Any,
) -> None:
    """Records for other programs.

    Args:
        form: "json", or "csv" for Excel.
        name: of the list in the JSON.
        records: with the codes of the program, in every language the same.
        headings: key of a record → heading of its column in CSV.
        words: what a code is in the language of the reader, in CSV.
        around: what else the JSON says.
    """
    from tracker.reports.clean import as_json
    from tracker.reports.machine import table_csv

    if form == "json":
        click.echo(as_json({**around, name: list(records)}))
        return
    rows = [
        [words(key, record[key]) if words else text_of(record[key]) for key in headings]
        for record in records
    ]
    # As bytes: Excel wants UTF-8 and CRLF whatever the locale of this terminal is.
    click.echo(table_csv(list(headings.values()), rows).encode(), nl=False)


def text_of(value: Any) -> str:
    """A value as a cell: several with 、 between them, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    return str(value)
