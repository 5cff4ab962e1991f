"""Several versions of one letter: which promise of the new one is which of the old one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.commitments.model import Commitment, Target
from tracker.store.tables import CommitmentRow

#: Shorter quotes are too common to be told by one lying inside the other.
_LONG_ENOUGH: Final = 6
#: Fewer words than these beside numbers and dates tell no promise from another: 完成改造.
_TELLING: Final = 4
#: So much of the longer wording must be in the shorter one: a qualifier put in, no other promise.
_MOSTLY: Final = 0.75
#: With more pairs to compare, only equal ones are told: others wait while a letter is entered.
_MOST_PAIRS: Final = 250_000
#: Figures, dates and hedges: what a unit changes when it corrects a promise.
_CHANGEABLE: Final = re.compile(
    r"[0-9〇零一二三四五六七八九十百千万亿两]+|[今明后当本次]年|[上下]半年|[上中下]旬|[本当]?季度"
    r"|个?月份?|年度?|日|以前|之前|以内|以上|以下|左右|[底末内前初约近]"
    r"|力争|争取|确保|计划|预计|拟|将"
)


@dataclass(frozen=True, slots=True)
class Matched:
    """Each find of the new letter with the row that it was before, and the rows left over."""

    finds: tuple[tuple[Commitment, CommitmentRow | None], ...]
    missing: tuple[CommitmentRow, ...]


def replies(letters: Iterable[tuple[int, int | None, str | None]]) -> dict[int, int | None]:
    """Which letters to one suggestion are versions of one reply.

    A signed letter is of the unit that signed it. One whose signer is not known is of the first
    unit that ever signs, unless two had signed before it came: then nobody can tell whose it is.
    So what a letter is a version of does not change when further units reply.

    Args:
        letters: of one suggestion: id, id of the unit that replied, and its name as signed.

    Returns:
        The unit whose reply each letter is, by the letter's id; None: nobody knows.
    """
    known = sorted(letters)
    first = next((unit for _, unit, signed in known if signed is not None), None)
    units: set[int | None] = set()
    found: dict[int, int | None] = {}
    for letter, unit, signed in known:
        if signed is not None:
            units.add(unit)
            found[letter] = unit
        else:
            found[letter] = first if len(units) < 2 else None
    return found


def match(rows: Sequence[CommitmentRow], finds: Sequence[Commitment]) -> Matched:
    """Pair finds with the rows known: same quote and target first, then a longer or shorter clause,
    then the same words with another figure or date, of several those that keep one of the two.

    All go by what was found in the letter, never by what people made of it.

    Args:
        rows: the commitments known from the same unit's letters to the same suggestion.
        finds: of the new letter, in the order of the text.
    """
    # What an earlier version had lost comes last: it is found again where nothing else is meant.
    left = sorted(rows, key=lambda row: row.recheck in ("missing", "kept"))
    pairs: dict[int, CommitmentRow] = {}

    def few() -> bool:
        return len(left) * (len(finds) - len(pairs)) <= _MOST_PAIRS

    if left:
        plain = [normal(find.quote) for find in finds]
        figures = [_figure(find.target) for find in finds]
        prints = [_hashed(*both) for both in zip(plain, figures, strict=True)]
        _pair(pairs, left, lambda row: row.fingerprint, prints)
    if left and len(pairs) < len(finds):
        old = {row.ref: normal(row.quote) for row in left}
        if few():
            others = set(figures)
            figure = {row.ref: _found_with(row, old[row.ref], others) for row in left}
            _pair(
                pairs, left, lambda row: figure[row.ref], figures,
                lambda row, index: _within(old[row.ref], plain[index]),
            )  # fmt: skip
        known = {row.ref: (_thing(old[row.ref]), row.unit) for row in left}
        units = [find.target.unit if find.target else None for find in finds]
        found = [(_thing(one), unit) for one, unit in zip(plain, units, strict=True)]
        telling = [both if len(both[0]) >= _TELLING else None for both in found]
        # One clause may promise two things, 30户 and 200人: the measure is always the same.
        _pair(
            pairs, left, lambda row: known[row.ref], telling,
            lambda row, index: _near(row, finds[index]),
        )  # fmt: skip
        _pair(pairs, left, lambda row: known[row.ref], telling)
        if few():
            _pair(
                pairs, left, lambda row: (row.unit,), [(unit,) for unit in units],
                lambda row, index: _qualified(known[row.ref][0], found[index][0]),
            )  # fmt: skip
    return Matched(tuple((find, pairs.get(index)) for index, find in enumerate(finds)), tuple(left))


def _pair(
    pairs: dict[int, CommitmentRow],
    left: list[CommitmentRow],
    of_row: Callable[[CommitmentRow], Hashable],
    of_finds: Sequence[Hashable],
    same: Callable[[CommitmentRow, int], bool] = lambda row, index: True,
) -> None:
    """Give each find that has no row yet the first of those left that has what it has, and is the
    same; a find that has None gets none.
    """
    alike: dict[Hashable, list[CommitmentRow]] = {}
    for row in left:
        alike.setdefault(of_row(row), []).append(row)
    for index, key in enumerate(of_finds):
        if index in pairs or key is None:
            continue
        rows = alike.get(key, [])
        found = next((row for row in rows if same(row, index)), None)
        if found is not None:
            rows.remove(found)
            left.remove(found)
            pairs[index] = found


def fingerprint(quote: str, target: Target | None) -> str:
    """What a promise is known by again: its words without spaces and punctuation, and its target."""
    return _hashed(normal(quote), _figure(target))


def _hashed(plain: str, figure: str) -> str:
    return hashlib.sha256(f"{plain}|{figure}".encode()).hexdigest()


def _figure(target: Target | None) -> str:
    return f"{target.value.normalize():f}{target.unit}" if target else ""


def _found_with(row: CommitmentRow, plain: str, figures: Iterable[str]) -> str | None:
    """The figure that a row was found with, which people may have corrected since; None: none of
    those that count here.
    """
    own = f"{row.value.normalize():f}{row.unit}" if row.value is not None else ""
    if _hashed(plain, own) == row.fingerprint:
        return own
    return next((one for one in figures if _hashed(plain, one) == row.fingerprint), None)


def normal(quote: str) -> str:
    """A quote without what editors change: widths, spaces, punctuation."""
    wide = unicodedata.normalize("NFKC", quote)
    return "".join(sign for sign in wide if unicodedata.category(sign)[0] not in "PZC")


def _thing(plain: str) -> str:
    """What is left of a quote without figures, dates and hedges: which thing is promised."""
    return _CHANGEABLE.sub("", plain)


def _near(row: CommitmentRow, find: Commitment) -> bool:
    """Whether at least figure or date is as before."""
    figure = find.target.value if find.target else None
    day = find.deadline.day if find.deadline else None
    return row.value == figure or row.deadline == day


def _qualified(old: str, new: str) -> bool:
    """One wording is the other with a few words put in."""
    short, long = sorted((old, new), key=len)
    if len(short) < max(_LONG_ENOUGH, _MOSTLY * len(long)):
        return False
    rest = iter(long)
    return all(sign in rest for sign in short)


def within(one: str, other: str) -> bool:
    """Whether two quotes are one clause, cut longer or shorter."""
    return _within(normal(one), normal(other))


def _within(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _LONG_ENOUGH and short in long)
