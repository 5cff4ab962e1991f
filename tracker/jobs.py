"""The jobs that run by themselves, each with its line in the log and its row among the runs: a sweep,
the delivery of what waits, the weekly report, a look at the sites, housekeeping.

They ask the store what is owed each time, so that it does not matter when or how often they run.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from tracker.duereports.queueing import due_reports
from tracker.errors import FetchError, TrackerError
from tracker.followup import rounds
from tracker.followup.ladder import reach
from tracker.followup.rounds import Decided
from tracker.followup.workdays import missing_years, wanted_until
from tracker.housekeeping import housekeeping
from tracker.notices.delivery import Delivered, deliver
from tracker.reports.clean import one_line
from tracker.settings import Settings
from tracker.store import claims, daemons
from tracker.store.daemons import Job
from tracker.store.database import Store
from tracker.store.workers import at_work

if TYPE_CHECKING:
    from tracker.intake.visits import Event

log = logging.getLogger("tracker.jobs")

Clock = Callable[[], dt.datetime]

#: Who the history says entered what a look at the sites found.
WATCHER: Final = "tracker watch"


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep decided and delivered, and the years whose holidays are unknown."""

    decided: Decided = field(default_factory=Decided)
    delivered: Delivered = field(default_factory=Delivered)
    missing_years: tuple[int, ...] = ()


def sweep(
    store: Store,
    settings: Settings,
    today: dt.date,
    now: Clock,
    *,
    stop: Callable[[], bool] = lambda: False,
) -> Swept:
    """Decide what is owed, then deliver what is queued.

    Args:
        store: the ledger and its outbox.
        settings: everything that can be set.
        today: the day of the sweep.
        now: gives the moment.
        stop: asked before each delivery.
    """
    with store.write() as session:
        # What a crashed run left in flight would otherwise count as the recipient's mail of today.
        recovered = claims.recover(session, now())
        decided = rounds.decide(session, today, now(), settings)
    delivered = deliver(store, settings, today, now, stop=stop)
    delivered = replace(delivered, recovered=delivered.recovered + recovered)
    until = max(reach(today, settings.ladder), wanted_until(today))
    return Swept(decided, delivered, missing_years(today, until, settings.holidays))


@dataclass(slots=True)
class Note:
    """What the run of a job says of itself."""

    said: str = ""
    failed: bool = False


@contextmanager
def recorded(store: Store, job: Job, now: Clock, worker: str | None = None) -> Iterator[Note]:
    """Leave a row for the run of a job, with what it says of itself, and whether it failed.

    Args:
        store: where the row stands.
        job: which.
        now: gives the moment.
        worker: the daemon; somebody of its own where a person or cron runs the job.
    """
    note = Note()
    with ExitStack() as stack:
        name = worker or stack.enter_context(at_work())
        with store.write(durable=False) as session:
            run_id = daemons.begin_run(session, job, name, now())
        try:
            yield note
        except BaseException as error:
            note.failed = True
            note.said = str(error) if isinstance(error, TrackerError) else type(error).__name__
            raise
        finally:
            with store.write(durable=False) as session:
                said = one_line(note.said)
                daemons.end_run(session, run_id, now(), said, failed=note.failed)


def sweep_job(
    store: Store, settings: Settings, now: Clock, stop: threading.Event, worker: str | None = None
) -> None:
    """The sweep of the schedule, with its line in the log."""
    with _logged("sweep"), recorded(store, "sweep", now, worker) as note, _timed("sweep") as say:
        done = sweep(store, settings, _today(now, settings), now, stop=stop.is_set)
        for year in done.missing_years:
            log.warning(
                "the holidays of %d are unknown; upgrade chinesecalendar or write %s",
                year,
                settings.holidays_path,
            )
        for name in done.decided.unreachable:
            log.warning("no address for %s, nor for the office", name)
        for name in done.decided.robots:
            log.warning("the robot %s cannot be reached", name)
        note.said = told(done)
        say(note.said)


def told(done: Swept) -> str:
    """A sweep in one line of the log."""
    return (
        f"{done.decided.notices} notices in {done.decided.messages} new messages, "
        f"{done.decided.held} held, {_outcome(done.delivered)}"
    )


def delivery_job(
    store: Store, settings: Settings, now: Clock, stop: threading.Event, worker: str | None = None
) -> None:
    """Deliver what waits; silent where nothing does."""
    with (
        _logged("delivery"),
        recorded(store, "deliver", now, worker) as note,
        _timed("delivery") as say,
    ):
        done = deliver(store, settings, _today(now, settings), now, stop=stop.is_set)
        if done != Delivered():
            note.said = _outcome(done)
            say(note.said)


def report_job(
    store: Store, settings: Settings, now: Clock, stop: threading.Event, worker: str | None = None
) -> None:
    """The weekly report, or those of [[reports]] whose time has come, delivered at once."""
    with (
        _logged("report"),
        recorded(store, "reports", now, worker) as note,
        _timed("report") as say,
    ):
        queued = due_reports(store, settings, now(), stop.is_set)
        for line in queued.failed:
            log.error("report %s", line)
        for line in queued.held:
            log.info("report %s", line)
        note.failed = bool(queued.failed)
        done = deliver(store, settings, _today(now, settings), now, stop=stop.is_set)
        parts = [f"{queued.new} queued" if queued.new else "nothing new", _outcome(done)]
        said = ", ".join(parts)
        # Of a run that failed, the row says what is to be mended; the log holds all of them.
        note.said = queued.failed[0] if queued.failed else said
        if queued.new or queued.failed or done != Delivered():
            say(said)


def housekeeping_job(
    store: Store, settings: Settings, now: Clock, stop: threading.Event, worker: str | None = None
) -> None:
    """The backup of the day and what has grown old; silent where both are done."""
    with (
        _logged("housekeeping"),
        recorded(store, "housekeeping", now, worker) as note,
        _timed("housekeeping") as say,
    ):
        done = housekeeping(store, settings, now(), stop.is_set)
        if done.broken is not None:
            note.failed = True
            note.said = f"the history is broken at link {done.broken.link}"
            log.error("%s; see: tracker audit verify", note.said)
        if done.made is not None:
            missing = (
                f", {len(done.made.missing)} archived files missing" if done.made.missing else ""
            )
            made = f"backup {done.made.path.name}, {len(done.removed)} old ones removed{missing}"
            note.said = "; ".join(filter(None, (note.said, made)))
            say(made)
        if done.calendars.new:
            say(f"{done.calendars.new} calendar files")
        if done.calendars.failed:
            note.failed = True
            note.said = "; ".join(filter(None, (note.said, done.calendars.failed[0])))
            for line in done.calendars.failed:
                log.error("calendar %s", line)


def watch_job(
    store: Store, settings: Settings, now: Clock, stop: threading.Event, worker: str | None = None
) -> None:
    """A look at every site of the settings, each with a line in the log and one for what failed."""
    with _logged("watch"), recorded(store, "watch", now, worker) as note:
        failed = _watch(store, settings, now, stop)
        note.failed = bool(failed)
        note.said = f"{len(settings.sources)} sites" + "".join(
            f"; {name}: failed" for name in failed
        )


def _watch(store: Store, settings: Settings, now: Clock, stop: threading.Event) -> list[str]:
    """Look at each site; the names of those that failed."""
    # Loaded here because most commands and many offices ask nothing of the web.
    from tracker.fetching.client import Client
    from tracker.intake.batch import taker
    from tracker.intake.extracting import reader
    from tracker.intake.pool import Pool
    from tracker.intake.watch import watch

    def pause(seconds: float) -> None:
        if stop.wait(seconds):
            raise FetchError("the daemon is told to stop", permanent=True)

    failed: list[str] = []
    with (
        closing(Client(settings.fetch, now=now, sleep=pause)) as client,
        Pool(1, take=reader(ocr=settings.reading.ocr)) as pool,
    ):
        for site in settings.sources:
            if stop.is_set():
                break
            with _logged(f"watch {site.name}", failed), _timed(f"watch {site.name}") as say:
                seen = watch(
                    store, settings, client, site, who=WATCHER, now=now(),
                    take=taker(pool), tell=_tell, stop=stop.is_set,
                )  # fmt: skip
                kinds = ("new", "changed", "unchanged", "vanished", "failed")
                counts = ", ".join(f"{seen.counts[kind]} {kind}" for kind in kinds)
                if not seen.goes_on:
                    log.warning("watch %s: next leads to no second page of the index", site.name)
                index = f"index of {seen.index_pages} pages"
                say(f"{counts}, {seen.left} left for the next run, {index}")
    return failed


def _tell(event: Event) -> None:
    """A line for what is to be looked after."""
    if event.kind == "failed":
        log.warning("watch: %s: %s", one_line(event.url), one_line(event.reason))
    elif event.kind == "vanished":
        how = "holds something else now" if event.reason else "has vanished"
        log.warning("watch: %s: %s; the archived copy stays", one_line(event.url), how)
    elif event.letter is not None and event.letter.doubtful:
        code, doubtful = event.letter.code, event.letter.doubtful
        log.warning(
            "watch: %s: entered as %s, may answer %s of the ledger; "
            "if so: tracker suggestions merge %s %s",
            one_line(event.url), code, ", ".join(doubtful), doubtful[0], code,
        )  # fmt: skip


@contextmanager
def _timed(name: str) -> Iterator[Callable[[str], None]]:
    """One line in the log for a job, with its time."""
    begun = time.perf_counter()
    yield lambda text: log.info("%s: %s (%.1f s)", name, text, time.perf_counter() - begun)


@contextmanager
def _logged(name: str, failed: list[str] | None = None) -> Iterator[None]:
    """What is meant for people (a locked database) is a line in the log, and ends no run."""
    try:
        yield
    except TrackerError as error:
        log.error("%s: %s", name, error)
        if failed is not None:
            failed.append(name)


def _outcome(done: Delivered) -> str:
    again = sum(failure.again for failure in done.failures)
    return (
        f"{done.sent} sent, {again} to be tried again, "
        f"{len(done.failures) - again} failed, {done.cancelled} cancelled, "
        f"{done.undeliverable} without address, {done.recovered} recovered"
    )


def _today(now: Clock, settings: Settings) -> dt.date:
    return now().astimezone(ZoneInfo(settings.timezone)).date()
