"""What each tab shows: its columns, the ids in their order, and the rows of a few ids."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast, get_args

from rich.cells import cell_len
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.dashboard.grid import Cell, Column, Row
from tracker.dashboard.tally import Tally
from tracker.dashboard.words import Say
from tracker.reports import phrases, reads
from tracker.reports.clean import one_line
from tracker.reports.figures import Figures
from tracker.reports.items import Item, Later, items_of
from tracker.reports.terminal import style
from tracker.reports.words import Wording
from tracker.settings import Settings
from tracker.store import browsing, queries
from tracker.store.asked import REQUEST_KINDS
from tracker.store.browsing import ORDERS, Order
from tracker.store.tables import DeputyRow, MessageRow, RequestRow, UnitRow
from tracker.store.tries import only_written

Tab = Literal["commitments", "units", "deputies", "outbox", "review"]
TABS: Final[tuple[Tab, ...]] = get_args(Tab)
#: The orders of each tab, the first one first.
ORDERS_OF: Final[dict[Tab, tuple[str, ...]]] = {
    "commitments": ORDERS,
    "units": ("overdue", "name"),
    "deputies": ("overdue", "name"),
    "outbox": ("newest",),
    "review": ("asked",),
}


#: "20220453-12": the number of a suggestion may hold its year.
_REF: Final = 10


@dataclass(frozen=True, slots=True)
class View:
    """What is asked for on a tab."""

    tab: Tab
    words: str = ""
    order: str = "due"
    backwards: bool = False
    overdue_only: bool = False
    #: Of one owner, of one deputy: their names and ids.
    of: tuple[Literal["unit", "deputy"], int, str] | None = None


class Listings:
    """The five tabs over one ledger.

    Args:
        settings: lights, zone and language.
        say: the words.

    Attributes:
        tally: the figures of units and deputies, once they are counted.
    """

    def __init__(self, settings: Settings, say: Say) -> None:
        self.settings, self._say = settings, say
        self._words = Wording.of(settings)
        self.tally: Tally | None = None
        self._requests = [say("request", kind=say(f"request.{kind}")) for kind in REQUEST_KINDS]

    def columns(self, tab: Tab) -> tuple[Column, ...]:
        """The headings of a tab."""
        say, chinese = self._say, self.settings.language == "zh"
        if tab == "commitments":
            return (
                Column(say("ref"), _REF),
                Column(say("state"), 9 if chinese else 10),
                Column(say("deadline"), 10),
                Column(say("what"), 16 if chinese else 14, share=4),
                Column(say("unit"), 10, share=3),
                Column(say("latest"), 9 if chinese else 13, share=1),
            )
        if tab == "review":
            return (
                Column(say("ref"), _REF),
                Column(say("state"), max(map(cell_len, self._requests))),
                Column(say("what"), 12, share=3),
                Column(say("target"), 8, share=2),
                Column(say("deadline"), 10),
                Column(say("confidence"), 4, right=True),
            )
        if tab == "outbox":
            return (
                Column(say("message_id"), 6, right=True),
                Column(say("day"), 10),
                Column(say("state"), 10),
                Column(say("sent_to"), 12, share=2),
                Column(say("subject"), 14, share=4),
            )
        name = say("unit" if tab == "units" else "deputy")
        keys = ("commitments", "open", "overdue", "due_soon", "silent", "settled", "on_time_share")
        heads = [say(key) for key in keys]
        return (
            Column(name, 10, share=1),
            *(Column(head, min(max(6, cell_len(head)), 9), right=True) for head in heads),
        )

    def ids(
        self, session: Session, view: View, today: dt.date, first: int | None = None
    ) -> list[int]:
        """What a view shows, in its order; of commitments so many at most."""
        if view.tab == "commitments":
            of = dict([view.of[:2]]) if view.of else {}
            return browsing.browse(
                session,
                view.words,
                order=cast(Order, view.order),
                backwards=view.backwards,
                review=("confirmed",),
                overdue_on=today if view.overdue_only else None,
                unit_id=of.get("unit"),
                deputy_id=of.get("deputy"),
                first=first,
            )
        if view.tab == "outbox":
            found = browsing.messages(session, view.words)
        elif view.tab == "review":
            found = browsing.to_look_at(session, view.words)
        else:
            found = self._counted(session, view)
        return found[::-1] if view.backwards else found

    def _counted(self, session: Session, view: View) -> list[int]:
        listed = browsing.units if view.tab == "units" else browsing.deputies
        named = listed(session, view.words)
        if view.order != "name" and self.tally is not None:
            figures = self.tally.units if view.tab == "units" else self.tally.deputies

            def urgency(pair: tuple[int, str]) -> tuple[int, int, int, str]:
                of = figures.get(pair[0])
                if of is None:
                    return (0, 0, 0, pair[1])
                return (-of.lights["overdue"], -of.lights["due_soon"], -of.n, pair[1])

            named.sort(key=urgency)
        return [id_ for id_, _ in named]

    def rows(self, session: Session, tab: Tab, ids: Sequence[int], today: dt.date) -> list[Row]:
        """The rows of some ids; one that is gone meanwhile is empty."""
        if tab in ("commitments", "review"):
            return self._commitments(session, tab, ids, today)
        if tab == "outbox":
            query = (
                select(MessageRow)
                .where(MessageRow.id.in_(ids))
                .options(selectinload(MessageRow.attempts))
            )
            messages = {row.id: self._message(row) for row in session.scalars(query)}
            return [messages.get(id_, ()) for id_ in ids]
        table = UnitRow if tab == "units" else DeputyRow
        named = dict(iter(session.execute(select(table.id, table.name).where(table.id.in_(ids)))))
        figures = None
        if self.tally is not None:
            figures = self.tally.units if tab == "units" else self.tally.deputies
        return [
            self._figures(
                named.get(id_, ""), figures.get(id_) if figures else None, figures is None
            )
            for id_ in ids
        ]

    def _commitments(
        self, session: Session, tab: Tab, ids: Sequence[int], today: dt.date
    ) -> list[Row]:
        rows = queries.rows(session, ids)
        around = reads.around(session, rows, today, Later())
        items = items_of(rows, self.settings, today, around)
        asked: dict[int, str] = {}
        if tab == "review":
            waiting = select(RequestRow.commitment_id, RequestRow.kind).where(
                RequestRow.state == "waiting", RequestRow.commitment_id.in_(ids)
            )
            asked = dict(iter(session.execute(waiting)))
        found: dict[int, Row] = {}
        for row, item in zip(rows, items, strict=True):
            if tab == "review":
                found[row.id] = self._to_review(item, row.confidence, asked.get(row.id))
            else:
                found[row.id] = self._commitment(item)
        return [found.get(id_, ()) for id_ in ids]

    def _commitment(self, item: Item) -> Row:
        words = self._words
        state = Cell(one_line(phrases.state(item, words)), style(phrases.state_key(item), words))
        if item.review != "confirmed":
            state = Cell(self._say(f"review.{item.review}"), "yellow")
        return (
            Cell(one_line(item.ref)),
            state,
            Cell(item.deadline.isoformat() if item.deadline else "—"),
            Cell(one_line(item.what)),
            Cell(one_line("、".join(item.units))),
            Cell(one_line(phrases.latest_of(item, words)[0])),
        )

    def _to_review(self, item: Item, confidence: float, asked: str | None) -> Row:
        if asked is not None:
            state = Cell(self._say("request", kind=self._say(f"request.{asked}")), "bold")
        elif item.review == "pending":
            state = Cell(self._say("find"), "yellow")
        else:
            state = Cell(self._say("recheck"), "yellow")
        return (
            Cell(one_line(item.ref)),
            state,
            Cell(one_line(item.what)),
            Cell(one_line(phrases.target(item, self._words))),
            Cell(item.deadline.isoformat() if item.deadline else "—"),
            Cell(f"{confidence:.2f}"),
        )

    def _message(self, row: MessageRow) -> Row:
        state = "written" if only_written(row) else row.state
        colour = {"failed": "red", "undeliverable": "yellow", "queued": "cyan"}.get(state, "")
        subject = row.subject or self._say(f"message_kind.{row.kind}")
        return (
            Cell(str(row.id)),
            Cell(row.day.isoformat()),
            Cell(self._say("written" if state == "written" else f"message.{state}"), colour),
            Cell(one_line(row.recipient_name)),
            Cell(one_line(subject)),
        )

    def _figures(self, name: str, of: Figures | None, counting: bool) -> Row:
        if of is None:
            return (
                Cell(one_line(name)),
                *(Cell("…" if counting else "0") for _ in range(6)),
                Cell("—"),
            )
        late, soon = of.lights["overdue"], of.lights["due_soon"]
        return (
            Cell(one_line(name)),
            Cell(str(of.n)),
            Cell(str(of.open)),
            Cell(str(late), style("overdue", self._words) if late else ""),
            Cell(str(soon), style("due_soon", self._words) if soon else ""),
            Cell(str(of.silent)),
            Cell(str(of.settled)),
            Cell(f"{of.on_time.count}/{of.on_time.n}" if of.on_time.n else "—"),
        )

    def name_of(self, session: Session, tab: Tab, id_: int) -> str:
        """The name of a unit or a deputy."""
        table = UnitRow if tab == "units" else DeputyRow
        return session.scalar(select(table.name).where(table.id == id_)) or ""
