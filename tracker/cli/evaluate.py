"""`tracker evaluate`: score the extraction on annotated letters, and against an earlier run."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli.report import write_whole
from tracker.cli.session import shown
from tracker.errors import ReadingError, SettingsError

if TYPE_CHECKING:
    from tracker.commitments.model import Extraction
    from tracker.intake.onebyone import Apart


def _bound(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> list[tuple[str, float]]:
    bounds = []
    for value in values:
        name, sign, least = value.partition("=")
        try:
            bounds.append((name, float(least)))
        except ValueError as error:
            raise click.BadParameter(f"{value!r}: write FIGURE=0.95") from error
        if not sign:
            raise click.BadParameter(f"{value!r}: write FIGURE=0.95")
    return bounds


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--show", default=10, show_default=True, help="每类错误显示几条 · Mistakes to print.")
@click.option(
    "--min",
    "bounds",
    multiple=True,
    callback=_bound,
    metavar="FIGURE=VALUE",
    help="下限，未达到则退出状态为 1 · A bound; exit status 1 when missed.",
)
@click.option(
    "--save", type=click.Path(dir_okay=False, path_type=Path), help="保存本次结果 · Keep this run."
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="与保存的结果比较 · Compare with a kept run.",
)
def command(
    folder: Path,
    show: int,
    bounds: list[tuple[str, float]],
    save: Path | None,
    against: Path | None,
) -> None:
    """对照人工标注（同名 .json）给抽取结果评分。

    FOLDER holds pairs NAME.txt and NAME.json, annotated by the guideline's fields.
    """
    from tracker.commitments.evaluate import GROUPS, Score, add, below
    from tracker.intake.extracting import extraction_of
    from tracker.intake.onebyone import Apart

    score = Score()
    with Apart(extraction_of) as apart:
        for path in sorted(folder.glob("*.txt")):
            if path.with_suffix(".json").exists():
                add(score, path.stem, *_pair(path, apart))
    if not score.letters:
        raise SettingsError(f"{shown(folder)}: no annotated letters (NAME.txt with NAME.json)")
    figures = score.figures()
    print(f"{score.letters} letters")
    for name in GROUPS:
        tally = score.tallies[name]
        print(
            f"{name:11} precision {tally.precision:.3f}  recall {tally.recall:.3f}  F1 {tally.f1:.3f}"
            f"   (right {tally.right}, wrong {tally.wrong}, missed {tally.missed})"
        )
    print("fields:  " + ", ".join(f"{n} {figures[n]:.3f}" for n in score.fields))
    print("letters: " + ", ".join(f"{n} {figures['letter_' + n]:.3f}" for n in score.header))
    right, total, extra = score.baselines
    print(f"baselines: {right}/{total} right, {extra} where none is annotated")
    print("confidence: how many finds, and how many of them are annotated")
    for low, high, n, mean, share in score.calibration():
        print(f"  {low:.2f}–{high:.2f}  {n:4}  mean {mean:.3f}  right {share:.3f}")
    for title in ("missed", "spurious", "differing"):
        lines = getattr(score, title)
        if lines and show:
            print(f"\n{title} ({len(lines)}):", *map(shown, lines[:show]), sep="\n  ")
    if against is not None:
        _compare(against, score.found)
    if save is not None:
        kept = {"figures": figures, "found": score.found}
        write_whole(save, json.dumps(kept, ensure_ascii=False, indent=1).encode())
    short = below(figures, bounds)
    if short:
        print("\nbelow the bound: " + "; ".join(short))
        sys.exit(1)


def _pair(path: Path, apart: Apart[Extraction]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A letter's text, what is found in it, and its annotation."""
    try:
        found = apart.read(path)
        wanted = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (ReadingError, ValueError, OSError) as error:
        raise SettingsError(f"{shown(path)}: {error}") from error
    return found.letter.raw, found.as_json(path.name), wanted


def _compare(path: Path, found: list[str]) -> None:
    """What was gained and lost against a kept run."""
    try:
        before = set(json.loads(path.read_text(encoding="utf-8"))["found"])
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise SettingsError(f"{shown(path)}: not a run kept by --save") from error
    gained, lost = sorted(set(found) - before), sorted(before - set(found))
    print(f"\nagainst {shown(path)}: {len(gained)} gained, {len(lost)} lost")
    for sign, lines in (("+", gained), ("-", lost)):
        for line in lines:
            print(f"  {sign} {shown(line)}")
