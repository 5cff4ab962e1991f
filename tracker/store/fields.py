"""The fields that a person may correct: how they are written, shown and checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, get_args

from tracker.address import printable
from tracker.commitments.model import Comparator, Kind, Mode, Strength
from tracker.errors import StoreError
from tracker.letters.dates import typed_day
from tracker.store.book import owners_text
from tracker.store.tables import CommitmentRow

#: Ways to say that a field is to be empty.
_NONE: Final = {"", "none", "无", "-"}

EDITABLE: Final = (
    "deadline", "owner", "value", "unit", "mode", "comparator", "kind", "what", "strength",
    "renews",
)  # fmt: skip

_FIGURE: Final = ("value", "unit", "mode", "comparator")


def shown(row: CommitmentRow, name: str) -> str | None:
    """A field's present value as the history keeps it; None where empty."""
    if name == "owner":
        return owners_text(row) or None
    if name == "renews":
        return row.renews.ref if row.renews is not None else None
    value = getattr(row, name)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return None if value is None else str(value)


def parse(row: CommitmentRow, changes: Mapping[str, str]) -> dict[str, str | None]:
    """Values as the history keeps them, each checked, and all of them together.

    Args:
        row: the commitment as it is.
        changes: field → value as a person writes it.

    Raises:
        StoreError: one line that names the field, what it may be and what it was given.
    """
    wanted: dict[str, str | None] = {}
    refused = {name for name, text in changes.items() if not printable(text.strip())}
    for name in EDITABLE:
        if name in refused:
            raise StoreError(f"{row.ref}: {name} must be one line without control characters")
    for name, written in changes.items():
        if name not in EDITABLE:
            raise StoreError(f"{row.ref}: no field {name!r}; fields: {', '.join(EDITABLE)}")
        wanted[name] = _READERS[name](row.ref, name, unicodedata.normalize("NFC", written).strip())
    if wanted.get("kind", "measurable") != "measurable":
        # What is not measurable has no figure; one that is left over would be counted.
        wanted = dict.fromkeys(_FIGURE) | wanted
    _check_whole(row, wanted)
    return wanted


def _check_whole(row: CommitmentRow, wanted: Mapping[str, str | None]) -> None:
    """A measurable commitment has its figure whole; other kinds have none."""
    if not {"kind", *_FIGURE} & set(wanted):
        return
    after = {name: wanted.get(name, shown(row, name)) for name in EDITABLE}
    if after["kind"] == "measurable":
        lacking = [name for name in _FIGURE if after[name] is None]
        if lacking:
            options = " ".join(f"--{name} …" for name in lacking)
            raise StoreError(f"{row.ref}: a measurable commitment also needs {options}")
        return
    wrong = next((name for name in _FIGURE if wanted.get(name) is not None), None)
    if wrong:
        raise StoreError(
            f"{row.ref}: only a measurable commitment has a {wrong}; add --kind measurable"
        )


def _day(ref: str, name: str, text: str) -> str | None:
    if text.lower() in _NONE:
        return None
    day = typed_day(text)
    if day is None:
        raise StoreError(f"{ref}: {text!r} is no date; write 2023-12-31, or none")
    return day.isoformat()


def _number(ref: str, name: str, text: str) -> str | None:
    if text.lower() in _NONE:
        return None
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise StoreError(f"{ref}: {name} {text!r} is no number; write 30 or 2733.5") from error
    if not value.is_finite() or value < 0 or len(f"{value:f}") > 30:
        raise StoreError(f"{ref}: {name} {text!r} is out of range; write 30 or 2733.5")
    return f"{value:f}"


def names_in(text: str) -> list[str]:
    """The names of units in what a person typed; none where the field is to be empty."""
    if text.strip().lower() in _NONE:
        return []
    return [part.strip() for part in re.split(r"[、,\uff0c;\uff1b]", text) if part.strip()]


def _names(ref: str, name: str, text: str) -> str | None:
    if text.lower() in _NONE:
        return None
    names = names_in(text)
    long = next((part for part in names if len(part) > 100), None)
    if long:
        raise StoreError(f"{ref}: {long[:20]!r}… is too long for the name of a unit")
    return "、".join(dict.fromkeys(names)) or None


def _words(ref: str, name: str, text: str) -> str | None:
    if name == "unit" and text.lower() in _NONE:
        return None
    if not text or len(text) > 200:
        raise StoreError(f"{ref}: {name} must be one line of up to 200 characters")
    return text


def _reference(ref: str, name: str, text: str) -> str | None:
    """Of the earlier promise that this one makes again; whether there is one, the store knows."""
    return None if text.lower() in _NONE else text


def _one_of(*allowed: str, empty: bool) -> Callable[[str, str, str], str | None]:
    def read(ref: str, name: str, text: str) -> str | None:
        if empty and text.lower() in _NONE:
            return None
        if text not in allowed:
            raise StoreError(f"{ref}: {name} must be one of {', '.join(allowed)}, not {text!r}")
        return text

    return read


_READERS: Final[dict[str, Callable[[str, str, str], str | None]]] = {
    "deadline": _day,
    "owner": _names,
    "value": _number,
    "unit": _words,
    "mode": _one_of(*get_args(Mode), empty=True),
    "comparator": _one_of(*get_args(Comparator), empty=True),
    "kind": _one_of(*get_args(Kind), empty=False),
    "what": _words,
    "strength": _one_of(*get_args(Strength), empty=False),
    "renews": _reference,
}
