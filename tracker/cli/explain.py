"""`tracker explain`: the letter in colour, and for each promise the words that decided it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from tracker.cli.session import console_of, settings_of, shown
from tracker.cli.words import Speech, Words, speech_of
from tracker.commitments.growth import direction
from tracker.errors import ReadingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from tracker.commitments.model import Achievement, Commitment, Extraction, Target

WORDS: Final[Words] = {
    "legend": (
        "【承诺】绿色  〔已完成情况〕青色  未定？黄色",
        "【promise】green  〔result〕cyan  undecided? yellow",
    ),
    "nothing": ("没有可跟踪的承诺", "no promise to track"),
    "head": ("{kind} · {strength} · 把握 {sure}", "{kind} · {strength} · confidence {sure}"),
    "goal": ("目标：{target}", "target: {target}"),
    "due": ("时限：{day} ← “{text}” ({basis}, {rule})", "due: {day} ← “{text}” ({basis}, {rule})"),
    "who": ("责任单位：{names}", "owner: {names}"),
    "self": ("答复单位", "the replying unit"),
    "from": (
        "基数：{value}{unit} ({day}){growth} ← “{quote}”",
        "baseline: {value} {unit} ({day}){growth} ← “{quote}”",
    ),
    "why": ("依据：{reasons}", "decided by: {reasons}"),
}

_STYLES: Final = {"promise": "bold black on green", "result": "cyan", "undecided": "yellow"}
_SIGNS: Final = {"promise": ("【", "】"), "result": ("〔", "〕"), "undecided": ("", "?")}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, file: Path) -> None:
    """用颜色标出承诺、已完成情况和未定语句，并逐条说明判断依据。

    Show a letter with its promises, results and undecided clauses marked, and why.
    """
    from tracker.intake.extracting import extraction_of
    from tracker.intake.onebyone import Apart

    try:
        with Apart(partial(extraction_of, ocr=settings_of(ctx).reading.ocr)) as apart:
            extraction = apart.read(file)
    except ReadingError as error:
        raise ReadingError(f"{shown(file)}: {error}") from error
    say, console = speech_of(ctx, WORDS), console_of(ctx)
    console.print(_marked(extraction))
    console.print()
    console.print(say("legend"), style="dim")
    for line in _of_letter(extraction, say):
        console.print(line, style="dim")
    for number, item in enumerate(extraction.commitments, 1):
        console.print()
        console.print(f"[{number}] {shown(item.quote)}", style="bold")
        for line in _grounds(item, say):
            console.print(f"    {line}")
        why = say("why", reasons=" · ".join(item.reasons))
        console.print(f"    {why}", style="dim")
    if not extraction.commitments:
        console.print(say("nothing"))


def _marked(extraction: Extraction) -> Text:
    """The whole letter, each stretch in its signs and colour."""
    from rich.text import Text

    from tracker.commitments.explain import marks
    from tracker.reports.clean import visible

    raw = extraction.letter.raw
    text = Text()
    at = 0
    for mark in marks(extraction):
        text.append(visible(raw[at : mark.start]))
        opening, closing = _SIGNS[mark.sort]
        text.append(f"{opening}{visible(raw[mark.start : mark.end])}{closing}", _STYLES[mark.sort])
        if mark.note:
            text.append(f"[{mark.note}]", "bold green")
        at = mark.end
    text.append(visible(raw[at:]))
    return text


def _of_letter(extraction: Extraction, say: Speech) -> Iterator[str]:
    """What the letter's head says: kind, class, publication, and who else answered."""
    header = extraction.letter.header
    about = [say(f"letter_kind.{header.kind}")]
    if header.category:
        about.append(f"{say('category')} {header.category}")
    if header.publishable is not None:
        about.append(say(f"publishable.{header.publishable}"))
    yield " · ".join(about)
    for key, units in (("joint", header.joint), ("assisting", header.assisting)):
        if units:
            yield f"{say(key)}: {shown('、'.join(units))}"
    for short, full in header.short_names:
        yield shown(f"{short} = {full}")


def _grounds(item: Commitment, say: Speech) -> Iterator[str]:
    """What was read out of one promise, a line each."""
    from tracker.reports import phrases
    from tracker.reports.words import Wording

    yield say(
        "head",
        kind=say(f"kind.{item.kind}"),
        strength=say(f"strength.{item.strength}"),
        sure=f"{item.confidence:.2f}",
    )
    if item.target:
        yield say("goal", target=target_text(item.target, item.quote, say))
    if item.deadline:
        due = item.deadline
        basis = say(f"basis.{due.basis}")
        rule = phrases.rule(due.rule, Wording(say.language))
        yield say("due", day=due.day or "—", text=due.text, basis=basis, rule=rule)
    yield say("who", names="、".join(item.owner) or say("self"))
    if item.baseline:
        base = item.baseline
        day = base.as_of or "—"
        said = _growth(item.target, base, say) if item.target else ""
        yield say("from", value=base.value, unit=base.unit, day=day, growth=said, quote=base.quote)


def _growth(target: Target, base: Achievement, say: Speech) -> str:
    from tracker.commitments.growth import growth
    from tracker.reports.phrases import growth_text
    from tracker.reports.words import Wording

    step = growth(target.value, target.unit, target.mode, base.value, base.unit, base.quote)
    return growth_text(step, target.unit, Wording(say.language)) if step else ""


def target_text(target: Target, quote: str, say: Speech) -> str:
    """What is to be reached, in the words that reports use: 新增30户以上."""
    text = say(f"comparator.{target.comparator}", figure=f"{target.value:f}{target.unit}")
    # "达到……以内" is no Chinese; an upper bound speaks for itself.
    if target.comparator == "<=":
        return text
    return say(f"mode.{direction(target.mode, quote)}", figure=text)
