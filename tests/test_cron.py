"""Cron expressions as crontab(5) has them, by the next times at which APScheduler fires."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from tracker.cron import check_cron, crontab

ZONE = ZoneInfo("Asia/Shanghai")


def fires(text: str, count: int) -> list[str]:
    """The next times from Sunday, 3 December 2023, on."""
    trigger = CronTrigger.from_crontab(crontab(text), timezone=ZONE)
    found: list[str] = []
    moment: dt.datetime | None = dt.datetime(2023, 12, 3, tzinfo=ZONE)
    last = None
    for _ in range(count):
        assert moment is not None
        last = moment = trigger.get_next_fire_time(last, moment)
        if moment is not None:
            found.append(f"{moment:%a %d %H:%M}")
            moment += dt.timedelta(seconds=1)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30 8 * * 0", ["Sun 03 08:30", "Sun 10 08:30"]),
        ("30 8 * * 7", ["Sun 03 08:30", "Sun 10 08:30"]),
        ("0 9 * * 1", ["Mon 04 09:00", "Mon 11 09:00"]),
        ("0 9 * * mon", ["Mon 04 09:00", "Mon 11 09:00"]),
        ("0 9 * * SUN", ["Sun 03 09:00", "Sun 10 09:00"]),
        ("0 9 * * 6", ["Sat 09 09:00", "Sat 16 09:00"]),
        ("0 9 * * 1-5", ["Mon 04 09:00", "Tue 05 09:00", "Wed 06 09:00", "Thu 07 09:00",
                         "Fri 08 09:00", "Mon 11 09:00"]),
        ("0 9 * * 1,3", ["Mon 04 09:00", "Wed 06 09:00", "Mon 11 09:00"]),
        ("0 9 * * 5-7", ["Sun 03 09:00", "Fri 08 09:00", "Sat 09 09:00", "Sun 10 09:00"]),
        ("0 9 * * fri-sun", ["Sun 03 09:00", "Fri 08 09:00", "Sat 09 09:00", "Sun 10 09:00"]),
        ("0 9 * * sun-tue", ["Sun 03 09:00", "Mon 04 09:00", "Tue 05 09:00", "Sun 10 09:00"]),
        ("0 9 * * 1-5/2", ["Mon 04 09:00", "Wed 06 09:00", "Fri 08 09:00", "Mon 11 09:00"]),
        ("0 9 * * */3", ["Sun 03 09:00", "Wed 06 09:00", "Sat 09 09:00"]),
        ("0 9 * * 0-6", ["Sun 03 09:00", "Mon 04 09:00"]),
        ("0 9 * * *", ["Sun 03 09:00", "Mon 04 09:00"]),
        ("*/30 8-9 4 dec *", ["Mon 04 08:00", "Mon 04 08:30", "Mon 04 09:00", "Mon 04 09:30"]),
        ("50/5 8 * * 2", ["Tue 05 08:50", "Tue 05 08:55"]),
        ("0 8 29 2 *", ["Thu 29 08:00"]),
    ],
)  # fmt: skip
def test_next_times(text: str, expected: list[str]) -> None:
    check_cron(text)
    assert fires(text, len(expected)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "often", "30 8 * *", "30 8 * * * *", "60 8 * * *", "0 24 * * *", "0 8 0 * *", "0 8 32 * *",
     "0 8 * 13 *", "0 8 * * 8", "0 8 * * mond", "0 8 * * 5-1", "0 8 * * 1-", "0 8 * * */0",
     "0 8 * * 1,,2", "-1 8 * * *", "0 8 30 feb *", "0 8 31 4,6 *", "0 8 * mon *", "@daily",
     "0 8 * * １"],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        check_cron(text)


PARTS = st.from_regex(r"(\*|[0-9]{1,2}(-[0-9]{1,2})?)(/[1-9])?", fullmatch=True)


@given(st.lists(PARTS, min_size=5, max_size=5))
def test_what_passes_is_understood_and_fires(fields: list[str]) -> None:
    text = " ".join(fields)
    try:
        check_cron(text)
    except ValueError:
        return
    assert CronTrigger.from_crontab(crontab(text), timezone=ZONE)
