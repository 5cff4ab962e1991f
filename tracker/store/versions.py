"""Several versions of one letter: which promise of the new one is which of the old one."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tracker.commitments.model import Commitment, Target
from tracker.store.tables import CommitmentRow

#: Shorter quotes are too common to be told by one lying inside the other.
_LONG_ENOUGH = 6


@dataclass(frozen=True, slots=True)
class Matched:
    """Each find of the new letter with the row that it was before, and the rows left over."""

    finds: tuple[tuple[Commitment, CommitmentRow | None], ...]
    missing: tuple[CommitmentRow, ...]


def match(rows: Sequence[CommitmentRow], finds: Sequence[Commitment]) -> Matched:
    """Pair finds with the rows known: same quote and target first, then a longer or shorter clause.

    Both go by what was found in the letter, never by what people made of it.

    Args:
        rows: the commitments known from the same unit's letters to the same suggestion.
        finds: of the new letter, in the order of the text.
    """
    left = list(rows)
    pairs: dict[int, CommitmentRow] = {}
    if left:
        prints = [fingerprint(find.quote, find.target) for find in finds]
        _pair(pairs, left, finds, lambda row, index: row.fingerprint == prints[index])
        _pair(pairs, left, finds, lambda row, index: _overlaps(row, finds[index]))
    return Matched(tuple((find, pairs.get(index)) for index, find in enumerate(finds)), tuple(left))


def _pair(
    pairs: dict[int, CommitmentRow],
    left: list[CommitmentRow],
    finds: Sequence[Commitment],
    same: Callable[[CommitmentRow, int], bool],
) -> None:
    """Give each find that has no row yet the first of those left that is the same."""
    for index in range(len(finds)):
        if index not in pairs:
            found = next((row for row in left if same(row, index)), None)
            if found is not None:
                left.remove(found)
                pairs[index] = found


def fingerprint(quote: str, target: Target | None) -> str:
    """What a promise is known by again: its words without spaces and punctuation, and its target."""
    figure = f"{target.value.normalize():f}{target.unit}" if target else ""
    return hashlib.sha256(f"{normal(quote)}|{figure}".encode()).hexdigest()


def normal(quote: str) -> str:
    """A quote without what editors change: widths, spaces, punctuation."""
    wide = unicodedata.normalize("NFKC", quote)
    return "".join(sign for sign in wide if unicodedata.category(sign)[0] not in "PZC")


def _overlaps(row: CommitmentRow, find: Commitment) -> bool:
    """The same target in a clause that a newer reader cuts differently."""
    if row.fingerprint != fingerprint(row.quote, find.target):
        return False
    short, long = sorted((normal(row.quote), normal(find.quote)), key=len)
    return len(short) >= _LONG_ENOUGH and short in long
