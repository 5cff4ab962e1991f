"""What a deputy's "not satisfied" does to the reports before it: they speak for no outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.store.tables import RatingRow


def unsatisfied_at(
    ratings: Iterable[RatingRow], zone: dt.tzinfo, today: dt.date | None = None
) -> dt.datetime | None:
    """When a deputy last said that he is not satisfied, and has not said otherwise since; None
    where nobody does.

    Args:
        ratings: of one commitment, in the order in which they came.
        zone: the office's, in which a moment becomes a day.
        today: ratings recorded after this day are not seen; None: all are.
    """
    last = {
        rating.deputy_id: rating
        for rating in ratings
        if today is None or rating.recorded_at.astimezone(zone).date() <= today
    }
    said = (rating.recorded_at for rating in last.values() if rating.score == "not")
    return max(said, default=None)
