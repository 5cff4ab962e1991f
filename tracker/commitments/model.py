"""What is found in a letter: commitments, their baselines, and results already reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from tracker.commitments.growth import growth
from tracker.letters.model import Letter

Kind = Literal["measurable", "milestone", "action"]
Mode = Literal["increase", "level", "amount"]
Comparator = Literal[">=", "<=", "=", "~"]
Strength = Literal["firm", "target", "conditional"]
Basis = Literal["stated", "inferred", "policy"]


class Target(NamedTuple):
    """What is to be reached: `value` in `unit` as written (Decimal(30), "户")."""

    value: Decimal
    unit: str
    mode: Mode
    comparator: Comparator


class Deadline(NamedTuple):
    """The last day of the period promised.

    `day` is None where the words cannot be resolved (a letter without a date). `rule` names the
    rule of the time grammar that gave it.
    """

    day: date | None
    text: str
    basis: Basis
    rule: str


class Achievement(NamedTuple):
    """A measured result that a letter reports; offsets into the raw text."""

    quote: str
    start: int
    end: int
    what: str
    value: Decimal
    unit: str
    as_of: date | None

    def as_json(self) -> dict[str, Any]:
        """The achievement as `tracker extract` prints it."""
        return {
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "what": self.what,
            "value": plain(self.value),
            "unit": self.unit,
            "as_of": self.as_of.isoformat() if self.as_of else None,
        }


class Commitment(NamedTuple):
    """One checkable promise, with its exact place in the raw text.

    `owner` holds units as written, none when it is only the replying unit. `section` is the
    heading path. `reasons` are the words that decided kind, target, deadline and strength.
    """

    quote: str
    start: int
    end: int
    kind: Kind
    what: str
    strength: Strength
    target: Target | None = None
    deadline: Deadline | None = None
    owner: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    confidence: float = 0.0
    baseline: Achievement | None = None
    reasons: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The commitment as `tracker extract` prints it."""
        target, deadline, baseline = self.target, self.deadline, self.baseline
        return {
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "kind": self.kind,
            "what": self.what,
            "value": plain(target.value) if target else None,
            "unit": target.unit if target else None,
            "mode": target.mode if target else None,
            "comparator": target.comparator if target else None,
            "deadline": deadline.day.isoformat() if deadline and deadline.day else None,
            "deadline_text": deadline.text if deadline else None,
            "deadline_basis": deadline.basis if deadline else None,
            "deadline_rule": deadline.rule if deadline else None,
            "owner": list(self.owner),
            "strength": self.strength,
            "section": list(self.section),
            "confidence": round(self.confidence, 2),
            "baseline": baseline.as_json() if baseline else None,
            "growth": _growth_json(target, baseline) if target and baseline else None,
            "reasons": list(self.reasons),
        }


def _growth_json(target: Target, baseline: Achievement) -> dict[str, int | float | None] | None:
    step = growth(
        target.value, target.unit, target.mode, baseline.value, baseline.unit, baseline.quote
    )
    if step is None:
        return None
    fields = {"added": step.added, "percent": step.percent, "times": step.times}
    return {name: None if figure is None else plain(figure) for name, figure in fields.items()}


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was found in one letter, in the order of the text.

    `overfull` where a text holds more than any letter does: the rest of its promises was not read.
    """

    letter: Letter
    commitments: tuple[Commitment, ...]
    achievements: tuple[Achievement, ...]
    overfull: bool = False

    def as_json(self, source: str) -> dict[str, Any]:
        """One line of `tracker extract --format jsonl`."""
        return {
            "source": source,
            "letter": self.letter.header.as_json(),
            "commitments": [item.as_json() for item in self.commitments],
            "achievements": [item.as_json() for item in self.achievements],
            "overfull": self.overfull,
        }


def plain(value: Decimal) -> int | float:
    """A number as JSON writes it: whole where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)
