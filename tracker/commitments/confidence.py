"""How surely a find is a promise: a probability, from what speaks for it.

The weights are those of a logistic regression of "a person annotated it" on the evidence, over
annotated letters (README, "Confidence"); `tracker evaluate` prints how often finds of each
confidence are right. Change the evidence, and the weights are to be fitted anew.
"""

from __future__ import annotations

import math
from functools import lru_cache
from operator import mul
from typing import Final, NamedTuple

from tracker.commitments.model import Kind


class Evidence(NamedTuple):
    """What speaks for a find.

    `word`: the clause has a word of promise of its own. `stated`, `inferred`: its date stands in
    the clause, or around it. `planned`: heading or paragraph tells of plans. `neutral`: neither
    its own words nor what is around it tell that it is to come. `owner`: somebody is named.
    `per_thing`, `per_period`: a rate, 每户 or 每年. `verb`: something is done to the figure.
    `worth`: how checkable a deliverable without a figure is, 0 to 1. `clue`: its paragraph holds
    a promise by its own words.
    """

    kind: Kind
    word: bool = False
    stated: bool = False
    inferred: bool = False
    planned: bool = False
    neutral: bool = False
    owner: bool = False
    per_thing: bool = False
    per_period: bool = False
    verb: bool = False
    conditional: bool = False
    clue: bool = False
    worth: float = 0.0


_BASE: Final[dict[Kind, float]] = {"measurable": 0.06, "milestone": -1.83, "action": -0.82}
#: Log-odds, in the order of the fields behind `kind`.
_WEIGHTS: Final[tuple[float, ...]] = (
    0.46, 2.0, 0.72, 0.52, -0.69, 0.31, 0.05, 0.39, 1.57, 1.88, 0.99, 1.68,
)  # fmt: skip


@lru_cache(maxsize=4096)
def confidence(evidence: Evidence) -> float:
    """The probability that a find is a promise, between 0 and 1; kept, since few kinds come up.

    Args:
        evidence: what speaks for it.
    """
    odds = sum(map(mul, _WEIGHTS, evidence[1:]), _BASE[evidence.kind])
    return 1 / (1 + math.exp(-odds))
