"""How well letters are read, measured on annotated ones.

A find counts as right when its quote and an annotation's overlap by at least half of the shorter
one and, where both are measurable, the figures are equal. What an annotator marked "arguable"
counts neither way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from tracker.commitments.magnitudes import base

FIELDS = ("deadline", "owner", "mode", "comparator", "strength", "what")
LETTER_FIELDS = (
    "issuer", "date", "suggestion_no", "session", "body", "recipients", "category",
)  # fmt: skip
#: Which kinds a line of the score counts.
GROUPS: dict[str, frozenset[str]] = {
    "measurable": frozenset({"measurable"}),
    "checkable": frozenset({"measurable", "milestone"}),
    "all": frozenset({"measurable", "milestone", "action"}),
}


@dataclass(slots=True)
class Tally:
    """Finds that are right, wrong, and annotations that were missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of the finds that are right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of the annotations that were found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


#: Bounds of the table of calibration.
_RANGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


@dataclass(slots=True)
class Score:
    """Figures over a set of letters; `found` are the annotations met, as "letter: quote"."""

    letters: int = 0
    tallies: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in GROUPS})
    fields: dict[str, list[int]] = field(default_factory=lambda: {n: [0, 0] for n in FIELDS})
    header: dict[str, list[int]] = field(default_factory=lambda: {n: [0, 0] for n in LETTER_FIELDS})
    baselines: list[int] = field(default_factory=lambda: [0, 0, 0])
    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    spurious: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    sureness: list[tuple[float, bool]] = field(default_factory=list)

    def calibration(self) -> list[tuple[float, float, int, float, float]]:
        """How often finds of each confidence are annotated ones.

        Returns:
            For each range that holds a find: from, to, how many, their mean confidence, and the
            share of them that a person annotated too (doubtful annotations included).
        """
        rows = []
        for low, high in pairwise(_RANGES):
            inside = [(sure, right) for sure, right in self.sureness if low <= sure < high]
            if inside:
                n = len(inside)
                mean, share = sum(sure for sure, _ in inside) / n, sum(r for _, r in inside) / n
                rows.append((low, min(high, 1.0), n, mean, share))
        return rows

    def figures(self) -> dict[str, float]:
        """Every figure that a bound can be set for, by name."""
        result: dict[str, float] = {}
        for name, tally in self.tallies.items():
            result |= {
                f"{name}_precision": tally.precision,
                f"{name}_recall": tally.recall,
                f"{name}_f1": tally.f1,
            }
        for name, (right, total) in self.fields.items():
            result[name] = right / total if total else 1.0
        for name, (right, total) in self.header.items():
            result[f"letter_{name}"] = right / total if total else 1.0
        right, total, _ = self.baselines
        result["baseline"] = right / total if total else 1.0
        sure = [found for sureness, found in self.sureness if sureness > 0.9]
        result["sure"] = sum(sure) / len(sure) if sure else 1.0
        return result


def add(
    score: Score, name: str, text: str, given: Mapping[str, Any], wanted: Mapping[str, Any]
) -> None:
    """Count one letter.

    Args:
        score: what is counted into.
        name: the letter's name, for the lists.
        text: its text as decoded.
        given: what `Extraction.as_json` gives.
        wanted: its annotation.
    """
    score.letters += 1
    finds, notes = given["commitments"], wanted.get("commitments", [])
    pairs = _pairs(finds, notes, text)
    by_find, by_note = dict(pairs), {note: find for find, note in pairs}
    for group, kinds in GROUPS.items():
        tally = score.tallies[group]
        for index, find in enumerate(finds):
            note = notes[by_find[index]] if index in by_find else None
            if find["kind"] not in kinds or (note is not None and note.get("arguable")):
                continue
            if note is not None and note["kind"] in kinds:
                tally.right += 1
            else:
                tally.wrong += 1
        for index, note in enumerate(notes):
            if note["kind"] in kinds and not note.get("arguable"):
                tally.missed += index not in by_note or finds[by_note[index]]["kind"] not in kinds
    for index, note in enumerate(notes):
        line = f"{name}: [{note['kind']}] {note['value'] or ''}{note['unit'] or ''} {_short(note['quote'])}"
        if index in by_note:
            score.found.append(line)
            _compare(score, name, finds[by_note[index]], note)
        elif not note.get("arguable"):
            score.missed.append(line)
    score.sureness += [(find["confidence"], index in by_find) for index, find in enumerate(finds)]
    for index, find in enumerate(finds):
        if index not in by_find:
            score.spurious.append(
                f"{name}: [{find['kind']}] {find['value'] or ''}{find['unit'] or ''} {_short(find['quote'])}"
            )
    for key in LETTER_FIELDS:
        got, want = given["letter"].get(key), wanted.get(key)
        score.header[key][1] += 1
        if got == want or (not got and not want):
            score.header[key][0] += 1
        else:
            score.differing.append(f"{name}: {key}: {got!r}, annotated {want!r}")


def _compare(score: Score, name: str, find: Mapping[str, Any], note: Mapping[str, Any]) -> None:
    """The fields of a find beside those of its annotation."""
    wanted, given = note.get("baseline"), find.get("baseline")
    if wanted:
        score.baselines[1] += 1
        score.baselines[0] += given is not None and _same_figure(given, wanted)
    elif given and not note.get("arguable"):
        score.baselines[2] += 1
    if note.get("arguable"):
        return
    for key in FIELDS:
        if key in ("mode", "comparator") and note["kind"] != "measurable":
            continue
        score.fields[key][1] += 1
        if _same(key, find.get(key), note.get(key)):
            score.fields[key][0] += 1
        elif key != "what":
            score.differing.append(
                f"{name}: {key}: {find.get(key)!r}, annotated {note.get(key)!r}: {_short(note['quote'])}"
            )


def _same(key: str, got: Any, want: Any) -> bool:
    if key == "owner":
        return sorted(got or ()) == sorted(want or ())
    if key == "what":
        short, long = sorted((re.sub(r"\W", "", got or ""), re.sub(r"\W", "", want or "")), key=len)
        common = len(set(short) & set(long))
        return bool(short) and (short in long or common / len(set(short)) >= 0.7)
    return bool(got == want)


def _same_figure(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def plain(item: Mapping[str, Any]) -> tuple[Decimal, str]:
        return base(Decimal(str(item["value"])), item["unit"] or "")

    return plain(one) == plain(other)


def _pairs(
    finds: Sequence[Mapping[str, Any]], notes: Sequence[Mapping[str, Any]], text: str
) -> list[tuple[int, int]]:
    """Finds and annotations that mean the same, one to one, the best overlap first."""
    places = [text.find(note["quote"]) for note in notes]
    rated = []
    for i, find in enumerate(finds):
        for j, note in enumerate(notes):
            start = places[j]
            if start < 0:
                continue
            shared = min(find["end"], start + len(note["quote"])) - max(find["start"], start)
            shorter = max(1, min(find["end"] - find["start"], len(note["quote"])))
            if shared / shorter < 0.5:
                continue
            both = find["kind"] == note["kind"] == "measurable"
            if both and not _same_figure(find, note):
                continue
            rated.append((find["kind"] == note["kind"], shared / shorter, -i, -j))
    pairs: list[tuple[int, int]] = []
    taken_finds: set[int] = set()
    taken_notes: set[int] = set()
    for _, _, i, j in sorted(rated, reverse=True):
        if -i not in taken_finds and -j not in taken_notes:
            taken_finds.add(-i)
            taken_notes.add(-j)
            pairs.append((-i, -j))
    return pairs


def below(figures: Mapping[str, float], bounds: Iterable[tuple[str, float]]) -> list[str]:
    """The bounds that are missed, as one line each.

    Args:
        figures: as `Score.figures` gives them.
        bounds: figure's name and least value.
    """
    return [
        f"{name} {figures.get(name, 0.0):.3f} < {least}"
        for name, least in bounds
        if figures.get(name, 0.0) < least
    ]


def _short(quote: str) -> str:
    return quote.replace("\n", "")[:60]
