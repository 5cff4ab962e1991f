"""A tracker for the promises in government reply letters.

The public verbs are `read_letter`, `find_commitments` and `open_store`. They load on first use:
importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracker.commitments.find import find_commitments
    from tracker.letters.letter import read_letter
    from tracker.store.database import open_store

__all__ = ["find_commitments", "open_store", "read_letter"]

_HOME = {
    "find_commitments": "tracker.commitments.find",
    "open_store": "tracker.store.database",
    "read_letter": "tracker.letters.letter",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'tracker' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
