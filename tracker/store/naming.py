"""Names of units as a person types them: which of them the registry does not know, and what they
may have been meant to be. A letter may name any unit; a person who types one may mistype it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import UnknownReference
from tracker.store.book import Units
from tracker.store.fields import names_in
from tracker.store.places import full_names
from tracker.store.tables import CommitmentRow, UnitAliasRow, UnitRow

#: So alike is a mistyped name; 县教局 and 县教育局 are 0.86; 云溪市教育局 and 云溪市财政局, two
#: offices of one place, 0.67.
_ALIKE: Final = 0.7
_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Stranger:
    """A name that no unit of the registry has.

    Attributes:
        name: as typed.
        near: registered names that look like it, the likest first.
        in_letter: whether it stands in the letter.
    """

    name: str
    near: tuple[str, ...]
    in_letter: bool


def strangers(session: Session, row: CommitmentRow, typed: str) -> list[Stranger]:
    """The units among typed names that the registry does not know.

    Args:
        session: of `Store.read` or `Store.write`.
        row: the commitment whose owners they are to be.
        typed: names as `edit` takes them.
    """
    region = row.suggestion.region
    units = Units(session, region)
    unknown = [name for name in names_in(typed) if units.known(name) is None]
    if not unknown:
        return []
    known = [
        *session.scalars(select(UnitRow.name).order_by(UnitRow.id)),
        *session.scalars(select(UnitAliasRow.alias).order_by(UnitAliasRow.id)),
    ]
    return [Stranger(name, _near(name, region, known), name in row.letter.text) for name in unknown]


def refuse_strangers(session: Session, row: CommitmentRow, typed: str) -> list[Stranger]:
    """The units that would be entered, as the letter names them; a name mistyped reaches nobody.

    Args:
        session: as for `strangers`.
        row: the same.
        typed: the same.

    Raises:
        UnknownReference: one stands neither in the registry nor in the letter.
    """
    found = strangers(session, row, typed)
    for one in found:
        if not one.in_letter:
            raise UnknownReference(missing(one))
    return found


def missing(stranger: Stranger) -> str:
    """That there is no such unit, and the remedy."""
    if stranger.near:
        near = ", ".join(stranger.near)
        return f"no unit {stranger.name!r}; did you mean {near}? or enter it: tracker units import"
    return f"no unit {stranger.name!r}; enter it: tracker units import"


def _near(name: str, region: str, known: Sequence[str]) -> tuple[str, ...]:
    """Registered names like a typed one, or like what it is in full."""
    found = [
        match
        for wanted in dict.fromkeys((*full_names(name, region), name))
        for match in get_close_matches(wanted, list(dict.fromkeys(known)), _MOST, _ALIKE)
    ]
    return tuple(dict.fromkeys(found))[:_MOST]
