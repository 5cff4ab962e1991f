"""`tracker explain`: the letter in colour, and for each promise the words that decided it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_STYLES = {"promise": "bold black on green", "result": "cyan", "undecided": "yellow"}
_SIGNS = {"promise": ("【", "】"), "result": ("〔", "〕"), "undecided": ("", "?")}
_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "legend": "【承诺】绿色  〔已完成情况〕青色  未定? 黄色",
        "why": "依据",
        "deadline": "时限",
        "target": "目标",
        "baseline": "基数",
        "owner": "责任单位",
        "self": "答复单位",
        "sure": "把握",
        "stated": "原文写明",
        "inferred": "由上下文推得",
        "none": "没有可跟踪的承诺",
        "kinds": {"measurable": "量化", "milestone": "节点", "action": "事项"},
        "modes": {"increase": "新增", "level": "达到", "amount": "完成"},
        "strengths": {"firm": "确定", "target": "力争", "conditional": "有条件"},
    },
    "en": {
        "legend": "【promise】green  〔result〕cyan  undecided? yellow",
        "why": "decided by",
        "deadline": "due",
        "target": "target",
        "baseline": "baseline",
        "owner": "owner",
        "self": "the replying unit",
        "sure": "confidence",
        "stated": "stated",
        "inferred": "from the context",
        "none": "no promise to track",
        "kinds": {"measurable": "measurable", "milestone": "milestone", "action": "action"},
        "modes": {"increase": "increase", "level": "level", "amount": "amount"},
        "strengths": {"firm": "firm", "target": "target", "conditional": "conditional"},
    },
}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, file: Path) -> None:
    """用颜色标出承诺、已完成情况和未定语句,并逐条说明判断依据。

    Show a letter with its promises, results and undecided clauses marked, and why.
    """
    from rich.text import Text

    from tracker.cli.session import console_of, settings_of
    from tracker.commitments.explain import marks
    from tracker.commitments.find import find_commitments
    from tracker.errors import ReadingError
    from tracker.letters.letter import read_letter
    from tracker.letters.reading import read_file
    from tracker.reports.terminal import visible

    try:
        extraction = find_commitments(read_letter(read_file(file).text))
    except ReadingError as error:
        raise ReadingError(f"{file}: {error}") from error
    words = _WORDS[settings_of(ctx).language]
    console = console_of(ctx)
    raw = extraction.letter.raw
    shown = Text()
    at = 0
    for mark in marks(extraction):
        shown.append(visible(raw[at : mark.start]))
        opening, closing = _SIGNS[mark.sort]
        shown.append(f"{opening}{visible(raw[mark.start : mark.end])}{closing}", _STYLES[mark.sort])
        if mark.note:
            shown.append(f"[{mark.note}]", "bold green")
        at = mark.end
    shown.append(visible(raw[at:]))
    console.print(shown)
    console.print()
    console.print(words["legend"], style="dim")
    for number, item in enumerate(extraction.commitments, 1):
        console.print()
        console.print(f"[{number}] {visible(item.quote)}", style="bold")
        kind, strength = words["kinds"][item.kind], words["strengths"][item.strength]
        console.print(f"    {kind} · {strength} · {words['sure']} {item.confidence:.2f}")
        if item.target:
            t = item.target
            console.print(
                f"    {words['target']}: {words['modes'][t.mode]} {t.comparator} {t.value} {t.unit}"
            )
        if item.deadline:
            d = item.deadline
            basis = words.get(d.basis, d.basis)
            console.print(
                f"    {words['deadline']}: {d.day or '—'} ← “{d.text}” ({basis}, {d.rule})"
            )
        console.print(f"    {words['owner']}: {'、'.join(item.owner) or words['self']}")
        if item.baseline:
            b = item.baseline
            console.print(
                f"    {words['baseline']}: {b.value} {b.unit} ({b.as_of or '—'}) ← “{visible(b.quote)}”"
            )
        console.print(f"    {words['why']}: {' · '.join(item.reasons)}", style="dim")
    if not extraction.commitments:
        console.print(str(words["none"]))
