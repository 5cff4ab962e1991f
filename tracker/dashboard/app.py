"""The program: tabs over the ledger, a filter as you type, keys, and a look every other second at
whether the ledger has moved on."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

from textual import work
from textual.app import App, ComposeResult
from textual.screen import ModalScreen, Screen
from textual.widgets import Footer, Input, Static, Tab, Tabs
from textual.worker import get_current_worker

from tracker.dashboard import keys
from tracker.dashboard.acts import Act, Done
from tracker.dashboard.desk import Desk
from tracker.dashboard.form import Form
from tracker.dashboard.grid import Grid, Row
from tracker.dashboard.help import Help
from tracker.dashboard.listings import ORDERS_OF, TABS, Listings, View
from tracker.dashboard.listings import Tab as TabName
from tracker.dashboard.message import MessageShown
from tracker.dashboard.shown import Shown
from tracker.dashboard.tally import Tally, tally
from tracker.dashboard.words import plainly, say_in, wrong_in
from tracker.errors import TrackerError
from tracker.reports.clean import one_line
from tracker.reports.words import Wording
from tracker.settings import Settings
from tracker.store.database import Store
from tracker.store.tables import CommitmentRow
from tracker.store.watermark import Watermark, watermark

#: Seconds between two looks at whether anything was recorded.
_LOOK: Final = 2.0
#: So many are asked for at first: a screen is painted before all of a large ledger are in order.
_AT_FIRST: Final = 200
#: Seconds after which all of it is.
_WHOLE_AFTER: Final = 0.1
#: Seconds after which units and deputies are counted, so that the first screen is not held up.
_COUNTED_AFTER: Final = 0.5


class Dashboard(App[None]):
    """The live screen.

    Args:
        store: the ledger.
        settings: language, zone, lights.
        who: stands in the history for what is done here.
        now: the moment; with it the office's day.
    """

    TITLE = "tracker"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; }
    #filter { height: 1; border: none; padding: 0 1; }
    #state { height: 1; padding: 0 1; text-style: dim; }
    Grid { padding: 0 1; }
    """
    BINDINGS = list(keys.BINDINGS)  # noqa: RUF012 - as Textual wants it

    def __init__(
        self, store: Store, settings: Settings, *, who: str, now: Callable[[], dt.datetime]
    ) -> None:
        super().__init__(ansi_color=True)  # the terminal's own; with NO_COLOR none at all
        self.store, self.settings = store, settings
        self.wording, self.say = Wording.of(settings), say_in(settings.language)
        self._desk = Desk(store, self.say, who, now, ZoneInfo(settings.timezone))
        self._listings = Listings(settings, self.say)
        self._views = {tab: View(tab, order=ORDERS_OF[tab][0]) for tab in TABS}
        self._tab: TabName = "commitments"
        self._seen: Watermark = ()
        self._wrong = ""
        self._more = False
        self.animation_level = "none"  # over a slow line every step of one is sent
        self.theme = "ansi-light" if _light_terminal() else "ansi-dark"

    def today(self) -> dt.date:
        """The office's day."""
        return self._desk.today()

    @property
    def view(self) -> View:
        """What the open tab asks for."""
        return self._views[self._tab]

    @property
    def grid(self) -> Grid:
        """The table."""
        return self.screen_stack[0].query_one("#grid", Grid)

    # The screen.

    def compose(self) -> ComposeResult:
        """Tabs, filter, table, and a line that says what it shows."""
        tabs = [Tab(self.say(f"tab.{tab}"), id=tab) for tab in TABS]
        yield Tabs(*tabs, active=self._tab, id="tabs")
        yield keys.Filter(placeholder=self.say("filter"), id="filter", compact=True)
        yield Grid(self._fetch, id="grid")
        yield Static(id="state", markup=False)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Show the first tab, count the rest beside it, and begin to look for changes."""
        self.name_keys(self)
        keys.name_keys(self.query_one(keys.Filter)._bindings, self._tab, self.say)
        self._read(stay=False, first=_AT_FIRST)
        self.grid.focus()
        if self._more:
            self.call_after_refresh(self.set_timer, _WHOLE_AFTER, self._read)
        self.set_timer(_COUNTED_AFTER, self._count)
        self.set_interval(_LOOK, self._look)

    def name_keys(self, of: App[None] | Screen[None], more: Sequence[str] = ()) -> None:
        """Give keys their names in the language of the place; `more` are actions to be named too."""
        keys.name_keys(of._bindings, self._tab, self.say, more)

    def cover(self) -> None:
        """The line at the bottom goes while a window stands before it: its keys do not go there."""
        covered = any(isinstance(screen, ModalScreen) for screen in self.screen_stack)
        for screen in self.screen_stack:
            for footer in screen.query(Footer):
                footer.visible = not covered

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of the table are not for the screens over it."""
        if len(self.screen_stack) > 1 and action in keys.OF_THE_TABLE:
            return False
        if action == "overdue":
            return self._tab == "commitments"
        if action == "order":
            return len(ORDERS_OF[self._tab]) > 1
        if action in ("retry", "cancel"):
            return self._tab == "outbox" and not isinstance(self.screen, ModalScreen)
        if action in ("act", "undo"):
            return not isinstance(self.screen, MessageShown | ModalScreen)
        return True

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Where the ledger cannot be read, one line says why and the screen stays as it is."""
        try:
            yield
        except TrackerError as error:
            self._wrong = self.wrong(error)
            self._say_state()

    def wrong(self, error: TrackerError) -> str:
        """What is wrong, in the language of the screen."""
        return wrong_in(self.settings.language, error)

    def _fetch(self, ids: Sequence[int]) -> Sequence[Row]:
        with self.reading(), self.store.read() as session:
            return self._listings.rows(session, self._tab, ids, self.today())
        return ()

    def _read(self, *, stay: bool = True, on: int | None = None, first: int | None = None) -> None:
        """What the open tab shows, from the ledger, or the `first` of it; the cursor stays, or goes
        to `on`."""
        view, grid = self.view, self.grid
        ids: Sequence[int] = ()
        with self.reading(), self.store.read() as session:
            self._seen = watermark(session)
            ids = self._listings.ids(session, view, self.today(), first)
            self._wrong = ""
        self._more = first is not None and len(ids) == first
        missing = self.say("nothing" if view.words or view.overdue_only or view.of else "empty")
        here = on if on is not None else grid.here if stay else None
        if not stay:
            grid.cursor = 0
        grid.show(self._listings.columns(self._tab), ids, missing, here)
        self._say_state()

    def _say_state(self) -> None:
        view, grid, say = self.view, self.grid, self.say
        line = self.screen_stack[0].query_one("#state", Static)
        if self._wrong:
            line.update(self._wrong)
            return
        at = grid.cursor + 1 if grid.length else 0
        n = "…" if self._more else grid.length
        parts = [say("place", at=at, n=n), say(f"order.{view.order}")]
        parts += [say("backwards")] if view.backwards else []
        parts += [say("only_overdue")] if view.overdue_only else []
        parts += [view.of[2]] if view.of else []
        parts += [view.words] if view.words else []
        if self._tab in ("units", "deputies") and self._listings.tally is None:
            parts.append(say("counting"))
        parts.append(self.today().isoformat())
        line.update(one_line(" · ".join(parts)))

    # What moves on its own.

    def _look(self) -> None:
        """Read again where anything was recorded since."""
        with self.reading(), self.store.read() as session:
            seen = watermark(session)
            if self._wrong or seen != self._seen:
                self.call_later(self._moved_on)

    def _moved_on(self, on: int | None = None) -> None:
        self._read(on=on)
        self._count()
        if isinstance(self.screen, Shown):
            self.screen.read()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _count(self) -> None:
        """Count units and deputies beside the screen."""
        try:
            with self.store.read() as session:
                counted = tally(session, self.settings, self.today())
        except TrackerError:
            return  # the next look says it
        if not get_current_worker().is_cancelled:
            self.call_from_thread(self._counted, counted)

    def _counted(self, counted: Tally) -> None:
        self._listings.tally = counted
        if self._tab in ("units", "deputies"):
            self._read()

    # Tabs, filter, order.

    def on_tabs_tab_activated(self, event: Tabs.TabActivated) -> None:
        """Another tab, with the filter that it had."""
        tab = cast(TabName, event.tab.id)
        if tab == self._tab:
            return
        self._tab = tab
        with self.prevent(Input.Changed):
            self.query_one("#filter", Input).value = self.view.words
        self.name_keys(self)
        self.refresh_bindings()
        self._read(stay=False)
        self.grid.focus()

    def action_tab(self, tab: str) -> None:
        """To a tab by its number."""
        self.query_one("#tabs", Tabs).active = tab

    def action_turn(self, by: int) -> None:
        """To the tab beside."""
        self.action_tab(TABS[(TABS.index(self._tab) + by) % len(TABS)])

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as you type."""
        if event.input.id == "filter":
            self._ask(words=event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: to the table."""
        if event.input.id == "filter":
            self.grid.focus()

    def action_filter(self) -> None:
        """To the filter."""
        self.query_one("#filter", Input).focus()

    def action_clear(self) -> None:
        """Esc: the filter is emptied; where it was, back to the unit or the deputy one came from."""
        of, filtered = self.view.of, self.view.words or self.view.overdue_only
        with self.prevent(Input.Changed):
            self.query_one("#filter", Input).value = ""
        self._ask(words="", overdue_only=False, of=of if filtered else None)
        self.grid.focus()
        if of is not None and not filtered:
            self.action_tab("units" if of[0] == "unit" else "deputies")

    def action_order(self) -> None:
        """The next order."""
        orders = ORDERS_OF[self._tab]
        self._ask(order=orders[(orders.index(self.view.order) + 1) % len(orders)])

    def action_reverse(self) -> None:
        """The last ones first."""
        self._ask(backwards=not self.view.backwards)

    def action_overdue(self) -> None:
        """Only what is overdue."""
        self._ask(overdue_only=not self.view.overdue_only)

    def _ask(self, **changes: object) -> None:
        self._views[self._tab] = replace(self.view, **changes)  # type: ignore[arg-type]
        self._read(stay=False)

    # One of the rows.

    def on_grid_moved(self) -> None:
        """Say where the cursor stands."""
        self._say_state()

    def on_grid_opened(self) -> None:
        """Open a commitment or a message; of a unit or a deputy, the commitments."""
        id_ = self.grid.here
        if id_ is None:
            return
        if self._tab in ("units", "deputies"):
            kind: Literal["unit", "deputy"] = "unit" if self._tab == "units" else "deputy"
            with self.reading(), self.store.read() as session:
                name = self._listings.name_of(session, self._tab, id_)
                self._views["commitments"] = replace(
                    self._views["commitments"], words="", of=(kind, id_, name)
                )
                self.action_tab("commitments")
        elif self._tab == "outbox":
            self.push_screen(MessageShown(id_))
        else:
            ref = self._ref(id_)
            if ref is not None:
                self.push_screen(Shown(ref))

    def step(self, by: int) -> str | None:
        """The reference of the next row of the list behind, and the cursor on it."""
        self.grid.action_move(by)
        here = self.grid.here
        return self._ref(here) if here is not None else None

    def _ref(self, id_: int) -> str | None:
        with self.reading(), self.store.read() as session:
            row = session.get(CommitmentRow, id_)
            return row.ref if row is not None else None
        return None

    # What is done.

    def action_act(self, act: str) -> None:
        """Do something about the commitment that is open, or under the cursor."""
        if isinstance(self.screen, Shown):
            self.ask(cast(Act, act), self.screen.ref)
            return
        id_ = self.grid.here
        ref = self._ref(id_) if id_ is not None and self._tab in ("commitments", "review") else None
        if ref is None:
            self.notify(self.say("not_here", act=self.say(f"act.{act}")))
        else:
            self.ask(cast(Act, act), ref)

    def ask(self, act: Act, ref: str) -> None:
        """Ask what is to be known for an act, and do it."""
        with self._refusing():
            asked = self._desk.question(act, ref)
            if asked is None:
                self._told(self._desk.do(act, ref, {}))
                return
            title = f"{self.say(f'act.{act}')} {ref}"
            form = Form(
                title,
                asked.told,
                asked.fields,
                # What others correct meanwhile in fields that were left alone stays.
                lambda given: self._desk.do(
                    act, ref, given if act != "edit" else asked.typed(given)
                ),
                self.say,
                self.wrong,
            )
            self.push_screen(form, self._told)

    def action_undo(self) -> None:
        """Take back the last decision made here, and go to it."""
        with self._refusing():
            undone = self._desk.undo()
            if undone is None:
                act = self._desk.last_act
                said = self.say("no_undo_of", act=self.say(f"act.{act}")) if act else ""
                self.notify(said or self.say("no_undo"))
            else:
                self._told(*undone)

    def action_retry(self) -> None:
        """Queue the message under the cursor again."""
        self._with_message(self._desk.retry)

    def action_cancel(self) -> None:
        """Take the message under the cursor back."""
        self._with_message(self._desk.cancel)

    def _with_message(self, act: Callable[[int], Done]) -> None:
        id_ = self.screen.number if isinstance(self.screen, MessageShown) else self.grid.here
        if id_ is not None:
            with self._refusing():
                self._told(act(id_))

    def _told(self, done: Done | None, on: int | None = None) -> None:
        if done is not None:
            self.notify(one_line(done.said), markup=False)
            for line in done.odd:
                said = plainly(self.settings.language, line)
                self.notify(said, severity="warning", timeout=15, markup=False)
            self._moved_on(on)

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """What the ledger refuses is told in a line."""
        try:
            yield
        except TrackerError as error:
            self.notify(self.wrong(error), severity="error", markup=False)

    def action_theme(self) -> None:
        """For a light terminal, or for a dark one."""
        self.theme = "ansi-dark" if self.theme == "ansi-light" else "ansi-light"

    def action_help_quit(self) -> None:
        """Ctrl+C: how one leaves."""
        self.notify(self.say("quit_by"))

    def action_help(self) -> None:
        """The keys."""
        self.push_screen(Help(self.say))


def _light_terminal() -> bool:
    """Whether the terminal says that it is light (COLORFGBG, by rxvt, Konsole and others)."""
    return os.environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")
