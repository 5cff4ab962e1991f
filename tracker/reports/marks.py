"""A checksum of what the ledger knows of a commitment, which travels with an exported row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import replace
from itertools import product
from typing import Final

from tracker.reports.asked import Request
from tracker.reports.items import Item, Report

_LENGTH: Final = 12
_ORIGIN_LENGTH: Final = 20


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


def origin(row_mark: str, sheet: str, who: str) -> str:
    """What the history notes beside a report that came back in a workbook: the row it stood in.

    Two copies of a file that went to two people of two units have the same rows; who filled them
    in tells them apart, as far as it is said.

    Args:
        row_mark: the checksum on the row.
        sheet: on which it stands.
        who: whom it names; empty where nobody.
    """
    written = json.dumps([row_mark, sheet, who], ensure_ascii=False).encode()
    return f"row:{hashlib.sha256(written).hexdigest()[:_ORIGIN_LENGTH]}"


def stood(
    row_mark: str, item: Item, reports: Collection[Report], requests: Collection[Request]
) -> bool:
    """Whether the ledger is as it was at the export, some reports and requests apart.

    Args:
        row_mark: the checksum on the row.
        item: the commitment as it is now.
        reports: those that may have come in since.
        requests: so too.
    """
    before = (
        replace(item, reports=told, requests=asked)
        for told, asked in product(
            {item.reports, tuple(one for one in item.reports if one not in reports)},
            {item.requests, tuple(one for one in item.requests if one not in requests)},
        )
    )
    return any(mark(one) == row_mark for one in before)
