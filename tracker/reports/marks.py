"""A checksum of what the ledger knows of a commitment, which travels with an exported row."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from tracker.reports.items import Item

_LENGTH: Final = 12


def mark(item: Item) -> str:
    """A short checksum: another one as soon as anything was reported, asked for, decided or
    corrected. It tells whether what a unit filled in was filled in beside the newest data.

    Args:
        item: the commitment, as of the day of the export.
    """
    known = [
        item.ref, item.review, item.outcome, str(item.deadline), str(item.value), item.unit,
        sorted(item.units),
        [[str(one.value), str(one.as_of), one.note, one.evidence] for one in item.reports],
        [[one.kind, one.state] for one in item.requests],
    ]  # fmt: skip
    written = json.dumps(known, ensure_ascii=False).encode()
    return hashlib.sha256(written).hexdigest()[:_LENGTH]
