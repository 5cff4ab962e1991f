"""The contest: this extractor, a bare pass of `re`, and JioNLP, in turns over the same letters.

Each round lets every contestant run once, so that a slow moment of the machine strikes all of
them alike. Processor time is counted, not the clock's; the quickest round tells the cost, the
median how steady it is.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.bench.peer import PEER, Peer
from tracker.commitments.find import find_commitments
from tracker.letters.letter import read_letter

#: What a quick script would look for: words of promise, dates, figures with a unit. One pass, no
#: nesting: about the least that reading a text with `re` can cost.
BARE = re.compile(
    r"力争|确保|计划|预计|争取|[拟将]"
    r"|20\d\d年(?:\d{1,2}月(?:\d{1,2}日)?)?(?:底|末)?(?:之?前)?"
    r"|\d[\d,]*(?:\.\d+)?(?:万|亿)?(?:个百分点|平方米|公里|个|户|家|人|元|亩|处|座|所|件|项|米|吨|%|％)"
)

#: Runs over all letters once: seconds of processor time and the number of finds.
Run = Callable[[Sequence[str]], tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rounds gave for one contestant, in seconds a round."""

    name: str
    rounds: tuple[float, ...]
    finds: int

    @property
    def least(self) -> float:
        """The quickest round."""
        return min(self.rounds)


def extraction(texts: Sequence[str]) -> tuple[float, int]:
    """Text to commitments, as `tracker extract` does it, in one process."""
    begin = time.process_time()
    finds = sum(len(find_commitments(read_letter(text)).commitments) for text in texts)
    return time.process_time() - begin, finds


def bare_pass(texts: Sequence[str]) -> tuple[float, int]:
    """One pattern over the text."""
    begin = time.process_time()
    finds = sum(1 for text in texts for _ in BARE.finditer(text))
    return time.process_time() - begin, finds


def contest(runs: dict[str, Run], texts: Sequence[str], rounds: int) -> list[Outcome]:
    """Let all run in turns; the first round warms up and does not count."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    finds: dict[str, int] = {}
    for turn in range(rounds + 1):
        for name, run in runs.items():
            seconds, finds[name] = run(texts)
            if turn:
                times[name].append(seconds)
    return [Outcome(name, tuple(taken), finds[name]) for name, taken in times.items()]


def show_contest(
    console: Console, letters: Mapping[str, str], peer: Peer | None, own: Peer | None, rounds: int
) -> None:
    """Run the contest and print its table.

    Args:
        console: to print to.
        letters: name → text.
        peer: JioNLP, where it is to be had.
        own: this extractor compiled, where that was asked for.
        rounds: that count.
    """
    texts = tuple(letters.values())
    size = sum(map(len, texts))
    runs: dict[str, Run] = {"this extractor": extraction, "one pass of re": bare_pass}
    if own is not None:
        runs["this extractor, compiled"] = own.runner("compiled")
    if peer is not None:
        runs |= {f"{PEER}, {kind}": peer.runner(kind) for kind in ("time", "money")}
    outcomes = contest(runs, texts, rounds)
    least = {outcome.name: outcome.least for outcome in outcomes}
    table = Table(title=f"{len(texts)} whole letters, {size} characters, {rounds} rounds in turns")
    table.add_column("contestant")
    for column in ("ms, least", "ms, median", "characters/s", "× re", f"× {PEER}, time", "finds"):
        table.add_column(column, justify="right")
    of_peer = least.get(f"{PEER}, time")
    for outcome in outcomes:
        table.add_row(
            outcome.name,
            f"{outcome.least * 1000:.2f}",
            f"{statistics.median(outcome.rounds) * 1000:.2f}",
            f"{size / outcome.least:,.0f}",
            f"{outcome.least / least['one pass of re']:.1f}",
            f"{outcome.least / of_peer:.2f}" if of_peer else "–",
            str(outcome.finds),
        )
    console.print(table)
    console.print("letters: " + ", ".join(letters))
