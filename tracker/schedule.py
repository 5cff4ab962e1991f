"""When the jobs run by themselves: the daemon.

APScheduler only says when. It keeps its jobs in memory and holds no truth: what is owed is asked
of the store each time, so that a missed night is caught up by the next sweep and a restart needs
nothing to be restored. It counts by the clock of the wall: where that is set, all is counted anew.
"""

from __future__ import annotations

import logging
import math
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from tracker.cron import crontab
from tracker.errors import SettingsError, StoreError
from tracker.health import HOST, served
from tracker.jobs import Clock, delivery_job, housekeeping_job, report_job, sweep_job, watch_job
from tracker.settings import Settings
from tracker.store import daemons
from tracker.store.database import Store
from tracker.store.workers import at_work

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = logging.getLogger("tracker.schedule")

#: How often queued messages are looked for between two sweeps, so that a refused one goes out
#: when its delay is over and not only with the next sweep.
DELIVERY_MINUTES: Final = 5
#: What could not be written or queued when a report was due is tried every hour. A job beside
#: "reports", whose next run is the day on which one is due.
_AGAIN: Final = "reports again"
#: The clock was set, or the machine slept, where it moved so much further than time did (seconds).
JUMP: Final = 30.0


def run(store: Store, settings: Settings, now: Clock, stop: threading.Event | None = None) -> None:
    """Run until SIGTERM or SIGINT; a job that runs then finishes the message in flight.

    Args:
        store: the ledger and its outbox.
        settings: the cron expressions and their zone.
        now: gives the moment.
        stop: set to end the run from within the process.

    Raises:
        SettingsError: a cron expression is none.
    """
    ended = stop or threading.Event()
    with ExitStack() as stack:
        worker = stack.enter_context(at_work())
        scheduler = _scheduler(store, settings, now, ended, worker)
        stack.enter_context(_signals(ended))
        if settings.schedule.health_port:
            port = stack.enter_context(served(store, now, settings.schedule.health_port))
            log.info("health: http://%s:%d/health", HOST, port)
        scheduler.start()
        stack.callback(scheduler.shutdown, wait=True)
        log.info(
            "started: sweep %r, report %r, watch %r of %d sources, zone %s",
            settings.schedule.sweep,
            settings.schedule.report,
            settings.schedule.watch,
            len(settings.sources),
            settings.timezone,
        )
        _keep_time(scheduler, store, settings, now, worker, ended)
    _heartbeat(store, lambda session: daemons.end(session, worker, now()))
    log.info("stopped")


def _keep_time(
    scheduler: Any,
    store: Store,
    settings: Settings,
    now: Clock,
    worker: str,
    ended: threading.Event,
) -> None:
    """Until the end: say now and then that we live, and count anew where the clock was set."""
    wall, steady = now(), time.monotonic()
    beaten = -math.inf
    while True:
        if steady - beaten >= daemons.BEAT.total_seconds():
            beaten = steady
            due = {job.id: job.next_run_time for job in scheduler.get_jobs() if job.next_run_time}
            _heartbeat(store, lambda session: daemons.beat(session, worker, now(), due))  # noqa: B023
        # Waiting in turns, because a signal does not wake an endless wait on every system.
        if ended.wait(0.5):
            return
        last_wall, last_steady = wall, steady
        wall, steady = now(), time.monotonic()
        jump = (wall - last_wall).total_seconds() - (steady - last_steady)
        if abs(jump) > JUMP:
            log.warning("the clock was set by %+.0f s; all jobs are counted anew", jump)
            _count_anew(scheduler, settings, now)
            beaten = -math.inf


def _count_anew(scheduler: Any, settings: Settings, now: Clock) -> None:
    """Every job by the clock as it is now; sweep and reports at once, for what was missed or comes
    again. What is owed does not depend on it."""
    triggers = _triggers(settings)
    for job in scheduler.get_jobs():
        scheduler.reschedule_job(job.id, trigger=triggers[job.id])
    for name in ("sweep", "reports"):
        scheduler.modify_job(name, next_run_time=now())


def _heartbeat(store: Store, say: Callable[[Session], None]) -> None:
    try:
        with store.write(durable=False) as session:
            say(session)
    except StoreError as error:
        log.warning("no heartbeat: %s", error)


def _scheduler(
    store: Store,
    settings: Settings,
    now: Clock,
    ended: threading.Event,
    worker: str | None = None,
) -> Any:
    # Loaded here because only the daemon needs it, and a single sweep does not.
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler

    scheduler = BackgroundScheduler(
        timezone=ZoneInfo(settings.timezone),
        # One thread: the jobs share the outbox, and waiting for each other costs nothing. Sites
        # may take hours to look through and a backup minutes, so they have others.
        executors={name: ThreadPoolExecutor(1) for name in ("default", "web", "upkeep")},
        # However late, once is right: the jobs ask what is owed, not what happened since.
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    jobs: dict[str, tuple[Callable[..., None], dict[str, Any]]] = {
        # At the start too, for what was missed while nothing ran.
        "sweep": (sweep_job, {"next_run_time": now()}),
        "deliver": (delivery_job, {}),
        # At the start too: one that was missed goes out in one message.
        "reports": (report_job, {"next_run_time": now()}),
        _AGAIN: (report_job, {}),
        "watch": (watch_job, {"executor": "web"}),
        "housekeeping": (housekeeping_job, {"executor": "upkeep", "next_run_time": now()}),
    }
    triggers = _triggers(settings)
    for name, (job, options) in jobs.items():
        if name in triggers:
            arguments = (store, settings, now, ended, worker)
            scheduler.add_job(job, triggers[name], args=arguments, id=name, **options)
    return scheduler


def _triggers(settings: Settings) -> dict[str, Any]:
    """Job → when; without sites there is nothing to watch."""
    from apscheduler.triggers.interval import IntervalTrigger

    zone = ZoneInfo(settings.timezone)
    found = {
        "sweep": _cron(settings, "sweep"),
        "deliver": IntervalTrigger(minutes=DELIVERY_MINUTES, timezone=zone),
        "reports": _reports(settings),
        _AGAIN: IntervalTrigger(hours=1, timezone=zone),
        "housekeeping": _cron(settings, "housekeeping"),
    }
    return found | ({"watch": _cron(settings, "watch")} if settings.sources else {})


def _reports(settings: Settings) -> Any:
    """When any of [[reports]] is due, or the weekly one where there are none."""
    from apscheduler.triggers.combining import OrTrigger

    if not settings.reports:
        return _cron(settings, "report")
    return OrTrigger(
        [
            _trigger(settings, mailing.when, f"reports {mailing.name}: when")
            for mailing in settings.reports
        ]
    )


def _cron(settings: Settings, key: str) -> Any:
    return _trigger(settings, getattr(settings.schedule, key), f"schedule.{key}")


def _trigger(settings: Settings, expression: str, key: str) -> Any:
    from apscheduler.triggers.cron import CronTrigger

    try:
        return CronTrigger.from_crontab(crontab(expression), timezone=ZoneInfo(settings.timezone))
    except ValueError as error:
        raise SettingsError(f"{key} = {expression!r}: {error}") from error


@contextmanager
def _signals(ended: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set the event, while the block runs in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    old = {kind: signal.getsignal(kind) for kind in (signal.SIGTERM, signal.SIGINT)}
    for kind in old:
        signal.signal(kind, lambda *_: ended.set())
    try:
        yield
    finally:
        for kind, handler in old.items():
            signal.signal(kind, handler)
