"""When a report of the settings is due, and which of two comes first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from tracker.cron import crontab
from tracker.mailings import Mailing

#: A report that was due so many days ago and has not gone out is left for its next day.
_BACK: Final = 31
_DAY: Final = dt.timedelta(days=1)


def last_due(when: str, now: dt.datetime, zone: ZoneInfo) -> dt.date | None:
    """The day on which a report was last due, at most a month ago.

    Args:
        when: a cron expression; of several moments of a day the first counts.
        now: the moment.
        zone: the office's.
    """
    trigger = _trigger(when, zone)
    today = now.astimezone(zone).date()
    for back in range(_BACK + 1):
        day = today - back * _DAY
        fire = trigger.get_next_fire_time(None, _begin(day, zone))
        if fire is not None and fire.date() == day and fire <= now:
            return day
    return None


def next_due(when: str, now: dt.datetime, zone: ZoneInfo) -> dt.date | None:
    """The day on which a report is due next, from a moment on; None where there is none.

    Args:
        when: a cron expression.
        now: the moment.
        zone: the office's.
    """
    fire = _trigger(when, zone).get_next_fire_time(None, now.astimezone(zone))
    return None if fire is None else fire.date()


def rarest_first(mailings: Sequence[Mailing], day: dt.date, zone: ZoneInfo) -> list[Mailing]:
    """Reports by how many days lie between two of them, the most first; of equals the one that is
    written first.

    Args:
        mailings: of the settings.
        day: from which on is looked.
        zone: the office's.
    """

    def often(mailing: Mailing) -> int:
        first = next_due(mailing.when, _begin(day + _DAY, zone), zone)
        second = first and next_due(mailing.when, _begin(first + _DAY, zone), zone)
        return -(second - first).days if first and second else -dt.date.max.toordinal()

    return sorted(mailings, key=often)


def _begin(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=zone)


def _trigger(when: str, zone: ZoneInfo) -> Any:
    # Loaded here because only the daemon needs it.
    from apscheduler.triggers.cron import CronTrigger

    return CronTrigger.from_crontab(crontab(when), timezone=zone)
