"""`tracker when`: which day a time expression names, and by which rule."""

from __future__ import annotations

import datetime as dt
import io
import sys
from typing import Final, TextIO

import click

from tracker.cli.session import Day, complain, day_of
from tracker.cli.words import Speech, Words, speech_of

WORDS: Final[Words] = {
    "unresolved": ("无法确定日期", "no day to be had"),
    "past": ("早于答复日期", "before the letter's date"),
    "arguable": ("有不同理解", "arguable"),
    "relative": ("需要答复日期 (--letter-date)", "needs the letter's date (--letter-date)"),
}


@click.command()
@click.argument("expression")
@click.option("--letter-date", type=Day(), help="Day that relative words count from.")
@click.pass_context
def command(ctx: click.Context, expression: str, letter_date: dt.date | None) -> None:
    """解析时限用语 · Resolve a time expression: the last day it names, and the rule.

    EXPRESSION is as written in a letter （三季度，年底前，“十四五”末）. With - lines of
    "expression<TAB>letter-date" are read from standard input, and one JSON object a line is
    printed; the letter date may be missing.
    """
    if expression == "-":
        lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
        sys.exit(_many(lines))
    sys.exit(_one(expression, letter_date, speech_of(ctx, WORDS)))


def _one(expression: str, letter_date: dt.date | None, say: Speech) -> int:
    from tracker.commitments.deadlines import resolve
    from tracker.letters.text import normalise
    from tracker.reports import phrases
    from tracker.reports.words import Wording

    found = resolve(normalise(expression).text, letter_date)
    if found is None:
        click.echo(say("unresolved"))
        return 1
    notes = [phrases.rule(found.rule, Wording(say.language))]
    if found.last is None and letter_date is None:
        notes.append(say("relative"))
    notes += [say("past")] * found.past + [say("arguable")] * found.arguable
    day = found.last.isoformat() if found.last else say("unresolved")
    click.echo(f"{day}  {' · '.join(notes)}")
    return 0 if found.last else 1


def _many(lines: TextIO) -> int:
    """Answer every line; a line with an unusable date is reported, the rest is still done."""
    from tracker.commitments.deadlines import resolve
    from tracker.letters.text import normalise
    from tracker.reports.clean import as_json

    status = 0
    for number, line in enumerate(lines, 1):
        expression, _, written = line.rstrip("\r\n").partition("\t")
        if not expression.strip():
            continue
        try:
            letter_date = day_of(written.strip()) if written.strip() else None
        except ValueError as error:
            complain(f"line {number}: {error}")
            status = 2
            continue
        found = resolve(normalise(expression).text, letter_date)
        answer = {
            "expression": expression,
            "deadline": found.last.isoformat() if found and found.last else None,
            "start": found.first.isoformat() if found and found.first else None,
            "rule": found.rule if found else None,
        }
        click.echo(as_json(answer, indent=None))
    return status
