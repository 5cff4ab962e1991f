"""The only module that asks the time; everything else is told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment in UTC, as the store keeps it."""
    return datetime.now(UTC)


def today(timezone: str) -> date:
    """The calendar day in the office's zone.

    Args:
        timezone: an IANA name such as "Asia/Shanghai".
    """
    return now().astimezone(ZoneInfo(timezone)).date()
