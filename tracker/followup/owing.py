"""What a commitment owes now and nobody was told of, and when to look at it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from tracker.followup.events import Event, events, last_turns
from tracker.followup.ladder import FELL_DUE, Rung, offset_of, still_owed
from tracker.followup.mirrors import with_mirrors
from tracker.followup.places import Ladder
from tracker.followup.recipients import SUPERVISOR, told_as
from tracker.followup.status import Facts, facts_of, light
from tracker.followup.transfers import newcomers, transfers
from tracker.settings import Settings
from tracker.store import noticed, subscriptions
from tracker.store.looking import NEVER
from tracker.store.noticed import NoticeKey, Told
from tracker.store.tables import CommitmentRow, CommitmentUnitRow, LetterRow, SuggestionRow

#: How far ahead a change of the light is looked for, in days.
_LIGHT_DAYS = 60
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """A notice that is owed and not decided yet; nothing of it goes out before the hour."""

    commitment: CommitmentRow
    key: NoticeKey
    hour: int


@dataclass(frozen=True, slots=True)
class Owing:
    """What a commitment owes, when to look at it again, and whether that may be written down."""

    id: int
    planned: tuple[Planned, ...]
    next: dt.date
    free: bool = False


def load(session: Session, ids: Sequence[int], *, lean: bool) -> list[CommitmentRow]:
    """Commitments with what decides a notice, most urgent first.

    Args:
        session: of `Store.read` or `Store.write`.
        ids: which.
        lean: leave out the texts, which only words need.
    """
    query = (
        select(CommitmentRow)
        .where(CommitmentRow.id.in_(ids))
        .options(
            joinedload(CommitmentRow.letter).load_only(LetterRow.date),
            joinedload(CommitmentRow.suggestion).selectinload(SuggestionRow.deputies),
            selectinload(CommitmentRow.reports),
            selectinload(CommitmentRow.ratings),
            selectinload(CommitmentRow.owners).joinedload(CommitmentUnitRow.unit),
        )
        # Another process may have changed what this session has read before.
        .execution_options(populate_existing=True)
    )
    if lean:
        texts = (CommitmentRow.quote, CommitmentRow.section, CommitmentRow.reasons)
        query = query.options(*(defer(column) for column in texts))
    places = {id_: place for place, id_ in enumerate(ids)}
    return sorted(session.scalars(query), key=lambda row: places[row.id])


def owing_of(
    session: Session,
    rows: Sequence[CommitmentRow],
    ladder: Ladder,
    now: dt.datetime,
    zone: dt.tzinfo,
    settings: Settings,
) -> Iterator[Owing]:
    """What each of some commitments owes.

    Args:
        session: of `Store.read` or `Store.write`.
        rows: made by `load`.
        ladder: of the day.
        now: the moment of the round.
        zone: the office's.
        settings: the lights.
    """
    ids = [row.id for row in rows]
    told = noticed.told(session, ids)
    turns = last_turns(session, ids)
    ended = subscriptions.ended(session, {row.suggestion_id for row in rows})
    robots = settings.robots

    moves = transfers(session, rows, zone)

    def told_of(row: CommitmentRow, rung: Rung) -> list[str]:
        new = newcomers(moves.get(row.id, ()), rung)
        return with_mirrors(told_as(row, rung.role, ended, new), row, robots)

    def told_to(row: CommitmentRow, event: Event) -> list[str]:
        told = told_as(row, event.role, ended) if event.only is None else list(event.only)
        return with_mirrors(told, row, robots)

    for row in rows:
        facts = facts_of(row, zone, promised_on=row.letter.date)
        before = told.get(row.id, [])
        shown = light(facts, ladder.today, settings.lights)
        rungs: list[Rung] = []
        if facts.outcome == "open" and facts.deadline is not None:
            found = ladder.passed(facts.deadline, facts.kind, shown)
            rungs = [rung for rung in found if still_owed(facts, rung, ladder.today)]
        planned = [*_of_rungs(row, rungs, before, told_of)]
        exact = {(item.recipient, item.rung, item.deadline) for item in before}
        for event in events(
            session, row, facts, turns.get(row.id), before, ladder.today, now, zone,
            moves.get(row.id, ()),
        ):  # fmt: skip
            for recipient in told_to(row, event):
                # Without an owner the supervisor is not told of his own decisions.
                meant = event.role != "contact" or recipient != SUPERVISOR
                if meant and (recipient, event.rung, event.day) not in exact:
                    key = NoticeKey(row.id, recipient, event.rung, event.day)
                    planned.append(Planned(row, key, 0))
        yield Owing(row.id, tuple(planned), _next(facts, shown, ladder, settings))


def _of_rungs(
    row: CommitmentRow,
    rungs: Iterable[Rung],
    before: Sequence[Told],
    told_of: Callable[[CommitmentRow, Rung], list[str]],
) -> Iterator[Planned]:
    """The latest rung of each recipient, unless he was told of this deadline on its day or
    later: nobody is told twice of what one notice said."""
    deadline = row.deadline
    if deadline is None:  # rungs stand at a deadline; there is none
        return
    latest: dict[str, Rung] = {}
    fell: list[tuple[str, Rung]] = []
    for rung in rungs:
        for recipient in told_of(row, rung):
            if rung.name == FELL_DUE:
                fell.append((recipient, rung))
            elif recipient not in latest or rung.offset > latest[recipient].offset:
                latest[recipient] = rung
    for recipient, rung in latest.items():
        if not any(
            item.recipient == recipient
            and item.deadline == deadline
            and offset_of(item.rung) is not None
            and (item.decided_on >= rung.day or item.rung == rung.name)
            for item in before
        ):
            yield Planned(row, NoticeKey(row.id, recipient, rung.name, deadline), rung.hour)
    known = {(item.recipient, item.rung, item.deadline) for item in before}
    for recipient, rung in fell:
        if (recipient, rung.name, deadline) not in known:
            yield Planned(row, NoticeKey(row.id, recipient, rung.name, deadline), rung.hour)


def _next(facts: Facts, shown: str, ladder: Ladder, settings: Settings) -> dt.date:
    """The day on which something may come to be owed by itself: a rung falls or the light turns."""
    if facts.outcome != "open" or facts.deadline is None:
        return NEVER
    day = ladder.first(facts.deadline, facts.kind)
    if not ladder.by_light:
        return day
    for ahead in range(1, _LIGHT_DAYS + 1):
        then = ladder.today + ahead * _DAY
        if then >= day or light(facts, then, settings.lights) != shown:
            return min(then, day)
    return min(ladder.today + (_LIGHT_DAYS + 1) * _DAY, day)
