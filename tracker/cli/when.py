"""`tracker when`: which day a time expression names, and by which rule."""

from __future__ import annotations

import datetime as dt
import io
import json
import sys
from typing import TextIO

import click

from tracker.cli.session import Day, settings_of

_WORDS = {
    "zh": {
        "unresolved": "无法确定日期",
        "past": "早于答复日期",
        "arguable": "有不同理解",
        "relative": "需要答复日期 (--letter-date)",
    },
    "en": {
        "unresolved": "no day to be had",
        "past": "before the letter's date",
        "arguable": "arguable",
        "relative": "needs the letter's date (--letter-date)",
    },
}


@click.command()
@click.argument("expression")
@click.option("--letter-date", type=Day(), help="Day that relative words count from.")
@click.pass_context
def command(ctx: click.Context, expression: str, letter_date: dt.date | None) -> None:
    """解析时限用语 · Resolve a time expression: the last day it names, and the rule.

    EXPRESSION is as written in a letter (三季度, 年底前, “十四五”末). With - lines of
    "expression<TAB>letter-date" are read from standard input, and one JSON object a line is
    printed; the letter date may be missing.
    """
    if expression == "-":
        lines = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace")
        sys.exit(_many(lines))
    sys.exit(_one(expression, letter_date, settings_of(ctx).language))


def _one(expression: str, letter_date: dt.date | None, language: str) -> int:
    from tracker.commitments.deadlines import resolve
    from tracker.letters.text import normalise

    words = _WORDS[language]
    found = resolve(normalise(expression).text, letter_date)
    if found is None:
        click.echo(words["unresolved"])
        return 1
    notes = [found.rule]
    if found.last is None and letter_date is None:
        notes.append(words["relative"])
    notes += [words["past"]] * found.past + [words["arguable"]] * found.arguable
    day = found.last.isoformat() if found.last else words["unresolved"]
    click.echo(f"{day}  {' · '.join(notes)}")
    return 0 if found.last else 1


def _many(lines: TextIO) -> int:
    """Answer every line; a line with an unusable date is reported, the rest is still done."""
    from tracker.commitments.deadlines import resolve
    from tracker.letters.text import normalise

    status = 0
    for number, line in enumerate(lines, 1):
        expression, _, written = line.rstrip("\r\n").partition("\t")
        if not expression.strip():
            continue
        try:
            letter_date = dt.date.fromisoformat(written.strip()) if written.strip() else None
        except ValueError:
            click.echo(f"tracker: line {number}: {written!r} is no date, 2023-12-31 is", err=True)
            status = 2
            continue
        found = resolve(normalise(expression).text, letter_date)
        answer = {
            "expression": expression,
            "deadline": found.last.isoformat() if found and found.last else None,
            "start": found.first.isoformat() if found and found.first else None,
            "rule": found.rule if found else None,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
    return status
